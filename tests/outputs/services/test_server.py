"""The target `server`: a generated application answers as an API server does, before, around and behind the methods of its user."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from codegen.findings.diagnostics import CodegenError, Report
from codegen.model import Operation, Parameter, Ref, Reference, Response, Scalar
from codegen.outputs import registry
from codegen.outputs.job import Job
from codegen.outputs.services.carried import MODULES, text_of
from codegen.readers.sources import SourcePath, read_sources
from gardens import resources
from gardens.parts import PACKAGE, SPAN
from gardens.python import garden, importing, write

PLOT = f"{PACKAGE}.Plot"
PLOTS = "/apis/garden.example.io/v1/namespaces/{namespace}/plots"
GROUP = "garden_example_io_v1"
TARGETS = ("dataclasses", "validators", "server")
VALID = {"metadata": {"name": "front"}, "spec": {"owners": ["a"], "restSeconds": 60}}


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    data: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.data)

    def header(self, name: str) -> list[str]:
        return [value for each, value in self.headers if each == name]


def plots() -> Reference:
    """The garden with the operations of a namespaced kind."""
    known = garden()
    query = [
        Parameter(name=name, place="query", type=Scalar(type="string"), span=SPAN)
        for name in ("dryRun", "fieldManager")
    ]
    limit = Parameter(name="limit", place="query", type=Scalar(type="integer"), span=SPAN)
    body = Parameter(name="body", place="body", type=Ref(key=PLOT), required=True, span=SPAN)
    gvk = known.definitions[PLOT].gvk

    def operation(method: str, verb: str, path: str, *parameters: Parameter, status: str = "200") -> Operation:
        reply = Response(
            status=status, description="", type=Ref(key=PLOT) if verb != "list" else Scalar(type="object"), span=SPAN
        )
        return Operation(
            method=method,
            verb=verb,
            path=path,
            parameters=parameters,
            responses=(reply,),
            gvk=gvk,
            span=SPAN,
            operation_id=f"{verb}GardenExampleIoV1NamespacedPlot",
        )

    operations = (
        operation("GET", "list", PLOTS, limit),
        operation("POST", "create", PLOTS, *query, body, status="201"),
        operation("GET", "get", f"{PLOTS}/{{name}}"),
        operation("DELETE", "delete", f"{PLOTS}/{{name}}", replace(body, type=Scalar(type="object"), required=False)),
        operation("PATCH", "patch", f"{PLOTS}/{{name}}", replace(body, type=Scalar(type="object"))),
    )
    return replace(known, operations={each.id: each for each in operations})


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    folder = tmp_path_factory.mktemp("server")
    write(plots(), folder, targets=TARGETS)
    with importing(folder) as importer:
        importer.module(f"server.{GROUP}")
        yield importer.module("server")


def handlers(package: ModuleType) -> Any:
    """The generated class."""
    return getattr(package, GROUP).GardenExampleIoV1Handlers


class Plots:
    """What the methods of the tests do, whatever the class is called that they are put into."""

    async def create_namespaced_plot(self, call: Any, body: Any) -> Any:
        call.warn(f'{call.namespace} says "hello"')
        return body

    async def get_namespaced_plot(self, call: Any) -> Mapping[str, Any]:
        return {
            "kind": "Plot",
            "apiVersion": "garden.example.io/v1",
            "metadata": {"name": call.name},
            "spec": {"owners": ["<a> & b", "12"], "rows": 3, "soil": None},
        }

    async def list_namespaced_plot(self, call: Any) -> Any:
        return {
            "kind": "PlotList",
            "apiVersion": "garden.example.io/v1",
            "metadata": {},
            "items": [],
            "limit": call.limit,
        }

    async def patch_namespaced_plot(self, call: Any, body: Any) -> Any:
        if call.name == "front":
            return {"kind": "Plot", "media": body.media_type, "value": body.value}
        return body.applied({**VALID, "kind": "Plot", "apiVersion": "garden.example.io/v1"})


@pytest.fixture(scope="module")
def app(package: ModuleType) -> Any:
    mine = type("Mine", (Plots, handlers(package)), {})
    return package.create_app(mine())


def ask(app: Any, method: str, path: str, body: object = None, query: str = "", **headers: str) -> Answer:
    """One request, without a socket."""
    return asyncio.run(answered(app, method, path, body, query, **headers))


async def answered(app: Any, method: str, path: str, body: object = None, query: str = "", **headers: str) -> Answer:
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    sent: list[dict[str, Any]] = []
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "root_path": "",
        "http_version": "1.1",
    }

    left = [data]

    async def receive() -> dict[str, Any]:
        if not left:
            await asyncio.Event().wait()  # the client is still there
        return {"type": "http.request", "body": left.pop(), "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    found = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
    return Answer(sent[0]["status"], found, b"".join(each.get("body", b"") for each in sent[1:]))


HERE = PLOTS.replace("{namespace}", "home")


def test_a_handler_is_given_an_object_of_the_class_and_answers_with_one(app: Any) -> None:
    answer = ask(app, "POST", HERE, VALID)
    assert answer.status == 201
    assert answer.body == {"apiVersion": "garden.example.io/v1", "kind": "Plot", **VALID}
    assert answer.header("content-type") == ["application/json"]
    assert answer.header("warning") == ['299 - "home says \\"hello\\""']


@pytest.mark.parametrize(("body", "status"), [(VALID, 201), ({"spec": {"owners": 1}}, 400), (b"{", 400)])
def test_a_request_leaves_nothing_to_the_collector(app: Any, body: object, status: int) -> None:
    """Neither an answer nor a refusal holds itself: a server that is asked often would wait for what it left."""

    async def left() -> int:
        assert (await answered(app, "POST", HERE, body)).status == status  # and what is made once is made
        gc.freeze()  # what was there before is not looked through
        gc.disable()
        try:
            for _ in range(5):
                await answered(app, "POST", HERE, body)
            return gc.collect()
        finally:
            gc.enable()

    assert min(asyncio.run(left()) for _ in range(3)) == 0  # where other tests have left something, it is gone by then


def test_what_was_not_sent_is_what_go_has_in_its_place_and_what_is_unknown_is_dropped(app: Any) -> None:
    answer = ask(app, "POST", HERE, {"spec": {"colour": "red", "beds": [{}]}})
    assert answer.status == 201
    assert answer.body["spec"] == {"owners": [], "beds": [{"name": ""}]}
    assert answer.header("warning")[0] == '299 - "unknown field \\"spec.colour\\""'


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"spec": {"rows": "x"}}, 400, "json: cannot unmarshal string into Go struct field PlotSpec.spec.rows of type int32"),
        ({"spec": {"rows": 2**40}}, 400, "json: cannot unmarshal number 1099511627776 into Go struct field PlotSpec.spec.rows of type int32"),
        ({"spec": {"beds": [{"inner": 1}]}}, 400, "json: cannot unmarshal number into Go struct field Bed.spec.beds.inner of type []v1.Bed"),
        ({"spec": {"plantedAt": "x"}}, 400, 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'),
        ({"kind": "Shed"}, 400, 'no kind "Shed" is registered for version "garden.example.io/v1"'),
        ({"metadata": {"namespace": "away"}}, 400, "the namespace of the provided object does not match"),
        ([], 400, "cannot unmarshal array into Go value of type struct"),
        (b"{", 400, "unexpected end of JSON input"),
    ],
)  # fmt: skip
def test_a_body_is_refused_in_the_words_of_a_server(app: Any, change: Any, code: int, words: str) -> None:
    answer = ask(app, "POST", HERE, {**VALID, **change} if isinstance(change, dict) else change)
    assert (answer.status, answer.body["code"]) == (code, code)
    assert words in answer.body["message"]


@pytest.mark.parametrize(
    ("method", "path", "query", "headers", "code", "words"),
    [
        ("POST", HERE, "", {"accept": "text/html", "content_type": "text/plain"}, 406, "406: Not Acceptable"),
        ("POST", HERE, "dryRun=x", {"content_type": "text/plain"}, 415, "accepted media types include: application/json"),
        ("POST", HERE, "dryRun=x", {}, 422, 'dryRun: Unsupported value: ["x"]: supported values: "All"'),
        ("POST", HERE, "fieldValidation=Strict", {}, 400, 'strict decoding error: unknown field "more"'),
        ("POST", HERE, "fieldManager=a%0Ab", {}, 422, 'Invalid value: "a\\nb": invalid character U+000A (at position 1)'),
        ("GET", HERE, "limit=x", {}, 400, 'parsing "x": invalid syntax'),
        ("GET", HERE, "limit=1_0", {}, 400, 'parsing "1_0": invalid syntax'),
        ("GET", HERE, "limit=9223372036854775808", {}, 400, 'parsing "9223372036854775808": value out of range'),
        ("GET", HERE, "timeout=x", {}, 400, 'invalid timeout specified in the request URL - time: invalid duration "x"'),
        ("GET", f"{HERE}/", "", {"accept": "application/json;as=Table;g=meta.k8s.io;v=v1"}, 406, "only the following media types are accepted"),
        ("GET", f"{HERE}/../x", "", {}, 404, "could not find the requested resource"),
        ("GET", f"{HERE}/..", "", {}, 400, "Name parameter invalid: \"..\": may not be '..'"),
        ("GET", PLOTS.replace("{namespace}", ""), "", {}, 400, "Namespace parameter required."),
        ("GET", "/apis/garden.example.io/v1/sheds", "", {}, 404, "could not find the requested resource"),
    ],
)  # fmt: skip
def test_a_request_is_refused_in_the_order_of_a_server(
    app: Any, method: str, path: str, query: str, headers: dict[str, str], code: int, words: str
) -> None:
    answer = ask(app, method, path, {**VALID, "more": 1} if method == "POST" else None, query, **headers)
    assert (answer.status, answer.body["code"]) == (code, code)
    assert words in answer.body["message"]


def test_what_nobody_answers_is_not_allowed(app: Any) -> None:
    answer = ask(app, "DELETE", f"{HERE}/front")
    assert answer.status == 405
    assert answer.header("allow") == ["GET, PATCH"]
    assert answer.body["reason"] == "MethodNotAllowed"


def test_an_answer_is_written_as_go_writes_it(app: Any) -> None:
    plain = ask(app, "GET", f"{HERE}/front")
    assert rb"\u003ca\u003e \u0026 b" in plain.data
    assert plain.data.endswith(b"}\n")
    assert ask(app, "GET", f"{HERE}/front", query="pretty=1").data.startswith(b'{\n  "kind": "Plot"')
    yaml = ask(app, "GET", f"{HERE}/front", accept="application/yaml")
    assert yaml.data.decode() == (
        'apiVersion: garden.example.io/v1\nkind: Plot\nmetadata:\n  name: front\nspec:\n  owners:\n  - <a> & b\n  - "12"\n  rows: 3\n  soil: null\n'
    )
    partial = ask(app, "GET", f"{HERE}/front", accept="application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1")
    assert partial.body == {
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"name": "front"},
    }


def test_a_body_in_yaml_is_read_as_servers_read_it(app: Any) -> None:
    answer = ask(app, "POST", HERE, b"spec: {owners: [yes, 0644, a]}\n", content_type="application/yaml")
    assert answer.body["message"].endswith(
        "json: cannot unmarshal bool into Go struct field PlotSpec.spec.owners of type string"
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("spec:\n\trows: 1\n", "yaml: line 2: found character that cannot start any token"),
        ("? [a, 1, no]\n: b\n", 'yaml: invalid map key: []interface {}{"a", 1, false}'),
        ("spec: *beds\n", "yaml: unknown anchor 'beds' referenced"),
        ("spec: &beds [*beds]\n", "yaml: anchor 'beds' value contains itself"),
    ],
)
def test_yaml_that_cannot_be_read_is_refused_in_the_words_of_go_yaml(app: Any, body: str, words: str) -> None:
    answer = ask(app, "POST", HERE, body.encode(), content_type="application/yaml")
    assert words in answer.body["message"]


def test_what_is_warned_of_is_said_beside_a_refusal_too_and_a_hundred_times_at_most(app: Any) -> None:
    many = ask(app, "POST", HERE, {"spec": {f"a{number}": 1 for number in range(120)}})
    assert len(many.header("warning")) == 101  # and that of the handler
    refused = ask(app, "POST", HERE, {"more": 1, "metadata": {"namespace": "away"}})
    assert (refused.status, refused.header("warning")) == (400, ['299 - "unknown field \\"more\\""'])
    yaml = ask(app, "POST", HERE, b"spec: {rows: 1, rows: 2}\n", content_type="application/yaml")
    assert yaml.header("warning")[0] == '299 - "line 1: key \\"rows\\" already set in map"'


def test_parameters_are_of_their_types_and_patches_say_what_they_are(app: Any) -> None:
    assert ask(app, "GET", HERE, query="limit=5").body["limit"] == 5
    sent = [{"op": "remove", "path": "/spec"}]
    answer = ask(app, "PATCH", f"{HERE}/front", sent, content_type="application/json-patch+json")
    assert answer.body == {"kind": "Plot", "media": "application/json-patch+json", "value": sent}


@pytest.mark.parametrize(
    ("kind", "patch", "owners"),
    [
        ("json-patch+json", [{"op": "add", "path": "/spec/owners/-", "value": "b"}], ["a", "b"]),
        ("merge-patch+json; charset=utf-8", {"spec": {"owners": ["c"]}}, ["c"]),
        ("strategic-merge-patch+json", {"spec": {"owners": ["b"]}}, ["b"]),
        ("strategic-merge-patch+json", None, ["a"]),
    ],
)
def test_a_patch_is_applied_to_what_is_stored(app: Any, kind: str, patch: Any, owners: list[str]) -> None:
    sent = b"null" if patch is None else patch
    answer = ask(app, "PATCH", f"{HERE}/back", sent, content_type=f"application/{kind}")
    assert (answer.status, answer.body["spec"]["owners"]) == (200, owners), answer.body


WRONG_PATCHES = [
    ("json-patch+json", b"[", 400, "error decoding patch: unexpected end of JSON input"),
    ("json-patch+json", {"op": "remove"}, 400, "cannot unmarshal object into Go value of type []handlers.jsonPatchOp"),
    ("json-patch+json", ["weed"], 400, "cannot unmarshal string into Go value of type handlers.jsonPatchOp"),
    ("json-patch+json", [{"op": "remove", "path": "/spec/weed"}], 422, "due to an error in our request"),
    ("json-patch+json", [{"op": "replace", "path": "", "value": 5}], 422, 'patch: Invalid value: "5": json: cannot'),
    ("json-patch+json", [{}] * 10001, 413, "The allowed maximum operations in a JSON patch is 10000, got 10001"),
    ("merge-patch+json", [], 400, "error decoding patch: json: cannot unmarshal array into Go value of type map["),
    ("merge-patch+json", {"spec": {"rows": "x"}}, 422, '\\"rows\\":\\"x\\"'),
    ("merge-patch+json", b'{"a":' * 5000 + b"1" + b"}" * 5000, 422, "due to an error in our request"),
    ("strategic-merge-patch+json", {"spec": {"rows": "x"}}, 422, '"map[spec:map[rows:x]]": json: cannot unmarshal'),
    ("strategic-merge-patch+json", {"spec": {"$retainKeys": 1}}, 400, "invalid patch format of retainKeys"),
    ("strategic-merge-patch+json", {"spec": {"$patch": "weed"}}, 422, "due to an error in our request"),
    ("apply-patch+yaml", b"spec: {}", 422, "fieldManager: Required value: is required for apply patch"),
    ("json", {}, 415, "415: Unsupported Media Type"),
]


@pytest.mark.parametrize(("kind", "patch", "code", "words"), WRONG_PATCHES)
def test_a_patch_is_refused_in_the_words_of_a_server(app: Any, kind: str, patch: Any, code: int, words: str) -> None:
    answer = ask(app, "PATCH", f"{HERE}/back", patch, content_type=f"application/{kind}")
    assert answer.status == code, answer.body
    assert words in json.dumps(answer.body["message"]).replace('\\"', '"') or words in answer.body["message"]


def test_unknown_fields_of_a_patch_are_warned_of_or_refused(app: Any) -> None:
    def patched(patch: Any, kind: str, validation: str) -> Answer:
        media, query = f"application/{kind}-patch+json", f"fieldValidation={validation}"
        return ask(app, "PATCH", f"{HERE}/back", patch, query, content_type=media)

    merged = {"spec": {"weed": 1}}
    assert patched(merged, "merge", "Warn").header("warning") == ['299 - "unknown field \\"spec.weed\\""']
    assert patched(merged, "merge", "Ignore").header("warning") == []
    refused = patched(merged, "strategic-merge", "Strict").body["message"]
    assert refused.endswith('"map[spec:map[weed:1]]": strict decoding error: unknown field "spec.weed"')
    twice = b'{"spec":{"rows":1,"rows":2}}'
    assert patched(twice, "merge", "Warn").header("warning") == ['299 - "duplicate field \\"spec.rows\\""']
    assert (
        patched(twice, "merge", "Strict").body["message"].endswith('strict decoding error: duplicate field "spec.rows"')
    )
    operation = [{"op": "test", "path": "/spec/owners/0", "value": "a", "weed": 1}]
    assert patched(operation, "json", "").header("warning") == ['299 - "json patch unknown field \\"[0].weed\\""']
    assert patched(operation, "json", "Strict").status == 422


def test_only_an_apply_patch_may_be_forced(app: Any) -> None:
    media = "application/merge-patch+json"
    forced = ask(app, "PATCH", f"{HERE}/back", {}, "force=true", content_type=media)
    assert (forced.status, forced.body["details"]["causes"][0]["field"]) == (422, "force")
    applied = ask(app, "PATCH", f"{HERE}/back", {}, "fieldManager=me", content_type="application/apply-patch+yaml")
    assert (applied.status, applied.body["message"]) == (415, "applying a configuration on the server is not served")


def test_what_is_unknown_may_be_as_deep_as_servers_read_it(app: Any) -> None:
    deep = b'{"spec": {}, "x": {"n": -1.5e1, "t": "a\\"", "w": null, "d": %s}}'
    assert ask(app, "POST", HERE, deep % (b"[" * 9000 + b"]" * 9000)).status == 201
    refused = ask(app, "POST", HERE, deep % (b"[" * 10001))
    assert (refused.status, "exceeded max depth" in refused.body["message"]) == (400, True)


def test_a_body_beyond_the_limit_is_refused(package: ModuleType) -> None:
    mine = type("Mine", (Plots, handlers(package)), {})
    app = package.create_app(mine(), settings=package.Settings(limit=100))
    answer = ask(app, "POST", HERE, {"a": "x" * 100})
    assert (answer.status, answer.body["message"]) == (413, "Request entity too large: limit is 100")


def test_a_handler_that_fails_is_answered_and_says_nothing_of_itself(
    package: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:

    class Failing(handlers(package)):  # type: ignore[misc]
        async def get_namespaced_plot(self, call: Any) -> Any:
            if call.name == "gone":
                raise package.StatusError({"kind": "Status", "code": 410, "message": "gone"}, {"Retry-After": "1"})
            raise ZeroDivisionError("a secret")

    app = package.create_app(Failing())
    answer = ask(app, "GET", f"{HERE}/front")
    assert answer.status == 500
    assert "secret" not in answer.data.decode()
    assert "a secret" in caplog.text
    gone = ask(app, "GET", f"{HERE}/gone")
    assert (gone.status, gone.header("retry-after"), gone.body["message"]) == (410, ["1"], "gone")


def test_handlers_may_be_given_bodies_as_they_were_sent(package: ModuleType) -> None:

    class AsSent(handlers(package)):  # type: ignore[misc]
        bodies_as_sent = True

        async def create_namespaced_plot(self, call: Any, body: Any) -> Any:
            assert body is call.sent
            return {**body, "kind": "Seen"}

    app = package.create_app(AsSent())
    plain = ask(app, "POST", HERE, VALID)
    assert (plain.status, plain.body["spec"], plain.header("warning")) == (201, VALID["spec"], [])
    unknown = ask(app, "POST", HERE, {**VALID, "roof": 1})
    assert (unknown.status, unknown.body["roof"], len(unknown.header("warning"))) == (201, 1, 1)
    assert ask(app, "POST", HERE, {**VALID, "spec": 1}).status == 400


def test_a_handler_may_say_another_header(package: ModuleType) -> None:

    class Keeping(handlers(package)):  # type: ignore[misc]
        async def get_namespaced_plot(self, call: Any) -> Any:
            call.headers |= {"CACHE-CONTROL": "max-age=1", "X-Plot": call.name}
            return {"kind": "Plot"}

    answer = ask(package.create_app(Keeping()), "GET", f"{HERE}/front")
    assert (answer.header("cache-control"), answer.header("x-plot")) == (["max-age=1"], ["front"])
    assert answer.header("content-type") == ["application/json"]


def test_a_watch_gives_its_events_line_by_line(package: ModuleType) -> None:

    async def events() -> AsyncIterator[Any]:
        for name in ("a", "b"):
            yield package.Event("ADDED", {"metadata": {"name": name}})

    class Watching(handlers(package)):  # type: ignore[misc]
        async def list_namespaced_plot(self, call: Any) -> Any:
            return package.Watch(events())

    answer = ask(package.create_app(Watching()), "GET", HERE)
    assert [json.loads(line)["object"]["metadata"]["name"] for line in answer.data.splitlines()] == ["a", "b"]


@pytest.mark.parametrize(
    ("beside", "rule"), [((), "classes-missing"), (("dataclasses",), "validators-missing"), (("msgspec", "validators"), "validators-missing")]
)  # fmt: skip
def test_a_server_needs_classes_and_validators_beside_it(beside: tuple[str, ...], rule: str) -> None:
    source = plots()
    job = Job(
        reference=source, locales=("en",), options={}, origin="garden.json",
        beside=tuple((target, source) for target in (*beside, "server")),
    )  # fmt: skip
    with pytest.raises(CodegenError) as raised:
        list(registry.built_in()["server"].emit(job))
    assert raised.value.diagnostics[0].rule == rule


def test_what_is_carried_knows_nothing_of_this_project() -> None:
    for module in MODULES:
        lines = text_of(module, "...runtime").splitlines()
        assert not [line for line in lines if line.strip().startswith(("import codegen", "from codegen"))], module


def test_a_package_with_two_units_has_its_run_time_once(tmp_path: Path) -> None:
    known = plots()
    bed = replace(known.definitions[f"{PACKAGE}.Bed"], key="io.example.api.shed.v1.Bed")
    source = replace(known, definitions={**known.definitions, bed.key: bed})
    write(source, tmp_path, targets=TARGETS)
    with importing(tmp_path) as importer:
        assert importer.module("server").KINDS == (("garden.example.io/v1", "Plot"),)


def test_a_server_says_what_it_serves(app: Any) -> None:
    groups = ask(app, "GET", "/apis").body["groups"]
    assert [group["name"] for group in groups] == ["garden.example.io"]
    assert ask(app, "GET", "/apis/garden.example.io").body["preferredVersion"]["version"] == "v1"
    listed = ask(app, "GET", "/apis/garden.example.io/v1").body["resources"]
    assert listed == [
        {
            "name": "plots",
            "singularName": "plot",
            "namespaced": True,
            "kind": "Plot",
            "verbs": ["create", "get", "list", "patch"],
        }
    ]
    assert ask(app, "GET", "/version").body["gitVersion"] == "v0.0.0"
    assert ask(app, "POST", "/version").status == 405


def test_openapi_documents_have_what_is_served(app: Any) -> None:
    from openapi_spec_validator import validate

    listed = ask(app, "GET", "/openapi/v3", accept="application/json")
    assert listed.header("content-type") == ["text/plain; charset=utf-8"]  # kube-apiserver names no type of its list
    (path, entry) = next(iter(listed.body["paths"].items()))
    assert path == "apis/garden.example.io/v1"
    third = ask(app, "GET", entry["serverRelativeURL"].partition("?")[0]).body
    second = ask(app, "GET", "/openapi/v2").body
    for document in (third, second):
        validate(document)
        assert {method for path in document["paths"].values() for method in path} == {"get", "post", "patch"}


def test_other_paths_are_pages_of_the_user(package: ModuleType) -> None:
    async def keys(request: Any) -> dict[str, Any]:
        return {"keys": []}

    app = package.create_app(pages=(package.Page("/keys", keys, "application/jwk-set+json"),))
    answer = ask(app, "GET", "/keys")
    assert (answer.body, answer.header("content-type")) == ({"keys": []}, ["application/jwk-set+json"])
    assert ask(app, "GET", "/keys", accept="text/html").status == 406
    assert ask(app, "GET", "/other").data == b"404 page not found\n"


@pytest.mark.slow  # it writes a package of its own, and compiles rules
def test_a_custom_resource_is_held_against_its_schema_with_its_defaults_and_rules(tmp_path: Path) -> None:
    file = tmp_path / "plots.yaml"
    shade = "{type: object, additionalProperties: {type: object, nullable: true, properties: {hours: {type: integer, default: 2}}}}"
    known = resources.PLOTS.replace(" || has(self.soil)", "")
    file.write_text(
        known.replace("                grades:", f"                shade: {shade}\n                grades:")
    )
    source = read_sources([SourcePath(path=file, shown="plots.yaml")], Report())
    write(source, tmp_path / "made", targets=TARGETS)
    with importing(tmp_path / "made") as importer:
        group = importer.module(f"server.{GROUP}")

        class Mine(group.GardenExampleIoV1Handlers):  # type: ignore[misc,name-defined]
            async def create_namespaced_plot(self, call: Any, body: Any) -> Any:
                return body

            async def patch_namespaced_plot(self, call: Any, body: Any) -> Any:
                return body.applied({"metadata": {"name": call.name}, "spec": {}})

        app = importer.module("server").create_app(Mine())

        def create(spec: Any) -> Answer:
            return ask(app, "POST", HERE, {"metadata": {"name": "front"}, "spec": spec})

        assert create({}).body["spec"] == {"rows": 3, "soil": "loam"}
        empty: dict[str, Any] = {"rows": 1, "soil": None, "shade": {"east": None, "west": {}}}
        assert create(empty).body["spec"] == {**empty, "shade": {"east": None, "west": {"hours": 2}}}
        (listed,) = ask(app, "GET", "/apis/garden.example.io/v1").body["resources"]
        assert (listed["shortNames"], listed["categories"]) == (["pl"], ["garden"])
        wrong = create({"rows": "many", "soil": "rock"})
        assert (wrong.status, wrong.body["details"]["causes"]) == (
            422,
            [
                {
                    "reason": "FieldValueTypeInvalid",
                    "message": 'Invalid value: "string": spec.rows in body must be of type integer: "string"',
                    "field": "spec.rows",
                },
                {
                    "reason": "FieldValueNotSupported",
                    "message": 'Unsupported value: "rock": supported values: "clay", "loam", "sand"',
                    "field": "spec.soil",
                },
            ],
        )
        strategic = "application/strategic-merge-patch+json"
        refused = ask(app, "PATCH", f"{HERE}/front", {}, content_type=strategic)
        assert (refused.status, refused.body["message"].partition(": ")[2]) == (
            415,
            "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
        )
        patched = ask(
            app, "PATCH", f"{HERE}/front", {"spec": {"rows": "x"}}, content_type="application/merge-patch+json"
        )
        assert (patched.status, patched.body["details"]["kind"]) == (422, "Plot")
        broken = create({"rows": 50})
        assert broken.body["message"].endswith('is invalid: spec: Invalid value: "object": many rows need soil')
        assert create({"rows": 1, "soil": "clay", "more": 1}).header("warning") == [
            '299 - "unknown field \\"spec.more\\""'
        ]


def test_a_deletion_that_sends_nothing_may_name_any_media_type(package: ModuleType) -> None:
    class Deleting(handlers(package)):  # type: ignore[misc]
        async def delete_namespaced_plot(self, call: Any, body: Any) -> None:
            assert body is None

    answer = ask(package.create_app(Deleting()), "DELETE", f"{HERE}/front", content_type="text/plain")
    assert (answer.status, answer.body["status"]) == (200, "Success")


def test_the_words_of_a_release_are_those_that_were_recorded_from_it(package: ModuleType) -> None:
    app = package.create_app(handlers(package)(), settings=package.Settings(release=(1, 32)))
    assert ask(app, "GET", "/version").body["gitVersion"] == "v1.32.0"
    mine = type("Mine", (Plots, handlers(package)), {})
    old = package.create_app(mine(), settings=package.Settings(release=(1, 32)))
    assert 'dryRun: Unsupported value: []string{"x"}' in ask(old, "POST", HERE, VALID, "dryRun=x").body["message"]
