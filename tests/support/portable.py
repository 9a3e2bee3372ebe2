"""Portability of file names to Windows and to file systems that ignore case or Unicode form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:[. ].*)?", re.IGNORECASE
)
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]')
_LONGEST = 255


def faults(paths: Iterable[str]) -> Iterator[str]:
    """Yield a message for each invalid name and for each pair of colliding names."""
    seen: dict[str, str] = {}
    for path in paths:
        names = path.split("/")
        for name in names:
            if _RESERVED.fullmatch(name):
                yield f"{path}: {name} is a device of Windows"
            if _FORBIDDEN.search(name) or name != name.rstrip(". ") or not name:
                yield f"{path}: Windows has no {name!r}"
            if len(name.encode()) > _LONGEST:
                yield f"{path}: {len(name.encode())} bytes"
        for depth in range(1, len(names) + 1):
            written = "/".join(names[:depth])
            known = seen.setdefault(unicodedata.normalize("NFC", written).casefold(), written)
            if known != written:
                yield f"{path} and {known} are one"
