"""Tables of copied text that may be read wrongly are reported with their lines."""

from __future__ import annotations

from pathlib import Path

from codegen.core.diagnostics import Finding, Level, Report
from codegen.readers.sources import SourcePath, read_sources
from support.corpus import CASES
from support.rendering import copy_text

PAGE = (CASES / "table-page-alone/sources/bed-v1.md").read_text(encoding="utf-8")
RESOURCE = (CASES / "table-pages-upstream/expected/upstream/garden/plot-v1.md").read_text(
    encoding="utf-8"
)


def read_findings(folder: Path, text: str) -> list[Finding]:
    file = folder / "copied.txt"
    file.write_bytes(text.encode())
    report = Report()
    read_sources([SourcePath(path=file, display_path="copied.txt", locale="en")], report)
    return [finding for finding in report.diagnostics if finding.rule == "text-unexpected"]


def test_table_whose_tabs_are_lost_is_an_error(tmp_path: Path) -> None:
    text = copy_text(RESOURCE).replace("Field\tDescription", "Field    Description", 1)
    line = text.split("\n").index("Field    Description") + 1
    found = read_findings(tmp_path, text)
    assert [(finding.span.line, finding.level) for finding in found][:1] == [(line, Level.ERR)]


def test_lines_below_the_last_row_are_named(tmp_path: Path) -> None:
    text = copy_text(PAGE).rstrip("\n")
    assert not read_findings(tmp_path, text)
    found = read_findings(tmp_path, f"{text}\nLast changed by Ann.\nFeedback\n")
    assert [finding.span.line for finding in found] == [text.count("\n") + 2]
    assert "Last changed by Ann." in found[0].message
