"""Slips of typing in prose with full-width punctuation: blanks and brackets of the wrong width, words typed twice, marks in code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from codegen.core.patterns import lazy_pattern
from codegen.core.scripts import HAN
from codegen.translation.lint.text import LintFinding, Piece, around

_CODE = lazy_pattern(r"(?<!`)`[^`\n]+`(?!`)")
_WIDE_IN_CODE = lazy_pattern(r"[，。；：？！（）“”‘’]")
_HALF = {
    "，": ",",
    "。": ".",
    "；": ";",
    "：": ":",
    "？": "?",
    "！": "!",
    "（": "(",
    "）": ")",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
}
# Words that nobody writes twice in a row, without those that end another word (目的的, 申请请求, 存在在).
_TWICE = lazy_pattern(
    r"(?<![目])的的|(?<![申])请请|(?<![于但只就还])是是|了了|和和|(?<![存现内所实])在在|与与|或或|被被|(?<![应])该该|(?<![尤])其其|(?<![可])以以|将将"
)
_OPEN, _CLOSE = "(（", ")）"
_ENDS_WITH_LETTER = lazy_pattern(rf"[{HAN}]\s*\Z")
_SENTENCE = lazy_pattern(r"[.!?][\"')\]]?\s*\Z")


def ideographic_blank(piece: Piece) -> Iterator[LintFinding]:
    """A blank as wide as a letter."""
    for found in re.finditer("\u3000+", piece.prose):
        yield LintFinding(
            rule="blank-ideographic",
            message=f"an ideographic blank (U+3000): {around(piece.text, found.start(), found.end())!r}",
            at=found.start(),
            repair="remove it",
            written=found[0],
            correct="",
        )


def doubled_words(piece: Piece) -> Iterator[LintFinding]:
    """A word typed twice."""
    for found in _TWICE.finditer(piece.prose):
        yield LintFinding(
            rule="word-doubled",
            message=f"{found[0][0]!r} twice in a row: {around(piece.text, found.start(), found.end())!r}",
            at=found.start(),
            repair="keep one of them",
            written=found[0],
            correct=found[0][0],
        )


def marks_in_code(piece: Piece) -> Iterator[LintFinding]:
    """Full-width punctuation inside code whose other characters are those of a program, if the English has no such mark."""
    for code in _CODE.finditer(piece.text):
        if re.search(rf"[{HAN}]", code[0]) or code[0] in piece.english:
            continue
        if _WIDE_IN_CODE.search(code[0]):
            correct = "".join(_HALF.get(char, char) for char in code[0])
            yield LintFinding(
                rule="mark-in-code",
                message=f"full-width marks inside code: {code[0]}",
                at=code.start(),
                repair=f"write {correct}",
                written=code[0],
                correct=correct,
            )


def mixed_brackets(piece: Piece) -> Iterator[LintFinding]:
    """A pair of round brackets of two widths."""
    opened: list[re.Match[str]] = []
    for found in re.finditer(r"[()（）]", piece.prose):
        if found[0] in _OPEN:
            opened.append(found)
        elif opened:
            first = opened.pop()
            if _OPEN.index(first[0]) == _CLOSE.index(found[0]):
                continue
            inside = piece.text[first.start() : found.end()]
            is_wide = re.search(rf"[{HAN}]", inside) is not None
            wrong = first if (first[0] == "(") == is_wide else found
            correct = {"(": "（", "（": "(", ")": "）", "）": ")"}[wrong[0]]
            yield LintFinding(
                rule="bracket-mixed",
                message=f"two brackets of different widths: {' '.join(inside.split())[:40]!r}",
                at=wrong.start(),
                repair=f"write {correct}",
                written=wrong[0],
                correct=correct,
            )


def missing_stop(piece: Piece) -> Iterator[LintFinding]:
    """A text of several sentences whose last one has no full stop, where the English has one."""
    text = piece.text.rstrip()
    if "。" in text and _SENTENCE.search(piece.english) and _ENDS_WITH_LETTER.search(text):
        yield LintFinding(
            rule="stop-missing",
            message=f"the last sentence has no full stop: {around(text, len(text) - 1)!r}",
            at=len(text) - 1,
            repair="end it with 。",
            written=text[-1],
            correct=f"{text[-1]}。",
        )


TYPOGRAPHY_RULES: tuple[Callable[[Piece], Iterator[LintFinding]], ...] = (
    ideographic_blank,
    doubled_words,
    marks_in_code,
    mixed_brackets,
    missing_stop,
)
