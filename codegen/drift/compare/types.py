"""Two type expressions: in which respect they differ, if a source that lost a fact is not held against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct, field

from codegen.model import Array, Lost, Map, Ref, Scalar, Type, may_be
from codegen.model.type_words import bare_name as _name
from codegen.model.type_words import words

Known = Callable[[str], bool]

WIDENED, NARROWED = "widened", "narrowed"
# Types of numbers, each with those that hold all of its values: by type and format.
_WIDER = {
    ("integer", "int32"): frozenset((("integer", "int64"), ("number", ""), ("number", "double"))),
    ("integer", "int64"): frozenset((("number", ""), ("number", "double"))),
    ("integer", ""): frozenset((("number", ""), ("number", "double"))),
    ("number", "float"): frozenset((("number", "double"),)),
}


class TypeDifference(Struct, frozen=True, kw_only=True):
    """One respect in which two types differ: `type`, `format`, or what became of an enumeration, both sides in words.

    `way` tells of types of numbers which one takes all that the other takes: `widened`, `narrowed`, or nothing.
    """

    what: str
    old: str | None
    new: str | None
    way: str = ""


class Renamed(Struct):
    """What has another key: old keys to new ones, and between which packages it went."""

    keys: dict[str, str] = field(default_factory=dict)
    packages: set[tuple[str, str]] = field(default_factory=set)

    def update(self, keys: Mapping[str, str]) -> None:
        """Add old keys with their new ones."""
        self.keys.update(keys)
        self.packages.update((_package(old), _package(new)) for old, new in keys.items())


def differences(
    old: Type, new: Type, known: Known, renamed: Renamed, *, enums: bool = True
) -> Iterator[TypeDifference]:
    """How the second type differs from the first. `known` says whether the package of a key is a fact and not a guess;
    `enums` is False where a source cannot say an enumeration.
    """
    inner_old, inner_new = old, new
    while True:
        match inner_old, inner_new:
            case (Array(items=left), Array(items=right)) | (Map(values=left), Map(values=right)):
                inner_old, inner_new = left, right
            case (Scalar() as left, Scalar() as right) if left.type == right.type:
                yield from _scalars(left, right, old, new, enums=enums)
                return
            case _ if _agree(inner_old, inner_new, known, renamed):
                return
            case _:
                way = _way(inner_old, inner_new)
                yield TypeDifference(what="type", old=words(old, new), new=words(new, old), way=way)
                return


def _way(old: Type, new: Type) -> str:
    if not isinstance(old, Scalar) or not isinstance(new, Scalar) or old.enum or new.enum:
        return ""
    before, after = (old.type, old.format), (new.type, new.format)
    if after in _WIDER.get(before, ()):
        return WIDENED
    return NARROWED if before in _WIDER.get(after, ()) else ""


def _scalars(left: Scalar, right: Scalar, old: Type, new: Type, *, enums: bool) -> Iterator[TypeDifference]:
    if left.format != right.format:
        yield TypeDifference(what="format", old=words(old, new), new=words(new, old), way=_way(left, right))
    if not enums or left.enum == right.enum:
        return
    if not left.enum or not right.enum:
        what = "enum-removed" if left.enum else "enum-added"
        yield TypeDifference(what=what, old=", ".join(left.enum) or None, new=", ".join(right.enum) or None)
        return
    before, after = set(left.enum), set(right.enum)
    if removed := [value for value in left.enum if value not in after]:
        yield TypeDifference(what="enum-value-removed", old=", ".join(removed), new=None)
    if added := [value for value in right.enum if value not in before]:
        yield TypeDifference(what="enum-value-added", old=None, new=", ".join(added))


def _agree(old: Type, new: Type, known: Known, renamed: Renamed) -> bool:
    if isinstance(old, Lost) or isinstance(new, Lost):
        return may_be(old, new) or may_be(new, old)
    if isinstance(old, Ref) and isinstance(new, Ref):
        if renamed.keys.get(old.key, old.key) == new.key or _moved(old.key, new.key, renamed):
            return True
        # A page without the target's page knows only its name; the package is a guess, so it cannot disagree.
        guessed = not known(old.key) or not known(new.key)
        return guessed and _name(old.key) == _name(new.key)
    return False


def _moved(old: str, new: str, renamed: Renamed) -> bool:
    """Whether a type went to another version of its group together with those that refer to it."""
    return old not in renamed.keys and _name(old) == _name(new) and (_package(old), _package(new)) in renamed.packages


def _package(key: str) -> str:
    return key.rpartition(".")[0]
