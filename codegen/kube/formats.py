"""Formats of strings, checked as by the servers of custom resources.

The parsers of Go differ from the standards. Where releases of Go differ, the more lenient one
counts, since a validator must not refuse valid objects.
"""

from collections.abc import Callable, Mapping
from ipaddress import IPv6Address
from re import ASCII, IGNORECASE, findall, fullmatch, match, search
from typing import Final
from unicodedata import category

from codegen.kube.duration import is_duration
from codegen.kube.encoded import is_base64
from codegen.kube.moments import is_date, is_date_time

Format = Callable[[str], bool]


def _pattern_format(pattern: str, flags: int = 0) -> Format:
    """Build the check of a pattern.

    It is compiled on first use, since few formats are ever used.
    """
    flags = int(flags | ASCII)  # a RegexFlag would more than double the time of a check
    return lambda text: fullmatch(pattern, text, flags) is not None


# servers take zeros in front
_OCTET: Final = _pattern_format(r"0*(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])")
_IPV4_BITS: Final = 32
_IPV6_BITS: Final = 128
_MASK: Final = _pattern_format(r"0*[0-9]{1,3}")


def _is_four_octets(text: str) -> bool:
    parts = text.split(".")
    return len(parts) == 4 and all(map(_OCTET, parts))


def _is_ipv4(text: str) -> bool:
    return _is_four_octets(text) or ("." in text and _is_ipv6(text))


def _is_ipv6(text: str) -> bool:
    head, colon, last = text.rpartition(":")
    if not colon or "%" in text or "/" in text:
        return False
    if "." in last:
        if not _is_four_octets(last):
            return False
        text = f"{head}:0:0"
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _is_cidr(text: str) -> bool:
    address, _, mask = text.partition("/")
    if _is_four_octets(address):
        bits = _IPV4_BITS
    elif _is_ipv6(address):
        bits = _IPV6_BITS
    else:
        return False
    return _MASK(mask) and int(mask[-3:]) <= bits


_MACS: Final = "|".join(
    [
        rf"[0-9a-f]{{2}}(?:{sign}[0-9a-f]{{2}}){{{n - 1}}}"
        for sign in ":-"
        for n in (6, 8, 20)
    ]
    + [rf"[0-9a-f]{{4}}(?:\.[0-9a-f]{{4}}){{{n - 1}}}" for n in (3, 4, 10)]
)

# letters and symbols of all scripts are read as these
_CHARACTER: Final = "[a-zA-Z0-9]"
_LABEL: Final = rf"{_CHARACTER}(?:[a-zA-Z0-9-]{{0,61}}{_CHARACTER})?"
_HOSTNAME: Final = _pattern_format(
    rf"{_CHARACTER}-?{_CHARACTER}{{0,62}}|(?:{_LABEL}\.)+[a-zA-Z]{{2,63}}"
)
_CONTROLS: Final = r"[\x00-\x1f\x7f]"
_SCHEME: Final = r"([a-zA-Z][a-zA-Z0-9+.-]*):"
_ESCAPED: Final = _pattern_format(r"(?:[^%]|%[0-9a-f]{2})*+", IGNORECASE)
_USER: Final = _pattern_format(r"(?:[a-zA-Z0-9._:~!$&'()*+,;=@-]|%[0-9a-fA-F]{2})*+")
_PLACE: Final = (
    r"(?:[a-z0-9._~!$&'()*+,;=:\[\]<>\"\x80-\U0010ffff-]|%25|%[89a-f][0-9a-f])*+"
)
_PLACE_OF_NAME: Final = _pattern_format(_PLACE, IGNORECASE)
_PORT: Final = _pattern_format(r"(?::[0-9]*)?")


def _is_hostname(text: str) -> bool:
    # letters and symbols; all other characters are refused
    kinds = {"L": "a", "S": "0"}
    plain = ""
    for character in text:
        if character in "-." or (character.isascii() and character.isalnum()):
            plain += character
        else:
            plain += kinds.get(category(character)[0], "_")
    if not _HOSTNAME(plain):
        return False
    size = len(text.encode(errors="surrogatepass"))
    return size <= 255 and all(
        len(part.encode(errors="surrogatepass")) <= 63 for part in text.split(".")
    )


def _is_uri(text: str) -> bool:
    """Return whether a URI has a scheme or is an absolute path."""
    if not text or search(_CONTROLS, text):
        return False
    if text == "*":
        return True
    scheme = match(_SCHEME, text)
    hierarchy = text
    if scheme is not None:
        hierarchy = text[scheme.end() :]
    hierarchy = hierarchy.partition("?")[0]
    if not hierarchy.startswith("/"):
        return scheme is not None
    if scheme is None or not hierarchy.startswith("//"):
        return _ESCAPED(hierarchy)
    authority, slash, path = hierarchy[2:].partition("/")
    user, _, host = authority.rpartition("@")
    return _USER(user) and _is_authority(host) and _ESCAPED(slash + path)


def _is_authority(host: str) -> bool:
    """Return whether a host is a name or an address in brackets, with or without a port."""
    if not host.startswith("["):
        _, colon, port = host.rpartition(":")
        return (not colon or _PORT(colon + port)) and _PLACE_OF_NAME(host)
    inside, closed, port = host[1:].rpartition("]")
    if not closed or not _PORT(port):
        return False
    address, zone, name = inside.partition("%25")
    return _PLACE_OF_NAME(address) and (not zone or _ESCAPED(name))


_ATOM: Final = r"[^\x00-\x20\x7f()<>\[\]:;@\\,\".]"
_QUOTED: Final = r"\"(?:[^\x00-\x08\x0a-\x1f\x7f\"\\]|\\[^\x00-\x08\x0a-\x1f\x7f])%s\""
_ADDRESS: Final = (
    rf"[ \t]*+(?:{_ATOM}++(?:\.{_ATOM}++)*+|{_QUOTED % '++'})@"
    rf"[ \t]*+(?:{_ATOM}++(?:\.{_ATOM}++)*+(?!\.)|\[(?P<%s>[^\x00-\x20\x7f\[\]\\]*+)\])"
)
_NAME: Final = rf"(?:[ \t]*+(?:(?:{_ATOM}|\.)++|{_QUOTED % '*+'}))*+[ \t]*+"
_MAILBOX: Final = rf"(?:{_ADDRESS % 'bare'}|{_NAME}<{_ADDRESS % 'angled'}>)[ \t]*+"
_GROUP: Final = r"[^<@\":]*+:[\s\S]*;[ \t]*+"


def _is_email(text: str) -> bool:
    """Return whether a text is one mail address, with or without a name.

    Groups and comments are left to the server.
    """
    if "(" in text or fullmatch(_GROUP, text):
        return True
    mailbox = fullmatch(_MAILBOX, text)
    if mailbox is None:
        return False
    literal = mailbox["bare"]
    if literal is None:
        literal = mailbox["angled"]
    if literal is None:
        return True
    if literal.startswith("IPv6:"):
        return _is_ipv6(literal[5:])
    return _is_ipv4(literal)


_LENGTH: Final = "(?<![0-9])([0-9]++)[\t\n\f\r ]*+([A-Za-z\u00b5]++)"
_UNITS: Final = frozenset(
    ("ns", "us", "\u00b5s", "ms", "s", "m", "h", "hr", "d", "w", "wk")
)
_LONG_UNITS: Final = ("nano", "micro", "milli", "sec", "min", "hour", "day", "week")
_LARGEST: Final = 2**63 - 1


def _is_long_duration(text: str) -> bool:
    """Return whether a text is a duration of Go, or has a number with a word for its unit."""
    if is_duration(text):
        return True
    parts = [
        (digits.lstrip("0"), unit.lower()) for digits, unit in findall(_LENGTH, text)
    ]
    if any(len(digits) > 19 or int(digits or "0") > _LARGEST for digits, _ in parts):
        return False
    return any(unit in _UNITS or unit.startswith(_LONG_UNITS) for _, unit in parts)


_BYTE: Final = r"(?:0|[1-9][0-9]?|1[0-9]{1,2}|2[0-4][0-9]|25[0-5])"
_SPACE: Final = "[\t\n\f\r ]*"


def _uuid(third: str, fourth: str) -> Format:
    return _pattern_format(
        rf"[0-9a-f]{{8}}-?[0-9a-f]{{4}}-?{third}-?{fourth}-?[0-9a-f]{{12}}", IGNORECASE
    )


FORMATS: Final[Mapping[str, Format]] = {
    "bsonobjectid": _pattern_format("[0-9a-fA-F]{24}"),
    "byte": is_base64,
    "cidr": _is_cidr,
    "date": is_date,
    "date-time": is_date_time,
    "datetime": is_date_time,
    "duration": _is_long_duration,
    "email": _is_email,
    "hexcolor": _pattern_format("#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})"),
    "hostname": _is_hostname,
    "ipv4": _is_ipv4,
    "ipv6": _is_ipv6,
    "mac": _pattern_format(_MACS, IGNORECASE),
    "rgbcolor": _pattern_format(
        rf"rgb\({_SPACE}{_BYTE}{_SPACE},{_SPACE}{_BYTE}{_SPACE},{_SPACE}{_BYTE}{_SPACE}\)"
    ),
    "ssn": _pattern_format("[0-9]{3}[- ][0-9]{2}[- ][0-9]{4}"),
    "uri": _is_uri,
    "uuid": _uuid("[0-9a-f]{4}", "[0-9a-f]{4}"),
    "uuid3": _uuid("3[0-9a-f]{3}", "[0-9a-f]{4}"),
    "uuid4": _uuid("4[0-9a-f]{3}", "[89ab][0-9a-f]{3}"),
    "uuid5": _uuid("5[0-9a-f]{3}", "[89ab][0-9a-f]{3}"),
}
