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

from msgspec import Struct

from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Context
from codegen.drift.compare.keyword_lines import locate_change
from codegen.drift.compare.keywords import rule_for_stored
from codegen.drift.compare.pairs import ElementPair
from codegen.model import Array, Field, ListType

_MERGE, _REPLACE, _GRANULAR = "merge", "replace", "granular"


class _Annotation(Struct, frozen=True, kw_only=True):
    """A fact about merging on both sides, with its keyword and the rule about its change."""

    rule: str
    keyword: str
    old: str
    new: str


def compare_merging(
    context: Context, pair: ElementPair[Field], *, stored: bool
) -> Iterator[Change]:
    """Compare the annotations of a field in both sources.

    `stored` marks a field of a custom resource.
    """
    annotations = [*_compare_list_types(context, pair), *_compare_patches(context, pair)]
    if context.supports(pair, "map-type"):
        annotations.append(
            _Annotation(
                rule="field-map-type-changed",
                keyword="x-kubernetes-map-type",
                old=map_type(pair.old.map_type),
                new=map_type(pair.new.map_type),
            )
        )
    for annotation in annotations:
        if annotation.old == annotation.new:
            continue
        rule = annotation.rule
        if stored:
            rule = rule_for_stored(rule, annotation.old, annotation.new, pair.new)
        change = context.change(pair, rule, annotation.old or None, annotation.new or None)
        yield locate_change(change, pair.new, "", annotation.keyword)


def _compare_list_types(context: Context, pair: ElementPair[Field]) -> Iterator[_Annotation]:
    """Compare list types by their use in server-side apply.

    Those of a translation are compared by their words.
    """
    before, after = pair.old, pair.new
    if not context.supports(pair, "list-type"):
        return
    if isinstance(before.type, Array) != isinstance(after.type, Array):
        return  # a changed type is reported by itself
    if context.pages is not None:
        old, new = str(before.list_type or ""), str(after.list_type or "")
    elif before.list_type is None and after.list_type is None:
        return  # they follow from patch strategies, which are compared themselves
    elif not context.supports(pair, "lone-strategy") and (
        _is_implied_set(before) or _is_implied_set(after)
    ):
        return  # some layouts do not print `merge` without a key
    else:
        old, new = list_type(before), list_type(after)
    yield _Annotation(rule="list-type-changed", keyword="x-kubernetes-list-type", old=old, new=new)
    if old == new:
        yield _Annotation(
            rule="list-map-keys-changed",
            keyword="x-kubernetes-list-map-keys",
            old=", ".join(list_keys(before)),
            new=", ".join(list_keys(after)),
        )


def _is_implied_set(field: Field) -> bool:
    return field.list_type is None and list_type(field) == ListType.SET


def _compare_patches(context: Context, pair: ElementPair[Field]) -> Iterator[_Annotation]:
    """Compare the annotations of strategic merge patches."""
    if not context.supports(pair, "patch"):
        return
    is_printed = context.supports(pair, "lone-strategy")
    old_strategy = _list_strategies(pair.old, is_printed=is_printed)
    new_strategy = _list_strategies(pair.new, is_printed=is_printed)
    old, new = (
        _describe_strategy(pair.old, old_strategy),
        _describe_strategy(pair.new, new_strategy),
    )
    yield _Annotation(
        rule="patch-strategy-changed", keyword="x-kubernetes-patch-strategy", old=old, new=new
    )
    if old == new and _MERGE in old_strategy and _MERGE in new_strategy:
        yield _Annotation(
            rule="patch-merge-key-changed",
            keyword="x-kubernetes-patch-merge-key",
            old=pair.old.patch_merge_key,
            new=pair.new.patch_merge_key,
        )


def _list_strategies(field: Field, *, is_printed: bool) -> frozenset[str]:
    """Return the strategies of a field; list pages print neither `replace`, nor `merge` without a
    key.
    """
    strategies = frozenset(field.patch_strategy)
    if is_printed:
        return strategies
    return strategies - ({_REPLACE} if field.patch_merge_key else {_REPLACE, _MERGE})


def _describe_strategy(field: Field, strategies: frozenset[str]) -> str:
    """Join the strategies, without the one that holds by default."""
    if isinstance(field.type, Array):
        default = _REPLACE
    else:
        default = _MERGE
    return ", ".join(sorted(strategies - {default}))


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
    if annotation == _GRANULAR:
        return ""
    return annotation
