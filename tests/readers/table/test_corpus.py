"""The table layout on real releases, written and read back. Skipped without the corpus."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from codegen.core.diagnostics import Report
from codegen.model import Reference, may_be
from codegen.readers.sources import SourcePath, read_sources
from gardens.table import emit_texts
from support.agreement import assert_pages_agree, is_same_type
from support.corpus import RELEASES, TABLE_PAGES, for_each, pages_of, reference_of
from support.files import place


def official_pages(release: Path) -> dict[str, str]:
    folder = pages_of(release, "en")
    return {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for file in folder.rglob("*.md")
    }


def content_pages(texts: dict[str, str]) -> dict[str, str]:
    return {
        path: text
        for path, text in texts.items()
        if path.endswith(".md") and "_index" not in path and path != "group-versions.md"
    }


@pytest.mark.slow  # all pages of a release
@for_each(TABLE_PAGES)
def test_pages_equal_official_pages(release: Path) -> None:
    """Excludes pages with unescaped `<word>` tags upstream, and the root page, which is written by
    hand.
    """
    upstream_pages, pages = (
        official_pages(release),
        emit_texts(reference_of(release), compat="upstream"),
    )
    assert set(pages) == set(upstream_pages)
    differing = {
        path
        for path, text in upstream_pages.items()
        if pages[path].rstrip("\n") != text.rstrip("\n")
    } - {"_index.md"}
    for path in differing:
        assert [
            upstream_line
            for upstream_line, line in zip(
                upstream_pages[path].split("\n"), pages[path].split("\n"), strict=False
            )
            if upstream_line != line and "\\<" not in upstream_line
        ] == []
    assert len(differing) <= len(upstream_pages) / 100


@pytest.mark.slow  # all pages of a release
@for_each(TABLE_PAGES)
def test_corrected_pages_keep_all_headings_rows_and_operations(release: Path) -> None:
    pages = emit_texts(reference_of(release))
    for path, text in content_pages(official_pages(release)).items():
        for pattern in (
            r"^#{2,4} .*$",
            r"^[A-Z]+ /.*$",
            r"<td><code>([\w.$-]+)</code>(?:&nbsp;|<br/>|</td>)",
        ):
            there, here = (
                re.findall(pattern, text, re.MULTILINE),
                re.findall(pattern, pages[path], re.MULTILINE),
            )
            assert all(here.count(link) >= there.count(link) for link in set(there)), path


@pytest.mark.slow  # all pages of a release
@for_each(RELEASES)
def test_page_links_have_targets(release: Path) -> None:
    written = emit_texts(reference_of(release))
    anchors = {path: set(re.findall(r"\{#([\w-]+)\}", text)) for path, text in written.items()}
    for path, text in written.items():
        assert "<em></em>" not in text
        for target in set(re.findall(r'\{\{< ref "([^"]*)" >\}\}', text)):
            page, _, anchor = target.partition("#")
            there = (
                os.path.normpath(os.path.join(os.path.dirname(path), f"{page}.md"))  # noqa: PTH118, PTH120
                if page
                else path
            )
            assert anchor in anchors[there], f"{path}: {target}"


@pytest.mark.slow
@for_each(RELEASES)
def test_release_round_trips_through_pages(release: Path, tmp_path: Path) -> None:
    place(emit_texts(reference_of(release)), tmp_path)
    assert_pages_agree(read(tmp_path), reference_of(release), is_same_type)


@pytest.mark.slow  # all pages of a release
@for_each(TABLE_PAGES)
def test_official_pages_agree_with_document(release: Path) -> None:
    """Upstream pages lack type formats and responses without a type."""
    reference = read(pages_of(release, "en"))
    assert len(reference.pages) == len(content_pages(official_pages(release)))
    assert_pages_agree(reference, reference_of(release), may_be, all_statuses=False)


def read(pages: Path) -> Reference:
    report = Report()
    reference = read_sources([SourcePath(path=pages, display_path="pages", locale="en")], report)
    assert [str(found) for found in report.diagnostics] == []
    return reference
