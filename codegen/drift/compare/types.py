"""Comparison of two type expressions; facts that a source lost are no differences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from codegen.model import Array, Lost, Map, Ref, Scalar, Type, may_be
from codegen.model.types import format_type

WIDENED, NARROWED = "widened", "narrowed"
FORMAT_CHANGED = "format-changed"
# Types of numbers by type and format, with the types that hold all their values.
_WIDER = {
    ("integer", "int32"): frozenset((("integer", "int64"), ("number", ""), ("number", "double"))),
    ("integer", "int64"): frozenset((("number", ""), ("number", "double"))),
    ("integer", ""): frozenset((("number", ""), ("number", "double"))),
    ("number", "float"): frozenset((("number", "double"),)),
}


class TypeDifference(Struct, frozen=True, kw_only=True):
    """A difference between two types.

    `what` is the end of the id of its rule. `way` is `widened` if the new type of numbers holds all values of the old one, `narrowed` for
    the reverse, else empty. `is_enum` marks differences of enumerations.
    """

    what: str
    old: str | None
    new: str | None
    way: str = ""
    is_enum: bool = False


def find_type_differences(old: Type, new: Type, is_consistent: Callable[[str, str], bool]) -> Iterator[TypeDifference]:
    """Yield the differences of the second type from the first.

    `is_consistent` tells whether two keys can be the same type.
    """
    left, right = old, new
    while True:
        match left, right:
            case (Array(items=inner_left), Array(items=inner_right)) | (
                Map(values=inner_left),
                Map(values=inner_right),
            ):
                left, right = inner_left, inner_right
                continue
            case (Scalar(), Scalar()) if left.type == right.type:
                if left.format != right.format:
                    yield _difference(FORMAT_CHANGED, old, new, _find_way(left, right))
                yield from _compare_enums(left.enum, right.enum)
            case (Ref(), Ref()) if is_consistent(left.key, right.key):
                pass
            case (Lost(), _) | (_, Lost()) if may_be(left, right) or may_be(right, left):
                pass
            case _:
                yield _difference("type-changed", old, new, _find_way(left, right))
        return


def _difference(what: str, old: Type, new: Type, way: str) -> TypeDifference:
    return TypeDifference(what=what, old=format_type(old, new), new=format_type(new, old), way=way)


def _find_way(old: Type, new: Type) -> str:
    if not isinstance(old, Scalar) or not isinstance(new, Scalar) or old.enum or new.enum:
        return ""
    before, after = (old.type, old.format), (new.type, new.format)
    if after in _WIDER.get(before, ()):
        return WIDENED
    return NARROWED if before in _WIDER.get(after, ()) else ""


def _compare_enums(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[TypeDifference]:
    before, after = {*old}, {*new}
    if not old or not new:
        whats: dict[str, tuple[Sequence[str], Sequence[str]]] = {"enum-removed": (old, ()), "enum-added": ((), new)}
    else:
        whats = {
            "enum-value-removed": ([value for value in old if value not in after], ()),
            "enum-value-added": ((), [value for value in new if value not in before]),
        }
    for what, values in whats.items():
        if any(values):
            words = [", ".join(each) or None for each in values]
            yield TypeDifference(what=what, old=words[0], new=words[1], is_enum=True)
