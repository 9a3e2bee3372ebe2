"""Comparison of custom resources: scope, names, storage, conversion, subresources, columns and
versions.

A change of all versions of a definition is reported once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from codegen.core.diagnostics import Level
from codegen.drift.compare.changes import Change, format_value
from codegen.drift.compare.context import Context
from codegen.drift.compare.definitions import check_field
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.pairing import pair_fields
from codegen.model import CustomResource, Definition, field_id, split_prose_id
from codegen.model.kubernetes import version_rank

_Versions = Mapping[
    str, Definition
]  # served versions of one custom resource, the most stable first
_Facts = Iterator[tuple[str, str | None, str | None]]  # rule, old and new words
_NO_CONVERSION = "None"


def compare_resources(context: Context) -> Iterator[Change]:
    """Find the changes of common custom resources, without fields and operations."""
    old, new = _served_versions(context.old), _served_versions(context.new)
    for kind in old.keys() & new.keys():
        before, after = old[kind], new[kind]
        yield from _make_changes(context, after.values(), _compare_definition(before, after))
        for name, definition in after.items():
            if name in before:
                facts = _compare_version(_find_resource(before[name]), _find_resource(definition))
                subject = f"the version {name} of {_find_resource(definition).name}"
                yield from _make_changes(context, [definition], facts, subject=subject)
        for first, second in pairwise(after):
            yield from _compare_neighbours(context, before, after, first, second)


def _served_versions(side: ComparisonInput) -> dict[tuple[str, str], _Versions]:
    """Return the versions of each custom resource by group and kind."""
    found: dict[tuple[str, str], dict[str, Definition]] = {}
    for key, definition in side.reference.definitions.items():
        if definition.resource is not None and definition.gvk is not None and side.documents(key):
            gvk = definition.gvk
            found.setdefault((gvk.group, gvk.kind), {})[gvk.version] = definition
    return {
        kind: {name: versions[name] for name in sorted(versions, key=version_rank)}
        for kind, versions in found.items()
    }


def _find_resource(definition: Definition) -> CustomResource:
    assert definition.resource is not None  # noqa: S101 - `_served_versions` takes no others
    return definition.resource


def _make_changes(
    context: Context, definitions: Iterable[Definition], facts: _Facts, **more: Any
) -> Iterator[Change]:
    first, *others = definitions
    ids = (first.key, *(each.key for each in others)) if others else ()
    more = {"ids": ids, "subject": _find_resource(first).name, **more}
    for rule, old, new in facts:
        yield context.make(rule, first.span, id=first.key, old=old, new=new, **more)


def _compare_definition(before: _Versions, after: _Versions) -> _Facts:
    old, new = (_find_resource(next(iter(versions.values()))) for versions in (before, after))
    if old.namespaced != new.namespaced:
        scopes = ["Namespaced" if each.namespaced else "Cluster" for each in (old, new)]
        yield "scope-changed", scopes[0], scopes[1]
    if old.plural != new.plural:
        yield "resource-renamed", old.name, new.name
    old_names, new_names = _name_facts(old), _name_facts(new)
    yield from (
        ("resource-names-removed", name, None) for name in old_names if name not in new_names
    )
    yield from (("resource-names-added", None, name) for name in new_names if name not in old_names)
    storage, new_storage = (
        next((name for name, each in versions.items() if _find_resource(each).storage), None)
        for versions in (before, after)
    )
    if storage is not None and storage != new_storage:
        is_served = storage in after and new_storage is not None
        rule = "storage-version-changed" if is_served else "stored-version-removed"
        yield rule, storage, new_storage or "a version that is not served"
    if old.conversion != new.conversion:
        yield "conversion-changed", old.conversion, new.conversion
    elif old.webhook != new.webhook:
        yield "conversion-changed", _webhook_values(old, new), _webhook_values(new, old)
    if old.preserve_unknown_fields != new.preserve_unknown_fields:
        yield (
            "unknown-fields-kept" if new.preserve_unknown_fields else "unknown-fields-pruned",
            None,
            None,
        )
    unserved = dict(new.unserved)
    for version, schema in old.unserved:
        if version not in (*unserved, *after):
            yield "unserved-version-removed", version, None
        elif unserved.get(version, schema) != schema:
            yield "unserved-version-changed", version, version
    yield from (
        ("unserved-version-added", None, version)
        for version in unserved
        if version not in (*dict(old.unserved), *before)
    )


def _webhook_values(resource: CustomResource, other: CustomResource) -> str:
    """Describe the values of a webhook that another one lacks, each with its path."""
    own, others = (dict(_flatten(json.loads(each.webhook or "{}"))) for each in (resource, other))
    return (
        ", ".join(f"{path} {value}" for path, value in own.items() if others.get(path) != value)
        or "none"
    )


def _flatten(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flatten(inner, f"{path}.{name}".lstrip("."))
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)


def _name_facts(resource: CustomResource) -> list[str]:
    """Return the names that users type, each with its sort."""
    return [
        f"the singular {resource.singular}",
        f"the list kind {resource.list_kind}",
        *(f"the short name {name}" for name in resource.short_names),
        *(f"the category {name}" for name in resource.categories),
    ]


def _compare_version(old: CustomResource, new: CustomResource) -> _Facts:
    if None not in (old.scale, new.scale) and old.scale != new.scale:
        yield "scale-changed", _scale_facts(old), _scale_facts(new)
    selectable = old.selectable_fields, new.selectable_fields
    yield from (
        ("selectable-field-removed", path, None)
        for path in selectable[0]
        if path not in selectable[1]
    )
    yield from (
        ("selectable-field-added", None, path)
        for path in selectable[1]
        if path not in selectable[0]
    )
    if old.columns != new.columns:
        yield "columns-changed", _column_facts(old, new), _column_facts(new, old)
    if old.deprecated != new.deprecated:
        rule = "deprecation-added" if new.deprecated else "deprecation-removed"
        yield rule, old.deprecation_warning or None, new.deprecation_warning or None
    elif old.deprecation_warning != new.deprecation_warning:
        yield "annotation-changed", old.deprecation_warning, new.deprecation_warning


def _scale_facts(resource: CustomResource) -> str:
    scale = resource.scale
    paths = (scale.spec_replicas, scale.status_replicas, scale.label_selector) if scale else ()
    return ", ".join(filter(None, paths))


def _column_facts(resource: CustomResource, other: CustomResource) -> str:
    """Describe the columns that another resource lacks, or all if only their order differs."""
    columns = [each for each in resource.columns if each not in other.columns]
    columns = columns or ([] if {*other.columns} - {*resource.columns} else [*resource.columns])
    parts = (
        (
            each.name,
            (
                each.json_path,
                each.type,
                each.format,
                f"priority {each.priority}" if each.priority else "",
            ),
        )
        for each in columns
    )
    return (
        ", ".join(f"{name} ({', '.join(filter(None, facts))})" for name, facts in parts) or "none"
    )


def _compare_neighbours(
    context: Context, before: _Versions, after: _Versions, first: str, second: str
) -> Iterator[Change]:
    """Report the fields that became incompatible between two versions next to each other in
    stability.

    Fields that get lost between two other versions also get lost between two neighbours.
    """
    known = _incompatible_fields(context.old, before, first, second)
    fresh = [
        place
        for place in _incompatible_fields(context.new, after, first, second)
        if place not in known
    ]
    if fresh:
        pair = after[first], after[second]
        is_converted = _find_resource(pair[0]).conversion != _NO_CONVERSION
        rule = "served-versions-converted" if is_converted else "served-versions-differ"
        ids = tuple(field_id(pair[0].key, path) for path, _ in fresh)
        paths = format_value(", ".join(path for path, _ in fresh))
        yield from _make_changes(
            context, pair, iter([(rule, first, second)]), ids=ids, more=f": {paths}"
        )


def _incompatible_fields(
    side: ComparisonInput, served: _Versions, first: str, second: str
) -> dict[tuple[str, str], None]:
    """Return paths and rules of the fields that objects of one version lose or are rejected for in
    the other.
    """
    if first not in served or second not in served:
        return {}
    context = Context(old=side, new=side)
    found: dict[tuple[str, str], None] = {}
    for one, other in ((first, second), (second, first)):
        for field in pair_fields(context, served[one], served[other]):
            path = split_prose_id(field.id)[1]
            for change in check_field(field):
                if change.rule.request is Level.ERR and path not in ("apiVersion", "kind"):
                    found.setdefault((path, change.rule.id), None)
    return found
