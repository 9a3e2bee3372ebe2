"""What of a document has to be read where only a part is wanted: decided on the raw document, which costs a fraction of reading it.

`model.selection` chooses afterwards, as from a reference that was read whole, so a part may hold too much and never too little.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from msgspec import Struct

from codegen.model import GroupVersionKind
from codegen.model.selection import Pattern, Patterns, own_kinds
from codegen.readers.documents.api_document import ApiDocument
from codegen.readers.openapi.root import GVK, METHODS, kinds_of, root_key

SECTIONS = (("definitions",), ("components", "schemas"), ("$defs",))
_INNER = frozenset((dict, list))


class Part(Struct, frozen=True, kw_only=True):
    """Definitions by key, with all that they need, and operations by path and method."""

    keys: frozenset[str]
    operations: frozenset[tuple[str, str]]


class Choice:
    """What patterns choose, asked of one schema after another, and then of the operations of one path after another."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._asked = Patterns(patterns)
        self._open = set(patterns)  # those that have met nothing yet
        self._own: set[GroupVersionKind] = set()
        self._kinds: dict[GroupVersionKind, bool] = {}  # those of operations, and whether they are chosen
        self._last: Any = None  # as it is written: those of a path follow each other
        self._last_is_chosen = False

    @property
    def is_complete(self) -> bool:
        """Whether each pattern has met something."""
        return not self._open

    def takes(self, key: str, kinds: Any) -> bool:
        """Whether a schema is chosen, with the operations of its kind; by its key, and its kinds as they are written."""
        gvks = () if kinds is None else kinds_of(kinds)
        if not self._asked.may_mean(key, gvks):
            return False
        means = list(self._asked.meaning(key, gvks))
        if means:
            self._open.difference_update(means)
            self._own.update(own_kinds(gvks))
        return bool(means)

    def takes_operation(self, kinds: Any) -> bool:
        """Whether an operation is chosen, by its kinds as they are written."""
        if kinds is None:
            return False
        if kinds != self._last:
            self._last = kinds
            gvks = kinds_of(kinds)
            self._last_is_chosen = bool(gvks) and self._kind_is_chosen(gvks[0])
        return self._last_is_chosen

    def _kind_is_chosen(self, gvk: GroupVersionKind) -> bool:
        if gvk not in self._kinds:
            means = list(self._asked.meaning_kind(gvk))
            self._open.difference_update(means)
            self._kinds[gvk] = bool(means) or gvk in self._own
        return self._kinds[gvk]


def part_of(document: ApiDocument, patterns: Sequence[Pattern]) -> Part | None:
    """The part that patterns choose; None where all has to be read.

    That is so for patterns that leave out, and for one that matches nothing, whose message names what is nearest.
    """
    if not is_a_part(patterns):
        return None
    data = document.data
    schemas = all_schemas(data)
    if root := root_key(data, document.source):
        schemas[root] = data
    choice = Choice(patterns)
    roots = [key for key, schema in schemas.items() if isinstance(schema, dict) and choice.takes(key, schema.get(GVK))]
    needed: list[Any] = [schemas[key] for key in roots]
    chosen: list[tuple[str, str]] = []
    paths = data.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method, operation in item.items() if isinstance(item, dict) else ():
            if method in METHODS and isinstance(operation, dict) and choice.takes_operation(operation.get(GVK)):
                chosen.append((path, method))
                needed += [item.get("parameters"), operation]
    if not choice.is_complete:
        return None
    needed_keys = reached(schemas, schemas.get, lambda steps: at(data, steps), needed)
    return Part(keys=frozenset((*roots, *needed_keys)), operations=frozenset(chosen))


def is_a_part(patterns: Sequence[Pattern]) -> bool:
    """Whether patterns choose by themselves: those that leave out need the whole to be judged."""
    return bool(patterns) and not any(selector.leaves_out for selector in patterns)


def all_schemas(data: dict[str, Any]) -> dict[str, Any]:
    """All schemas by key, the first of a key; what is no schema among them is told where it is read."""
    found: dict[str, Any] = {}
    for section in SECTIONS:
        group = at(data, section)
        for key, schema in group.items() if isinstance(group, dict) else ():
            found.setdefault(key, schema)
    return found


def reached(
    known: Collection[str], schema_of: Callable[[str], Any], at: Callable[[list[str]], Any], nodes: Iterable[Any]
) -> set[str]:
    """Those of the known keys of schemas that these parts of the document lead to, through whatever is shared."""
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
                if tuple(steps[:-1]) in SECTIONS and steps[-1] in known:
                    keys.add(steps[-1])
                    queue.append(schema_of(steps[-1]))
                else:
                    queue.append(at(steps))
            queue += [value for value in node.values() if type(value) in _INNER]
        elif isinstance(node, list):
            queue += node
    return keys


def at(data: Any, steps: Iterable[str]) -> Any:
    """What these keys lead to, or None."""
    for step in steps:
        data = data.get(step) if isinstance(data, dict) else None
    return data
