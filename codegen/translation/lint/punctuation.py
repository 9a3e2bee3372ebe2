"""Rules for spacing, punctuation and typing errors in languages without blanks between words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from codegen.core.locales import Locale
from codegen.core.scripts import DENSE, HAN
from codegen.translation.lint.findings import LintFinding, belongs_to_word, quote_finding
from codegen.translation.normalization import URL
from codegen.translation.segments import BLOT, CODE_SPAN, Segment

_BLANKS = r"[^\S\n\u3000]+"


class _PatternRule(Struct, frozen=True):
    """A rule for each match of a pattern in prose.

    `is_removable` if the match can be removed without a doubt.
    """

    rule: str
    pattern: re.Pattern[str]
    message: str
    repair: str
    is_removable: bool = False


_PATTERN_RULES = (
    _PatternRule(
        "blank-at-mark",
        re.compile(
            rf"(?<=[{DENSE}”》」）]){_BLANKS}(?=[，。；：？！、）])|(?<=[，。；？！、（]){_BLANKS}(?=[{DENSE}])"
            rf"|(?<=[\w{BLOT}*”》」]){_BLANKS}(?=（)|(?<=（){_BLANKS}(?=[\w{BLOT}*“《「])"
            rf"|(?<=[\w{BLOT}*]){_BLANKS}(?=）)"
            # A letter or number in brackets may count the items of a list.
            rf"|(?<=）)(?<!\W[0-9A-Za-z]）)(?<!\A[0-9A-Za-z]）){_BLANKS}(?=[{DENSE}A-Za-z0-9{BLOT}])"
        ),
        "a space beside a full-width mark",
        "remove the space: the mark has its own",
        is_removable=True,
    ),
    _PatternRule(
        "blank-inside",
        re.compile(rf"(?<=[{DENSE}]){_BLANKS}(?=[{DENSE}])"),
        "a space between two letters of one script",
        "remove the space, or write the mark that is missing",
    ),
    _PatternRule(
        "blank-ideographic",
        re.compile("[\u3000\u200b-\u200d\u2060\ufeff]+"),
        "an ideographic or invisible blank",
        "remove it",
        is_removable=True,
    ),
    _PatternRule(
        "break-inside",
        re.compile(rf"(?<=[{DENSE}])\n[^\S\n]*(?=[{DENSE}])"),
        "a line ends inside a sentence",
        "break lines after a punctuation mark or beside a Latin word: browsers show a space here",
    ),
    _PatternRule(
        "mark-doubled",
        re.compile(r"([，。；：、])\1|[，、][。；：]|。[，；：、]"),
        "two punctuation marks in a row",
        "keep one of them",
    ),
)
_BLANK_UNWANTED = _PatternRule(
    "blank-unwanted",
    re.compile(
        rf"(?<=[{DENSE}]){_BLANKS}(?=[A-Za-z0-9{BLOT}])|(?<=[A-Za-z0-9{BLOT}]){_BLANKS}(?=[{DENSE}])"
    ),
    "a space between letters of two scripts",
    "remove the space",
    is_removable=True,
)
_NO_BLANK = re.compile(rf"(?<=[{DENSE}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[{DENSE}])")
_LETTER = re.compile(rf"[{DENSE}]")
_WIDE = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。"}
_HALF_WIDTH = re.compile(
    rf"(?<=[{DENSE}])[,;:?!](?=[{DENSE}\s{BLOT}A-Za-z]|\Z)|(?<=[{DENSE}]) [,;:?!](?=[{DENSE}\s]|\Z)"
    rf"|(?<=[A-Za-z0-9{BLOT}])[,;?!](?= ?[{DENSE}])"
    rf"|(?<=[{DENSE}])\.(?=[{DENSE}\s]|\Z)|(?<=[A-Za-z{BLOT}])\.(?= ?[{DENSE}])"
)
# `[0, N)`: an interval that is open on one side.
_INTERVAL = re.compile(
    r"\[[^\[\]()（）,，、]*+[,，、][^\[\]()（）]*+[)）]|[(（][^\[\]()（）,，、]*+[,，、][^\[\]()（）]*+\]"
)
_LIST_MARK = re.compile(r"(?:\A|[^\w])[0-9A-Za-z]{1,2}[)）]\Z", re.ASCII)
# Opening and closing marks. Half-width brackets close full-width ones.
_PAIRS = (("(（", ")）"), ("《", "》"), ("「", "」"), ("“", "”"))
_OTHER_WIDTH = str.maketrans("()（）", "（）()")
_GLUED = re.compile(
    rf"(?<![(\"<])(?=https?:){URL.pattern}(?<=(?P<end>[^\s]))(?P<mark>[，。；：！？、）])"
)
_TO_HALF_WIDTH = str.maketrans("，。；：？！（）“”‘’", ",.;:?!()\"\"''")
_TWICE = re.compile(rf"([{DENSE}])\1+")
# Two to six letters and the same again.
_AGAIN = re.compile(rf"([{DENSE}]{{2,6}})\1")
_ENDS_WITH_LETTER = re.compile(rf"[{DENSE}]\Z")
_SENTENCE = re.compile(r"[.!?][\"')\]]?\s*\Z")


def find_pattern_mistakes(segment: Segment) -> Iterator[LintFinding]:
    """Find wrong blanks, line breaks inside sentences, and repeated punctuation."""
    text = segment.prose
    unwanted = (_BLANK_UNWANTED,) if segment.locale.usage.blanks == "none" else ()
    # Browsers would take the mark behind such a blank for a part of the address.
    address_ends = {address.end() for address in URL.finditer(segment.inline)}
    for rule in (*_PATTERN_RULES, *unwanted):
        for match in rule.pattern.finditer(text):
            if rule.rule == "blank-at-mark" and match.start() in address_ends:
                continue
            after = segment.text[match.end() : match.end() + 1]
            # Two backticks without a blank between them would be one mark of code.
            is_certain = rule.is_removable and not (
                after == "`" and segment.text.endswith(after, 0, match.start())
            )
            correction = (match[0] + after, after) if is_certain else ()
            yield quote_finding(
                segment, rule.rule, rule.message, match.span(), rule.repair, *correction
            )


def find_missing_blanks(segment: Segment) -> Iterator[LintFinding]:
    """Find missing blanks between letters of two scripts, and between a letter and code."""
    if segment.locale.usage.blanks != "one":
        return
    places = [
        (match.start(), "letters of two scripts") for match in _NO_BLANK.finditer(segment.prose)
    ]
    for code in CODE_SPAN.finditer(segment.inline):
        places += [
            (at, "a letter and code")
            for at in code.span()
            if _is_beside_letter(segment.inline, code, at)
        ]
    for at, between in places:
        before, after = segment.text[at - 1], segment.text[at]
        fault, repair = f"no space between {between}", "put one space between them"
        correction = (before + after, f"{before} {after}")
        yield quote_finding(segment, "blank-missing", fault, (at - 1, at + 1), repair, *correction)


def _is_beside_letter(text: str, code: re.Match[str], at: int) -> bool:
    """Return whether a letter of the language stands beside this edge of code."""
    beside = text[at - 1 : at] if at == code.start() else text[at : at + 1]
    return _LETTER.match(beside) is not None


def find_glued_addresses(segment: Segment) -> Iterator[LintFinding]:
    """Find addresses without a space before a full-width mark, which browsers take for a part of
    them.
    """
    if segment.tree is not None and segment.tree.layout == "table":
        return  # its cells are HTML, in which bare addresses are no links
    for match in _GLUED.finditer(segment.inline):
        yield LintFinding(
            rule="url-broken",
            shown=f"{match['end']}{match['mark']}",
            message=f"the mark {match['mark']} behind the address becomes a part of it: {match['end']}{match['mark']}",
            at=match.start("end"),
            repair="put a space between them",
            written=f"{match['end']}{match['mark']}",
            correct=f"{match['end']} {match['mark']}",
        )


def find_half_width_marks(segment: Segment) -> Iterator[LintFinding]:
    """Find half-width punctuation in languages of full-width punctuation."""
    if not segment.locale.full_width:
        return
    for match in _HALF_WIDTH.finditer(segment.prose):
        mark = match[0].strip()
        name = "full stop" if mark == "." else repr(mark)
        fault, repair = f"a half-width {name} in prose", f"write {_WIDE[mark]}"
        yield quote_finding(
            segment, "mark-half-width", fault, match.span(), repair, correct=_WIDE[mark]
        )


def find_bracket_mistakes(segment: Segment) -> Iterator[LintFinding]:
    """Find brackets and quotation marks that are not closed, not opened, or of two widths."""
    text = _INTERVAL.sub(lambda match: BLOT * len(match[0]), segment.prose)
    for opening, closing in _PAIRS:
        opened: list[re.Match[str]] = []
        alone: list[re.Match[str]] = []
        for match in re.finditer(f"[{opening}{closing}]", text):
            if match[0] in opening:
                opened.append(match)
            elif opened:
                first = opened.pop()
                if opening.index(first[0]) != closing.index(match[0]):
                    yield _report_mixed_widths(segment, first, match)
            elif not _LIST_MARK.search(text, max(match.start() - 4, 0), match.end()):
                alone.append(match)
        if opened or alone:
            at = opened[0].start() if opened else alone[-1].start()
            fault = (
                "a bracket is opened but not closed"
                if opened
                else "a bracket is closed but not opened"
            )
            repair = f"write {opening[-1]} and {closing[-1]} around it, or neither"
            yield quote_finding(segment, "bracket-unbalanced", fault, (at, at + 1), repair)


def _report_mixed_widths(
    segment: Segment, first: re.Match[str], last: re.Match[str]
) -> LintFinding:
    """Report the bracket with the wrong width: half-width belongs around Latin text behind Latin
    text.
    """
    inside = " ".join(segment.text[first.start() : last.end()].split())[:40]
    # A word of English in brackets behind one of the language is an aside: 域（Domain）.
    is_wide = (
        re.search(rf"[{HAN}]", segment.text[max(first.start() - 1, 0) : last.end()]) is not None
    )
    wrong = first if (first[0] == "(") == is_wide else last
    return LintFinding(
        rule="bracket-mixed",
        shown=inside,
        message=f"two brackets of different widths: {inside!r}",
        at=wrong.start(),
        repair=f"write {wrong[0].translate(_OTHER_WIDTH)}",
        suggestion=wrong[0].translate(_OTHER_WIDTH),
    )


def find_doubled_words(segment: Segment) -> Iterator[LintFinding]:
    """Find letters and words typed twice by mistake, as the language's `DoublingRules` define."""
    twice, text = segment.locale.usage.twice, segment.prose
    letters = (
        match
        for match in _TWICE.finditer(text)
        if len(match[0]) == 2
        and not belongs_to_word(text, match.start(), match[0], twice.fine)
        and _is_mistake(text, match, segment.locale)
    )
    words = (
        match
        for match in _AGAIN.finditer(text)
        if match[1][0] not in twice.edges and match[0] not in twice.fine
    )
    for repetition in (*letters, *(words if twice.never else ())):
        yield quote_finding(
            segment,
            "word-doubled",
            f"{repetition[1]!r} twice in a row",
            repetition.span(),
            "keep one of them",
        )


def _is_mistake(text: str, match: re.Match[str], locale: Locale) -> bool:
    """Return whether a letter typed twice is a mistake, and not a joint of words."""
    twice, letter, start, end = locale.usage.twice, match[1], match.start(), match.end()
    if letter in twice.never or not locale.words:
        return letter in twice.never
    ends, begins = (
        text[max(start - 1, 0) : end - 1] in locale.words,
        text[start + 1 : end + 1] in locale.words,
    )
    return not (
        (ends or letter in twice.first) and (begins or letter in twice.last) and (ends or begins)
    )


def find_marks_in_code(segment: Segment) -> Iterator[LintFinding]:
    """Find full-width punctuation inside code, unless the English has it."""
    for code in CODE_SPAN.finditer(segment.inline):
        correct = code[0].translate(_TO_HALF_WIDTH)
        # A backtick may be missing, so that a mark of the sentence stands between two others.
        is_certain = re.search(r"\w", correct) is not None and correct.strip("`") in segment.english
        if (
            correct != code[0]
            and code[0] not in segment.english
            and not re.search(rf"[{HAN}]", code[0])
        ):
            yield LintFinding(
                rule="mark-in-code",
                shown=code[0],
                message=f"full-width marks inside code: {code[0]}",
                at=code.start(),
                repair=f"write {correct}"
                if is_certain
                else "correct the marks, or the backticks around them",
                written=code[0] if is_certain else "",
                correct=correct if is_certain else "",
            )


def find_missing_stop(segment: Segment) -> Iterator[LintFinding]:
    """Find a text without a final full stop, if its English has one."""
    text, stop = segment.text.rstrip(), segment.locale.usage.stop
    if stop and _SENTENCE.search(segment.english) and _ENDS_WITH_LETTER.search(text):
        fault = "the last sentence has no full stop"
        yield quote_finding(
            segment, "stop-missing", fault, (len(text) - 1, len(text)), f"end it with {stop}"
        )
