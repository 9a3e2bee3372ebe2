# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""Functions that Kubernetes adds to CEL, and values of types that CEL does not have.

A quantity, version, URL or format is a map with one key that no field can have, so that equal values are equal maps. Addresses and
networks are canonical strings. Functions raise ValueError with the messages of servers.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

Tagged = dict[str, str]
MARK: Final = "\ue000"  # of private use: no field has it in its name


class Function(NamedTuple):
    """An overload of a CEL function. Types: string, int, double, bool, dyn, list, strings (a list of them), map, and
    own (a type of Kubernetes).

    A function of an optional value has a `list of` the type, with the value as its only item or without one.
    """

    name: str
    takes: tuple[str, ...]
    gives: str
    run: Callable[..., Any]
    member: bool = False


def tag(kind: str, text: str) -> Tagged:
    """Wrap a text as a value of a type that CEL does not have."""
    return {f"{MARK}{kind}": text}


def untag(kind: str, value: Mapping[str, str]) -> str:
    """Return the text of a wrapped value. Raises ValueError for another type."""
    try:
        return value[f"{MARK}{kind}"]
    except KeyError:
        raise ValueError("no such overload") from None


def succeeds(read: Callable[..., object]) -> Callable[..., bool]:
    """Make a predicate that tests whether a function accepts its arguments."""

    def is_readable(*arguments: Any) -> bool:
        try:
            read(*arguments)
        except ValueError:
            return False
        return True

    return is_readable
