"""The fields of two definitions: added, removed, renamed, of another type, required or not, merged differently."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from codegen.drift.compare import merging
from codegen.drift.compare.changes import Change, FieldChange
from codegen.drift.compare.context import Context
from codegen.drift.compare.conventions import advice
from codegen.drift.compare.keywords import KEEPING, keyword_changes
from codegen.findings.diagnostics import Span
from codegen.findings.levels import Direction
from codegen.model import Array, Definition, Field, ListType, field_id, renames
from codegen.model.type_words import words


def field_changes(context: Context, before: Definition, after: Definition) -> Iterator[Change]:
    """All changes of the fields of a definition that both sides have, in the order of the first."""
    old_fields = {field.name: field for field in before.fields}
    new_fields = {field.name: field for field in after.fields}
    removed = [field for name, field in old_fields.items() if name not in new_fields]
    added = [field for name, field in new_fields.items() if name not in old_fields]
    keys = (before.key, after.key)
    renamed = (
        renames.fields(context.old.reference, context.new.reference, keys, removed, added) if removed and added else {}
    )
    used = context.use(*keys)
    places = places_in(before, after) if removed else {}
    for field in removed:
        facts: dict[str, Any] = {"id": field_id(before.key, field.name), "before": field}
        if field.name in renamed:
            successor = new_fields[renamed[field.name]]
            context.renamed_fields[field_id(before.key, field.name)] = field_id(after.key, successor.name)
            yield from context.make(
                FieldChange,
                "field-renamed",
                successor.span,
                used,
                old=field.name,
                new=successor.name,
                after=successor,
                **facts,
            )
            yield from _field(context, (before, after), field, successor, used)
            continue
        if _prunes(after):
            rule = "stored-field-removed"
        else:
            rule = "required-field-removed" if field.required else "field-removed"
        yield from context.make(FieldChange, rule, places[field.name], used, old=words(field.type), **facts)
    successors = {*renamed.values()}
    for field in added:
        if field.name not in successors:
            demanded = field.required and not (after.resource is not None and _default(field))
            rule, new = "required-field-added" if demanded else "field-added", words(field.type)
            if not demanded and after.resource is not None and (odd := advice(field)):
                rule, new = "unconventional-field-added", odd
            yield from context.make(
                FieldChange,
                rule,
                field.span,
                used,
                id=field_id(after.key, field.name),
                new=new,
                after=field,
            )
    for name, field in old_fields.items():
        if name in new_fields:
            yield from _field(context, (before, after), field, new_fields[name], used)


def places_in(before: Definition, after: Definition) -> dict[str, Span]:
    """Where each field is, or where it is missing: after the field that precedes it in the first source."""
    places: dict[str, Span] = {}
    place = after.span
    for field in before.fields:
        found = after.field(field.name)
        place = place if found is None else found.span
        places.setdefault(field.name, place)
    return places


def _prunes(after: Definition) -> bool:
    """Whether servers drop what this object does not name, from what is stored too."""
    return after.resource is not None and not after.open


def _default(field: Field) -> str | None:
    """The default of a field as JSON, if it has one."""
    return next((word.value for word in field.keywords if word.name == "default" and not word.inside), None)


def _field(
    context: Context, owners: tuple[Definition, Definition], before: Field, after: Field, used: frozenset[Direction]
) -> Iterator[Change]:
    if _same(before, after):
        return
    key, stored = owners[0].key, owners[1].resource is not None
    facts: dict[str, Any] = {"id": field_id(key, before.name), "before": before, "after": after}
    differences = list(context.types(before.type, after.type, before.span, after.span, enums=True))
    for difference in differences:
        rule = f"field-{difference.what}" if difference.what.startswith("enum") else f"field-{difference.what}-changed"
        if difference.way and context.of_one_form:
            rule = f"field-type-{difference.way}"
        yield from context.make(FieldChange, rule, after.span, used, old=difference.old, new=difference.new, **facts)
    if before.required != after.required:
        rule = "field-became-required" if after.required else "field-became-optional"
        old, new = ("required" if field.required else "optional" for field in (before, after))
        if stored and after.required and (value := _default(after)) is not None:
            rule, new = "field-required-with-default", value
        yield from context.make(FieldChange, rule, after.span, used, old=old, new=new, **facts)
    yield from keyword_changes(context, FieldChange, used, facts, stored=stored)
    for rule, old, new in _annotations(context, key, before, after):
        if old != new:
            if stored and rule == "list-type-changed" and old == ListType.ATOMIC:
                rule = "list-type-tightened"
            yield from context.make(FieldChange, rule, after.span, used, old=old or None, new=new or None, **facts)
    if (before.fields or after.fields) and not differences:
        yield from _inner_changes(context, owners, before, after)


def _same(before: Field, after: Field) -> bool:
    """Whether two fields say the same, which most do: then nothing else is looked at."""
    return (
        before.type == after.type
        and before.required is after.required
        and before.keywords == after.keywords
        and not (before.fields or after.fields)
        and before.list_type is after.list_type
        and before.value == after.value
        and before.list_map_keys == after.list_map_keys
        and before.patch_strategy == after.patch_strategy
        and before.patch_merge_key == after.patch_merge_key
        and before.map_type == after.map_type
    )


def _inner_changes(
    context: Context, owners: tuple[Definition, Definition], before: Field, after: Field
) -> Iterator[Change]:
    """The changes of an object that is written out in a field: its fields are named by their path."""
    yield from field_changes(context, *(_written_out(*pair) for pair in zip(owners, (before, after), strict=True)))


def _written_out(owner: Definition, field: Field) -> Definition:
    fields = tuple(replace(inner, name=f"{field.name}.{inner.name}") for inner in field.fields)
    is_open = any(word.name in KEEPING and word.value == "true" for word in field.keywords)
    return replace(owner, name=field.name, fields=fields, open=is_open, span=field.span)


def _annotations(context: Context, key: str, before: Field, after: Field) -> Iterator[tuple[str, str, str]]:
    """Each annotation that both sources can express, in words. Keys are part of a list type that both have."""

    def both(fact: str) -> bool:
        return context.both_support(fact, before.span, after.span)

    moved = before.name == "apiVersion" and key in context.renamed
    if before.value is not None and after.value is not None and not moved:
        yield "field-value-changed", before.value, after.value
    if both("list-type"):
        yield from _list_types(context, before, after)
    if both("patch"):
        yield from _patches(before, after, lone=both("lone-strategy"))
    if both("map-type"):
        yield "field-map-type-changed", merging.map_type(before.map_type), merging.map_type(after.map_type)


def _list_types(context: Context, before: Field, after: Field) -> Iterator[tuple[str, str, str]]:
    """What changes for server-side apply; of a translation what its page says, since readers of both should read the same."""
    if isinstance(before.type, Array) != isinstance(after.type, Array):
        return  # that is another type, which says it all
    if context.between_languages:
        types = [str(field.list_type or "") for field in (before, after)]
    elif _only_patched(context, before, after):
        return
    else:
        types = [merging.list_type(field) for field in (before, after)]
    yield "list-type-changed", types[0], types[1]
    if types[0] == types[1]:
        keys = [", ".join(merging.list_keys(field)) for field in (before, after)]
        yield "list-map-keys-changed", keys[0], keys[1]


def _only_patched(context: Context, before: Field, after: Field) -> bool:
    """Whether the list type follows from strategies alone: then a change of these is told, or a page may have left one out."""
    if before.list_type is None and after.list_type is None:
        return True
    lone = any(map(merging.by_lone_strategy, (before, after)))
    return lone and not context.both_support("lone-strategy", before.span, after.span)


def _patches(before: Field, after: Field, *, lone: bool) -> Iterator[tuple[str, str, str]]:
    """What changes for strategic merge patches."""
    shown = [field if lone else _as_pages_print_it(field) for field in (before, after)]
    old, new = map(merging.strategy, shown)
    yield "patch-strategy-changed", old, new
    if old == new and all("merge" in field.patch_strategy for field in shown):
        yield "patch-merge-key-changed", before.patch_merge_key, after.patch_merge_key


def _as_pages_print_it(field: Field) -> Field:
    """List pages write `merge` only with its key, and never `replace`."""
    silent = {"replace"} if field.patch_merge_key else {"replace", "merge"}
    return replace(field, patch_strategy=tuple(part for part in field.patch_strategy if part not in silent))
