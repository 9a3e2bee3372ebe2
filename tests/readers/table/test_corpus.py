"""The table layout on real releases: upstream's bytes, our corrections, and the way back. Skipped where the corpus is absent."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from codegen.core.diagnostics import Report
from codegen.model import Lost, Map, Reference, Type
from codegen.readers.sources import SourcePath, read_sources
from gardens.table import emitted, known, plain
from support.corpus import RELEASES, TABLE_PAGES, for_each, pages_of, reference_of


def real(release: Path) -> dict[str, str]:
    folder = pages_of(release, "en")
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in folder.rglob("*.md")}


def contents(texts: dict[str, str]) -> dict[str, str]:
    return {
        path: text
        for path, text in texts.items()
        if path.endswith(".md") and "_index" not in path and path != "group-versions.md"
    }


@for_each(TABLE_PAGES)
def test_upstream_bytes(release: Path) -> None:
    """All pages but those where a word of upstream's is a tag to a browser, and the root, which the site writes by hand."""
    upstream_pages, pages = real(release), emitted(reference_of(release), compat="upstream")
    assert set(pages) == set(upstream_pages)
    differing = {path for path, text in upstream_pages.items() if pages[path].rstrip("\n") != text.rstrip("\n")} - {
        "_index.md"
    }
    for path in differing:
        assert [
            upstream_line
            for upstream_line, line in zip(upstream_pages[path].split("\n"), pages[path].split("\n"), strict=False)
            if upstream_line != line and "\\<" not in upstream_line
        ] == []
    assert len(differing) <= len(upstream_pages) / 100


@for_each(TABLE_PAGES)
def test_the_same_headings_rows_and_operations(release: Path) -> None:
    """The corrections add headings and rows, and take none away."""
    pages = emitted(reference_of(release))
    for path, text in contents(real(release)).items():
        for pattern in (r"^#{2,4} .*$", r"^[A-Z]+ /.*$", r"<td><code>([\w.$-]+)</code>(?:&nbsp;|<br/>|</td>)"):
            there, here = re.findall(pattern, text, re.MULTILINE), re.findall(pattern, pages[path], re.MULTILINE)
            assert all(here.count(link) >= there.count(link) for link in set(there)), path


@for_each(RELEASES)
def test_every_link_leads_somewhere(release: Path) -> None:
    written = emitted(reference_of(release))
    anchors = {path: set(re.findall(r"\{#([\w-]+)\}", text)) for path, text in written.items()}
    for path, text in written.items():
        assert "<em></em>" not in text
        for target in set(re.findall(r'\{\{< ref "([^"]*)" >\}\}', text)):
            page, _, anchor = target.partition("#")
            there = os.path.normpath(os.path.join(os.path.dirname(path), f"{page}.md")) if page else path  # noqa: PTH118, PTH120
            assert anchor in anchors[there], f"{path}: {target}"


@pytest.mark.slow
@for_each(RELEASES)
def test_the_whole_release_is_read_back(release: Path, tmp_path: Path) -> None:
    """Fields, required marks, types, parameters, responses and texts; a type of an old version, which has no page, is taken for the new one."""
    reference = reference_of(release)
    for path, text in emitted(reference).items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    back = read_sources([SourcePath(path=tmp_path, shown="pages", locale="en")], Report())
    assert back.definitions.keys() <= reference.definitions.keys()
    wrong = 0
    for key in back.definitions:
        original = {field.name: field for field in reference.definitions[key].fields}
        fields = {field.name: field for field in back.definitions[key].fields}
        if back.definitions[key].documented:
            assert {name: field.required for name, field in fields.items()} == {
                name: field.required for name, field in original.items()
            }
        wrong += sum(known(field.type) != known(without_enum(original[name].type)) for name, field in fields.items())
    assert wrong <= 20
    for key, operation in back.operations.items():
        assert {(row.place, row.name, row.required) for row in operation.parameters} == {
            (row.place, row.name, row.required) for row in reference.operations[key].parameters
        }
        assert [row.status for row in operation.responses] == [
            row.status for row in reference.operations[key].responses
        ]
    differing = [
        key
        for key, text in back.prose["en"].items()
        if key not in back.operations and not same(reference, key, text.text)
    ]
    assert differing == []


def same(reference: Reference, key: str, text: str) -> bool:
    ids = (key, f"parameter {key.rpartition('#')[2]}")
    return any(plain(reference.text("en", prose_id)) == plain(text) for prose_id in ids)


def without_enum(expression: Type) -> Type:
    from msgspec.structs import replace

    from codegen.model import Array, Scalar

    match expression:
        case Scalar():
            return replace(expression, enum=())
        case Array(items=inner):
            return Array(items=without_enum(inner))
        case Map(values=inner):
            return Map(values=without_enum(inner))
        case Lost(known=inner):
            return without_enum(inner)
    return expression
