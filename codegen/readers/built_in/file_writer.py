"""Writing of the bundled file from OpenAPI documents (`make built-ins`)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
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
    """Update the bundled file with the releases of these documents. The folder of each is named as its release.

    Raises ValueError for another name and for a document beyond the format of the file, and `CodegenError` for an unreadable document.
    """
    references: dict[str, Reference] = {}
    if file.is_file():
        known = BuiltIns(file)
        references = {release: known.reference(release) for release in known.releases}
    for document in documents:
        report = Report()
        release = releases.format_release(releases.parse(document.parent.name))
        references[release] = read_sources([SourcePath(path=document, shown=str(document))], report)
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
    fields = sorted({field.name for definition in versions if definition is not None for field in definition.fields})
    own = [None if definition is None else _encode_definition(definition) for definition in versions]
    return Facts(
        spans=tuple(_collect_spans(own, names)),
        fields={
            name: tuple(
                _collect_spans(
                    [
                        None
                        if definition is None or (found := definition.field(name)) is None
                        else _encode_field(found)
                        for definition in versions
                    ],
                    names,
                )
            )
            for name in fields
        },
    )


def _collect_spans(versions: list[_Spanned | None], names: list[str]) -> Iterator[_Spanned]:
    """Yield the facts of each release, merging equal neighbors."""
    start = 0
    for number, facts in enumerate(versions):
        following = versions[number + 1] if number + 1 < len(versions) else None
        if facts == following and number + 1 < len(versions):
            continue
        if facts is not None:
            since = names[start] if start else ""
            yield replace(facts, since=since, until=names[number] if number + 1 < len(names) else "")
        start = number + 1


def _encode_definition(definition: Definition) -> DefinitionFacts:
    names = [field.name for field in definition.fields]
    if names != sorted(names) or not definition.documented:
        raise ValueError(f"{definition.key}: its fields are not sorted by name, as those of servers are")
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
