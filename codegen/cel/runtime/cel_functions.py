# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""The functions that Kubernetes adds to CEL (`k8s.io/apiserver/pkg/cel/library`), except those that
need a cluster (`authorizer`).

Here are those of lists, regular expressions, quantities and versions. The library has those of
strings and sets itself.
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
from codegen.cel.runtime.cel_values import (
    MARK,
    QUANTITY,
    SEMVER,
    Function,
    Tagged,
    succeeds,
    tag,
    untag,
)
from codegen.kube.patterns import compile_pattern
from codegen.kube.quantity import Quantity

_INT64: Final = 2**63
_EXACT: Final = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


def _check_comparable(items: list[Any]) -> list[Any]:
    types = set(map(type, items))
    if int in types:
        types = (types - {int}) | {float}
    if len(types) > 1 or not types.isdisjoint((dict, list, NoneType)):
        raise ValueError("no such overload")
    return items


def _is_sorted(items: list[Any]) -> bool:
    return all(left <= right for left, right in pairwise(_check_comparable(items)))


def _sum(items: list[Any]) -> Any:
    if any(isinstance(item, (str, bytes, bool)) for item in _check_comparable(items)):
        raise ValueError("no such overload")
    if not items:
        return 0
    total: Any = sum(items[1:], items[0])
    if isinstance(total, int) and not -(2**63) <= total < 2**63:
        raise ValueError("integer overflow")
    return total


def _choose(choose: Callable[[list[Any]], object], items: list[Any]) -> Any:
    if not items:
        raise ValueError(f"{choose.__name__} called on empty list")
    return choose(_check_comparable(items))


def _find_index(items: list[Any], item: object, last: bool = False) -> int:
    positions = [
        at
        for at, candidate in enumerate(items)
        if candidate == item and isinstance(candidate, bool) == isinstance(item, bool)
    ]
    if not positions:
        return -1
    if last:
        return positions[-1]
    return positions[0]


_LIBRARY_OF_LISTS: Final = "list functions"
_SUMMABLE: Final = ("int", "uint", "double", "google.protobuf.Duration")
_COMPARABLE: Final = (
    *_SUMMABLE,
    "bool",
    "google.protobuf.Timestamp",
    "string",
    "bytes",
)


def _list_function(
    name: str,
    run: Callable[..., object],
    gives: str,
    types: tuple[str, ...],
    *more: str,
) -> Function:
    """Return a function of lists with items of these types."""
    return Function(
        name,
        ("list<~T>", *more),
        gives,
        run,
        member=True,
        library=_LIBRARY_OF_LISTS,
        types=types,
    )


_LISTS: Final = (
    _list_function("isSorted", _is_sorted, "bool", _COMPARABLE),
    _list_function("sum", _sum, "~T", _SUMMABLE),
    _list_function("min", partial(_choose, min), "~T", _COMPARABLE),
    _list_function("max", partial(_choose, max), "~T", _COMPARABLE),
    _list_function("indexOf", _find_index, "int", (), "~T"),
    _list_function("lastIndexOf", partial(_find_index, last=True), "int", (), "~T"),
)


def _find_all(text: str, pattern: str, most: int = -1) -> list[str]:
    try:
        matches = compile_pattern(pattern).finditer(text)
    except ValueError as error:
        raise ValueError(f"error parsing regexp: {error}") from None
    if most >= 0:
        matches = islice(matches, most)
    return [match[0] for match in matches]


def _find_first(text: str, pattern: str) -> str:
    return "".join(_find_all(text, pattern, 1))


_PATTERNS: Final = "regular expressions"
_STRINGS: Final = (
    Function(
        "find",
        ("string", "string"),
        "string",
        _find_first,
        member=True,
        library=_PATTERNS,
    ),
    Function(
        "findAll",
        ("string", "string"),
        "list<string>",
        _find_all,
        member=True,
        library=_PATTERNS,
    ),
    Function(
        "findAll",
        ("string", "string", "int"),
        "list<string>",
        _find_all,
        member=True,
        library=_PATTERNS,
    ),
)


def _quantity(text: str) -> Tagged:
    """Read a quantity, so that equal amounts are equal values."""
    value = _EXACT.normalize(Quantity(text).value)
    return tag(QUANTITY, str(value or 0))


def _amount(value: Mapping[str, str]) -> Quantity:
    """Return the quantity of a value."""
    return Quantity(untag(QUANTITY, value))


def _to_integer(value: Mapping[str, str]) -> int:
    """Return a quantity as an integer of 64 bits."""
    exact = _amount(value).value
    # No integer of 64 bits has more digits, and converting a long one would take time.
    if exact.adjusted() >= 20 or not -_INT64 <= exact < _INT64 or exact != int(exact):
        raise ValueError("cannot convert value to integer")
    return int(exact)


def _add(
    value: Mapping[str, str], added: Mapping[str, str] | int, sign: int = 1
) -> Tagged:
    if isinstance(added, int):
        more = Quantity(added)
    else:
        more = _amount(added)
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
    return tag(SEMVER, text)


def _normalize_version(text: str) -> str:
    parts = text.removeprefix("v").split(".", 2)
    for at, part in enumerate(parts):
        if len(part) > 1:
            bare = part.lstrip("0")
            if not bare[:1].isdigit():
                bare = f"0{bare}"
            parts[at] = bare
    if len(parts) < 3 and any(sign in parts[-1] for sign in "+-"):
        raise ValueError("short version cannot contain PreRelease/Build meta data")
    return ".".join([*parts, "0", "0"][:3])


def _version(value: Mapping[str, str]) -> Any:
    match = _VERSION.fullmatch(untag(SEMVER, value))
    if match is None:
        raise ValueError("no such overload")
    return match.groups()


def _precedence(value: Mapping[str, str]) -> tuple[Any, ...]:
    """Return a sort key of a version. Numbers of a pre-release come before words."""
    *numbers, pre_release = _version(value)
    parts: list[tuple[int, int, str]] = []
    if pre_release:
        for part in pre_release.split("."):
            if part.isdigit():
                parts.append((0, int(part), ""))
            else:
                parts.append((1, 0, part))
    return (*map(int, numbers), not pre_release, parts)


def _compare(first: Mapping[str, str], second: Mapping[str, str]) -> int:
    """Compare two quantities, or two versions by precedence, as -1, 0 or 1."""
    left: Any
    right: Any
    if f"{MARK}{SEMVER}" in first:
        left, right = _precedence(first), _precedence(second)
    else:
        left, right = _amount(first), _amount(second)
    if left < right:
        return -1
    if left > right:
        return 1
    return 0


def _subtract(value: Mapping[str, str], removed: Mapping[str, str] | int) -> Tagged:
    return _add(value, removed, -1)


def _multiply(value: Mapping[str, str], times: int) -> Tagged:
    return _quantity(str(_amount(value) * times))


def _sign(value: Mapping[str, str]) -> int:
    return _compare(value, _quantity("0"))


def _is_greater(first: Mapping[str, str], second: Mapping[str, str]) -> bool:
    return _compare(first, second) > 0


def _is_less(first: Mapping[str, str], second: Mapping[str, str]) -> bool:
    return _compare(first, second) < 0


def _quantity_function(
    name: str, takes: tuple[str, ...], gives: str, run: Callable[..., object]
) -> Function:
    """Return a function of quantities; one that takes a quantity first is a method of it."""
    return Function(
        name, takes, gives, run, member=takes[0] == QUANTITY, library="quantities"
    )


def _version_function(
    name: str, takes: tuple[str, ...], gives: str, run: Callable[..., object]
) -> Function:
    """Return a function of versions; one that takes a version first is a method of it."""
    return Function(
        name, takes, gives, run, member=takes[0] == SEMVER, library="versions"
    )


_QUANTITIES: Final = (
    _quantity_function("quantity", ("string",), QUANTITY, _quantity),
    _quantity_function("isQuantity", ("string",), "bool", succeeds(Quantity)),
    Function("sign", (QUANTITY,), "int", _sign, library="quantities"),
    _quantity_function("isInteger", (QUANTITY,), "bool", succeeds(_to_integer)),
    _quantity_function("asInteger", (QUANTITY,), "int", _to_integer),
    _quantity_function(
        "asApproximateFloat", (QUANTITY,), "double", lambda value: float(_amount(value))
    ),
    _quantity_function("add", (QUANTITY, QUANTITY), QUANTITY, _add),
    _quantity_function("add", (QUANTITY, "int"), QUANTITY, _add),
    _quantity_function("sub", (QUANTITY, QUANTITY), QUANTITY, _subtract),
    _quantity_function("sub", (QUANTITY, "int"), QUANTITY, _subtract),
    _quantity_function("mul", (QUANTITY, "int"), QUANTITY, _multiply),
    _quantity_function("isGreaterThan", (QUANTITY, QUANTITY), "bool", _is_greater),
    _quantity_function("isLessThan", (QUANTITY, QUANTITY), "bool", _is_less),
    _quantity_function("compareTo", (QUANTITY, QUANTITY), "int", _compare),
)
_VERSIONS: Final = (
    _version_function("semver", ("string",), SEMVER, _semver),
    _version_function("semver", ("string", "bool"), SEMVER, _semver),
    _version_function("isSemver", ("string",), "bool", succeeds(_semver)),
    _version_function("isSemver", ("string", "bool"), "bool", succeeds(_semver)),
    _version_function("major", (SEMVER,), "int", lambda value: int(_version(value)[0])),
    _version_function("minor", (SEMVER,), "int", lambda value: int(_version(value)[1])),
    _version_function("patch", (SEMVER,), "int", lambda value: int(_version(value)[2])),
    _version_function("isGreaterThan", (SEMVER, SEMVER), "bool", _is_greater),
    _version_function("isLessThan", (SEMVER, SEMVER), "bool", _is_less),
    _version_function("compareTo", (SEMVER, SEMVER), "int", _compare),
)
FUNCTIONS: Final[tuple[Function, ...]] = (
    *_LISTS,
    *_STRINGS,
    *_QUANTITIES,
    *_VERSIONS,
    *NETWORK_FUNCTIONS,
    *FORMAT_FUNCTIONS,
)
