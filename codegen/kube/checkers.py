"""Checkers of lists, maps and objects."""

import math
from collections.abc import Iterable
from operator import itemgetter
from typing import Any, Final, Protocol

from codegen.kube.errors import DICT, DUPLICATE, INVALID, LIST, REQUIRED, UNKNOWN, WRONG_TYPE, At, Errors, json_type
from codegen.kube.primitives import Checker, Exact, Inside, wrong

DEPTH: Final = 200  # levels of objects that lead back to themselves, and of lists and objects of any content
MANY: Final = 10_000  # lists and maps, and objects that lead back to themselves


class ObjectLimits(Protocol):
    """Constraints of an object beyond its fields."""

    def find(self, value: Any, at: At, errors: Errors) -> None:
        """Add the errors of an object."""
        ...


class Container(Protocol):
    """A checker of lists, maps or objects. A `recursive` one may contain itself."""

    recursive: bool


def _enter(value: object, checker: Container, at: At, errors: Errors, inside: Inside) -> bool:
    """Enter a value. Return False for a cycle, for excessive depth, and for a known value."""
    around = inside[0]
    if checker.recursive:
        if id(value) in around:
            errors.append((at, INVALID, "cycle", None))
            return False
        if len(around) > DEPTH:
            errors.append((at, INVALID, "depth", {"limit": DEPTH}))
            return False
    inside[1][0] += 1
    if inside[1][0] > MANY and _was_seen(value, checker, errors, inside):
        return False
    if checker.recursive:
        around.add(id(value))
    return True


def _was_seen(value: object, checker: Container, errors: Errors, inside: Inside) -> bool:
    """Return whether the checker has seen a value, so that shared values are checked once.

    A valid value is checked again at a greater depth, where it may be too deep.
    """
    around, _, done = inside
    what = (id(value), id(checker))
    known = done.get(what)
    if known is not None and (errors or known >= len(around)):
        return True
    done[what] = len(around)
    return False


def _takes_null(item: Checker) -> bool:
    """Return whether null is read as an empty string inside a list or a map of any strings."""
    return isinstance(item, Exact) and item.kind is str


class Anything:
    """Any JSON value, or any JSON object."""

    __slots__ = ("only_objects",)

    def __init__(self, only_objects: bool) -> None:
        self.only_objects = only_objects

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        kind = json_type(value)
        if self.only_objects and kind != "object":
            wrong("object", value, at, errors)
        elif kind == "object":
            _MAP_OF_ANYTHING.find(value, at, errors, inside)
        elif kind == "array":
            _LIST_OF_ANYTHING.find(value, at, errors, inside)
        elif kind == "number" and not math.isfinite(value):
            errors.append((at, INVALID, "format", {"expected": "finite"}))
        elif kind == "other":
            wrong("json", value, at, errors)


class Nullable:
    """A checker of nullable items of a list or values of a map."""

    __slots__ = ("of",)

    def __init__(self, of: Checker) -> None:
        self.of = of

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        if value is not None:
            self.of.find(value, at, errors, inside)


class Map:
    __slots__ = ("exact", "null", "recursive", "values")

    def __init__(self, values: Checker, recursive: bool = False) -> None:
        self.values = values
        self.recursive = recursive
        self.null = _takes_null(values)
        self.exact = values.kind if isinstance(values, Exact) else None

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        if not isinstance(value, DICT):
            wrong("object", value, at, errors)
            return
        if not _enter(value, self, at, errors, inside):
            return
        exact, find = self.exact, self.values.find
        for name, item in value.items():
            if type(name) is not str and not isinstance(name, str):
                place = (at, (name,))
                errors.append((place, WRONG_TYPE, "key", {"found": json_type(name)}))
            elif type(item) is not exact and not (item is None and self.null):
                find(item, (at, (name,)), errors, inside)
        if self.recursive:
            inside[0].discard(id(value))


class List:
    """A checker of lists. No two items may have the same `keys`; a set has no keys."""

    __slots__ = ("exact", "item", "keys", "null", "recursive")

    def __init__(self, item: Checker, keys: tuple[str, ...] | None = None, recursive: bool = False) -> None:
        self.item = item
        self.keys = keys
        self.recursive = recursive
        self.null = _takes_null(item)
        self.exact = item.kind if isinstance(item, Exact) else None

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        if not isinstance(value, LIST):
            wrong("array", value, at, errors)
            return
        if not _enter(value, self, at, errors, inside):
            return
        exact, find = self.exact, self.item.find
        repeated = set[int]() if self._is_plainly_unique(value) else self.find_repeated(value)
        for index, item in enumerate(value):
            if index in repeated:
                errors.append(((at, index), DUPLICATE, "duplicate", None))
            if type(item) is not exact and not (item is None and self.null):
                find(item, (at, index), errors, inside)
        if self.recursive:
            inside[0].discard(id(value))

    def _is_plainly_unique(self, value: list[Any]) -> bool:
        """Return whether items are certainly unique. Python takes true for 1, unlike JSON."""
        if self.keys is None:
            return True
        try:
            return len(set(map(itemgetter(*self.keys), value) if self.keys else value)) == len(value)
        except (KeyError, TypeError, IndexError):
            return False

    def find_repeated(self, value: list[Any]) -> set[int]:
        """Return the indexes of repeated items."""
        seen: set[Any] = set()
        found: set[int] = set()
        for index, item in enumerate(value):
            parts: list[Any] = [item]
            if self.keys:
                if not isinstance(item, DICT):
                    continue
                parts = [item.get(key) for key in self.keys]
            kinds = [json_type(part) for part in parts]
            if "object" in kinds or "array" in kinds or "other" in kinds:
                continue
            same = (*kinds, *parts)
            if same in seen:
                found.add(index)
            seen.add(same)
        return found


class Object:
    """A checker of objects with fields. The fields are added later, since checkers may refer to each other.

    `others` allows further fields with any values. `nulls` are the fields in which null is a value. `recursive` marks objects
    that may contain each other.
    """

    __slots__ = ("_types", "fields", "limits", "nulls", "open", "recursive", "required")

    def __init__(
        self,
        *required: str,
        nulls: Iterable[str] = (),
        others: bool = False,
        recursive: bool = False,
        limits: ObjectLimits | None = None,
    ) -> None:
        self.open = others
        self.nulls = frozenset(nulls)
        self.recursive = recursive
        self.required = required
        self.limits = limits
        self.fields: dict[Any, Checker] = {}
        self._types: dict[Any, type] | None = None

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        if not isinstance(value, DICT):
            wrong("object", value, at, errors)
            return
        if self.recursive and not _enter(value, self, at, errors, inside):
            return
        if self._types is None:  # the types that need no more than a look
            self._types = {name: each.kind for name, each in self.fields.items() if isinstance(each, Exact)}
        types, fields = self._types, self.fields
        for name in self.required:
            if value.get(name) is None and not (name in self.nulls and name in value):
                errors.append(((at, name), REQUIRED, "required", None))
        for name, item in value.items():
            if types.get(name) is type(item) or (item is None and name in fields):
                continue
            checker = fields.get(name)
            if checker is not None:
                checker.find(item, (at, name), errors, inside)
            else:
                self._find_other(name, item, at, errors, inside)
        if self.recursive:
            inside[0].discard(id(value))
        if self.limits is not None:
            self.limits.find(value, at, errors)

    def _find_other(self, name: Any, item: Any, at: At, errors: Errors, inside: Inside) -> None:
        """Add the errors of a field that the table does not name."""
        if not isinstance(name, str):
            errors.append(((at, (name,)), WRONG_TYPE, "key", {"found": json_type(name)}))
        elif self.open:
            ANYTHING.find(item, (at, name), errors, inside)
        else:
            errors.append(((at, name), UNKNOWN, "unknown", None))


ANYTHING: Final = Anything(False)
OPEN_OBJECT: Final = Anything(True)
_MAP_OF_ANYTHING: Final = Map(ANYTHING, recursive=True)
_LIST_OF_ANYTHING: Final = List(ANYTHING, recursive=True)
