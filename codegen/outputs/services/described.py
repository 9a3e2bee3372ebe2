"""The OpenAPI documents of a server: what it serves of each group version, and beside them the schemas of all, each once.

openapi/api_v1.json        the paths of a group version, and components that are no schemas
openapi/schemas.json       the schemas that they lead to; a server puts the ones that are needed into each document

A reference that may be null has the form that API servers give it, of which kubectl reads how lists are merged: an `allOf` with the reference
alone. That null is taken stands in the schema that it leads to, since Go takes it for every struct.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from codegen.core.escaping.documents import json_members
from codegen.model import Operation
from codegen.outputs.files import GeneratedFile, notice
from codegen.outputs.job import Job
from codegen.outputs.schemas.documents import Documents
from codegen.outputs.schemas.types import Dialect, Schema, or_null

SCHEMAS = "schemas"  # the file of all schemas
_NULL = {"enum": [None]}
_VOWELS = "AEIOU"
_PHRASES: Mapping[str, tuple[str, str]] = {  # by verb, for an object and for a part of one
    "get": ("read {a_kind}", "read {part} of {a_kind}"),
    "list": ("list objects of kind {kind}", "list {part} of {a_kind}"),
    "create": ("create {a_kind}", "create {part} of {a_kind}"),
    "update": ("replace {a_kind}", "replace {part} of {a_kind}"),
    "patch": ("change {a_kind} by a patch", "change {part} of {a_kind} by a patch"),
    "delete": ("delete {a_kind}", "delete {part} of {a_kind}"),
    "deletecollection": ("delete objects of kind {kind}", "delete {part} of objects of kind {kind}"),
    "watch": ("watch {a_kind}", "watch {part} of {a_kind}"),
    "watchlist": ("watch objects of kind {kind}", "watch {part} of objects of kind {kind}"),
}


class Named(NamedTuple):
    """The kind of a resource, and whether there are paths of it in namespaces."""

    kind: str
    namespaced: bool


def documents(job: Job, folder: str) -> Iterator[GeneratedFile]:
    """The documents of all group versions, and their schemas, as files of a folder."""
    served = by_group_version(job.reference.operations.values())
    writer = Documents(job, Dialect.OPENAPI_30)
    schemas: dict[str, Any] = {}
    nullable: dict[str, None] = {}
    for path, operations in sorted(served.items()):
        info: Schema = {"title": path, "version": path.rpartition("/")[2], "description": notice(job.origin)}
        document: dict[str, Any] = writer.document(tuple(operations), info)
        resources = _resources(operations)
        for each in operations:
            entry = document["paths"].get("/" + each.path.removeprefix("/"), {}).get(each.method.lower())
            if entry is not None and "summary" not in entry:
                entry["summary"] = summary(each, resources)
        schemas |= document["components"].pop("schemas")
        yield _file(f"{folder}/{path.replace('/', '_')}.json", _referring(document, nullable))
    schemas_30 = {name: _referring(schemas[name], nullable) for name in sorted(schemas)}
    for reference in nullable:
        name = reference.removeprefix(Dialect.OPENAPI_30.pointer)
        if name in schemas_30:
            schemas_30[name] = or_null(schemas_30[name], Dialect.OPENAPI_30)
    yield _file(f"{folder}/{SCHEMAS}.json", schemas_30)


def _file(path: str, content: Schema) -> GeneratedFile:
    return GeneratedFile(path=path, text=f"{{\n{json_members(content)}\n}}\n" if content else "{}\n", finished=True)


def by_group_version(operations: Iterable[Operation]) -> dict[str, list[Operation]]:
    """The operations of each group version, by the path that it begins with: `api/v1`."""
    found: dict[str, list[Operation]] = {}
    for operation in operations:
        root, *rest = operation.path.strip("/").split("/")
        depth = {"api": 1, "apis": 2}.get(root, 0)
        if depth and len(rest) > depth:
            found.setdefault("/".join([root, *rest[:depth]]), []).append(operation)
    return found


def _refers(node: Any) -> bool:
    return isinstance(node, dict) and isinstance(node.get("$ref"), str)


def _referring(node: Any, nullable: dict[str, None]) -> Any:
    """A part of a document with references as servers write them; `nullable` is told those that may be null."""
    if isinstance(node, list):
        return [_referring(each, nullable) for each in node]
    if not isinstance(node, dict):
        return node
    choices = node.get("anyOf")
    if isinstance(choices, list) and len(choices) == 2 and choices[1] == _NULL and _refers(choices[0]):
        nullable[choices[0]["$ref"]] = None
        rest = {name: _referring(value, nullable) for name, value in node.items() if name != "anyOf"}
        return {"allOf": [choices[0]], **rest}
    return {name: _referring(value, nullable) for name, value in node.items()}


# ------------------------------------------------------------------------------------------------------------ summaries


def summary(operation: Operation, resources: Mapping[str, Named]) -> str:
    """What an operation does, in a line, for a source that does not say it: `create token of a ServiceAccount`.

    `resources` are those of its group version, by the plural words in paths.
    """
    segments = [each for each in operation.path.strip("/").split("/") if not each.startswith("{")]
    resource, part = _resource_of(operation.path)
    named = resources.get(resource)
    kind = named.kind if named else operation.gvk.kind if operation.gvk else resource or segments[-1]
    whole, partial = _PHRASES.get(operation.verb, ("", ""))
    phrase = (partial if part else whole) or f"connect {operation.method} to {{part}} of {{a_kind}}"
    said = phrase.format(kind=kind, a_kind=f"{'an' if kind[:1] in _VOWELS else 'a'} {kind}", part=part or "requests")
    is_everywhere = "{namespace}" not in operation.path and operation.verb in ("list", "watchlist")
    return f"{said} in all namespaces" if is_everywhere and named and named.namespaced else said


def _resources(operations: Iterable[Operation]) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for operation in operations:
        resource, part = _resource_of(operation.path)
        if operation.gvk is not None and resource and not part:
            known = found.get(resource, Named(operation.gvk.kind, namespaced=False))
            found[resource] = known._replace(namespaced=known.namespaced or "/{namespace}/" in operation.path)
    return found


def _resource_of(path: str) -> tuple[str, str]:
    """The resource of a path (`serviceaccounts`) and the part of its objects (`token`), either of which may be empty."""
    root, *rest = path.strip("/").split("/")
    rest = rest[2:] if root == "apis" else rest[1:]
    rest = rest[1:] if rest[:1] == ["watch"] else rest
    if rest[:2] == ["namespaces", "{namespace}"] and len(rest) > 2:
        rest = rest[2:]
    plain = [each for each in rest if not each.startswith("{")]
    return "".join(plain[:1]), "/".join(plain[1:])
