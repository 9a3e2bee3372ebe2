"""The request as API servers describe it to authorizers and to the owner of fields."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs

from msgspec import Struct

from codegen.kube.statuses import go_value

_VERBS: Mapping[str, str] = {
    "POST": "create",
    "GET": "get",
    "HEAD": "get",
    "PUT": "update",
    "PATCH": "patch",
    "DELETE": "delete",
}
_OF_NAMESPACES = frozenset(("status", "finalize"))  # subresources of namespaces, which are no resources in them


class RequestInfo(Struct, frozen=True, kw_only=True):
    """A verb with a resource, or with a path where `resource` is empty."""

    verb: str
    path: str = ""
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""

    def refusal(self, user: str) -> str:
        """Say that a user may not do this."""
        who = f"User {go_value(user)} cannot {self.verb}"
        if not self.resource:
            return f"{who} path {go_value(self.path)}"
        resource = f"{self.resource}/{self.subresource}" if self.subresource else self.resource
        where = f"in the namespace {go_value(self.namespace)}" if self.namespace else "at the cluster scope"
        return f"{who} resource {go_value(resource)} in API group {go_value(self.group)} {where}"


class WriteOptions(Struct, frozen=True, kw_only=True):
    """The options of a request that writes: who owns the fields, and whether nothing is kept."""

    field_manager: str = ""
    user_agent: str = ""
    dry_run: bool = False

    @property
    def manager(self) -> str:
        """The manager of the fields: by the query, else the first part of the user agent."""
        return self.field_manager or self.user_agent.partition("/")[0] or "unknown"


def parse_request(method: str, path: str, query: str = "") -> RequestInfo:
    """Describe the request of a method, a decoded path and a query."""
    group, rest = "", list[str]()
    match path.strip("/").split("/"):
        case ["api", _, *rest] if rest:
            pass
        case ["apis", group, _, *rest] if rest:
            pass
        case _:
            return RequestInfo(verb=method.lower(), path=path)
    verb, namespace = _VERBS.get(method, ""), ""
    if rest[0] == "watch" and len(rest) > 1:
        verb, rest = "watch", rest[1:]
    if rest[0] == "namespaces" and len(rest) > 1:
        namespace = rest[1]
        if len(rest) > 2 and rest[2] not in _OF_NAMESPACES:
            rest = rest[2:]
    resource, name, subresource = (*rest, "", "")[:3]
    if not name and verb == "get":
        is_watch = parse_qs(query).get("watch", ["false"])[0].lower() in ("true", "1")
        verb = "watch" if is_watch else "list"
    elif not name and verb == "delete":
        verb = "deletecollection"
    return RequestInfo(
        verb=verb,
        path=path,
        group=group,
        resource=resource,
        subresource=subresource,
        namespace=namespace,
        name=name,
    )
