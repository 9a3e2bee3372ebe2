"""Typography of languages with full-width punctuation: marks between letters, and lines that end
with sentences.

Normalised text (NFKC) has lost the full-width forms of `,:;!?()`. They are restored beside letters
of the language. Nothing else changes: the normalised result equals the text, and every blank stays
a blank or becomes a line break.
"""

from __future__ import annotations

import re

from codegen.core.scripts import SCRIPTS

_WIDE = {",": "，", ":": "：", ";": "；", "!": "！", "?": "？", "(": "（", ")": "）"}
# Punctuation that counts as Chinese, like letters.
_NEAR = frozenset("。、，：；！？（）《》「」『』【】…")
# Unchanged parts: code, link targets, addresses and tags.
LITERAL = re.compile(
    r"(?<!`)(?P<ticks>`++)(?:(?!(?P=ticks)).)+(?P=ticks)(?!`)|\]\([^)\s]{0,500}\)|\b[A-Za-z][A-Za-z0-9+.-]{1,15}://[!-'*-;=-~]+|<[^<>\n]*>",
    re.DOTALL,
)
_MARK = re.compile(r"[,:;!?()]")
# A blank between a sentence end or full-width colon and a word, where a line may end.
# It is found in two steps, since one expression with all these characters compiles slowly.
_BREAK = re.compile(r"(?<=\S) (?=\S)")
_ENDS, _CLOSES, _OPENS = frozenset("。！？；"), frozenset("”’」）"), frozenset("`“‘「《（")
_SENTENCE_END = re.compile(r"\.(?=\s+[A-Z])")


def full_width(text: str) -> str:
    """Set full-width punctuation between Chinese letters."""
    literal = bytearray(len(text))
    for match in LITERAL.finditer(text):
        literal[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    letters = list(text)
    opened: list[tuple[int, bool]] = []
    for match in _MARK.finditer(text):
        at = match.start()
        if literal[at]:
            continue
        mark = match[0]
        if mark == "(":
            behind_blank = text[at - 1 : at].isspace()
            is_wide = _is_beside_letter(letters, at - 1) or (
                _is_beside_letter(letters, at + 1) and not behind_blank
            )
            opened.append((at, is_wide))
        elif mark == ")":
            if opened and (pair := opened.pop())[1]:
                letters[pair[0]], letters[at] = "（", "）"
        elif _is_beside_letter(letters, at - 1) or _is_beside_letter(letters, at + 1):
            letters[at] = _WIDE[mark]
    return "".join(letters)


def restore_line_breaks(text: str) -> str:
    """Replace the blanks between sentences of a flattened text with line breaks."""
    return _BREAK.sub(_choose_break, text)


def _choose_break(blank: re.Match[str]) -> str:
    """Return a line break for a blank between two sentences."""
    text, at = blank.string, blank.start()
    before, behind = text[at - 1], text[at + 1]
    ends = (
        before in _ENDS or before == "：" or (before in _CLOSES and text[at - 2 : at - 1] in _ENDS)
    )
    if ends and (behind in _OPENS or (behind.isalnum() and not behind.isdecimal())):
        return "\n"
    return " "


def first_sentence(text: str) -> str:
    """Return the first sentence of a text on one line."""
    end = re.search(r"。|\.(?=\s+[A-Z]|\s*\Z)", text)
    return " ".join((text[: end.end()] if end else text).split())


def first_phrase(text: str, *, sentence: bool = False) -> str:
    """Return the text up to its first full stop, on one line.

    With `sentence`, as in later builds, the full stop must be followed by a blank and a capital
    letter.
    """
    if sentence:
        match = _SENTENCE_END.search(text)
        if match:
            phrase = text[: match.end()]
        else:
            phrase = f"{text.removesuffix('.')}."
    else:
        phrase = text.partition(".")[0] + "."
    return phrase.replace("\r", "").replace("\n", "")


def _is_beside_letter(letters: list[str], at: int) -> bool:
    return 0 <= at < len(letters) and (letters[at] in _NEAR or letters[at] in SCRIPTS["Han"])
