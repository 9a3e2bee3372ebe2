"""The kinds of an endpoint, which are stored objects and reviews."""

from __future__ import annotations

from msgspec import Struct

from codegen.kube.statuses import qualify
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
        return qualify(self.plural, self.group)

    @property
    def gvk(self) -> GroupVersionKind:
        """Its group, version and kind."""
        return GroupVersionKind(group=self.group, version=self.version, kind=self.name)

    @property
    def api_version(self) -> str:
        """Its group and version as objects name them."""
        return self.gvk.api_version

    @property
    def key(self) -> str:
        """The key of its definition."""
        return key_of_kind(self.group, self.version, self.name)

    @property
    def root(self) -> str:
        """The beginning of the paths of its group and version."""
        return f"/{'apis' if self.group else 'api'}/{self.api_version}"

    def collection(self, namespace: str) -> str:
        """Return the path of its objects."""
        if self.namespaced:
            return f"{self.root}/namespaces/{namespace}/{self.plural}"
        return f"{self.root}/{self.plural}"


NAMESPACE = Kind(name="Namespace", plural="namespaces", namespaced=False, short_names=("ns",))
ACCOUNT = Kind(name="ServiceAccount", plural="serviceaccounts", short_names=("sa",))
POD = Kind(name="Pod", plural="pods", short_names=("po",))
SECRET = Kind(name="Secret", plural="secrets")
CONFIG_MAP = Kind(name="ConfigMap", plural="configmaps", short_names=("cm",))
NODE = Kind(name="Node", plural="nodes", namespaced=False, short_names=("no",))
ROLE = Kind(name="Role", plural="roles", group=_RBAC)
ROLE_BINDING = Kind(name="RoleBinding", plural="rolebindings", group=_RBAC)
CLUSTER_ROLE = Kind(name="ClusterRole", plural="clusterroles", group=_RBAC, namespaced=False)
CLUSTER_ROLE_BINDING = Kind(
    name="ClusterRoleBinding", plural="clusterrolebindings", group=_RBAC, namespaced=False
)
KINDS = (
    NAMESPACE,
    ACCOUNT,
    POD,
    SECRET,
    CONFIG_MAP,
    NODE,
    ROLE,
    ROLE_BINDING,
    CLUSTER_ROLE,
    CLUSTER_ROLE_BINDING,
)

TOKEN_REQUEST = Kind(name="TokenRequest", plural="tokenrequests", group=_AUTHENTICATION)
TOKEN_REVIEW = Kind(
    name="TokenReview", plural="tokenreviews", group=_AUTHENTICATION, namespaced=False
)
SELF_REVIEW = Kind(
    name="SelfSubjectReview", plural="selfsubjectreviews", group=_AUTHENTICATION, namespaced=False
)
ACCESS_REVIEW = Kind(
    name="SubjectAccessReview",
    plural="subjectaccessreviews",
    group=_AUTHORIZATION,
    namespaced=False,
)
SELF_ACCESS_REVIEW = Kind(
    name="SelfSubjectAccessReview",
    plural="selfsubjectaccessreviews",
    group=_AUTHORIZATION,
    namespaced=False,
)
REVIEWS = (TOKEN_REVIEW, SELF_REVIEW, SELF_ACCESS_REVIEW, ACCESS_REVIEW)
DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"  # the key of its definition
DEFINITIONS = (*(kind.key for kind in (*KINDS, TOKEN_REQUEST, *REVIEWS)), DELETE_OPTIONS)


def find_kind(name: str) -> Kind:
    """Return the kind of a name. Raises ValueError with the list of stored kinds."""
    matching_kind = next((kind for kind in KINDS if kind.name == name), None)
    if matching_kind is None:
        raise ValueError(
            f"the endpoint does not serve {name!r}; it serves {', '.join(kind.name for kind in KINDS)}"
        )
    return matching_kind
