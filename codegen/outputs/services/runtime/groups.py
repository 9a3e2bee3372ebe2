"""What groups of operations, resources and clients have in common, whether they block or not."""

from collections.abc import Callable
from functools import cached_property
from typing import Generic, TypeVar

from .calls import Caller
from .configuration import Configuration

A = TypeVar("A")
C = TypeVar("C")
cached = cached_property  # a group is loaded when it is first used


class BaseGroup(Generic[C]):
    """The operations of one group version."""

    def __init__(self, connection: C, calls: Caller, namespace: str) -> None:
        self._connection = connection
        self._calls = calls
        self._namespace = namespace

    def _named(self, namespace: str | None) -> str:
        """A namespace; that of the configuration where none is named."""
        return self._namespace if namespace is None else namespace


class Resource(Generic[A]):
    """The operations of one resource, in one namespace if it has namespaces."""

    def __init__(self, group: A, namespace: str = "") -> None:
        self._group = group
        self._namespace = namespace


class BaseClient(Generic[C]):
    """A client of one server.

    Attributes:
        configuration: Where the server is, whom to trust, and who asks.

    """

    def __init__(self, configuration: Configuration, connection: C, calls: Caller) -> None:
        self.configuration = configuration
        self._connection = connection
        self._calls = calls

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.configuration.server!r})"

    def _group(self, kind: Callable[[C, Caller, str], A]) -> A:
        return kind(self._connection, self._calls, self.configuration.namespace)
