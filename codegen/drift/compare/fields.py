"""Comparison of the fields of two definitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from codegen.drift.compare import merge_annotations
from codegen.drift.compare.changes import Change, FieldChange
from codegen.drift.compare.context import Context
from codegen.drift.compare.keywords import OPEN_KEYWORDS, compare_keywords
from codegen.drift.compare.missing import expected_spans
from codegen.findings.diagnostics import Span
from codegen.findings.levels import Direction
from codegen.model import Array, Definition, Field, ListType, Map, Scalar, field_id, innermost, renames
from codegen.model.types import words


def compare_fields(context: Context, before: Definition, after: Definition) -> Iterator[Change]:
    """Compare the fields of two definitions, in the order of the first."""
    old_fields = {field.name: field for field in before.fields}
    new_fields = {field.name: field for field in after.fields}
    removed = [field for name, field in old_fields.items() if name not in new_fields]
    added = [field for name, field in new_fields.items() if name not in old_fields]
    keys = (before.key, after.key)
    renamed = (
        renames.fields(context.old.reference, context.new.reference, keys, removed, added) if removed and added else {}
    )
    used = context.use(*keys)
    spans = _expected_spans(before, after) if removed else {}
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
            yield from _compare_field(context, (before, after), field, successor, used)
            continue
        if _prunes(after):
            rule = "stored-field-removed"
        else:
            rule = "required-field-removed" if field.required else "field-removed"
        yield from context.make(FieldChange, rule, spans[field.name], used, old=words(field.type), **facts)
    successors = {*renamed.values()}
    for field in added:
        if field.name not in successors:
            is_required = field.required and not (after.resource is not None and _default(field))
            rule, new = "required-field-added" if is_required else "field-added", words(field.type)
            if not is_required and after.resource is not None and (reason := _broken_convention(field)):
                rule, new = "unconventional-field-added", reason
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
            yield from _compare_field(context, (before, after), field, new_fields[name], used)


def _expected_spans(before: Definition, after: Definition) -> dict[str, Span]:
    spans = {field.name: field.span for field in reversed(after.fields)}
    return expected_spans((field.name for field in before.fields), spans, after.span)


def _prunes(after: Definition) -> bool:
    """Return whether servers drop unknown fields, also from stored objects."""
    return after.resource is not None and not after.open


def _default(field: Field) -> str | None:
    """Return the default of a field as JSON."""
    return next((word.value for word in field.keywords if word.name == "default" and not word.inside), None)


def _compare_field(
    context: Context, owners: tuple[Definition, Definition], before: Field, after: Field, used: frozenset[Direction]
) -> Iterator[Change]:
    if _is_same_field(before, after):
        return
    key, stored = owners[0].key, owners[1].resource is not None
    facts: dict[str, Any] = {"id": field_id(key, before.name), "before": before, "after": after}
    differences = list(context.compare_types(before.type, after.type, before.span, after.span, enums=True))
    for difference in differences:
        rule = f"field-{difference.what}"
        if difference.way and context.has_one_form:
            rule = f"field-type-{difference.way}"
        yield from context.make(FieldChange, rule, after.span, used, old=difference.old, new=difference.new, **facts)
    if before.required != after.required:
        rule = "field-became-required" if after.required else "field-became-optional"
        old, new = ("required" if field.required else "optional" for field in (before, after))
        if stored and after.required and (value := _default(after)) is not None:
            rule, new = "field-required-with-default", value
        yield from context.make(FieldChange, rule, after.span, used, old=old, new=new, **facts)
    yield from compare_keywords(context, FieldChange, used, facts, stored=stored)
    for rule, old, new in _annotations(context, key, before, after):
        if old != new:
            if stored and rule == "list-type-changed" and old == ListType.ATOMIC:
                rule = "list-type-tightened"
            yield from context.make(FieldChange, rule, after.span, used, old=old or None, new=new or None, **facts)
    if (before.fields or after.fields) and not differences:
        yield from _compare_inner_fields(context, owners, before, after)


def _is_same_field(before: Field, after: Field) -> bool:
    """Return whether two fields are the same, as most are, to skip all further comparison."""
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


def _compare_inner_fields(
    context: Context, owners: tuple[Definition, Definition], before: Field, after: Field
) -> Iterator[Change]:
    """Compare the fields of an inline object, which are named by their path."""
    yield from compare_fields(
        context, *(_inline_definition(*pair) for pair in zip(owners, (before, after), strict=True))
    )


def _inline_definition(owner: Definition, field: Field) -> Definition:
    fields = tuple(replace(inner, name=f"{field.name}.{inner.name}") for inner in field.fields)
    is_open = any(word.name in OPEN_KEYWORDS and word.value == "true" for word in field.keywords)
    return replace(owner, name=field.name, fields=fields, open=is_open, span=field.span)


def _annotations(context: Context, key: str, before: Field, after: Field) -> Iterator[tuple[str, str, str]]:
    """Yield rule, old and new words of each annotation that both places support."""

    def is_supported(fact: str) -> bool:
        return context.both_support(fact, before.span, after.span)

    is_moved = before.name == "apiVersion" and key in context.new_keys
    if before.value is not None and after.value is not None and not is_moved:
        yield "field-value-changed", before.value, after.value
    if is_supported("list-type"):
        yield from _compare_list_types(context, before, after)
    if is_supported("patch"):
        yield from _compare_patches(before, after, lone=is_supported("lone-strategy"))
    if is_supported("map-type"):
        yield (
            "field-map-type-changed",
            merge_annotations.map_type(before.map_type),
            merge_annotations.map_type(after.map_type),
        )


def _compare_list_types(context: Context, before: Field, after: Field) -> Iterator[tuple[str, str, str]]:
    """Compare list types as server-side apply uses them; of a translation as the pages state them."""
    if isinstance(before.type, Array) != isinstance(after.type, Array):
        return  # reported as a changed type
    if context.between_languages:
        types = [str(field.list_type or "") for field in (before, after)]
    elif _follows_from_compare_patches(context, before, after):
        return
    else:
        types = [merge_annotations.list_type(field) for field in (before, after)]
    yield "list-type-changed", types[0], types[1]
    if types[0] == types[1]:
        keys = [", ".join(merge_annotations.list_keys(field)) for field in (before, after)]
        yield "list-map-keys-changed", keys[0], keys[1]


def _follows_from_compare_patches(context: Context, before: Field, after: Field) -> bool:
    """Return whether list types only follow from patch strategies, which are compared themselves."""
    if before.list_type is None and after.list_type is None:
        return True
    lone = any(map(merge_annotations.has_lone_strategy, (before, after)))
    return lone and not context.both_support("lone-strategy", before.span, after.span)


def _compare_patches(before: Field, after: Field, *, lone: bool) -> Iterator[tuple[str, str, str]]:
    """Compare the annotations of strategic merge patches."""
    printed = [field if lone else _printed_on_pages(field) for field in (before, after)]
    old, new = map(merge_annotations.patch_strategy, printed)
    yield "patch-strategy-changed", old, new
    if old == new and all("merge" in field.patch_strategy for field in printed):
        yield "patch-merge-key-changed", before.patch_merge_key, after.patch_merge_key


def _printed_on_pages(field: Field) -> Field:
    """Remove the strategies that list pages do not print: `replace`, and `merge` without a key."""
    omitted = {"replace"} if field.patch_merge_key else {"replace", "merge"}
    return replace(field, patch_strategy=tuple(part for part in field.patch_strategy if part not in omitted))


def _broken_convention(field: Field) -> str:
    """Describe how a new field of a custom resource breaks a convention; later it cannot be changed."""
    end = innermost(field.type)
    if isinstance(end, Scalar):
        if end.type == "boolean":
            return "a boolean, which can never get a third value"
        if end.type == "number":
            return "a floating-point number, which not all languages read back as it was written"
        if end.format.startswith("uint"):
            return "an unsigned integer, which not all languages have"
    if isinstance(field.type, Map) and field.fields:
        return "a map of objects, where a list with keys can be merged and extended"
    if isinstance(field.type, Array):
        if field.name.rpartition(".")[2] == "conditions" and field.list_map_keys != ("type",):
            return "conditions that are not a map by their type, so that one owner replaces those of another"
        if field.list_type is None or (field.list_type is ListType.MAP and not field.list_map_keys):
            return "a list without a list type, which server-side apply replaces as a whole"
    return ""
