"""What is wrong with a Markdown page as a whole is an error at its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from codegen.core.diagnostics import Level, Report
from codegen.readers.sources import SourcePath, read_sources
from support.corpus import CASES

PAGES = {
    "list": CASES / "english-page/sources/garden-resources/plot-v1.md",
    "table": CASES / "table-pages-upstream/expected/upstream/garden/plot-v1.md",
}


@pytest.mark.parametrize("line", ["-----", "====="], ids=["dashes", "equals"])
@pytest.mark.parametrize("anchor", [True, False], ids=["anchor", "no anchor"])
@pytest.mark.parametrize("name", PAGES)
def test_underlined_heading_is_an_error(tmp_path: Path, name: str, anchor: bool, line: str) -> None:
    text = PAGES[name].read_text(encoding="utf-8")
    kept = r"\1\2" if anchor else r"\1"
    changed = re.sub(r"^## (PlotSpec)( \{#\w+\})$", rf"{kept}\n{line}", text, flags=re.MULTILINE)
    assert changed != text
    file = tmp_path / "plot-v1.md"
    file.write_text(changed, encoding="utf-8")
    report = Report()
    read_sources([SourcePath(path=file, display_path=file.name)], report)
    found = next(each for each in report.diagnostics if each.rule == "heading-underlined")
    assert found.level is Level.ERR
    assert changed.split("\n")[found.span.line - 1].startswith("PlotSpec")


@pytest.mark.parametrize("name", PAGES)
def test_second_page_is_an_error(tmp_path: Path, name: str) -> None:
    page = PAGES[name].read_text(encoding="utf-8").rstrip("\n") + "\n\n"
    file = tmp_path / "plot-v1.md"
    file.write_text(page + page, encoding="utf-8")
    report = Report()
    read_sources([SourcePath(path=file, display_path=file.name)], report)
    found = next(each for each in report.diagnostics if each.rule == "pages-joined")
    assert found.level is Level.ERR
    assert found.span.line == page.count("\n") + 1


@pytest.mark.parametrize("mark", ["* **{}**", "+ **{}**", "- __{}__"], ids=["star", "plus", "low"])
def test_list_with_other_marks_has_all_fields(tmp_path: Path, mark: str) -> None:
    page = PAGES["list"].read_text(encoding="utf-8")
    changed = re.sub(r"- \*\*([\w.]+)\*\*", lambda name: mark.format(name[1]), page)
    assert changed != page
    file = tmp_path / "plot-v1.md"
    fields = []
    for text in (page, changed):
        file.write_text(text, encoding="utf-8")
        reference = read_sources([SourcePath(path=file, display_path=file.name)], Report())
        fields.append(
            [[field.name for field in item.fields] for item in reference.definitions.values()]
        )
    assert fields[0] == fields[1]


@pytest.mark.parametrize("name", PAGES)
def test_words_above_a_page_are_no_page(tmp_path: Path, name: str) -> None:
    file = tmp_path / "plot-v1.md"
    page = PAGES[name].read_text(encoding="utf-8")
    file.write_text(f"From the wiki of the garden:\n\n{page}", encoding="utf-8")
    report = Report()
    read_sources([SourcePath(path=file, display_path=file.name)], report)
    assert not report.has_errors


@pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\u2060", "\ufe0f", "\u00a0"], ids=ascii)
@pytest.mark.parametrize("name", PAGES)
def test_invisible_character_in_a_name_is_an_error(tmp_path: Path, name: str, sign: str) -> None:
    text = PAGES[name].read_text(encoding="utf-8")
    changed = re.sub(r"(\*\*|<code>)spec(\*\*|</code>)", rf"\1sp{sign}ec\2", text, count=1)
    assert changed != text
    file = tmp_path / "plot-v1.md"
    file.write_text(changed, encoding="utf-8")
    report = Report()
    read_sources([SourcePath(path=file, display_path=file.name)], report)
    found = next(each for each in report.diagnostics if each.rule == "name-unreadable")
    assert found.level is Level.ERR
    assert f"sp{sign}ec" in changed.split("\n")[found.span.line - 1]


@pytest.mark.parametrize(
    "typed",
    [r"\(int32\), required", "int32, required", "[]int32", "map[string]int32"],
    ids=["escaped brackets", "no brackets", "array", "map"],
)
def test_field_whose_type_has_lost_its_brackets_is_an_error(tmp_path: Path, typed: str) -> None:
    text = PAGES["list"].read_text(encoding="utf-8")
    field = "- **rows** (int32), required"
    assert field in text
    file = tmp_path / "plot-v1.md"
    changed = text.replace(field, f"- **rows** {typed}")
    file.write_text(changed, encoding="utf-8")
    report = Report()
    read_sources([SourcePath(path=file, display_path=file.name)], report)
    found = next(each for each in report.diagnostics if each.rule == "type-unreadable")
    assert found.level is Level.ERR
    assert changed.split("\n")[found.span.line - 1].startswith("- **rows**")


@pytest.mark.parametrize("end", ["401: Unauthorized", "401:", "401: Unauth"])
def test_page_that_ends_inside_a_reason_phrase_is_cut(tmp_path: Path, end: str) -> None:
    text = PAGES["list"].read_text(encoding="utf-8").rstrip()
    assert text.endswith("401: Unauthorized")
    file = tmp_path / "plot-v1.md"
    file.write_text(text.removesuffix("401: Unauthorized") + end, encoding="utf-8")
    report = Report()
    read_sources([SourcePath(path=file, display_path=file.name)], report)
    rules = [each.rule for each in report.diagnostics if each.level is Level.ERR]
    assert rules == ([] if end == "401: Unauthorized" else ["page-cut"])
