"""Requests that are doubled: what the token endpoint does with bodies, patches, headers and selectors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.types import Message

from codegen.endpoint import kinds
from codegen.endpoint.application import Application
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.request_info import WriteOptions
from codegen.endpoint.settings import Settings
from codegen.endpoint.users import AUTHENTICATED, MASTERS, User
from codegen.readers.built_in.structure import BuiltIns

Prepare = Callable[[int], Callable[[], object]]
Body = Callable[[int], Any]
_TOKENS = {
    "gardener": User(name="gardener", groups=(MASTERS, AUTHENTICATED)),
    "visitor": User(name="visitor", groups=(AUTHENTICATED,)),
}
_JSON = "application/json"
_MERGE, _STRATEGIC = "application/merge-patch+json", "application/strategic-merge-patch+json"
_PATCH = "application/json-patch+json"
_ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts"
_ACCOUNT, _TOKEN = f"{_ACCOUNTS}/gardener", f"{_ACCOUNTS}/gardener/token"
_REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews"
_RIGHTS = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
_OPTIONS = WriteOptions(user_agent="growth")
_NAMED = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "spade"}}


def _endpoint() -> Endpoint:
    made = Endpoint(Settings(release=BuiltIns().newest, algorithm="ES256"), "https://garden.example", static=_TOKENS)
    made.objects.create(kinds.ACCOUNT, {"metadata": {"name": "gardener"}}, "default", _OPTIONS)
    return made


@cache
def _shared() -> Endpoint:
    return _endpoint()


def _answering(endpoint: Endpoint, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Ask for one answer, without a network between."""
    place = urlsplit(target)
    named = {"authorization": "Bearer gardener", "content-type": _JSON, **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": place.path,
        "raw_path": place.path.encode(),
        "query_string": place.query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 443),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    async def asking() -> None:
        await Application(endpoint)(scope, receive, send)

    asyncio.run(asking())
    status = sent[0]["status"]
    if status in (401, 404, 405, 415, 500):
        raise AssertionError(f"{method} {target[:80]}: {status} {sent[-1].get('body', b'')[:300]!r}")


def _asked(method: str, path: str, body: Body, headers: Mapping[str, str] | None = None) -> Prepare:
    def prepare(count: int) -> Callable[[], object]:
        data = json.dumps(body(count)).encode()
        return lambda: _answering(_shared(), method, path, data, headers or {})

    return prepare


def _created(extra: Body) -> Prepare:
    return _asked("POST", f"{_ACCOUNTS}?dryRun=All", lambda n: _NAMED | extra(n))


def _patched(form: str, patch: Body) -> Prepare:
    return _asked("PATCH", f"{_ACCOUNT}?dryRun=All", patch, {"content-type": form})


def _headed(headers: Callable[[int], Mapping[str, str]], path: Callable[[int], str] = lambda _: _ACCOUNTS) -> Prepare:
    def prepare(count: int) -> Callable[[], object]:
        return lambda: _answering(_shared(), "GET", path(count), b"", headers(count))

    return prepare


def _among(plant: Callable[[Endpoint, int], None], path: str, body: Any = None) -> Prepare:
    """A request of somebody to an endpoint of its own, in which as many objects are planted."""
    method = "GET" if body is None else "POST"

    def prepare(count: int) -> Callable[[], object]:
        endpoint = _endpoint()
        plant(endpoint, count)
        data = b"" if body is None else json.dumps(body).encode()
        headers = {} if body is None else {"authorization": "Bearer visitor"}
        return lambda: _answering(endpoint, method, path, data, headers)

    return prepare


def _accounts(endpoint: Endpoint, count: int) -> None:
    for number in range(count):
        labels = {"bed": str(number)}
        endpoint.objects.create(
            kinds.ACCOUNT, {"metadata": {"name": f"spade{number}", "labels": labels}}, "default", _OPTIONS
        )


def _roles(endpoint: Endpoint, count: int) -> None:
    for number in range(count):
        rules = [{"apiGroups": [""], "resources": [f"beds{number}"], "verbs": ["get"]}]
        subjects = [{"kind": "User", "name": "visitor", "apiGroup": "rbac.authorization.k8s.io"}]
        role = {"kind": "Role", "name": f"role{number}", "apiGroup": "rbac.authorization.k8s.io"}
        named = {"metadata": {"name": f"role{number}"}}
        endpoint.objects.create(kinds.ROLE, named | {"rules": rules}, "default", _OPTIONS)
        bound = named | {"subjects": subjects, "roleRef": role}
        endpoint.objects.create(kinds.ROLE_BINDING, bound, "default", _OPTIONS)


def _nested(count: int) -> Any:
    made: Any = "a"
    for _ in range(min(count, 150)):
        made = {"bed": made}
    return {"wrong": made, "more": [made] * (count // 150)}


_MADE: dict[str, Body] = {
    "unknown fields": lambda n: {f"wrong{i}": 1 for i in range(n)},
    "unknown fields in items": lambda n: {"secrets": [{"name": "a", f"wrong{i}": 1} for i in range(n)]},
    "deep unknown fields": _nested,
    "labels": lambda n: {"metadata": {"name": "spade", "labels": {f"l{i}": "a" for i in range(n)}}},
    "labels with faults": lambda n: {"metadata": {"name": "spade", "labels": {f"l{i}": "a b" for i in range(n)}}},
    "annotations": lambda n: {"metadata": {"name": "spade", "annotations": {f"l{i}": "a" for i in range(n)}}},
    "finalizers": lambda n: {"metadata": {"name": "spade", "finalizers": [f"a.io/f{i}" for i in range(n)]}},
    "owners": lambda n: {"metadata": {"name": "spade", "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": f"a{i}", "uid": f"{i}"} for i in range(n)]}},
    "secrets": lambda n: {"secrets": [{"name": f"s{i}"} for i in range(n)]},
    "secrets of one name": lambda n: {"secrets": [{"name": "s"} for i in range(n)]},
    "wrong types": lambda n: {"secrets": [{"name": i} for i in range(n)]},
    "a long name": lambda n: {"metadata": {"name": "a-" * n + "A"}},
}  # fmt: skip
_PATCHES: dict[str, tuple[str, Body]] = {
    "a merge patch of labels": (_MERGE, lambda n: {"metadata": {"labels": {f"l{i}": "a" for i in range(n)}}}),
    "a merge patch that removes": (_MERGE, lambda n: {"metadata": {"labels": {f"l{i}": None for i in range(n)}}}),
    "a strategic patch of items": (_STRATEGIC, lambda n: {"secrets": [{"name": f"s{i}"} for i in range(n)]}),
    "a strategic patch of one item": (_STRATEGIC, lambda n: {"secrets": [{"name": "s", f"f{i}": 1} for i in range(n)]}),
    "a strategic patch that deletes": (_STRATEGIC, lambda n: {"secrets": [{"$patch": "delete", "name": f"s{i}"} for i in range(n)]}),
    "a strategic patch with an order": (_STRATEGIC, lambda n: {"secrets": [{"name": f"s{i}"} for i in range(n)], "$setElementOrder/secrets": [{"name": f"s{i}"} for i in range(n)]}),
    "a strategic patch with the other order": (_STRATEGIC, lambda n: {"secrets": [{"name": f"s{i}"} for i in range(n)], "$setElementOrder/secrets": [{"name": f"s{n - i}"} for i in range(n)]}),
    "a strategic patch that retains": (_STRATEGIC, lambda n: {"metadata": {"labels": {"$retainKeys": [f"l{i}" for i in range(n)], **{f"l{i}": "a" for i in range(n)}}}}),
    "a strategic patch of finalizers": (_STRATEGIC, lambda n: {"metadata": {"finalizers": [f"a.io/f{i}" for i in range(n)], "$deleteFromPrimitiveList/finalizers": [f"a.io/f{i}" for i in range(n)]}}),
    "a JSON patch that adds": (_PATCH, lambda n: [{"op": "add", "path": "/metadata/labels", "value": {}}, *({"op": "add", "path": f"/metadata/labels/l{i}", "value": "a"} for i in range(n))]),
    "a JSON patch that inserts": (_PATCH, lambda n: [{"op": "add", "path": "/secrets", "value": []}, *({"op": "add", "path": "/secrets/0", "value": {"name": f"s{i}"}} for i in range(n))]),
    "a JSON patch that copies": (_PATCH, lambda n: [{"op": "add", "path": "/metadata/labels", "value": {"a": "a"}}, *({"op": "copy", "from": "/metadata/labels/a", "path": f"/metadata/labels/l{i}"} for i in range(n))]),
    "a JSON patch of tests": (_PATCH, lambda n: [{"op": "test", "path": "/metadata/name", "value": "gardener"} for i in range(n)]),
    "a JSON patch with a long path": (_PATCH, lambda n: [{"op": "test", "path": "/metadata" * n, "value": "gardener"}]),
}  # fmt: skip
_HEADERS: dict[str, Callable[[int], Mapping[str, str]]] = {
    "media types": lambda n: {"accept": ", ".join(f"application/a{i};q=0.{i % 10}" for i in range(n))},
    "parameters of a media type": lambda n: {"accept": "application/json" + "".join(f";a{i}=b" for i in range(n))},
    "a long header": lambda n: {"x-long": "a" * n},
    "blanks": lambda n: {"accept": " " * n + "a" + "\t" * n},
    "a long user agent": lambda n: {"user-agent": "(a/1 " * n},
}  # fmt: skip
_QUERIES: dict[str, Callable[[int], str]] = {
    "labels": lambda n: f"{_ACCOUNTS}?labelSelector=" + quote(",".join(f"l{i}!=a" for i in range(n))),
    "values of a label": lambda n: f"{_ACCOUNTS}?labelSelector=" + quote(f"bed in ({','.join(map(str, range(n)))})"),
    "fields": lambda n: f"{_ACCOUNTS}?fieldSelector=" + quote(",".join("metadata.name!=a" for _ in range(n))),
    "parameters": lambda n: f"{_ACCOUNTS}?" + "&".join(f"a{i}=1" for i in range(n)),
    "a parameter again": lambda n: f"{_ACCOUNTS}?" + "&".join("limit=1" for _ in range(n)),
    "escapes": lambda n: f"{_ACCOUNTS}?labelSelector=" + "%20" * n,
    "backslashes": lambda n: f"{_ACCOUNTS}?fieldSelector=metadata.name=" + "%5C%2C" * n,
}
_RIGHTS_BODY = {
    "apiVersion": "authorization.k8s.io/v1",
    "kind": "SelfSubjectRulesReview",
    "spec": {"namespace": "default"},
}


def series() -> Iterator[tuple[str, Prepare]]:
    """What is asked, and how it is prepared."""
    token = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest"}
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview"}
    for name, extra in _MADE.items():
        yield f"an object with {name}", _created(extra)
    for name, (form, patch) in _PATCHES.items():
        yield name, _patched(form, patch)
    for name, headers in _HEADERS.items():
        yield f"headers: {name}", _headed(headers)
    for name, path in _QUERIES.items():
        yield f"queries: {name}", _headed(lambda _: {}, path)
    yield "audiences", _asked("POST", _TOKEN, lambda n: token | {"spec": {"audiences": [f"a{i}" for i in range(n)]}})
    yield (
        "audiences of a review",
        _asked("POST", _REVIEWS, lambda n: review | {"spec": {"token": "a", "audiences": [f"a{i}" for i in range(n)]}}),
    )
    yield (
        "a review of a long token",
        _asked("POST", _REVIEWS, lambda n: review | {"spec": {"token": "a.b" * n, "audiences": []}}),
    )
    yield "a list of many objects", _among(_accounts, _ACCOUNTS)
    yield "one of many objects", _among(_accounts, f"{_ACCOUNTS}?fieldSelector=metadata.name%3Dspade1")
    yield "rights by many roles", _among(_roles, _RIGHTS, _RIGHTS_BODY)
