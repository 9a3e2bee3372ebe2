"""A site that is served while it is edited answers to this machine alone, whatever it is asked."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from codegen.outputs.site.serving import serving

PAGE = b"<!DOCTYPE html><head></head><p>A page."


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    above: Path = tmp_path_factory.mktemp("served")
    folder = above / "site"
    folder.mkdir()
    (folder / "index.html").write_bytes(PAGE)
    (folder / "404.html").write_bytes(b"<head></head>Lost.")
    (above / "secret.html").write_bytes(b"secret")
    with serving(folder, int, 0) as address:
        yield int(address.rstrip("/").rpartition(":")[2])


def answer(port: int, path: str, host: str = "127.0.0.1", method: str = "GET") -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("latin-1"))
        found = b""
        while piece := connection.recv(1 << 16):
            found += piece
    return found


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000", "LOCALHOST", "[::1]:8000"])
def test_a_page_is_shown_to_this_machine(port: int, host: str) -> None:
    found = answer(port, "/", host)
    assert b" 200 " in found.partition(b"\r\n")[0]
    assert b"A page." in found


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example:8000", "[", "", "192.0.2.1"]
)
def test_a_page_of_the_web_that_calls_itself_this_machine_reads_nothing(port: int, host: str, method: str) -> None:
    found = answer(port, "/", host, method)
    assert b" 421 " in found.partition(b"\r\n")[0]
    assert b"A page." not in found


@pytest.mark.parametrize(
    "path",
    [
        *("/../secret.html", "/%2e%2e/secret.html", "/..%2fsecret.html", "//../secret.html", "/%5c..%5csecret.html"),
        *("/%00", "/en/%00.html", "/<script>x</script>", "/\x1b[31m", "/\xff", "/%ff%fe"),
        *(f"/{'a' * 300}.html", f"/{'a' * 300}", "/" + "a/" * 2000),
    ],
)
def test_what_is_no_page_is_not_there_and_nothing_is_printed(
    port: int, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    found = answer(port, path)
    assert b" 404 " in found.partition(b"\r\n")[0]
    body = found.partition(b"\r\n\r\n")[2]
    assert not any(each in body for each in (b"secret", b"<script>"))
    assert b"Lost." in body
    assert capfd.readouterr() == ("", "")
