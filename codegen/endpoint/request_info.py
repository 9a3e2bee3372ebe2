"""Requests as authorizers see them, with the verbs that the endpoint serves at a path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from codegen.endpoint.kinds import KINDS, REVIEWS, Kind
from codegen.endpoint.status_errors import StatusError
from codegen.kube.statuses import build_failure, build_object_failure, go_value

Verbs = Mapping[str, str]  # by methods
COLLECTION_VERBS: Verbs = {"GET": "list", "POST": "create"}
OBJECT_VERBS: Verbs = {"GET": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
REVIEW_VERBS: Verbs = {"POST": "create"}
_STATUS_VERBS: Verbs = {"GET": "get", "PUT": "update", "PATCH": "patch"}
SUBRESOURCES: Mapping[str, Mapping[str, Verbs]] = {
    "Namespace": {"finalize": {"PUT": "update"}, "status": _STATUS_VERBS},
    "ServiceAccount": {"token": {"POST": "create"}},
    "Pod": {"status": _STATUS_VERBS},
    "Node": {"status": _STATUS_VERBS},
}
_NOT_SNIFFED = {"X-Content-Type-Options": "nosniff"}
_VERBS: Verbs = {**OBJECT_VERBS, "POST": "create", "HEAD": "get"}
_KINDS = {(kind.group, kind.version, kind.plural): kind for kind in (*KINDS, *REVIEWS)}


class RequestInfo(Struct, frozen=True, kw_only=True):
    """A verb with a resource, or with a path and an empty `resource`.

    `served` are the verbs of the path by methods, none for an unknown path. `is_namespaced` tells
    whether the path names a namespace.
    """

    verb: str
    path: str = ""
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    kind: Kind | None = None
    is_namespaced: bool = False
    served: Verbs = {}

    def refusal(self, user: str) -> StatusError:
        """Build the error 403 for a user."""
        why = f"User {go_value(user)} cannot {self.verb}"
        if not self.resource:
            status = build_failure(403, f"forbidden: {why} path {go_value(self.path)}", {})
            return StatusError(status, _NOT_SNIFFED)
        if self.subresource:
            resource = f"{self.resource}/{self.subresource}"
        else:
            resource = self.resource
        if self.namespace:
            scope = f"in the namespace {go_value(self.namespace)}"
        else:
            scope = "at the cluster scope"
        why = f"{why} resource {go_value(resource)} in API group {go_value(self.group)} {scope}"
        return StatusError(
            build_object_failure(403, self.resource, self.name, why, self.group), _NOT_SNIFFED
        )


def parse_request(method: str, path: str) -> RequestInfo:
    """Describe the request of a method and a decoded path."""
    group = ""
    match path.removeprefix("/").removesuffix("/").split("/"):
        case ["api", version, *parts] if parts:
            pass
        case ["apis", group, version, *parts] if parts:
            pass
        case _:
            return RequestInfo(verb=method.lower(), path=path)
    namespace = ""
    is_namespaced = (
        len(parts) > 2 and parts[0] == "namespaces" and parts[2] not in SUBRESOURCES["Namespace"]
    )
    if is_namespaced:
        _, namespace, *parts = parts
    resource, name, subresource = (*parts, "", "")[:3]
    verb = _VERBS.get(method, "")
    if not name and verb in ("get", "delete"):
        verb = "deletecollection" if verb == "delete" else "list"
    kind = _KINDS.get((group, version, resource))
    return RequestInfo(
        verb=verb,
        path=path,
        group=group,
        resource=resource,
        subresource=subresource,
        namespace=name if resource == "namespaces" and not is_namespaced else namespace,
        name=name,
        kind=kind,
        is_namespaced=is_namespaced,
        served=_served_verbs(kind, parts, is_namespaced) if kind is not None else {},
    )


def _served_verbs(kind: Kind, parts: Sequence[str], is_namespaced: bool) -> Verbs:
    """Return the verbs of the methods at a path, which begins with the resource of the kind."""
    if kind.namespaced is not is_namespaced:  # the objects of all namespaces
        if len(parts) == 1 and kind.namespaced:
            return {"GET": "list"}
        return {}
    match parts:
        case [_]:
            if kind in REVIEWS:
                return REVIEW_VERBS
            return COLLECTION_VERBS
        case [_, name] if name and kind not in REVIEWS:
            return OBJECT_VERBS
        case [_, _, subresource]:
            return SUBRESOURCES.get(kind.name, {}).get(subresource, {})
    return {}
