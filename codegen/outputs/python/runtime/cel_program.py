"""What an expression in CEL is compiled to, and how that may end, whatever library runs it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

UNAVAILABLE: Final = ("authorizer", "image", "isImage")  # what servers have and no library here
_WORD: Final = re.compile(r"""(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|\.?\??\b([A-Za-z_]\w*)""")


class Fault(Exception):  # noqa: N818  - of the rule, not of who compiles it
    """An expression that does not compile: line and column from 1, and why."""

    def __init__(self, line: int, column: int, text: str) -> None:
        self.line, self.column, self.text = line, column, text
        super().__init__(f"{line}:{column}: {text}")


class Failed(Exception):  # noqa: N818  - one of the three ends of a run
    """An expression that ends in an error for these values, in the words of a server."""


class CannotRun(Exception):  # noqa: N818  - one of the three ends of a run
    """An expression that cannot be run here; the text says why, as the end of a sentence."""


class Program(Protocol):
    """A compiled expression."""

    def run(self, given: Any) -> Any:
        """What it gives for values that its engine has prepared. Raises `Failed` and `CannotRun`."""
        ...


class Place(Protocol):
    """The schema of a value, as far as it says how lists are merged."""

    kind: str

    @property
    def merged_by(self) -> tuple[str, ...] | None:
        """The keys of a list, none of a set, None of what `+` joins."""
        ...

    def below(self, name: str | None) -> "Place | None":
        """The schema of a field by its name in expressions, or of items and values (None)."""
        ...


class Engine(Protocol):
    """A library that runs CEL."""

    name: str

    def __hash__(self) -> int: ...

    def compile(
        self, text: str, variables: tuple[str, ...], optional: str = "", places: "Mapping[str, Place] | None" = None
    ) -> Program:
        """An expression over these variables, one of which may be optional. Raises `Fault`, and `CannotRun`.

        `places` are the schemas of variables with lists that `+` merges.
        """
        ...

    def check(self, text: str, types: Mapping[str, str], messages: bytes, gives: str, optional: str = "") -> None:
        """Check an expression over variables of these types, which are messages of a `FileDescriptorProto` or plain.

        Raises `Fault`, also for a result of another type than `gives`, and `CannotRun` where the library has no types.
        """
        ...

    def given(self, variables: Mapping[str, Any]) -> Any:
        """Values of JSON, moments, lengths of time and bytes as the programs of exactly these variables take them."""
        ...

    def moment(self, value: datetime) -> Any:
        """A moment inside a value."""
        ...

    def length(self, value: timedelta) -> Any:
        """A length of time inside a value."""
        ...

    def merging(self, items: list[Any], keys: tuple[str, ...]) -> list[Any]:
        """A list inside a value that `+` merges, by keys or as a set."""
        ...


def words_of(text: str) -> frozenset[str]:
    """The names in an expression that do not stand behind a dot or in quotes: variables, functions, and macros."""
    return frozenset(found[1] for found in _WORD.finditer(text) if found[1] and not found[0].startswith("."))


def refuse_unavailable(text: str) -> None:
    """Raise `CannotRun` for an expression that asks for what only a cluster has."""
    words = words_of(text)
    for word in UNAVAILABLE:
        if word in words:
            raise CannotRun(f"it uses {word}, which is not known outside of a cluster")
