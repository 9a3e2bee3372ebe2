"""The operations that the endpoint serves, and the search for the operation of a path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import Struct

from codegen.endpoint.kinds import KINDS, REVIEWS, TOKEN_REQUEST, Kind

_OF_COLLECTIONS = {"GET": "list", "POST": "create"}
_OF_OBJECTS = {"GET": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_OF_STATUS = {"GET": "get", "PUT": "update", "PATCH": "patch"}
SUBRESOURCES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "Namespace": {"finalize": {"PUT": "update"}, "status": _OF_STATUS},
    "ServiceAccount": {"token": {"POST": "create"}},
    "Pod": {"status": _OF_STATUS},
    "Node": {"status": _OF_STATUS},
}


class Operation(Struct, frozen=True, kw_only=True):
    """An operation: a method on a path, its verb, and the kind whose objects it is about."""

    method: str
    path: str
    verb: str
    kind: Kind
    subresource: str = ""

    @property
    def body(self) -> Kind:
        """The kind that a body of the operation has."""
        return TOKEN_REQUEST if self.subresource == "token" else self.kind

    @property
    def is_namespaced(self) -> bool:
        """Whether the path has a namespace in which the objects are."""
        return "{namespace}" in self.path


def _operations() -> Iterator[Operation]:
    for kind in KINDS:
        objects = kind.collection("{namespace}")
        paths: dict[str, tuple[str, Mapping[str, str]]] = {
            objects: ("", _OF_COLLECTIONS),
            f"{objects}/{{name}}": ("", _OF_OBJECTS),
        }
        if kind.namespaced:
            paths[f"{kind.root}/{kind.plural}"] = ("", {"GET": "list"})  # of all namespaces
        for part, verbs in SUBRESOURCES.get(kind.name, {}).items():
            paths[f"{objects}/{{name}}/{part}"] = (part, verbs)
        for path, (part, verbs) in paths.items():
            for method, verb in verbs.items():
                yield Operation(method=method, path=path, verb=verb, kind=kind, subresource=part)
    for kind in REVIEWS:
        yield Operation(method="POST", path=kind.collection(""), verb="create", kind=kind)


OPERATIONS = tuple(_operations())


@cache
def _patterns() -> Mapping[int, list[tuple[list[str], dict[str, Operation]]]]:
    """Group the operations by the number of segments in their paths."""
    by_path: dict[str, dict[str, Operation]] = {}
    for each in OPERATIONS:
        by_path.setdefault(each.path, {})[each.method] = each
    found: dict[int, list[tuple[list[str], dict[str, Operation]]]] = {}
    for path, methods in by_path.items():
        segments = path[1:].split("/")
        found.setdefault(len(segments), []).append((segments, methods))
    return found


def find_operations(path: str) -> tuple[Mapping[str, Operation], Mapping[str, str]] | None:
    """Return the operations of a decoded path by their methods, and its parameters; None for an unknown path."""
    segments = path.removeprefix("/").removesuffix("/").split("/")
    for pattern, methods in _patterns().get(len(segments), ()):
        parameters = {}
        for expected, found in zip(pattern, segments, strict=True):
            if expected[0] == "{":
                parameters[expected[1:-1]] = found
            elif expected != found:
                break
        else:
            return methods, parameters
    return None
