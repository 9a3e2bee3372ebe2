"""Where lines of a predicate stand: how deep one object is checked inside another, which names its variables have there."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from codegen.outputs.python.source import WIDTH, joined


class Level(Struct, frozen=True):
    """One object that is looked at: the number of objects around it, and the columns before its lines."""

    number: int
    indent: int
    whole: bool = True  # the lines are all of a function, whose answer they give

    @property
    def d(self) -> str:
        """The object itself."""
        return self._named("d")

    @property
    def k(self) -> str:
        """The key or the item that is looked at."""
        return self._named("k")

    @property
    def v(self) -> str:
        """The value under it, which is the object of the level inside."""
        return f"d{self.number + 1}"

    @property
    def kind(self) -> str:
        """What a table says of the key."""
        return self._named("kind")

    @property
    def missing(self) -> str:
        """How many fields are not there."""
        return self._named("missing")

    def _named(self, name: str) -> str:
        return f"{name}{self.number}" if self.number else name

    def deeper(self, columns: int) -> Level:
        """The same object, so many columns to the right."""
        return Level(self.number, self.indent + columns, self.whole)

    def inner(self) -> Level:
        """The object that stands as a value in this one."""
        return Level(self.number + 1, self.indent, whole=False)

    def lines(self, *texts: str) -> Iterator[str]:
        """Texts behind their margin."""
        margin = " " * self.indent
        return (margin + text for text in texts)

    def answer(self, good: list[str], bad: list[str], joint: str, joint_of_bad: str = "") -> Iterator[str]:
        """The end of a body: what must be so, and the same denied."""
        if self.whole:
            yield joined("return ", good, joint, "", self.indent)
        elif bad:
            yield joined("if ", bad, joint_of_bad, ":", self.indent)
            yield from self.lines("    return False")


def head_of(name: str, parameters: str) -> str:
    """The first line of a predicate."""
    if len(line := f"def {name}({parameters}) -> bool:") <= WIDTH:
        return line
    return f"def {name}(\n    {parameters}{'' if ', ' in parameters else ','}\n) -> bool:"
