"""Type expressions of fields, parameters and responses."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct


class Scalar(Struct, frozen=True, kw_only=True):
    """A JSON primitive: `type` is string, integer, number, boolean or object; `format` as in OpenAPI, or empty.

    `object` is an object with unknown contents; an empty `type` is any JSON value at all. `enum` lists the
    only values where an OpenAPI document says so; it is never read from prose.
    """

    type: str
    format: str = ""
    enum: tuple[str, ...] = ()


class Array(Struct, frozen=True, kw_only=True):
    """A list whose items have one type."""

    items: Type


class Map(Struct, frozen=True, kw_only=True):
    """An object with free keys whose values have one type."""

    values: Type


class Ref(Struct, frozen=True, kw_only=True):
    """A definition, by its full OpenAPI key."""

    key: str


class Lost(Struct, frozen=True, kw_only=True):
    """A type of which the source kept only a word (`integer` without its format, `object` for a map).

    The table layout loses facts; this says so instead of inventing them. A more exact source replaces it in a merge.
    """

    known: Type


Type = Scalar | Array | Map | Ref | Lost


class ListType(StrEnum):
    """How server-side apply merges a list (or, for atomic, also an object)."""

    ATOMIC = "atomic"
    SET = "set"
    MAP = "map"


def innermost(expression: Type | None) -> Type | None:
    """The type inside the lists and maps of a type expression, without the mark of what was lost."""
    while True:
        match expression:
            case Array(items=inner) | Map(values=inner) | Lost(known=inner):
                expression = inner
            case _:
                return expression


def innermost_part(expression: Type) -> str:
    """Which part of a type `innermost` gives, as `Keyword.inside` names it: `[]` for each list, `{}` for each map."""
    match expression:
        case Array(items=inner):
            return "[]" + innermost_part(inner)
        case Map(values=inner):
            return "{}" + innermost_part(inner)
        case Lost(known=inner):
            return innermost_part(inner)
        case _:
            return ""


def refs(expression: Type | None) -> Iterator[str]:
    """The definition keys that a type expression names."""
    end = innermost(expression)
    if isinstance(end, Ref):
        yield end.key


def has_enum(expression: Type | None) -> bool:
    """Whether a type expression ends in a list of values."""
    end = innermost(expression)
    return isinstance(end, Scalar) and bool(end.enum)


def may_be(loose: Type, exact: Type) -> bool:
    """Whether a source that loses facts can have written the first type for the second one."""
    if isinstance(exact, Lost):
        exact = exact.known
    match loose:
        case _ if loose == exact:
            return True
        case Lost(known=Scalar(type="")):
            return True
        case Lost(known=Scalar(type="object")):
            return isinstance(exact, Map | Ref) or (isinstance(exact, Scalar) and exact.type in {"object", ""})
        case Lost(known=Scalar(type=kind)):
            return isinstance(exact, Scalar) and exact.type == kind
        case Lost(known=Array(items=inner)):
            return isinstance(exact, Array) and may_be(Lost(known=inner), exact.items)
        case Lost(known=Map(values=inner)):
            return isinstance(exact, Map) and may_be(Lost(known=inner), exact.values)
        case Lost(known=inner):
            return inner == exact
        case Array(items=inner):
            return isinstance(exact, Array) and may_be(inner, exact.items)
        case Map(values=inner):
            return isinstance(exact, Map) and may_be(inner, exact.values)
        case Scalar(type=kind, format=form):  # no page writes an enumeration, and tables print []byte as string
            formats = {form, "byte"} if kind == "string" else {form}
            return isinstance(exact, Scalar) and exact.type == kind and exact.format in formats
        case _:
            return False


def format_type(expression: Type, beside: Type | None = None, *, lost: str = "") -> str:
    """`[]int32`, `map[string]Plot`; with the package where the name beside it is the same; `lost` marks what a source lost."""
    match expression:
        case Scalar(type=kind, format=form):
            return form or kind or "any"
        case Array(items=items):
            return f"[]{format_type(items, beside, lost=lost)}"
        case Map(values=values):
            return f"map[string]{format_type(values, beside, lost=lost)}"
        case Ref(key=key):
            beside_ref = _leaf(beside)
            same = beside_ref is not None and beside_ref.key != key and bare_name(beside_ref.key) == bare_name(key)
            return key if same else bare_name(key)
        case Lost(known=known):
            return format_type(known, beside, lost=lost) + lost


def bare_name(key: str) -> str:
    """The name of a definition without its package."""
    return key.rpartition(".")[2]


def _leaf(expression: Type | None) -> Ref | None:
    end = innermost(expression)
    return end if isinstance(end, Ref) else None
