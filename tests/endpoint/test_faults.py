"""What goes wrong around an endpoint: a state that others hold, a disk that is full, a clock that jumps. All is answered or refused."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jwt
import pytest

from codegen.endpoint import clock, kinds, projection
from codegen.endpoint.clock import Clock
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.objects import FIRST_NAMESPACES
from codegen.endpoint.request_info import WriteOptions
from codegen.endpoint.serving import RunningEndpoint
from codegen.endpoint.settings import Settings
from codegen.endpoint.state import Locked, ObjectKey, State, Unavailable
from codegen.endpoint.testing import Refusal, TokenEndpoint
from codegen.readers.built_in.structure import BuiltIns
from support.wire import TOKEN, connected, head, listening, nothing_logged, sent, soon, whole

RELEASE = BuiltIns().newest
URL = "https://garden.example"
Start = Callable[..., TokenEndpoint]


@contextmanager
def held(file: Path) -> Iterator[sqlite3.Connection]:
    """Another process writes, and does not come to its end before the block does."""
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("begin immediate")
    try:
        yield other
    finally:
        other.close()


def endpoint_on(file: Path) -> Endpoint:
    return Endpoint(Settings(release=RELEASE, algorithm="ES256", state=file), URL)


def reads_until(done: Callable[[], bool], endpoint: TokenEndpoint) -> int:
    """How many requests that only read are answered until something is over."""
    count = 0
    while not done():
        assert endpoint.request("GET", "/api/v1/namespaces/default")["metadata"]["name"] == "default"
        count += 1
    return count


def test_what_waits_for_the_state_holds_up_nobody(
    token_endpoints: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = token_endpoints(state=tmp_path / "state.db", algorithm="ES256")
    with ThreadPoolExecutor(1) as pool:
        with held(tmp_path / "state.db"), monkeypatch.context() as patch:
            patch.setattr("codegen.endpoint.waiting._PATIENCE", 0.3)
            refused = pool.submit(endpoint.token, "default")
            assert reads_until(refused.done, endpoint) > 2  # one is answered late where all are held up
            error = refused.exception()
            assert isinstance(error, Refusal)
            assert (error.status["code"], error.status["details"]) == (503, {"retryAfterSeconds": 1})
        with held(tmp_path / "state.db") as other:
            waiting = pool.submit(endpoint.token, "default")
            other.execute("rollback")
            assert waiting.result()


def test_a_state_that_cannot_be_read_is_told_by_everything_that_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as shed, nothing_logged():
        account = f"{shed.endpoint.issuer.create({}, 'default', 'default', WriteOptions()).answer['status']['token']}"
        with connected(shed.url) as watch:
            watch.sendall(head("GET", "/api/v1/namespaces?watch=1", shed.admin_token).encode())
            assert watch.recv(12) == b"HTTP/1.1 200"

            def broken(*_: object) -> None:
                raise Unavailable("disk I/O error")

            for name in ("get", "list_objects", "changes", "keys", "tokens", "keep_keys"):
                monkeypatch.setattr(shed.endpoint.state, name, broken)
            lines = whole(watch).strip().splitlines()
        for method, path, body, *further in (
            ("GET", "/api/v1/namespaces/default", None),
            ("GET", "/api/v1/namespaces", None, f"Authorization: Bearer {account}"),
            ("POST", TOKEN, {}),
            ("GET", "/-/tokens", None),
            ("POST", "/-/keys", {}),
        ):
            code, answer = sent(shed, method, path, body, *further)
            text = "the state of the endpoint is not available: disk I/O error"
            assert (code, json.loads(answer)["message"]) == (503, text)
        event = json.loads(next(line for line in lines if b"ERROR" in line))
        assert (event["type"], event["object"]["code"]) == ("ERROR", 503)


def test_of_processes_that_begin_at_once_all_have_the_same_state(tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        endpoints = list(pool.map(endpoint_on, [tmp_path / "state.db"] * 6))
    try:
        assert len({each.keys.signing.id for each in endpoints}) == 1
        accounts = endpoints[0].objects.find_all(kinds.ACCOUNT.resource)
        assert sorted(each["metadata"]["namespace"] for each in accounts) == sorted(FIRST_NAMESPACES)
        names = {endpoints[0].rotate().id, endpoints[1].rotate().id, endpoints[0].keys.all[-1].id}
        assert names == {each.id for each in endpoints[2].keys.all}  # none of them forgot those of the other
    finally:
        for each in endpoints:
            each.close()


def test_what_is_changed_together_is_kept_together(tmp_path: Path) -> None:
    """A namespace has its service account from its start, or is not there."""
    endpoint = endpoint_on(tmp_path / "state.db")
    create = endpoint.state.create

    def failing(key: ObjectKey, obj: dict[str, Any]) -> dict[str, Any] | None:
        if key.resource == kinds.ACCOUNT.resource:
            raise Unavailable("disk full")
        return create(key, obj)

    endpoint.state.create = failing  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        endpoint.objects.create(kinds.NAMESPACE, {"metadata": {"name": "shed"}}, "", WriteOptions())
    assert endpoint.objects.find(kinds.NAMESPACE.resource, "", "shed") is None
    endpoint.state.create = create  # type: ignore[method-assign]
    endpoint.objects.create(kinds.NAMESPACE, {"metadata": {"name": "shed"}}, "", WriteOptions())
    assert endpoint.objects.find(kinds.ACCOUNT.resource, "shed", "default")
    endpoint.close()


def test_a_state_that_is_served_waits_for_nobody(tmp_path: Path) -> None:
    state = State(tmp_path / "state.db")
    state.never_wait()
    with held(tmp_path / "state.db"):
        assert state.version() == 1
        with pytest.raises(Locked):
            state.keep_keys([])
    state.keep_keys([])
    state.close()


def test_a_clock_stays_where_dates_are(token_endpoints: Start) -> None:
    endpoint = token_endpoints(algorithm="ES256")
    for wrong in ({"forward": 1e18}, {"forward": -1e18}, {"stop": "9999-12-31T23:59:59Z"}, {"stop": "never"}):
        with pytest.raises(Refusal) as refusal:
            endpoint.request("POST", "/-/clock", wrong)
        assert refusal.value.status["code"] == 400
    with pytest.raises(Refusal) as refusal:
        endpoint.request("POST", "/-/clock", json.loads('{"forward": 1e999}'))
    assert endpoint.token("default")
    latest = Clock(clock.parse_time(f"{clock.LAST_YEAR}-01-01T00:00:00Z"))
    assert clock.format_time(latest.now() + (1 << 32)).startswith("99")  # the longest that can be asked for
    with pytest.raises(ValueError, match="between the years 1970 and"):
        latest.forward(1)


def test_a_token_in_a_file_that_cannot_be_renewed_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codegen.endpoint.serving._INTERVAL", 0.01)
    file = tmp_path / "token"
    wanted = projection.parse_projection(f"{file}=default/gardener")
    seed = tmp_path / "seed.yaml"
    seed.write_text("{apiVersion: v1, kind: ServiceAccount, metadata: {name: gardener}}")
    made = RunningEndpoint(Settings(release=RELEASE, algorithm="ES256", seeds=(seed,)), projections=[wanted])
    made.start()
    first, objects = file.read_text(), made.endpoint.objects
    objects.delete(kinds.ACCOUNT, "default", "gardener", {})
    made.endpoint.clock.forward(3600)
    assert soon(lambda: caplog.messages)
    objects.create(kinds.ACCOUNT, {"metadata": {"name": "gardener"}}, "default", WriteOptions())
    assert soon(lambda: file.read_text() != first)
    made.stop()
    (told,) = caplog.messages
    assert told == f'the token in {file} is not renewed, which is tried again: serviceaccounts "gardener" not found'


# ---------------------------------------------------------------------------------------------------------------- slow


def until_refused(endpoint: TokenEndpoint, most: int = 100_000) -> tuple[set[str], int]:
    """Ask for tokens until one is refused: the ids of those that were issued, and the code of the refusal."""
    issued = set[str]()
    for _ in range(most):
        try:
            token = endpoint.token("default")
        except Refusal as error:
            return issued, int(error.status["code"])
        issued.add(jwt.decode(token, options={"verify_signature": False})["jti"])
    return issued, 0


def refused_and_kept(endpoint: TokenEndpoint) -> set[str]:
    """The ids of all tokens that four clients were given before there was no room any more."""
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(until_refused, [endpoint] * 4))
    assert {code for _, code in found} == {503}
    issued = set[str]().union(*(each for each, _ in found))
    assert issued <= {each["jti"] for each in endpoint.issued()}
    return issued


@pytest.mark.slow(reason="a process, load, and files that must not grow")
def test_a_file_that_must_not_grow_refuses_and_loses_nothing(token_endpoints: Start, tmp_path: Path) -> None:
    """What was issued before is there, what is read is answered, and all is good when there is room again."""
    endpoint = token_endpoints(process=True, state=tmp_path / "state.db", algorithm="ES256")
    assert endpoint._process is not None
    size = max(each.stat().st_size for each in tmp_path.glob("state.db*"))
    resource.prlimit(endpoint._process.pid, resource.RLIMIT_FSIZE, (size + 50_000, resource.RLIM_INFINITY))
    issued = refused_and_kept(endpoint)
    assert issued
    resource.prlimit(endpoint._process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert endpoint.token("default")
    endpoint.kill()
    assert "Traceback" not in "".join(endpoint.log)
    assert issued <= {each["jti"] for each in token_endpoints(state=tmp_path / "state.db").issued()}


@pytest.mark.slow(reason="a process, load, and a file system of its own")
@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root mounts a small file system; the limit of a file is tested without"
)
def test_a_disk_that_is_full_refuses_and_loses_nothing(token_endpoints: Start, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine mounts no small file system")
    try:
        endpoint = token_endpoints(process=True, state=disk / "state.db", algorithm="ES256")
        (disk / "other").write_bytes(b"x" * 150_000)
        issued = refused_and_kept(endpoint)
        (disk / "other").unlink()
        assert endpoint.token("default")
        endpoint.kill()
        assert "Traceback" not in "".join(endpoint.log)
        again = token_endpoints(state=disk / "state.db")
        assert issued <= {each["jti"] for each in again.issued()}
        again.stop()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.slow(reason="load")
def test_a_clock_that_jumps_under_load_disturbs_nobody(token_endpoints: Start, tmp_path: Path) -> None:
    """Both ways, by more than any token lives: each request is answered, and afterwards tokens are good as always."""
    endpoint = token_endpoints(process=True, state=tmp_path / "state.db", algorithm="ES256")
    early = endpoint.token("default")
    jumps = (40_000_000, -80_000_000, 40_000_000, -3600, 3600, 1_000_000_000, -1_000_000_000)

    def review(_: int) -> None:
        for _ in range(40):
            endpoint.review(endpoint.token("default"))  # good or not: the clock may have jumped in between

    with ThreadPoolExecutor(5) as pool:
        found = [pool.submit(review, number) for number in range(4)]
        while not all(each.done() for each in found):
            for seconds in jumps:
                endpoint.forward(seconds)
        for each in found:
            each.result()  # raises what was not answered
    assert endpoint.review(early)["authenticated"]
    assert endpoint.review(endpoint.token("default"))["authenticated"]
    assert len(endpoint.issued()) == 4 * 40 + 2
    endpoint.stop()
    assert "Traceback" not in "".join(endpoint.log)
