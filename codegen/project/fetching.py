"""Downloads of sources, with limits of time and size.

Addresses are those of `https`, or of `http` on this machine. A redirect may lead to another address
of these kinds only. Proxies come from `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, certificates from the
system or `SSL_CERT_FILE`.
"""

from __future__ import annotations

import http.client
import os
import queue
import re
import ssl
import time
from collections.abc import Callable
from contextlib import closing
from ipaddress import ip_address
from threading import Thread
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from msgspec import Struct
from urllib3.exceptions import (
    HTTPError,
    IncompleteRead,
    LocationParseError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
    URLSchemeUnknown,
)

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.opening import MAX_BYTES

MOST_REDIRECTS = 5
_PART = 65_536  # bytes
_LONGEST_QUOTE = 200  # characters of a text of the server in a message
_TUNNEL_REFUSED = "Tunnel connection failed: "  # by http.client, before the status of a proxy
_NOTHING_CHANGED = "nothing was changed; "
_CHECK_NETWORK = "check the address, its pins and the network, and run again"
_CHECK_PROXY = "check HTTPS_PROXY, ALL_PROXY and NO_PROXY, and run again"
_ADD_CERTIFICATE = (
    "if you trust who issued the certificate, such as a proxy of your company, name a file with "
    "its certificates in SSL_CERT_FILE, and run again"
)
_REPLACE_CERTIFICATE = (
    "check the address and the clock of this machine, or ask who runs the server for another "
    "certificate, and run again"
)
_UNKNOWN_ISSUER = (18, 19, 20, 21)  # of OpenSSL: self-signed, or signed by nobody that is known
# The words of OpenSSL that users could not act on.
_TLS_ERRORS = {
    "WRONG_VERSION_NUMBER": "the server does not speak TLS at this address",
    "UNSUPPORTED_PROTOCOL": "the server speaks no TLS that is new enough",
    "TLSV1_ALERT_PROTOCOL_VERSION": "the server speaks no TLS that is new enough",
}
_LENGTH = re.compile(r"[0-9]{1,18}")
_USER_AGENT = "apiref-codegen"

Fetch = Callable[[str, Span], bytes]


class DownloadLimits(Struct, frozen=True, kw_only=True):
    """The limits of a download, in seconds and bytes."""

    connect: float = 10
    read: float = 30  # without any byte
    total: float = 300
    size: int = MAX_BYTES


DEFAULT_LIMITS = DownloadLimits()


def fetch(url: str, span: Span, limits: DownloadLimits = DEFAULT_LIMITS) -> bytes:
    """Download a document. `span` is where its address is written.

    Raises `CodegenError` with the address for anything but a whole document. The time limit holds
    for everything together, also for name servers, and for heads that never end. So the download
    runs in a thread, which is left behind then.
    """
    check_url(url, span)
    outcomes: queue.SimpleQueue[bytes | Exception] = queue.SimpleQueue()

    def download() -> None:
        try:
            outcomes.put(_download(url, span, limits))
        except Exception as error:  # noqa: BLE001  # raised again by the thread that waits
            outcomes.put(error)

    Thread(target=download, name="codegen-download", daemon=True).start()
    try:
        outcome = outcomes.get(timeout=limits.total)
    except queue.Empty:
        raise _timeout_failure(url, span, limits) from None
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _download(url: str, span: Span, limits: DownloadLimits) -> bytes:
    """Follow the redirects of an address, and return the document."""
    deadline = time.monotonic() + limits.total
    current = url
    for _ in range(MOST_REDIRECTS + 1):
        try:
            with closing(_request(current, limits)) as response:
                location = response.get_redirect_location()
                if location is False:
                    return _read_body(response, current, span, limits, deadline)
                if not location:
                    raise _fetch_failure(current, "it redirects without an address", span)
        except HTTPError as error:
            raise _connection_failure(current, error, span) from None
        current = follow(current, location, span)
    raise _fetch_failure(url, f"more than {MOST_REDIRECTS} redirects", span)


def check_url(url: str, span: Span) -> None:
    """Refuse an address that is neither `https` nor on this machine.

    Raises `CodegenError`.
    """
    if not is_fetchable(url):
        raise failure(
            "url-refused",
            f"{_hide_password(url)!r} is not an address that codegen fetches",
            span,
            "write an address that begins with https:// and has no password; http:// is for this machine only",
            arguments=(url,),
        )


def is_fetchable(url: str) -> bool:
    """Return whether an address has no password, and is `https` or on this machine."""
    parts = _split(url)
    if parts is None or parts.username is not None or parts.password is not None:
        return False
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and is_loopback(parts.hostname or "")


def follow(url: str, location: str, span: Span) -> str:
    """Return the address that a redirect leads to. One of `https` leads to `https` only.

    Raises `CodegenError` for another address.
    """
    try:
        target = urljoin(url, location)
    except ValueError:  # half an address of IPv6
        target = location
    leaves_https = url.startswith("https:") and not target.startswith("https:")
    if leaves_https or not is_fetchable(target):
        shown = _hide_password(target)[:_LONGEST_QUOTE]
        raise _fetch_failure(url, f"it redirects to {shown!r}, which codegen does not fetch", span)
    return target


def _hide_password(url: str) -> str:
    """Return an address without its user and password, for messages."""
    return re.sub(r"(?<=[/\\]{2})[^/?#]*@", "***@", url)


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult | None:
    """Split an address into its parts, or return None if it has none."""
    if any(character.isspace() or not character.isprintable() for character in url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _request(url: str, limits: DownloadLimits) -> urllib3.BaseHTTPResponse:
    """Send a request and return the response, whose body is not read yet."""
    return open_pool(url).request(
        "GET",
        url,
        headers={"User-Agent": _USER_AGENT, "Accept-Encoding": "identity"},
        timeout=urllib3.Timeout(connect=limits.connect, read=limits.read),
        retries=urllib3.Retry(total=2, redirect=False, status=0, backoff_factor=0.2),
        redirect=False,
        preload_content=False,
        decode_content=False,
    )


class InvalidProxyError(HTTPError):
    """A variable for proxies that has no address of a proxy."""


def open_pool(url: str) -> urllib3.PoolManager:
    """Return the connections of a proxy, or direct ones.

    Raises `InvalidProxyError`, whose text does not quote the variable: it may have a password.
    """
    proxy = _find_proxy(url)
    if not proxy:
        return urllib3.PoolManager()
    try:
        address = urllib3.util.parse_url(proxy)
        headers = urllib3.make_headers(proxy_basic_auth=address.auth) if address.auth else None
        return urllib3.ProxyManager(proxy, proxy_headers=headers)
    except URLSchemeUnknown:
        raise InvalidProxyError("the proxy is neither one of http nor of https") from None
    except LocationParseError:
        raise InvalidProxyError("the proxy has no valid address") from None


def _find_proxy(url: str) -> str:
    """Return the address of the proxy for an address, or an empty text."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all", "")
    if not proxy or is_loopback(host) or proxy_bypass(host):
        return ""
    if "://" not in proxy:
        return f"http://{proxy}"
    return proxy


def _read_body(
    response: urllib3.BaseHTTPResponse,
    url: str,
    span: Span,
    limits: DownloadLimits,
    deadline: float,
) -> bytes:
    if response.status != 200:
        reason = (response.reason or "")[:_LONGEST_QUOTE]
        raise _fetch_failure(url, f"status {response.status} {reason}".strip(), span)
    _refuse_unclear_body(response, url, span, limits.size)
    parts: list[bytes] = []
    size = 0
    while part := response.read1(_PART):
        parts.append(part)
        size += len(part)
        if size > limits.size:
            raise _too_large_failure(url, limits.size, span)
        if time.monotonic() > deadline:
            raise _timeout_failure(url, span, limits)
    return b"".join(parts)


def _refuse_unclear_body(
    response: urllib3.BaseHTTPResponse, url: str, span: Span, most: int
) -> None:
    """Refuse a body that is compressed, whose end cannot be told from a broken connection, or
    whose head announces more than `most` bytes.
    """
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    transfer = response.headers.get("Transfer-Encoding", "").strip().lower()
    length = response.headers.get("Content-Length", "").strip()
    if encoding not in ("", "identity") or transfer not in ("", "identity", "chunked"):
        raise _fetch_failure(url, "the response is compressed, which was not asked for", span)
    if transfer == "chunked":
        return
    if not length:
        raise _fetch_failure(url, "the response has no length, so it may be incomplete", span)
    if not _LENGTH.fullmatch(length):
        raise _fetch_failure(url, "the response has an invalid length", span)
    if int(length) > most:
        raise _too_large_failure(url, most, span)


def _connection_failure(url: str, error: HTTPError, span: Span) -> Exception:
    """Describe what failed, and what to do about it: the network, a proxy or a certificate."""
    causes = _list_causes(error)
    cause = causes[-1]
    if isinstance(cause, InvalidProxyError):
        return _fetch_failure(url, str(cause), span, _CHECK_PROXY)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _certificate_failure(url, cause, span)
    reason = _describe_cause(cause)
    if any(isinstance(inner, ProxyError) for inner in causes):
        proxy = _hide_password(_find_proxy(url))[:_LONGEST_QUOTE]
        reason = f"the proxy {proxy} did not connect: {reason.removeprefix(_TUNNEL_REFUSED)}"
        return _fetch_failure(url, reason, span, _CHECK_PROXY)
    return _fetch_failure(url, reason, span)


def _list_causes(error: BaseException) -> list[BaseException]:
    """Return an error of urllib3 with the errors inside of it, the first cause last."""
    causes = [error]
    while True:
        last = causes[-1]
        inner = getattr(last, "reason", None) or getattr(last, "original_error", None)
        if inner is None and isinstance(last, (SSLError, ProtocolError)) and last.args:
            inner = last.args[-1]
        if not isinstance(inner, BaseException):
            return causes
        causes.append(inner)


def _describe_cause(cause: BaseException) -> str:
    """Describe an error of the connection without the objects that urllib3 names in it."""
    if isinstance(cause, ssl.SSLError) and cause.reason in _TLS_ERRORS:
        return _TLS_ERRORS[cause.reason]
    if isinstance(cause, IncompleteRead):
        size = cause.partial + cause.expected
        return f"the connection ended after {cause.partial:,} of {size:,} bytes"
    if isinstance(cause, http.client.IncompleteRead):  # of chunks, whose size is not known before
        return "the connection ended within the document"
    if isinstance(cause, http.client.RemoteDisconnected):
        return "the server closed the connection without a response"
    if isinstance(cause, http.client.BadStatusLine):
        return "the server does not speak HTTP at this address"
    if isinstance(cause, ReadTimeoutError):
        return "the server stopped sending"
    text = str(cause.args[0]) if len(cause.args) == 1 else str(cause)
    return re.sub(r"^HTTPS?Connection\([^)]*\): ", "", text)[:_LONGEST_QUOTE]


def _certificate_failure(url: str, error: ssl.SSLCertVerificationError, span: Span) -> Exception:
    reason = f"the certificate of the server is not valid: {error.verify_message.rstrip('.')}"
    if file := _find_unusable_certificates():
        reason = f"{reason}, and SSL_CERT_FILE names {file!r}, which has no certificates"
    if error.verify_code in _UNKNOWN_ISSUER:
        return _fetch_failure(url, reason, span, _ADD_CERTIFICATE)
    return _fetch_failure(url, reason, span, _REPLACE_CERTIFICATE)


def _find_unusable_certificates() -> str:
    """Return the file of `SSL_CERT_FILE` if no certificates can be read from it."""
    file = os.environ.get("SSL_CERT_FILE", "")
    if not file:
        return ""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=file)
    except OSError:  # of the system, or of OpenSSL
        return file
    return ""


def _too_large_failure(url: str, most: int, span: Span) -> Exception:
    return _fetch_failure(url, f"more than {most:,} bytes", span)


def unusable_failure(url: str, path: str, span: Span) -> CodegenError:
    """Return the error for a document that was fetched whole, and has errors."""
    return _fetch_failure(
        url, f"its text has errors, at {path}", span, "open the address in a browser, and run again"
    )


def _timeout_failure(url: str, span: Span, limits: DownloadLimits) -> Exception:
    return _fetch_failure(url, f"not complete after {limits.total:g} seconds", span)


def _fetch_failure(url: str, reason: str, span: Span, advice: str = _CHECK_NETWORK) -> CodegenError:
    return failure(
        "fetch-failed",
        f"cannot fetch {url}: {reason}",
        span,
        f"{_NOTHING_CHANGED}{advice}",
        arguments=(url,),
    )
