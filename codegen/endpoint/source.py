"""The document that the HTTP layer of an endpoint is generated from: operations and definitions of its kinds, out of Kubernetes' own OpenAPI.

Only structure is taken over, no sentence: descriptions are left out, but for the reason phrases of answers, which OpenAPI demands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from codegen.endpoint.kinds import KINDS, Kind

_METHODS = ("get", "post", "put", "patch", "delete")
_LEFT_OUT = ("deletecollection",)  # verbs
_PARTS = {"Namespace": ("finalize", "status"), "ServiceAccount": ("token",), "Pod": ("status",), "Node": ("status",)}
_REVIEWS = {
    "authentication.k8s.io": ("tokenreviews", "selfsubjectreviews"),
    "authorization.k8s.io": ("selfsubjectaccessreviews", "selfsubjectrulesreviews", "subjectaccessreviews"),
}
# Media types that servers read and write only behind a gate that is off, and of patches the one that an endpoint does not serve.
_NOT_SERVED = ("application/cbor", "application/apply-patch")
_REFERENCE = "#/definitions/"
_PARAMETER = "#/parameters/"


def write(document: Path, to: Path) -> None:
    """Write the document for the endpoint out of one of Kubernetes (`swagger.json`)."""
    whole = json.loads(document.read_text(encoding="utf-8"))
    paths = {path: found for path, item in whole["paths"].items() if _is_ours(path) and (found := _operations(item))}
    parameters = {name: _bare(whole["parameters"][name]) for name in sorted(_named(paths, _PARAMETER))}
    definitions = _reached({"paths": paths, "parameters": parameters}, whole)
    written = {
        "swagger": "2.0",
        "info": {"title": whole["info"]["title"], "version": whole["info"]["version"]},
        "paths": paths,
        "parameters": parameters,
        "definitions": {key: definitions[key] for key in sorted(definitions)},
    }
    to.write_text(json.dumps(written, indent=1, sort_keys=False) + "\n", encoding="utf-8")


def _is_ours(path: str) -> bool:
    return any(re.fullmatch(pattern, path) for pattern in _patterns())


def _patterns() -> Iterator[str]:
    for kind in KINDS:
        yield from _patterns_of(kind)
    for group, reviews in _REVIEWS.items():
        yield rf"/apis/{re.escape(group)}/v1/(?:{'|'.join(reviews)})"


def _patterns_of(kind: Kind) -> Iterator[str]:
    root = re.escape(kind.root)
    parts = "".join(f"|/{part}" for part in _PARTS.get(kind.name, ()))
    one = rf"(?:/\{{name\}}(?:{parts.removeprefix('|')})?)?" if parts else r"(?:/\{name\})?"
    within = r"/namespaces/\{namespace\}" if kind.namespaced else ""
    yield f"{root}{within}/{kind.plural}{one}"
    if kind.namespaced:
        yield f"{root}/{kind.plural}"


def _operations(item: Mapping[str, Any]) -> dict[str, Any]:
    operations = {
        method: _bare(item[method])
        for method in _METHODS
        if method in item and item[method].get("x-kubernetes-action") not in _LEFT_OUT
    }
    if not operations:
        return {}
    return {**operations, **({"parameters": _bare(item["parameters"])} if "parameters" in item else {})}


def _bare(node: Any, *, is_map: bool = False) -> Any:
    """A part of the document without descriptions; in a map whose keys are names all of these stay."""
    if isinstance(node, list):
        return [_bare(each) for each in node if not (isinstance(each, str) and each.startswith(_NOT_SERVED))]
    if not isinstance(node, dict):
        return node
    return {
        name: _answers(value)
        if name == "responses" and not is_map
        else _bare(value, is_map=name == "properties" and not is_map)
        for name, value in node.items()
        if is_map or name != "description" or not isinstance(value, str)
    }


def _answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {code: {"description": each["description"], **_bare(each)} for code, each in answers.items()}


def _reached(used: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    """The definitions that paths and their parameters lead to."""
    found: dict[str, Any] = {}
    waiting = sorted(_named(used, _REFERENCE)) + [kind.key for kind in KINDS]
    for key in waiting:  # which grows
        if key not in found:
            found[key] = _bare(whole["definitions"][key])
            waiting += sorted(_named(found[key], _REFERENCE))
    return found


def _named(node: Any, kind: str) -> set[str]:
    if isinstance(node, list):
        return {name for each in node for name in _named(each, kind)}
    if not isinstance(node, dict):
        return set()
    own = node.get("$ref")
    names = {own.removeprefix(kind)} if isinstance(own, str) and own.startswith(kind) else set()
    return names | {name for value in node.values() for name in _named(value, kind)}
