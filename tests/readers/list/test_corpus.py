"""Real pages of the list layout against the OpenAPI document of their release; skipped where there is no corpus."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import Finding, Report
from codegen.drift import diff
from codegen.drift.compare.engine import compare
from codegen.model import Reference
from codegen.outputs import registry
from codegen.outputs.inspection import json_view
from codegen.outputs.job import Job
from codegen.readers.sources import SourcePath, read_sources
from support.corpus import CHINESE_PAGES, ENDS, LIST_PAGES, document_of, for_each, pages_of
from support.flattening import COMMENT, flattened

BULLET = re.compile(r"(?<=\n)\s*-\s+\*\*(?P<name>[^*\n]{1,200}?)\*\*")
each_release = for_each(LIST_PAGES)
each_translated = for_each([release for release in LIST_PAGES if release in CHINESE_PAGES])


@cache
def read(pages: Path, locale: str) -> tuple[Reference, tuple[Finding, ...]]:
    report = Report()
    return read_sources([SourcePath(path=pages, shown=pages.name, locale=locale)], report), report.diagnostics


@cache
def upstream(release: Path) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(document_of(release).read_text("utf-8"))
    return parsed


@cache
def view_of(release: Path) -> dict[str, Any]:
    return json_view.as_json(read(pages_of(release, "en"), "en")[0], ())


def without_words(schema: dict[str, Any]) -> dict[str, Any]:
    """A property as pages can have it: no description, no default, no enumeration, which are words there."""
    return {
        key: without_words(value) if isinstance(value, dict) else value
        for key, value in schema.items()
        if key not in ("description", "default", "enum")
    }


def plain(text: str) -> str:
    return " ".join(text.split())


@each_release
def test_every_machine_made_page_is_read_without_a_finding(release: Path) -> None:
    reference, found = read(pages_of(release, "en"), "en")
    texts = [page.read_text("utf-8") for page in pages_of(release, "en").rglob("*.md")]
    assert len(reference.pages) == sum("api_metadata:" in text for text in texts)
    assert [str(finding) for finding in found if finding.rule not in ("definition-differs", "type-undocumented")] == []


@each_release
def test_definitions_are_those_of_the_document(release: Path) -> None:
    definitions, upstream_definitions = view_of(release)["definitions"], upstream(release)["definitions"]
    assert len(definitions) > 0.8 * len(upstream_definitions)
    assert sorted(definitions.keys() - upstream_definitions.keys()) == []
    assert [
        key
        for key in definitions
        if sorted(upstream_definitions[key].get("required", [])) != definitions[key].get("required", [])
    ] == []


@each_release
def test_fields_are_those_of_the_document_in_every_keyword(release: Path) -> None:
    definitions, upstream_definitions = view_of(release)["definitions"], upstream(release)["definitions"]
    counted, different = 0, []
    for key, definition in definitions.items():
        wanted, got = upstream_definitions[key].get("properties", {}), definition.get("properties", {})
        assert wanted.keys() == got.keys()
        counted += len(wanted)
        different += [f"{key}.{name}" for name, schema in wanted.items() if without_words(schema) != got[name]]
    # What pages do not carry: some map types, patch strategies without a key.
    assert len(different) <= counted * 9 / 2277, different


@each_release
def test_operations_have_all_their_parameters_and_responses(release: Path) -> None:
    operations = {
        (operation["method"].lower(), operation["path"]): operation for operation in view_of(release)["operations"]
    }
    assert len(operations) > 0.5 * sum(
        len(item) - ("parameters" in item) for item in upstream(release)["paths"].values()
    )
    for (method, path), operation in operations.items():
        item = upstream(release)["paths"][path]
        shared = [resolved(release, parameter) for parameter in item.get("parameters", [])]
        own = [resolved(release, parameter) for parameter in item[method].get("parameters", [])]
        wanted = {
            (parameter["name"], parameter["in"])
            for parameter in (*shared, *own)
            if "deprecated" not in parameter.get("description", "").lower() or parameter["in"] != "query"
        }
        got = {(parameter["name"], parameter["in"]) for parameter in operation["parameters"]}
        assert wanted <= got, (method, path)
        assert got <= {(parameter["name"], parameter["in"]) for parameter in (*shared, *own)}
        assert operation["responses"].keys() == item[method]["responses"].keys()


def resolved(release: Path, parameter: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = upstream(release)
    for part in parameter.get("$ref", "")[2:].split("/") if "$ref" in parameter else ():
        found = found[part]
    return found if "$ref" in parameter else parameter


@each_release
def test_descriptions_are_those_of_the_document(release: Path) -> None:
    definitions, texts = upstream(release)["definitions"], view_of(release)["prose"]["en"]
    different, counted = [], 0
    for key, definition in definitions.items():
        if key not in view_of(release)["definitions"]:
            continue
        for prose_id, schema in [(key, definition)] + [
            (f"{key}#{n}", s) for n, s in definition.get("properties", {}).items()
        ]:
            if prose_id in texts and "description" in schema:
                counted += 1
                if plain(schema["description"]) != plain(texts[prose_id]):
                    different.append(prose_id)
    assert counted > 2 * len(view_of(release)["definitions"])
    assert len(different) <= counted / 1000, different


@each_translated
def test_translated_pages_have_findings_with_locations(release: Path) -> None:
    reference, found = read(pages_of(release, "zh-cn"), "zh-cn")
    texts = [page.read_text("utf-8") for page in pages_of(release, "zh-cn").rglob("*.md")]
    assert len(reference.pages) == sum("api_metadata:" in text for text in texts)
    placed = [finding for finding in found if finding.span.line and finding.span.column and finding.hint]
    assert len(placed) >= 20
    assert len({finding.rule for finding in placed}) >= 5


@each_translated
def test_no_bullet_of_a_translated_page_goes_unreported(release: Path) -> None:
    pages = pages_of(release, "zh-cn")
    lost = []
    for page in sorted(pages.rglob("*.md")):
        if "api_metadata:" not in page.read_text("utf-8"):
            continue
        reference, found = read(page, "zh-cn")
        names = {field.name for definition in reference.definitions.values() for field in definition.fields}
        names |= {parameter.name for operation in reference.operations.values() for parameter in operation.parameters}
        lines = {finding.span.line for finding in found}
        shown = COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), page.read_text("utf-8"))
        for bullet in BULLET.finditer(shown):
            line = shown.count("\n", 0, bullet.start("name")) + 1
            if bullet["name"].rpartition(".")[2] not in names and line not in lines:
                lost.append(f"{page.relative_to(pages)}:{line}: {bullet['name']}")
    assert lost == []


@each_translated
def test_flattened_pages_give_the_same_fields(release: Path, tmp_path: Path) -> None:
    pages = pages_of(release, "zh-cn")
    for page in pages.rglob("*.md"):
        text = page.read_text("utf-8")
        if "api_metadata:" in text:
            target = tmp_path / page.relative_to(pages).with_suffix(".txt")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(flattened(text), "utf-8")
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
def test_pages_of_a_document_equal_it(release: Path, tmp_path: Path) -> None:
    """Also of releases whose pages had another layout: their types are newer than any table of names."""
    source = SourcePath(path=document_of(release), shown="swagger.json")
    reference = read_sources([source], Report())
    job = Job(reference=reference, locales=("en",), options={"layout": "list"}, origin="swagger.json")
    for file in registry.bundled_outputs()["docs"].emit(job):
        (tmp_path / file.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file.path).write_text(file.text, encoding="utf-8")
    pages = diff.read(SourcePath(path=tmp_path, shown="pages", locale="en"))
    assert [str(finding) for finding in pages.diagnostics] == []
    found = compare(diff.read(source), pages).changes
    assert [(change.rule.id, change.id) for change in found] == []
