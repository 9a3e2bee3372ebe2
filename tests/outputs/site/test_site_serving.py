"""`codegen site --serve`: local access only, and rebuilds after edits."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from codegen.outputs.site.serving import serving, wait_for_edits
from support.corpus import ROOT

PAGE = b"<!DOCTYPE html><head>%s</head><p>A page."
SHOWN = PAGE % b'<script src="/_serve.js" type="module"></script>'
SCRIPT = (ROOT / "templates/site/serve/reload.js").read_bytes()


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    above: Path = tmp_path_factory.mktemp("served")
    folder = above / "site"
    folder.mkdir()
    (folder / "en").mkdir()
    for name in ("index.html", "en/index.html"):
        (folder / name).write_bytes(PAGE % b"")
    (folder / "404.html").write_bytes(b"<head></head>Lost.")
    (above / "secret.html").write_bytes(b"secret")
    with serving(folder, int, 0) as address:
        yield int(address.rstrip("/").rpartition(":")[2])


def answer(port: int, path: str, host: str = "127.0.0.1", method: str = "GET") -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(
            f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode(
                "latin-1"
            )
        )
        found = b""
        while piece := connection.recv(1 << 16):
            found += piece
    return found


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000", "LOCALHOST", "[::1]:8000"])
def test_page_is_served_to_local_host(port: int, host: str) -> None:
    assert answer(port, "/", host).partition(b"\r\n")[0].endswith(b" 200 OK")
    assert b"\r\nLocation: /en/\r\n" in answer(port, "/en", host)


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        *((path, b"text/html; charset=utf-8", SHOWN) for path in ("/en/?a", "/index.html")),
        ("/_state?a", b"application/json", b"0"),
        ("/_serve.js", b"text/javascript", SCRIPT),
    ],
)
def test_page_reloads_after_a_build(port: int, path: str, kind: bytes, body: bytes) -> None:
    head = b"Content-Type: %s\r\nContent-Length: %d\r\nCache-Control: no-store\r\n\r\n" % (
        kind,
        len(body),
    )
    assert answer(port, path).endswith(head + body)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example:8000", "[", "", "192.0.2.1"],
)
def test_foreign_host_header_is_refused(port: int, host: str, method: str) -> None:
    found = answer(port, "/", host, method)
    assert b" 421 " in found.partition(b"\r\n")[0]
    assert b"A page." not in found


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "//../secret.html",
        "/%5c..%5csecret.html",
        "/%00",
        "/en/%00.html",
        "/<script>x</script>",
        "/\x1b[31m",
        "/\xff",
        "/%ff%fe",
        f"/{'a' * 300}.html",
        f"/{'a' * 300}",
        "/" + "a/" * 2000,
    ],
)
def test_missing_page_is_404_without_output(
    port: int, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    found = answer(port, path)
    assert b" 404 " in found.partition(b"\r\n")[0]
    body = found.partition(b"\r\n\r\n")[2]
    assert not any(each in body for each in (b"secret", b"<script>"))
    assert b"Lost." in body
    assert capfd.readouterr() == ("", "")


def count_edits(named: Iterable[Path], edits: Sequence[Callable[[], object]]) -> int:
    """Make one edit per pause and count the detected ones."""
    left = iter(edits)
    noticed = wait_for_edits(lambda: named, lambda: next(left)())
    count = 0
    while True:
        try:
            next(noticed)
        except RuntimeError:  # no more edits
            return count
        count += 1


def replace(file: Path, text: str) -> None:
    """Write a file like most editors, by replacing it with another one."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def test_repeated_file_replacements_are_detected(tmp_path: Path) -> None:
    source, linked = tmp_path / "in/plot.json", tmp_path / "linked.json"
    source.parent.mkdir()
    source.write_text("", encoding="utf-8")
    linked.symlink_to(source)
    edits = [lambda: replace(source, "a"), lambda: None, lambda: replace(source, "bc")]
    assert count_edits([linked], edits) == 2


def test_new_files_and_newly_named_sources_are_watched(tmp_path: Path) -> None:
    folder, other = tmp_path / "pages", tmp_path / "plot.json"
    folder.mkdir()
    other.write_text("{}", encoding="utf-8")
    named = [folder]
    edits: list[Callable[[], object]] = [
        (folder / "one").mkdir,
        lambda: replace(folder / "one/a.md", "a"),
        (folder / "one/a.md").unlink,
        lambda: named.append(other),
        lambda: replace(other, "[]"),
    ]
    assert count_edits(named, edits) == 4


def test_other_files_in_folder_are_not_watched(tmp_path: Path) -> None:
    source = tmp_path / "plot.json"
    source.write_text("", encoding="utf-8")
    edits = [lambda: replace(tmp_path / "plot.json.bak", "a")]
    assert count_edits([source, tmp_path / "missing.json"], edits) == 0
