"""Comparison of custom resources: scope, names, storage, conversion, subresources, columns and versions.

A change of all versions of a definition is reported once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import comb
from typing import Any

from msgspec import Struct

from codegen.core.diagnostics import Level
from codegen.drift.compare.changes import Change, format_value
from codegen.drift.compare.context import Context
from codegen.drift.compare.definitions import check_field
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.pairing import pair_fields
from codegen.findings.finding import NotCompared
from codegen.model import CustomResource, Definition, split_prose_id
from codegen.model.kubernetes import version_rank

_Kind = tuple[str, str]  # group and kind
_Facts = Iterator[tuple[str, str | None, str | None]]  # rule, old and new words
_NO_CONVERSION = "None"
MOST_VERSIONS = 30  # of one custom resource, compared in pairs


class _ServedVersions(Struct, frozen=True, kw_only=True):
    """The served versions of one custom resource, the most stable first."""

    versions: Mapping[str, Definition]

    @property
    def first(self) -> CustomResource:
        """The common properties of all versions."""
        return _resource(next(iter(self.versions.values())))

    @property
    def storage(self) -> str | None:
        """The storage version, if it is served."""
        return next((name for name, each in self.versions.items() if _resource(each).storage), None)


def compare_resources(context: Context) -> Iterator[Change]:
    """Find the changes of common custom resources, except those of fields and operations."""
    old, new = _served_versions(context.old), _served_versions(context.new)
    for kind in old.keys() & new.keys():
        before, after = old[kind], new[kind]
        for rule, was, now in (*_compare_definition(before, after), *_compare_storage(before, after)):
            yield from _make_change(context, rule, after.versions.values(), was, now)
        for name, definition in after.versions.items():
            if name in before.versions:
                yield from _compare_version(context, before.versions[name], definition)
        yield from _compare_versions_in_pairs(context, before, after)


def uncompared_versions(context: Context) -> Iterator[NotCompared]:
    """Count the uncompared pairs of versions, for each custom resource with too many."""
    old, new = _served_versions(context.old), _served_versions(context.new)
    for kind, served in new.items():
        pairs = comb(len(served.versions), 2) - comb(MOST_VERSIONS, 2)
        if pairs > 0 and kind in old:
            what = f"which versions of {served.first.name} fit each other, beside the {MOST_VERSIONS} most stable"
            yield NotCompared(what=what, count=pairs)


def _resource(definition: Definition) -> CustomResource:
    assert definition.resource is not None  # noqa: S101 - `_served_versions` takes no others
    return definition.resource


def _served_versions(side: ComparisonInput) -> dict[_Kind, _ServedVersions]:
    found: dict[_Kind, dict[str, Definition]] = {}
    for key, definition in side.reference.definitions.items():
        if definition.resource is not None and definition.gvk is not None and side.documents(key):
            gvk = definition.gvk
            found.setdefault((gvk.group, gvk.kind), {})[gvk.version] = definition
    return {
        kind: _ServedVersions(versions={name: versions[name] for name in sorted(versions, key=version_rank)})
        for kind, versions in found.items()
    }


def _make_change(
    context: Context, rule: str, definitions: Iterable[Definition], old: str | None, new: str | None, **more: Any
) -> Iterator[Change]:
    first, *others = definitions
    ids = tuple(each.key for each in (first, *others)) if others else ()
    facts = {"ids": ids, **more}
    yield context.make(rule, first.span, id=first.key, subject=_resource(first).name, old=old, new=new, **facts)


# ----------------------------------------------------------------------------------------------------- one definition


def _compare_definition(before: _ServedVersions, after: _ServedVersions) -> _Facts:
    old, new = before.first, after.first
    if old.namespaced != new.namespaced:
        scopes = ["Namespaced" if each.namespaced else "Cluster" for each in (old, new)]
        yield "scope-changed", scopes[0], scopes[1]
    if old.plural != new.plural:
        yield "resource-renamed", old.name, new.name
    names = _names(old), _names(new)
    for name in names[0].keys() - names[1].keys():
        yield "resource-names-removed", f"the {names[0][name]} {name[1]}", None
    for name in names[1].keys() - names[0].keys():
        yield "resource-names-added", None, f"the {names[1][name]} {name[1]}"


def _names(resource: CustomResource) -> dict[tuple[str, str], str]:
    """Return the names that users type, each with its sort."""
    sorts = {
        "singular": (resource.singular,),
        "list kind": (resource.list_kind,),
        "short name": resource.short_names,
        "category": resource.categories,
    }
    return {(sort, name): sort for sort, names in sorts.items() for name in names}


def _compare_storage(before: _ServedVersions, after: _ServedVersions) -> _Facts:
    old, new = before.storage, after.storage
    if old is not None and old != new:
        rule = "storage-version-changed" if old in after.versions and new is not None else "stored-version-removed"
        yield rule, old, new or "a version that is not served"
    if before.first.conversion != after.first.conversion:
        yield "conversion-changed", before.first.conversion, after.first.conversion


# ------------------------------------------------------------------------------------------------------- one version


def _compare_version(context: Context, before: Definition, after: Definition) -> Iterator[Change]:
    old, new = _resource(before), _resource(after)
    if old.scale != new.scale and None not in (old.scale, new.scale):
        yield from _make_change(context, "scale-changed", (after,), _scale(old), _scale(new))
    both = {*old.selectable_fields} & {*new.selectable_fields}
    for path in old.selectable_fields:
        if path not in both:
            yield from _make_change(context, "selectable-field-removed", (after,), path, None)
    for path in new.selectable_fields:
        if path not in both:
            yield from _make_change(context, "selectable-field-added", (after,), None, path)
    if old.columns != new.columns:
        yield from _make_change(context, "columns-changed", (after,), _columns(old), _columns(new))
    if old.deprecated != new.deprecated:
        rule = "deprecation-added" if new.deprecated else "deprecation-removed"
        warnings = [each.deprecation_warning or None for each in (old, new)]
        yield from _make_change(context, rule, (after,), warnings[0], warnings[1])
    elif old.deprecation_warning != new.deprecation_warning:
        yield from _make_change(
            context, "annotation-changed", (after,), old.deprecation_warning, new.deprecation_warning
        )


def _scale(resource: CustomResource) -> str:
    scale = resource.scale
    if scale is None:
        return "none"
    return ", ".join(filter(None, (scale.spec_replicas, scale.status_replicas, scale.label_selector)))


def _columns(resource: CustomResource) -> str:
    return ", ".join(f"{each.name} ({each.json_path})" for each in resource.columns) or "none"


# -------------------------------------------------------------------------------------------------- between versions


def _compare_versions_in_pairs(context: Context, before: _ServedVersions, after: _ServedVersions) -> Iterator[Change]:
    """Find pairs of the most stable versions that became less compatible; one change for each pair."""
    names = tuple(after.versions)[:MOST_VERSIONS]
    is_converted = after.first.conversion != _NO_CONVERSION
    rule = "served-versions-converted" if is_converted else "served-versions-differ"
    for at, first in enumerate(names):
        for second in names[at + 1 :]:
            known = _incompatible_fields(context.old, before, first, second)
            fresh = [place for place in _incompatible_fields(context.new, after, first, second) if place not in known]
            if not fresh:
                continue
            pair = after.versions[first], after.versions[second]
            paths = ", ".join(path for path, _ in fresh)
            ids = tuple(f"{pair[0].key}#{path}" for path, _ in fresh)
            yield from _make_change(context, rule, pair, first, second, ids=ids, more=f": {format_value(paths)}")


def _incompatible_fields(
    side: ComparisonInput, served: _ServedVersions, first: str, second: str
) -> dict[tuple[str, str], None]:
    """Return paths and rules of the fields that objects of one version lose or are rejected for in the other."""
    if first not in served.versions or second not in served.versions:
        return {}
    context = Context(old=side, new=side)
    found: dict[tuple[str, str], None] = {}
    for one, other in ((first, second), (second, first)):
        for field in pair_fields(context, served.versions[one], served.versions[other]):
            path = split_prose_id(field.id)[1]
            for change in check_field(field):
                if change.rule.request is Level.ERR and path not in ("apiVersion", "kind"):
                    found.setdefault((path, change.rule.id), None)
    return found
