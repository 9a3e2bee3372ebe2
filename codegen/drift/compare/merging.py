"""What the annotations of a list or object do, whichever way they are written: to server-side apply, and to strategic merge patches.

Server-side apply reads `x-kubernetes-list-type` first. Where that is absent, the annotations of strategic merge count: a list with the
strategy `merge` is a map by its merge key, or a set without one; any other list is atomic. An object is granular unless it is called
atomic. Strategic merge reads neither type: it merges objects and replaces lists, unless the strategy says otherwise.
(Kubernetes: Server-Side Apply, "Merge strategy"; kube-openapi, `schemaconv`, makes the same of a schema.)
"""

from __future__ import annotations

from codegen.model import Array, Field, ListType

_MERGE, _REPLACE, _GRANULAR = "merge", "replace", "granular"


def list_type(field: Field) -> str:
    """How server-side apply treats a list: `atomic`, `set` or `map`; nothing for what is no list, where the annotation is ignored."""
    if not isinstance(field.type, Array):
        return ""
    if field.list_type is not None:
        return str(field.list_type)
    if _MERGE not in field.patch_strategy:
        return str(ListType.ATOMIC)
    return str(ListType.MAP if field.patch_merge_key else ListType.SET)


def list_keys(field: Field) -> tuple[str, ...]:
    """The names of the keys by which server-side apply merges a list, sorted: their order says nothing."""
    if list_type(field) != ListType.MAP:
        return ()
    if field.list_type is None:
        return (field.patch_merge_key,)
    return tuple(sorted(field.list_map_keys))


def by_lone_strategy(field: Field) -> bool:
    """Whether a list is a set only because of `merge` without a key, which some layouts do not print."""
    return field.list_type is None and list_type(field) == ListType.SET


def strategy(field: Field) -> str:
    """What strategic merge does, in words; what it does without being told is left out, since it is no statement."""
    usual = _REPLACE if isinstance(field.type, Array) else _MERGE
    return ", ".join(sorted(part for part in field.patch_strategy if part != usual))


def map_type(written: str) -> str:
    """`atomic`, or nothing for an object whose fields have owners of their own, which is what an object is without a word."""
    return "" if written == _GRANULAR else written
