"""Comparison of custom resources: scope, names, storage, conversion, subresources, columns and
versions.

A change of all versions of a definition is reported once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Direction, Level
from codegen.drift.compare.changes import Change, format_value
from codegen.drift.compare.context import Context
from codegen.drift.compare.definitions import check_fields
from codegen.drift.compare.directions import BOTH_WAYS
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.pairing import match_fields
from codegen.model import CustomResource, Definition, PrinterColumn, field_id, split_prose_id
from codegen.model.kubernetes import version_rank

# The served versions of one custom resource, the most stable first.
_Versions = Mapping[str, Definition]
_NO_CONVERSION = "None"
_PORT, _DEFAULT_PORT = "clientConfig.service.port", "443"
_NOT_SERVED = "a version that is not served"


class _Difference(Struct, frozen=True, kw_only=True):
    """A difference of custom resources: its rule, and the old and new words.

    `fact` is the part of a definition in which it is, as in `Definition.locations`. `subject`
    replaces the name of the resource, and `ending` ends the message.
    """

    rule: str
    old: str | None = None
    new: str | None = None
    fact: str = ""
    subject: str = ""
    ending: str = ""
    directions: frozenset[Direction] = BOTH_WAYS


def compare_resources(context: Context) -> Iterator[Change]:
    """Find the changes of common custom resources, without fields and operations."""
    for before, after in _pair_resources(context):
        definitions = list(after.values())
        unfit: list[Change] = []
        for first, second in pairwise(after):
            unfit.extend(_compare_neighbours(context, before, after, first, second))
        for difference in _compare_definition(before, after):
            is_explained = any(change.rule.id == "served-versions-differ" for change in unfit)
            if not (difference.rule == "conversion-changed" and is_explained):
                yield _make_change(context, definitions, difference)
        for name, definition in after.items():
            if name not in before:
                continue
            resource = _find_resource(definition)
            for difference in _compare_version(_find_resource(before[name]), resource):
                subject = f"{resource.name}/{name}"
                yield _make_change(context, [definition], replace(difference, subject=subject))
        yield from unfit


def _pair_resources(context: Context) -> Iterator[tuple[_Versions, _Versions]]:
    """Yield the versions of each custom resource of both sides.

    Resources are the same by the name of their definition, or else by their group and kind.
    """
    old, new = _served_versions(context.old), _served_versions(context.new)
    for name, before in old.items():
        after = new.get(name)
        if after is None:
            added = [versions for added_name, versions in new.items() if added_name not in old]
            after = _find_of_kind(added, _find_group_kind(before))
        if after is not None:
            yield before, after


class _GroupKind(NamedTuple):
    """The group and kind of a custom resource."""

    group: str
    kind: str


def _find_group_kind(versions: _Versions) -> _GroupKind:
    for definition in versions.values():
        if definition.gvk is not None:
            return _GroupKind(definition.gvk.group, definition.gvk.kind)
    return _GroupKind("", "")


def _find_of_kind(resources: Sequence[_Versions], group_kind: _GroupKind) -> _Versions | None:
    for versions in resources:
        if _find_group_kind(versions) == group_kind:
            return versions
    return None


def _served_versions(side: ComparisonInput) -> dict[str, _Versions]:
    """Return the versions of each custom resource by the name of its definition."""
    served: dict[str, dict[str, Definition]] = {}
    for key, definition in side.reference.definitions.items():
        if definition.resource is not None and definition.gvk is not None and side.documents(key):
            versions = served.setdefault(definition.resource.name, {})
            versions[definition.gvk.version] = definition
    ordered: dict[str, _Versions] = {}
    for resource, versions in served.items():
        names = sorted(versions, key=version_rank)
        ordered[resource] = {name: versions[name] for name in names}
    return ordered


def _find_resource(definition: Definition) -> CustomResource:
    assert definition.resource is not None  # noqa: S101 - `_served_versions` takes no others
    return definition.resource


def _make_change(
    context: Context,
    definitions: Sequence[Definition],
    difference: _Difference,
    *,
    ids: tuple[str, ...] = (),
) -> Change:
    """Make a change of the given versions, located at its fact, or at the first of them."""
    first = definitions[0]
    if not ids and len(definitions) > 1:
        ids = tuple(definition.key for definition in definitions)
    return Change(
        graded=context.grade(difference.rule, difference.directions),
        id=first.key,
        subject=difference.subject or _find_resource(first).name,
        old=difference.old,
        new=difference.new,
        ids=ids,
        ending=difference.ending,
        span=first.locate(difference.fact),
    )


def _compare_definition(before: _Versions, after: _Versions) -> Iterator[_Difference]:
    """Compare what all versions of a custom resource share."""
    old = _find_resource(next(iter(before.values())))
    new = _find_resource(next(iter(after.values())))
    if old.namespaced != new.namespaced:
        yield _Difference(
            rule="scope-changed", old=_name_scope(old), new=_name_scope(new), fact="scope"
        )
    if old.plural != new.plural:
        yield _Difference(rule="resource-renamed", old=old.name, new=new.name, fact="plural")
    yield from _compare_names(before, after)
    old_storage, new_storage = _find_storage(before), _find_storage(after)
    if old_storage is not None and old_storage != new_storage:
        is_served = old_storage in after and new_storage is not None
        if is_served:
            rule = "storage-version-changed"
        else:
            rule = "stored-version-removed"
        yield _Difference(
            rule=rule, old=old_storage, new=new_storage or _NOT_SERVED, fact="storage"
        )
    yield from _compare_conversion(old, new)
    if old.preserve_unknown_fields != new.preserve_unknown_fields:
        if new.preserve_unknown_fields:
            rule = "unknown-fields-kept"
        else:
            rule = "unknown-fields-pruned"
        yield _Difference(rule=rule, fact="preserveUnknownFields")
    yield from _compare_unserved(old, new, before, after)


def _compare_names(before: _Versions, after: _Versions) -> Iterator[_Difference]:
    """Compare the names of a custom resource and of its lists, except its plural."""
    old = _find_resource(next(iter(before.values())))
    new = _find_resource(next(iter(after.values())))
    old_kind, new_kind = _find_group_kind(before).kind, _find_group_kind(after).kind
    is_usual_list = (old.list_kind, new.list_kind) == (f"{old_kind}List", f"{new_kind}List")
    is_usual_singular = (old.singular, new.singular) == (old_kind.lower(), new_kind.lower())
    if old_kind != new_kind:
        yield _Difference(rule="resource-kind-changed", old=old_kind, new=new_kind, fact="kind")
    if old.list_kind != new.list_kind and not is_usual_list:
        yield _Difference(
            rule="resource-kind-changed",
            old=old.list_kind,
            new=new.list_kind,
            fact="listKind",
            subject=f"lists of {new.name}",
            directions=frozenset((Direction.RESPONSE,)),
        )
    if old.singular != new.singular and not is_usual_singular:
        yield _Difference(
            rule="resource-names-removed",
            old=f"the singular {old.singular}",
            fact="singular",
            ending=f"; it is {new.singular} now",
        )
    old_words = [f"the short name {name}" for name in old.short_names]
    new_words = [f"the short name {name}" for name in new.short_names]
    yield from _list_additions("resource-names", old_words, new_words, "shortNames")
    old_words = [f"the category {name}" for name in old.categories]
    new_words = [f"the category {name}" for name in new.categories]
    yield from _list_additions("resource-names", old_words, new_words, "categories")


def _compare_conversion(old: CustomResource, new: CustomResource) -> Iterator[_Difference]:
    """Compare the strategy between versions, or else the webhook."""
    rule, fact = "conversion-changed", "conversion"
    if old.conversion != new.conversion:
        yield _Difference(rule=rule, old=old.conversion, new=new.conversion, fact=fact)
        return
    before, after = _read_webhook(old), _read_webhook(new)
    if before != after:
        removed, added = _different_values(before, after), _different_values(after, before)
        yield _Difference(rule=rule, old=removed, new=added, fact=fact)


def _name_scope(resource: CustomResource) -> str:
    if resource.namespaced:
        return "Namespaced"
    return "Cluster"


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


def _list_additions(
    rules: str, old: Sequence[str], new: Sequence[str], fact: str
) -> Iterator[_Difference]:
    """Yield the removed and added members of a list."""
    for member in old:
        if member not in new:
            yield _Difference(rule=f"{rules}-removed", old=member, fact=fact)
    for member in new:
        if member not in old:
            yield _Difference(rule=f"{rules}-added", new=member, fact=fact)


def _read_webhook(resource: CustomResource) -> Mapping[str, str]:
    """Return the values of a webhook by their paths, without the default port of a service."""
    values = dict(_flatten(json.loads(resource.webhook or "{}")))
    if values.get(_PORT) == _DEFAULT_PORT:
        del values[_PORT]
    return values


def _different_values(values: Mapping[str, str], counterparts: Mapping[str, str]) -> str:
    """Describe the values that another webhook lacks, each with its path."""
    different = [
        f"{path} {value}" for path, value in values.items() if counterparts.get(path) != value
    ]
    return ", ".join(different) or "none"


def _flatten(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flatten(inner, f"{path}.{name}".lstrip("."))
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)


def _compare_version(old: CustomResource, new: CustomResource) -> Iterator[_Difference]:
    """Compare what each version of a custom resource states for itself."""
    if old.scale is not None and new.scale is not None and old.scale != new.scale:
        yield _Difference(
            rule="scale-changed", old=_scale_facts(old), new=_scale_facts(new), fact="scale"
        )
    if new.status and not old.status:
        yield _Difference(rule="status-separated", fact="status")
    yield from _list_additions(
        "selectable-field", old.selectable_fields, new.selectable_fields, "selectableFields"
    )
    if old.columns != new.columns:
        yield _Difference(
            rule="columns-changed",
            old=_column_facts(old, new),
            new=_column_facts(new, old),
            fact="additionalPrinterColumns",
        )
    old_warning, new_warning = old.deprecation_warning or None, new.deprecation_warning or None
    if old.deprecated != new.deprecated:
        if new.deprecated:
            rule = "deprecation-added"
        else:
            rule = "deprecation-removed"
        yield _Difference(rule=rule, old=old_warning, new=new_warning, fact="deprecated")
    elif old_warning != new_warning:
        yield _Difference(
            rule="annotation-changed", old=old_warning, new=new_warning, fact="deprecationWarning"
        )


def _scale_facts(resource: CustomResource) -> str:
    scale = resource.scale
    paths = (scale.spec_replicas, scale.status_replicas, scale.label_selector) if scale else ()
    return ", ".join(filter(None, paths))


def _column_facts(resource: CustomResource, other: CustomResource) -> str:
    """Describe the columns that another resource lacks, or all if only their order differs."""
    columns = [column for column in resource.columns if column not in other.columns]
    if not columns and {*other.columns} <= {*resource.columns}:
        columns = [*resource.columns]
    return ", ".join(map(_describe_column, columns)) or "none"


def _describe_column(column: PrinterColumn) -> str:
    if column.priority:
        priority = f"priority {column.priority}"
    else:
        priority = ""
    details = (column.json_path, column.type, column.format, priority)
    return f"{column.name} ({', '.join(filter(None, details))})"


def _compare_neighbours(
    context: Context, before: _Versions, after: _Versions, first: str, second: str
) -> Iterator[Change]:
    """Report the fields that became incompatible between two versions next to each other in
    stability.

    Fields that get lost between two other versions also get lost between two neighbours.
    """
    is_converted = _find_resource(after[first]).conversion != _NO_CONVERSION
    old_first = _find_predecessor(context, before, after[first])
    old_second = _find_predecessor(context, before, after[second])
    former: list[_IncompatibleField] = []
    was_converted = _find_resource(next(iter(before.values()))).conversion != _NO_CONVERSION
    if is_converted or not was_converted:  # else a webhook converted them until now
        former = _incompatible_fields(context.old, before, old_first, old_second)
    fresh = [
        field
        for field in _incompatible_fields(context.new, after, first, second)
        if field not in former
    ]
    if not fresh:
        return
    pair = [after[first], after[second]]
    if is_converted:
        rule = "served-versions-converted"
    else:
        rule = "served-versions-differ"
    paths = format_value(", ".join(field.path for field in fresh))
    yield _make_change(
        context,
        pair,
        _Difference(rule=rule, old=first, new=second, ending=f": {paths}"),
        ids=tuple(field_id(pair[0].key, field.path) for field in fresh),
    )


def _find_predecessor(context: Context, before: _Versions, definition: Definition) -> str:
    """Return the name of the version that a definition had before, or nothing if it is new."""
    for name, predecessor in before.items():
        if context.new_keys.get(predecessor.key, predecessor.key) == definition.key:
            return name
    return ""


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
        path = split_prose_id(change.id).name
        if change.rule.request is Level.ERR and path not in ("apiVersion", "kind"):
            fields[_IncompatibleField(path=path, rule=change.rule.id)] = None
    return list(fields)


def _compare_versions(
    side: ComparisonInput, first: Definition, second: Definition
) -> Iterator[Change]:
    """Compare the fields of two versions in both directions."""
    context = Context(old=side, new=side)
    for old, new in ((first, second), (second, first)):
        for group in match_fields(context, old, new).fields:
            yield from check_fields(context, group)
