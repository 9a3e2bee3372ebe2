"""Checks of definitions and of their fields."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.drift.compare import merge_annotations
from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Context, Subject
from codegen.drift.compare.keywords import compare_keywords, rule_for_stored
from codegen.drift.compare.pairing import has_other_form
from codegen.model import Array, Definition, Field, ListType, Map, Scalar, innermost
from codegen.model.keywords.keyword import find_default
from codegen.model.prose import readable_name
from codegen.model.types import format_type


def check_definition(subject: Subject) -> Iterator[Change]:
    """Find the changes of one definition, without its name and fields."""
    before, after = subject.before, subject.after
    if before is None or after is None:
        rule, old, new = (
            ("definition-removed", subject.id, None)
            if before
            else ("definition-added", None, subject.id)
        )
        yield subject.change(rule, old, new)
        return
    if before.type is not None and after.type is not None:
        yield from subject.compare_types("definition")
    elif has_other_form(before, after):
        old, new = (
            "an object" if each.type is None else format_type(each.type) for each in (before, after)
        )
        yield subject.change("definition-type-changed", old, new)
        return
    if (
        {*before.gvks} != {*after.gvks}
        and before.key == after.key
        and subject.is_supported("kinds")
    ):
        yield subject.change(
            "definition-kinds-changed",
            _list_kinds(before, but=after),
            _list_kinds(after, but=before),
        )
    map_types = [merge_annotations.map_type(each.map_type) for each in (before, after)]
    if map_types[0] != map_types[1] and subject.is_supported("map-type"):
        yield subject.change(
            "definition-map-type-changed", map_types[0] or None, map_types[1] or None
        )
    is_opened = before.open != after.open and before.closed == after.closed
    if is_opened and before.fields and after.fields and subject.is_supported("keywords"):
        rule = "unknown-fields-kept" if after.open else "unknown-fields-dropped"
        yield subject.change(
            rule if after.resource is None else rule_for_stored(rule, None, None, after)
        )
    yield from compare_keywords(subject, stored=after.resource is not None)


def _list_kinds(definition: Definition, *, but: Definition) -> str | None:
    """Return the kinds that a definition serves and another one does not."""
    return ", ".join(str(gvk) for gvk in definition.gvks if gvk not in but.gvks) or None


def check_renames(context: Context) -> Iterator[Change]:
    """Report each renamed definition. Changes inside it are reported by themselves."""
    for old, new in context.new_keys.items():
        before, after = (
            context.old.reference.definitions[old],
            context.new.reference.definitions[new],
        )
        versions, new_versions = (
            {gvk.api_version for gvk in each.gvks} for each in (before, after)
        )
        is_moved = bool(versions and new_versions) and versions.isdisjoint(new_versions)
        kinds = _list_kinds(before, but=after), _list_kinds(after, but=before)
        has_kinds = (
            all(kinds)
            and not context.pages
            and context.both_support("kinds", before.span, after.span)
        )
        yield context.make(
            "definition-moved" if is_moved else "definition-renamed",
            after.span,
            context.use(old, new),
            id=old,
            subject=readable_name(old),
            old=readable_name(old),
            new=readable_name(new),
            before=before,
            after=after,
            more=f", its kind was {kinds[0]} and is {kinds[1]}" if has_kinds else "",
        )


def check_field(subject: Subject) -> Iterator[Change]:
    """Find the changes of one field."""
    before, after = subject.before, subject.after
    stored = subject.owners[1].resource is not None
    if after is None:
        rule = "required-field-removed" if before.required else "field-removed"
        prunes = stored and not subject.owners[1].open
        yield subject.change("stored-field-removed" if prunes else rule, format_type(before.type))
        return
    if before is None:
        if after.required and not (stored and find_default(after.keywords)):
            yield subject.change("required-field-added", new=format_type(after.type))
        elif stored and (reason := _broken_convention(after)):
            yield subject.change("unconventional-field-added", new=reason)
        else:
            yield subject.change("field-added", new=format_type(after.type))
        return
    if before.name != after.name:
        yield subject.change("field-renamed", before.name, after.name)
    yield from subject.compare_types("field")
    if before.required != after.required:
        rule = "field-became-required" if after.required else "field-became-optional"
        old, new = ("required" if field.required else "optional" for field in (before, after))
        if stored and after.required and (value := find_default(after.keywords)):
            rule, new = "field-required-with-default", value
        yield subject.change(rule, old, new)
    yield from compare_keywords(subject, stored=stored)
    is_moved = before.name == "apiVersion" and subject.owners[0].key in subject.context.new_keys
    if None not in (before.value, after.value) and before.value != after.value and not is_moved:
        yield subject.change("field-value-changed", before.value, after.value)
    yield from merge_annotations.compare_merging(subject, stored=stored)


def _broken_convention(field: Field) -> str:
    """Describe how a new field of a custom resource breaks a convention; later it cannot be
    changed.
    """
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
