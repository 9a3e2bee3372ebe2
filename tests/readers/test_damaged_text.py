"""Sources with merge conflicts are refused at their lines, in every form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError, Report
from codegen.readers.damaged_text import find_merge_conflict, find_page_number
from codegen.readers.sources import SourcePath, read_sources
from gardens.parts import PLOT, kind, openapi
from gardens.resources import PLOTS
from support.corpus import CASES
from support.rendering import SHELLS

PAGE = (CASES / "english-page/sources/garden-resources/plot-v1.md").read_text(encoding="utf-8")
DOCUMENT = json.dumps(openapi({PLOT: kind(properties={})}), indent=1)
FORMS = {
    "page": PAGE,
    "HTML": next(iter(SHELLS.values()))(PAGE),
    "OpenAPI": DOCUMENT,
    "CRD": PLOTS,
}


def read_text(folder: Path, text: str) -> None:
    file = folder / "plot"
    file.write_bytes(text.encode())
    read_sources([SourcePath(path=file, display_path="plot", locale="en")], Report())


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(
    "mark",
    ["<<<<<<< HEAD", ">>>>>>> other", "<<<<<<<", "<<<<<<<<<< longer", ">>>>>>>\tother"],
    ids=["ours", "theirs", "without name", "longer", "tab"],
)
def test_mark_of_conflict_is_refused(tmp_path: Path, text: str, mark: str) -> None:
    lines = text.split("\n")
    line = len(lines) - 2
    lines.insert(line, mark)
    with pytest.raises(CodegenError) as raised:
        read_text(tmp_path, "\n".join(lines))
    (finding,) = raised.value.diagnostics
    assert (finding.rule, finding.span.line) == ("merge-unresolved", line + 1)


@pytest.mark.parametrize(
    "text", ["a <<<<<<< b", "> > > > > > > b", "  <<<<<<< b", "<<<<<<b", "=======", ">>>>>> b"]
)
def test_other_signs_are_no_conflict(text: str) -> None:
    assert find_merge_conflict(f"a\n{text}\n") is None


@pytest.mark.parametrize(
    "numbers",
    [
        ("Page 3 of 9",),
        ("3 / 9", "4 / 9"),
        ("- 3 -", "- 4 -"),
        ("第 3 页，共 9 页",),
        ("\f3", "4"),
        ("https://example.org/plot/ 3/9",),
    ],
    ids=["words", "fraction", "dashes", "Chinese", "numbers alone", "address"],
)
def test_page_number_of_a_printed_page_is_refused(tmp_path: Path, numbers: tuple[str, ...]) -> None:
    lines = PAGE.split("\n")
    for place, number in enumerate(numbers):
        lines.insert(30 + 10 * place, number)
    with pytest.raises(CodegenError) as raised:
        read_text(tmp_path, "\n".join(lines))
    error = raised.value.diagnostics[0]
    assert error.rule == "text-unexpected"
    assert error.span is not None
    assert error.span.line == 31


@pytest.mark.parametrize(
    "numbers",
    [("3",), ("7", "3"), ("200", "201"), ("1 / 2",), ("- 3 -",), ("```", "3", "4", "```")],
    ids=["one", "falling", "status", "fraction", "dashes", "code"],
)
def test_other_numbers_are_no_page_numbers(numbers: tuple[str, ...]) -> None:
    assert find_page_number("\n\n\n\n\n\nText.\n".join(("", *numbers, ""))) is None
