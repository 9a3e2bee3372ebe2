"""The kinds of objects that an endpoint keeps, and what is particular about each."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from codegen.model import GroupVersionKind
from codegen.model.kubernetes import key_of_kind

_RBAC = "rbac.authorization.k8s.io"


class Kind(Struct, frozen=True, kw_only=True):
    """A kind: its name, group and version, the plural word in paths; `told_deleted` says that a deletion answers the object itself."""

    name: str
    plural: str
    group: str = ""
    version: str = "v1"
    namespaced: bool = True
    told_deleted: bool = False

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


NAMESPACE = Kind(name="Namespace", plural="namespaces", namespaced=False, told_deleted=True)
ACCOUNT = Kind(name="ServiceAccount", plural="serviceaccounts", told_deleted=True)
POD = Kind(name="Pod", plural="pods", told_deleted=True)
SECRET = Kind(name="Secret", plural="secrets")
CONFIG_MAP = Kind(name="ConfigMap", plural="configmaps")
NODE = Kind(name="Node", plural="nodes", namespaced=False)
ROLE = Kind(name="Role", plural="roles", group=_RBAC)
ROLE_BINDING = Kind(name="RoleBinding", plural="rolebindings", group=_RBAC)
CLUSTER_ROLE = Kind(name="ClusterRole", plural="clusterroles", group=_RBAC, namespaced=False)
CLUSTER_ROLE_BINDING = Kind(name="ClusterRoleBinding", plural="clusterrolebindings", group=_RBAC, namespaced=False)
KINDS = (
    *(NAMESPACE, ACCOUNT, POD, SECRET, CONFIG_MAP, NODE),
    *(ROLE, ROLE_BINDING, CLUSTER_ROLE, CLUSTER_ROLE_BINDING),
)
BY_NAME: Mapping[tuple[str, str], Kind] = {(kind.gvk.api_version, kind.name): kind for kind in KINDS}

TOKEN = GroupVersionKind(group="authentication.k8s.io", version="v1", kind="TokenRequest")
TOKEN_KEY = key_of_kind(TOKEN.group, TOKEN.version, TOKEN.kind)
REVIEW = GroupVersionKind(group="authentication.k8s.io", version="v1", kind="TokenReview")
REVIEW_KEY = key_of_kind(REVIEW.group, REVIEW.version, REVIEW.kind)
