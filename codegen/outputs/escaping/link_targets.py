r"""Targets of links in descriptions, which are web addresses or paths of the same site.

Anything else stays text: other schemes, and spellings by which a browser reaches another host
without one.

    https://garden.example.io/beds   a link
    ../beds/#soil                    a link
    /\evil.example                   text, since browsers read a backslash as a slash
    javascript&colon;dig()           text
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

_WEB_ADDRESS = re.compile(r"https?://[\w.-]++(?::\d{1,5})?(?![^/?#])", re.ASCII)
_SCHEME = re.compile(r"[^/?#]*:")  # or what parsers of addresses refuse
_PATH_END = re.compile("[?#]")
_WRONG_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")  # Hugo stops at it
# Hosts of this machine, those that RFC 2606 and RFC 6761 reserve, and `example.io` in their manner.
_EXAMPLE_HOST = re.compile(
    r"^127\.|^0\.0\.0\.0$|^localhost$|(^|\.)(example(\.(com|org|net|io))?|test|invalid|localhost)$"
)
_UNSEEN = re.compile(r"[\t\r\n]")  # browsers remove them
_ENDS = "".join(map(chr, range(0x21)))  # and these at both ends
_MOST_READINGS = 5


def is_safe_target(target: str) -> bool:
    """Return whether a target is a web address, or a path that stays on the site in every reading.

    Markdown, browsers and servers decode entities and percents, and browsers read a backslash as a
    slash. Escapes of Markdown have one too.
    """
    if _WRONG_PERCENT.search(target):
        return False
    if is_web_address(target):
        return True
    return all(map(_stays_on_site, _list_readings(target)))


def is_web_address(target: str) -> bool:
    """Return whether a target begins with `http://` or `https://` and a host."""
    return _WEB_ADDRESS.match(target) is not None and "\\" not in target


def is_example_address(target: str) -> bool:
    """Return whether a web address only stands for one, since nobody but examples has its host."""
    try:
        host = (urlsplit(target).hostname or "").rstrip(".")
    except ValueError:
        return True
    return _EXAMPLE_HOST.search(host) is not None


def _stays_on_site(target: str) -> bool:
    path = _PATH_END.split(target, maxsplit=1)[0]
    # Servers that resolve dots and redirect make `//evil.example` of `/a/..//evil.example` too.
    is_plain = "\\" not in target and "//" not in path
    return is_plain and _SCHEME.match(target) is None


def _list_readings(target: str) -> Iterator[str]:
    """Yield a target as it is read after each decoding.

    What is still encoded after the last one is read as another host.
    """
    for _ in range(_MOST_READINGS):
        target = _UNSEEN.sub("", target).strip(_ENDS)
        yield target
        decoded = unquote(html.unescape(target))
        if decoded == target:
            return
        target = decoded
    yield "//"
