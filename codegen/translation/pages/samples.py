"""Samples of code that translators leave out of the English comment.

A sample is not translated. Many pages have it only once, below the comment, in the text.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from codegen.translation.pages.page_parts import fold_english

_TOKEN = re.compile(r"\w+|[^\w\s*`\\]")
# Fewer words than these may stand in a translation by chance.
_LEAST_TOKENS = 8


def lacks_only_samples(comment: str, english: str, translation: str) -> bool:
    """Return whether a comment lacks nothing of the English but samples in the translation."""
    old, new = _TOKEN.findall(comment.casefold()), _TOKEN.findall(english.casefold())
    if len(new) - len(old) < _LEAST_TOKENS:
        return False
    written = _fold(translation)
    for kind, _, _, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if kind != "insert" or end - start < _LEAST_TOKENS:
            return False
        if not _has_sample(new, start, end, written):
            return False
    return True


def _has_sample(tokens: list[str], start: int, end: int, written: str) -> bool:
    """Return whether a translation has a run of tokens.

    Where a token before the run equals its last one, the run may as well begin there.
    """
    while True:
        if "".join(tokens[start:end]) in written:
            return True
        if start == 0 or tokens[start - 1] != tokens[end - 1]:
            return False
        start -= 1
        end -= 1


def _fold(text: str) -> str:
    return "".join(_TOKEN.findall(fold_english(text)))
