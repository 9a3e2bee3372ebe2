"""Comparison of merge annotations by their effects on server-side apply and strategic merge
patches.

Server-side apply uses `x-kubernetes-list-type`, else the annotations of strategic merge: a list
with the strategy `merge` is a map by its merge key, or a set without one. Other lists are atomic.
Objects are granular unless declared atomic. Strategic merge ignores both types: it merges objects
and replaces lists, unless the strategy says otherwise. (Kubernetes: Server-Side Apply, "Merge
strategy"; kube-openapi, `schemaconv`, does the same with a schema.)
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Subject
from codegen.drift.compare.keywords import rule_for_stored
from codegen.model import Array, Field, ListType

_MERGE, _REPLACE, _GRANULAR = "merge", "replace", "granular"


def compare_merging(subject: Subject, *, stored: bool) -> Iterator[Change]:
    """Compare the annotations of a field in both sources.

    `stored` marks a field of a custom resource.
    """
    facts = [*_compare_list_types(subject), *_compare_patches(subject)]
    if subject.is_supported("map-type"):
        facts.append(
            (
                "field-map-type-changed",
                map_type(subject.before.map_type),
                map_type(subject.after.map_type),
            )
        )
    for rule, old, new in facts:
        if old != new:
            found = rule_for_stored(rule, old, new, subject.after) if stored else rule
            yield subject.change(found, old or None, new or None)


def _compare_list_types(subject: Subject) -> Iterator[tuple[str, str, str]]:
    """Compare list types by their use in server-side apply.

    Those of a translation are compared by their words.
    """
    both = subject.before, subject.after
    if not subject.is_supported("list-type") or isinstance(both[0].type, Array) != isinstance(
        both[1].type, Array
    ):
        return  # a changed type is reported by itself
    if subject.context.pages:
        old, new = (str(field.list_type or "") for field in both)
    elif all(field.list_type is None for field in both):
        return  # they follow from patch strategies, which are compared themselves
    elif not subject.is_supported("lone-strategy") and any(
        field.list_type is None and list_type(field) == ListType.SET for field in both
    ):
        return  # some layouts do not print `merge` without a key
    else:
        old, new = map(list_type, both)
    yield "list-type-changed", old, new
    if old == new:
        old_keys, new_keys = (", ".join(list_keys(field)) for field in both)
        yield "list-map-keys-changed", old_keys, new_keys


def _compare_patches(subject: Subject) -> Iterator[tuple[str, str, str]]:
    """Compare the annotations of strategic merge patches."""
    if not subject.is_supported("patch"):
        return
    both = subject.before, subject.after
    strategies = [{*field.patch_strategy} for field in both]
    if not subject.is_supported(
        "lone-strategy"
    ):  # list pages print neither `replace`, nor `merge` without a key
        strategies = [
            each - ({_REPLACE} if field.patch_merge_key else {_REPLACE, _MERGE})
            for field, each in zip(both, strategies, strict=True)
        ]
    usual = (_REPLACE if isinstance(field.type, Array) else _MERGE for field in both)
    old, new = (
        ", ".join(sorted(each - {default})) for each, default in zip(strategies, usual, strict=True)
    )
    yield "patch-strategy-changed", old, new
    if old == new and all(_MERGE in each for each in strategies):
        yield "patch-merge-key-changed", both[0].patch_merge_key, both[1].patch_merge_key


def list_type(field: Field) -> str:
    """Return the list type for server-side apply, or an empty text for other fields."""
    if not isinstance(field.type, Array):
        return ""
    if field.list_type is not None:
        return str(field.list_type)
    if _MERGE not in field.patch_strategy:
        return str(ListType.ATOMIC)
    return str(ListType.MAP if field.patch_merge_key else ListType.SET)


def list_keys(field: Field) -> tuple[str, ...]:
    """Return the sorted merge keys of a list for server-side apply."""
    if list_type(field) != ListType.MAP:
        return ()
    if field.list_type is None:
        return (field.patch_merge_key,)
    return tuple(sorted(field.list_map_keys))


def map_type(annotation: str) -> str:
    """Return the map type, or an empty text for the default."""
    return "" if annotation == _GRANULAR else annotation
