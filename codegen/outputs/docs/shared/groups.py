"""A table of contents for an API without one, with a folder per API group and one for shared types.

A type with one user is a part of that page. A type with several users has its own page, so that
nothing is repeated and no page grows without end.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from codegen.core.diagnostics import Span
from codegen.model import Definition, Operation, Reference, definition_refs, find_used_keys
from codegen.model.contents import Chapter, Contents, ContentsPart
from codegen.model.file_names import portable
from codegen.model.kubernetes import is_list_key

_CORE = "core"
_UNSAFE = re.compile(r"[^a-z0-9.]+")
_SHARED = "Definitions"
# Suffixes of definitions on the page of their kind.
_PARTS = ("Spec", "Status", "List")


def contents_by_group(reference: Reference, wanted: Container[str] | None = None) -> Contents:
    """Build a table of contents of kinds by group, and of shared definitions.

    `wanted` limits it to some keys.
    """
    groups: dict[str, list[Chapter]] = {}
    on_pages: set[str] = set()
    for definition in sorted(kinds(reference), key=lambda kind: (kind.name, kind.key)):
        gvk = definition.gvk
        if gvk is None:
            continue
        on_pages |= {definition.key, *(f"{definition.key}{part}" for part in _PARTS)}
        if wanted is not None and definition.key not in wanted:
            continue
        chapter = Chapter(name=gvk.kind, group=gvk.group, version=gvk.version, span=definition.span)
        groups.setdefault(gvk.group, []).append(chapter)
    parts = [
        ContentsPart(name=group or _CORE, chapters=tuple(chapters), span=chapters[0].span)
        for group, chapters in sorted(groups.items())
    ]
    shared = [
        Chapter(name=definition.name, key=definition.key, others=(), span=definition.span)
        for definition in sorted(
            _find_shared(reference, on_pages), key=lambda kind: (kind.name, kind.key)
        )
        if wanted is None or definition.key in wanted
    ]
    if shared:
        parts.append(ContentsPart(name=_SHARED, chapters=tuple(shared), span=shared[0].span))
    return Contents(
        parts=tuple(parts), upstream=False, span=parts[0].span if parts else Span(path="")
    )


def keys_without_page(reference: Reference) -> frozenset[str]:
    """Return the keys of kinds and of unused definitions that no source page shows, with their
    types.

    A source page shows its sections, and all types that these and its operations use.
    """
    with_section = reference.section_keys
    used = find_used_keys(_list_page_operations(reference))
    on_pages = set(reference.closure(*with_section, *used))
    missing = [definition for definition in kinds(reference) if definition.key not in on_pages]
    missing += [
        definition
        for definition in _find_unused(reference)
        if definition.key not in on_pages and definition.gvk is None
    ]
    if not missing:
        return frozenset()
    missing_kinds = {definition.gvk for definition in missing if definition.gvk is not None}
    used_by_missing = find_used_keys(
        operation for operation in reference.operations.values() if operation.gvk in missing_kinds
    )
    keys = {definition.key for definition in missing}
    return frozenset(reference.closure(*keys, *used_by_missing)) - with_section


def _list_page_operations(reference: Reference) -> Iterator[Operation]:
    """Yield the operations that stand on the pages of the sources."""
    for page in reference.pages:
        for name in page.operations:
            if name in reference.operations:
                yield reference.operations[name]


def _find_unused(reference: Reference) -> Iterator[Definition]:
    """Yield the documented definitions that no other definition and no operation uses."""
    used = find_used_keys(reference.operations.values())
    for definition in reference.definitions.values():
        used.update(key for key in definition_refs(definition) if key != definition.key)
    for definition in reference.definitions.values():
        if definition.documented and not definition.places and definition.key not in used:
            yield definition


def group_folder(group: str) -> str:
    """Return the folder of an API group, which is its full name."""
    return portable(_UNSAFE.sub("-", group.lower()).strip(".-")) or _CORE


def kinds(reference: Reference) -> Iterator[Definition]:
    """Yield the kinds that get pages, which excludes list kinds.

    If a source has operations, a kind of it without any is only a type of responses.
    """
    asked = {operation.gvk for operation in reference.operations.values()}
    with_operations = {operation.span.path for operation in reference.operations.values()}
    kinds = {
        definition.key: definition
        for definition in reference.definitions.values()
        if definition.gvk is not None and definition.documented
    }
    for key, definition in kinds.items():
        if definition.span.path in with_operations and definition.gvk not in asked:
            continue
        if not is_list_key(key, kinds):
            yield definition


def _find_shared(reference: Reference, on_pages: set[str]) -> Iterator[Definition]:
    """Yield the definitions with several users or none.

    One without fields is often only a line below each use.
    """
    users: dict[str, set[str]] = {}
    for definition in reference.definitions.values():
        for key in definition_refs(definition):
            users.setdefault(key, set()).add(definition.key)
    in_operations = find_used_keys(reference.operations.values())
    for definition in reference.definitions.values():
        if definition.key in on_pages or not definition.documented or definition.places:
            continue
        by = users.get(definition.key, set())
        if not definition.fields and definition.key not in in_operations:
            texts = (
                prose[definition.key].text
                for prose in reference.prose.values()
                if definition.key in prose
            )
            if not any("\n" in text for text in texts):  # a single paragraph
                continue
        if len(by) != 1 or definition.key in by or definition.key in in_operations:
            yield definition
