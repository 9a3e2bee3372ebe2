"""What a server says of itself: its groups, versions and resources, its release, and the OpenAPI documents of what it serves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from starlette.requests import Request

from codegen.outputs.services.runtime.handling import Names, Operation
from codegen.outputs.services.runtime.merge_patch import REFERENCE, Shape
from codegen.outputs.services.runtime.writing import Raw

_SCHEMAS = "schemas"  # the file of the schemas of all documents
_DOCUMENTS = Path(__file__).parents[1] / "openapi"
_CONNECT = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_VERBS = {"read": "get", "replace": "update", "watchlist": "watch"}
_UNNAMED = "text/plain; charset=utf-8"  # what Go takes JSON for whose type nobody has said
_ALPHA, _BETA, _STABLE = range(3)

_Names = tuple[tuple[str, ...], tuple[str, ...]]  # `Names`, or the same as a plain tuple
Answer = Callable[[Request], Awaitable[Mapping[str, Any] | bytes | Raw]]


class _Place(NamedTuple):
    """What a path is about: the group and version, and the resource with its subresource."""

    group: str
    version: str
    resource: str
    namespaced: bool

    @property
    def group_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def path(self) -> str:
        return f"apis/{self.group}/{self.version}" if self.group else f"api/{self.version}"


def place_of(path: str) -> _Place | None:
    """The resource of a path; None of one that has none."""
    root, *rest = path.strip("/").split("/")
    if root == "apis" and len(rest) > 2:
        group, version, *rest = rest
    elif root == "api" and len(rest) > 1:
        (group, version), rest = ("", rest[0]), rest[1:]
    else:
        return None
    if rest[0] == "watch":
        rest = rest[1:]
    namespaced = rest[:2] == ["namespaces", "{namespace}"] and len(rest) > 2
    if namespaced:
        rest = rest[2:]
    plain = [segment for segment in rest if not segment.startswith("{")]
    return _Place(group, version, "/".join(plain[:2]), namespaced) if plain else None


def answers(
    operations: Sequence[Operation], version: Mapping[str, str], names: Mapping[str, _Names] = MappingProxyType({})
) -> dict[str, Answer]:
    """What is answered to GET, by path. `operations` are those that are served, `names` what else their resources are called."""
    found: dict[str, Any] = {"/version": dict(version)}
    places = [(operation, place) for operation in operations if (place := place_of(operation.path)) is not None]
    versions = sorted({(place.group, place.version) for _, place in places}, key=_rank)
    core = [version for group, version in versions if not group]
    groups = [
        _group(group, [v for g, v in versions if g == group])
        for group in dict.fromkeys(g for g, _ in versions)
        if group
    ]
    found["/apis"] = {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
    for each in groups:
        found[f"/apis/{each['name']}"] = {"kind": "APIGroup", "apiVersion": "v1", **each}
    for group, name in versions:
        here = [(operation, place) for operation, place in places if (place.group, place.version) == (group, name)]
        first = here[0][1]
        head = {"kind": "APIResourceList", **({"apiVersion": "v1"} if group else {})}
        found[f"/{first.path}"] = {**head, "groupVersion": first.group_version, "resources": _resources(here, names)}
    return {path: _always(body) for path, body in found.items()} | {"/api": _versions(core)} | _documents(operations)


def _versions(core: list[str]) -> Answer:
    async def answer(request: Request) -> Mapping[str, Any]:
        here = [{"clientCIDR": "0.0.0.0/0", "serverAddress": request.url.netloc}]
        return {"kind": "APIVersions", "versions": core, "serverAddressByClientCIDRs": here}

    return answer


def _always(body: Any) -> Answer:
    async def answer(request: Request) -> Mapping[str, Any]:  # noqa: ARG001
        found: Mapping[str, Any] = body
        return found

    return answer


def _group(name: str, versions: Sequence[str]) -> dict[str, Any]:
    listed = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": listed, "preferredVersion": listed[0]}


def _rank(place: tuple[str, str]) -> tuple[str, int, list[int], str]:
    """Sorts groups by name, and versions from the most stable one: v2, v1, v2beta1, v1alpha1."""
    group, version = place
    level = _ALPHA if "alpha" in version else _BETA if "beta" in version else _STABLE
    digits = "".join(char if char.isdigit() else " " for char in version).split()
    return group, -level, [-int(number) for number in digits], version


def _resources(places: Iterable[tuple[Operation, _Place]], names: Mapping[str, _Names]) -> list[dict[str, Any]]:
    resources: dict[str, dict[str, Any]] = {}
    verbs: dict[str, set[str]] = {}
    called: dict[str, Names] = {}
    for operation, place in places:
        name = place.resource
        called.setdefault(name, Names(*names.get(f"{name}.{place.group}" if place.group else name, ())))
        api_version, kind = operation.kind
        entry = resources.setdefault(
            name,
            {"name": name, "singularName": "" if "/" in name else kind.lower(), "namespaced": False},
        )
        entry["namespaced"] = entry["namespaced"] or place.namespaced
        if kind and "kind" not in entry:
            group, _, version = api_version.rpartition("/")
            if api_version != place.group_version:
                entry |= {"group": group, "version": version} if group else {"version": version}
            entry["kind"] = kind
        verb = _VERBS.get(operation.verb, operation.verb)
        verb = _CONNECT.get(operation.method, verb) if verb == "connect" else verb
        verbs.setdefault(name, set()).add(verb)
        if verb == "list" and any(each.name == "watch" for each in operation.query):
            verbs[name].add("watch")
    return [{**resources[name], "verbs": sorted(verbs[name]), **_words(called[name])} for name in sorted(resources)]


def _words(names: Names) -> dict[str, list[str]]:
    found = {"shortNames": list(names.short), "categories": list(names.categories)}
    return {word: listed for word, listed in found.items() if listed}


# ------------------------------------------------------------------------------------------------------------ OpenAPI


def _documents(operations: Iterable[Operation]) -> dict[str, Answer]:
    """The OpenAPI documents: one of version 3 for each group version, their list, and all together in version 2."""
    served = {(operation.method.lower(), operation.path) for operation in operations}
    places = {place.path for _, path in served if (place := place_of(path)) is not None}
    names = sorted(name for name in places if _file(name).is_file())

    @cache
    def document(name: str) -> bytes:
        return json.dumps(_of_served(_whole(name), served), ensure_ascii=False, separators=(",", ":")).encode()

    def one(name: str) -> Answer:
        async def answer(request: Request) -> bytes:  # noqa: ARG001
            return document(name)

        return answer

    async def listed(request: Request) -> Raw:  # noqa: ARG001 - kube-apiserver looks at no Accept here
        urls = {name: f"/openapi/v3/{name}?hash={_hash(document(name))}" for name in names}
        found = {"paths": {name: {"serverRelativeURL": url} for name, url in urls.items()}}
        return Raw(json.dumps(found, separators=(",", ":")).encode(), _UNNAMED)

    async def together(request: Request) -> bytes:  # noqa: ARG001
        from codegen.outputs.services.runtime.openapi_v2 import merged  # clients of today ask for version 3

        return merged(tuple(document(name) for name in names))

    found: dict[str, Answer] = {f"/openapi/v3/{name}": one(name) for name in names}
    return found | {"/openapi/v3": listed, "/openapi/v2": together}


@cache
def shape_of(path: str, kind: str) -> Shape:
    """How objects of a kind are merged, by the document of the group and version of a path; where it says nothing, as JSON merge patches do."""
    place = place_of(path)
    if place is None or not _file(place.path).is_file():
        return Shape({}, {})
    schemas = _schemas()
    named = {"group": place.group, "version": place.version, "kind": kind}
    found: Any = next(
        (each for each in schemas.values() if named in each.get("x-kubernetes-group-version-kind", ())), {}
    )
    return Shape(schemas, found)


def _whole(name: str) -> dict[str, Any]:
    """The document of a group and version, whatever of it is served; or the schemas of all."""
    found: dict[str, Any] = json.loads(_file(name).read_text(encoding="utf-8"))
    return found


def _file(name: str) -> Path:
    return _DOCUMENTS / f"{name.replace('/', '_')}.json"


def _hash(data: bytes) -> str:
    return hashlib.sha512(data).hexdigest().upper()


def _of_served(document: dict[str, Any], served: set[tuple[str, str]]) -> dict[str, Any]:
    """A document with the operations that are served, each with what else may be answered, and the schemas that they lead to."""
    paths = {}
    for path, methods in document["paths"].items():
        kept = {method: _with_refusals(entry) for method, entry in methods.items() if (method, path) in served}
        if kept:
            paths[path] = kept
    components = document.get("components", {})
    used = {**components, "schemas": _reached([paths, components], _schemas())}
    return {**document, "paths": paths, "components": used}


@cache
def _schemas() -> Mapping[str, Any]:
    """The schemas of all documents."""
    return _whole(_SCHEMAS)


def _reached(parts: Sequence[Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The schemas that parts of a document lead to, in the order of their names."""
    found: dict[str, Any] = {}
    waiting = list(parts)
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            name = str(part.get("$ref", "")).removeprefix(REFERENCE)
            if name in schemas and name not in found:
                found[name] = schemas[name]
                waiting.append(schemas[name])
            waiting += part.values()
    return {name: found[name] for name in sorted(found)}


def _with_refusals(entry: dict[str, Any]) -> dict[str, Any]:
    refusal = {
        "description": "What is wrong, as a Status",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
    return {**entry, "responses": {**entry.get("responses", {}), "default": refusal}}
