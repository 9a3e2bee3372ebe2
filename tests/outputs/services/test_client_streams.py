"""Lists page by page, watches that go on where they were cut, and objects that are changed: by a client of a kind in namespaces."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from codegen.outputs.services.runtime.calls import Caller, Open, Operation, Settings
from codegen.outputs.services.runtime.connecting import Opened
from codegen.outputs.services.runtime.credentials import Password
from codegen.outputs.services.runtime.received import Answer as HttpAnswer
from codegen.outputs.services.runtime.streams import watch
from gardens.http import Answer, Request, Site, serving
from gardens.python import importing, write
from gardens.services import plots

PATH = "/apis/garden.example.io/v1/namespaces/north/plots"


def plot(name: str, version: str) -> dict[str, Any]:
    return {
        "apiVersion": "garden.example.io/v1",
        "kind": "Plot",
        "metadata": {
            "name": name,
            "uid": name,
            "resourceVersion": version,
            "creationTimestamp": "2026-01-02T03:04:05Z",
        },
        "spec": {"owners": ["a"]},
    }


def listed(*names: str, more: str = "") -> dict[str, Any]:
    items = [{**plot(name, "1"), "apiVersion": None, "kind": None} for name in names]
    return {"kind": "PlotList", "metadata": {"resourceVersion": "7", "continue": more}, "items": items}


def events(*pairs: tuple[str, object]) -> bytes:
    return b"".join(json.dumps({"type": kind, "object": found}).encode() + b"\n" for kind, found in pairs)


def query(request: Request) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.target).query))


@pytest.fixture(scope="module", params=["dataclasses", "msgspec", pytest.param("pydantic", marks=pytest.mark.slow)])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    root: Path = tmp_path_factory.mktemp("plots")
    write(plots(), root, locales=("en",), targets=(request.param, "validators", "client"))
    with importing(root) as importer:
        yield importer.module("client")


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as found:
        yield found


Taking = Callable[[Callable[[Any], Any], int], list[Any]]


@pytest.fixture(params=["blocking", "async"])
def taking(request: pytest.FixtureRequest, client: ModuleType, site: Site) -> Taking:
    """Takes the first things that a call gives, by a client of either kind."""
    configuration = client.Configuration(server=site.url)

    def block(call: Callable[[Any], Any], number: int) -> list[Any]:
        with client.Client(configuration) as made:
            return list(islice(call(made.plots("north")), number))

    async def wait(call: Callable[[Any], Any], number: int) -> list[Any]:
        found: list[Any] = []
        async with client.AsyncClient(configuration) as made:
            async for each in call(made.plots("north")):
                found.append(each)
                if len(found) == number:
                    break
        return found

    return block if request.param == "blocking" else lambda call, number: asyncio.run(wait(call, number))


def test_a_list_is_read_page_by_page(taking: Taking, site: Site) -> None:
    site.answers = [Answer(200, listed("a", "b", more="there")), Answer(200, listed("c"))]
    found = taking(lambda made: made.each(label_selector="x=y", resource_version="3"), 10)
    assert [each.to_dict()["metadata"]["name"] for each in found] == ["a", "b", "c"]
    assert [query(request) for request in site.requests] == [
        {"labelSelector": "x=y", "limit": "500", "resourceVersion": "3"},
        {"labelSelector": "x=y", "limit": "500", "continue": "there"},
    ]


def test_a_watch_goes_on_where_it_ended(taking: Taking, site: Site) -> None:
    site.answers = [
        Answer(200, events(("ADDED", plot("a\u2028\x85b", "11")), ("BOOKMARK", {"metadata": {"resourceVersion": "15"}}))),
        Answer(200, events(("MODIFIED", plot("a", "16")))),
        Answer(200, events(("DELETED", plot("a", "17"))), cut=20),
        Answer(429, b"", (("Retry-After", "0"),)),
        Answer(200, events(("DELETED", plot("a", "17")))),
    ]  # fmt: skip
    found = taking(lambda made: made.watch(resource_version="9"), 3)
    assert [(event.type, event.object.to_dict()["metadata"]["name"]) for event in found] == [
        ("ADDED", "a\u2028\x85b"),
        ("MODIFIED", "a"),
        ("DELETED", "a"),
    ]
    asked = [query(request) for request in site.requests]
    assert [each["resourceVersion"] for each in asked] == ["9", "15", "16", "16", "16"]
    assert asked[0] == {"resourceVersion": "9", "watch": "true", "allowWatchBookmarks": "true", "timeoutSeconds": "300"}


def test_a_list_that_does_not_go_on_is_given_up(taking: Taking, client: ModuleType, site: Site) -> None:
    site.answers = [Answer(200, listed(more="there"))]
    with pytest.raises(client.AnswerError, match="the same continue token again"):
        taking(lambda made: made.each(), 10)
    assert len(site.requests) == 2


def test_a_watch_that_says_nothing_is_begun_again_behind_a_pause() -> None:
    """Servers end one that has nothing to say after minutes: one that ends it at once is not asked without a rest."""
    operation = Operation(method="GET", path="/plots", query={"watch": "watch"})
    steps = watch(Caller(Password("a", "b"), Settings()), operation, {}, {}, None)
    done: list[str] = []
    came: Any = None
    while len(done) < 8:
        step = steps.send(came)
        done.append(type(step).__name__)
        came = (
            Opened(HttpAnswer(code=200, headers=(), content=b""), None, None, step.send)
            if isinstance(step, Open)
            else None
        )
    assert done == ["Open", "More", "Wait"] * 2 + ["Open", "More"]


def test_a_watch_with_a_time_ends_with_it(taking: Taking, site: Site) -> None:
    site.answers = [Answer(200, events(("ADDED", plot("a", "11"))))]
    assert len(taking(lambda made: made.watch(timeout_seconds=1), 10)) == 1
    assert len(site.requests) == 1


@pytest.mark.parametrize("early", [True, False])
def test_a_watch_that_is_too_old_says_so(taking: Taking, client: ModuleType, site: Site, early: bool) -> None:
    status = {"kind": "Status", "apiVersion": "v1", "reason": "Expired", "message": "too old", "code": 410}
    site.answers = [Answer(410, status) if early else Answer(200, events(("ERROR", status)))]
    with pytest.raises(client.ExpiredError, match="too old"):
        taking(lambda made: made.watch(resource_version="1"), 1)
    site.answers = [Answer(200, events(("MOVED", plot("a", "1"))))]
    with pytest.raises(client.AnswerError, match='unknown type: "MOVED"'):
        taking(lambda made: made.watch(), 1)


@pytest.mark.parametrize("kind", ["peat", "x" * 37 + "peat"])
def test_a_token_that_is_the_type_of_an_event_is_not_shown(client: ModuleType, site: Site, kind: str) -> None:
    site.answers = [Answer(200, events((kind, {})))]
    configuration = client.Configuration(server=site.url, credentials=client.Token("peat"))
    with client.Client(configuration) as made, pytest.raises(client.AnswerError, match="unknown type") as caught:
        next(made.plots().watch())
    assert "pe" not in str(caught.value).partition("unknown type")[2]


def test_a_token_that_a_server_repeats_in_a_watch_is_not_shown(client: ModuleType, site: Site) -> None:
    status = {"kind": "Status", "apiVersion": "v1", "message": "the token peat is no good", "code": 401}
    site.answers = [Answer(200, events(("ERROR", status)), (("Warning", '299 - "peat is old"'),))]
    configuration = client.Configuration(server=site.url, credentials=client.Token("peat"))
    with (
        client.Client(configuration) as made,
        pytest.warns(client.ServerWarning, match=r"^\[hidden\] is old$"),
        pytest.raises(client.ApiError, match=r"the token \[hidden\] is no good$"),
    ):
        next(made.plots().watch())


def test_a_watch_of_a_server_that_is_gone_ends(client: ModuleType) -> None:
    with serving() as site:
        gone = site.url
    configuration = client.Configuration(server=gone)
    with client.Client(configuration, client.Settings(retries=1)) as made, pytest.raises(client.NoAnswerError):
        next(made.plots().watch())


def test_what_is_done_to_an_object(client: ModuleType, site: Site) -> None:
    kind = type(plot_of(client, site))
    site.requests.clear()
    site.answers = [Answer(200, plot("a", "1"))]
    own = kind.from_dict(plot("a", "1"))
    with client.Client(client.Configuration(server=site.url)) as made:
        north = made.plots("north")
        north.create(own)
        north.replace("a", own, field_manager="me")
        north.replace_status("a", own)
        north.patch("a", {"spec": {"rows": 2}})
        north.patch("a", [{"op": "remove", "path": "/spec/rows"}])
        north.patch("a", own, content_type="application/apply-patch+yaml", force=True, field_manager="me")
        assert north.get_status("a").to_dict()["metadata"]["name"] == "a"
        assert type(north.delete("a", grace_period_seconds=1)) is kind
        site.answers = [Answer(200, {"kind": "Status", "apiVersion": "v1", "status": "Success"})]
        assert type(north.delete("a")).__name__ == "Status"
        site.answers = [Answer(200, listed("a"))]
        assert len(made.plots().list_everywhere(limit=1).items) == 1
        assert north.hose_path("a", "/b c/d?e").__class__ is dict
        with pytest.raises(client.InvalidRequestError, match="may not lead back"):
            north.hose_path("a", "../../b")
        with pytest.raises(client.InvalidRequestError, match="the method watch"):
            north.list(watch=True)
        with pytest.raises(client.InvalidRequestError, match="'text/plain' is not one of"):
            north.patch("a", {}, content_type="text/plain")
    assert [(each.method, each.target, each.headers.get("content-type")) for each in site.requests] == [
        ("POST", PATH, "application/json"),
        ("PUT", f"{PATH}/a?fieldManager=me", "application/json"),
        ("PUT", f"{PATH}/a/status", "application/json"),
        ("PATCH", f"{PATH}/a", "application/merge-patch+json"),
        ("PATCH", f"{PATH}/a", "application/json-patch+json"),
        ("PATCH", f"{PATH}/a?force=true&fieldManager=me", "application/apply-patch+yaml"),
        ("GET", f"{PATH}/a/status", None),
        ("DELETE", f"{PATH}/a?gracePeriodSeconds=1", None),
        ("DELETE", f"{PATH}/a", None),
        ("GET", f"{PATH.replace('/namespaces/north', '')}?limit=1", None),
        ("GET", f"{PATH}/a/hose/b%20c/d%3Fe", None),
    ]


def plot_of(client: ModuleType, site: Site) -> Any:
    site.answers = [Answer(200, plot("a", "1"))]
    with client.Client(client.Configuration(server=site.url)) as made:
        return made.plots("north").get("a")
