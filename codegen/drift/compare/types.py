"""Comparison of two type expressions; facts that a source lost are no differences."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from codegen.model import Array, LossyType, Map, Ref, Scalar, Type, innermost, may_be, refs
from codegen.model.types import bare_name, format_type, innermost_part

WIDENED, NARROWED, EQUIVALENT = "widened", "narrowed", "equivalent"
FORMAT_CHANGED, TYPE_CHANGED = "format-changed", "type-changed"
CHOICES = frozenset(("oneOf", "anyOf", "type"))  # keywords with the types of a value
_PLAIN = frozenset(
    ("type", "$ref", "title", "description")
)  # keywords of a member that is only a type
_INT_OR_STRING = "int-or-string"
# Formats of numbers with the formats of the same type that hold all their values. Servers read
# integers without a format as int64.
_WIDER = {"int32": ("int64", ""), "int64": ("",), "": ("int64", "double"), "float": ("double", "")}
Relation = Callable[[str, str], bool]


class TypeDifference(Struct, frozen=True, kw_only=True):
    """A difference between two types.

    `what` is the end of the id of its rule. `way` is `widened` if the new type holds all values of
    the old one, `narrowed` for the reverse, `equivalent` for both, else empty.
    """

    what: str
    old: str
    new: str
    way: str


def find_type_difference(
    old: Type, new: Type, is_same: Relation, is_similar: Relation
) -> TypeDifference | None:
    """Find the difference of the second type from the first, without their enumerations.

    `is_same` tells whether two keys can be the same type, and `is_similar` whether their fields are
    compared one by one instead.
    """
    left, right = old, new
    while isinstance(left, Array | Map) and type(left) is type(right):
        left, right = _inner_type(left), _inner_type(right)
    what = TYPE_CHANGED
    match left, right:
        case (Scalar(), Scalar()) if left.type == right.type:
            if left.format == right.format:
                return None
            what = FORMAT_CHANGED
        case (Ref(), Ref()) if is_same(left.key, right.key):
            return None
        case (LossyType(), _) | (_, LossyType()) if may_be(left, right) or may_be(right, left):
            return None
    is_wider, is_narrower = _holds(right, left, is_similar), _holds(left, right, is_similar)
    way = (
        EQUIVALENT
        if is_wider and is_narrower
        else WIDENED
        if is_wider
        else NARROWED
        if is_narrower
        else ""
    )
    words = format_type(old, new), format_type(new, old)
    if words[0] == words[1]:  # the same format of another type
        words = f"{words[0]} ({_kind(left)})", f"{words[1]} ({_kind(right)})"
    return TypeDifference(what=what, old=words[0], new=words[1], way=way)


def find_choice_difference(before: Any, after: Any) -> TypeDifference | None:
    """Find the difference of two values of different types by the members of a choice between
    types, if one of them has such a choice.
    """
    if before.type is None or after.type is None:  # a response without a body
        return None
    part = innermost_part(before.type)
    is_choice = any(
        word.name in CHOICES and word.inside == part
        for each in (before, after)
        for word in each.keywords
    )
    if not is_choice or innermost_part(after.type) != part:
        return None
    old, new = (_list_members(each, part) for each in (before, after))
    if not old or not new:
        return None
    way = EQUIVALENT if old == new else WIDENED if old < new else NARROWED if new < old else ""
    words = [part + " or ".join(sorted(map(bare_name, side))) for side in (old, new)]
    return TypeDifference(what=TYPE_CHANGED, old=words[0], new=words[1], way=way)


def _list_members(element: Any, part: str) -> frozenset[str]:
    """Return the names and keys of the types that a part of a value may have, or nothing if they
    are not known.
    """
    words = (
        json.loads(word.value)
        for word in element.keywords
        if word.name in CHOICES and word.inside == part
    )
    if (choice := next(words, None)) is None:
        end = innermost(element.type)
        if not isinstance(end, Scalar):
            return frozenset(refs(end))
        choice = ["integer", "string"] if end.format == _INT_OR_STRING else [end.type]
    members = [{"type": each} if isinstance(each, str) else each for each in choice]
    names = [
        each.get("$ref", each.get("type"))
        for each in members
        if isinstance(each, dict) and each.keys() <= _PLAIN
    ]
    return frozenset(
        str(name).rpartition("/")[2] for name in names if len(names) == len(members) and name
    )


def _inner_type(expression: Type) -> Type:
    match expression:
        case Array(items=inner) | Map(values=inner):
            return inner
    return expression


def _kind(expression: Type) -> str:
    return expression.type if isinstance(expression, Scalar) else type(expression).__name__.lower()


def _holds(wide: Type, narrow: Type, is_similar: Relation) -> bool:
    """Return whether a type holds all values of another one, apart from enumerations."""
    match wide, narrow:
        case Scalar(type=""), _:
            return True
        case Ref(), Ref():
            return is_similar(wide.key, narrow.key)
        case Scalar(type="object"), Map() | Ref() | Scalar(type="object"):
            return True
        case Scalar(), Scalar():
            if wide.format == _INT_OR_STRING:
                return narrow.type in ("integer", "string")
            if (wide.type, narrow.type) == ("number", "integer"):
                return wide.format != "float"
            if wide.type != narrow.type or wide.format == narrow.format:
                return wide.type == narrow.type
            if wide.type == "string":
                return not wide.format and narrow.format not in (_INT_OR_STRING, "byte")
            return wide.format in _WIDER.get(narrow.format, ())
    return False
