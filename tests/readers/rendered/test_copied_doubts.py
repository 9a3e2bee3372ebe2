"""Lines and tables of copied text that may be read wrongly are reported with their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.core.diagnostics import Finding, Level, Report
from codegen.model import Reference
from codegen.outputs.inspection.json_view import as_json
from codegen.readers.sources import SourcePath, read_sources
from support.corpus import CASES
from support.flattening import COMMENT
from support.rendering import copy_text

PAGE = (CASES / "table-page-alone/sources/bed-v1.md").read_text(encoding="utf-8")
RESOURCE = (CASES / "table-pages-upstream/expected/upstream/garden/plot-v1.md").read_text(
    encoding="utf-8"
)
LIST_PAGE = copy_text(
    COMMENT.sub(
        "",
        (CASES / "english-page/sources/garden-resources/plot-v1.md").read_text(encoding="utf-8"),
    )
)
HEAD = 'Gate\n\nimport "example.io/api/garden/v1"\n\nGate is a way in.\n\n'
GATE = "io.example.api.garden.v1.Gate"
TABLE_HEAD = (
    'Gate\n\napiVersion: garden.example.io/v1\n\nimport "example.io/api/garden/v1"\n\nGate\n\n'
    "Gate is a way in.\n\nField\tDescription\n"
)


def read(folder: Path, text: str) -> tuple[Reference, tuple[Finding, ...]]:
    file = folder / "copied.txt"
    file.write_bytes(text.encode())
    report = Report()
    source = SourcePath(path=file, display_path="copied.txt", locale="en")
    return read_sources([source], report), report.diagnostics


def read_findings(folder: Path, text: str) -> list[Finding]:
    found = read(folder, text)[1]
    return [finding for finding in found if finding.rule == "text-unexpected"]


def fields_of(reference: Reference) -> dict[str, str]:
    """Return the fields of the gate, with their descriptions."""
    fields = reference.definitions[GATE].fields
    prose = as_json(reference, ())["prose"]["en"]
    return {field.name: prose.get(f"{GATE}#{field.name}", "") for field in fields}


@pytest.mark.parametrize("between", ["    ", " ", "", "\n", "\n\n"])
def test_table_whose_tabs_are_lost_is_an_error(tmp_path: Path, between: str) -> None:
    text = copy_text(RESOURCE).replace("Field\tDescription", f"Field{between}Description", 1)
    line = text[: text.index(f"Field{between}")].count("\n") + 1
    found = read_findings(tmp_path, text)
    assert (line, Level.ERR) in [(finding.span.line, finding.level) for finding in found]


def test_lines_below_the_last_row_are_an_error(tmp_path: Path) -> None:
    text = copy_text(PAGE).rstrip("\n")
    assert not read_findings(tmp_path, text)
    found = read_findings(tmp_path, f"{text}\nLast changed by Ann.\nFeedback\n")
    assert [(finding.span.line, finding.level) for finding in found] == [
        (text.count("\n") + 2, Level.ERR)
    ]
    assert "Last changed by Ann." in found[0].message


def test_field_without_a_type_has_no_tab_in_a_selection(tmp_path: Path) -> None:
    rows = (
        "latch\nNumber or name of the latch.\nlock\nstring\tLock is its lock, one of\n"
        "open\nand shut.\nwidth *\nwidth in metres, or a name.\n"
        "zone\nstring array\tThe zones.\n"
    )
    reference, found = read(tmp_path, TABLE_HEAD + rows)
    assert fields_of(reference) == {
        "latch": "Number or name of the latch.",
        "lock": "Lock is its lock, one of\nopen\nand shut.",
        "width": "width in metres, or a name.",
        "zone": "The zones.",
    }
    reported = [finding for finding in found if finding.rule == "row-incomplete"]
    assert [finding.span.line for finding in reported] == [12, 18]


@pytest.mark.parametrize(
    ("lines", "number", "words"),
    [
        ("latch ([2]Latch)\n\nIts latch.", 7, "numbers of links"),
        ("latch (string)\n\nIts latch.\n\n, required", 11, "a line of its own"),
        ("latch (string)\n\nIts latch.\n☆ lock (string)\nIts lock.", 10, "unknown sign"),
        (
            "latch (string)\n\nIts latch.\n\n- lock.key\n  ([]string)\n\nIts lock.",
            12,
            "on a line of its own",
        ),
        (
            "latch (Latch)\nIts\nlatch.\n\nlatch.size (int32)\n\nIts size.",
            7,
            "cannot be told apart",
        ),
    ],
    ids=["numbers of links", "mark alone", "unknown mark of a list", "type alone", "no empty line"],
)
def test_line_that_a_program_changed_is_an_error(
    tmp_path: Path, lines: str, number: int, words: str
) -> None:
    found = read_findings(tmp_path, f"{HEAD}{lines}\n")
    assert (number, Level.ERR) in [(finding.span.line, finding.level) for finding in found]
    assert any(words in finding.message for finding in found)


def test_description_of_a_type_needs_no_empty_line_above(tmp_path: Path) -> None:
    lines = (
        "latch (Latch)\n\nIts latch, one of:\n\n- iron\n- wood, or none.\n"
        "Latch is what keeps it shut.\n\nlatch.size (int32)\n\nIts size.\n"
    )
    reference, found = read(tmp_path, HEAD + lines)
    assert [finding for finding in found if finding.level is Level.ERR] == []
    assert fields_of(reference)["latch"].endswith("wood, or none.")
    texts = as_json(reference, ())["prose"]["en"]
    assert texts["io.example.api.garden.v1.Latch"] == "Latch is what keeps it shut."


def test_annotations_need_no_empty_line_below(tmp_path: Path) -> None:
    lines = (
        "latches ([]Latch)\nPatch strategy: merge on key size\nMap: unique values on key size will\n"
        "be kept during a merge\nThe latches.\n\nlocks ([]string)\n\n"
        "Atomic: will be replaced during a merge\nThe locks.\n"
    )
    reference, _ = read(tmp_path, HEAD + lines)
    assert fields_of(reference) == {"latches": "The latches.", "locks": "The locks."}
    schema = as_json(reference, ())["definitions"][GATE]
    latches, locks = schema["properties"]["latches"], schema["properties"]["locks"]
    assert latches["x-kubernetes-list-map-keys"] == ["size"]
    assert latches["x-kubernetes-patch-merge-key"] == "size"
    assert locks["x-kubernetes-list-type"] == "atomic"


def test_words_with_an_abbreviation_are_no_field(tmp_path: Path) -> None:
    text = HEAD.replace("Gate is a way in.", "Gate (GT)\nis a way in, as a\nDoor (DR)\nis.")
    reference, _ = read(tmp_path, f"{text}latch (string)\n\nIts latch.\n")
    assert list(fields_of(reference)) == ["latch"]


def test_page_whose_tables_were_dropped_is_an_error(tmp_path: Path) -> None:
    found = read(tmp_path, f"{TABLE_HEAD.partition('Field')[0]}GateStatus\n\nGateStatus is so.\n")[
        1
    ]
    assert "part-missing" in {finding.rule for finding in found if finding.level is Level.ERR}


def test_whole_page_has_no_doubtful_line(tmp_path: Path) -> None:
    assert read_findings(tmp_path, LIST_PAGE) == []
