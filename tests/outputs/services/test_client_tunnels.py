"""Processes and forwarded ports, by clients of both kinds that speak with a server on another WebSocket library."""

from __future__ import annotations

import asyncio
import inspect
import json
import ssl
import sys
import warnings
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import anyio
import pytest

from codegen.outputs.job import Job
from codegen.outputs.python.units import Units
from codegen.outputs.services.operations import Methods
from codegen.outputs.services.runtime import channels, streams
from codegen.outputs.services.tunnels import tunnel_of
from gardens.certificates import Authority
from gardens.http import Answer, serving
from gardens.pods import V4, V5, Pod, serving_pod
from gardens.python import importing, write
from gardens.services import plots
from growth import grows_linearly
from judging import library

SECRET = "header.claims.signature"
PATH = "/apis/garden.example.io/v1/namespaces/north/plots/a"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    root: Path = tmp_path_factory.mktemp("tunnels")
    write(plots(tunnels=True), root, locales=("en",), targets=("dataclasses", "client"))
    with importing(root) as importer:
        yield importer.module("client")


@pytest.fixture(scope="module")
def server() -> Iterator[Pod]:
    with serving_pod() as found:
        yield found


@pytest.fixture
def pod(server: Pod) -> Pod:
    server.forget()
    return server


class Awaited:
    """What blocks, as if it did not: each method is awaited, and runs in another thread."""

    def __init__(self, blocking: Any) -> None:
        self._blocking = blocking

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._blocking, name)
        if not callable(found):
            return found
        return lambda *given, **named: asyncio.to_thread(found, *given, **named)

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._blocking.__enter__)
        return self

    async def __aexit__(self, *raised: object) -> None:
        await asyncio.to_thread(self._blocking.__exit__, *raised)


Opening = Callable[[Any], Any]
Doing = Callable[[Any], Awaitable[Any]]
Speaking = Callable[..., Any]


@pytest.fixture(params=["blocking", "async"])
def speaking(request: pytest.FixtureRequest, client: ModuleType, pod: Pod) -> Speaking:
    """Opens something by a client of either kind, and does something with it."""

    def speak(opening: Opening, doing: Doing, server: Pod = pod, **configured: Any) -> Any:
        configuration = client.Configuration(server=server.url, **configured)

        async def blocking() -> Any:
            with client.Client(configuration) as made:
                async with Awaited(opening(made.plots("north"))) as opened:
                    return await doing(opened)

        async def later() -> Any:
            async with client.AsyncClient(configuration) as made, opening(made.plots("north")) as opened:
                return await doing(opened)

        return asyncio.run(blocking() if request.param == "blocking" else later())

    return speak


def dig(*command: str, **query: Any) -> Opening:
    return lambda plots: plots.dig("a", command=list(command), **query)


async def whole(process: Any) -> Any:
    return await process.communicate(timeout=10)


async def everything(read: Callable[[], Awaitable[bytes]]) -> bytes:
    found = b""
    while piece := await read():
        found += piece
    return found


# --------------------------------------------------------------------------------- which operations these are


def test_what_opens_a_websocket_is_known_by_what_it_can_be_told() -> None:
    reference = plots(tunnels=True)
    job = Job(reference=reference, locales=("en",), options={}, beside=(("dataclasses", reference),), origin="garden")
    found = {method.name: tunnel_of(method) for method in Methods(job, Units(reference), reference)}
    assert {name: kind for name, kind in found.items() if kind} == {
        f"connect_{method}_namespaced_plot_{part}": kind
        for part, kind in (("dig", "ExecProcess"), ("join", "ExecProcess"), ("pipes", "PortForward"))
        for method in ("get", "post")
    }


def test_a_client_without_them_opens_none(tmp_path: Path) -> None:
    write(plots(), tmp_path, locales=("en",), targets=("dataclasses", "client"))
    assert not [file.name for file in tmp_path.rglob("*.py") if "tunnels" in file.read_text(encoding="utf-8")]


@pytest.mark.parametrize("kind", ["ExecProcess", "PortForward"])
def test_who_blocks_has_the_same_methods(client: ModuleType, kind: str) -> None:
    runtime = client.runtime
    blocking, later = getattr(runtime.blocking_tunnels, kind), getattr(runtime.tunnels, f"Async{kind}")
    waits = {
        name: found for name, found in vars(later).items() if inspect.iscoroutinefunction(found) and name[0] != "_"
    }
    does = {name: found for name, found in vars(blocking).items() if inspect.isfunction(found) and name[0] != "_"}
    assert [(name, inspect.signature(found), found.__doc__) for name, found in does.items()] == [
        (name, inspect.signature(found), found.__doc__) for name, found in waits.items()
    ]
    assert len(does) >= 2


# ------------------------------------------------------------------------------------------------- processes


def test_a_process_is_asked_for_as_the_api_says(speaking: Speaking, client: ModuleType, pod: Pod) -> None:
    done = speaking(dig("said", "-l", stdin=True), whole, credentials=client.Token(SECRET))
    wanted = {"command": ["said", "-l"], "stdin": ["true"], "stdout": ["true"], "stderr": ["true"]}
    assert (json.loads(done.stdout), done.stderr, done.exit_code) == (wanted, V5.encode(), 0)
    (request,) = pod.requests
    assert urlsplit(request.path).path == f"{PATH}/dig"
    assert request.headers["Authorization"] == f"Bearer {SECRET}"
    assert request.headers["Sec-WebSocket-Protocol"] == f"{V5}, {V4}"
    for query, asked in (
        ({"tty": True}, {"stdout": ["true"], "stderr": ["false"], "tty": ["true"]}),
        ({"stdout": False, "container": "b"}, {"stdout": ["false"], "stderr": ["true"], "container": ["b"]}),
    ):
        speaking(dig("exit", "0", **query), whole)
        found = parse_qs(urlsplit(pod.requests[-1].path).query)
        assert found == {"command": ["exit", "0"], **asked}
    speaking(lambda plots: plots.join("a", container="b"), whole)
    assert urlsplit(pod.requests[-1].path).path == f"{PATH}/join"


def test_the_operation_by_post_opens_the_same(client: ModuleType, pod: Pod) -> None:
    with client.Client(client.Configuration(server=pod.url)) as made:
        opened = made.garden_example_io_v1.connect_post_namespaced_plot_dig("a", "north", command=["exit", "3"])
        with opened as process:
            assert (process.exit_code, process.wait(10), process.exit_code) == (None, 3, 3)


def test_it_reads_and_writes(speaking: Speaking) -> None:
    async def talk(process: Any) -> None:
        for text in (b"one", b"two" * 50_000):
            await process.write(text)
            back = b""
            while len(back) < len(text):
                back += await process.read(timeout=10)
            assert back == text
        with pytest.raises(TimeoutError):
            await process.read(timeout=0.01)
        with pytest.raises(TimeoutError):
            await process.wait(timeout=0.01)
        await process.write(b"three")
        await process.close_stdin()
        assert await process.wait(10) == 0
        assert await everything(process.read) == b"three"
        assert await process.read_stderr() == b""

    speaking(dig("cat", stdin=True), talk)


@pytest.mark.parametrize("size", [0, 3_000_000])
def test_all_is_read_however_much_it_is(speaking: Speaking, size: int) -> None:
    done = speaking(dig("pour", str(size)), whole)
    assert (len(done.stdout), len(done.stderr), done.exit_code) == (size, size // 2, 0)
    assert done.stdout.count(b"a") == size // 2

    async def errors_first(process: Any) -> tuple[int, int, int]:
        errors = await everything(process.read_stderr)
        return len(await everything(process.read)), len(errors), await process.wait()

    assert speaking(dig("pour", str(size)), errors_first) == (size, size // 2, 0)

    async def wait_first(process: Any) -> tuple[int, int]:
        return await process.wait(), len(await everything(process.read))

    assert speaking(dig("pour", str(size)), wait_first) == (0, size)


def test_much_goes_through_in_both_directions(speaking: Speaking) -> None:
    data = bytes(range(256)) * 20_000
    done = speaking(dig("cat", stdin=True), lambda process: process.communicate(data, timeout=30))
    assert (done.stdout == data, done.exit_code) == (True, 0)
    assert "stdout" not in repr(done)
    ended = speaking(dig("finish", stdin=True), lambda process: process.communicate(data, timeout=30))
    assert (ended.stdout, ended.exit_code) == (b"done", 0)


def test_two_read_while_one_writes(speaking: Speaking) -> None:
    async def talk(process: Any) -> list[bytes]:
        reads = [asyncio.ensure_future(everything(each)) for each in (process.read, process.read_stderr)]
        await asyncio.sleep(0.05)
        await process.write(b"late")
        await process.close_stdin()
        return await asyncio.gather(*reads)

    assert speaking(dig("cat", stdin=True), talk) == [b"late", b""]


def test_how_it_ended_is_said(speaking: Speaking, client: ModuleType) -> None:
    for code in (1, 137, 255):
        assert speaking(dig("exit", str(code)), lambda process: process.wait(10)) == code
        assert speaking(dig("exit", str(code)), whole).exit_code == code
    with pytest.raises(
        client.ServerError, match="500 InternalError: Internal error occurred: no such program"
    ) as caught:
        speaking(dig("none"), whole)
    assert [cause.message for cause in caught.value.causes] == ["no such program"]
    with pytest.raises(client.AnswerError, match="did not say how the process ended"):
        speaking(dig("babble"), whole)


def test_a_terminal_has_a_size(speaking: Speaking, client: ModuleType) -> None:
    async def talk(process: Any) -> Any:
        await process.resize(120, 40)
        return json.loads((await process.read(10)).removeprefix(b"\x04"))

    assert speaking(dig("sized", tty=True), talk) == {"Width": 120, "Height": 40}
    with pytest.raises(client.InvalidRequestError, match="tty=True"):
        speaking(dig("cat"), talk)
    for refused in (lambda process: process.write(b"a"), lambda process: process.communicate(b"a")):
        with pytest.raises(client.InvalidRequestError, match="stdin=True"):
            speaking(dig("cat"), refused)


def test_a_server_that_cannot_end_the_input_says_so(speaking: Speaking, client: ModuleType) -> None:
    async def talk(process: Any) -> tuple[str, bytes]:
        await process.write(b"one")
        with pytest.raises(client.InvalidRequestError, match=r"speaks v4\.channel\.k8s\.io, in which the end"):
            await process.close_stdin()
        with pytest.raises(client.InvalidRequestError, match="the end of the input"):
            await process.communicate(b"two")
        return process.protocol, await process.read(10)

    with serving_pod(V4) as old:
        assert speaking(dig("cat", stdin=True), talk, old) == (V4, b"one")
        assert speaking(dig("exit", "3"), whole, old).exit_code == 3


def test_a_refusal_is_an_exception_with_its_status(speaking: Speaking, client: ModuleType, pod: Pod) -> None:
    status = {"kind": "Status", "apiVersion": "v1", "code": 404, "reason": "NotFound", "message": f"no {SECRET}"}
    pod.refusals = [(404, status, ())]
    with pytest.raises(client.NotFoundError, match=r"404 NotFound: no \[hidden\]"):
        speaking(dig("cat"), whole, credentials=client.Token(SECRET))
    upgrade = {**status, "code": 400, "reason": "BadRequest", "message": "Upgrade request required"}
    pod.refusals = [(400, upgrade, ())]
    with pytest.raises(client.BadRequestError, match="does not let WebSockets through"):
        speaking(dig("cat"), whole)
    pod.refusals = [(200, {}, ())]
    with pytest.raises(client.AnswerError, match="answered 200 and opened no WebSocket"):
        speaking(dig("cat"), whole)
    pod.requests.clear()
    pod.refusals = [(429, {}, (("Retry-After", "0"),))]
    assert speaking(dig("exit", "3"), whole).exit_code == 3
    keys = {request.headers["Sec-WebSocket-Key"] for request in pod.requests}
    assert len(keys) == 2
    with serving_pod("other.k8s.io") as other, pytest.raises(client.ClientError, match="no protocol"):
        speaking(dig("cat"), whole, other)


def test_warnings_of_the_server_are_warnings_where_it_is_opened(client: ModuleType, pod: Pod) -> None:
    later = (("Retry-After", "0"), ("Warning", '299 - "the plot is old"'))
    configuration = client.Configuration(server=pod.url)

    async def opened() -> None:
        async with client.AsyncClient(configuration) as made, made.plots("north").dig("a", command="cat"):
            pass

    for asynchronous in (True, False):
        pod.refusals = [(429, {}, later)]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            if asynchronous:
                asyncio.run(opened())
            else:
                with client.Client(configuration) as made, made.plots("north").dig("a", command="cat"):
                    pass
        assert [(str(each.message), each.filename) for each in caught] == [("the plot is old", __file__)]


@pytest.mark.parametrize(
    ("command", "said", "before"),
    [
        (("torn",), "the connection ended before the process did|was cut", b"halfcut"),
        (("left", "1000"), "the connection ended before the process did", b"half"),
        (("left", "1011"), "1011 the node is gone", b"half"),
        (("odd",), "by channel 9, which a process does not have", b""),
        (("noise",), "breaks the protocol of WebSockets", b""),
    ],
)
def test_a_connection_that_ends_too_soon_is_no_end(
    speaking: Speaking, client: ModuleType, command: tuple[str, ...], said: str, before: bytes
) -> None:
    seen: list[bytes] = []

    async def read(process: Any) -> None:
        while piece := await process.read(10):
            seen.append(piece)

    for doing in (read, whole, lambda process: process.wait(10)):
        with pytest.raises(client.ClientError, match=said):
            speaking(dig(*command), doing)
    assert b"".join(seen) == before

    async def keep(process: Any) -> bytes:
        with pytest.raises(client.ClientError):
            await process.communicate()
        left: bytes = (await process.read()) if before else b""
        return left

    assert speaking(dig(*command), keep) == before


def test_what_came_until_a_timeout_is_still_there(speaking: Speaking) -> None:
    async def talk(process: Any) -> bytes:
        await process.write(b"early")
        with pytest.raises(TimeoutError):
            await process.communicate(b" late", timeout=0)
        return await everything(process.read)

    assert speaking(dig("cat", stdin=True), talk) == b"early late"


def test_a_server_is_answered_though_nobody_reads(speaking: Speaking) -> None:
    async def talk(process: Any) -> Any:
        await asyncio.sleep(0.1)
        return await process.read(10)

    assert speaking(dig("pinged"), talk) == b"True"


@pytest.mark.parametrize(("command", "silence", "seconds"), [("wait", 0.2, 0.5), ("deaf", 0.05, 30)])
def test_a_server_that_is_silent_is_asked_whether_it_is_there(
    speaking: Speaking,
    client: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    silence: float,
    seconds: float,
) -> None:
    tunnels = __import__(f"{client.__name__}.runtime.tunnels", fromlist=["tunnels"])
    monkeypatch.setattr(tunnels, "_SILENCE", silence)
    expected = TimeoutError if command == "wait" else client.NoAnswerError
    with pytest.raises(expected, match="does not answer any more" if command == "deaf" else None):
        speaking(dig(command), lambda process: process.wait(seconds))


def test_a_connection_that_outlives_its_process_is_left(
    speaking: Speaking, client: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    tunnels = __import__(f"{client.__name__}.runtime.tunnels", fromlist=["tunnels"])
    monkeypatch.setattr(tunnels, "_LINGER", 0.05)
    done = speaking(dig("stay"), whole)
    assert (done.stdout, done.exit_code) == (b"done", 3)


def test_a_client_without_wsproto_says_what_it_needs(
    client: ModuleType, pod: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wsproto.connection", None)
    with client.Client(client.Configuration(server=pod.url)) as made:
        opened = made.plots("north").dig("a", command="cat")
        with pytest.raises(client.ConfigurationError, match="need wsproto"), opened:
            pass
    assert pod.requests == []


def test_what_nobody_reads_has_a_limit(speaking: Speaking, client: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    tunnels = __import__(f"{client.__name__}.runtime.tunnels", fromlist=["tunnels"])
    monkeypatch.setattr(tunnels, "_TOO_MUCH", 2**20)
    with pytest.raises(client.AnswerError, match="more than 1 MiB came that nobody has read"):
        speaking(dig("pour", "3000000"), lambda process: process.wait(10))
    monkeypatch.setattr(tunnels, "_KEPT", 1000)
    assert len(speaking(dig("pour", "3000000"), whole).stdout) == 3_000_000

    async def slowly(process: Any) -> int:
        await asyncio.sleep(0.1)  # meanwhile the server has to wait
        return len(await process.read(10))

    assert 0 < speaking(dig("pour", "3000000"), slowly) < 2**20


def test_a_websocket_that_somebody_else_asked_for_is_none(client: ModuleType) -> None:
    headers = (("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Protocol", V5))
    with serving() as site, client.Client(client.Configuration(server=site.url)) as made:
        site.answers = [Answer(101, b"", (*headers, ("Sec-WebSocket-Accept", "kept")))]
        with pytest.raises(client.AnswerError, match="that somebody else asked for"), made.plots("north").dig("a"):
            pass


def test_it_is_open_inside_a_with_statement_alone(client: ModuleType, pod: Pod) -> None:
    with client.Client(client.Configuration(server=pod.url)) as made:
        opened = made.plots("north").dig("a", command="cat")
        with pytest.raises(client.InvalidRequestError, match="inside a with statement"):
            opened.read()
        assert pod.requests == []
        with opened:
            pass
        with pytest.raises(client.InvalidRequestError, match="was opened before"), opened:
            pass
        with pytest.raises(client.InvalidRequestError, match="inside a with statement"):
            opened.wait()

    async def never() -> None:
        async with client.AsyncClient(client.Configuration(server=pod.url)) as made:
            process = made.plots("north").dig("a", command="cat", stdin=True)
            for work in (process.read, process.wait, lambda: process.write(b"a"), process.communicate):
                with pytest.raises(client.InvalidRequestError, match="inside a with statement"):
                    await work()

    asyncio.run(never())


def test_what_is_raised_inside_stays_as_it_is_and_nobody_waits(
    speaking: Speaking, client: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both processes go on until the client leaves, and their silence has no end: who waited for either would not come back."""
    tunnels = __import__(f"{client.__name__}.runtime.tunnels", fromlist=["tunnels"])
    monkeypatch.setattr(tunnels, "_SILENCE", None)

    async def fail(process: Any) -> None:
        await process.write(b"a")
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        speaking(dig("cat", stdin=True), fail)

    async def give_up(process: Any) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await process.read()

    speaking(dig("wait"), give_up)


def test_it_is_trusted_and_known_as_any_server(speaking: Speaking, client: ModuleType) -> None:
    authority = Authority()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.server("127.0.0.1").load(context)
    context.load_verify_locations(cadata=authority.certificate.decode())
    context.verify_mode = ssl.CERT_REQUIRED
    own = authority.client("robot")
    shown = client.Certificate(certificate=own.certificate, key=own.key)
    with serving_pod(context=context) as pod:
        trust = client.Trust(authority=authority.certificate, certificate=shown)
        data = b"x" * 1_000_000
        done = speaking(dig("cat", stdin=True), lambda process: process.communicate(data, timeout=30), pod, trust=trust)
        assert done.stdout == data
        with pytest.raises(client.NoAnswerError, match="CERTIFICATE_VERIFY_FAILED"):
            speaking(dig("cat"), whole, pod)


def test_it_runs_on_trio_too(client: ModuleType, pod: Pod) -> None:
    library("trio")

    async def speak() -> Any:
        configuration = client.Configuration(server=pod.url)
        async with (
            client.AsyncClient(configuration) as made,
            made.plots("north").dig("a", command="cat", stdin=True) as process,
        ):
            return await process.communicate(b"hello", timeout=10)

    assert anyio.run(speak, backend="trio").stdout == b"hello"


def test_a_token_is_never_shown(client: ModuleType, pod: Pod, caplog: pytest.LogCaptureFixture) -> None:
    configuration = client.Configuration(server=pod.url, credentials=client.Token(SECRET))
    with caplog.at_level("DEBUG"), client.Client(configuration) as made:
        opened = made.plots("north").dig("a", command=["exit", "3"])
        with opened as process:
            process.wait(10)
            logged = "".join(each.getMessage() for each in caplog.records if not each.name.startswith("websockets"))
            assert SECRET not in repr(process) + repr(vars(process)) + logged
            assert repr(process).startswith(
                "ExecProcess('/apis/garden.example.io/v1/namespaces/{namespace}/plots/{name}/dig'"
            )
    assert "GET" in logged


def test_a_token_that_a_server_repeats_is_not_shown(speaking: Speaking, client: ModuleType) -> None:
    for doing in (whole, lambda process: process.wait(10), lambda process: process.read(10)):
        with pytest.raises(client.NoAnswerError, match=r"1011 Bearer \[hidden\]$"):
            speaking(dig("echo"), doing, credentials=client.Token(SECRET))


def test_crumbs_are_one_text_and_are_answered_one_after_another(speaking: Speaking) -> None:
    done = speaking(dig("crumbs", "3000"), whole)
    assert (done.stdout, done.exit_code) == (b"a" * 3000, 0)


# ----------------------------------------------------------------------------------------------------- ports


def pipes(*ports: int) -> Opening:
    return lambda plots: plots.pipes("a", ports=list(ports))


def test_ports_are_spoken_with(speaking: Speaking, client: ModuleType, pod: Pod) -> None:
    async def talk(forward: Any) -> list[bytes]:
        assert forward.ports == (80, 8443)
        await forward.write(b"some", 8443)
        await forward.write(b"web", 80)
        found = [await forward.read(80, 10), await forward.read(8443, 10)]
        for wrong in (None, 81):
            with pytest.raises(client.InvalidRequestError, match="80, 8443"):
                await forward.write(b"a", wrong)
        with pytest.raises(TimeoutError):
            await forward.read(80, 0.01)
        await forward.write(b"end", 80)
        return [*found, await forward.read(80), await forward.read(8443)]

    assert speaking(pipes(80, 8443), talk) == [b"WEB", b"SOME", b"", b""]
    assert urlsplit(pod.requests[-1].path).query == "ports=80&ports=8443"

    async def much(forward: Any) -> bytes:
        await forward.write(b"x" * 200_000)
        found = b""
        while len(found) < 200_000:
            found += await forward.read(timeout=10)
        return found

    assert speaking(lambda plots: plots.pipes("a", ports=80), much) == b"X" * 200_000


def test_a_port_that_cannot_be_reached_says_why(speaking: Speaking, client: ModuleType) -> None:
    for _ in range(2):
        with pytest.raises(client.ServerError, match="nobody listens at port 9"):
            speaking(pipes(80, 9), lambda forward: forward.read(9, 10))
    with pytest.raises(client.AnswerError, match="sends of port 8, where 7 was asked for"):
        speaking(pipes(7), lambda forward: forward.read(7, 10))

    async def cut(forward: Any) -> None:
        await forward.write(b"cut")
        await forward.read(timeout=10)

    with pytest.raises(client.NoAnswerError, match="was cut"):
        speaking(pipes(80), cut)
    for ports in ((), (0,), (80, 80), ("80",), (65536,), tuple(range(1, 200))):
        with pytest.raises(client.InvalidRequestError, match="ports is"):
            speaking(lambda plots, ports=ports: plots.pipes("a", ports=ports), whole)


# ----------------------------------------------------------------------------------------------------- sizes


def _texts(size: int) -> None:
    lines = streams._Lines()
    for _ in range(size):
        lines.of(b"no end of it")
    assert len(lines.rest) == 12 * size


def _messages(size: int) -> None:
    """One message after another, then one that comes byte by byte: of a process and how it ended, of pings and of a port."""
    status = b"\x82\x02\x03{" * size
    frames, process = channels.Frames(), channels.Process()
    for piece in frames.received(b"\x89\x01x" * size + status):
        process.take(piece)
    assert len(process.status) == size
    ports = channels.Ports((80,))
    length = b"\x7e" + (size + 3).to_bytes(2, "big") if size + 3 < 2**16 else b"\x7f" + (size + 3).to_bytes(8, "big")
    whole = b"\x82" + length + b"\x00\x50\x00" + b"a" * size
    pieces = [piece for byte in whole for piece in frames.received(bytes((byte,)))]
    assert sum(len(ports.take(piece)) for piece in pieces) == size


@pytest.mark.timing
@pytest.mark.parametrize("work", [_texts, _messages])
def test_what_comes_in_many_pieces_takes_time_by_its_length(work: Callable[[int], None]) -> None:
    assert grows_linearly(work)


# --------------------------------------------------------------------------------------------------- proxies


def test_a_proxy_passes_on_what_it_is_sent(client: ModuleType) -> None:
    with serving() as site, client.Client(client.Configuration(server=site.url)) as made:
        site.answers = [Answer(200, b"grown")]
        plots = made.plots("north")
        assert plots.get_gate("a", path="b/c") == "grown"
        assert plots.post_gate("a", {"rows": 2}) == "grown"
        plots.post_gate("a", b"\x00\xff", content_type="image/png", path="b")
        plots.patch_gate("a", b"\x00")
        plots.patch_gate("a", "text \u00e9")
        plots.patch_gate("a", [1])
        plots.post_gate("a")
        plots.delete_gate("a")
        made.garden_example_io_v1.connect_post_namespaced_plot_gate("a", "north", "text")
        asked = [
            (each.method, each.target.removeprefix(f"{PATH}/gate"), each.headers.get("content-type"), each.body)
            for each in site.requests
        ]
    assert asked == [
        ("GET", "?path=b%2Fc", None, b""),
        ("POST", "", "application/json", b'{"rows": 2}'),
        ("POST", "?path=b", "image/png", b"\x00\xff"),
        ("PATCH", "", "application/octet-stream", b"\x00"),
        ("PATCH", "", "text/plain; charset=utf-8", "text \u00e9".encode()),
        ("PATCH", "", "application/json", b"[1]"),
        ("POST", "", None, b""),
        ("DELETE", "", None, b""),
        ("POST", "", "text/plain; charset=utf-8", b"text"),
    ]


# ------------------------------------------------------------------------------------------------------ logs


def test_a_log_is_read_while_it_is_written(client: ModuleType) -> None:
    async def later(url: str) -> list[str]:
        async with client.AsyncClient(client.Configuration(server=url)) as made:
            return [line async for line in made.plots("north").follow_diary("a", tail_lines="3")]

    with serving() as site, client.Client(client.Configuration(server=site.url)) as made:
        site.answers = [Answer(200, "sown\n\nwatered \u00e9\r\nlast".encode())]
        plots = made.plots("north")
        assert plots.diary("a").startswith("sown")
        lines = ["sown", "", "watered \u00e9\r", "last"]
        assert list(plots.follow_diary("a")) == asyncio.run(later(site.url)) == lines
        assert [each.target.partition("?")[2] for each in site.requests] == [
            "",
            "follow=true",
            "tailLines=3&follow=true",
        ]
        assert site.requests[1].headers["accept"].startswith("text/plain")
        site.answers = [Answer(200, b"whole\nhalf", cut=8)]
        found = plots.follow_diary("a")
        assert next(found) == "whole"
        with pytest.raises(client.NoAnswerError):
            next(found)
        site.answers = [Answer(404, {"kind": "Status", "apiVersion": "v1", "code": 404, "message": "gone"})]
        with pytest.raises(client.NotFoundError, match="gone"):
            list(plots.follow_diary("a"))
        site.answers = [Answer(200, b"")]
        assert list(plots.follow_diary("a")) == []
