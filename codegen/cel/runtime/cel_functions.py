# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""The functions that Kubernetes adds to CEL (`k8s.io/apiserver/pkg/cel/library`), except those that need a cluster (`authorizer`).

Lists, regular expressions, URLs, quantities, addresses, networks, formats and versions. The library has those of strings and sets itself.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple

from codegen.cel.runtime.cel_values import (
    FORMATS,
    Tagged,
    address,
    amount,
    canonical_network,
    compare,
    contains_address,
    contains_network,
    expression,
    format_faults,
    is_address,
    is_network,
    is_quantity,
    is_semver,
    is_url,
    mask,
    network,
    part_of_url,
    quantity,
    semver,
    tag,
    to_integer,
    url,
    url_query,
    version_part,
)
from codegen.kube.quantity import Quantity


class Function(NamedTuple):
    """An overload of a function. Types: string, int, double, bool, dyn, list, strings (a list of them), map, and own (a type of Kubernetes).

    A function of an `optional` type is only compiled: that with `list_` before its name runs instead (`_list_optional_values`).
    """

    name: str
    takes: tuple[str, ...]
    gives: str
    run: Callable[..., Any]
    member: bool = False


# ------------------------------------------------------------------------------------------------------------- lists


def _check_comparable(items: list[Any]) -> list[Any]:
    if (
        any(isinstance(item, (dict, list)) or item is None for item in items)
        or len({_family(item) for item in items}) > 1
    ):
        raise ValueError("no such overload")
    return items


def _family(item: Any) -> str:
    return "number" if isinstance(item, (int, float)) and not isinstance(item, bool) else type(item).__name__


def _is_sorted(items: list[Any]) -> bool:
    ordered = _check_comparable(items)
    return all(one <= other for one, other in pairwise(ordered))


def _sum(items: list[Any]) -> Any:
    if any(isinstance(item, (str, bytes, bool)) for item in _check_comparable(items)):
        raise ValueError("no such overload")
    total: Any = sum(items[1:], items[0]) if items else 0
    if isinstance(total, int) and not -(2**63) <= total < 2**63:
        raise ValueError("integer overflow")
    return total


def _least(items: list[Any]) -> Any:
    if not items:
        raise ValueError("min called on empty list")
    return min(_check_comparable(items))


def _greatest(items: list[Any]) -> Any:
    if not items:
        raise ValueError("max called on empty list")
    return max(_check_comparable(items))


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _first(items: list[Any], item: Any) -> int:
    return next((at for at, each in enumerate(items) if _same(each, item)), -1)


def _last(items: list[Any], item: Any) -> int:
    return next((at for at in reversed(range(len(items))) if _same(items[at], item)), -1)


_LISTS: Final = (
    Function("isSorted", ("list",), "bool", _is_sorted, member=True),
    Function("sum", ("list",), "dyn", _sum, member=True),
    Function("min", ("list",), "dyn", _least, member=True),
    Function("max", ("list",), "dyn", _greatest, member=True),
    Function("indexOf", ("list", "dyn"), "int", _first, member=True),
    Function("lastIndexOf", ("list", "dyn"), "int", _last, member=True),
)

# ----------------------------------------------------------------------------------------------------------- strings


def _find(text: str, pattern: str) -> str:
    found = expression(pattern).search(text)
    return found[0] if found is not None else ""


def _find_all(text: str, pattern: str, most: int = -1) -> list[str]:
    found = [each[0] for each in expression(pattern).finditer(text)]
    return found if most < 0 else found[:most]


_STRINGS: Final = (
    Function("find", ("string", "string"), "string", _find, member=True),
    Function("findAll", ("string", "string"), "strings", _find_all, member=True),
    Function("findAll", ("string", "string", "int"), "strings", _find_all, member=True),
)

# ------------------------------------------------------------------------------------------------ types of Kubernetes


def _integer(value: Mapping[str, str]) -> int:
    found = to_integer(value)
    if found is None:
        raise ValueError("cannot convert value to integer")
    return found


def _add(value: Mapping[str, str], other: Mapping[str, str] | int, sign: int = 1) -> Tagged:
    more = Quantity(other) if isinstance(other, int) else amount(other)
    return quantity(str(amount(value) + more * sign))


def _sign(value: Mapping[str, str]) -> int:
    exact = amount(value).value
    return (exact > 0) - (exact < 0)


def _address_family(text: str) -> int:
    return address(text).version


def _is_global(text: str) -> bool:
    found = address(text)
    is_broadcast = found.version == 4 and int(found) == 2**32 - 1
    return not (found.is_unspecified or is_broadcast or found.is_loopback or found.is_multicast or found.is_link_local)


def _is_link_local_multicast(text: str) -> bool:
    found = address(text)
    return contains_address("224.0.0.0/24", text) if found.version == 4 else contains_address("ff02::/16", text)


_QUANTITIES: Final = (
    Function("quantity", ("string",), "own", quantity),
    Function("isQuantity", ("string",), "bool", is_quantity),
    Function("sign", ("own",), "int", _sign),
    Function("isInteger", ("own",), "bool", lambda value: to_integer(value) is not None, member=True),
    Function("asInteger", ("own",), "int", _integer, member=True),
    Function("asApproximateFloat", ("own",), "double", lambda value: float(amount(value)), member=True),
    Function("add", ("own", "own"), "own", _add, member=True),
    Function("add", ("own", "int"), "own", _add, member=True),
    Function("sub", ("own", "own"), "own", lambda value, other: _add(value, other, -1), member=True),
    Function("sub", ("own", "int"), "own", lambda value, other: _add(value, other, -1), member=True),
    Function("mul", ("own", "int"), "own", lambda value, times: quantity(str(amount(value) * times)), member=True),
    Function("isGreaterThan", ("own", "own"), "bool", lambda one, other: compare(one, other) > 0, member=True),
    Function("isLessThan", ("own", "own"), "bool", lambda one, other: compare(one, other) < 0, member=True),
    Function("compareTo", ("own", "own"), "int", compare, member=True),
)
_ADDRESSES: Final = (
    Function("ip", ("string",), "string", lambda text: str(address(text))),
    Function("isIP", ("string",), "bool", is_address),
    Function("ip.isCanonical", ("string",), "bool", lambda text: str(address(text)) == text),
    Function("family", ("string",), "int", _address_family, member=True),
    Function("isUnspecified", ("string",), "bool", lambda text: address(text).is_unspecified, member=True),
    Function("isLoopback", ("string",), "bool", lambda text: address(text).is_loopback, member=True),
    Function("isLinkLocalMulticast", ("string",), "bool", _is_link_local_multicast, member=True),
    Function("isLinkLocalUnicast", ("string",), "bool", lambda text: address(text).is_link_local, member=True),
    Function("isGlobalUnicast", ("string",), "bool", _is_global, member=True),
    Function("cidr", ("string",), "string", canonical_network),
    Function("isCIDR", ("string",), "bool", is_network),
    Function("containsIP", ("string", "string"), "bool", contains_address, member=True),
    Function("containsCIDR", ("string", "string"), "bool", contains_network, member=True),
    Function("ip", ("string",), "string", lambda text: str(network(text)[0]), member=True),
    Function("masked", ("string",), "string", lambda text: str(mask(text)), member=True),
    Function("prefixLength", ("string",), "int", lambda text: network(text)[1], member=True),
)
_URLS: Final = (
    Function("url", ("string",), "own", url),
    Function("isURL", ("string",), "bool", is_url),
    Function("getScheme", ("own",), "string", part_of_url("scheme"), member=True),
    Function("getHost", ("own",), "string", part_of_url("host"), member=True),
    Function("getHostname", ("own",), "string", part_of_url("hostname"), member=True),
    Function("getPort", ("own",), "string", part_of_url("port"), member=True),
    Function("getEscapedPath", ("own",), "string", part_of_url("path"), member=True),
    Function("getQuery", ("own",), "map", url_query, member=True),
)
_VERSIONS: Final = (
    Function("semver", ("string",), "own", semver),
    Function("semver", ("string", "bool"), "own", semver),
    Function("isSemver", ("string",), "bool", is_semver),
    Function("isSemver", ("string", "bool"), "bool", is_semver),
    Function("major", ("own",), "int", version_part(0), member=True),
    Function("minor", ("own",), "int", version_part(1), member=True),
    Function("patch", ("own",), "int", version_part(2), member=True),
)


def _format_constructor(name: str) -> Callable[[], Tagged]:
    return lambda: tag("format", name)


def _list_format(name: str) -> list[Tagged]:
    return [tag("format", name)] if name in FORMATS else []


def _list_faults(value: Mapping[str, str], text: str) -> list[list[str]]:
    faults = format_faults(value, text)
    return [faults] if faults else []


_FORMATS: Final = (
    *(Function(f"format.{name}", (), "own", _format_constructor(name)) for name in FORMATS),
    Function("format.named", ("string",), "optional own", _list_format),
    Function("format.list_named", ("string",), "list of own", _list_format),
    Function("validate", ("own", "string"), "optional strings", _list_faults, member=True),
    Function("list_validate", ("own", "string"), "list of strings", _list_faults, member=True),
)

FUNCTIONS: Final[tuple[Function, ...]] = (
    *_LISTS,
    *_STRINGS,
    *_QUANTITIES,
    *_ADDRESSES,
    *_URLS,
    *_VERSIONS,
    *_FORMATS,
)
