"""The target `client`: calls are what the API says, answers are objects of the classes, and a refusal is an exception with its Status."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from msgspec import structs

from codegen.findings.diagnostics import CodegenError, Report, Span
from codegen.model import Definition, Reference
from codegen.outputs import registry
from codegen.outputs.job import Job
from codegen.outputs.services.runtime.server_rules import refusals
from codegen.outputs.services.server_facts import refused
from codegen.readers.sources import SourcePath, read_sources
from codegen.validation.rules import FOLDER, load
from corpus import CORPUS, SEED
from gardens.http import Answer, Answering, Request, Site, serving
from gardens.python import garden, importing, write
from gardens.resources import as_yaml, plots

TARGETS = ("dataclasses", "validators", "client")
SECRET = "header.claims.signature"
SPEC = {"audiences": ["api"], "expirationSeconds": 3600}
ISSUED = {
    "kind": "TokenRequest",
    "apiVersion": "authentication.k8s.io/v1",
    "metadata": {"name": "robot", "namespace": "ci"},
    "spec": {"audiences": ["api"], "expirationSeconds": 3600, "boundObjectRef": None, "newField": 1},
    "status": {"token": "issued", "expirationTimestamp": "2026-01-02T03:04:05Z"},
}
REFUSED = {
    "kind": "Status",
    "apiVersion": "v1",
    "metadata": {},
    "status": "Failure",
    "message": f"the token {SECRET} is no good",
    "reason": "Invalid",
    "details": {
        "name": "robot",
        "group": "authentication.k8s.io",
        "kind": "TokenRequest",
        "causes": [{"reason": "FieldValueInvalid", "message": "too short", "field": "spec.expirationSeconds"}],
        "retryAfterSeconds": 2,
    },
    "code": 422,
}


def seed() -> Reference:
    return read_sources([SourcePath(path=SEED, shown=SEED.name, locale="zh-cn")], Report())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("client")
    write(seed(), root, locales=("en",), targets=TARGETS)
    return root


@pytest.mark.parametrize(
    ("other", "runtime"), [(seed, "...tokenrequest_authentication_v1.runtime"), (garden, "...runtime")]
)
def test_the_run_time_of_classes_is_where_all_outputs_of_the_folder_have_it(
    other: Callable[[], Reference], runtime: str
) -> None:
    source = seed()
    beside = (("dataclasses", source), ("validators", source if other is seed else other()), ("client", source))
    job = Job(reference=source, locales=("en",), options={}, beside=beside, origin="a source")
    texts = {file.path: file.text for file in registry.built_in()["client"].emit(job)}
    assert f"from {runtime}.errors import field_path" in texts["client/runtime/server_rules.py"]


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[ModuleType]:
    with importing(folder) as importer:
        yield importer.module("client")


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as found:
        found.answers = [Answer(201, ISSUED)]
        yield found


Calling = Callable[[Callable[[Any], Any]], Any]


@pytest.fixture(params=["blocking", "async"])
def calling(request: pytest.FixtureRequest, client: ModuleType, site: Site) -> Calling:
    """Makes one call by a client of either kind."""
    configuration = client.Configuration(server=site.url, credentials=client.Token(SECRET))

    def block(call: Callable[[Any], Any]) -> Any:
        with client.Client(configuration) as made:
            return call(made)

    async def wait(call: Callable[[Any], Any]) -> Any:
        async with client.AsyncClient(configuration) as made:
            return await call(made)

    return block if request.param == "blocking" else lambda call: asyncio.run(wait(call))


def test_an_operation_is_called_by_its_name_or_through_its_resource(calling: Calling, site: Site) -> None:
    answer = calling(lambda made: made.core_v1.create_namespaced_service_account_token("robot", "ci", dry_run="All"))
    assert answer.status.token == "issued"
    assert type(answer).__name__ == "TokenRequestReply"
    assert answer.to_dict()["spec"]["newField"] == 1
    calling(lambda made: made.serviceaccounts("ci").token("robot"))
    first, second = site.requests
    assert first.target == "/api/v1/namespaces/ci/serviceaccounts/robot/token?dryRun=All"
    assert (second.method, second.target) == ("POST", "/api/v1/namespaces/ci/serviceaccounts/robot/token")
    assert second.data == {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest"}
    wanted = {"accept": "application/json", "content-type": "application/json", "authorization": f"Bearer {SECRET}"}
    assert wanted.items() <= second.headers.items()


def test_the_namespace_of_the_configuration_is_that_of_objects_without_one(client: ModuleType, site: Site) -> None:
    with client.Client(client.Configuration(server=f"{site.url}/k8s/", namespace="own")) as made:
        made.serviceaccounts().token("robot")
    assert site.requests[0].target == "/k8s/api/v1/namespaces/own/serviceaccounts/robot/token"
    assert "authorization" not in site.requests[0].headers


def test_a_refusal_is_an_exception_with_its_status(calling: Calling, client: ModuleType, site: Site) -> None:
    site.answers = [Answer(422, REFUSED)]
    with pytest.raises(client.InvalidError, match="422 Invalid: the token") as caught:
        calling(lambda made: made.serviceaccounts("ci").token("robot"))
    error = caught.value
    assert (error.code, error.reason, error.retry_after) == (422, "Invalid", 2)
    assert error.causes == (
        client.Cause(field="spec.expirationSeconds", reason="FieldValueInvalid", message="too short"),
    )
    assert (error.status.name, error.status.kind, error.status.group) == (
        "robot",
        "TokenRequest",
        "authentication.k8s.io",
    )


@pytest.mark.parametrize(
    ("code", "reason", "kind"),
    [
        (404, "NotFound", "NotFoundError"),
        (404, "", "NotFoundError"),
        (409, "AlreadyExists", "AlreadyExistsError"),
        (409, "", "ConflictError"),
        (410, "Gone", "ExpiredError"),
        (418, "Teapot", "ApiError"),
        (503, "", "ServerError"),
    ],
)
def test_each_reason_has_its_exception(client: ModuleType, site: Site, code: int, reason: str, kind: str) -> None:
    status = {"kind": "Status", "apiVersion": "v1", "reason": reason, "code": code}
    site.answers = [Answer(code, status if reason else b"<html>no\n API</html>")]
    with client.Client(client.Configuration(server=site.url)) as made, pytest.raises(client.ApiError) as caught:
        made.serviceaccounts("ci").token("robot")
    assert type(caught.value).__name__ == kind
    assert reason or caught.value.status.message == "<html>no API</html>"


def test_a_websocket_that_does_not_get_through_is_said_so(client: ModuleType, site: Site) -> None:
    status = {"kind": "Status", "apiVersion": "v1", "reason": "BadRequest", "code": 400}
    site.answers = [Answer(400, {**status, "message": "Upgrade request required"})]
    with client.Client(client.Configuration(server=site.url)) as made, pytest.raises(client.BadRequestError) as caught:
        made.serviceaccounts("ci").token("robot")
    assert str(caught.value).endswith(
        "Upgrade request required: something between the client and the server does not let WebSockets through"
    )


def test_warnings_of_the_server_are_warnings_where_it_is_called(
    calling: Calling, client: ModuleType, site: Site
) -> None:
    told = '299 - "unknown field \\"a\\"", 299 kube "shortened" "Fri, 27 Nov 2026 00:00:00 GMT"'
    site.answers = [Answer(201, ISSUED, (("Warning", told), ("Warning", '299 - "shortened"')))]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        calling(lambda made: made.serviceaccounts("ci").token("robot"))
    assert [(str(each.message), each.category) for each in caught] == [
        ('unknown field "a"', client.ServerWarning),
        ("shortened", client.ServerWarning),
    ]
    assert {each.filename for each in caught} == {__file__}


def test_what_the_server_would_refuse_is_not_sent(client: ModuleType, folder: Path, site: Site) -> None:
    models = __import__(
        f"{client.__name__.partition('.')[0]}.tokenrequest_authentication_v1.models", fromlist=["models"]
    )
    body = models.TokenRequest(spec=models.TokenRequestSpec(audiences=["a"], expiration_seconds=2**70))
    with client.Client(client.Configuration(server=site.url)) as made:
        with pytest.raises(client.InvalidRequestError, match=r"spec\.expirationSeconds") as caught:
            made.serviceaccounts("ci").token("robot", body)
        assert [error.path for error in caught.value.errors] == ["spec.expirationSeconds"]
        for name in ("", "a/b", "..", "50%"):
            with pytest.raises(client.InvalidRequestError, match="name is"):
                made.serviceaccounts("ci").token(name)
        with pytest.raises(client.InvalidRequestError, match="has no parameter 'limit'"):
            made.serviceaccounts("ci").token("robot", limit=1)
    assert site.requests == []
    with client.Client(client.Configuration(server=site.url), client.Settings(validate=False)) as made:
        made.serviceaccounts("ci").token("robot", body)
    assert site.requests[0].data["spec"]["expirationSeconds"] == 2**70


def test_the_rules_of_servers_are_those_of_validate(client: ModuleType, site: Site) -> None:
    spec = {"expirationSeconds": 60, "boundObjectRef": {"kind": "Deployment", "apiVersion": "apps/v1", "name": "a"}}
    body = {"metadata": {"namespace": "other"}, "spec": spec}
    with client.Client(client.Configuration(server=site.url)) as made:
        with pytest.raises(client.InvalidRequestError, match="at least 600 seconds") as caught:
            made.serviceaccounts("ci").token("robot", body)
        assert [each.path for each in caught.value.errors] == [
            "metadata.namespace",
            "spec.expirationSeconds",
            "spec.boundObjectRef",
        ]
        assert caught.value.errors[1].code == "FieldValueInvalid"
        assert site.requests == []
        for taken in ({"spec": {"expirationSeconds": 600, "audiences": None}}, {}, {"metadata": {"name": "robot"}}):
            made.serviceaccounts("ci").token("robot", taken)
    definitions = {rules.key: rules for rules in map(load, sorted(FOLDER.glob("*.toml"))) if rules.gvk is not None}
    assert len(definitions) > 10
    for key, rules in definitions.items():
        definition = Definition(
            key=key, name=key.rpartition(".")[2], gvks=(rules.gvk,) if rules.gvk else (), span=Span(path="")
        )
        if text := refused(definition):
            assert all(refusal.message for refusal in refusals(text, {"metadata": {"name": "a"}}, {"name": "a"}))


def test_a_server_that_says_when_is_asked_again(calling: Calling, client: ModuleType, site: Site) -> None:
    later = Answer(429, b"later", (("Retry-After", "0"),))
    site.answers = [later, later, Answer(201, ISSUED)]
    assert calling(lambda made: made.serviceaccounts("ci").token("robot")).status.token == "issued"
    assert len(site.requests) == 3
    for refusal in (
        Answer(429, b"", ()),  # it does not say when
        Answer(429, b"", (("Retry-After", "3600"),)),  # longer than anybody waits
        Answer(503, b"", (("Retry-After", "0"),)),  # it may have created something
    ):
        site.requests.clear()
        site.answers = [refusal]
        with pytest.raises(client.ApiError):
            calling(lambda made: made.serviceaccounts("ci").token("robot"))
        assert len(site.requests) == 1
    site.answers = [later]
    with pytest.raises(client.TooManyRequestsError):
        calling(lambda made: made.serviceaccounts("ci").token("robot"))
    assert len(site.requests) == 1 + 6


def test_a_token_is_never_shown(client: ModuleType, site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.answers = [Answer(401, {**REFUSED, "code": 401, "reason": "Unauthorized"})]
    configuration = client.Configuration(server=site.url, credentials=client.Token(SECRET))
    shown = io.StringIO()
    with caplog.at_level(logging.DEBUG), client.Client(configuration) as made:
        with pytest.raises(client.UnauthorizedError) as caught:
            made.serviceaccounts("ci").token("robot")
        print(made, [configuration], vars(made), caught.value, repr(caught.value), caplog.text, file=shown)
    assert "the token [hidden] is no good" in shown.getvalue()
    assert "POST" in caplog.text
    assert SECRET not in shown.getvalue()


def repeated(request: Request) -> str:
    return request.headers["authorization"]


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: Answer(201, b"no JSON", (("Content-Type", repeated(request)),)),
        lambda request: Answer(500, repeated(request).encode()),
        lambda request: Answer(401, {**REFUSED, "message": repeated(request), "reason": repeated(request)}),
    ],
)
@pytest.mark.parametrize("secret", [lambda client: client.Token(SECRET), lambda client: client.Password("a", SECRET)])
def test_what_a_server_repeats_of_a_credential_is_not_shown(
    client: ModuleType, site: Site, answer: Answering, secret: Callable[[ModuleType], Any]
) -> None:
    site.answers = [answer]
    credentials = secret(client)
    with (
        client.Client(client.Configuration(server=site.url, credentials=credentials)) as made,
        pytest.raises(client.ClientError, match=r"(Bearer|Basic) \[hidden\]") as caught,
    ):
        made.serviceaccounts("ci").token("robot")
    assert not any(each in repr(caught.value) for each in credentials.secrets)


@pytest.mark.parametrize(
    "date", ["Mon, 01 Jan 99999999999 00:00:00 GMT", "Mon, 01 Jan 2024 00:00:00 +99999999999999999999", "soon"]
)
def test_a_time_that_no_calendar_has_is_none(calling: Calling, client: ModuleType, site: Site, date: str) -> None:
    site.answers = [Answer(429, b"later", (("Retry-After", date),))]
    with pytest.raises(client.TooManyRequestsError, match="later"):
        calling(lambda made: made.serviceaccounts("ci").token("robot"))


@pytest.mark.parametrize("code", [201, 500])
def test_an_answer_has_a_length_at_which_it_is_given_up(client: ModuleType, site: Site, code: int) -> None:
    """That of what it is unpacked to."""
    site.answers = [Answer(code, gzip.compress(b" " * 2**20), (("Content-Encoding", "gzip"),))]
    configuration = client.Configuration(server=site.url)
    with (
        client.Client(configuration, client.Settings(longest_answer=2**20)) as made,
        pytest.raises(client.ClientError) as found,
    ):
        made.serviceaccounts("ci").token("robot")
    assert "more than" not in str(found.value)
    with (
        client.Client(configuration, client.Settings(longest_answer=2**20 - 1)) as made,
        pytest.raises(client.AnswerError, match="the answer has more than 1048575 bytes"),
    ):
        made.serviceaccounts("ci").token("robot")


@pytest.mark.parametrize("classes", ["dataclasses", "msgspec", "pydantic"])
def test_a_token_that_was_issued_is_not_shown_with_its_object(tmp_path: Path, classes: str) -> None:
    write(seed(), tmp_path, locales=("en",), targets=(classes,))
    modules = {"dataclasses": "models", "msgspec": "structs", "pydantic": "pydantic_models"}
    with importing(tmp_path) as importer:
        reply = importer.module(f"tokenrequest_authentication_v1.{modules[classes]}").TokenRequestReply
        answer = reply.from_dict({key: value for key, value in ISSUED.items() if key != "spec"} | {"spec": SPEC})
        assert answer.status.token == "issued"
        assert "issued" not in f"{answer} {answer!r} {answer.status!r}"
        assert "expiration_seconds=3600" in repr(answer)


def test_an_answer_that_is_none_is_told(calling: Calling, client: ModuleType, site: Site) -> None:
    for answer, said in (
        (Answer(201, b"<html>"), "is not JSON"),
        (Answer(201, {**ISSUED, "status": None}), "no TokenRequestReply: status: is required"),
        (Answer(201, ISSUED, cut=20), "ended before the answer did"),
    ):
        site.answers = [answer]
        with pytest.raises(client.ClientError, match=said):
            calling(lambda made: made.serviceaccounts("ci").token("robot"))


def test_a_client_needs_classes_beside_it() -> None:
    job = Job(reference=garden(), locales=("en",), options={}, beside=(("client", garden()),), origin="garden.json")
    with pytest.raises(CodegenError) as caught:
        list(registry.built_in()["client"].emit(job))
    assert [each.rule for each in caught.value.diagnostics] == ["classes-missing"]


def test_a_group_that_starts_with_a_digit_has_names_of_python(tmp_path: Path) -> None:
    made = plots()
    made["spec"]["group"] = "3d.example.io"
    made["metadata"]["name"] = "plots.3d.example.io"
    file = tmp_path / "plots.yaml"
    file.write_text(as_yaml(made), encoding="utf-8")
    source = read_sources([SourcePath(path=file, shown=file.name)], Report())
    write(source, tmp_path, locales=("en",), targets=(*TARGETS, "server"))
    with importing(tmp_path) as importer:
        handlers = importer.module("server._3d_example_io_v1").Api3dExampleIoV1Handlers
        importer.module("server").create_app(handlers())
        module = importer.module("client")
        with module.Client(module.Configuration(server="http://127.0.0.1:1")) as client:
            assert type(client._3d_example_io_v1).__name__ == "Api3dExampleIoV1"
            assert callable(client.plots)
    # what types name is a module: a member of the client with its name would hide it
    text = (tmp_path / "client" / "__init__.py").read_text(encoding="utf-8")
    assert "from . import _3d_example_io_v1 as _3d_example_io_v1_\n" in text
    assert "-> _3d_example_io_v1_.Plots:" in text


@pytest.mark.parametrize("target", ["client", "server"])
def test_a_service_without_operations_is_written_and_says_so(tmp_path: Path, target: str) -> None:
    """Types alone: the package can be imported and has its classes, and a warning says that there is nothing to call."""
    source = garden()
    types = structs.replace(source, operations={})
    report = Report()
    targets = ("dataclasses", "validators", target)
    job = Job(
        reference=types, locales=("en",), options={}, beside=tuple((each, types) for each in targets), origin="garden.json", report=report
    )  # fmt: skip
    list(registry.built_in()[target].emit(job))
    assert [each.rule for each in report.diagnostics] == ["service-empty"]
    write(types, tmp_path, locales=("en",), targets=targets)
    with importing(tmp_path) as importer:
        module = importer.module(target)
        if target == "server":
            module.create_app()
        else:
            with module.Client(module.Configuration(server="http://127.0.0.1:1")) as made:
                assert [name for name, value in vars(type(made)).items() if callable(value)] == []


RECORDINGS = tuple(sorted(each.parent for each in CORPUS.glob("apiserver/*/http.jsonl")))


@pytest.mark.slow
@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda folder: str(folder.name))
def test_what_servers_answered_is_read(client: ModuleType, site: Site, recording: Path) -> None:
    """Each recorded answer to a request for a token, by a client that asks as the recording did."""
    read = refused = 0
    configuration = client.Configuration(server=site.url)
    with client.Client(configuration, client.Settings(validate=False, retries=0)) as made:
        for line in (recording / "http.jsonl").read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            asked, answer = record["request"], record["answer"]
            if asked["method"] != "POST" or not asked["path"].partition("?")[0].endswith("/builder/token"):
                continue
            body, status = answer.get("body"), answer["status"]
            headers = tuple(
                (name, value) for name, value in answer["headers"].items() if name in ("Warning", "Retry-After")
            )
            site.answers = [Answer(status, body if isinstance(body, dict) else str(body or "").encode(), headers)]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = outcome(client, made)
            if isinstance(found, str):
                assert (status, found) == (201, found), record["id"]
                read += 1
            elif isinstance(found, client.ApiError):
                is_status = isinstance(body, dict) and body.get("kind") == "Status"
                said = body.get("message", "") if is_status else found.status.message
                assert (found.code, found.status.message) == (status, said), record["id"]
                assert type(found) is not client.ApiError, record["id"]
                refused += 1
            else:
                assert not isinstance(body, dict) or body.get("kind") != "TokenRequest", record["id"]
    assert read
    assert refused


def outcome(client: ModuleType, made: Any) -> object:
    """The token that is issued, or what the client raises."""
    try:
        token: str = made.serviceaccounts("default").token("builder").status.token
    except client.ClientError as error:
        return error
    return token
