"""What a request asks for, by its method and path, as an API server says it to who authorizes."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs

from msgspec import Struct

from codegen.outputs.services.runtime.statuses import go_value

_VERBS: Mapping[str, str] = {
    "POST": "create",
    "GET": "get",
    "HEAD": "get",
    "PUT": "update",
    "PATCH": "patch",
    "DELETE": "delete",
}
_OF_NAMESPACES = frozenset(
    ("status", "finalize")
)  # what stands behind the name of a namespace and is no resource in it


class Asked(Struct, frozen=True, kw_only=True):
    """A verb, and a resource (group, namespace, name, subresource) or, where `resource` is empty, a path."""

    verb: str
    path: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""

    def text(self, user: str) -> str:
        """What a refusal says of it."""
        who = f"User {go_value(user)} cannot {self.verb}"
        if not self.resource:
            return f"{who} path {go_value(self.path)}"
        resource = f"{self.resource}/{self.subresource}" if self.subresource else self.resource
        where = f"in the namespace {go_value(self.namespace)}" if self.namespace else "at the cluster scope"
        return f"{who} resource {go_value(resource)} in API group {go_value(self.group)} {where}"


def asked(method: str, path: str, query: str = "") -> Asked:
    """The request of a method and a decoded path. Methods that the API does not know are verbs of their own."""
    parts = path.strip("/").split("/")
    group = ""
    match parts:
        case ["api", _, *rest] if rest:
            pass
        case ["apis", group, _, *rest] if rest:
            pass
        case _:
            return Asked(verb=method.lower(), path=path)
    verb = _VERBS.get(method, "")
    namespace, resource = "", rest[0]
    if resource == "watch" and len(rest) > 1:
        verb, rest = "watch", rest[1:]
        resource = rest[0]
    if resource == "namespaces" and len(rest) > 1:
        namespace = rest[1]
        if len(rest) > 2 and rest[2] not in _OF_NAMESPACES:
            rest = rest[2:]
    name = rest[1] if len(rest) > 1 else ""
    subresource = rest[2] if len(rest) > 2 else ""
    if not name and verb == "get":
        watching = parse_qs(query).get("watch", ["false"])[0].lower() in ("true", "1")
        verb = "watch" if watching else "list"
    elif not name and verb == "delete":
        verb = "deletecollection"
    return Asked(
        verb=verb,
        path=path,
        group=group,
        resource=rest[0],
        subresource=subresource,
        namespace=namespace,
        name=name,
    )
