"""Checks of definitions and of their fields."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.drift.compare import merge_annotations
from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Context
from codegen.drift.compare.field_pairing import has_other_form
from codegen.drift.compare.keywords import compare_keywords, rule_for_stored
from codegen.drift.compare.pairs import ElementPair, Lone, Match, PairedElements
from codegen.drift.compare.server_marks import explain_mark
from codegen.drift.compare.types import compare_types
from codegen.model import Array, Definition, Field, ListType, Map, Scalar, innermost
from codegen.model.keywords.keyword import find_default
from codegen.model.prose import readable_name
from codegen.model.types import format_type


def check_definitions(context: Context, match: Match) -> Iterator[Change]:
    """Find the changes of all definitions, without their fields."""
    for lone in match.definitions.lone:
        if lone.is_new:
            yield context.change_lone(lone, "definition-added", new=lone.id)
        elif lone.id in match.inlined:
            yield context.change_lone(lone, "definition-inlined", lone.id)
        else:
            yield context.change_lone(lone, "definition-removed", lone.id)
    for pair in match.definitions.pairs:
        if pair.old.key != pair.new.key:
            yield _check_rename(context, pair)
        yield from _check_definition(context, pair)


def _check_definition(context: Context, pair: ElementPair[Definition]) -> Iterator[Change]:
    """Find the changes of one definition, without its name and fields."""
    before, after = pair.old, pair.new
    if before.type is not None and after.type is not None:
        yield from compare_types(context, pair, "definition")
    elif has_other_form(before, after):
        old, new = _describe_form(before), _describe_form(after)
        yield context.change(pair, "definition-type-changed", old, new)
        return
    has_same_kinds = {*before.gvks} == {*after.gvks}
    if not has_same_kinds and before.key == after.key and context.supports(pair, "kinds"):
        yield context.change(
            pair,
            "definition-kinds-changed",
            _list_kinds(before, but=after),
            _list_kinds(after, but=before),
        )
    old_map, new_map = (
        merge_annotations.map_type(definition.map_type) for definition in (before, after)
    )
    if old_map != new_map and context.supports(pair, "map-type"):
        yield context.change(pair, "definition-map-type-changed", old_map or None, new_map or None)
    is_opened = before.open != after.open and before.closed == after.closed
    if is_opened and before.fields and after.fields and context.supports(pair, "keywords"):
        if after.open:
            rule = "unknown-fields-kept"
        else:
            rule = "unknown-fields-dropped"
        if after.resource is not None:
            rule = rule_for_stored(rule, None, None, after)
        yield context.change(pair, rule)
    yield from compare_keywords(context, pair, stored=after.resource is not None)


def _describe_form(definition: Definition) -> str:
    if definition.type is None:
        return "an object"
    return format_type(definition.type)


def _list_kinds(definition: Definition, *, but: Definition) -> str | None:
    """Return the kinds that a definition serves and another one does not."""
    return ", ".join(str(gvk) for gvk in definition.gvks if gvk not in but.gvks) or None


def _check_rename(context: Context, pair: ElementPair[Definition]) -> Change:
    """Report a renamed definition. Changes inside it are reported by themselves."""
    before, after = pair.old, pair.new
    old_versions = {gvk.api_version for gvk in before.gvks}
    new_versions = {gvk.api_version for gvk in after.gvks}
    is_moved = bool(old_versions and new_versions) and old_versions.isdisjoint(new_versions)
    old_kind, new_kind = _list_kinds(before, but=after), _list_kinds(after, but=before)
    has_kinds = old_kind is not None and new_kind is not None and context.pages is None
    ending = ""
    if has_kinds and context.supports(pair, "kinds"):
        ending = f", its kind was {old_kind} and is {new_kind}"
    rule = "definition-moved" if is_moved else "definition-renamed"
    return Change(
        graded=context.grade(rule, pair.directions),
        id=before.key,
        subject=readable_name(before.key),
        old=readable_name(before.key),
        new=readable_name(after.key),
        before=before,
        after=after,
        ending=ending,
        span=after.span,
    )


def check_fields(context: Context, group: PairedElements[Definition, Field]) -> Iterator[Change]:
    """Find the changes of the fields of one object."""
    for lone in group.elements.lone:
        if lone.is_new:
            yield _check_added_field(context, group.owners, lone)
        else:
            yield _check_removed_field(context, group.owners, lone)
    for pair in group.elements.pairs:
        yield from _check_field(context, group.owners, pair)


def _check_removed_field(
    context: Context, owners: ElementPair[Definition], lone: Lone[Field]
) -> Change:
    is_pruned = owners.new.resource is not None and not owners.new.open
    if is_pruned:
        rule = "stored-field-removed"
    elif lone.element.required:
        rule = "required-field-removed"
    else:
        rule = "field-removed"
    return context.change_lone(lone, rule, format_type(lone.element.type))


def _check_added_field(
    context: Context, owners: ElementPair[Definition], lone: Lone[Field]
) -> Change:
    field = lone.element
    is_stored = owners.new.resource is not None
    if field.required and not (is_stored and find_default(field.keywords)):
        return context.change_lone(lone, "required-field-added", new=format_type(field.type))
    if is_stored and (reason := _broken_convention(field)):
        return context.change_lone(lone, "unconventional-field-added", new=reason)
    return context.change_lone(lone, "field-added", new=format_type(field.type))


def _check_field(
    context: Context, owners: ElementPair[Definition], pair: ElementPair[Field]
) -> Iterator[Change]:
    """Find the changes of one field that both sides have."""
    before, after = pair.old, pair.new
    is_stored = owners.new.resource is not None
    if before.name != after.name:
        yield context.change(pair, "field-renamed", before.name, after.name)
    yield from compare_types(context, pair, "field", stored=is_stored)
    if before.required != after.required:
        yield _check_required(context, owners, pair, is_stored=is_stored)
    yield from compare_keywords(context, pair, stored=is_stored)
    is_moved = before.name == "apiVersion" and owners.old.key in context.new_keys
    has_values = before.value is not None and after.value is not None
    if has_values and before.value != after.value and not is_moved:
        yield context.change(pair, "field-value-changed", before.value, after.value)
    yield from merge_annotations.compare_merging(context, pair, stored=is_stored)


def _check_required(
    context: Context, owners: ElementPair[Definition], pair: ElementPair[Field], *, is_stored: bool
) -> Change:
    change = _find_required_change(context, pair, is_stored=is_stored)
    if context.pages is not None:
        reason = ""
    else:
        reason = explain_mark(context, owners, pair)
    if reason:
        return change.as_documentation(reason)
    return change


def _find_required_change(context: Context, pair: ElementPair[Field], *, is_stored: bool) -> Change:
    if not pair.new.required:
        return context.change(pair, "field-became-optional", "required", "optional")
    default = find_default(pair.new.keywords)
    if is_stored and default:
        return context.change(pair, "field-required-with-default", "optional", default)
    return context.change(pair, "field-became-required", "optional", "required")


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
            return (
                "conditions that are not a map by their type, so that one owner replaces those of "
                "another"
            )
        if field.list_type is None or (field.list_type is ListType.MAP and not field.list_map_keys):
            return "a list without a list type, which server-side apply replaces as a whole"
    return ""
