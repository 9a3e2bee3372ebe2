"""Names of files, modules and Python identifiers derived from a reference, with collisions
resolved.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from codegen.model import Definition, Operation, Reference
from codegen.model.file_names import portable
from codegen.model.unique_names import UniqueNames

# Only from the first of several capitals on: other beginnings take quadratic time in a long name.
_PLURAL_OF_CAPITALS = re.compile(r"(?<![A-Z])([A-Z]{2,})s(?![a-z])")
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])|[A-Z]|[0-9]+")

# The keywords of Python. A fixed list, so that names do not depend on the running version.
KEYWORDS = frozenset(
    (
        "False",
        "None",
        "True",
        "and",
        "as",
        "assert",
        "async",
        "await",
        "break",
        "class",
        "continue",
        "def",
        "del",
        "elif",
        "else",
        "except",
        "finally",
        "for",
        "from",
        "global",
        "if",
        "import",
        "in",
        "is",
        "lambda",
        "nonlocal",
        "not",
        "or",
        "pass",
        "raise",
        "return",
        "try",
        "while",
        "with",
        "yield",
    )
)


def is_identifier(name: str) -> bool:
    """Return whether a name is a valid Python identifier in all versions."""
    return name.isascii() and name.isidentifier() and name not in KEYWORDS


def split_words(name: str) -> list[str]:
    """Split a camel-case name into words (`boundObjectRef` -> bound, Object, Ref)."""
    plain = unicodedata.normalize("NFKC", name)
    plain = _PLURAL_OF_CAPITALS.sub(lambda match: match[1].capitalize() + "s", plain)
    words: list[str] = []
    for part in re.split(r"[^A-Za-z0-9]+", plain):
        words += _WORD.findall(part)
    return words


def kebab_case(name: str) -> str:
    """Convert a name to kebab case (`TokenRequest` -> token-request, `CSIDriver` -> csi-driver)."""
    return "-".join(word.lower() for word in split_words(name))


@lru_cache(maxsize=4096)
def snake_case(name: str) -> str:
    """Convert a name to snake case (`boundObjectRef` -> bound_object_ref).

    Remembered: each output of classes asks for the same names.
    """
    return "_".join(word.lower() for word in split_words(name))


def identifiers(names: Iterable[str], reserved: frozenset[str]) -> dict[str, str]:
    """Return a unique snake-case Python attribute name for each wire name, avoiding keywords and
    `reserved`.

    Names that are equal in snake case get `_2`, `_3` ... in their order. A leading digit or a name
    without letters gets the prefix `field_`.
    """
    taken = UniqueNames(reserved)
    attributes = {}
    for name in names:
        base = snake_case(name) or "field"
        if base[0].isdigit():
            base = f"field_{base}"
        if base in KEYWORDS or base in reserved:
            free = f"{base}_"
        else:
            free = base
        attributes[name] = taken.take(free, f"{base}_")
    return attributes


def class_names(definitions: Iterable[Definition], reserved: frozenset[str]) -> dict[str, str]:
    """Return a unique class name for each key, prefixed with group and version on collisions.

    Inline objects get one of the remaining names.
    """
    listed = sorted(definitions, key=lambda definition: "#" in definition.key)
    bare = {definition.key: class_name(definition.name) for definition in listed}
    times = Counter(name for key, name in bare.items() if "#" not in key)
    classes: dict[str, str] = {}
    taken = UniqueNames(reserved)
    for definition in listed:
        name = bare[definition.key]
        if times[name] > 1 and "#" not in definition.key:
            name = (
                "".join(part[:1].upper() + part[1:] for part in definition.package.split(".")[-2:])
                + name
            )
        classes[definition.key] = taken.take(name, name)
    return classes


def class_name(name: str) -> str:
    """Convert a bare name to a class name, without underscores in front, which Python mangles
    inside a class.
    """
    plain = re.sub(r"^[^A-Za-z0-9]+|[^A-Za-z0-9_]", "", unicodedata.normalize("NFKC", name))
    if not plain or plain[0].isdigit():
        plain = f"Definition{plain}"
    if plain in KEYWORDS:
        return f"{plain}_"
    return plain


def package_name(folder: str) -> str:
    """Convert a folder name to an importable package name (`my-app` -> my_app)."""
    name = re.sub(r"\W+", "_", folder, flags=re.ASCII).strip("_") or "package"
    if name[0].isdigit():
        return f"_{name}"
    if name in KEYWORDS:
        return f"{name}_"
    return name


def module_name(stem: str) -> str:
    """Convert a schema stem to the name of a Python package."""
    name = re.sub(r"[^a-z0-9_]+", "_", stem)
    if name[:1].isdigit() or name in KEYWORDS:
        return f"_{name}"
    return portable(name).replace("-", "_")


# ------------------------------------------------------------------------------------------------- operations

_ID_VERBS = {
    "get": "read",
    "post": "create",
    "put": "replace",
    "update": "replace",
    "deletecollection": "delete",
    "watchlist": "watch",
}
_CORE = "core"


class ApiPath(NamedTuple):
    """The words of the group of an API path, its version and its remaining segments.

    The words of a group do not include `.k8s.io`. A path outside /api and /apis has neither group
    nor version.
    """

    group: tuple[str, ...]
    version: str
    segments: list[str]


def split_api_path(path: str) -> ApiPath:
    """Split an API path into group, version and remaining segments."""
    root, *further = path.strip("/").split("/")
    if root == "api":
        return ApiPath((_CORE,), further[0] if further else "", further[1:])
    if root == "apis" and further:
        labels = [
            re.sub(r"[^A-Za-z0-9]", "", label)
            for label in further[0].removesuffix(".k8s.io").split(".")
        ]
        group = tuple(label for label in labels if label)
        return ApiPath(group, further[1] if len(further) > 1 else "", further[2:])
    return ApiPath((), "", [root, *further])


def api_tag(path: str) -> str:
    """Return upstream's tag for a path, such as `core_v1` or `rbacAuthorization_v1`."""
    group, version, _ = split_api_path(path)
    if not group:
        return ""
    name = group[0] + "".join(map(_capitalize, group[1:]))
    return "_".join(filter(None, (name, re.sub(r"[^A-Za-z0-9]", "", version))))


def resource_names(names: Iterable[str]) -> dict[str, str]:
    """Map plural path segments to kinds (serviceaccounts -> ServiceAccount). The earlier name wins.

    A kind with a plural name (Endpoints) has precedence over the plural of another (Endpoint).
    """
    kinds = [name for name in dict.fromkeys(names) if name[:1].isupper()]
    by_segment: dict[str, str] = {}
    for name in kinds:
        if name.endswith("s"):
            by_segment.setdefault(name.lower(), name)
    for name in kinds:
        low = name.lower()
        if low.endswith("y"):
            plural = f"{low[:-1]}ies"
        elif low[-1] in "sxh":
            plural = f"{low}es"
        else:
            plural = f"{low}s"
        by_segment.setdefault(plural, name)
        by_segment.setdefault(f"{low}s", name)
    return by_segment


def operation_ids(reference: Reference) -> dict[str, str]:
    """Return a unique operationId for each operation, from the source or in upstream's pattern."""
    plural_names = resource_names(_kind_names(reference))
    resources = {
        operation.path: _split_resource(operation.path)
        for operation in reference.operations.values()
    }
    namespaced = {
        (resource.group, resource.version, resource.segments[0])
        for resource in resources.values()
        if resource.is_namespaced
    }
    ids: dict[str, str] = {}
    taken = UniqueNames()
    for operation in reference.operations.values():
        resource = resources[operation.path]
        name = (resource.group, resource.version, resource.segments[0])
        everywhere = not resource.is_namespaced and name in namespaced
        ids[operation.id] = taken.take(
            operation.operation_id or operation_id(operation, plural_names, everywhere=everywhere)
        )
    return ids


def operation_id(
    operation: Operation, plural_names: Mapping[str, str], *, everywhere: bool = False
) -> str:
    """Build an operationId in upstream's pattern of verb, group, version, kind and subresource.

    `plural_names` maps path segments to kinds (`resource_names`). `everywhere` marks a path across the
    namespaces of a namespaced resource. `create` on
    /api/v1/namespaces/{namespace}/pods/{name}/eviction gives createCoreV1NamespacedPodEviction.
    """
    path = _split_resource(operation.path)
    resource, *subresources = path.segments
    parts = [
        _ID_VERBS.get(operation.verb, operation.verb),
        *map(_capitalize, path.group),
        _capitalize(path.version),
    ]
    if operation.verb == "connect":
        parts.append(operation.method.capitalize())
    if operation.verb == "deletecollection":
        parts.append("Collection")
    if path.is_namespaced:
        parts.append("Namespaced")
    parts.append(plural_names.get(resource) or _capitalize(resource))
    for number, segment in enumerate(subresources):
        if not segment.startswith("{"):
            parts.append(_capitalize(segment))
        elif number:
            parts.append(f"With{_capitalize(segment)}")
    if operation.verb == "watchlist":
        parts.append("List")
    if everywhere:
        parts.append("ForAllNamespaces")
    return re.sub(r"[^A-Za-z0-9]", "", "".join(parts)) or "operation"


def _kind_names(reference: Reference) -> Iterable[str]:
    """Yield kinds, then other definitions, then capitalized words of the titles of operations."""
    for definition in reference.definitions.values():
        for gvk in definition.gvks:
            yield gvk.kind
    yield from (definition.name for definition in reference.definitions.values())
    for operation in reference.operations.values():
        for texts in reference.prose.values():
            if operation.id in texts:
                yield from re.findall(r"[A-Z][A-Za-z0-9]*", texts[operation.id].text)


class _ResourcePath(NamedTuple):
    """The group and version of a path, its segments from the resource on, and its scope."""

    group: tuple[str, ...]
    version: str
    segments: list[str]
    is_namespaced: bool


def _split_resource(path: str) -> _ResourcePath:
    """Split a path at its resource."""
    group, version, segments = split_api_path(path)
    if segments[:1] == ["watch"]:
        inner = segments[1:]
    else:
        inner = segments
    is_namespaced = inner[:2] == ["namespaces", "{namespace}"] and len(inner) > 2
    if is_namespaced:
        inner = inner[2:]
    return _ResourcePath(group, version, inner or [""], is_namespaced)


def _capitalize(word: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9]", "", word)
    return plain[:1].upper() + plain[1:]
