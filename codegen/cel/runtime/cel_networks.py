# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""Addresses, networks and URLs in CEL (`k8s.io/apiserver/pkg/cel/library`)."""

import re
from collections.abc import Mapping
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv6Address,
    IPv6Interface,
    ip_address,
    ip_interface,
)
from typing import Final
from urllib.parse import parse_qs, quote, unquote

from codegen.cel.runtime.cel_values import Function, Tagged, succeeds, tag, untag
from codegen.kube.formats import FORMATS


def _parse_address(text: str) -> IPv4Address | IPv6Address:
    """Read an address without a zone."""
    try:
        found = ip_address(text)
    except ValueError:
        raise ValueError(
            f'IP Address "{text}" parse error during conversion from string'
        ) from None
    if isinstance(found, IPv6Address):
        if found.scope_id is not None:
            raise ValueError(f'IP address "{text}" with zone value is not allowed')
        if found.ipv4_mapped is not None:
            raise ValueError(f'IPv4-mapped IPv6 address "{text}" is not allowed')
    return found


def _parse_network(text: str) -> IPv4Interface | IPv6Interface:
    """Read an address with the prefix length of its network."""
    where, _, length = text.partition("/")
    try:
        if not re.fullmatch("0|[1-9][0-9]{0,2}", length):
            raise ValueError(text)
        _parse_address(where)
        return ip_interface(text)
    except ValueError:
        raise ValueError(
            f'network address parse error during conversion from string: "{text}"'
        ) from None


def _contains_address(net: str, text: str) -> bool:
    """Return whether an address is in a network."""
    return _parse_address(text) in _parse_network(net).network


def _contains_network(net: str, text: str) -> bool:
    """Return whether a network is in another one."""
    outer, inner = _parse_network(net).network, _parse_network(text).network
    # of one version
    return outer.version == inner.version and outer.supernet_of(inner)  # type: ignore[arg-type]


def _is_global(text: str) -> bool:
    found = _parse_address(text)
    is_broadcast = found.version == 4 and int(found) == 2**32 - 1
    return not (
        found.is_unspecified
        or is_broadcast
        or found.is_loopback
        or found.is_multicast
        or found.is_link_local
    )


def _is_link_local_multicast(text: str) -> bool:
    return _contains_address("224.0.0.0/24", text) or _contains_address(
        "ff02::/16", text
    )


_PARTS: Final = re.compile(
    # opaque data after the scheme has no parts
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?:[^/?#][^?#]*)?)?"
    r"(?://(?:[^/?#]*@)?(?P<host>[^/?#]*))?(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?"
)
_PORT: Final = re.compile(r":[0-9]*\Z")


def _parse_url(text: str) -> Tagged:
    """Read an absolute URL or an absolute path."""
    if not FORMATS["uri"](text):
        raise ValueError(
            f'URL parse error during conversion from string: parse "{text}": invalid URI for request'
        )
    return tag("url", text)


def _read_url_part(name: str, value: Mapping[str, str]) -> str:
    found = _PARTS.match(untag("url", value))
    return (found[name] or "") if found is not None else ""


def _parse_host(value: Mapping[str, str]) -> str:
    return unquote(_read_url_part("host", value))


def _parse_host_name(value: Mapping[str, str]) -> str:
    return _PORT.sub("", _parse_host(value)).removeprefix("[").removesuffix("]")


def _parse_port(value: Mapping[str, str]) -> str:
    port = _PORT.search(_parse_host(value))
    return port[0][1:] if port else ""


def _escaped_path(value: Mapping[str, str]) -> str:
    return quote(_read_url_part("path", value), safe="/%!$&'()*+,;=:@-._~")


NETWORK_FUNCTIONS: Final = (
    Function("ip", ("string",), "string", lambda text: str(_parse_address(text))),
    Function("isIP", ("string",), "bool", succeeds(_parse_address)),
    Function(
        "ip.isCanonical",
        ("string",),
        "bool",
        lambda text: str(_parse_address(text)) == text,
    ),
    Function(
        "family",
        ("string",),
        "int",
        lambda text: _parse_address(text).version,
        member=True,
    ),
    Function(
        "isUnspecified",
        ("string",),
        "bool",
        lambda text: _parse_address(text).is_unspecified,
        member=True,
    ),
    Function(
        "isLoopback",
        ("string",),
        "bool",
        lambda text: _parse_address(text).is_loopback,
        member=True,
    ),
    Function(
        "isLinkLocalMulticast",
        ("string",),
        "bool",
        _is_link_local_multicast,
        member=True,
    ),
    Function(
        "isLinkLocalUnicast",
        ("string",),
        "bool",
        lambda text: _parse_address(text).is_link_local,
        member=True,
    ),
    Function("isGlobalUnicast", ("string",), "bool", _is_global, member=True),
    Function(
        "cidr", ("string",), "string", lambda text: _parse_network(text).with_prefixlen
    ),
    Function("isCIDR", ("string",), "bool", succeeds(_parse_network)),
    Function(
        "containsIP", ("string", "string"), "bool", _contains_address, member=True
    ),
    Function(
        "containsCIDR", ("string", "string"), "bool", _contains_network, member=True
    ),
    Function(
        "ip",
        ("string",),
        "string",
        lambda text: str(_parse_network(text).ip),
        member=True,
    ),
    Function(
        "masked",
        ("string",),
        "string",
        lambda text: str(_parse_network(text).network),
        member=True,
    ),
    Function(
        "prefixLength",
        ("string",),
        "int",
        lambda text: _parse_network(text).network.prefixlen,
        member=True,
    ),
    Function("url", ("string",), "own", _parse_url),
    Function("isURL", ("string",), "bool", FORMATS["uri"]),
    Function(
        "getScheme",
        ("own",),
        "string",
        lambda value: _read_url_part("scheme", value).lower(),
        member=True,
    ),
    Function("getHost", ("own",), "string", _parse_host, member=True),
    Function("getHostname", ("own",), "string", _parse_host_name, member=True),
    Function("getPort", ("own",), "string", _parse_port, member=True),
    Function("getEscapedPath", ("own",), "string", _escaped_path, member=True),
    Function(
        "getQuery",
        ("own",),
        "map",
        lambda value: parse_qs(_read_url_part("query", value), keep_blank_values=True),
        member=True,
    ),
)
