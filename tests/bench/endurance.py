"""What a token endpoint holds in memory after many requests of all kinds, and what it costs to sign tokens.

`python tests/bench/endurance.py 100000` (or `make endurance`) asks as often and prints the memory at each tenth. It fails where that has grown
by more than a twentieth since the second tenth: until then caches fill.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from codegen.endpoint import keys, tokens
from codegen.endpoint.settings import ALGORITHMS, Settings
from codegen.endpoint.testing import TokenEndpoint
from codegen.readers.built_in.structure import BuiltIns

CONNECTIONS, TENTHS = 20, 10
MOST_GROWN = 0.05
TOKEN = "/api/v1/namespaces/default/serviceaccounts/default/token"  # the path, of no token
REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews"
Kind = tuple[str, str, object, bool, int]


def kinds(good: str, number: int) -> Sequence[Kind]:
    """Method, path, body, whether by the administrator, and the code of the answer."""
    return (
        ("POST", TOKEN, {"spec": {"audiences": ["vault"], "expirationSeconds": 600}}, True, 201),
        ("POST", REVIEWS, {"spec": {"token": good}}, True, 201),
        ("POST", REVIEWS, {"spec": {"token": f"{good[:-8]}{number:08}"}}, True, 201),
        ("GET", "/api/v1/namespaces/default/serviceaccounts/default", None, True, 200),
        ("GET", "/api/v1/namespaces", None, True, 200),
        ("GET", f"/api/v1/namespaces/default/secrets/none-{number}", None, True, 404),
        ("GET", "/api/v1/namespaces", None, False, 403),
        ("POST", TOKEN, {"spec": {"expirationSeconds": -number}}, True, 422),
        ("POST", "/api/v1/namespaces/default/configmaps", {"metadata": {"name": f"c-{number}"}}, True, 201),
        ("DELETE", f"/api/v1/namespaces/default/configmaps/c-{number}", None, True, 200),
    )


async def ask(endpoint: TokenEndpoint, good: str, first: int, count: int) -> None:
    """Ask on one connection."""
    host, port = endpoint.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for number in range(first, first + count // 10):
        for method, path, body, known, code in kinds(good, number):
            text = b"" if body is None else json.dumps(body).encode()
            lines = [f"{method} {path} HTTP/1.1", "Host: x", "Content-Type: application/json"]
            lines += [f"Authorization: Bearer {endpoint.admin_token}"] if known else []
            writer.write("\r\n".join([*lines, f"Content-Length: {len(text)}", "", ""]).encode() + text)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(f"HTTP/1.1 {code} ".encode()), (method, path, head)
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            await reader.readexactly(int(length.partition(b":")[2]))
    writer.close()


def held(process: int) -> float:
    """The memory of a process, in MB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def memory(requests: int) -> Iterator[float]:
    """MB after each tenth of the requests, with a state in a file."""

    async def tenth(endpoint: TokenEndpoint, good: str, number: int) -> None:
        each = requests // TENTHS // CONNECTIONS
        begins = [(number * CONNECTIONS + place) * each for place in range(CONNECTIONS)]
        await asyncio.gather(*(ask(endpoint, good, begin, each) for begin in begins))

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(release=BuiltIns().newest, algorithm="ES256", state=Path(folder) / "state.db")
        with TokenEndpoint(settings, process=True) as endpoint:
            assert endpoint._process is not None
            good = endpoint.token("default")
            for number in range(TENTHS):
                asyncio.run(tenth(endpoint, good, number))
                yield held(endpoint._process.pid)


def grown(found: Sequence[float]) -> float:
    """How much of the memory after the second tenth has come since."""
    return found[-1] / found[1] - 1


def main() -> int:
    """Print, and tell whether memory has grown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("requests", type=int, nargs="?", default=100_000)
    requests = parser.parse_args().requests
    for algorithm in ALGORITHMS:
        key, started = keys.generate_key(algorithm), time.process_time()
        for number in range(1000):
            tokens.sign({"sub": "x" * 40, "aud": ["vault"], "jti": str(number)}, key)
        print(f"1,000 tokens signed by {algorithm}: {time.process_time() - started:.2f} s of the processor")
    found = []
    for number, megabytes in enumerate(memory(requests), 1):
        found.append(megabytes)
        print(f"{number * requests // TENTHS:>9,} requests: {megabytes:6.1f} MB", flush=True)
    print(f"grown since the second tenth: {grown(found):+.1%}")
    return 1 if grown(found) > MOST_GROWN else 0


if __name__ == "__main__":
    sys.exit(main())
