"""Type expressions of fields, parameters and responses."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple, cast

from codegen.model.record import TaggedRecord


class TypeExpression(TaggedRecord, frozen=True, kw_only=True):
    """A type, which is shown as Kubernetes writes it, such as `[]string`."""

    def __str__(self) -> str:
        return format_type(cast("Type", self))


class Scalar(TypeExpression, frozen=True, kw_only=True):
    """A JSON primitive, with its format and enumeration.

    `object` is an object with unknown contents, an empty `type` any JSON value. `enum` has the only
    permitted values of an OpenAPI document, and is never read from prose.
    """

    type: str
    format: str = ""
    enum: tuple[str, ...] = ()


class Array(TypeExpression, frozen=True, kw_only=True):
    """A list with items of one type."""

    items: Type


class Map(TypeExpression, frozen=True, kw_only=True):
    """An object with free keys and values of one type."""

    values: Type


class Ref(TypeExpression, frozen=True, kw_only=True):
    """A reference to a definition by its full OpenAPI key."""

    key: str


class LossyType(TypeExpression, frozen=True, kw_only=True):
    """A type that its source reduces to one word, such as `object` for a map.

    The table layout loses facts, which are not invented. A more exact source replaces this type in
    a merge.
    """

    known: Type


Type = Scalar | Array | Map | Ref | LossyType


class ListType(StrEnum):
    """The merge behavior of a list in server-side apply."""

    ATOMIC = "atomic"
    SET = "set"
    MAP = "map"


def innermost(expression: Type | None) -> Type | None:
    """Return the type inside all lists, maps and `LossyType` marks."""
    while True:
        match expression:
            case Array(items=inner) | Map(values=inner) | LossyType(known=inner):
                expression = inner
            case _:
                return expression


def innermost_part(expression: Type) -> str:
    """Return the part of a type given by `innermost`, with `[]` per list and `{}` per map."""
    return split_type(expression).brackets.replace("map[string]", "{}")


class SplitType(NamedTuple):
    """The brackets before the name of a type, as pages write them, and its innermost type."""

    brackets: str
    innermost: Scalar | Ref


def split_type(expression: Type) -> SplitType:
    """Split a type at the end of its brackets."""
    prefix = ""
    while not isinstance(expression, Scalar | Ref):
        match expression:
            case Array(items=inner):
                prefix += "[]"
            case Map(values=inner):
                prefix += "map[string]"
            case LossyType(known=inner):
                pass
        expression = inner
    return SplitType(prefix, expression)


def refs(expression: Type | None) -> Iterator[str]:
    """Yield the definition key named by a type expression, if any."""
    end = innermost(expression)
    if isinstance(end, Ref):
        yield end.key


def has_enum(expression: Type | None) -> bool:
    """Return whether a type expression ends in an enumeration."""
    end = innermost(expression)
    return isinstance(end, Scalar) and bool(end.enum)


def may_be(loose: Type, exact: Type) -> bool:
    """Return whether a lossy source could have written the exact type as the loose one."""
    if isinstance(exact, LossyType):
        exact = exact.known
    match loose:
        case _ if loose == exact:
            return True
        case LossyType(known=Scalar(type="")):
            return True
        case LossyType(known=Scalar(type="object")):
            return isinstance(exact, Map | Ref) or (
                isinstance(exact, Scalar) and exact.type in {"object", ""}
            )
        case LossyType(known=Scalar(type=kind)):
            return isinstance(exact, Scalar) and exact.type == kind
        case LossyType(known=Array(items=inner)):
            return isinstance(exact, Array) and may_be(LossyType(known=inner), exact.items)
        case LossyType(known=Map(values=inner)):
            return isinstance(exact, Map) and may_be(LossyType(known=inner), exact.values)
        case LossyType(known=inner):
            return inner == exact
        case Array(items=inner):
            return isinstance(exact, Array) and may_be(inner, exact.items)
        case Map(values=inner):
            return isinstance(exact, Map) and may_be(inner, exact.values)
        case Scalar(type=kind, format=form):
            # Pages show no enumerations, and tables show []byte as string.
            formats = {form, "byte"} if kind == "string" else {form}
            return isinstance(exact, Scalar) and exact.type == kind and exact.format in formats
        case _:
            return False


def format_type(expression: Type, beside: Type | None = None, *, lost: str = "") -> str:
    """Format a type as short text, such as `[]int32` or `map[string]Plot`.

    Ambiguous names, as `beside` knows, get their package. `lost` marks types that a source reduced.
    """
    match expression:
        case Scalar(type=kind, format=form):
            return form or kind or "any"
        case Array(items=items):
            return f"[]{format_type(items, beside, lost=lost)}"
        case Map(values=values):
            return f"map[string]{format_type(values, beside, lost=lost)}"
        case Ref(key=key):
            is_ambiguous = any(
                reference_key != key and bare_name(reference_key) == bare_name(key)
                for reference_key in refs(beside)
            )
            if is_ambiguous:
                return key
            return bare_name(key)
        case LossyType(known=known):
            return format_type(known, beside, lost=lost) + lost


def bare_name(key: str) -> str:
    """Return the name of a definition without its package."""
    return key.rpartition(".")[2]
