"""How the fields of an object are told apart in a walk through it, as lines of a predicate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from codegen.core.escaping import python as escape
from codegen.outputs.python.level import Level
from codegen.outputs.python.scalars import Shape, beyond
from codegen.outputs.python.source import WIDTH, joined


class Walk(Struct, frozen=True, kw_only=True):
    """How the fields of an object are told apart in a walk through it.

    `types` are the Python types that a table has for names of fields; integers among them have `bits`, if any. The `others` are told
    apart by a chain of comparisons, or by the functions that the table has for them.
    """

    name: str
    bits: int
    types: dict[str, str]
    others: tuple[Shape, ...]
    chained: bool
    required: bool

    @property
    def has_table(self) -> bool:
        """Whether there is a table of names."""
        return bool(self.types) or not self.chained

    @property
    def asks_for_nulls(self) -> bool:
        """Whether a null is looked up: a required field must not be null, and without a table any name may stand there."""
        return self.required or not self.has_table

    def is_one_test(self, at: Level) -> bool:
        """Whether the table says all, in a line that is short enough."""
        fits = at.indent + 8 + len(f"_kinds_{self.name}[{at.k}] is not type({at.d}[{at.k}])") <= WIDTH
        return fits and not (self.others or self.bits or self.required)


def by_table(name: str, bits: int, at: Level, *, keep: bool) -> Iterator[str]:
    """The first lines of a walk: a value of the type that the table says is done with, as is null.

    `keep` says that the rest looks at `kind` again.
    """
    line = f"    if _kinds_{name}[{at.k}] is type({at.d}[{at.k}]):"
    if not bits and not keep and at.indent + len(line) <= WIDTH:
        yield from at.lines(line, "        continue", f"    {at.v} = {at.d}[{at.k}]", f"    if {at.v} is None:")
        return
    yield from at.lines(f"    {at.kind} = _kinds_{name}[{at.k}]", f"    {at.v} = {at.d}[{at.k}]")
    yield from at.lines(f"    if {at.kind} is type({at.v}):")
    if bits:
        yield joined("if ", [f"{at.kind} is int", beyond(bits, at.v)], " and ", ":", at.indent + 8)
        yield from at.lines("            return False")
    else:
        yield from at.lines("        continue")
    yield from at.lines(f"    elif {at.v} is None:")


def by_kind(walk: Walk, at: Level) -> Iterator[str]:
    """The rest of a walk by what the table says of a name: a type, which the value is not of, or a function."""
    tests = [f"{at.kind} is {exact}" for exact in dict.fromkeys(walk.types.values())]
    yield joined("elif ", [*tests, f"not {at.kind}({at.v})"], " or ", ":", at.indent + 4)


def table_of(name: str, kinds: Mapping[str, str]) -> Iterator[str]:
    """The lines of a table of names: the type of a field, or the function that knows it."""
    yield f"_kinds_{name}: Final[Kinds] = {{"
    for key, kind in kinds.items():
        yield f"    {escape.literal(key)}: {kind},"
    yield "}"
