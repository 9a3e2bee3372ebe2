"""Comparison of the fields of two definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from codegen.core.diagnostics import Direction, Span
from codegen.drift.compare import merge_annotations
from codegen.drift.compare.changes import Change, FieldChange
from codegen.drift.compare.context import Context, Subject
from codegen.drift.compare.keywords import OPEN_KEYWORDS, compare_keywords
from codegen.drift.compare.missing import expected_spans
from codegen.model import Array, Definition, Field, ListType, Map, Scalar, field_id, innermost, renames
from codegen.model.types import format_type


def compare_fields(context: Context, before: Definition, after: Definition) -> Iterator[Change]:
    """Compare the fields of two definitions, in the order of the first."""
    old_fields = {field.name: field for field in before.fields}
    new_fields = {field.name: field for field in after.fields}
    removed = [field for name, field in old_fields.items() if name not in new_fields]
    added = [field for name, field in new_fields.items() if name not in old_fields]
    keys = (before.key, after.key)
    renamed = (
        renames.match_fields(context.old.reference, context.new.reference, keys, removed, added)
        if removed and added
        else {}
    )
    used = context.use(*keys)
    spans = _expected_spans(before, after) if removed else {}
    for field in removed:
        if field.name in renamed:
            successor = new_fields[renamed[field.name]]
            subject = _subject(context, before.key, field, successor, used)
            context.renamed_fields[subject.id] = field_id(after.key, successor.name)
            yield subject.change("field-renamed", field.name, successor.name)
            yield from _compare_field(subject, before, after)
            continue
        rule = "required-field-removed" if field.required else "field-removed"
        rule = "stored-field-removed" if _prunes(after) else rule
        subject = _subject(context, before.key, field, None, used)
        yield subject.change(rule, format_type(field.type), span=spans[field.name])
    successors = {*renamed.values()}
    for field in added:
        if field.name not in successors:
            is_required = field.required and not (after.resource is not None and _default(field))
            rule, new = "required-field-added" if is_required else "field-added", format_type(field.type)
            if not is_required and after.resource is not None and (reason := _broken_convention(field)):
                rule, new = "unconventional-field-added", reason
            yield _subject(context, after.key, None, field, used).change(rule, new=new)
    for name, field in old_fields.items():
        if name in new_fields:
            yield from _compare_field(_subject(context, before.key, field, new_fields[name], used), before, after)


def _subject(
    context: Context, key: str, before: Field | None, after: Field | None, used: Iterable[Direction]
) -> Subject:
    name = before.name if before is not None else after.name if after is not None else ""
    prose_id = field_id(key, name)
    return Subject(context=context, kind=FieldChange, id=prose_id, before=before, after=after, used=used)


def _expected_spans(before: Definition, after: Definition) -> dict[str, Span]:
    spans = {field.name: field.span for field in reversed(after.fields)}
    return expected_spans((field.name for field in before.fields), spans, after.span)


def _prunes(after: Definition) -> bool:
    """Return whether servers drop unknown fields, also from stored objects."""
    return after.resource is not None and not after.open


def _default(field: Field) -> str | None:
    """Return the default of a field as JSON."""
    return next((word.value for word in field.keywords if word.name == "default" and not word.inside), None)


def _compare_field(subject: Subject, old_owner: Definition, new_owner: Definition) -> Iterator[Change]:
    """Compare a field of two definitions, and the fields of an inline object."""
    before, after, stored = subject.before, subject.after, new_owner.resource is not None
    if _is_same_field(before, after):
        return
    differences = list(subject.compare_types())
    for difference in differences:
        rule = f"field-{difference.what}"
        if difference.way and subject.context.has_one_form:
            rule = f"field-type-{difference.way}"
        yield subject.change(rule, difference.old, difference.new)
    if before.required != after.required:
        rule = "field-became-required" if after.required else "field-became-optional"
        old, new = ("required" if field.required else "optional" for field in (before, after))
        if stored and after.required and (value := _default(after)) is not None:
            rule, new = "field-required-with-default", value
        yield subject.change(rule, old, new)
    yield from compare_keywords(subject, stored=stored)
    for rule, old, new in _compare_annotations(subject, old_owner.key):
        if old != new:
            if stored and rule == "list-type-changed" and old == ListType.ATOMIC:
                rule = "list-type-tightened"
            yield subject.change(rule, old or None, new or None)
    if (before.fields or after.fields) and not differences:
        inner = _inline_definition(old_owner, before), _inline_definition(new_owner, after)
        yield from compare_fields(subject.context, *inner)


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


def _inline_definition(owner: Definition, field: Field) -> Definition:
    fields = tuple(replace(inner, name=f"{field.name}.{inner.name}") for inner in field.fields)
    is_open = any(word.name in OPEN_KEYWORDS and word.value == "true" for word in field.keywords)
    return replace(owner, name=field.name, fields=fields, open=is_open, span=field.span)


def _compare_annotations(subject: Subject, key: str) -> Iterator[tuple[str, str, str]]:
    """Yield rule, old and new words of each annotation that both places support."""
    before, after = subject.before, subject.after
    is_moved = before.name == "apiVersion" and key in subject.context.new_keys
    if before.value is not None and after.value is not None and not is_moved:
        yield "field-value-changed", before.value, after.value
    if subject.is_supported("list-type"):
        yield from _compare_list_types(subject.context, before, after)
    if subject.is_supported("patch"):
        yield from _compare_patches(before, after, lone=subject.is_supported("lone-strategy"))
    if subject.is_supported("map-type"):
        types = [merge_annotations.map_type(field.map_type) for field in (before, after)]
        yield "field-map-type-changed", types[0], types[1]


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
