"""What handlers are written with: the operations of an API, the calls of them, and the classes that answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from starlette.requests import Request

from codegen.outputs.services.runtime.options import Argument
from codegen.outputs.services.runtime.reading import Expected
from codegen.outputs.services.runtime.statuses import StatusError, failure


class Operation(NamedTuple):
    """One operation: what it is on the wire, and the method of handlers that answers it.

    `path_names` are the parameters of the path with their names in Python, `query` the others; `whole` is the one that stands for the rest of
    a path. `resource` is the plural word in the path, `kind` what the operation is about. `takes` and `gives` are media types.
    """

    method: str
    path: str
    verb: str
    handler: str
    call: type[Call]
    path_names: Mapping[str, str]
    query: tuple[Argument, ...]
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    status: int = 200
    body: Expected | None = None
    kind: tuple[str, str] = ("", "")
    whole: str = ""


class Names(NamedTuple):
    """By which words a resource is asked for beside its plural: `po` of pods, and `all` of whatever people work with."""

    short: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


class Call:
    """One call of an operation, with the parameters of its path and query as attributes.

    Attributes:
        operation: The operation.
        http: The request itself, with its headers and what middleware has left in `state`.
        sent: The body as it was sent; the object that a handler is given has what Go has where nothing was sent.
        headers: What the answer has beside its own headers.
        status: The HTTP status of the answer.

    """

    __slots__ = ("__dict__", "_warnings", "headers", "http", "operation", "query_options", "sent", "status")

    def __init__(
        self,
        operation: Operation,
        http: Request,
        values: Mapping[str, Any],
        query_options: Mapping[str, list[str]],
    ) -> None:
        self.operation = operation
        self.http = http
        self.query_options = query_options
        self.sent: Any = None
        self.headers: dict[str, str] = {}
        self.status = operation.status
        self._warnings: list[str] = []
        self.__dict__.update(values)

    def warn(self, text: str) -> None:
        """Say something beside the answer, in a Warning header; clients show it."""
        self._warnings.append(text)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was said so far."""
        return tuple(self._warnings)

    @property
    def dry_running(self) -> bool:
        """Whether nothing is to be kept."""
        return "All" in self.query_options.get("dryRun", ())


class Handlers:
    """The base of all classes that answer operations: who derives from one of them writes the methods that are served."""

    operations: ClassVar[tuple[Operation, ...]] = ()
    go_names: ClassVar[Mapping[Any, str]] = {}  # the types of Go, by the checkers of their objects
    # `Names` of resources such as `roles.rbac.authorization.k8s.io`, or plain tuples, which cost nothing while a module is imported
    names: ClassVar[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    defaults: ClassVar[Mapping[Any, Mapping[str, tuple[str, bool]]]] = {}  # as `reading.Kinds` has them
    # Whether methods are given bodies as they were sent, as `call.sent` is, and no objects of classes are made of them.
    bodies_as_sent: ClassVar[bool] = False


class NotServedError(StatusError):
    """An operation that nobody has written an answer for."""

    def __init__(self, call: Call) -> None:
        self.operation = call.operation
        text = "the server does not allow this method on the requested resource"
        super().__init__(failure(405, text, {}))


def served(handlers: Handlers) -> tuple[Operation, ...]:
    """The operations whose methods are written: not those of the generated class."""
    found: list[Operation] = []
    for kind in type(handlers).__mro__:
        listed: tuple[Operation, ...] = kind.__dict__.get("operations", ())
        for operation in listed:
            name = operation.handler
            if operation not in found and getattr(type(handlers), name) is not kind.__dict__.get(name):
                found.append(operation)
    return tuple(found)
