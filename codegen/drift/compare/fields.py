"""The fields of two definitions: added, removed, renamed, of another type, required or not, merged otherwise."""

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
    mine, theirs = {each.name: each for each in before.fields}, {each.name: each for each in after.fields}
    gone = [each for each in before.fields if each.name not in theirs]
    come = [each for each in after.fields if each.name not in mine]
    keys = (before.key, after.key)
    renamed = renames.fields(context.old.reference, context.new.reference, keys, gone, come) if gone and come else {}
    used = context.use(*keys)
    for each in gone:
        facts: dict[str, Any] = {"id": field_id(before.key, each.name), "before": each}
        if each.name in renamed:
            other = theirs[renamed[each.name]]
            yield from context.make(
                FieldChange, "field-renamed", other.span, used, old=each.name, new=other.name, after=other, **facts
            )
            yield from _field(context, before.key, each, other, used)
            continue
        rule = "required-field-removed" if each.required else "field-removed"
        yield from context.make(FieldChange, rule, where(each, before, after), used, old=words(each.type), **facts)
    for each in come:
        if each.name not in renamed.values():
            rule = "required-field-added" if each.required else "field-added"
            yield from context.make(
                FieldChange, rule, each.span, used, id=field_id(after.key, each.name), new=words(each.type), after=each
            )
    for name, each in mine.items():
        if name in theirs:
            yield from _field(context, before.key, each, theirs[name], used)


def where(gone: Field, before: Definition, after: Definition) -> Span:
    """Where a field stands, or where it is missing: behind the field that is before it in the first source."""
    if (found := after.field(gone.name)) is not None:
        return found.span
    place = after.span
    for each in before.fields:
        if each.name == gone.name:
            break
        if (found := after.field(each.name)) is not None:
            place = found.span
    return place


def _field(context: Context, key: str, before: Field, after: Field, used: frozenset[Direction]) -> Iterator[Change]:
    facts: dict[str, Any] = {"id": field_id(key, before.name), "before": before, "after": after}
    for each in context.types(before.type, after.type, before.span, after.span, enums=True):
        rule = f"field-{each.what}" if each.what.startswith("enum") else f"field-{each.what}-changed"
        yield from context.make(FieldChange, rule, after.span, used, old=each.old, new=each.new, **facts)
    if before.required != after.required:
        rule = "field-became-required" if after.required else "field-became-optional"
        old, new = ("required" if each.required else "optional" for each in (before, after))
        yield from context.make(FieldChange, rule, after.span, used, old=old, new=new, **facts)
    for rule, old, new in _annotations(context, key, before, after):
        if old != new:
            yield from context.make(FieldChange, rule, after.span, used, old=old or None, new=new or None, **facts)


def _annotations(context: Context, key: str, before: Field, after: Field) -> Iterator[tuple[str, str, str]]:
    """Each annotation that both sources can say, in words. Keys are part of a list type that both have."""

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
        strategies = [_strategy(each, lone=lone) for each in (before, after)]
        yield "patch-strategy-changed", strategies[0], strategies[1]
        if strategies[0] == strategies[1] or (before.patch_merge_key and after.patch_merge_key):
            yield "patch-merge-key-changed", before.patch_merge_key, after.patch_merge_key
    if both("map-type"):
        yield "field-map-type-changed", before.map_type, after.map_type


def _list_type(each: Field) -> str:
    return str(each.list_type) if each.list_type else ""


def _strategy(each: Field, *, lone: bool) -> str:
    """The patch strategy in words; list pages write `merge` only with its key, and never `replace`."""
    parts = each.patch_strategy
    if not lone:
        parts = tuple(part for part in parts if part == "retainKeys" or (part == "merge" and each.patch_merge_key))
    return ", ".join(sorted(parts))
