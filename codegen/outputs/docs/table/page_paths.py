"""Paths of the table layout, from the segments of definition keys."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from msgspec import Struct

from codegen.model import Definition
from codegen.model.file_names import portable
from codegen.model.kubernetes import META, VERSION
from codegen.outputs.docs.shared.pages import slug

CORE = "core"
DEFINITIONS = "definitions"
_BEFORE_WORD = re.compile(r"([A-Z])([A-Z][a-z])")
_AFTER_WORD = re.compile(r"([a-z0-9])([A-Z])")


class KeySegments(Struct, frozen=True, kw_only=True):
    """The segments of a key, such as Pod of v1 in the group core for `io.k8s.api.core.v1.Pod`.

    Without a segment for an API version, `versioned` is False and the segment before the name is
    the version.
    """

    group: str
    version: str
    name: str
    versioned: bool


@cache
def split_key(key: str) -> KeySegments:
    """Split a key into its segments. `.api.resource.Quantity` counts as core, as on the site."""
    *_, group, version, name = ("", "", *key.split("."))
    versioned = VERSION.fullmatch(version) is not None or group == "api"
    if not versioned or group == "api":
        group = CORE
    return KeySegments(group=group, version=version, name=name, versioned=versioned)


@cache
def kebab_name(name: str) -> str:
    """Convert a name to kebab case (`CSIDriver` -> csi-driver, `FieldsV1` -> fields-v1)."""
    return slug(_AFTER_WORD.sub(r"\1-\2", _BEFORE_WORD.sub(r"\1-\2", name))) or "page"


def segment_folder(group: str) -> str:
    """Convert a group segment to the name of a folder."""
    return portable(slug(group)) or CORE


def resource_path(place: KeySegments) -> str:
    """Return the path of a listed kind's page, such as `core/pod-v1`."""
    return f"{segment_folder(place.group)}/{_build_stem(place)}"


def definition_path(place: KeySegments) -> str:
    """Return the path of another definition's page, such as `definitions/policy-rule-v1-rbac`."""
    if place.group == CORE:
        behind = ""
    else:
        behind = f"-{segment_folder(place.group)}"
    return f"{DEFINITIONS}/{_build_stem(place, behind)}"


def _build_stem(place: KeySegments, behind: str = "") -> str:
    version = slug(place.version)
    return portable(
        (f"{kebab_name(place.name)}-{version}" if version else kebab_name(place.name)) + behind
    )


def api_groups(definitions: Iterable[Definition]) -> dict[str, str]:
    """Map group segments to API groups (rbac -> rbac.authorization.k8s.io), by kinds with one
    group.
    """
    groups: dict[str, str] = {}
    for definition in definitions:
        place = split_key(definition.key)
        if len(definition.gvks) == 1 and not definition.key.startswith(f"{META}."):
            groups.setdefault(place.group, definition.gvks[0].group)
    return groups


def api_version(place: KeySegments, groups: dict[str, str]) -> str:
    """Return the apiVersion on a page.

    Shared types have the segment of their package instead of a group.
    """
    group = groups.get(place.group, place.group)
    if group in ("", CORE):
        return place.version
    return f"{group}/{place.version}"
