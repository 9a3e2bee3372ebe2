"""Spacing, punctuation, line breaks and marks of prose with full-width punctuation; leftover English in any other script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from codegen.core.scripts import DENSE
from codegen.translation.lint.text import BLOT, LintFinding, Piece, around

_WIDE = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_NO_BLANK = re.compile(rf"(?<=[{DENSE}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[{DENSE}])")
# Letters of the language beside code of a line.
_BLANK_BETWEEN = re.compile(
    rf"(?<=[{DENSE}])[^\S\n\u3000]+(?=[A-Za-z0-9{BLOT}])|(?<=[A-Za-z0-9{BLOT}])[^\S\n\u3000]+(?=[{DENSE}])"
)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(?:.+?)(?<!`)\1(?!`)")
_HALF = re.compile(
    rf"(?<=[{DENSE}])[,;:?!](?=[{DENSE}\s{BLOT}A-Za-z]|\Z)|(?<=[{DENSE}]) [,;:?!](?=[{DENSE}\s]|\Z)"
    rf"|(?<=[A-Za-z0-9{BLOT}])[,;?!](?= ?[{DENSE}])"
)
_HALF_STOP = re.compile(rf"(?<=[{DENSE}])\.(?=[{DENSE}\s]|\Z)|(?<=[A-Za-z{BLOT}])\.(?= ?[{DENSE}])")
_BLANK_AT_MARK = re.compile(
    rf"(?<=[{DENSE}])[^\S\n\u3000]+(?=[，。；：？！、）])|(?<=[，。；？！、（])[^\S\n\u3000]+(?=[{DENSE}])"
)
_BLANK_INSIDE = re.compile(rf"(?<=[{DENSE}])[^\S\n\u3000]+(?=[{DENSE}])")
_BREAK_INSIDE = re.compile(rf"(?<=[{DENSE}])\n[^\S\n]*(?=[{DENSE}])")
_DOUBLED = re.compile(r"([，。；：、])\1|[，、][。；：]|。[，；：、]")
_LATIN_RUN = re.compile(r"(?<![\w.\"'“‘-])[a-z]+(?:[ \n]+[A-Za-z]+){4,}(?![\w-])", re.ASCII)
_SMALL = frozenset(
    ("the", "of", "is", "to", "a", "an", "in", "for", "that", "be", "this", "by", "with", "are", "if", "not")
)
# `[0, N)`: an interval that is open on one side.
_INTERVAL = re.compile(
    r"\[[^\[\]()（）,，、]*+[,，、][^\[\]()（）]*+[)）]|[(（][^\[\]()（）,，、]*+[,，、][^\[\]()（）]*+\]"
)
_LIST_MARK = re.compile(r"(?:\A|[^\w])[0-9A-Za-z]{1,2}）\Z", re.ASCII)
_QUOTED = re.compile(rf"\"[^\"\n{DENSE}]*\"|“[^“”\n{DENSE}]*”|'[^'\n{DENSE}]*'|‘[^‘’\n{DENSE}]*’")
_PAIRS = (("（", "）"), ("《", "》"), ("「", "」"), ("“", "”"))


def _prose_rule(rule: Callable[[Piece], Iterator[LintFinding]]) -> Callable[[Piece], Iterator[LintFinding]]:
    """A rule for languages without blanks between words."""

    def checked(piece: Piece) -> Iterator[LintFinding]:
        return rule(piece) if piece.locale.is_dense else iter(())

    return checked


@_prose_rule
def _spacing(piece: Piece) -> Iterator[LintFinding]:
    text = piece.prose
    if piece.locale.usage.blanks == "one":
        yield from _missing_blanks(piece)
    elif piece.locale.usage.blanks == "none":
        yield from _unwanted_blanks(piece)
    for found in _BLANK_AT_MARK.finditer(text):
        yield LintFinding(
            rule="blank-at-mark",
            message=f"a space beside a full-width mark: {around(text, found.start(), found.end())!r}",
            at=found.start(),
            repair="remove the space: the mark has its own",
            written=found[0] + text[found.end()],
            correct=text[found.end()],
        )
    for found in _BLANK_INSIDE.finditer(text):
        yield LintFinding(
            rule="blank-inside",
            message=f"a space between two letters of one script: {around(text, found.start(), found.end())!r}",
            at=found.start(),
            repair="remove the space, or write the mark that is missing",
        )
    for found in _BREAK_INSIDE.finditer(text):
        yield LintFinding(
            rule="break-inside",
            message=f"a line ends inside a sentence: {around(text, found.start(), found.end())!r}",
            at=found.start(),
            repair="break lines after a punctuation mark or beside a Latin word: browsers show a space here",
        )


def _missing_blanks(piece: Piece) -> Iterator[LintFinding]:
    text = piece.prose
    for found in _NO_BLANK.finditer(text):
        at = found.start()
        yield LintFinding(
            rule="blank-missing",
            message=f"no space between letters of two scripts: {around(text, at - 1, at + 1)!r}",
            at=at - 1,
            repair="put one space between them",
            written=text[at - 1 : at + 1],
            correct=f"{text[at - 1]} {text[at]}",
        )
    for at in _bare_code(piece):
        yield LintFinding(
            rule="blank-missing",
            message=f"no space between a letter and code: {around(piece.text, at - 1, at + 1)!r}",
            at=at - 1,
            repair="put one space between them",
            written=piece.text[at - 1 : at + 1],
            correct=f"{piece.text[at - 1]} {piece.text[at]}",
        )


def _unwanted_blanks(piece: Piece) -> Iterator[LintFinding]:
    text = piece.prose
    for found in _BLANK_BETWEEN.finditer(text):
        yield LintFinding(
            rule="blank-unwanted",
            message=f"a space between letters of two scripts: {around(piece.text, found.start(), found.end())!r}",
            at=found.start(),
            repair="remove the space",
            written=found[0] + piece.text[found.end()],
            correct=piece.text[found.end()],
        )


def _bare_code(piece: Piece) -> Iterator[int]:
    """Where code in a line begins behind a letter, or ends before one."""
    text = piece.inline
    for code in _CODE.finditer(text):
        if re.match(rf"[{DENSE}]", text[code.start() - 1 : code.start()]):
            yield code.start()
        if re.match(rf"[{DENSE}]", text[code.end() : code.end() + 1]):
            yield code.end()


@_prose_rule
def _punctuation(piece: Piece) -> Iterator[LintFinding]:
    text = piece.prose
    if piece.locale.full_width:
        yield from _half_width(piece)
    for found in _DOUBLED.finditer(text):
        yield LintFinding(
            rule="mark-doubled",
            message=f"two punctuation marks in a row: {around(text, found.start(), found.end())!r}",
            at=found.start(),
            repair="keep one of them",
        )


def _half_width(piece: Piece) -> Iterator[LintFinding]:
    text = piece.prose
    for found in _HALF.finditer(text):
        mark = found[0].strip()
        yield LintFinding(
            rule="mark-half-width",
            message=f"a half-width {mark!r} in prose: {around(text, found.start(), found.end())!r}",
            at=found.start(),
            repair=f"write {_WIDE[mark]}",
        )
    for found in _HALF_STOP.finditer(text):
        yield LintFinding(
            rule="mark-half-width",
            message=f"a half-width full stop in prose: {around(text, found.start(), found.end())!r}",
            at=found.start(),
            repair="write 。",
        )


@_prose_rule
def _brackets(piece: Piece) -> Iterator[LintFinding]:
    """Brackets and quotes that do not close; half-width round ones close full-width ones too, as both occur in one text."""
    text = _INTERVAL.sub(lambda found: BLOT * len(found[0]), piece.prose).replace("(", "（").replace(")", "）")
    for opening, closing in _PAIRS:
        open_at: list[int] = []
        wrong = -1
        for found in re.finditer(f"[{opening}{closing}]", text):
            if found[0] == opening:
                open_at.append(found.start())
            elif open_at:
                open_at.pop()
            elif not _LIST_MARK.search(text, max(found.start() - 4, 0), found.end()):
                wrong = found.start()
        if open_at or wrong >= 0:
            at = open_at[0] if open_at else wrong
            yield LintFinding(
                rule="bracket-unbalanced",
                message=f"{'a bracket is opened but not closed' if open_at else 'a bracket is closed but not opened'}: {around(text, at)!r}",
                at=at,
                repair=f"write {opening} and {closing} around it, or neither",
            )


def unbalanced_emphasis(piece: Piece) -> Iterator[LintFinding]:
    """Marks of Markdown that open and never close."""
    for mark, name in (("**", "strong emphasis"), ("`", "code")):
        rest = piece.prose
        if mark in rest and rest.count(mark) % 2:
            yield LintFinding(
                rule="emphasis-unbalanced",
                message=f"{mark} opens {name} that is not closed",
                at=rest.find(mark),
                repair=f"write {mark} on both sides, or on none",
            )


def _leftover(piece: Piece) -> Iterator[LintFinding]:
    """A run of English words in a text of another script."""
    if piece.locale.letters is None:
        return
    for found in _LATIN_RUN.finditer(_QUOTED.sub(lambda quoted: BLOT * len(quoted[0]), piece.prose)):
        if any(word.lower() in _SMALL for word in found[0].split()):
            yield LintFinding(
                rule="english-left",
                message=f"English is left in the text: {' '.join(found[0].split())[:60]!r}",
                at=found.start(),
                repair="translate it, or mark it as code if it is a value",
            )


PROSE_RULES: tuple[Callable[[Piece], Iterator[LintFinding]], ...] = (
    _spacing,
    _punctuation,
    _brackets,
    unbalanced_emphasis,
    _leftover,
)
