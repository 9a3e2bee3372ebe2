"""The kinds of objects that an endpoint keeps, and what is particular about each."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from codegen.model import GroupVersionKind
from codegen.model.kubernetes import key_of_kind

_RBAC = "rbac.authorization.k8s.io"


class Kind(Struct, frozen=True, kw_only=True):
    """A kind: its name, group and version, the plural word in paths; `told_deleted` says that a deletion answers the object itself.

    `short` and `categories` are the words by which kubectl asks for it beside the plural.
    """

    name: str
    plural: str
    group: str = ""
    version: str = "v1"
    namespaced: bool = True
    told_deleted: bool = False
    short: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    @property
    def resource(self) -> str:
        """The resource with its group: `roles.rbac.authorization.k8s.io`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def gvk(self) -> GroupVersionKind:
        """Its coordinates."""
        return GroupVersionKind(group=self.group, version=self.version, kind=self.name)

    @property
    def key(self) -> str:
        """The key of its definition."""
        return key_of_kind(self.group, self.version, self.name)

    @property
    def root(self) -> str:
        """Where the paths of its group and version begin."""
        return f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"

    def collection(self, namespace: str) -> str:
        """The path of its objects; those of a kind that is in no namespace are at the root."""
        return f"{self.root}/namespaces/{namespace}/{self.plural}" if self.namespaced else f"{self.root}/{self.plural}"


NAMESPACE = Kind(name="Namespace", plural="namespaces", namespaced=False, told_deleted=True, short=("ns",))
ACCOUNT = Kind(name="ServiceAccount", plural="serviceaccounts", told_deleted=True, short=("sa",))
POD = Kind(name="Pod", plural="pods", told_deleted=True, short=("po",), categories=("all",))
SECRET = Kind(name="Secret", plural="secrets")
CONFIG_MAP = Kind(name="ConfigMap", plural="configmaps", short=("cm",))
NODE = Kind(name="Node", plural="nodes", namespaced=False, short=("no",))
ROLE = Kind(name="Role", plural="roles", group=_RBAC)
ROLE_BINDING = Kind(name="RoleBinding", plural="rolebindings", group=_RBAC)
CLUSTER_ROLE = Kind(name="ClusterRole", plural="clusterroles", group=_RBAC, namespaced=False)
CLUSTER_ROLE_BINDING = Kind(name="ClusterRoleBinding", plural="clusterrolebindings", group=_RBAC, namespaced=False)
KINDS = (
    *(NAMESPACE, ACCOUNT, POD, SECRET, CONFIG_MAP, NODE),
    *(ROLE, ROLE_BINDING, CLUSTER_ROLE, CLUSTER_ROLE_BINDING),
)
BY_NAME: Mapping[tuple[str, str], Kind] = {(kind.gvk.api_version, kind.name): kind for kind in KINDS}


def named(name: str) -> Kind:
    """The kind of a name. Raises ValueError, which says what there is, for one that an endpoint does not keep."""
    found = next((kind for kind in KINDS if kind.name == name), None)
    if found is None:
        raise ValueError(f"an endpoint keeps no {name!r}; it keeps {', '.join(kind.name for kind in KINDS)}")
    return found


TOKEN = GroupVersionKind(group="authentication.k8s.io", version="v1", kind="TokenRequest")
TOKEN_KEY = key_of_kind(TOKEN.group, TOKEN.version, TOKEN.kind)
REVIEW = GroupVersionKind(group="authentication.k8s.io", version="v1", kind="TokenReview")
REVIEW_KEY = key_of_kind(REVIEW.group, REVIEW.version, REVIEW.kind)
