"""Effects of merge annotations on server-side apply and strategic merge patches.

Server-side apply uses `x-kubernetes-list-type`, else the annotations of strategic merge: a list with the strategy `merge` is a map by
its merge key, or a set without one. Other lists are atomic. Objects are granular unless declared atomic. Strategic merge ignores both
types: it merges objects and replaces lists, unless the strategy says otherwise.
(Kubernetes: Server-Side Apply, "Merge strategy"; kube-openapi, `schemaconv`, does the same with a schema.)
"""

from __future__ import annotations

from codegen.model import Array, Field, ListType

_MERGE, _REPLACE, _GRANULAR = "merge", "replace", "granular"


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


def has_lone_strategy(field: Field) -> bool:
    """Return whether a list is a set only by `merge` without a key.

    Some layouts do not print that strategy.
    """
    return field.list_type is None and list_type(field) == ListType.SET


def patch_strategy(field: Field) -> str:
    """Return the patch strategies in words, except the default one."""
    usual = _REPLACE if isinstance(field.type, Array) else _MERGE
    return ", ".join(sorted(part for part in field.patch_strategy if part != usual))


def map_type(annotation: str) -> str:
    """Return the map type, or an empty text for the default."""
    return "" if annotation == _GRANULAR else annotation
