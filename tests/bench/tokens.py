"""Tokens under load: the endpoint beside the same issuing in a handler that is written by hand on Starlette, and beside an echo of JSON."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

from row import Row

from codegen.endpoint.double import TokenEndpoint
from codegen.endpoint.settings import Settings
from codegen.readers.built_in.structure import BuiltIns

BY_HAND_AT_MOST = 1 / 0.9  # at least nine tenths of its throughput
CONNECTIONS, REQUESTS, ROUNDS = 50, 1000, 5
PATH = "/api/v1/namespaces/default/serviceaccounts/default/token"
BODY = b'{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["vault"],"expirationSeconds":600}}'
KNOWN = "by-hand"  # whom the handler lets in
BY_HAND = """
import json, socket, sys
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from codegen.endpoint.asker import Asker
from codegen.endpoint.authentication import bearer
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.request_info import asked
from codegen.endpoint.settings import Settings
from codegen.endpoint.users import AUTHENTICATED, MASTERS, User

admin = User(name="admin", groups=(MASTERS, AUTHENTICATED))
endpoint = Endpoint(Settings(release=sys.argv[1], algorithm="ES256"), "http://by-hand", static={sys.argv[3]: admin})
async def token(request):
    user = endpoint.authenticator.token(bearer(request.headers.get("authorization"))).user
    if not endpoint.allows(user, asked(request.method, request.scope["path"], "")):
        return Response("", 403)
    body, path = json.loads(await request.body()), request.path_params
    issued = endpoint.issuer.create(body, path["namespace"], path["name"], Asker())
    return Response(json.dumps(issued.answer), 201, media_type="application/json")
async def echo(request):
    return Response(json.dumps(json.loads(await request.body())), 201, media_type="application/json")
path = "/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token"
app = Starlette(routes=[Route(path, token if sys.argv[2] == "token" else echo, methods=["POST"])])
listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # by its name, so that asyncio sends at once
listening.bind(("127.0.0.1", 0))
listening.listen(512)
print(listening.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off")).run(sockets=[listening])
"""


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


def rows() -> Iterator[Row]:
    """The promises on tokens."""
    release = BuiltIns().newest
    with ExitStack() as stack:
        endpoint = stack.enter_context(TokenEndpoint(Settings(release=release, algorithm="ES256"), process=True))
        ports = {}
        for what in ("token", "echo"):
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", BY_HAND, release, what, KNOWN], stdout=subprocess.PIPE, text=True
                )
            )
            stack.callback(process.terminate)
            assert process.stdout is not None
            ports[what] = int(process.stdout.readline())
        own = int(endpoint.url.rpartition(":")[2])
        found: dict[str, list[tuple[float, float]]] = {"own": [], "token": [], "echo": []}
        for _ in range(ROUNDS):
            found["own"].append(_load(own, endpoint.admin_token))
            for what, port in ports.items():
                found[what].append(_load(port))
    whole = {what: statistics.median(each[0] for each in times) for what, times in found.items()}
    middle = {what: statistics.median(each[1] for each in times) for what, times in found.items()}
    about = f"{REQUESTS} requests for tokens, {CONNECTIONS} connections"
    yield Row(
        what=f"{about}: token-endpoint / its handler by hand on Starlette",
        ours=whole["own"],
        theirs=whole["token"],
        unit="ms",
        at_most=BY_HAND_AT_MOST,
    )
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
