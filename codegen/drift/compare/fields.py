"""The fields of two definitions: added, removed, renamed, of another type, required or not, merged differently."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.drift.compare import renames
from codegen.drift.compare.changes import Change, FieldChange
from codegen.drift.compare.context import Context
from codegen.findings.diagnostics import Span
from codegen.findings.levels import Direction
from codegen.model import Definition, Field, field_id
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
    for field in removed:
        facts: dict[str, Any] = {"id": field_id(before.key, field.name), "before": field}
        if field.name in renamed:
            successor = new_fields[renamed[field.name]]
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
            yield from _field(context, before.key, field, successor, used)
            continue
        rule = "required-field-removed" if field.required else "field-removed"
        yield from context.make(FieldChange, rule, where(field, before, after), used, old=words(field.type), **facts)
    for field in added:
        if field.name not in renamed.values():
            rule = "required-field-added" if field.required else "field-added"
            yield from context.make(
                FieldChange,
                rule,
                field.span,
                used,
                id=field_id(after.key, field.name),
                new=words(field.type),
                after=field,
            )
    for name, field in old_fields.items():
        if name in new_fields:
            yield from _field(context, before.key, field, new_fields[name], used)


def where(missing: Field, before: Definition, after: Definition) -> Span:
    """Where a field is, or where it is missing: after the field that precedes it in the first source."""
    if (found := after.field(missing.name)) is not None:
        return found.span
    place = after.span
    for field in before.fields:
        if field.name == missing.name:
            break
        if (found := after.field(field.name)) is not None:
            place = found.span
    return place


def _field(context: Context, key: str, before: Field, after: Field, used: frozenset[Direction]) -> Iterator[Change]:
    facts: dict[str, Any] = {"id": field_id(key, before.name), "before": before, "after": after}
    for difference in context.types(before.type, after.type, before.span, after.span, enums=True):
        rule = f"field-{difference.what}" if difference.what.startswith("enum") else f"field-{difference.what}-changed"
        yield from context.make(FieldChange, rule, after.span, used, old=difference.old, new=difference.new, **facts)
    if before.required != after.required:
        rule = "field-became-required" if after.required else "field-became-optional"
        old, new = ("required" if field.required else "optional" for field in (before, after))
        yield from context.make(FieldChange, rule, after.span, used, old=old, new=new, **facts)
    for rule, old, new in _annotations(context, key, before, after):
        if old != new:
            yield from context.make(FieldChange, rule, after.span, used, old=old or None, new=new or None, **facts)


def _annotations(context: Context, key: str, before: Field, after: Field) -> Iterator[tuple[str, str, str]]:
    """Each annotation that both sources can express, in words. Keys are part of a list type that both have."""

    def both(fact: str) -> bool:
        return context.both_can_say(fact, before.span, after.span)

    moved = before.name == "apiVersion" and key in context.renamed
    if before.value is not None and after.value is not None and not moved:
        yield "field-value-changed", before.value, after.value
    if both("list-type"):
        yield "list-type-changed", _list_type(before), _list_type(after)
        if before.list_type is after.list_type:
            yield "list-map-keys-changed", ", ".join(before.list_map_keys), ", ".join(after.list_map_keys)
    if both("patch"):
        lone = both("lone-strategy")
        strategies = [_strategy(field, lone=lone) for field in (before, after)]
        yield "patch-strategy-changed", strategies[0], strategies[1]
        if strategies[0] == strategies[1] or (before.patch_merge_key and after.patch_merge_key):
            yield "patch-merge-key-changed", before.patch_merge_key, after.patch_merge_key
    if both("map-type"):
        yield "field-map-type-changed", before.map_type, after.map_type


def _list_type(field: Field) -> str:
    return str(field.list_type) if field.list_type else ""


def _strategy(field: Field, *, lone: bool) -> str:
    """The patch strategy in words; list pages write `merge` only with its key, and never `replace`."""
    parts = field.patch_strategy
    if not lone:
        parts = tuple(part for part in parts if part == "retainKeys" or (part == "merge" and field.patch_merge_key))
    return ", ".join(sorted(parts))
