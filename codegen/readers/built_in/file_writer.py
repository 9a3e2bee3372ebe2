"""Writing of the bundled file from OpenAPI documents (`make built-ins`)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from codegen.core import releases
from codegen.core.diagnostics import Report
from codegen.model import Definition, Field, Reference
from codegen.readers.built_in.facts import (
    DefinitionFacts,
    Facts,
    FieldFacts,
    copy_facts,
    format_exact_type,
)
from codegen.readers.built_in.structure import FILE, BuiltIns
from codegen.readers.sources import SourcePath, read_sources

_Spanned = TypeVar("_Spanned", DefinitionFacts, FieldFacts)

TEXT = FILE.with_suffix("")


def update(documents: Iterable[Path], file: Path = TEXT) -> None:
    """Update the bundled file with the releases of these documents.

    The folder of each is named as its release.

    Raises ValueError for another name and for a document beyond the format of the file, and
    `CodegenError` for an unreadable document.
    """
    references: dict[str, Reference] = {}
    if file.is_file():
        present = BuiltIns(file)
        references = {release: present.reference(release) for release in present.releases}
    for document in documents:
        report = Report()
        release = releases.format_release(releases.parse(document.parent.name))
        references[release] = read_sources(
            [SourcePath(path=document, display_path=str(document))], report
        )
        for diagnostic in report.diagnostics:
            raise ValueError(f"what is not read cannot be kept: {diagnostic}")
    content = format_file(references).encode()
    file.write_bytes(content)
    file.with_name(f"{file.name}.z").write_bytes(zlib.compress(content, 9))


def format_file(references: Mapping[str, Reference]) -> str:
    """Format the file with one definition per line, sorted by key."""
    names = sorted(references, key=releases.parse)
    keys = sorted({key for reference in references.values() for key in reference.definitions})
    lines = (
        f"{_json(key)}: {_json(_collect_facts([references[name].definitions.get(key) for name in names], names))}"
        for key in keys
    )
    return f'{{"releases": {_json(names)}, "definitions": {{\n' + ",\n".join(lines) + "\n}}\n"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _collect_facts(versions: list[Definition | None], names: list[str]) -> Facts:
    fields = sorted(
        {
            field.name
            for definition in versions
            if definition is not None
            for field in definition.fields
        }
    )
    own_facts = [_encode_definition(definition) if definition else None for definition in versions]
    spans = {}
    for name in fields:
        fields_by_version = [
            definition.field(name) if definition else None for definition in versions
        ]
        own_field = [_encode_field(field) if field else None for field in fields_by_version]
        spans[name] = tuple(_collect_spans(own_field, names))
    return Facts(spans=tuple(_collect_spans(own_facts, names)), fields=spans)


def _collect_spans(versions: list[_Spanned | None], names: list[str]) -> Iterator[_Spanned]:
    """Yield the facts of each release, merging equal neighbors."""
    for facts, group in groupby(zip(versions, names, strict=True), key=itemgetter(0)):
        run = [name for _, name in group]
        if facts is not None:
            since, until = (
                "" if run[0] == names[0] else run[0],
                "" if run[-1] == names[-1] else run[-1],
            )
            yield replace(facts, since=since, until=until)


def _encode_definition(definition: Definition) -> DefinitionFacts:
    names = [field.name for field in definition.fields]
    if names != sorted(names) or not definition.documented:
        raise ValueError(
            f"{definition.key}: its fields are not sorted by name, as those of servers are"
        )
    kind, enum = (None, ()) if definition.type is None else format_exact_type(definition.type)
    return DefinitionFacts(
        type=kind,
        enum=enum,
        kinds=tuple(f"{gvk.api_version}/{gvk.kind}" for gvk in definition.gvks),
        **copy_facts(definition, DefinitionFacts),
    )


def _encode_field(field: Field) -> FieldFacts:
    if field.fields or field.category:
        raise ValueError(f"{field.span}: an object that is written out in a field cannot be kept")
    kind, enum = format_exact_type(field.type)
    return FieldFacts(type=kind, enum=enum, **copy_facts(field, FieldFacts))
