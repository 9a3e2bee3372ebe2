"""The discovery documents of an endpoint: its groups, versions, resources and release."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from codegen.endpoint.kinds import KINDS, REVIEWS, Kind
from codegen.endpoint.operations import OPERATIONS, Operation


def documents(release: tuple[int, ...]) -> dict[str, dict[str, Any]]:
    """Return the documents that never change, by their paths."""
    kinds = (*KINDS, *REVIEWS)
    groups = [_group(kind) for kind in {kind.group: kind for kind in kinds if kind.group}.values()]
    groups.sort(key=lambda group: group["name"])
    found: dict[str, dict[str, Any]] = {
        "/version": _version(release),
        "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups},
    }
    for group in groups:
        found[f"/apis/{group['name']}"] = {"kind": "APIGroup", "apiVersion": "v1", **group}
    for kind in {kind.root: kind for kind in kinds}.values():
        here = [each for each in OPERATIONS if each.kind.root == kind.root]
        found[kind.root] = {
            "kind": "APIResourceList",
            **({"apiVersion": "v1"} if kind.group else {}),
            "groupVersion": kind.api_version,
            "resources": list(_resources(here)),
        }
    return found


def api_versions(address: str) -> dict[str, Any]:
    """Return the document at `/api`, which names the address that the client has used."""
    here = [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}]
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": here}


def _group(kind: Kind) -> dict[str, Any]:
    version = {"groupVersion": kind.api_version, "version": kind.version}
    return {"name": kind.group, "versions": [version], "preferredVersion": version}


def _resources(operations: Iterable[Operation]) -> Iterator[dict[str, Any]]:
    """Yield the resources of operations, sorted by name."""
    verbs: dict[str, set[str]] = {}
    first: dict[str, Operation] = {}
    for each in operations:
        name = f"{each.kind.plural}/{each.subresource}" if each.subresource else each.kind.plural
        first.setdefault(name, each)
        verbs.setdefault(name, set()).update(("list", "watch") if each.verb == "list" else (each.verb,))
    for name in sorted(first):
        kind, body = first[name].kind, first[name].body
        entry: dict[str, Any] = {"name": name, "singularName": "" if "/" in name else kind.name.lower()}
        entry["namespaced"] = kind.namespaced
        if body.api_version != kind.api_version:
            entry |= {"group": body.group, "version": body.version}
        entry |= {"kind": body.name, "verbs": sorted(verbs[name])}
        if "/" not in name:
            words = {"shortNames": list(kind.short_names), "categories": list(kind.categories)}
            entry |= {word: listed for word, listed in words.items() if listed}
        yield entry


def _version(release: tuple[int, ...]) -> dict[str, str]:
    """Return what stands at `/version`: the build of no real server."""
    major, minor = map(str, release[:2])
    return {
        "major": major,
        "minor": minor,
        "gitVersion": f"v{major}.{minor}.0",
        "gitCommit": "0" * 40,
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "none",
        "compiler": sys.implementation.name,
        "platform": sys.platform,
    }
