"""Tokens under load: the endpoint beside a handler that is written by hand on Starlette, and beside an echo of JSON.

Both have the same work behind them: credentials, rights, the rules of the server, a signature, and a record in the state before
the answer. And both keep what is promised around it: see `tokens_by_hand.py`, and `PROMISES`, which are asked of both first.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

from row import Row

from codegen.endpoint.double import TokenEndpoint
from codegen.endpoint.settings import Algorithm, Settings
from codegen.readers.built_in.structure import BuiltIns

BY_HAND_AT_MOST = 1 / 0.9  # at least nine tenths of its throughput
CONNECTIONS, REQUESTS, ROUNDS = 50, 1000, 9
PATH = "/api/v1/namespaces/default/serviceaccounts/default/token"
BODY = b'{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["vault"],"expirationSeconds":600}}'
KNOWN = "by-hand"  # whom the handler lets in
BY_HAND = Path(__file__).with_name("tokens_by_hand.py")
# What both answer alike, which is asked before anything is measured: the query, the body, who asks, the status, and whether it is warned of.
PROMISES = (
    ("", BODY, True, 201, False),
    ("", BODY, False, 403, False),
    ("", BODY[:-1], True, 400, False),
    ("", BODY.replace(b"600", b'"600"'), True, 400, False),
    ("", BODY.replace(b"600", b"60"), True, 422, False),
    ("", BODY.replace(b"spec", b"sepc"), True, 201, True),
    ("", BODY.replace(b'"expirationSeconds"', b'"audiences":["b"],"expirationSeconds"'), True, 201, True),
    ("?fieldValidation=Strict", BODY.replace(b"spec", b"sepc"), True, 400, False),
    ("?dryRun=All", BODY, True, 201, False),
    ("", BODY.replace(b"vault", b"v" * (3 << 20)), True, 413, False),
)


def _held(port: int, token: str) -> None:
    """Ask for all that is promised. Raises AssertionError where an answer is another one."""
    for query, body, is_known, status, is_warned in PROMISES:
        connection = HTTPConnection("127.0.0.1", port)
        headers = {"Authorization": f"Bearer {token}"} if is_known else {}
        connection.request("POST", f"{PATH}{query}", body, {**headers, "Content-Type": "application/json"})
        answer = connection.getresponse()
        told = json.loads(answer.read())
        connection.close()
        assert (answer.status, answer.headers["Warning"] is not None) == (status, is_warned), (query, body[:200], told)
        assert told["kind"] == ("TokenRequest" if status == 201 else "Status"), told


async def _ask(port: int, token: str, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(BODY)}\r\n\r\n"
    )
    request = head.encode() + BODY
    for _ in range(REQUESTS // CONNECTIONS):
        started = time.perf_counter()
        writer.write(request)
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 201"), answer
        length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length"))
        await reader.readexactly(int(length.partition(b":")[2]))
        times.append(time.perf_counter() - started)
    writer.close()


def _load(port: int, token: str = KNOWN) -> tuple[float, float]:
    """Milliseconds of all requests together, and of the middle one."""
    times: list[float] = []

    async def all_of_them() -> None:
        await asyncio.gather(*(_ask(port, token, times) for _ in range(CONNECTIONS)))

    started = time.perf_counter()
    asyncio.run(all_of_them())
    return (time.perf_counter() - started) * 1000, statistics.median(times) * 1000


class _Found(NamedTuple):
    """Milliseconds of all requests together, and of the middle one, by who answers."""

    whole: dict[str, float]
    middle: dict[str, float]


def _measured(release: str, algorithm: Algorithm) -> _Found:
    """The endpoint (`own`), the handler by hand (`token`) and the echo, in turns. Raises AssertionError where a promise is broken."""
    with ExitStack() as stack:
        endpoint = stack.enter_context(TokenEndpoint(Settings(release=release, algorithm=algorithm), process=True))
        asked = {"own": (int(endpoint.url.rpartition(":")[2]), endpoint.admin_token)}
        for what in ("token", "echo"):
            command = [sys.executable, str(BY_HAND), what, release, algorithm, KNOWN]
            process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            stack.callback(process.terminate)
            assert process.stdout is not None
            asked[what] = (int(process.stdout.readline()), KNOWN)
        _held(*asked["own"])
        _held(*asked["token"])
        times: dict[str, list[tuple[float, float]]] = {what: [] for what in asked}
        for _ in range(ROUNDS):
            for what, place in asked.items():
                times[what].append(_load(*place))
    whole, middle = (
        {what: statistics.median(each[at] for each in found) for what, found in times.items()} for at in (0, 1)
    )
    return _Found(whole, middle)


def rows() -> Iterator[Row]:
    """The promises on tokens."""
    release = BuiltIns().newest
    whole, middle = _measured(release, "ES256")
    about = f"{REQUESTS} requests for tokens, {CONNECTIONS} connections"
    yield _by_hand(about, whole)
    yield Row(
        what="the same, the middle one", ours=middle["own"], theirs=middle["token"], unit="ms", at_most=BY_HAND_AT_MOST
    )
    yield Row(
        what=f"{about}: token-endpoint / an echo of JSON on Starlette",
        ours=whole["own"],
        theirs=whole["echo"],
        unit="ms",
        at_most=10,
    )
    whole, _ = _measured(release, "RS256")
    yield _by_hand(f"{about}, signed with RS256", whole)


def _by_hand(about: str, whole: Mapping[str, float]) -> Row:
    return Row(
        what=f"{about}: token-endpoint / its handler by hand on Starlette",
        ours=whole["own"],
        theirs=whole["token"],
        unit="ms",
        at_most=BY_HAND_AT_MOST,
    )
