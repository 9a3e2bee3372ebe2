"""Comparison of two type expressions; facts that a source lost are no differences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct, field

from codegen.model import Array, Lost, Map, Ref, Scalar, Type, may_be
from codegen.model.types import bare_name as _name
from codegen.model.types import format_type

_Predicate = Callable[[str], bool]

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

    `what` is the end of the id of its rule. `way` is `widened` if the new type of numbers holds all values of the old one, `narrowed` for the reverse, else empty.
    `is_enum` marks differences of enumerations.
    """

    what: str
    old: str | None
    new: str | None
    way: str = ""
    is_enum: bool = False


class Renames(Struct):
    """The new keys of renamed definitions, and the pairs of their old and new packages."""

    keys: dict[str, str] = field(default_factory=dict)
    packages: set[tuple[str, str]] = field(default_factory=set)

    def update(self, keys: Mapping[str, str]) -> None:
        """Add new keys of definitions, by old key."""
        self.keys.update(keys)
        self.packages.update((_package(old), _package(new)) for old, new in keys.items())


def find_type_differences(
    old: Type, new: Type, is_documented: _Predicate, renames: Renames, *, enums: bool = True
) -> Iterator[TypeDifference]:
    """Yield the differences of the second type from the first.

    `is_documented` tells whether the package of a key is a fact and no guess. `enums` is false where a source does not support them.
    """
    inner_old, inner_new = old, new
    while True:
        match inner_old, inner_new:
            case (Array(items=left), Array(items=right)) | (Map(values=left), Map(values=right)):
                inner_old, inner_new = left, right
            case (Scalar() as left, Scalar() as right) if left.type == right.type:
                yield from _compare_scalars(left, right, old, new, enums=enums)
                return
            case _ if _is_consistent(inner_old, inner_new, is_documented, renames):
                return
            case _:
                way = _find_way(inner_old, inner_new)
                yield TypeDifference(what="type-changed", old=format_type(old, new), new=format_type(new, old), way=way)
                return


def _find_way(old: Type, new: Type) -> str:
    if not isinstance(old, Scalar) or not isinstance(new, Scalar) or old.enum or new.enum:
        return ""
    before, after = (old.type, old.format), (new.type, new.format)
    if after in _WIDER.get(before, ()):
        return WIDENED
    return NARROWED if before in _WIDER.get(after, ()) else ""


def _compare_scalars(left: Scalar, right: Scalar, old: Type, new: Type, *, enums: bool) -> Iterator[TypeDifference]:
    if left.format != right.format:
        yield TypeDifference(
            what=FORMAT_CHANGED, old=format_type(old, new), new=format_type(new, old), way=_find_way(left, right)
        )
    if not enums or left.enum == right.enum:
        return
    if not left.enum or not right.enum:
        what = "enum-removed" if left.enum else "enum-added"
        old_words, new_words = (", ".join(each.enum) or None for each in (left, right))
        yield TypeDifference(what=what, old=old_words, new=new_words, is_enum=True)
        return
    before, after = set(left.enum), set(right.enum)
    if removed := [value for value in left.enum if value not in after]:
        yield TypeDifference(what="enum-value-removed", old=", ".join(removed), new=None, is_enum=True)
    if added := [value for value in right.enum if value not in before]:
        yield TypeDifference(what="enum-value-added", old=None, new=", ".join(added), is_enum=True)


def _is_consistent(old: Type, new: Type, is_documented: _Predicate, renames: Renames) -> bool:
    if isinstance(old, Lost) or isinstance(new, Lost):
        return may_be(old, new) or may_be(new, old)
    if isinstance(old, Ref) and isinstance(new, Ref):
        if renames.keys.get(old.key, old.key) == new.key or _is_moved_along(old.key, new.key, renames):
            return True
        # The package of a type without a page is a guess and cannot disagree.
        is_guessed = not is_documented(old.key) or not is_documented(new.key)
        return is_guessed and _name(old.key) == _name(new.key)
    return False


def _is_moved_along(old: str, new: str, renames: Renames) -> bool:
    """Return whether a type moved to another version of its group along with the types that refer to it."""
    return old not in renames.keys and _name(old) == _name(new) and (_package(old), _package(new)) in renames.packages


def _package(key: str) -> str:
    return key.rpartition(".")[0]
