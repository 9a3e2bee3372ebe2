"""Persistent state: durability, database errors, and exclusive use of the file."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import jwt
import pytest

from codegen.core.diagnostics import CodegenError
from codegen.endpoint import kinds
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.keys import generate_key
from codegen.endpoint.objects import WriteOptions
from codegen.endpoint.state import State
from codegen.endpoint.testing import Refusal, TokenEndpoint
from support.processes import EndpointProcess

Open = Callable[..., Endpoint]
Start = Callable[..., TokenEndpoint]


def jti(token: str) -> str:
    return str(jwt.decode(token, options={"verify_signature": False})["jti"])


def test_reopened_state_has_everything(open_endpoint: Open, tmp_path: Path) -> None:
    first = open_endpoint(state=tmp_path / "state.db")
    with first.state.transaction():
        first.rotate(generate_key("RS256"), kept=60)
        first.state.record_token({"jti": "a", "iat": 1})
    keys, account = first.key_set(), first.objects.get(kinds.ACCOUNT, "default", "gardener")
    first.state.close()
    second = open_endpoint(state=tmp_path / "state.db")
    assert (second.key_set(), second.state.tokens()) == (keys, [{"jti": "a", "iat": 1}])
    assert second.objects.get(kinds.ACCOUNT, "default", "gardener") == account


def test_transactions_are_atomic(endpoint: Endpoint) -> None:
    def fail() -> None:
        with endpoint.state.transaction():
            endpoint.objects.create(
                kinds.NAMESPACE, {"metadata": {"name": "shed"}}, "", WriteOptions()
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert endpoint.objects.find(kinds.NAMESPACE, "", "shed") is None
    assert endpoint.objects.find(kinds.ACCOUNT, "shed", "default") is None


@pytest.mark.slow
@pytest.mark.parametrize("held_by", ["an endpoint", "another program"])
def test_state_file_of_another_process_is_refused(held_by: str, tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    other: State | sqlite3.Connection = State(file)
    if held_by == "another program":
        other.close()
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("begin immediate")
    try:
        with pytest.raises(CodegenError, match="cannot open the state file: database is locked"):
            State(file)
    finally:
        other.close()
    State(file).close()


def test_other_file_is_refused_as_state(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("carrots and leeks, sown on Sunday " * 10)
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("create table beds (name text)")
    other.close()
    for path in (tmp_path / "notes", tmp_path / "other.db", tmp_path / "none" / "state.db"):
        with pytest.raises(CodegenError) as error:
            State(path)
        assert error.value.diagnostics[0].rule == "state-unusable"


def test_database_error_gives_error_response(token_endpoint: TokenEndpoint) -> None:
    state = token_endpoint.endpoint.state
    with state.transaction():
        state._db.execute("alter table objects rename to lost")
    with pytest.raises(Refusal, match="the state of the endpoint is not available") as refusal:
        token_endpoint.token("default")
    assert (refusal.value.status["code"], refusal.value.status["details"]) == (
        503,
        {"retryAfterSeconds": 1},
    )
    with state.transaction():
        state._db.execute("alter table lost rename to objects")
    assert token_endpoint.token("default")


def issue_until_refused(
    endpoint: TokenEndpoint, then: Callable[[int], None] = lambda _: None
) -> tuple[set[str], int]:
    """Request tokens until one is refused.

    Return the ids of the issued tokens and the status code.
    """
    issued = set[str]()
    while len(issued) < 100_000:
        try:
            issued.add(jti(endpoint.token("default")))
        except Refusal as error:
            return issued, int(error.status["code"])
        except (OSError, HTTPException, ValueError):  # left by an ended process
            break
        then(len(issued))
    return issued, 0


@pytest.mark.slow(reason="a process that is killed while eight clients ask")
def test_issued_tokens_survive_kill(token_endpoints: Start, tmp_path: Path) -> None:
    endpoint = EndpointProcess(f"--state={tmp_path / 'state.db'}")

    def ask(_: int) -> set[str]:
        return issue_until_refused(
            endpoint, lambda count: endpoint.process.kill() if count == 30 else None
        )[0]

    with ThreadPoolExecutor(8) as pool:
        answered = set[str]().union(*pool.map(ask, range(8)))
    endpoint.kill()
    again = token_endpoints(state=tmp_path / "state.db")
    assert len(answered) > 100
    assert answered <= {each["jti"] for each in again.issued_tokens()}


@pytest.mark.slow(reason="a process, load, and files that must not grow")
def test_full_state_file_refuses_without_data_loss(token_endpoints: Start, tmp_path: Path) -> None:
    endpoint = EndpointProcess(f"--state={tmp_path / 'state.db'}")
    size = max(each.stat().st_size for each in tmp_path.glob("state.db*"))
    resource.prlimit(
        endpoint.process.pid, resource.RLIMIT_FSIZE, (size + 50_000, resource.RLIM_INFINITY)
    )
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(issue_until_refused, [endpoint] * 4))
    assert {code for _, code in found} == {503}
    issued = set[str]().union(*(each for each, _ in found))
    assert issued
    assert issued <= {each["jti"] for each in endpoint.issued_tokens()}
    resource.prlimit(
        endpoint.process.pid,
        resource.RLIMIT_FSIZE,
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY),
    )
    assert endpoint.token("default")
    endpoint.kill()
    assert "Traceback" not in "".join(endpoint.log)
    assert issued <= {
        each["jti"] for each in token_endpoints(state=tmp_path / "state.db").issued_tokens()
    }
