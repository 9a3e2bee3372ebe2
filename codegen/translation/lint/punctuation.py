"""Rules for spacing, punctuation and typing errors in languages without blanks between words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.core.locales import Locale
from codegen.core.scripts import DENSE, HAN
from codegen.core.usage import Twice
from codegen.translation.lint.segments import BLOT, LintFinding, Segment, quote_context

_WIDE = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_NO_BLANK = re.compile(rf"(?<=[{DENSE}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[{DENSE}])")
# Letters of the language beside code of a line.
_BLANK_BETWEEN = re.compile(
    rf"(?<=[{DENSE}])[^\S\n\u3000]+(?=[A-Za-z0-9{BLOT}])|(?<=[A-Za-z0-9{BLOT}])[^\S\n\u3000]+(?=[{DENSE}])"
)
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:.+?)(?<!`)\1(?!`)")
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
# `[0, N)`: an interval that is open on one side.
_INTERVAL = re.compile(
    r"\[[^\[\]()（）,，、]*+[,，、][^\[\]()（）]*+[)）]|[(（][^\[\]()（）,，、]*+[,，、][^\[\]()（）]*+\]"
)
_LIST_MARK = re.compile(r"(?:\A|[^\w])[0-9A-Za-z]{1,2}）\Z", re.ASCII)
_PAIRS = (("（", "）"), ("《", "》"), ("「", "」"), ("“", "”"))
_CODE = re.compile(r"(?<!`)`[^`\n]+`(?!`)")
_WIDE_IN_CODE = re.compile(r"[，。；：？！（）“”‘’]")
_HALF_WIDTH = {
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


def find_spacing_faults(segment: Segment) -> Iterator[LintFinding]:
    """Find missing or wrong blanks, and line breaks inside sentences."""
    text = segment.prose
    if segment.locale.usage.blanks == "one":
        yield from _find_missing_blanks(segment)
    elif segment.locale.usage.blanks == "none":
        yield from _find_unwanted_blanks(segment)
    for found in _BLANK_AT_MARK.finditer(text):
        yield LintFinding(
            rule="blank-at-mark",
            message=f"a space beside a full-width mark: {quote_context(text, found.start(), found.end())!r}",
            at=found.start(),
            repair="remove the space: the mark has its own",
            written=found[0] + text[found.end()],
            correct=text[found.end()],
        )
    for found in _BLANK_INSIDE.finditer(text):
        yield LintFinding(
            rule="blank-inside",
            message=f"a space between two letters of one script: {quote_context(text, found.start(), found.end())!r}",
            at=found.start(),
            repair="remove the space, or write the mark that is missing",
        )
    for found in _BREAK_INSIDE.finditer(text):
        yield LintFinding(
            rule="break-inside",
            message=f"a line ends inside a sentence: {quote_context(text, found.start(), found.end())!r}",
            at=found.start(),
            repair="break lines after a punctuation mark or beside a Latin word: browsers show a space here",
        )


def _find_missing_blanks(segment: Segment) -> Iterator[LintFinding]:
    text = segment.prose
    for found in _NO_BLANK.finditer(text):
        at = found.start()
        yield LintFinding(
            rule="blank-missing",
            message=f"no space between letters of two scripts: {quote_context(text, at - 1, at + 1)!r}",
            at=at - 1,
            repair="put one space between them",
            written=text[at - 1 : at + 1],
            correct=f"{text[at - 1]} {text[at]}",
        )
    for at in _find_bare_code(segment):
        yield LintFinding(
            rule="blank-missing",
            message=f"no space between a letter and code: {quote_context(segment.text, at - 1, at + 1)!r}",
            at=at - 1,
            repair="put one space between them",
            written=segment.text[at - 1 : at + 1],
            correct=f"{segment.text[at - 1]} {segment.text[at]}",
        )


def _find_unwanted_blanks(segment: Segment) -> Iterator[LintFinding]:
    text = segment.prose
    for found in _BLANK_BETWEEN.finditer(text):
        yield LintFinding(
            rule="blank-unwanted",
            message=f"a space between letters of two scripts: {quote_context(segment.text, found.start(), found.end())!r}",
            at=found.start(),
            repair="remove the space",
            written=found[0] + segment.text[found.end()],
            correct=segment.text[found.end()],
        )


def _find_bare_code(segment: Segment) -> Iterator[int]:
    """Find the edges of inline code without a blank beside a letter."""
    text = segment.inline
    for code in _CODE_SPAN.finditer(text):
        if re.match(rf"[{DENSE}]", text[code.start() - 1 : code.start()]):
            yield code.start()
        if re.match(rf"[{DENSE}]", text[code.end() : code.end() + 1]):
            yield code.end()


def find_punctuation_faults(segment: Segment) -> Iterator[LintFinding]:
    """Find half-width and repeated punctuation."""
    text = segment.prose
    if segment.locale.full_width:
        yield from _find_half_width(segment)
    for found in _DOUBLED.finditer(text):
        yield LintFinding(
            rule="mark-doubled",
            message=f"two punctuation marks in a row: {quote_context(text, found.start(), found.end())!r}",
            at=found.start(),
            repair="keep one of them",
        )


def _find_half_width(segment: Segment) -> Iterator[LintFinding]:
    text = segment.prose
    for found in _HALF.finditer(text):
        mark = found[0].strip()
        yield LintFinding(
            rule="mark-half-width",
            message=f"a half-width {mark!r} in prose: {quote_context(text, found.start(), found.end())!r}",
            at=found.start(),
            repair=f"write {_WIDE[mark]}",
        )
    for found in _HALF_STOP.finditer(text):
        yield LintFinding(
            rule="mark-half-width",
            message=f"a half-width full stop in prose: {quote_context(text, found.start(), found.end())!r}",
            at=found.start(),
            repair="write 。",
        )


def find_unbalanced_brackets(segment: Segment) -> Iterator[LintFinding]:
    """Find unclosed brackets and quotes. Half-width brackets close full-width ones too."""
    text = _INTERVAL.sub(lambda found: BLOT * len(found[0]), segment.prose).replace("(", "（").replace(")", "）")
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
                message=f"{'a bracket is opened but not closed' if open_at else 'a bracket is closed but not opened'}: {quote_context(text, at)!r}",
                at=at,
                repair=f"write {opening} and {closing} around it, or neither",
            )


def find_ideographic_blanks(segment: Segment) -> Iterator[LintFinding]:
    """Find ideographic spaces."""
    for found in re.finditer("\u3000+", segment.prose):
        yield LintFinding(
            rule="blank-ideographic",
            message=f"an ideographic blank (U+3000): {quote_context(segment.text, found.start(), found.end())!r}",
            at=found.start(),
            repair="remove it",
            written=found[0],
            correct="",
        )


def find_doubled_words(segment: Segment) -> Iterator[LintFinding]:
    """Find letters and words typed twice by mistake, as the language's `Twice` defines."""
    twice, text = segment.locale.usage.twice, segment.prose
    for found in _TWICE.finditer(text):
        if len(found[0]) == 2 and not _is_fine(text, found, twice) and _is_slip(text, found, segment.locale):
            yield _report_doubled(segment, found)
    if twice.never:
        again = (found for found in _AGAIN.finditer(text) if found[1][0] not in twice.edges)
        yield from (_report_doubled(segment, found) for found in again if found[0] not in twice.fine)


def _is_fine(text: str, found: re.Match[str], twice: Twice) -> bool:
    """Return whether two equal letters belong to a word or a joint of words."""
    places = ((word, word.find(found[0])) for word in twice.fine)
    return any(at >= 0 and text.startswith(word, found.start() - at) for word, at in places)


def _is_slip(text: str, found: re.Match[str], locale: Locale) -> bool:
    """Return whether a letter is typed twice by mistake, not at a joint of words.

    Without a word list, only the letters beside it tell.
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


def _report_doubled(segment: Segment, found: re.Match[str]) -> LintFinding:
    return LintFinding(
        rule="word-doubled",
        message=f"{found[1]!r} twice in a row: {quote_context(segment.text, found.start(), found.end())!r}",
        at=found.start(),
        repair="keep one of them",
        written=found[0],
        correct=found[1],
    )


def find_marks_in_code(segment: Segment) -> Iterator[LintFinding]:
    """Find full-width punctuation inside code, unless the English has it."""
    for code in _CODE.finditer(segment.text):
        if re.search(rf"[{HAN}]", code[0]) or code[0] in segment.english:
            continue
        if _WIDE_IN_CODE.search(code[0]):
            correct = "".join(_HALF_WIDTH.get(char, char) for char in code[0])
            yield LintFinding(
                rule="mark-in-code",
                message=f"full-width marks inside code: {code[0]}",
                at=code.start(),
                repair=f"write {correct}",
                written=code[0],
                correct=correct,
            )


def find_mixed_brackets(segment: Segment) -> Iterator[LintFinding]:
    """Find pairs of round brackets of two widths."""
    opened: list[re.Match[str]] = []
    for found in re.finditer(r"[()（）]", segment.prose):
        if found[0] in _OPEN:
            opened.append(found)
        elif opened:
            first = opened.pop()
            if _OPEN.index(first[0]) == _CLOSE.index(found[0]):
                continue
            inside = segment.text[first.start() : found.end()]
            # A word of English in brackets behind one of the language is an aside: 域（Domain）.
            before = segment.text[max(first.start() - 1, 0) : first.start()]
            is_wide = re.search(rf"[{HAN}]", before + inside) is not None
            wrong = first if (first[0] == "(") == is_wide else found
            correct = {"(": "（", "（": "(", ")": "）", "）": ")"}[wrong[0]]
            yield LintFinding(
                rule="bracket-mixed",
                message=f"two brackets of different widths: {' '.join(inside.split())[:40]!r}",
                at=wrong.start(),
                repair=f"write {correct}",
            )


def find_missing_stop(segment: Segment) -> Iterator[LintFinding]:
    """Find a text without a final full stop, if its English has one."""
    text, stop = segment.text.rstrip(), segment.locale.usage.stop
    if stop and _SENTENCE.search(segment.english) and _ENDS_WITH_LETTER.search(text):
        yield LintFinding(
            rule="stop-missing",
            message=f"the last sentence has no full stop: {quote_context(text, len(text) - 1)!r}",
            at=len(text) - 1,
            repair=f"end it with {stop}",
            written=text[-1],
            correct=f"{text[-1]}{stop}",
        )
