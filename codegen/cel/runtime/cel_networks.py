# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""Addresses, networks and URLs in CEL (`k8s.io/apiserver/pkg/cel/library`)."""

import re
from collections.abc import Callable, Mapping
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
    ip_address,
    ip_interface,
    ip_network,
)
from typing import Final
from urllib.parse import parse_qs, quote, unquote

from codegen.cel.runtime.cel_values import (
    CIDR,
    IP,
    MARK,
    URL,
    Function,
    Tagged,
    succeeds,
    tag,
    untag,
)
from codegen.kube.formats import FORMATS


def _parse_address(text: str) -> IPv4Address | IPv6Address:
    """Read an address without a zone."""
    try:
        address = ip_address(text)
    except ValueError:
        raise ValueError(
            f'IP Address "{text}" parse error during conversion from string'
        ) from None
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            raise ValueError(f'IP address "{text}" with zone value is not allowed')
        if address.ipv4_mapped is not None:
            raise ValueError(f'IPv4-mapped IPv6 address "{text}" is not allowed')
    return address


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


def _make_address(text: str) -> Tagged:
    return tag(IP, str(_parse_address(text)))


def _make_network(text: str) -> Tagged:
    return tag(CIDR, _parse_network(text).with_prefixlen)


def _address(value: Mapping[str, str]) -> IPv4Address | IPv6Address:
    return _parse_address(untag(IP, value))


def _network(value: Mapping[str, str]) -> IPv4Network | IPv6Network:
    return _parse_network(untag(CIDR, value)).network


def _contains_address(value: Mapping[str, str], inner: Mapping[str, str] | str) -> bool:
    """Return whether an address is in a network."""
    if isinstance(inner, str):
        return _parse_address(inner) in _network(value)
    return _address(inner) in _network(value)


def _contains_network(value: Mapping[str, str], inner: Mapping[str, str] | str) -> bool:
    """Return whether a network is in another one."""
    outer = _network(value)
    if isinstance(inner, str):
        network = _parse_network(inner).network
    else:
        network = _network(inner)
    if outer.version != network.version:
        return False
    return outer.supernet_of(network)  # type: ignore[arg-type]  # of one version


def _is_canonical(text: str) -> bool:
    return str(_parse_address(text)) == text


def _is_global(value: Mapping[str, str]) -> bool:
    address = _address(value)
    is_broadcast = address.version == 4 and int(address) == 2**32 - 1
    is_special = (
        address.is_unspecified
        or address.is_loopback
        or address.is_multicast
        or address.is_link_local
    )
    return not (is_broadcast or is_special)


def _is_link_local_multicast(value: Mapping[str, str]) -> bool:
    return any(_address(value) in network for network in _LINK_LOCAL_MULTICAST)


def _network_address(value: Mapping[str, str]) -> Tagged:
    return tag(IP, str(_parse_network(untag(CIDR, value)).ip))


def _mask(value: Mapping[str, str]) -> Tagged:
    return tag(CIDR, str(_network(value)))


def _address_text(value: Mapping[str, str]) -> str:
    """Return the text of an address or of a network."""
    return value.get(f"{MARK}{IP}") or untag(CIDR, value)


_LINK_LOCAL_MULTICAST: Final = (ip_network("224.0.0.0/24"), ip_network("ff02::/16"))


_PARTS: Final = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?:[^/?#][^?#]*)?)?"  # opaque data after the scheme has no parts
    r"(?://(?:[^/?#]*@)?(?P<host>[^/?#]*))?(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?"
)
_PORT: Final = re.compile(r":[0-9]*\Z")


def _parse_url(text: str) -> Tagged:
    """Read an absolute URL or an absolute path."""
    if not FORMATS["uri"](text):
        raise ValueError(
            f'URL parse error during conversion from string: parse "{text}": invalid URI for request'
        )
    return tag(URL, text)


def _read_url_part(name: str, value: Mapping[str, str]) -> str:
    match = _PARTS.match(untag(URL, value))
    if match is not None:
        return match[name] or ""
    return ""


def _parse_host(value: Mapping[str, str]) -> str:
    return unquote(_read_url_part("host", value))


def _parse_host_name(value: Mapping[str, str]) -> str:
    return _PORT.sub("", _parse_host(value)).removeprefix("[").removesuffix("]")


def _parse_port(value: Mapping[str, str]) -> str:
    port = _PORT.search(_parse_host(value))
    if port:
        return port[0][1:]
    return ""


def _escaped_path(value: Mapping[str, str]) -> str:
    return quote(_read_url_part("path", value), safe="/%!$&'()*+,;=:@-._~")


def _parse_query(value: Mapping[str, str]) -> dict[str, list[str]]:
    return parse_qs(_read_url_part("query", value), keep_blank_values=True)


def _address_function(
    name: str, takes: tuple[str, ...], gives: str, run: Callable[..., object]
) -> Function:
    """Return a function of addresses; one that takes an address or network first is a method of it."""
    return Function(
        name, takes, gives, run, member=takes[0] in (IP, CIDR), library="networks"
    )


def _url_function(
    name: str, run: Callable[..., object], gives: str = "string"
) -> Function:
    """Return a method of URLs."""
    return Function(name, (URL,), gives, run, member=True, library="urls")


NETWORK_FUNCTIONS: Final = (
    _address_function("ip", ("string",), IP, _make_address),
    _address_function("isIP", ("string",), "bool", succeeds(_parse_address)),
    _address_function("ip.isCanonical", ("string",), "bool", _is_canonical),
    _address_function("family", (IP,), "int", lambda value: _address(value).version),
    _address_function(
        "isUnspecified", (IP,), "bool", lambda value: _address(value).is_unspecified
    ),
    _address_function(
        "isLoopback", (IP,), "bool", lambda value: _address(value).is_loopback
    ),
    _address_function("isLinkLocalMulticast", (IP,), "bool", _is_link_local_multicast),
    _address_function(
        "isLinkLocalUnicast", (IP,), "bool", lambda value: _address(value).is_link_local
    ),
    _address_function("isGlobalUnicast", (IP,), "bool", _is_global),
    _address_function("cidr", ("string",), CIDR, _make_network),
    _address_function("isCIDR", ("string",), "bool", succeeds(_parse_network)),
    _address_function("containsIP", (CIDR, IP), "bool", _contains_address),
    _address_function("containsIP", (CIDR, "string"), "bool", _contains_address),
    _address_function("containsCIDR", (CIDR, CIDR), "bool", _contains_network),
    _address_function("containsCIDR", (CIDR, "string"), "bool", _contains_network),
    _address_function("ip", (CIDR,), IP, _network_address),
    _address_function("masked", (CIDR,), CIDR, _mask),
    _address_function(
        "prefixLength", (CIDR,), "int", lambda value: _network(value).prefixlen
    ),
    Function("string", (IP,), "string", _address_text, library="networks"),
    Function("string", (CIDR,), "string", _address_text, library="networks"),
    Function("url", ("string",), URL, _parse_url, library="urls"),
    Function("isURL", ("string",), "bool", FORMATS["uri"], library="urls"),
    _url_function("getScheme", lambda value: _read_url_part("scheme", value).lower()),
    _url_function("getHost", _parse_host),
    _url_function("getHostname", _parse_host_name),
    _url_function("getPort", _parse_port),
    _url_function("getEscapedPath", _escaped_path),
    _url_function("getQuery", _parse_query, "map<string, list<string>>"),
)
