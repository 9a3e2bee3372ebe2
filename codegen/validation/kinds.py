"""Objects of another kind than that of the request's URL: what a server answers when it has read only `apiVersion` and `kind`."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from codegen.model import GroupVersionKind

# What k8s.io/apimachinery/pkg/apis/meta/v1/register.go adds to each group and version, and to the core group alone.
_EVERYWHERE = frozenset(
    ("WatchEvent", "ListOptions", "GetOptions", "DeleteOptions", "CreateOptions", "UpdateOptions", "PatchOptions")
)
_CORE = frozenset(("List", "Status", "APIVersions", "APIGroup", "APIGroupList", "APIResourceList"))


def refusal(
    obj: dict[str, Any],
    kind: GroupVersionKind,
    kinds: Container[tuple[str, str]],
    api_versions: Container[str],
) -> str:
    """The answer to an object that is not of this kind; what it leaves out is that of the URL. `kinds` are the known ones as apiVersion and
    kind, `api_versions` the known groups and versions.
    """
    api_version = str(obj.get("apiVersion") or kind.api_version)
    name = str(obj.get("kind") or kind.kind)
    version = api_version.rpartition("/")[2]
    head = f'{name} in version "{version}" cannot be handled as a {kind.kind}: '
    is_known = (
        (api_version, name) in kinds
        or (api_version in api_versions and name in _EVERYWHERE)
        or (api_version == "v1" and name in _CORE)
    )
    if is_known:
        internal = kind.group.partition(".")[0] or "core"
        return f"{head}converting ({version}.{name}) to ({internal}.{kind.kind}): unknown conversion"
    scheme = '"pkg/runtime/scheme.go:100"'
    return f'{head}no kind "{name}" is registered for version "{api_version}" in scheme {scheme}'
