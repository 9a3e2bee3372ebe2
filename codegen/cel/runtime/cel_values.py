"""Values of Kubernetes in CEL, such as quantities, addresses, versions and URLs. Functions raise ValueError with messages of servers.

A type of Kubernetes that CEL does not have (a quantity, a version, a URL, a format) is a map of one key that no field can have; equal values
are equal maps. Addresses and networks are their canonical strings.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote

from codegen.kube.formats import FORMATS as STRING_FORMATS
from codegen.kube.patterns import compile_pattern
from codegen.kube.quantity import Quantity

Tagged = dict[str, str]
MARK: Final = "\ue000"  # of private use: no field has it in its name
_INT64: Final = 2**63


def tag(kind: str, text: str) -> Tagged:
    """Make a value of a type unknown to CEL."""
    return {f"{MARK}{kind}": text}


def untag(kind: str, value: Mapping[str, str]) -> str:
    """Return the text of such a value. Raises ValueError for another type."""
    text = value.get(f"{MARK}{kind}")
    if not isinstance(text, str):
        raise ValueError("no such overload")
    return text


# -------------------------------------------------------------------------------------------------------- quantities


def quantity(text: str) -> Tagged:
    """Read a quantity, so that equal amounts are equal values."""
    value = Quantity(text).value.normalize()
    return tag("quantity", f"{value or 0:f}")


def is_quantity(text: str) -> bool:
    """Return whether a text is an amount."""
    return _is(Quantity, text)


def amount(value: Mapping[str, str]) -> Quantity:
    """Return the quantity of a value."""
    return Quantity(untag("quantity", value))


def to_integer(value: Mapping[str, str]) -> int | None:
    """Return a quantity as an integer of 64 bits, or None."""
    exact = amount(value).value
    whole = int(exact) if exact.adjusted() < 20 else _INT64
    return whole if whole == exact and -_INT64 <= whole < _INT64 else None


# --------------------------------------------------------------------------------------------------------- addresses


def address(text: str) -> IPv4Address | IPv6Address:
    """Read an address without a zone."""
    try:
        found = ip_address(text)
    except ValueError:
        raise ValueError(f'IP Address "{text}" parse error during conversion from string') from None
    if isinstance(found, IPv6Address):
        if found.scope_id is not None:
            raise ValueError(f'IP address "{text}" with zone value is not allowed')
        if found.ipv4_mapped is not None:
            raise ValueError(f'IPv4-mapped IPv6 address "{text}" is not allowed')
    return found


def network(text: str) -> tuple[IPv4Address | IPv6Address, int]:
    """Read the address and the prefix length of a network."""
    where, slash, length = text.partition("/")
    try:
        if not slash or not re.fullmatch("0|[1-9][0-9]{0,2}", length):
            raise ValueError(text)
        found = address(where)
        if int(length) > found.max_prefixlen:
            raise ValueError(text)
    except ValueError:
        raise ValueError(f'network address parse error during conversion from string: "{text}"') from None
    return found, int(length)


def mask(text: str) -> IPv4Network | IPv6Network:
    """Read a network without its host bits."""
    where, length = network(text)
    return ip_network(f"{where}/{length}", strict=False)


def canonical_network(text: str) -> str:
    """Write a network as servers do."""
    where, length = network(text)
    return f"{where}/{length}"


def contains_address(net: str, text: str) -> bool:
    """Return whether an address is in a network."""
    outer, inner = mask(net), address(text)
    return outer.version == inner.version and inner in outer


def contains_network(net: str, text: str) -> bool:
    """Return whether a network is in another one."""
    outer, inner = mask(net), mask(text)
    return outer.version == inner.version and outer.supernet_of(inner)  # type: ignore[arg-type]  # of one version


# -------------------------------------------------------------------------------------------------------------- URLs

_PARTS: Final = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?:[^/?#][^?#]*)?)?"  # what follows without a slash has no parts
    r"(?://(?:[^/?#]*@)?(?P<host>[^/?#]*))?(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?"
)
_PORT: Final = re.compile(r":[0-9]*\Z")


def url(text: str) -> Tagged:
    """Read an absolute URL or an absolute path."""
    if not is_url(text):
        raise ValueError(f'URL parse error during conversion from string: parse "{text}": invalid URI for request')
    return tag("url", text)


def part_of_url(name: str) -> Callable[[Mapping[str, str]], str]:
    """Make the function for one part of a URL."""

    def part(value: Mapping[str, str]) -> str:
        if name == "scheme":
            return _part("scheme", value).lower()
        if name == "path":
            return quote(_part("path", value), safe="/%!$&'()*+,;=:@-._~")
        host = unquote(_part("host", value))
        if name == "host":
            return host
        port = _PORT.search(host)
        if name == "port":
            return port[0][1:] if port else ""
        return (host[: port.start()] if port else host).removeprefix("[").removesuffix("]")

    return part


def url_query(value: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the parameters of a URL."""
    return parse_qs(_part("query", value), keep_blank_values=True)


def _part(name: str, value: Mapping[str, str]) -> str:
    found = _PARTS.match(untag("url", value))
    return (found[name] or "") if found is not None else ""


# ---------------------------------------------------------------------------------------------------------- versions

_VERSION: Final = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)


def semver(text: str, normalize: bool = False) -> Tagged:
    """Read a semantic version. `normalize` accepts a leading v, absent parts and leading zeros."""
    if normalize:
        text = _normalize_version(text)
    if _VERSION.fullmatch(text) is None:
        raise ValueError(f'"{text}" is not a semantic version')
    return tag("semver", text)


def _normalize_version(text: str) -> str:
    parts = text.removeprefix("v").split(".", 2)
    for at, part in enumerate(parts):
        if len(part) > 1:
            bare = part.lstrip("0")
            parts[at] = bare if bare[:1].isdigit() else f"0{bare}"
    if len(parts) < 3 and any(sign in parts[-1] for sign in "+-"):
        raise ValueError("short version cannot contain PreRelease/Build meta data")
    return ".".join([*parts, "0", "0"][:3])


def version_part(number: int) -> Callable[[Mapping[str, str]], int]:
    """Make the function for one number of a version."""
    return lambda value: int(_version(value)[number])


def _version(value: Mapping[str, str]) -> Any:
    found = _VERSION.fullmatch(untag("semver", value))
    if found is None:
        raise ValueError("no such overload")
    return found.groups()


def compare_versions(first: Mapping[str, str], second: Mapping[str, str]) -> int:
    """Compare two semantic versions by precedence, as -1, 0 or 1."""
    one, other = _precedence(first), _precedence(second)
    return (one > other) - (one < other)


def _precedence(value: Mapping[str, str]) -> tuple[Any, ...]:
    *numbers, before = _version(value)
    parts = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in before.split(".")] if before else []
    return (*map(int, numbers), not before, parts)


def compare(first: Mapping[str, str], second: Mapping[str, str]) -> int:
    """Compare two quantities or two versions, as -1, 0 or 1."""
    if f"{MARK}semver" in first:
        return compare_versions(first, second)
    one, other = amount(first).value, amount(second).value
    return (one > other) - (one < other)


# ------------------------------------------------------------------------------------------------------ named formats

_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_OLD_LABEL: Final = "[a-z]([-a-z0-9]*[a-z0-9])?"
_NAME: Final = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL_TEXT: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an alphanumeric character"
)
_SUBDOMAIN_TEXT: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
    "with an alphanumeric character"
)
_OLD_LABEL_TEXT: Final = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end "
    "with an alphanumeric character"
)
_VALUE_TEXT: Final = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character"
)
_NAME_TEXT: Final = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character"
)


def _format_check(pattern: str, most: int, said: str, prefix: bool = False) -> Callable[[str], list[str]]:
    """Make the check of a pattern and a length. A `prefix` may end in a hyphen, as prefixes of generated names do."""
    form = re.compile(pattern)

    def faults(text: str) -> list[str]:
        whole = f"{text[:-1]}a" if prefix and len(text) > 1 and text.endswith("-") else text
        found = [] if form.fullmatch(whole) else [said]
        return ([f"must be no more than {most} characters"] if len(text) > most else []) + found

    return faults


_subdomain: Final = _format_check(rf"{_LABEL}(\.{_LABEL})*", 253, _SUBDOMAIN_TEXT)
_name_part: Final = _format_check(_NAME, 63, _NAME_TEXT)


def _qualified_name(text: str) -> list[str]:
    domain, slash, name = text.rpartition("/")
    if domain.count("/"):
        return [
            "a qualified name must consist of alphanumeric characters with an optional DNS subdomain prefix and '/'"
        ]
    faults: list[str] = []
    if slash:
        faults = (
            [f"prefix part {fault}" for fault in _subdomain(domain)] if domain else ["prefix part must be non-empty"]
        )
    return faults + (_name_part(name) if name else ["name part must be non-empty"])


def _string_format_check(name: str, said: str) -> Callable[[str], list[str]]:
    """Make the check of a format of schemas."""
    holds = STRING_FORMATS[name]
    return lambda text: [] if holds(text) else [said.format(text=text)]


FORMATS: Final[Mapping[str, Callable[[str], list[str]]]] = {
    "dns1123Label": _format_check(_LABEL, 63, _LABEL_TEXT),
    "dns1123Subdomain": _subdomain,
    "dns1035Label": _format_check(_OLD_LABEL, 63, _OLD_LABEL_TEXT),
    "qualifiedName": _qualified_name,
    "dns1123LabelPrefix": _format_check(_LABEL, 63, _LABEL_TEXT, prefix=True),
    "dns1123SubdomainPrefix": _format_check(rf"{_LABEL}(\.{_LABEL})*", 253, _SUBDOMAIN_TEXT, prefix=True),
    "dns1035LabelPrefix": _format_check(_OLD_LABEL, 63, _OLD_LABEL_TEXT, prefix=True),
    "labelValue": _format_check(rf"({_NAME})?", 63, _VALUE_TEXT),
    "uri": _string_format_check("uri", 'parse "{text}": invalid URI for request'),
    "uuid": _string_format_check("uuid", "does not match the UUID format"),
    "byte": _string_format_check("byte", "invalid base64"),
    "date": _string_format_check("date", "invalid date"),
    "datetime": _string_format_check("datetime", "invalid datetime"),
}


def format_faults(value: Mapping[str, str], text: str) -> list[str]:
    """Return the errors of a text by a named format."""
    return FORMATS[untag("format", value)](text)


# ----------------------------------------------------------------------------------------------------------- texts


@lru_cache(500)
def expression(pattern: str) -> "re.Pattern[str]":
    """Compile a regular expression of RE2. Raises ValueError if it is invalid."""
    try:
        return compile_pattern(pattern)
    except ValueError as error:
        raise ValueError(f"error parsing regexp: {error}") from None


def is_url(text: str) -> bool:
    """Return whether a text is a URL."""
    return STRING_FORMATS["uri"](text)


def is_address(text: str) -> bool:
    """Return whether a text is an address."""
    return _is(address, text)


def is_network(text: str) -> bool:
    """Return whether a text is a network."""
    return _is(network, text)


def is_semver(text: str, normalize: bool = False) -> bool:
    """Return whether a text is a semantic version."""
    return _is(lambda each: semver(each, normalize), text)


def _is(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True
