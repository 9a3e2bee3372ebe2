"""The kinds of an endpoint, stored objects and reviews, and their places in the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct

from codegen.model import GroupVersionKind
from codegen.model.kubernetes import key_of_kind

_AUTHENTICATION, _AUTHORIZATION = "authentication.k8s.io", "authorization.k8s.io"
_RBAC = "rbac.authorization.k8s.io"


class Kind(Struct, frozen=True, kw_only=True):
    """A kind with its place in the API."""

    name: str
    plural: str
    group: str = ""
    version: str = "v1"
    namespaced: bool = True
    short_names: tuple[str, ...] = ()

    @property
    def resource(self) -> str:
        """The resource with its group, such as `roles.rbac.authorization.k8s.io`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def gvk(self) -> GroupVersionKind:
        """Its group, version and kind."""
        return GroupVersionKind(group=self.group, version=self.version, kind=self.name)

    @property
    def api_version(self) -> str:
        """Its group and version as objects name them."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def key(self) -> str:
        """The key of its definition."""
        return key_of_kind(self.group, self.version, self.name)

    @property
    def root(self) -> str:
        """The beginning of the paths of its group and version."""
        return f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"

    def collection(self, namespace: str) -> str:
        """Return the path of its objects."""
        return f"{self.root}/namespaces/{namespace}/{self.plural}" if self.namespaced else f"{self.root}/{self.plural}"


NAMESPACE = Kind(name="Namespace", plural="namespaces", namespaced=False, short_names=("ns",))
ACCOUNT = Kind(name="ServiceAccount", plural="serviceaccounts", short_names=("sa",))
POD = Kind(name="Pod", plural="pods", short_names=("po",))
SECRET = Kind(name="Secret", plural="secrets")
CONFIG_MAP = Kind(name="ConfigMap", plural="configmaps", short_names=("cm",))
NODE = Kind(name="Node", plural="nodes", namespaced=False, short_names=("no",))
ROLE = Kind(name="Role", plural="roles", group=_RBAC)
ROLE_BINDING = Kind(name="RoleBinding", plural="rolebindings", group=_RBAC)
CLUSTER_ROLE = Kind(name="ClusterRole", plural="clusterroles", group=_RBAC, namespaced=False)
CLUSTER_ROLE_BINDING = Kind(name="ClusterRoleBinding", plural="clusterrolebindings", group=_RBAC, namespaced=False)
KINDS = (
    *(NAMESPACE, ACCOUNT, POD, SECRET, CONFIG_MAP, NODE),
    *(ROLE, ROLE_BINDING, CLUSTER_ROLE, CLUSTER_ROLE_BINDING),
)

TOKEN_REQUEST = Kind(name="TokenRequest", plural="tokenrequests", group=_AUTHENTICATION)
TOKEN_REVIEW = Kind(name="TokenReview", plural="tokenreviews", group=_AUTHENTICATION, namespaced=False)
SELF_REVIEW = Kind(name="SelfSubjectReview", plural="selfsubjectreviews", group=_AUTHENTICATION, namespaced=False)
REVIEWS = (
    TOKEN_REVIEW,
    SELF_REVIEW,
    *(
        Kind(name=name, plural=f"{name.lower()}s", group=_AUTHORIZATION, namespaced=False)
        for name in ("SelfSubjectAccessReview", "SubjectAccessReview")
    ),
)
DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"  # the key of its definition
DEFINITIONS = (*(kind.key for kind in (*KINDS, TOKEN_REQUEST, *REVIEWS)), DELETE_OPTIONS)


def find_kind(name: str) -> Kind:
    """Return the kind of a name. Raises ValueError with the list of stored kinds."""
    found = next((kind for kind in KINDS if kind.name == name), None)
    if found is None:
        raise ValueError(f"an endpoint keeps no {name!r}; it keeps {', '.join(kind.name for kind in KINDS)}")
    return found


# -------------------------------------------------------------------------------------------------------- operations

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
_BY_PATH = {(kind.root, kind.plural): kind for kind in (*KINDS, *REVIEWS)}


class Place(Struct, frozen=True, kw_only=True):
    """The kind, namespace, name and subresource of a path, and the verbs of its methods."""

    kind: Kind
    verbs: Verbs
    namespace: str | None = None
    name: str | None = None
    subresource: str = ""

    @property
    def body(self) -> Kind:
        """The kind of the body."""
        return TOKEN_REQUEST if self.subresource == "token" else self.kind


class ApiPath(NamedTuple):
    """The parts of the path of a resource. `rest` are its name, the name of an object, and a subresource."""

    root: str
    group: str
    namespace: str | None
    rest: list[str]


def split_path(path: str) -> ApiPath | None:
    """Split the decoded path of a resource, or return None for other paths."""
    group = ""
    match path.removeprefix("/").removesuffix("/").split("/"):
        case ["api", version, *rest] if rest:
            root = f"/api/{version}"
        case ["apis", group, version, *rest] if rest:
            root = f"/apis/{group}/{version}"
        case _:
            return None
    if len(rest) > 2 and rest[0] == "namespaces" and rest[2] not in SUBRESOURCES["Namespace"]:
        return ApiPath(root, group, rest[1], rest[2:])
    return ApiPath(root, group, None, rest)


def find_place(path: str) -> Place | None:
    """Return the place of a decoded path, or None for an unknown path."""
    parts = split_path(path)
    kind = _BY_PATH.get((parts.root, parts.rest[0])) if parts is not None else None
    if parts is None or kind is None or len(parts.rest) > 3:
        return None
    namespace, rest = parts.namespace, parts.rest
    is_inside = kind.namespaced is (namespace is not None)  # else the objects of all namespaces
    name, subresource = (*rest[1:], None, None)[:2]
    verbs: Verbs | None
    if subresource is not None:
        verbs = SUBRESOURCES.get(kind.name, {}).get(subresource) if is_inside else None
    elif kind in REVIEWS:
        verbs = REVIEW_VERBS if is_inside and name is None else None
    elif name is not None:
        verbs = OBJECT_VERBS if is_inside else None
    else:
        verbs = COLLECTION_VERBS if is_inside else {"GET": "list"} if kind.namespaced else None
    if verbs is None:
        return None
    return Place(kind=kind, verbs=verbs, namespace=namespace, name=name, subresource=subresource or "")
