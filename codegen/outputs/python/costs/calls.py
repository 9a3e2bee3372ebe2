"""What calls of functions cost: those of Kubernetes, those of sets, and those of CEL that do not cost one step.

(k8s.io/apiserver/pkg/cel/library/cost.go `EstimateCallCost`, cel-go ext/sets.go and checker/cost.go `functionCost`)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from codegen.outputs.python.costs.ranges import NOTHING, ONE, REGEX, TRAVERSAL, UNKNOWN, Range
from codegen.outputs.python.costs.shapes import MOST

_NAME_PATTERN = 128  # characters of the longest pattern of a named format
_ADDRESS = Range(4, 16)  # bytes
OWN = "own"  # the kind of values of Kubernetes' own types
MAKES_OWN = frozenset(("ip", "cidr", "masked", "quantity", "semver", "url", "add", "sub"))


class Value(Struct, frozen=True, kw_only=True):
    """A target or an argument: its kind, its size, and kind and size of its items, if it is a list. `number` is that of a literal."""

    kind: str
    size: Range = UNKNOWN
    item_kind: str = ""
    item_size: Range = UNKNOWN
    number: int | None = None


class Price(Struct, frozen=True, kw_only=True):
    """What a call costs beside its arguments, and the size of what it gives, if that is known."""

    cost: Range
    size: Range | None = None


_Priced = Callable[[Value | None, Sequence[Value]], Price | None]
FREE = Price(cost=ONE)  # a call of which nothing else is known


def price(function: str, overload: str, target: Value | None, args: Sequence[Value]) -> Price:
    """What one call costs."""
    priced = _FUNCTIONS.get(function)
    found = priced(target, args) if priced is not None else None
    return found or _standard(overload, target, args)


# --------------------------------------------------------------------------------------------------- of Kubernetes


def _over_list(target: Value | None, _: Sequence[Value]) -> Price | None:
    if target is None:
        return None
    if target.kind == "string" or not target.item_kind:
        return Price(cost=target.size.by(TRAVERSAL))
    each = ONE
    if target.item_kind in ("string", "bytes"):
        each = each.plus(target.item_size.by(TRAVERSAL))
    return Price(cost=target.size.times(each))


def _of_argument(_: Value | None, args: Sequence[Value]) -> Price | None:
    return Price(cost=args[0].size.by(TRAVERSAL), size=args[0].size) if len(args) == 1 else None


def _of_target(target: Value | None, _: Sequence[Value]) -> Price | None:
    return None if target is None else Price(cost=target.size.by(TRAVERSAL), size=target.size)


def _replace(target: Value | None, args: Sequence[Value]) -> Price | None:
    if target is None or len(args) < 2:
        return None
    size, old, new = target.size, args[0].size, args[1].size
    most = _replaced(size.most, old.least, longer=new.most > old.least)
    least = _replaced(size.least, old.most, longer=old.most > new.least)
    counts, kept = Range(least[0], most[0]), Range(least[1], most[1])
    return Price(cost=size.by(2 * TRAVERSAL), size=counts.times(new).plus(kept))


def _replaced(size: int, old: int, *, longer: bool) -> tuple[int, int]:
    """How often a text is replaced, and how much of it stays."""
    if old == 0:
        return min(size + 1, MOST), size
    return (-(-size // old), 0) if longer else (0, size)


def _split(target: Value | None, args: Sequence[Value]) -> Price | None:
    if target is None:
        return None
    most = target.size.most
    if len(args) > 1 and args[1].number is not None:
        most = args[1].number % (MOST + 1)
    return Price(cost=target.size.by(2 * TRAVERSAL), size=Range(0, most))


def _join(target: Value | None, args: Sequence[Value]) -> Price | None:
    if target is None:
        return None
    count, size = target.size, NOTHING
    if target.item_kind:
        size = count.times(target.item_size)
    if args:
        size = size.plus(args[0].size.times(Range(max(count.least - 1, 0), max(count.most - 1, 0))))
    return Price(cost=size.by(TRAVERSAL), size=size)


def _find(target: Value | None, args: Sequence[Value]) -> Price | None:
    if target is None or not args:
        return None
    return Price(cost=_matching(target, args[0]), size=Range(0, target.size.most))


def _matching(text: Value, pattern: Value) -> Range:
    return text.size.plus(ONE).by(TRAVERSAL).times(pattern.size.by(REGEX))


def _parsed(target: Value | None, args: Sequence[Value]) -> Price | None:
    return Price(cost=args[0].size.by(TRAVERSAL)) if target is not None and args else None


def _address(target: Value | None, args: Sequence[Value]) -> Price | None:
    return _parsed(target, args) if args else FREE


def _canonical(target: Value | None, args: Sequence[Value]) -> Price | None:
    return Price(cost=args[0].size.by(2 * TRAVERSAL)) if target is not None and args else None


def _contains_address(target: Value | None, args: Sequence[Value]) -> Price | None:
    if target is None or not args:
        return None
    cost = _ADDRESS.plus(_ADDRESS).by(TRAVERSAL)
    return Price(cost=cost.plus(args[0].size.by(TRAVERSAL)) if args[0].kind == "string" else cost)


def _contains_network(target: Value | None, args: Sequence[Value]) -> Price | None:
    found = _contains_address(target, args)
    return found and Price(cost=found.cost.plus(_ADDRESS.by(TRAVERSAL)).plus(ONE))


def _validate(target: Value | None, args: Sequence[Value]) -> Price | None:
    if target is None or not args:
        return None
    return Price(cost=args[0].size.by(TRAVERSAL).by(_NAME_PATTERN * REGEX))


def _sets(factor: float) -> _Priced:
    def priced(_: Value | None, args: Sequence[Value]) -> Price | None:
        return Price(cost=args[0].size.times(args[1].size).by(factor).plus(ONE)) if len(args) == 2 else None

    return priced


_FUNCTIONS: dict[str, _Priced] = {
    **dict.fromkeys(("isSorted", "sum", "max", "min", "indexOf", "lastIndexOf"), _over_list),
    "url": _of_argument,
    **dict.fromkeys(("lowerAscii", "upperAscii", "substring", "trim"), _of_target),
    "replace": _replace,
    "split": _split,
    "join": _join,
    **dict.fromkeys(("find", "findAll"), _find),
    **dict.fromkeys(("cidr", "isIP", "isCIDR", "quantity", "isQuantity", "semver", "isSemver"), _parsed),
    "ip": _address,
    "ip.isCanonical": _canonical,
    "containsIP": _contains_address,
    "containsCIDR": _contains_network,
    "validate": _validate,
    "sets.contains": _sets(1),
    "sets.intersects": _sets(1),
    "sets.equivalent": _sets(2),
}

# ---------------------------------------------------------------------------------------------------------- of CEL


def _standard(overload: str, target: Value | None, args: Sequence[Value]) -> Price:
    word, _, kind = overload.partition("_")
    if overload in ("starts_with_string", "ends_with_string") and args:
        return Price(cost=args[0].size.by(TRAVERSAL))
    if overload == "in_list" and len(args) == 2:
        return Price(cost=args[1].size)
    if overload == "matches_string" and target is not None and args:
        return Price(cost=_matching(target, args[0]))
    if overload == "contains_string" and target is not None and args:
        return Price(cost=target.size.by(TRAVERSAL).times(args[0].size.by(TRAVERSAL)))
    if overload == "string_to_bytes" and args:
        return Price(cost=args[0].size.by(TRAVERSAL), size=Range(args[0].size.least, min(args[0].size.most * 4, MOST)))
    if overload == "bytes_to_string" and args:
        return Price(cost=args[0].size.by(TRAVERSAL), size=Range(args[0].size.least // 4, args[0].size.most))
    if overload == "string_format" and target is not None:
        return Price(cost=target.size.by(TRAVERSAL))
    if overload == "strings_quote" and args:
        size = args[0].size
        return Price(cost=size.by(TRAVERSAL), size=Range(size.least + 2, min(size.most * 2 + 2, MOST)))
    if word == "add" and kind in ("string", "bytes", "list") and len(args) == 2:
        size = args[0].size.plus(args[1].size)
        return Price(cost=ONE if kind == "list" else size.by(TRAVERSAL), size=size)
    if overload == "equals" and args[0].kind == args[1].kind == OWN:
        return FREE
    if overload in ("equals", "not_equals") or (
        word in ("less", "greater") and kind.removeprefix("equals_") in ("string", "bytes")
    ):
        most = min(args[0].size.most, args[1].size.most)
        return Price(cost=Range(1 if most else 0, most).by(TRAVERSAL))
    return FREE
