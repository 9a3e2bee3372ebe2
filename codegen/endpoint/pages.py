"""Discovery documents of the API and the issuer, and control pages for tests.

The control pages (`/-/clock`, `/-/keys`, `/-/tokens`) exist on no API server and are for users who may do everything.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from starlette.concurrency import run_in_threadpool

from codegen.endpoint import clock, kinds
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.faults import TokenOrder, mint
from codegen.endpoint.keys import generate_key
from codegen.endpoint.kinds import KINDS, REVIEWS, Kind
from codegen.endpoint.negotiation import JSON

Content = Mapping[str, Any] | bytes
_DAY = 24 * 60 * 60


class FixedRoute(NamedTuple):
    """A path with a function from the body to the content for each method."""

    methods: Mapping[str, Callable[[bytes], Content | Awaitable[Content]]]
    media_type: str = JSON


class ClockOrder(Struct, forbid_unknown_fields=True):
    """A change of the clock. It stops at a time (RFC 3339, or `now`), moves, or runs."""

    stop: str = ""
    forward: float = 0
    run: bool = False


class KeyOrder(Struct, forbid_unknown_fields=True):
    """An order of a new key. The old keys verify for `kept` seconds more, by default for a day."""

    kept: int | None = None


def constant_page(content: Content, media_type: str = JSON) -> FixedRoute:
    """Build a page that never changes."""
    return FixedRoute({"GET": lambda _: content}, media_type)


def token_pages(endpoint: Endpoint) -> dict[str, FixedRoute]:
    """Return the pages of the issuer and the control pages by path."""

    def read_clock(_: bytes) -> Content:
        return {"now": clock.format_time(endpoint.clock.now())}

    def change_clock(body: bytes) -> Content:
        order = msgspec.json.decode(body or b"{}", type=ClockOrder)
        if order.run:
            endpoint.clock.run()
        if order.stop:
            endpoint.clock.stop(None if order.stop == "now" else clock.parse_time(order.stop))
        endpoint.clock.forward(order.forward)
        return read_clock(b"")

    async def rotate_keys(body: bytes) -> Content:
        kept = msgspec.json.decode(body or b"{}", type=KeyOrder).kept
        new = await run_in_threadpool(generate_key, endpoint.settings.algorithm)
        with endpoint.state.transaction():
            endpoint.rotate(new, kept=_DAY if kept is None else kept)
        return new.public()

    def read_tokens(_: bytes) -> Content:
        with endpoint.state.transaction():
            return {"tokens": endpoint.state.tokens()}

    def mint_token(body: bytes) -> Content:
        with endpoint.state.transaction():
            return {"token": mint(endpoint, msgspec.json.decode(body, type=TokenOrder))}

    return {
        "/.well-known/openid-configuration": FixedRoute({"GET": lambda _: endpoint.configuration()}),
        "/openid/v1/jwks": FixedRoute({"GET": lambda _: endpoint.key_set()}, "application/jwk-set+json"),
        "/-/clock": FixedRoute({"GET": read_clock, "POST": change_clock}),
        "/-/keys": FixedRoute({"GET": lambda _: endpoint.key_set(), "POST": rotate_keys}),
        "/-/tokens": FixedRoute({"GET": read_tokens, "POST": mint_token}),
    }


# ---------------------------------------------------------------------------------------------------------- discovery


def discovery_documents(release: tuple[int, ...]) -> dict[str, dict[str, Any]]:
    """Return the constant documents about groups, versions and resources by their paths."""
    by_root: dict[str, list[Kind]] = {}
    for kind in (*KINDS, *REVIEWS):
        by_root.setdefault(kind.root, []).append(kind)
    groups = sorted((_group(here[0]) for here in by_root.values() if here[0].group), key=lambda group: group["name"])
    found: dict[str, dict[str, Any]] = {
        "/version": _version(release),
        "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups},
    }
    for group in groups:
        found[f"/apis/{group['name']}"] = {"kind": "APIGroup", "apiVersion": "v1", **group}
    for root, here in by_root.items():
        found[root] = {
            "kind": "APIResourceList",
            **({"apiVersion": "v1"} if here[0].group else {}),
            "groupVersion": here[0].api_version,
            "resources": sorted((each for kind in here for each in _resources(kind)), key=lambda each: each["name"]),
        }
    return found


def api_versions(address: str) -> dict[str, Any]:
    """Return the document at `/api` for the address of a client."""
    addresses = [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}]
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": addresses}


def _group(kind: Kind) -> dict[str, Any]:
    version = {"groupVersion": kind.api_version, "version": kind.version}
    return {"name": kind.group, "versions": [version], "preferredVersion": version}


def _resources(kind: Kind) -> Iterator[dict[str, Any]]:
    """Yield the resource of a kind and its subresources."""
    is_stored = kind in KINDS
    verbs = sorted(
        (*kinds.COLLECTION_VERBS.values(), *kinds.OBJECT_VERBS.values()) if is_stored else kinds.REVIEW_VERBS.values()
    )
    head = {"name": kind.plural, "singularName": kind.name.lower(), "namespaced": kind.namespaced}
    names = {"shortNames": list(kind.short_names)} if kind.short_names else {}
    yield {**head, "kind": kind.name, "verbs": verbs, **names}
    for part, methods in kinds.SUBRESOURCES.get(kind.name, {}).items():
        body = kinds.TOKEN_REQUEST if part == "token" else kind
        group = {"group": body.group, "version": body.version} if body is not kind else {}
        head = {"name": f"{kind.plural}/{part}", "singularName": "", "namespaced": kind.namespaced}
        yield {**head, **group, "kind": body.name, "verbs": sorted(methods.values())}


def _version(release: tuple[int, ...]) -> dict[str, str]:
    """Return the document at `/version`, with the build of no real server."""
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
