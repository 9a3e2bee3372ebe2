"""Real pages of the list layout, compared with the OpenAPI document of their release.

Skipped without the corpus.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from codegen.core.diagnostics import Finding, Report
from codegen.drift import diff
from codegen.drift.compare.engine import compare
from codegen.model import Reference
from codegen.outputs import registry
from codegen.outputs.job import Job
from codegen.readers.sources import SourcePath, read_sources
from support.agreement import assert_pages_agree, is_same_type
from support.corpus import (
    CHINESE_PAGES,
    ENDS,
    LIST_PAGES,
    document_of,
    for_each,
    pages_of,
    reference_of,
)
from support.flattening import COMMENT, flatten

BULLET = re.compile(r"(?<=\n)\s*-\s+\*\*(?P<name>[^*\n]{1,200}?)\*\*")
each_release = for_each(LIST_PAGES)
each_translated = for_each([release for release in LIST_PAGES if release in CHINESE_PAGES])


@cache
def read(pages: Path, locale: str) -> tuple[Reference, tuple[Finding, ...]]:
    report = Report()
    return read_sources(
        [SourcePath(path=pages, display_path=pages.name, locale=locale)], report
    ), report.diagnostics


@pytest.mark.slow
@each_release
def test_generated_pages_have_no_findings(release: Path) -> None:
    reference, found = read(pages_of(release, "en"), "en")
    texts = [page.read_text("utf-8") for page in pages_of(release, "en").rglob("*.md")]
    assert len(reference.pages) == sum("api_metadata:" in text for text in texts)
    assert [
        str(finding)
        for finding in found
        if finding.rule not in ("definition-differs", "type-undocumented")
    ] == []


@each_release
def test_list_pages_agree_with_document(release: Path) -> None:
    pages, document = read(pages_of(release, "en"), "en")[0], reference_of(release)
    assert pages.definitions.keys() <= document.definitions.keys()
    assert len(pages.definitions) > 0.8 * len(document.definitions)
    assert len(pages.operations) > 0.5 * len(document.operations)
    assert_pages_agree(
        pages,
        document,
        is_same_type,
        deprecated=False,
        list_types=True,
        most_different=9,
        unlike_share=1 / 1000,
    )


@pytest.mark.slow
@each_translated
def test_translated_pages_have_findings_with_locations(release: Path) -> None:
    reference, found = read(pages_of(release, "zh-cn"), "zh-cn")
    texts = [page.read_text("utf-8") for page in pages_of(release, "zh-cn").rglob("*.md")]
    assert len(reference.pages) == sum("api_metadata:" in text for text in texts)
    placed = [
        finding for finding in found if finding.span.line and finding.span.column and finding.hint
    ]
    assert len(placed) >= 20
    assert len({finding.rule for finding in placed}) >= 5


@pytest.mark.slow
@each_translated
def test_every_bullet_of_translated_pages_is_read_or_reported(release: Path) -> None:
    pages = pages_of(release, "zh-cn")
    lost = []
    for page in sorted(pages.rglob("*.md")):
        if "api_metadata:" not in page.read_text("utf-8"):
            continue
        reference, found = read(page, "zh-cn")
        names = {
            field.name
            for definition in reference.definitions.values()
            for field in definition.fields
        }
        names |= {
            parameter.name
            for operation in reference.operations.values()
            for parameter in operation.parameters
        }
        lines = {finding.span.line for finding in found}
        shown = COMMENT.sub(
            lambda comment: re.sub(r"[^\n]", " ", comment[0]), page.read_text("utf-8")
        )
        for bullet in BULLET.finditer(shown):
            line = shown.count("\n", 0, bullet.start("name")) + 1
            if bullet["name"].rpartition(".")[2] not in names and line not in lines:
                lost.append(f"{page.relative_to(pages)}:{line}: {bullet['name']}")
    assert lost == []


@each_translated
def test_flattened_pages_have_same_fields(release: Path, tmp_path: Path) -> None:
    pages = pages_of(release, "zh-cn")
    for page in pages.rglob("*.md"):
        text = page.read_text("utf-8")
        if "api_metadata:" in text:
            target = tmp_path / page.relative_to(pages).with_suffix(".txt")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(flatten(text), "utf-8")
    shown, flat = (fields_of(read(folder, "zh-cn")[0]) for folder in (pages, tmp_path))
    same = sum(flat.get(key) == fields for key, fields in shown.items())
    assert same >= 0.95 * len(shown)


def fields_of(reference: Reference) -> dict[str, Counter[str]]:
    return {
        key: Counter(f"{field.name} {field.required}" for field in definition.fields)
        for key, definition in reference.definitions.items()
        if definition.fields
    }


@pytest.mark.slow
@for_each(ENDS)
def test_pages_generated_from_document_equal_it(release: Path, tmp_path: Path) -> None:
    """Includes releases whose official pages had another layout, since their types are newer than
    any table of names.
    """
    source = SourcePath(path=document_of(release), display_path="swagger.json")
    reference = read_sources([source], Report())
    job = Job(
        reference=reference, locales=("en",), options={"layout": "list"}, origin="swagger.json"
    )
    for file in registry.bundled_outputs()["docs"].emit(job):
        (tmp_path / file.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file.path).write_text(file.text, encoding="utf-8")
    pages = diff.read(SourcePath(path=tmp_path, display_path="pages", locale="en"))
    assert [str(finding) for finding in pages.diagnostics] == []
    found = compare(diff.read(source), pages).changes
    assert [(change.rule.id, change.id) for change in found] == []
