"""Tokens under load: the endpoint beside an echo of JSON on Starlette."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from row import Row

from codegen.endpoint.settings import Settings
from codegen.endpoint.testing import TokenEndpoint
from codegen.readers.built_in.structure import BuiltIns

CONNECTIONS, REQUESTS, ROUNDS = 50, 1000, 9
PATH = "/api/v1/namespaces/default/serviceaccounts/default/token"
BODY = b'{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["vault"],"expirationSeconds":600}}'
ECHO = Path(__file__).with_name("echo.py")


async def _ask(port: int, token: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(BODY)}\r\n\r\n"
    )
    request = head.encode() + BODY
    for _ in range(REQUESTS // CONNECTIONS):
        writer.write(request)
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 201"), answer
        length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length"))
        await reader.readexactly(int(length.partition(b":")[2]))
    writer.close()


def _load(port: int, token: str) -> float:
    """Milliseconds of all requests together."""

    async def all_of_them() -> None:
        await asyncio.gather(*(_ask(port, token) for _ in range(CONNECTIONS)))

    started = time.perf_counter()
    asyncio.run(all_of_them())
    return (time.perf_counter() - started) * 1000


def _measured(release: str) -> dict[str, float]:
    """Milliseconds of all requests together: of the endpoint (`own`) and of the echo, in turns."""
    with ExitStack() as stack:
        endpoint = stack.enter_context(TokenEndpoint(Settings(release=release, algorithm="ES256"), process=True))
        process = stack.enter_context(subprocess.Popen([sys.executable, ECHO], stdout=subprocess.PIPE, text=True))
        stack.callback(process.terminate)
        assert process.stdout is not None
        asked = {
            "own": (int(endpoint.url.rpartition(":")[2]), endpoint.admin_token),
            "echo": (int(process.stdout.readline()), ""),
        }
        times: dict[str, list[float]] = {what: [] for what in asked}
        for _ in range(ROUNDS):
            for what, place in asked.items():
                times[what].append(_load(*place))
    return {what: statistics.median(found) for what, found in times.items()}


def rows() -> Iterator[Row]:
    """The promise on tokens."""
    found = _measured(BuiltIns().newest)
    yield Row(
        what=f"{REQUESTS} requests for tokens, {CONNECTIONS} connections: token-endpoint / an echo of JSON on Starlette",
        ours=found["own"],
        theirs=found["echo"],
        unit="ms",
        at_most=10,
    )
