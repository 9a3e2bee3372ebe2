"""Downloads of sources: whole documents from permitted addresses, or one error."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import pytest
import urllib3

from codegen.core.diagnostics import CodegenError, Span
from codegen.endpoint.certificates import prepare_certificates
from codegen.project.fetching import MOST_REDIRECTS, DownloadLimits, fetch, follow, open_pool
from support.web import WebServer, running_server

SPAN = Span(path="codegen.yaml", line=3, column=10)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with running_server() as running:
        running.documents["/plots"] = b"plots"
        yield running


def rule_of(url: str, limits: DownloadLimits | None = None) -> str:
    """Fetch, and return the rule of the error."""
    with pytest.raises(CodegenError) as error:
        fetch(url, SPAN, limits or DownloadLimits())
    finding = error.value.diagnostics[0]
    assert finding.span == SPAN
    return finding.rule


def test_document_is_fetched_as_it_is(server: WebServer) -> None:
    assert fetch(f"{server.url}/plots", SPAN) == b"plots"


def test_redirects_are_followed(server: WebServer) -> None:
    server.headers["/old"] = {"Location": "plots"}
    assert fetch(f"{server.url}/old", SPAN) == b"plots"


REFUSED_ADDRESSES = {
    "a file": "file:///etc/hostname",
    "plain http": "http://garden.example/plots",
    "no host": "https:///plots",
    "a password": "https://gardener:secret@garden.example/plots",
    "a line break": "https://garden.example/\nplots",
    "a wrong port": "https://garden.example:rake/plots",
    "half an address of IPv6": "https://[::1/plots",
}


@pytest.mark.parametrize("url", REFUSED_ADDRESSES.values(), ids=REFUSED_ADDRESSES)
def test_other_addresses_are_refused(url: str) -> None:
    assert rule_of(url) == "url-refused"


@pytest.mark.parametrize("target", ["file:///etc/hostname", "http://garden.example/plots"])
def test_redirects_to_other_addresses_are_refused(server: WebServer, target: str) -> None:
    server.headers["/plots"] = {"Location": target}
    with pytest.raises(CodegenError, match=re.escape(repr(target))) as error:
        fetch(f"{server.url}/plots", SPAN)
    assert [finding.rule for finding in error.value.diagnostics] == ["fetch-failed"]


def test_https_is_not_left_by_redirects() -> None:
    with pytest.raises(CodegenError, match=re.escape("http://127.0.0.1:8080/plots")):
        follow("https://garden.example/plots", "http://127.0.0.1:8080/plots", SPAN)


def test_redirects_end(server: WebServer) -> None:
    server.headers["/plots"] = {"Location": "/plots"}
    assert rule_of(f"{server.url}/plots") == "fetch-failed"
    assert len(server.requests) == MOST_REDIRECTS + 1


INCOMPLETE = {
    "more bytes announced": {"Content-Length": "50"},
    "chunks without an end": {"Transfer-Encoding": "chunked", "Content-Length": "50"},
    "compressed": {"Content-Encoding": "gzip"},
    "compressed in chunks": {"Transfer-Encoding": "gzip, chunked"},
    "negative length": {"Content-Length": "-5"},
    "length of too many digits": {"Content-Length": "9" * 5000},
    "no length": {"Content-Length": ""},
}


@pytest.mark.parametrize("headers", INCOMPLETE.values(), ids=INCOMPLETE)
def test_incomplete_documents_are_refused(server: WebServer, headers: dict[str, str]) -> None:
    server.headers["/plots"] = headers
    assert rule_of(f"{server.url}/plots") == "fetch-failed"


CUT = {
    "length": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\nplots",
        "the connection ended after 5 of 2,000 bytes",
    ),
    "chunk": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nplo",
        "the connection ended within the document",
    ),
    "size of a chunk": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "the connection ended within the document",
    ),
    "announced size above the limit": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\nplots",
        "more than 4,000 bytes",
    ),
    "redirect without an address": (
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
        "it redirects without an address",
    ),
    "no HTTP": (
        b"220 garden.example ready\r\n",
        "the server does not speak HTTP at this address",
    ),
    "nothing": (b"", "the server closed the connection without a response"),
}


@pytest.mark.parametrize(("response", "reason"), CUT.values(), ids=CUT)
def test_reason_of_an_incomplete_document_is_said(response: bytes, reason: str) -> None:
    with (
        closing_server(response) as url,
        pytest.raises(CodegenError) as error,
    ):
        fetch(url, SPAN, DownloadLimits(size=4000))
    assert f"cannot fetch {url}: {reason}" in str(error.value)


def test_missing_documents_are_refused(server: WebServer) -> None:
    assert rule_of(f"{server.url}/beds") == "fetch-failed"


@pytest.mark.parametrize(
    "limits", [DownloadLimits(size=4), DownloadLimits(total=0)], ids=["size", "time"]
)
def test_limits_hold(server: WebServer, limits: DownloadLimits) -> None:
    assert rule_of(f"{server.url}/plots", limits) == "fetch-failed"


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy"])
def test_proxy_is_used(server: WebServer, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert isinstance(open_pool("https://garden.example/plots"), urllib3.ProxyManager)
    monkeypatch.setenv("no_proxy", "garden.example")
    assert not isinstance(open_pool("https://garden.example/plots"), urllib3.ProxyManager)


ENDLESS = {
    "a head": b"HTTP/1.1 200 OK\r\nX-Garden: ",
    "a status": b"HTTP/1.1 2",
    "interim responses": b"HTTP/1.1 100 Continue\r\n\r\n",
    "the size of a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;",
    "trailers": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\np\r\n0\r\n",
}


@contextmanager
def closing_server(response: bytes) -> Iterator[str]:
    """Answer each request with a response, and close its connection."""

    def answer() -> None:
        with suppress(OSError):  # of the listener, at the end of the block
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    connection.recv(4096)
                    connection.sendall(response)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def dripping_server(beginning: bytes) -> Iterator[str]:
    """Answer with a beginning, then with a byte at a time until the block ends."""
    ended = Event()

    def answer() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.recv(4096)
            connection.sendall(beginning)
            while not ended.wait(0.05):
                connection.sendall(b"a")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=answer, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            ended.set()


@pytest.mark.parametrize("beginning", ENDLESS.values(), ids=ENDLESS)
def test_total_time_is_limited(beginning: bytes) -> None:
    with (
        dripping_server(beginning) as url,
        pytest.raises(CodegenError, match=re.escape("not complete after 0.5 seconds")),
    ):
        fetch(url, SPAN, DownloadLimits(total=0.5))


@pytest.mark.parametrize("target", ["http://[garden", "http://[::1"])
def test_redirect_to_half_an_address_is_refused(server: WebServer, target: str) -> None:
    server.headers["/plots"] = {"Location": target}
    assert rule_of(f"{server.url}/plots") == "fetch-failed"


@pytest.mark.parametrize("scheme", ["https", "ftp"])
def test_passwords_are_in_no_message(server: WebServer, scheme: str) -> None:
    secret = f"{scheme}://gardener:trowel@garden.example/plots"
    server.headers["/plots"] = {"Location": secret}
    for url in (f"{server.url}/plots", secret):
        with pytest.raises(CodegenError) as error:
            fetch(url, SPAN)
        assert "trowel" not in str(error.value)
        assert "trowel" not in error.value.diagnostics[0].message


def test_proxy_needs_no_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "proxy.garden.example:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    pool = open_pool("https://garden.example/plots")
    assert isinstance(pool, urllib3.ProxyManager)
    assert pool.proxy is not None
    assert (pool.proxy.host, pool.proxy.port) == ("proxy.garden.example", 3128)


UNUSABLE_PROXIES = {
    "nobody listens": "http://gardener:trowel@127.0.0.1:1",
    "an invalid port": "http://gardener:trowel@127.0.0.1:99999",
    "half an address of IPv6": "http://gardener:trowel@[garden",
    "another protocol": "socks5://gardener:trowel@127.0.0.1:1",
}


@pytest.mark.parametrize("proxy", UNUSABLE_PROXIES.values(), ids=UNUSABLE_PROXIES)
def test_unusable_proxy_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(CodegenError) as error:
        fetch("https://garden.example/plots", SPAN)
    (finding,) = error.value.diagnostics
    assert finding.rule == "fetch-failed"
    assert "proxy" in finding.message
    assert "HTTPS_PROXY" in finding.hint
    assert "trowel" not in finding.message


def test_refusal_of_a_proxy_is_shown(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(CodegenError, match="501"):  # the server knows no method CONNECT
        fetch("https://garden.example/plots", SPAN)


@pytest.fixture
def secure_server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Yield the address of a server with TLS, and the file with its self-signed certificate."""
    prepare_certificates(tmp_path, "localhost")
    certificate = tmp_path / "apiserver.crt"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, tmp_path / "apiserver.key")

    def respond() -> None:
        with suppress(OSError):  # the client does not trust us, or the test has ended
            while True:
                connection, _ = listener.accept()
                with suppress(OSError), context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(4096)
                    secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplots")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=respond, daemon=True).start()
        yield f"https://localhost:{listener.getsockname()[1]}/plots", certificate


def test_certificates_of_a_file_are_trusted(
    secure_server: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, certificate = secure_server
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert fetch(url, SPAN) == b"plots"


@pytest.mark.parametrize("file", [None, "missing.crt", "apiserver.key"])
def test_unknown_certificate_is_refused(
    secure_server: tuple[str, Path], monkeypatch: pytest.MonkeyPatch, file: str | None
) -> None:
    url, certificate = secure_server
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    if file is not None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_name(file)))
    with pytest.raises(CodegenError) as error:
        fetch(url, SPAN)
    (finding,) = error.value.diagnostics
    assert finding.rule == "fetch-failed"
    assert "SSL_CERT_FILE" in finding.hint
    assert ("SSL_CERT_FILE" in finding.message) == (file is not None)


def test_server_without_tls_is_named(server: WebServer) -> None:
    with pytest.raises(CodegenError, match="does not speak TLS"):
        fetch(server.url.replace("http:", "https:"), SPAN)
