# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""The functions that Kubernetes adds to CEL (`k8s.io/apiserver/pkg/cel/library`), except those that need a cluster (`authorizer`).

Here are those of lists, regular expressions, quantities and versions. The library has those of strings and sets itself.
"""

import re
from collections.abc import Callable, Mapping
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context
from functools import partial
from itertools import islice, pairwise
from types import NoneType
from typing import Any, Final

from codegen.cel.runtime.cel_formats import FORMAT_FUNCTIONS
from codegen.cel.runtime.cel_networks import NETWORK_FUNCTIONS
from codegen.cel.runtime.cel_values import MARK, Function, Tagged, succeeds, tag, untag
from codegen.kube.patterns import compile_pattern
from codegen.kube.quantity import Quantity

_INT64: Final = 2**63
_EXACT: Final = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


def _check_comparable(items: list[Any]) -> list[Any]:
    types = {float if type(item) is int else type(item) for item in items}
    if len(types) > 1 or not types.isdisjoint((dict, list, NoneType)):
        raise ValueError("no such overload")
    return items


def _is_sorted(items: list[Any]) -> bool:
    return all(one <= other for one, other in pairwise(_check_comparable(items)))


def _sum(items: list[Any]) -> Any:
    if any(isinstance(item, (str, bytes, bool)) for item in _check_comparable(items)):
        raise ValueError("no such overload")
    total: Any = sum(items[1:], items[0]) if items else 0
    if isinstance(total, int) and not -(2**63) <= total < 2**63:
        raise ValueError("integer overflow")
    return total


def _choose(choose: Callable[[list[Any]], Any], items: list[Any]) -> Any:
    if not items:
        raise ValueError(f"{choose.__name__} called on empty list")
    return choose(_check_comparable(items))


def _find_index(items: list[Any], item: Any, last: bool = False) -> int:
    found = [
        at
        for at, each in enumerate(items)
        if each == item and isinstance(each, bool) == isinstance(item, bool)
    ]
    return found[-1 if last else 0] if found else -1


_LISTS: Final = (
    Function("isSorted", ("list",), "bool", _is_sorted, member=True),
    Function("sum", ("list",), "dyn", _sum, member=True),
    Function("min", ("list",), "dyn", partial(_choose, min), member=True),
    Function("max", ("list",), "dyn", partial(_choose, max), member=True),
    Function("indexOf", ("list", "dyn"), "int", _find_index, member=True),
    Function(
        "lastIndexOf",
        ("list", "dyn"),
        "int",
        partial(_find_index, last=True),
        member=True,
    ),
)


def _find_all(text: str, pattern: str, most: int = -1) -> list[str]:
    try:
        found = compile_pattern(pattern).finditer(text)
    except ValueError as error:
        raise ValueError(f"error parsing regexp: {error}") from None
    return [each[0] for each in islice(found, most if most >= 0 else None)]


_STRINGS: Final = (
    Function(
        "find",
        ("string", "string"),
        "string",
        lambda text, form: "".join(_find_all(text, form, 1)),
        member=True,
    ),
    Function("findAll", ("string", "string"), "strings", _find_all, member=True),
    Function("findAll", ("string", "string", "int"), "strings", _find_all, member=True),
)


def _quantity(text: str) -> Tagged:
    """Read a quantity, so that equal amounts are equal values."""
    value = _EXACT.normalize(Quantity(text).value)
    return tag("quantity", str(value or 0))


def _amount(value: Mapping[str, str]) -> Quantity:
    """Return the quantity of a value."""
    return Quantity(untag("quantity", value))


def _to_integer(value: Mapping[str, str]) -> int:
    """Return a quantity as an integer of 64 bits."""
    exact = _amount(value).value
    whole = int(exact) if exact.adjusted() < 20 else _INT64
    if whole != exact or not -_INT64 <= whole < _INT64:
        raise ValueError("cannot convert value to integer")
    return whole


def _add(
    value: Mapping[str, str], other: Mapping[str, str] | int, sign: int = 1
) -> Tagged:
    more = Quantity(other) if isinstance(other, int) else _amount(other)
    return _quantity(str(_amount(value) + more * sign))


_VERSION: Final = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)


def _semver(text: str, normalize: bool = False) -> Tagged:
    """Read a semantic version. `normalize` accepts a leading v, absent parts and leading zeros."""
    if normalize:
        text = _normalize_version(text)
    if _VERSION.fullmatch(text) is None:
        raise ValueError(f'"{text}" is not a semantic version')
    return tag("semver", text)


def _normalize_version(text: str) -> str:
    parts = text.removeprefix("v").split(".", 2)
    for at, part in enumerate(parts):
        if len(part) > 1:
            bare = part.lstrip("0")
            parts[at] = bare if bare[:1].isdigit() else f"0{bare}"
    if len(parts) < 3 and any(sign in parts[-1] for sign in "+-"):
        raise ValueError("short version cannot contain PreRelease/Build meta data")
    return ".".join([*parts, "0", "0"][:3])


def _version(value: Mapping[str, str]) -> Any:
    found = _VERSION.fullmatch(untag("semver", value))
    if found is None:
        raise ValueError("no such overload")
    return found.groups()


def _precedence(value: Mapping[str, str]) -> tuple[Any, ...]:
    *numbers, before = _version(value)
    parts = (
        [
            (0, int(part), "") if part.isdigit() else (1, 0, part)
            for part in before.split(".")
        ]
        if before
        else []
    )
    return (*map(int, numbers), not before, parts)


def _compare(first: Mapping[str, str], second: Mapping[str, str]) -> int:
    """Compare two quantities, or two versions by precedence, as -1, 0 or 1."""
    values: list[Any] = [
        _precedence(each) if f"{MARK}semver" in first else _amount(each)
        for each in (first, second)
    ]
    one, other = values
    return int(one > other) - int(one < other)


_QUANTITIES: Final = (
    Function("quantity", ("string",), "own", _quantity),
    Function("isQuantity", ("string",), "bool", succeeds(Quantity)),
    Function("sign", ("own",), "int", lambda value: _compare(value, _quantity("0"))),
    Function("isInteger", ("own",), "bool", succeeds(_to_integer), member=True),
    Function("asInteger", ("own",), "int", _to_integer, member=True),
    Function(
        "asApproximateFloat",
        ("own",),
        "double",
        lambda value: float(_amount(value)),
        member=True,
    ),
    Function("add", ("own", "own"), "own", _add, member=True),
    Function("add", ("own", "int"), "own", _add, member=True),
    Function(
        "sub",
        ("own", "own"),
        "own",
        lambda value, other: _add(value, other, -1),
        member=True,
    ),
    Function(
        "sub",
        ("own", "int"),
        "own",
        lambda value, other: _add(value, other, -1),
        member=True,
    ),
    Function(
        "mul",
        ("own", "int"),
        "own",
        lambda value, times: _quantity(str(_amount(value) * times)),
        member=True,
    ),
    Function(
        "isGreaterThan",
        ("own", "own"),
        "bool",
        lambda one, other: _compare(one, other) > 0,
        member=True,
    ),
    Function(
        "isLessThan",
        ("own", "own"),
        "bool",
        lambda one, other: _compare(one, other) < 0,
        member=True,
    ),
    Function("compareTo", ("own", "own"), "int", _compare, member=True),
)
_VERSIONS: Final = (
    Function("semver", ("string",), "own", _semver),
    Function("semver", ("string", "bool"), "own", _semver),
    Function("isSemver", ("string",), "bool", succeeds(_semver)),
    Function("isSemver", ("string", "bool"), "bool", succeeds(_semver)),
    Function(
        "major", ("own",), "int", lambda value: int(_version(value)[0]), member=True
    ),
    Function(
        "minor", ("own",), "int", lambda value: int(_version(value)[1]), member=True
    ),
    Function(
        "patch", ("own",), "int", lambda value: int(_version(value)[2]), member=True
    ),
)
FUNCTIONS: Final[tuple[Function, ...]] = (
    *(*_LISTS, *_STRINGS, *_QUANTITIES, *_VERSIONS),
    *(*NETWORK_FUNCTIONS, *FORMAT_FUNCTIONS),
)
