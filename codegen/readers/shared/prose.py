"""Descriptions out of page text: indentation, hidden comments, annotations, and the definition below a field."""

from __future__ import annotations

import re
from functools import cache

from codegen.core.patterns import lazy_pattern
from codegen.readers.shared.comments import FILLER

_ANCHOR = lazy_pattern(r"(?:\A|(?<=\s))<a\s+name=\"(?P<name>[^\"<>]*)\"\s*>\s*</a>\s*")
_OPEN_MARK = lazy_pattern(r"(?<!\S)(\*{1,2})(?=[^\s*])")
_BLANKS_BEFORE_BREAK = lazy_pattern(r"(?<![^\S\n])[^\S\n]++(?=\n)")
_MANY_BREAKS = lazy_pattern(r"\n{3,}")


@cache
def _indentation(width: int) -> re.Pattern[str]:
    return re.compile(rf"\n {{1,{width}}}")


def clean(raw: str, depth: int, *, machine_made: bool = False) -> str:
    """The text of a piece of a page, which is indented by two blanks a level where it has line breaks.

    What a hand-made page adds (blanks before a line break, blank lines left by comments) goes; a machine-made text is exact.
    """
    text = raw.strip()  # of what is hidden too, which mostly stands in front
    if FILLER in text:
        text = text.replace(FILLER, "")
    if "\n" in text:
        if depth and "\n " in text:
            plain = text.replace("\n" + "  " * depth, "\n")
            text = _indentation(2 * depth).sub("\n", text) if "\n " in plain else plain
        if not machine_made:
            if " \n" in text or "\t\n" in text or "\u3000\n" in text or "\xa0\n" in text:
                text = _BLANKS_BEFORE_BREAK.sub("", text)
            if "\n\n\n" in text:
                text = _MANY_BREAKS.sub("\n\n", text)
    text = text.strip()
    return text.replace("\\<", "<") if "\\<" in text else text


def split_inlined(text: str, type_name: str) -> tuple[str, str | None]:
    """The description of a field and that of the definition written out below it (None: there is none).

    The reference. <a name="X"></a> *X is a thing.*      ->  "The reference.", "X is a thing."
    The reference. **X is a thing.**                     ->  the same, where tags are lost
    """
    if "<a name" in text and (anchor := _ANCHOR.search(text)):
        return text[: anchor.start()].rstrip(), unmarked(text[anchor.end() :])
    if not text.endswith("*"):
        return text, None
    last = None
    for opened in _OPEN_MARK.finditer(text):
        mark = opened[1]
        if opened.end() < len(text) - len(mark) and text.endswith(mark):
            if text.startswith(type_name, opened.end()):
                last = opened
                break
            if text.find(mark, opened.end(), len(text) - len(mark)) < 0:
                last = last or opened
    if last is None:
        return text, None
    return text[: last.start()].rstrip(), text[last.end() : -len(last[1])].strip()


def unmarked(text: str) -> str:
    """`*text*` or `**text**` without its marks; text with unbalanced marks loses what it has of them."""
    text = text.strip()
    if len(text) >= 4 and text.startswith("**") and text.endswith("**"):
        return text[2:-2].strip()
    if len(text) >= 2 and text.startswith("*") and text.endswith("*"):
        return text[1:-1].lstrip("*").strip()
    if text.strip("*") == "":
        return ""
    if text.startswith("**") or (text.startswith("*") and not text.startswith("* ")):
        return text.lstrip("*").strip()
    return text
