"""The pages of kubernetes.io, which document types that an output does not."""

from __future__ import annotations

from collections.abc import Callable

from codegen.model import Definition
from codegen.model.file_names import portable
from codegen.model.kubernetes import META, QUANTITY, SHARED_NAMES, SHARED_PAGES
from codegen.outputs.docs.shared.links import anchor
from codegen.outputs.docs.table.page_paths import definition_path, resource_path, split_key
from codegen.outputs.job import Job
from codegen.outputs.naming import kebab_case

HOST = "https://kubernetes.io"
ROOT = "/docs/reference/kubernetes-api"  # the English reference
COMMON_PARAMETERS = "common-parameters/common-parameters"  # in the list layout

_SITE = "kubernetes.io"  # a value of the option `site`
_COMMON_DEFINITIONS = "common-definitions"
# The pages of that folder. List pages link to these types, and contain all other shared types.
_COMMON_NAMES = frozenset(
    (
        "DeleteOptions",
        "LabelSelector",
        "ListMeta",
        "LocalObjectReference",
        "NodeSelectorRequirement",
        "ObjectFieldSelector",
        "ObjectMeta",
        "ObjectReference",
        "Patch",
        "Quantity",
        "ResourceFieldSelector",
        "Status",
        "TypedLocalObjectReference",
    )
)


def is_upstream(job: Job) -> bool:
    """Return whether the pages become part of kubernetes.io."""
    return job.options.get("site") == _SITE


def common_place(definition: Definition) -> str:
    """Return the place of a type among the common definitions (`folder/page#Anchor`), or an empty
    string.
    """
    name = definition.name
    if name not in _COMMON_NAMES or definition.package != SHARED_NAMES.get(name):
        return ""
    return f"{_COMMON_DEFINITIONS}/{portable(kebab_case(name))}#{anchor(name)}"


def upstream_url(definition: Definition, page_subject: Callable[[str], str]) -> str:
    """Return the address of a type on kubernetes.io.

    Return nothing for types in this output and unknown pages.
    """
    if definition.documented and not common_place(definition):
        return ""
    subject = page_subject(definition.key)
    if not subject:
        return ""
    place = split_key(subject)
    is_shared = subject.startswith(f"{META}.") or subject == QUANTITY or place.name in SHARED_PAGES
    if is_shared:
        page = definition_path(place)
    else:
        page = resource_path(place)
    return f"{HOST}{ROOT}/{page}/#{anchor(definition.name)}"
