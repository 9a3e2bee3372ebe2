"""The bundled structure of built-in kinds, compared with the documents of each release."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import Report, Span
from codegen.core.source import Source
from codegen.model import Array, Definition, ListType, Reference, Scalar
from codegen.readers.built_in.file_writer import TEXT, format_file, update
from codegen.readers.built_in.structure import FILE, BuiltIns, KindSpan, built_ins
from codegen.readers.openapi import reader
from codegen.readers.sources import SourcePath, read_sources
from gardens.parts import gvk_of, openapi
from support.corpus import RELEASES, document_of, for_each

SHIPPED = built_ins()
PLOT = "io.example.garden.v1.Plot"


def reference(**fields: object) -> Reference:
    """Return a reference with one kind, Plot, with these fields."""
    kind = gvk_of()
    schema = {
        "type": "object",
        "properties": fields,
        "required": ["size"],
        "x-kubernetes-group-version-kind": [kind],
    }
    document = openapi({PLOT: schema} if fields else {})
    return reader.read_document(Source(json.dumps(document), "garden.json"), Report())


def write_releases(folder: Path, *references: Reference) -> BuiltIns:
    file = folder / "releases.json"
    file.write_text(
        format_file({f"1.{number}": reference for number, reference in enumerate(references, 9)})
    )
    return BuiltIns(file)


def strip_locations(definition: Definition) -> Definition:
    """Return the definition without source locations."""
    nowhere = Span(path="")
    return replace(
        definition,
        span=nowhere,
        fields=tuple(replace(field, span=nowhere) for field in definition.fields),
    )


def test_facts_have_release_ranges(tmp_path: Path) -> None:
    integer, string = (
        {"type": "integer", "format": "int32"},
        {"type": "string", "enum": ["Clay", "Loam"]},
    )
    known = write_releases(
        tmp_path,
        reference(),
        reference(size=integer),
        reference(size=integer, soil={"type": "string"}),
        reference(size=integer, soil=string),
        reference(size={"type": "array", "items": string, "x-kubernetes-list-type": "set"}),
        reference(),
    )
    assert known.releases == ("1.9", "1.10", "1.11", "1.12", "1.13", "1.14")
    assert known.kinds == {("garden.example.io/v1", "Plot"): KindSpan(since="1.10", until="1.13")}
    facts = known.facts(PLOT)
    assert facts is not None
    assert [(span.since, span.until) for span in facts.spans] == [("1.10", "1.13")]
    assert [(span.since, span.until, span.type, span.enum) for span in facts.fields["size"]] == [
        ("1.10", "1.12", "integer int32", ()),
        ("1.13", "1.13", "[]string", ("Clay", "Loam")),
    ]
    assert [(span.since, span.until) for span in facts.fields["soil"]] == [
        ("1.11", "1.11"),
        ("1.12", "1.12"),
    ]
    assert known.definition("1.9", PLOT) is None
    last = known.definition("1.13", PLOT)
    assert last is not None
    (size,) = last.fields
    assert (size.type, size.list_type) == (
        Array(items=Scalar(type="string", enum=("Clay", "Loam"))),
        ListType.SET,
    )
    assert known.find_other_versions("1.13", "garden.example.io/v2", "Plot") == (
        "garden.example.io/v1",
    )
    assert known.find_other_versions("1.14", "garden.example.io/v2", "Plot") == ()
    assert known.find_versions("1.12", "Plot") == ("garden.example.io/v1",)


def test_update_adds_release(tmp_path: Path) -> None:
    known = write_releases(tmp_path, reference(size={"type": "string"}))
    document = tmp_path / "v1.10.2" / "swagger.json"
    document.parent.mkdir()
    document.write_text(
        '{"swagger": "2.0", "info": {}, "paths": {}, "definitions": {"a.b.C": {"type": "string"}}}'
    )
    update([document], tmp_path / "releases.json")
    more = BuiltIns(tmp_path / "releases.json.z")
    assert BuiltIns(tmp_path / "releases.json").releases == more.releases
    assert more.releases == ("1.9", "1.10")
    assert more.reference("1.9").definitions == known.reference("1.9").definitions
    assert list(more.reference("1.10").definitions) == ["a.b.C"]
    document.write_text(
        '{"swagger": "2.0", "info": {}, "paths": {}, "definitions": {"a.b.C": {"type": 5}}}'
    )
    with pytest.raises(ValueError, match="what is not read cannot be kept"):
        update([document], tmp_path / "releases.json")


def test_inexact_documents_are_refused() -> None:
    nested = reference(size={"type": "object", "properties": {"length": {"type": "string"}}})
    with pytest.raises(ValueError, match="written out in a field"):
        format_file({"1.9": nested})
    unsorted = reference(size={"type": "string"}, beds={"type": "string"})
    with pytest.raises(ValueError, match="not sorted"):
        format_file({"1.9": unsorted})


def test_bundled_file_is_small_and_has_no_descriptions() -> None:
    assert FILE.stat().st_size < 100_000
    data = zlib.decompress(FILE.read_bytes())
    assert data == TEXT.read_bytes()  # the reviewed file
    longest = max(
        (len(name), name) for name in data.decode().split('"') if " " in name and "\\" not in name
    )
    assert longest[0] < 60, longest


def test_kinds_of_release_are_found_by_name() -> None:
    for (api_version, kind), span in SHIPPED.kinds.items():
        assert SHIPPED.kind_key(span.since, api_version, kind), (api_version, kind)
        release = span.until or SHIPPED.newest
        key = SHIPPED.kind_key(release, api_version, kind)
        found = SHIPPED.reference(release, (key,))
        assert next(iter(found.definitions)) == key
        assert found.closure(key) == tuple(found.definitions)


def test_unknown_release_error_lists_known_releases() -> None:
    assert SHIPPED.release_name(f"v{SHIPPED.newest}.3-build") == SHIPPED.newest
    with pytest.raises(
        ValueError,
        match=rf"1\.2 is not bundled; the bundled releases are {SHIPPED.releases[0]} to {SHIPPED.newest}",
    ):
        SHIPPED.release_name("1.2")


@pytest.mark.slow
@for_each(RELEASES)
def test_bundled_file_matches_documents(release: Path) -> None:
    shown = str(document_of(release))
    document = read_sources([SourcePath(path=document_of(release), display_path=shown)], Report())
    shipped = SHIPPED.reference(release.name.removeprefix("v"))
    assert list(shipped.definitions) == sorted(document.definitions)
    for key, definition in document.definitions.items():
        assert strip_locations(shipped.definitions[key]) == strip_locations(definition)
