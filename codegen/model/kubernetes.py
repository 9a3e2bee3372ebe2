"""Facts about Kubernetes APIs, such as primitives, packages and shared names.

Nothing here names a page, a release or a field.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import NamedTuple

from codegen.kube import scalars
from codegen.model.types import Scalar, Type

META = "io.k8s.apimachinery.pkg.apis.meta.v1"
OBJECT_META = f"{META}.ObjectMeta"
CORE = "io.k8s.api.core.v1"
QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
EMBEDDED = "x-kubernetes-embedded-resource"  # marks a field that holds a whole object

# Group and kind of objects with CEL expressions.
CUSTOM_DEFINITION = ("apiextensions.k8s.io", "CustomResourceDefinition")
ADMISSION_POLICY = ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy")

# The media types of patches, in the order of servers.
PATCH_TYPES = (
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
)

# The names of primitives on pages: the format if there is one, otherwise the type.
PRIMITIVES: dict[str, Scalar] = {
    "string": Scalar(type="string"),
    "boolean": Scalar(type="boolean"),
    "int32": Scalar(type="integer", format="int32"),
    "int64": Scalar(type="integer", format="int64"),
    "integer": Scalar(type="integer"),
    "number": Scalar(type="number"),
    "double": Scalar(type="number", format="double"),
    "float": Scalar(type="number", format="float"),
    "byte": Scalar(type="string", format="byte"),
    "[]byte": Scalar(type="string", format="byte"),
    "date-time": Scalar(type="string", format="date-time"),
    "int-or-string": Scalar(type="string", format="int-or-string"),
    "object": Scalar(type="object"),
    "any": Scalar(type=""),
}

# Definitions without fields. Pages describe them only in words.
ALIASES: dict[str, Type] = {
    f"{META}.Time": Scalar(type="string", format="date-time"),
    f"{META}.MicroTime": Scalar(type="string", format="date-time"),
    f"{META}.Duration": Scalar(type="string"),
    f"{META}.FieldsV1": Scalar(type="object"),
    f"{META}.Patch": Scalar(type="object"),
    QUANTITY: Scalar(type="string"),
    INT_OR_STRING: Scalar(type="string", format="int-or-string"),
    "io.k8s.apimachinery.pkg.runtime.RawExtension": Scalar(type="object"),
    **{
        f"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.{version}.{name}": Scalar(type="")
        for version in ("v1beta1", "v1")
        for name in (
            "JSON",
            "JSONSchemaPropsOrArray",
            "JSONSchemaPropsOrBool",
            "JSONSchemaPropsOrStringArray",
        )
    },
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus": Scalar(
        type="object"
    ),
}

# The values that servers accept for aliases. Documents say less: no numbers, no 32 bits, no six
# digits, no Go syntax.
SERVED: dict[str, Scalar] = {
    INT_OR_STRING: Scalar(type="string", format=scalars.GO_INT_OR_STRING),
    f"{META}.Duration": Scalar(type="string", format=scalars.GO_DURATION),
    f"{META}.Time": Scalar(type="string", format=scalars.GO_TIME),
    f"{META}.MicroTime": Scalar(type="string", format=scalars.GO_MICRO_TIME),
    QUANTITY: Scalar(type="string", format=scalars.GO_QUANTITY),
}

# Formats of strings with their own decoder in servers.
DECODED = frozenset(row.format for row in scalars.SCALAR_TYPES if row.is_decoded)

# The end of a description, before a list of the same values as `enum`.
LISTED_VALUES = "Possible enum values:"

# Types that all packages use by bare name.
SHARED_NAMES: dict[str, str] = {
    **dict.fromkeys(
        (
            "APIResource",
            "Condition",
            "DeleteOptions",
            "Duration",
            "FieldSelectorRequirement",
            "FieldsV1",
            "GroupResource",
            "LabelSelector",
            "LabelSelectorRequirement",
            "ListMeta",
            "ManagedFieldsEntry",
            "MicroTime",
            "ObjectMeta",
            "OwnerReference",
            "Patch",
            "Preconditions",
            "Status",
            "StatusCause",
            "StatusDetails",
            "Time",
        ),
        META,
    ),
    **dict.fromkeys(
        (
            "EventSource",
            "LocalObjectReference",
            "NodeSelector",
            "NodeSelectorRequirement",
            "NodeSelectorTerm",
            "ObjectFieldSelector",
            "ObjectReference",
            "ResourceFieldSelector",
            "Toleration",
            "TopologySelectorTerm",
            "TypedLocalObjectReference",
        ),
        CORE,
    ),
    "IntOrString": "io.k8s.apimachinery.pkg.util.intstr",
    "Quantity": "io.k8s.apimachinery.pkg.api.resource",
    "RawExtension": "io.k8s.apimachinery.pkg.runtime",
}

# Types with their own page on kubernetes.io, although fields of only one kind use them.
SHARED_PAGES = frozenset(
    ("LocalObjectReference", "NodeSelector", "NodeSelectorTerm", "TypedLocalObjectReference")
)

# Groups of Kubernetes whose package name is not just their first label.
_PACKAGES: dict[str, str] = {
    "apiextensions.k8s.io": "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions",
    "apiregistration.k8s.io": "io.k8s.kube-aggregator.pkg.apis.apiregistration",
    "flowcontrol.apiserver.k8s.io": "io.k8s.api.flowcontrol",
    "internal.apiserver.k8s.io": "io.k8s.api.apiserverinternal",
    "rbac.authorization.k8s.io": "io.k8s.api.rbac",
}
# Kinds in group version v1 outside of the package of the core group.
_META_KINDS = frozenset(("APIGroup", "APIGroupList", "APIResourceList", "APIVersions", "Status"))
# Groups that replaced another group with the same kinds: the new one, then the old one.
REPLACED_GROUPS = frozenset((("events.k8s.io", ""), ("autoscaling", "apps")))

# The version of an API group: v1, v1beta2, v2alpha1.
VERSION = re.compile(r"v(?P<number>\d+)(?:(?P<stage>alpha|beta)(?P<step>\d+))?")
_STAGES = {None: 0, "beta": 1, "alpha": 2}

COMMON_PARAMETERS_KIND = "Common Parameters"


class VersionRank(NamedTuple):
    """The sort key of a version. Numbers are negative, so that the newest is first."""

    stage: int
    number: int
    step: int
    text: str


def version_rank(version: str) -> VersionRank:
    """Return a sort key for versions, newest and most stable first (v2, v1, v1beta1, v1alpha1)."""
    match = VERSION.fullmatch(version)
    if match is None:
        return VersionRank(3, 0, 0, version)
    stage = _STAGES[match["stage"]]
    return VersionRank(stage, -int(match["number"]), -int(match["step"] or 0), version)


def api_version_rank(api_version: str) -> VersionRank:
    """Return a sort key for `group/version` strings, ordered by version as in `version_rank`."""
    return version_rank(api_version.rpartition("/")[2])._replace(text=api_version)


def succeeding_groups(group: str) -> frozenset[str]:
    """Return a group and its successors, which may serve its kinds today."""
    return frozenset((group, *(new for new, old in REPLACED_GROUPS if old == group)))


def key_of_kind(group: str, version: str, kind: str) -> str:
    """Return the definition key of a kind, as API servers assign it."""
    if not group:
        return f"{META if kind in _META_KINDS else CORE}.{kind}"
    first, *labels = group.split(".")
    package = _PACKAGES.get(group)
    if package is None and (not labels or labels == ["k8s", "io"]):
        package = f"io.k8s.api.{first}"
    return f"{package or '.'.join(reversed(group.split('.')))}.{version}.{kind}"


def openapi_package(import_path: str) -> str:
    """Convert a Go import path to an OpenAPI package (`k8s.io/api/core/v1` ->
    `io.k8s.api.core.v1`). A #, the separator of ids, becomes a dash.
    """
    host, _, path = import_path.replace("#", "-").partition("/")
    return ".".join([*reversed(host.split(".")), *(part for part in path.split("/") if part)])


def go_import_path(package: str) -> str:
    """Convert an OpenAPI package to a Go import path, for hosts of two labels."""
    parts = package.split(".")
    return "/".join([".".join(reversed(parts[:2])), *parts[2:]])


def is_list_key(key: str, keys: Container[str]) -> bool:
    """Return whether a key is that of the list of another definition, such as `PodList` of `Pod`."""
    return key.endswith("List") and key.removesuffix("List") in keys
