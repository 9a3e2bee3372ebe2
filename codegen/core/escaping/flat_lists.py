r"""Lists that lost their line ends: generators of API documents join the lines of a comment, items and all.

Fields to leave out: - spec.a - spec.b     ->     Fields to leave out:\n- spec.a\n- spec.b
"""

from __future__ import annotations

import re

_FIRST, _NEXT = ": - ", " - "
_ENOUGH = 2  # one dash behind a colon may be a dash
_SENTENCE_END = re.compile(r"[.!?]\s+\S|[。！？]\s*\S")


def split_list_items(text: str) -> str:
    """The text with an item on each line where a line has a list behind a colon, up to its end, and it is certain where items begin and end.

    Items are not certain that do not begin alike, with small letters or not: a dash may stand in a sentence. Where the last
    one has a second sentence, that may be about all of them.
    """
    if _FIRST not in text:
        return text
    return "\n".join(map(_line, text.split("\n")))


def _line(line: str) -> str:
    before, found, behind = line.partition(_FIRST)
    items = behind.split(_NEXT)
    if not found or not before.strip() or len(items) < _ENOUGH or not all(item.strip() for item in items):
        return line
    is_alike = len({item.lstrip()[0].islower() for item in items}) == 1
    if not is_alike or _SENTENCE_END.search(items[-1]) or before.count("`") % 2:
        return line
    return "\n".join((f"{before}:", *(f"- {item.strip()}" for item in items)))
