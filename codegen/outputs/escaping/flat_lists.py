r"""Restores lists without line ends.

Generators of API documents join the lines of a comment, including items.

Fields to leave out: - spec.a - spec.b     ->     Fields to leave out:\n- spec.a\n- spec.b
"""

from __future__ import annotations

import re

_FIRST, _NEXT = ": - ", " - "
_ENOUGH = 2  # one dash behind a colon may be a dash
_SENTENCE_END = re.compile(r"[.!?]\s+\S|[。！？]\s*\S")


def split_list_items(text: str) -> str:
    """Put the items of an unambiguous inline list on lines of their own.

    Items must all begin with lower case, or none, since a dash may be part of a sentence. The last
    item must not have a second sentence, which may be about all of them.
    """
    return "\n".join(map(_split_line, text.split("\n")))


def _split_line(line: str) -> str:
    before, mark, behind = line.partition(_FIRST)
    items = behind.split(_NEXT)
    if (
        not mark
        or not before.strip()
        or len(items) < _ENOUGH
        or not all(item.strip() for item in items)
    ):
        return line
    have_same_case = len({item.lstrip()[0].islower() for item in items}) == 1
    if not have_same_case or _SENTENCE_END.search(items[-1]) or before.count("`") % 2:
        return line
    return "\n".join((f"{before}:", *(f"- {item.strip()}" for item in items)))
