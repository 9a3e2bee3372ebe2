"""Pages whose front matter has no kind or title: repaired from their sections, or an error with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError, Level, Report
from codegen.model import Reference
from codegen.readers.sources import SourcePath, read_sources
from support.corpus import CASES

LIST_PAGE = (CASES / "english-page/sources/garden-resources/plot-v1.md").read_text(encoding="utf-8")
TABLE_PAGE = (CASES / "table-page-alone/sources/bed-v1.md").read_text(encoding="utf-8")
PAGES = {"list": (LIST_PAGE, "Plot"), "table": (TABLE_PAGE, "Bed")}
EMPTY = {
    "empty": 'kind: ""',
    "blank": 'kind: " "',
    "signs": 'kind: "-"',
    "no value": "kind:",
    "null": "kind: null",
    "no entry": "",
}


def read(folder: Path, text: str, name: str = "plot.md") -> tuple[Reference, Report]:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    report = Report()
    return read_sources([SourcePath(path=file, display_path=name)], report), report


@pytest.mark.parametrize("layout", PAGES)
@pytest.mark.parametrize("entry", EMPTY)
def test_kind_is_taken_from_first_section_with_warning(
    tmp_path: Path, entry: str, layout: str
) -> None:
    text, kind = PAGES[layout]
    reference, report = read(tmp_path, text.replace(f'kind: "{kind}"', EMPTY[entry], 1))
    assert [page.kind for page in reference.pages] == [kind]
    [finding] = [each for each in report.diagnostics if each.rule == "kind-missing"]
    assert finding.level is Level.WARN
    expected = 1 if entry == "no entry" else text[: text.index(f'kind: "{kind}"')].count("\n") + 1
    assert finding.span.line == expected


@pytest.mark.parametrize("entry", EMPTY)
def test_page_without_kind_and_section_is_an_error(tmp_path: Path, entry: str) -> None:
    text = LIST_PAGE.replace('kind: "Plot"', EMPTY[entry], 1)
    with pytest.raises(CodegenError) as caught:
        read(tmp_path, text[: text.index("## ")])
    [finding] = [each for each in caught.value.diagnostics if each.rule == "kind-missing"]
    assert (finding.level, finding.span.path) == (Level.ERR, "plot.md")
    assert finding.span.line


def test_page_without_kind_is_an_error_beside_other_pages(tmp_path: Path) -> None:
    text = LIST_PAGE.replace('kind: "Plot"', 'kind: ""', 1)
    (tmp_path / "a.md").write_text(LIST_PAGE, encoding="utf-8")
    (tmp_path / "b.md").write_text(text[: text.index("## ")], encoding="utf-8")
    report = Report()
    reference = read_sources([SourcePath(path=tmp_path, display_path="pages")], report)
    assert report.has_errors
    assert [page.path for page in reference.pages] == ["a.md"]


@pytest.mark.parametrize("title", ['title: ""', "title: null", 'title: " "', ""])
def test_empty_title_is_left_to_the_kind(tmp_path: Path, title: str) -> None:
    reference, report = read(tmp_path, LIST_PAGE.replace('title: "Plot"', title, 1))
    assert [(page.kind, page.title) for page in reference.pages] == [("Plot", "")]
    assert not [each for each in report.diagnostics if each.rule == "kind-missing"]
