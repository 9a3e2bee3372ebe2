"""Extraction of descriptions from page text."""

from __future__ import annotations

import re

from codegen.readers.shared.comments import remove_filler

_ANCHOR = re.compile(r"(?:\A|(?<=\s))<a\s+name=\"(?P<name>[^\"<>]*)\"\s*>\s*</a>\s*")
_OPEN_MARK = re.compile(r"(?<!\S)(\*{1,2})(?=[^\s*])")
_BLANKS_BEFORE_BREAK = re.compile(r"(?<![^\S\n])[^\S\n]++(?=\n)")
_BETWEEN = "\n\n"  # between paragraphs
_MANY_BREAKS = re.compile(r"\n{3,}")
# Emphasis from the beginning of a line to the end of this or a later line.
_EMPHASIS = re.compile(
    r"^(?P<mark>\*{1,2})(?=[^\s*])(?P<text>.*?[^\s*])(?P=mark)$", re.DOTALL | re.MULTILINE
)
_LONE_MARK = re.compile(r"\A\*{1,2}(?=[^\s*])|(?<=[^\s*])\*{1,2}\Z")
_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")


def clean(raw: str, depth: int, *, machine_made: bool = False) -> str:
    """Remove indentation, by two blanks for each level of `depth`, and hidden characters from a
    piece of page text.

    In hand-made text, blanks before line breaks and the blank lines left by comments go too.
    Machine-made text is exact, so it keeps the line breaks at its end.
    """
    text = remove_filler(raw).strip()
    if machine_made and text:
        end = _find_trailing_breaks(raw, depth)
    else:
        end = ""
    if depth:
        text = re.sub(rf"\n {{1,{2 * depth}}}", "\n", text)
    if not machine_made:
        text = _MANY_BREAKS.sub("\n\n", _BLANKS_BEFORE_BREAK.sub("", text)).replace("[\\*]", "[*]")
    return f"{text.strip()}{end}".replace("\\<", "<")


def _find_trailing_breaks(raw: str, depth: int) -> str:
    """Return the trailing blanks and line breaks of a machine-made text."""
    blanks = raw[len(raw.rstrip()) :]
    if not depth:
        if blanks.endswith(_BETWEEN):
            return blanks.removesuffix(_BETWEEN)
        return ""
    line = "\n" + "  " * depth
    indent = len(blanks) - len(blanks.lstrip(" \t"))
    while blanks.startswith(f"{line}\n", indent):
        indent += len(line)
    return blanks[:indent].replace(line, "\n")


def split_inlined(
    text: str, type_name: str, *, machine_made: bool = False
) -> tuple[str, str | None]:
    """Split a description of a field from the description of its inlined definition.

    The reference. <a name="X"></a> *X is a thing.*      ->  "The reference.", "X is a thing."
    The reference. **X is a thing.**                     ->  the same, where tags are lost
    """
    if "<a" in text and (anchor := _ANCHOR.search(text)):
        before, inlined = text[: anchor.start()], text[anchor.end() :]
        if (
            machine_made
            and before.endswith(_BETWEEN)
            and inlined.startswith("*")
            and inlined.endswith("*")
        ):
            return before.removesuffix(_BETWEEN), inlined[1:-1]
        return before.rstrip(), strip_emphasis(inlined)
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
    return text[: last.start()].rstrip(), strip_emphasis(text[last.start() :])


def split_like_english(
    text: str, type_name: str, english: str, english_inlined: str
) -> tuple[str, str | None]:
    """Split a description without marks where its English has them.

    With as many paragraphs as in English, the field keeps as many as there. Otherwise it keeps the
    paragraphs before the first one that begins with the name of the definition. Without such a
    paragraph nothing is split.
    """
    paragraphs = _PARAGRAPHS.split(text)
    counts = [len(_PARAGRAPHS.split(part)) if part else 0 for part in (english, english_inlined)]
    if len(paragraphs) == sum(counts):
        cut = counts[0]
    else:
        named = (
            number
            for number, part in enumerate(paragraphs)
            if part.lstrip("*").startswith(type_name)
        )
        cut = next(named, 0)
    if not cut:
        return text, None
    return "\n\n".join(paragraphs[:cut]), strip_emphasis("\n\n".join(paragraphs[cut:]))


def split_at_type_name(text: str, type_name: str) -> tuple[str, str | None]:
    """Split an English description without marks at the last line that begins with its type.

    A sentence that begins with it counts too if no line does.
    """
    name = re.escape(type_name)
    for begin in (r"\n\s*", r"(?<=[.!?])\s+"):
        starts = list(re.finditer(rf"{begin}(?=\*{{0,2}}{name}\s)", text))
        if starts and text[: starts[-1].start()].strip():
            last = starts[-1]
            return text[: last.start()].rstrip(), strip_emphasis(text[last.end() :])
    return text, None


def strip_emphasis(text: str) -> str:
    """Remove the emphasis of whole lines, and unbalanced marks at both ends of a text."""
    text = _EMPHASIS.sub(r"\g<text>", text.strip())
    if not text.strip("*"):
        return ""
    return _LONE_MARK.sub(lambda mark: mark[0] * (text.count(mark[0]) % 2 == 0), text).strip()
