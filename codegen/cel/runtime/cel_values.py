# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""Functions that Kubernetes adds to CEL, and values of types that CEL does not have.

An address, network, URL, quantity, format or version is a map with one key that no field can have,
so that equal values are equal maps. Functions raise ValueError with the messages of servers.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

Tagged = dict[str, str]
MARK: Final = "\ue000"  # of private use: no field has it in its name
IP: Final = "net.IP"
CIDR: Final = "net.CIDR"
URL: Final = "kubernetes.URL"
QUANTITY: Final = "kubernetes.Quantity"
FORMAT: Final = "kubernetes.NamedFormat"
SEMVER: Final = "kubernetes.Semver"
OWN_TYPES: Final = (IP, CIDR, URL, QUANTITY, FORMAT, SEMVER)
_TYPE: Final = "type"


class Function(NamedTuple):
    """An overload of a CEL function.

    Types are written like `list<string>`; `~T` is any type. A function that returns an optional
    value returns a list in Python, with the value as its only item or without one. `types` are the
    only types that `~T` stands for.
    """

    name: str
    takes: tuple[str, ...]
    gives: str
    run: Callable[..., Any]
    member: bool = False
    library: str = ""
    is_optional: bool = False
    types: tuple[str, ...] = ()


def tag(kind: str, text: str) -> Tagged:
    """Wrap a text as a value of a type that CEL does not have."""
    return {f"{MARK}{kind}": text}


def untag(kind: str, value: Mapping[str, str]) -> str:
    """Return the text of a wrapped value. Raises ValueError for another type."""
    try:
        return value[f"{MARK}{kind}"]
    except KeyError:
        raise ValueError("no such overload") from None


def is_own(value: Mapping[Any, object]) -> bool:
    """Return whether a map stands for a value of a type of Kubernetes."""
    return any(isinstance(key, str) and key.startswith(MARK) for key in value)


def type_of(value: Mapping[str, object]) -> Tagged:
    """Return the type of a value of a type of Kubernetes."""
    return named_type(next(iter(value)).removeprefix(MARK))


def named_type(name: str) -> Tagged:
    """Return the type of Kubernetes with this name."""
    return tag(_TYPE, name)


def succeeds(read: Callable[..., object]) -> Callable[..., bool]:
    """Make a predicate that tests whether a function accepts its arguments."""

    def is_readable(*arguments: object) -> bool:
        try:
            read(*arguments)
        except ValueError:
            return False
        return True

    return is_readable
