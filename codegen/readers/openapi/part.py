"""What of a document has to be read where only a part is wanted: decided on the raw document, which costs a fraction of reading it.

`model.selection` chooses afterwards, as from a reference that was read whole, so a part may hold too much and never too little.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from codegen.model import GroupVersionKind
from codegen.model.selection import Pattern, Patterns, own_kinds
from codegen.readers.documents.api_document import ApiDocument
from codegen.readers.openapi.root import GVK, kinds_of, root_key

SECTIONS = (("definitions",), ("components", "schemas"), ("$defs",))
_INNER = frozenset((dict, list))
_Place = tuple[str, str]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Part(Struct, frozen=True, kw_only=True):
    """Definitions by key, with all that they need, and operations by path and method."""

    keys: frozenset[str]
    operations: frozenset[tuple[str, str]]


def part_of(document: ApiDocument, patterns: Sequence[Pattern]) -> Part | None:
    """The part that patterns choose; None where all has to be read.

    That is so for patterns that leave out, which need the whole to be judged, and for one that matches nothing, whose message
    names what is nearest.
    """
    if not patterns or any(selector.leaves_out for selector in patterns):
        return None
    schemas = _schemas(document.data)
    if root := root_key(document.data, document.source):
        schemas[root] = document.data
    kinds = {key: kinds_of(schema[GVK]) if GVK in schema else () for key, schema in schemas.items()}
    operations = _operations(document.data)
    met: set[Pattern] = set()
    roots: dict[str, None] = {}
    asked = Patterns(patterns)
    for key, gvks in kinds.items():
        if means := list(asked.meaning(key, gvks)):
            roots[key] = None
            met.update(means)
    own = {gvk for key in roots for gvk in own_kinds(kinds[key])}
    chosen: set[tuple[str, str]] = set()
    for gvk, places in _by_kind(operations).items():
        means = list(asked.meaning_kind(gvk))
        met.update(means)
        if means or gvk in own:
            chosen.update(places)
    if len(met) < len(set(patterns)):
        return None
    needed = [schemas[key] for key in roots] + [node for place in chosen for node in operations[place]]
    return Part(keys=frozenset((*roots, *_reached(document.data, schemas, needed))), operations=frozenset(chosen))


def _schemas(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """All schemas by key, the first of a key."""
    found: dict[str, dict[str, Any]] = {}
    for section in SECTIONS:
        group = _at(data, section)
        for key, schema in group.items() if isinstance(group, dict) else ():
            if isinstance(schema, dict):
                found.setdefault(key, schema)
    return found


def _operations(data: dict[str, Any]) -> dict[_Place, tuple[Any, dict[str, Any]]]:
    """By path and method, the parameters of the path and the operation."""
    paths = data.get("paths")
    return {
        (path, method): (item.get("parameters"), operation)
        for path, item in (paths.items() if isinstance(paths, dict) else ())
        if isinstance(item, dict)
        for method in METHODS
        if method in item and isinstance(operation := item[method], dict)
    }


def _by_kind(operations: Mapping[_Place, tuple[Any, dict[str, Any]]]) -> dict[GroupVersionKind, list[_Place]]:
    """The places of the operations of each kind, which has a dozen of them."""
    found: dict[GroupVersionKind, list[_Place]] = {}
    last: Any = None  # those of a path follow each other
    places: list[_Place] | None = None
    for place, (_, operation) in operations.items():
        if GVK not in operation:
            continue
        if operation[GVK] != last:
            last = operation[GVK]
            gvks = kinds_of(last)
            places = found.setdefault(gvks[0], []) if gvks else None
        if places is not None:
            places.append(place)
    return found


def _reached(data: dict[str, Any], schemas: dict[str, dict[str, Any]], nodes: Iterable[Any]) -> set[str]:
    """The keys of all schemas that these parts of the document lead to, through whatever is shared."""
    keys: set[str] = set()
    seen: set[str] = set()
    queue = list(nodes)
    while queue:
        node = queue.pop()
        if isinstance(node, dict):
            target = node.get("$ref")
            if isinstance(target, str) and target not in seen:
                seen.add(target)
                steps = target.removeprefix("#/").split("/")
                if tuple(steps[:-1]) in SECTIONS and steps[-1] in schemas:
                    keys.add(steps[-1])
                    queue.append(schemas[steps[-1]])
                else:
                    queue.append(_at(data, steps))
            queue += [value for value in node.values() if type(value) in _INNER]
        elif isinstance(node, list):
            queue += node
    return keys


def _at(data: Any, steps: Iterable[str]) -> Any:
    for step in steps:
        data = data.get(step) if isinstance(data, dict) else None
    return data
