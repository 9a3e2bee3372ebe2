"""Comparison of custom resources: scope, names, storage, conversion, subresources, columns and
versions.

A change of all versions of a definition is reported once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from codegen.core.diagnostics import Level
from codegen.drift.compare.changes import Change, format_value
from codegen.drift.compare.context import Context
from codegen.drift.compare.definitions import check_fields
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.pairing import match_fields
from codegen.model import CustomResource, Definition, PrinterColumn, field_id, split_prose_id
from codegen.model.kubernetes import version_rank

# The served versions of one custom resource, the most stable first.
_Versions = Mapping[str, Definition]
_NO_CONVERSION = "None"
_NOT_SERVED = "a version that is not served"


class _Difference(Struct, frozen=True, kw_only=True):
    """A difference of custom resources: its rule, and the old and new words."""

    rule: str
    old: str | None = None
    new: str | None = None


def compare_resources(context: Context) -> Iterator[Change]:
    """Find the changes of common custom resources, without fields and operations."""
    old, new = _served_versions(context.old), _served_versions(context.new)
    for kind in old.keys() & new.keys():
        before, after = old[kind], new[kind]
        definitions = list(after.values())
        for difference in _compare_definition(before, after):
            yield _make_change(context, definitions, difference)
        for name, definition in after.items():
            if name not in before:
                continue
            resource = _find_resource(definition)
            for difference in _compare_version(_find_resource(before[name]), resource):
                subject = f"the version {name} of {resource.name}"
                yield _make_change(context, [definition], difference, subject=subject)
        for first, second in pairwise(after):
            yield from _compare_neighbours(context, before, after, first, second)


def _served_versions(side: ComparisonInput) -> dict[tuple[str, str], _Versions]:
    """Return the versions of each custom resource by group and kind."""
    served: dict[tuple[str, str], dict[str, Definition]] = {}
    for key, definition in side.reference.definitions.items():
        if definition.resource is not None and definition.gvk is not None and side.documents(key):
            gvk = definition.gvk
            served.setdefault((gvk.group, gvk.kind), {})[gvk.version] = definition
    return {
        kind: {name: versions[name] for name in sorted(versions, key=version_rank)}
        for kind, versions in served.items()
    }


def _find_resource(definition: Definition) -> CustomResource:
    assert definition.resource is not None  # noqa: S101 - `_served_versions` takes no others
    return definition.resource


def _make_change(
    context: Context,
    definitions: Sequence[Definition],
    difference: _Difference,
    *,
    subject: str = "",
    ids: tuple[str, ...] = (),
    more: str = "",
) -> Change:
    """Make a change of the given versions, located at the first of them."""
    first = definitions[0]
    if not ids and len(definitions) > 1:
        ids = tuple(definition.key for definition in definitions)
    return context.make_change(
        difference.rule,
        first.span,
        id=first.key,
        subject=subject or _find_resource(first).name,
        old=difference.old,
        new=difference.new,
        ids=ids,
        more=more,
    )


def _compare_definition(before: _Versions, after: _Versions) -> Iterator[_Difference]:
    """Compare what all versions of a custom resource share."""
    old = _find_resource(next(iter(before.values())))
    new = _find_resource(next(iter(after.values())))
    if old.namespaced != new.namespaced:
        yield _Difference(rule="scope-changed", old=_name_scope(old), new=_name_scope(new))
    if old.plural != new.plural:
        yield _Difference(rule="resource-renamed", old=old.name, new=new.name)
    old_names, new_names = _list_names(old), _list_names(new)
    yield from _list_additions("resource-names", old_names, new_names)
    old_storage, new_storage = _find_storage(before), _find_storage(after)
    if old_storage is not None and old_storage != new_storage:
        is_served = old_storage in after and new_storage is not None
        rule = "storage-version-changed" if is_served else "stored-version-removed"
        yield _Difference(rule=rule, old=old_storage, new=new_storage or _NOT_SERVED)
    if old.conversion != new.conversion:
        yield _Difference(rule="conversion-changed", old=old.conversion, new=new.conversion)
    elif old.webhook != new.webhook:
        yield _Difference(
            rule="conversion-changed", old=_webhook_values(old, new), new=_webhook_values(new, old)
        )
    if old.preserve_unknown_fields != new.preserve_unknown_fields:
        is_kept = new.preserve_unknown_fields
        yield _Difference(rule="unknown-fields-kept" if is_kept else "unknown-fields-pruned")
    yield from _compare_unserved(old, new, before, after)


def _name_scope(resource: CustomResource) -> str:
    return "Namespaced" if resource.namespaced else "Cluster"


def _find_storage(versions: _Versions) -> str | None:
    """Return the name of the stored version, if it is served."""
    for name, definition in versions.items():
        if _find_resource(definition).storage:
            return name
    return None


def _compare_unserved(
    old: CustomResource, new: CustomResource, before: _Versions, after: _Versions
) -> Iterator[_Difference]:
    """Compare the versions that are not served."""
    old_schemas, new_schemas = dict(old.unserved), dict(new.unserved)
    for version, schema in old_schemas.items():
        if version not in new_schemas and version not in after:
            yield _Difference(rule="unserved-version-removed", old=version)
        elif new_schemas.get(version, schema) != schema:
            yield _Difference(rule="unserved-version-changed", old=version, new=version)
    for version in new_schemas:
        if version not in old_schemas and version not in before:
            yield _Difference(rule="unserved-version-added", new=version)


def _list_additions(what: str, old: Sequence[str], new: Sequence[str]) -> Iterator[_Difference]:
    """Yield the removed and added members of a list."""
    for member in old:
        if member not in new:
            yield _Difference(rule=f"{what}-removed", old=member)
    for member in new:
        if member not in old:
            yield _Difference(rule=f"{what}-added", new=member)


def _webhook_values(resource: CustomResource, other: CustomResource) -> str:
    """Describe the values of a webhook that another one lacks, each with its path."""
    values = dict(_flatten(json.loads(resource.webhook or "{}")))
    others = dict(_flatten(json.loads(other.webhook or "{}")))
    different = [f"{path} {value}" for path, value in values.items() if others.get(path) != value]
    return ", ".join(different) or "none"


def _flatten(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flatten(inner, f"{path}.{name}".lstrip("."))
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)


def _list_names(resource: CustomResource) -> list[str]:
    """Return the names that users type, each with its sort."""
    return [
        f"the singular {resource.singular}",
        f"the list kind {resource.list_kind}",
        *(f"the short name {name}" for name in resource.short_names),
        *(f"the category {name}" for name in resource.categories),
    ]


def _compare_version(old: CustomResource, new: CustomResource) -> Iterator[_Difference]:
    """Compare what each version of a custom resource states for itself."""
    if old.scale is not None and new.scale is not None and old.scale != new.scale:
        yield _Difference(rule="scale-changed", old=_scale_facts(old), new=_scale_facts(new))
    yield from _list_additions("selectable-field", old.selectable_fields, new.selectable_fields)
    if old.columns != new.columns:
        yield _Difference(
            rule="columns-changed", old=_column_facts(old, new), new=_column_facts(new, old)
        )
    old_warning, new_warning = old.deprecation_warning or None, new.deprecation_warning or None
    if old.deprecated != new.deprecated:
        rule = "deprecation-added" if new.deprecated else "deprecation-removed"
        yield _Difference(rule=rule, old=old_warning, new=new_warning)
    elif old_warning != new_warning:
        yield _Difference(rule="annotation-changed", old=old_warning, new=new_warning)


def _scale_facts(resource: CustomResource) -> str:
    scale = resource.scale
    paths = (scale.spec_replicas, scale.status_replicas, scale.label_selector) if scale else ()
    return ", ".join(filter(None, paths))


def _column_facts(resource: CustomResource, other: CustomResource) -> str:
    """Describe the columns that another resource lacks, or all if only their order differs."""
    columns = [each for each in resource.columns if each not in other.columns]
    if not columns and {*other.columns} <= {*resource.columns}:
        columns = [*resource.columns]
    return ", ".join(map(_describe_column, columns)) or "none"


def _describe_column(column: PrinterColumn) -> str:
    priority = f"priority {column.priority}" if column.priority else ""
    details = (column.json_path, column.type, column.format, priority)
    return f"{column.name} ({', '.join(filter(None, details))})"


def _compare_neighbours(
    context: Context, before: _Versions, after: _Versions, first: str, second: str
) -> Iterator[Change]:
    """Report the fields that became incompatible between two versions next to each other in
    stability.

    Fields that get lost between two other versions also get lost between two neighbours.
    """
    known = _incompatible_fields(context.old, before, first, second)
    fresh = [
        each
        for each in _incompatible_fields(context.new, after, first, second)
        if each not in known
    ]
    if not fresh:
        return
    pair = [after[first], after[second]]
    is_converted = _find_resource(pair[0]).conversion != _NO_CONVERSION
    rule = "served-versions-converted" if is_converted else "served-versions-differ"
    paths = format_value(", ".join(each.path for each in fresh))
    yield _make_change(
        context,
        pair,
        _Difference(rule=rule, old=first, new=second),
        ids=tuple(field_id(pair[0].key, each.path) for each in fresh),
        more=f": {paths}",
    )


class _IncompatibleField(Struct, frozen=True, kw_only=True):
    """A field that objects lose, or are rejected for, in another version."""

    path: str
    rule: str


def _incompatible_fields(
    side: ComparisonInput, served: _Versions, first: str, second: str
) -> list[_IncompatibleField]:
    """Return the fields that objects of one version lose or are rejected for in the other."""
    if first not in served or second not in served:
        return []
    fields: dict[_IncompatibleField, None] = {}
    for change in _compare_versions(side, served[first], served[second]):
        path = split_prose_id(change.id)[1]
        if change.rule.request is Level.ERR and path not in ("apiVersion", "kind"):
            fields[_IncompatibleField(path=path, rule=change.rule.id)] = None
    return list(fields)


def _compare_versions(
    side: ComparisonInput, one: Definition, other: Definition
) -> Iterator[Change]:
    """Compare the fields of two versions in both directions."""
    context = Context(old=side, new=side)
    for old, new in ((one, other), (other, one)):
        for group in match_fields(context, old, new).fields:
            yield from check_fields(context, group)
