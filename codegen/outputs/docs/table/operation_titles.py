"""Operations of the table layout, with their titles, their order and their pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from codegen.model import GroupVersionKind, Operation, Parameter, Reference

_PATH = re.compile(
    r"/(?:api|apis/(?P<group>[^/{}]+))/(?P<version>[^/{}]+)/(?P<watch>watch/)?(?P<namespace>namespaces/\{namespace\}/)?"
    r"(?P<resource>[^/{}]+)(?:/\{[^/{}]+\}(?:/(?P<part>[^/{}]+)(?P<path>/\{[^/{}]+\})?)?)?/?"
)
# Verb of Kubernetes -> label of the beginning of a title.
_ACTIONS = {
    "create": "create",
    "patch": "patch",
    "update": "replace",
    "put": "replace",
    "delete": "delete",
    "deletecollection": "delete_collection",
    "get": "read",
    "list": "list",
    "watch": "watch",
    "watchlist": "watch_list",
}
_CONNECTS = {
    "POST": "create_connect",
    "DELETE": "delete_connect",
    "GET": "get_connect",
    "HEAD": "head_connect",
    "PUT": "replace_connect",
    "PATCH": "patch_connect",
    "OPTIONS": "options_connect",
}
_SPELLED = {"ephemeralcontainers": "EphemeralContainers"}
# The order on kubernetes.io: by action, subresource, path suffix, and all namespaces.
_WRITE = [
    *(("create", part) for part in ("", "eviction")),
    *((action, "") for action in ("patch", "replace", "delete", "delete_collection")),
]
_STATUS = [("patch", "status"), ("read", "status"), ("replace", "status")]
_RESIZE = [("read", "resize"), ("patch", "resize"), ("replace", "resize")]
_CONTAINERS = [(action, "ephemeralcontainers") for action in ("patch", "read", "replace")]
_PROXY = [
    ("create_connect", "portforward"),
    *(
        (action, part)
        for action in ("create_connect", "delete_connect")
        for part in ("proxy", "proxy/")
    ),
    ("get_connect", "portforward"),
    *(
        (action, part)
        for action in ("get_connect", "head_connect", "replace_connect")
        for part in ("proxy", "proxy/")
    ),
]
_MISC = [
    *((action, "scale") for action in ("read", "replace", "patch")),
    ("read", "log"),
    *(
        (action, part)
        for part in ("exec", "attach")
        for action in ("get_connect", "create_connect")
    ),
]
_READ = [
    ("read", ""),
    ("list", ""),
    ("list", "*"),
    ("watch", ""),
    ("watch_list", ""),
    ("watch_list", "*"),
]
_ORDER = {
    entry: number
    for number, entry in enumerate(
        [*_WRITE, *_READ, *_STATUS, *_RESIZE, *_CONTAINERS, *_PROXY, *_MISC]
    )
}

Resource = tuple[str, str, str]  # group, version, plural


class OperationTitle(Struct, frozen=True, kw_only=True):
    """An operation with the parts of its title.

    `action` and `part` are labels of the action and the subresource. `order` is its number in the
    order of kubernetes.io, or None. `own` marks titles from the prose of the source page.
    """

    operation: Operation
    action: str
    part: str = ""
    path: bool = False
    everywhere: bool = False
    order: int | None = None
    own: bool = False


class OperationIndex:
    """The operations of a reference, grouped by the definition whose page shows them."""

    def __init__(self, reference: Reference, by_gvk: Mapping[GroupVersionKind, str]) -> None:
        # Operation, its path, and the definition of its kind.
        self._read: list[tuple[Operation, re.Match[str] | None, str | None]] = [
            (
                operation,
                _PATH.fullmatch(operation.path),
                by_gvk.get(operation.gvk) if operation.gvk else None,
            )
            for operation in reference.operations.values()
        ]
        self._kinds: dict[Resource, str] = {}
        self._namespaced: set[Resource] = set()
        self.listed: dict[str, None] = {}
        # Kinds that are only created through a resource of another group. Upstream writes no pages
        # for them.
        self.guests: dict[str, None] = {}
        for operation, path, key in self._read:
            if path is None:
                continue
            resource = _find_resource(path)
            if path["namespace"]:
                self._namespaced.add(resource)
            if not path["part"] and key is not None:
                self._kinds.setdefault(resource, key)
            if operation.verb == "list" and key is not None:
                self.listed[key] = None
        self.own: dict[str, list[OperationTitle]] = {}
        self.loose: dict[str, list[OperationTitle]] = {}
        self._assign_operations()

    def _assign_operations(self) -> None:
        for operation, path, kind_key in self._read:
            if path is None:
                if kind_key is not None:
                    self.loose.setdefault(kind_key, []).append(
                        OperationTitle(operation=operation, action=_choose_action(operation))
                    )
                continue
            titled = self._title_operation(operation, path)
            above = self._kinds.get(_find_resource(path))
            if titled.order is not None and above is not None:
                self.own.setdefault(above, []).append(titled)
                continue
            home = kind_key or above
            if kind_key is not None and path["part"] and kind_key != above:
                titled = OperationTitle(operation=operation, action=titled.action)
                if operation.gvk and operation.gvk.group != (path["group"] or ""):
                    self.guests[kind_key] = None
            if home is not None:
                self.loose.setdefault(home, []).append(titled)
        for operations in self.own.values():
            operations.sort(
                key=lambda item: (
                    item.order or 0,
                    "/namespaces/{namespace}/" not in item.operation.path,
                )
            )

    def _title_operation(self, operation: Operation, match: re.Match[str]) -> OperationTitle:
        action, part, path = (
            _choose_action(operation),
            match["part"] or "",
            match["path"] is not None,
        )
        is_list = action in ("list", "watch_list") and not part
        everywhere = (
            is_list and not match["namespace"] and _find_resource(match) in self._namespaced
        )
        if everywhere:
            ordered_part = "*"
        elif path:
            ordered_part = f"{part}/"
        else:
            ordered_part = part
        return OperationTitle(
            operation=operation,
            action=action,
            part=_SPELLED.get(part, part[:1].upper() + part[1:]),
            path=path,
            everywhere=everywhere,
            order=_ORDER.get((action, ordered_part)),
        )


def page_operation_title(operation: Operation) -> OperationTitle:
    """Return an operation with the title of its page."""
    return OperationTitle(operation=operation, action=_choose_action(operation), own=True)


def _choose_action(operation: Operation) -> str:
    if operation.verb == "connect":
        return _CONNECTS.get(operation.method, "get_connect")
    return _ACTIONS.get(operation.verb, "read")


def _find_resource(path: re.Match[str]) -> Resource:
    return (path["group"] or "", path["version"], path["resource"])


class ParameterOrder:
    """Sorts parameters, with those that all operations of a path share first.

    The OpenAPI document lists them in this way, shared ones at the path and others at the
    operation.
    """

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._shared: dict[str, set[tuple[str, str]]] = {}
        for operation in operations:
            names = {(parameter.place, parameter.name) for parameter in operation.parameters}
            shared = self._shared.get(operation.path)
            if shared is None:
                self._shared[operation.path] = names
            else:
                self._shared[operation.path] = shared & names

    def sort(self, operation: Operation, place: str) -> tuple[Parameter, ...]:
        """Sort the parameters of one location."""
        shared = self._shared.get(operation.path, set())
        mine = [parameter for parameter in operation.parameters if parameter.place == place]
        return tuple(
            sorted(
                mine, key=lambda parameter: ((place, parameter.name) not in shared, parameter.name)
            )
        )
