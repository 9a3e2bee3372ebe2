"""Sections, definition keys and kinds of OpenAPI documents and JSON Schemas."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from codegen.core.json_types import JsonObject, JsonValue
from codegen.core.source import Source
from codegen.model import GroupVersionKind
from codegen.model.kubernetes import key_of_kind
from codegen.readers.openapi.keyword_forms import TYPING

SAFE_KEY = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\Z")
_SAFE_NAME = re.compile(r"[A-Za-z0-9_.-]*\Z")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
GVK = "x-kubernetes-group-version-kind"
PATH = re.compile(r"/(?:[!-z|~]++|\{[!-.0-z|~]++\})*+\Z")
SECTIONS = (("definitions",), ("components", "schemas"), ("$defs",))  # the homes of definitions
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def root_key(data: JsonObject, source: Source) -> str:
    """Return the definition key of a file's root schema, or empty if it has none.

    OpenAPI documents and files with other definitions only have none. A kind has the key of API
    servers. Another schema has its title, or the name in its `$id`, or the name of the file.
    """
    if "$ref" in data:
        return ""  # it only points to the main definition
    if "openapi" in data or "swagger" in data or TYPING.isdisjoint(data):
        return ""
    listed = data.get(GVK)
    kinds = [
        kind
        for kind in map(parse_kind, listed if isinstance(listed, list) else [listed])
        if kind and SAFE_KEY.match(kind.version) and SAFE_KEY.match(kind.kind)
    ]
    if len(kinds) == 1:
        return key_of_kind(kinds[0].group, kinds[0].version, kinds[0].kind)
    title = data.get("title")
    if isinstance(title, str) and SAFE_KEY.match(title):
        return title
    schema_id = data.get("$id", data.get("id"))
    for name in (urlsplit(schema_id).path if isinstance(schema_id, str) else "", source.path):
        stem = PurePosixPath(name.replace("\\", "/")).name.partition(".")[0]
        if key := _UNSAFE.sub("-", stem).strip("-"):
            return key
    return "root"


def parse_kind(entry: object) -> GroupVersionKind | None:
    """Parse one group-version-kind, or return None if malformed."""
    if not isinstance(entry, dict):
        return None
    group, version, kind = entry.get("group"), entry.get("version"), entry.get("kind")
    if not (isinstance(group, str) and isinstance(version, str) and isinstance(kind, str)):
        return None
    if not kind or not all(map(_SAFE_NAME.match, (group, version, kind))):
        return None
    return GroupVersionKind(group=group, version=version, kind=kind)


def component_steps(target: str) -> list[str]:
    """Return the keys to the target of a reference in the same document."""
    return [unquote(step).replace("~1", "/").replace("~0", "~") for step in target.split("/")[1:]]


def find_component(data: object, target: object) -> JsonObject | None:
    """Find the target of a reference to a shared object, a JSON pointer in a URL."""
    if isinstance(target, str) and target.startswith("#/"):
        value: JsonValue = data
    else:
        value = None
    for name in component_steps(str(target)):
        if isinstance(value, list):
            members = {str(at): element for at, element in enumerate(value)}
        else:
            members = value
        value = members.get(name) if isinstance(members, dict) else None
    if isinstance(value, dict) and "$ref" not in value:
        return value
    return None
