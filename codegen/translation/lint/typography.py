"""Slips of typing in prose with full-width punctuation: blanks and brackets of the wrong width, words typed twice, marks in code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from codegen.core.locales import Locale
from codegen.core.scripts import DENSE, HAN
from codegen.core.usage import Twice
from codegen.translation.lint.text import LintFinding, Piece, around

_CODE = re.compile(r"(?<!`)`[^`\n]+`(?!`)")
_WIDE_IN_CODE = re.compile(r"[，。；：？！（）“”‘’]")
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
_TWICE = re.compile(rf"([{DENSE}])\1+")
# Two to six letters and the same again.
_AGAIN = re.compile(rf"([{DENSE}]{{2,6}})\1")
_OPEN, _CLOSE = "(（", ")）"
_ENDS_WITH_LETTER = re.compile(rf"[{DENSE}]\Z")
_SENTENCE = re.compile(r"[.!?][\"')\]]?\s*\Z")


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
    """A letter or a word typed twice; letters as the language's `Twice` says, and its words if it lists them."""
    twice, text = piece.locale.usage.twice, piece.prose
    for found in _TWICE.finditer(text):
        if len(found[0]) == 2 and not _is_fine(text, found, twice) and _is_slip(text, found, piece.locale):
            yield _doubled(piece, found)
    if twice.never:
        again = (found for found in _AGAIN.finditer(text) if found[1][0] not in twice.edges)
        yield from (_doubled(piece, found) for found in again if found[0] not in twice.fine)


def _is_fine(text: str, found: re.Match[str], twice: Twice) -> bool:
    """Whether two letters stand in a word or a joint of words that has them."""
    places = ((word, word.find(found[0])) for word in twice.fine)
    return any(at >= 0 and text.startswith(word, found.start() - at) for word, at in places)


def _is_slip(text: str, found: re.Match[str], locale: Locale) -> bool:
    """Whether a letter stands twice by mistake: not where the first ends a word and the second begins one.

    Without words, only its place beside letters between words tells.
    """
    twice, letter, start, end = locale.usage.twice, found[1], found.start(), found.end()
    if letter in twice.never:
        return True
    if locale.words:
        ends, begins = text[max(start - 1, 0) : end - 1] in locale.words, text[start + 1 : end + 1] in locale.words
        return not ((ends or letter in twice.first) and (begins or letter in twice.last) and (ends or begins))
    opens = start == 0 or text[start - 1] in twice.edges or not text[start - 1].isalpha()
    closes = end == len(text) or text[end] in twice.edges or not text[end].isalpha()
    return bool(twice.edges) and ((opens and letter not in twice.first) or (closes and letter not in twice.last))


def _doubled(piece: Piece, found: re.Match[str]) -> LintFinding:
    return LintFinding(
        rule="word-doubled",
        message=f"{found[1]!r} twice in a row: {around(piece.text, found.start(), found.end())!r}",
        at=found.start(),
        repair="keep one of them",
        written=found[0],
        correct=found[1],
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
            # A word of English in brackets behind one of the language is an aside: 域（Domain）.
            before = piece.text[max(first.start() - 1, 0) : first.start()]
            is_wide = re.search(rf"[{HAN}]", before + inside) is not None
            wrong = first if (first[0] == "(") == is_wide else found
            correct = {"(": "（", "（": "(", ")": "）", "）": ")"}[wrong[0]]
            yield LintFinding(
                rule="bracket-mixed",
                message=f"two brackets of different widths: {' '.join(inside.split())[:40]!r}",
                at=wrong.start(),
                repair=f"write {correct}",
            )


def missing_stop(piece: Piece) -> Iterator[LintFinding]:
    """A text that ends without a full stop, where its English has one."""
    text, stop = piece.text.rstrip(), piece.locale.usage.stop
    if stop and _SENTENCE.search(piece.english) and _ENDS_WITH_LETTER.search(text):
        yield LintFinding(
            rule="stop-missing",
            message=f"the last sentence has no full stop: {around(text, len(text) - 1)!r}",
            at=len(text) - 1,
            repair=f"end it with {stop}",
            written=text[-1],
            correct=f"{text[-1]}{stop}",
        )


TYPOGRAPHY_RULES: tuple[Callable[[Piece], Iterator[LintFinding]], ...] = (
    ideographic_blank,
    doubled_words,
    marks_in_code,
    mixed_brackets,
    missing_stop,
)
