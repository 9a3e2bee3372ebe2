"""Discovery documents of the API and the issuer, and control pages for tests.

The control pages (`/-/clock`, `/-/keys`, `/-/tokens`) exist on no API server and are for users who
may do everything.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

import msgspec
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from codegen.core import releases
from codegen.core.json_types import JsonObject, JsonValue
from codegen.endpoint import clock, kinds, request_info
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.faults import MintRequest, mint
from codegen.endpoint.keys import generate_key
from codegen.endpoint.kinds import KINDS, REVIEWS, Kind
from codegen.endpoint.negotiation import JSON
from codegen.endpoint.settings import server_answers

_DAY = 24 * 60 * 60
# kubectl asks for OpenAPI 2 in protobuf. A document without definitions makes it send objects
# unchecked.
_OPENAPI_V2 = "application/com.github.proto-openapi.spec.v2"
_EMPTY_OPENAPI_V2 = b"\x0a\x032.0"  # the field `swagger` alone


class PageRoute(NamedTuple):
    """A path with a function for each method.

    It gets the request and its body, and returns bytes, a value for JSON, a response, or one of
    them later.
    """

    methods: Mapping[str, Callable[[Request, bytes], JsonValue]]
    media_type: str = JSON


class ClockRequest(Struct, forbid_unknown_fields=True):
    """A request to change the clock. It stops at a time (RFC 3339, or `now`), moves, or runs."""

    stop: str = ""
    forward: float = 0
    run: bool = False


class KeyRotation(Struct, forbid_unknown_fields=True):
    """A request to rotate the signing key.

    The old keys verify for `kept` seconds more, by default for a day.
    """

    kept: int | None = None


def control_pages(endpoint: Endpoint) -> dict[str, PageRoute]:
    """Return the pages of the issuer and the control pages by path."""

    def read_clock(*_: object) -> JsonValue:
        return {"now": clock.format_time(endpoint.clock.now())}

    def change_clock(_: Request, body: bytes) -> JsonValue:
        change = msgspec.json.decode(body or b"{}", type=ClockRequest)
        if change.run:
            endpoint.clock.run()
        if change.stop:
            endpoint.clock.stop(None if change.stop == "now" else clock.parse_time(change.stop))
        endpoint.clock.forward(change.forward)
        return read_clock()

    async def rotate_keys(_: Request, body: bytes) -> JsonValue:
        kept = msgspec.json.decode(body or b"{}", type=KeyRotation).kept
        new = await run_in_threadpool(generate_key, endpoint.settings.algorithm)
        with endpoint.state.transaction():
            endpoint.rotate(new, kept=_DAY if kept is None else kept)
        return new.public()

    def read_tokens(*_: object) -> JsonValue:
        with endpoint.state.transaction():
            return {"tokens": endpoint.state.tokens()}

    def mint_token(_: Request, body: bytes) -> JsonValue:
        with endpoint.state.transaction():
            return {"token": mint(endpoint, msgspec.json.decode(body, type=MintRequest))}

    return {
        "/.well-known/openid-configuration": PageRoute(
            {"GET": lambda *_: endpoint.configuration()}
        ),
        "/openid/v1/jwks": PageRoute(
            {"GET": lambda *_: endpoint.key_set()}, "application/jwk-set+json"
        ),
        "/-/clock": PageRoute({"GET": read_clock, "POST": change_clock}),
        "/-/keys": PageRoute({"GET": lambda *_: endpoint.key_set(), "POST": rotate_keys}),
        "/-/tokens": PageRoute({"GET": read_tokens, "POST": mint_token}),
    }


def discovery_pages(release: str) -> dict[str, PageRoute]:
    """Return the pages about health, and about groups, versions and resources, by their paths."""
    by_root: dict[str, list[Kind]] = {}
    for kind in (*KINDS, *REVIEWS):
        by_root.setdefault(kind.root, []).append(kind)
    groups = []
    for kind in sorted(
        (group_kinds[0] for group_kinds in by_root.values() if group_kinds[0].group),
        key=lambda kind: kind.group,
    ):
        version = {"groupVersion": kind.api_version, "version": kind.version}
        groups.append({"name": kind.group, "versions": [version], "preferredVersion": version})
    documents: JsonObject = {
        "/version": _build_version(release),
        "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups},
        "/openapi/v3": {"paths": {}},
        **{
            f"/apis/{group['name']}": {"kind": "APIGroup", "apiVersion": "v1", **group}
            for group in groups
        },
    }
    for root, group_kinds in by_root.items():
        documents[root] = {
            "kind": "APIResourceList",
            **({"apiVersion": "v1"} if group_kinds[0].group else {}),
            "groupVersion": group_kinds[0].api_version,
            "resources": sorted(
                chain.from_iterable(map(_list_resources, group_kinds)),
                key=lambda resource: resource["name"],
            ),
        }
    return {
        **{
            path: PageRoute({"GET": lambda *_, document=document: document})
            for path, document in documents.items()
        },
        **{
            path: PageRoute({"GET": lambda *_: b"ok"}, "text/plain")
            for path in ("/healthz", "/livez", "/readyz")
        },
        "/api": PageRoute({"GET": _api_versions}),
        "/openapi/v2": PageRoute({"GET": _openapi_v2}),
    }


def _api_versions(request: Request, _: bytes) -> JsonValue:
    addresses = [{"clientCIDR": "0.0.0.0/0", "serverAddress": request.url.netloc}]
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": addresses}


def _openapi_v2(request: Request, _: bytes) -> JsonValue:
    if _OPENAPI_V2 in request.headers.get("accept", ""):
        return Response(_EMPTY_OPENAPI_V2, media_type=f"{_OPENAPI_V2}.v1.0+protobuf")
    return {
        "swagger": "2.0",
        "info": {"title": "Kubernetes", "version": "unversioned"},
        "paths": {},
    }


def _list_resources(kind: Kind) -> Iterator[JsonObject]:
    """Yield the resource of a kind and its subresources."""
    is_stored = kind in KINDS
    verbs = sorted(
        (*request_info.COLLECTION_VERBS.values(), *request_info.OBJECT_VERBS.values())
        if is_stored
        else request_info.REVIEW_VERBS.values()
    )
    head = {"name": kind.plural, "singularName": kind.name.lower(), "namespaced": kind.namespaced}
    if kind.short_names:
        names = {"shortNames": list(kind.short_names)}
    else:
        names = {}
    yield {**head, "kind": kind.name, "verbs": verbs, **names}
    for part, methods in request_info.SUBRESOURCES.get(kind.name, {}).items():
        body = kinds.TOKEN_REQUEST if part == "token" else kind
        if body is not kind:
            group = {"group": body.group, "version": body.version}
        else:
            group = {}
        head = {"name": f"{kind.plural}/{part}", "singularName": "", "namespaced": kind.namespaced}
        yield {**head, **group, "kind": body.name, "verbs": sorted(methods.values())}


def _build_version(release: str) -> dict[str, str]:
    """Return the document at `/version`, with the build of no real server."""
    major, minor = releases.parse(release)
    numbers = {"major": major, "minor": minor}
    if server_answers(release)["emulation-in-version"]:
        numbers |= {"emulationMajor": major, "emulationMinor": minor}
        numbers |= {"minCompatibilityMajor": major, "minCompatibilityMinor": minor - 1}
    return {
        **{name: str(number) for name, number in numbers.items()},
        "gitVersion": f"v{major}.{minor}.0",
        "gitCommit": "0" * 40,
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "none",
        "compiler": sys.implementation.name,
        "platform": sys.platform,
    }
