"""Checkers of lists, maps and objects.

An object checker builds a function for its table when it gets the first value. The source of that
function contains no names of the table, which are passed as values.
"""

import json
import math
from collections.abc import Callable, Container, Iterable, Mapping
from itertools import islice
from operator import itemgetter
from types import CodeType, FunctionType
from typing import Any, Final

from codegen.kube.errors import (
    DICT,
    DUPLICATE,
    INVALID,
    LIST,
    REQUIRED,
    UNKNOWN,
    WRONG_TYPE,
    Errors,
    PathNode,
    json_type,
)
from codegen.kube.primitives import (
    Amount,
    Checker,
    Choice,
    Exact,
    Inside,
    Integer,
    Text,
    find_repeated,
    wrong,
)

# levels of objects that lead back to themselves, and of lists and objects of any content
DEPTH: Final = 200
MANY: Final = 10_000  # lists and maps, and objects that lead back to themselves
# names that a function compares one by one before it uses the table
_COMPARED: Final = 8


def _check_once(
    value: object, checker: Checker, at: PathNode, errors: Errors, inside: Inside
) -> bool:
    """Enter a value with possible cycles.

    Return False for a cycle, for excessive depth, and for a known value.
    """
    around = inside[0]
    if id(value) in around:
        errors.append((at, INVALID, "cycle", None))
        return False
    if len(around) > DEPTH:
        errors.append((at, INVALID, "depth", {"limit": DEPTH}))
        return False
    inside[1][0] += 1
    if inside[1][0] > MANY and _was_seen(value, checker, errors, inside):
        return False
    around.add(id(value))
    return True


def _was_seen(value: object, checker: Checker, errors: Errors, inside: Inside) -> bool:
    """Return whether the checker has seen a value, so that shared values are checked once.

    A valid value is checked again at a greater depth, where it may be too deep.
    """
    around, _, done = inside
    pair = (id(value), id(checker))
    depth = done.get(pair)
    if depth is not None and (errors or depth >= len(around)):
        return True
    done[pair] = len(around)
    return False


class Anything:
    """Any JSON value, or any JSON object."""

    __slots__ = ("only_objects",)

    def __init__(self, only_objects: bool) -> None:
        self.only_objects = only_objects

    def find(self, value: Any, at: PathNode, errors: Errors, inside: Inside) -> None:
        kind = json_type(value)
        if self.only_objects and kind != "object":
            wrong("object", value, at, errors)
        elif kind in _CONTAINERS:
            if _check_once(value, self, at, errors, inside):
                _CONTAINERS[kind].find(value, at, errors, inside)
                inside[0].discard(id(value))
        elif kind == "number" and not math.isfinite(value):
            errors.append((at, INVALID, "format", {"expected": "finite"}))
        elif kind == "other":
            wrong("json", value, at, errors)


class Nullable:
    """A checker of nullable items of a list or values of a map."""

    __slots__ = ("of",)

    def __init__(self, of: Checker) -> None:
        self.of = of

    def find(self, value: object, at: PathNode, errors: Errors, inside: Inside) -> None:
        if value is not None:
            self.of.find(value, at, errors, inside)


class _Container:
    """A checker of values with inner values of one type. `null` says whether null is one."""

    __slots__ = ("exact", "null", "of")

    def __init__(self, of: Checker) -> None:
        self.of = of
        self.null = isinstance(of, Nullable)
        inner = of
        if isinstance(of, Nullable):
            inner = of.of
        self.exact: type | None = None
        if isinstance(inner, Exact):
            self.exact = inner.kind


class Map(_Container):
    __slots__ = ()

    def find(self, value: Any, at: PathNode, errors: Errors, inside: Inside) -> None:
        if not isinstance(value, DICT):
            wrong("object", value, at, errors)
            return
        inside[1][0] += 1
        if inside[1][0] > MANY and _was_seen(value, self, errors, inside):
            return
        exact, find = self.exact, self.of.find
        for name, item in value.items():
            if not isinstance(name, str):
                errors.append(
                    ((at, (name,)), WRONG_TYPE, "key", {"found": json_type(name)})
                )
            elif type(item) is not exact and not (item is None and self.null):
                find(item, (at, (name,)), errors, inside)


class List(_Container):
    """A checker of lists. No two items may have the same `keys`; a set has no keys."""

    __slots__ = ("_part", "keys")

    def __init__(self, of: Checker, keys: tuple[str, ...] | None = None) -> None:
        super().__init__(of)
        self.keys = keys
        self._part: Callable[[Any], Any] | None = None
        if keys:
            self._part = itemgetter(*keys)

    def find(self, value: Any, at: PathNode, errors: Errors, inside: Inside) -> None:
        if not isinstance(value, LIST):
            wrong("array", value, at, errors)
            return
        inside[1][0] += 1
        if inside[1][0] > MANY and _was_seen(value, self, errors, inside):
            return
        exact, find = self.exact, self.of.find
        repeated: Container[int] = ()
        if self.keys is not None:
            repeated = self._find_repeated(value, self.keys)
        for index, item in enumerate(value):
            if index in repeated:
                errors.append(((at, index), DUPLICATE, "duplicate", None))
            if type(item) is not exact and not (item is None and self.null):
                find(item, (at, index), errors, inside)

    def _find_repeated(self, items: list[Any], keys: tuple[str, ...]) -> Container[int]:
        """Return the indexes of repeated items. Keys have their defaults."""
        table: Any = self.of
        while hasattr(table, "of"):  # null and limits around it
            table = table.of
        if keys and isinstance(table, Object) and table.defaults:
            items = [
                table.fill(item) if isinstance(item, DICT) else item for item in items
            ]
        if self._is_plainly_unique(items):
            return ()
        return frozenset(find_repeated(items, keys))

    def _is_plainly_unique(self, value: list[Any]) -> bool:
        """Return whether items are certainly unique. Python takes true for 1, unlike JSON."""
        parts: Iterable[Any] = value
        if self._part is not None:
            parts = map(self._part, value)
        try:
            return len(set(parts)) == len(value)
        except (KeyError, TypeError, IndexError):
            return False


class Object:
    """A checker of objects with fields.

    The fields are added later, since checkers may refer to each other.

    `others` allows further fields with any values. `nulls` are the fields in which null is a value.
    `recursive` marks objects that may contain each other, and `limits` are constraints beyond the
    fields. `defaults` are JSON text: the values that servers fill in for missing fields.
    """

    __slots__ = (
        "defaults",
        "fields",
        "find",
        "limits",
        "nulls",
        "open",
        "recursive",
        "required",
    )

    def __init__(
        self,
        *required: str,
        nulls: Iterable[str] = (),
        others: bool = False,
        recursive: bool = False,
        limits: object = None,
        defaults: str = "{}",
    ) -> None:
        self.defaults: dict[str, Any] = json.loads(defaults)
        self.open = others
        self.nulls = frozenset(nulls)
        self.recursive = recursive
        self.required = required
        self.limits = limits
        self.fields: dict[Any, Checker] = {}
        # a method of the protocol, which pyright would bind
        self.find: Any = self.find_first

    def find_first(
        self, value: object, at: PathNode, errors: Errors, inside: Inside
    ) -> None:
        """Build the function of the table, and find errors with it."""
        self.find = _build_function(self)
        self.find(value, at, errors, inside)

    def fill(self, value: dict[Any, Any]) -> dict[Any, Any]:
        """Return an object with the defaults of its missing fields."""
        filled = dict(value)
        for name, default in self.defaults.items():
            is_null = name in value and name in self.nulls
            if value.get(name) is None and not is_null:
                filled[name] = default
        return filled

    def find_missing(
        self, name: str, value: dict[Any, Any], at: PathNode, errors: Errors
    ) -> None:
        """Add the error of a missing required field, unless null is a value of it."""
        if not (name in self.nulls and name in value):
            errors.append(((at, name), REQUIRED, "required", None))

    def find_other(
        self, name: object, item: object, at: PathNode, errors: Errors, inside: Inside
    ) -> None:
        """Add the errors of a field that the table does not name."""
        if not isinstance(name, str):
            errors.append(
                ((at, (name,)), WRONG_TYPE, "key", {"found": json_type(name)})
            )
        elif self.open:
            ANYTHING.find(item, (at, name), errors, inside)
        else:
            errors.append(
                ((at, name), UNKNOWN, "unknown", {"known": tuple(self.fields)})
            )


def _build_function(table: Object) -> Callable[[Any, PathNode, Errors, Inside], None]:
    """Build the function for the objects of a table."""
    types: dict[str, type] = {}
    for name, checker in table.fields.items():
        if (kind := _accepted_type(checker)) is not None:
            types[name] = kind
    names: dict[str, Any] = {
        "table": table,
        "types": types,
        "fields": table.fields,
        "wrong": wrong,
        "enter": _check_once,
        "are_strings": _are_strings,
        "are_named_strings": _are_named_strings,
    }
    lines = _write_start(table, names)
    lines += _write_fields(table, types, names)
    if table.recursive:
        lines.append("    inside[0].discard(entered)")
    if table.limits is not None:
        lines.append("    table.limits.find(value, at, errors)")
    # text of this module alone, which nothing runs
    module = compile("\n".join(lines), "table", "exec")
    (code,) = (value for value in module.co_consts if isinstance(value, CodeType))
    return FunctionType(code, names)


def _write_start(table: Object, names: dict[str, Any]) -> list[str]:
    """Write the lines before the loop over the fields, and add the names that they use."""
    lines = [
        "def find(value, at, errors, inside):",
        "    if not isinstance(value, dict):",
        "        wrong('object', value, at, errors)",
        "        return",
    ]
    if table.recursive:
        lines += [
            "    if not enter(value, table, at, errors, inside):",
            "        return",
            "    entered = id(value)",
        ]
    if table.defaults:
        names["fill"] = table.fill
        lines.append("    value = fill(value)")
    for number, name in enumerate(table.required):
        names[f"required{number}"] = name
        lines.append(f"    if value.get(required{number}) is None:")
        lines.append(f"        table.find_missing(required{number}, value, at, errors)")
    return lines


def _write_fields(
    table: Object, types: Mapping[str, type], names: dict[str, Any]
) -> list[str]:
    """Write the loop over the fields, and add the names that it uses."""
    is_valid = "kind is type(item)"
    if int in types.values():
        is_valid += _IF_SMALL
    lines = [
        "    for name, item in value.items():",
        "        kind = types.get(name)",
        f"        if {is_valid}:",
        "            continue",
    ]
    compared = (
        (name, checker) for name, checker in table.fields.items() if name not in types
    )
    for number, (name, checker) in enumerate(islice(compared, _COMPARED)):
        names |= {f"name{number}": name, f"checker{number}": checker}
        lines += _write_comparison(number, checker)
    lines += [
        "        if name in fields:",
        "            if item is not None:",
        "                fields[name].find(item, (at, name), errors, inside)",
        "            continue",
        "        table.find_other(name, item, at, errors, inside)",
    ]
    return lines


def _write_comparison(number: int, checker: Checker) -> list[str]:
    """Write the lines for the field that is compared as `name<number>`."""
    lines = [f"        if name == name{number}:"]
    if test := _valid(checker, f"checker{number}"):
        lines += [f"            if {test}:", "                continue"]
    return [
        *lines,
        "            if item is not None:",
        f"                checker{number}.find(item, (at, name), errors, inside)",
        "            continue",
    ]


# integers of any size hold these
_IF_SMALL: Final = " and (kind is not int or -2147483648 <= item < 2147483648)"


def _accepted_type(checker: Checker) -> type | None:
    """Return the Python type with only valid values, or `int` if all small integers are valid."""
    if isinstance(checker, Exact):
        return checker.kind
    if isinstance(checker, Integer):  # of at least 32 bits
        return int
    return None


def _valid(checker: Checker, name: str) -> str:
    """Write a test for most valid values of a checker and no invalid ones.

    `name` is its variable.
    """
    if isinstance(checker, Choice):
        return f"type(item) is str and item in {name}.values"
    if isinstance(checker, Text | Amount):
        return f"type(item) is str and {name}.recognises(item)"
    if isinstance(checker, List) and checker.exact is str and checker.keys is None:
        return "type(item) is list and are_strings(item)"
    if isinstance(checker, Map) and checker.exact is str:
        return "type(item) is dict and are_named_strings(item)"
    return ""


def _are_strings(items: list[Any]) -> bool:
    for item in items:  # `all` takes three times as long
        if type(item) is str:
            continue
        return False
    return True


def _are_named_strings(items: dict[Any, Any]) -> bool:
    for name, item in items.items():
        if type(item) is str and type(name) is str:
            continue
        return False
    return True


ANYTHING: Final = Anything(False)
OPEN_OBJECT: Final = Anything(True)
EMPTY_OBJECT: Final = Object()
_CONTAINERS: Final[Mapping[str, Checker]] = {
    "object": Map(ANYTHING),
    "array": List(ANYTHING),
}
