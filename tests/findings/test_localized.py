"""Findings in the language of the reader, for all rules and all texts of a language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from msgspec.structs import fields

from codegen.core.diagnostics import Correction, Finding, Level, Span
from codegen.core.locales import SHIPPED, Locale
from codegen.findings.finding import Results
from codegen.findings.localized import (
    format_diagnostic,
    localize_finding,
    localize_results,
    quote,
)
from codegen.findings.rules.catalogue import CHANGES, RULES

CHINESE = SHIPPED.get("zh-cn")
PLACE = Span(path="zh/plot.md", line=3, column=5)
HAN = "\u3400-\u9fff"
# Two English words in a row outside of quotation marks and code.
_ENGLISH = re.compile(r"\b[a-z]+ (?:[a-z]+ )*[a-z]{2,}\b")
_QUOTED = re.compile(r"`[^`]*`|“[^”]*”")
# A half-width mark beside a letter, a straight quotation mark, alternatives with a slash.
_HALF_WIDTH = re.compile(rf"[{HAN}”）][,;:?!](?![\w/])|[\"]|[{HAN}] / [{HAN}]|[，。；：、] ")
_NO_BLANK = re.compile(rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9][{HAN}]")
# Text to copy into YAML, and lines that list what a token file has.
_TO_COPY = {
    ("findings", "boolean"),
    ("hints", "openapi-version-unknown"),
    ("hints", "token-file-unreadable"),
}
# What findings can have beside their message.
FORMS: tuple[dict[str, object], ...] = (
    {},
    {"arguments": ("a gate of the north", "Plot")},
    {"extra": (("text", "The gate of the north."), ("suggestion", "the gates"))},
    {"counterpart": Span(path="en/plot.md", line=9)},
    {"correction": Correction(written="gate", correct="the other gate")},
    {"subject": "gate of Plot", "old": "a string", "new": "a number"},
    {"subject": "gate of Plot", "ids": ("a", "b"), "cause": "stale", "new": "a gate"},
)
_TABLES = tuple(
    field.name
    for field in fields(Locale)
    if isinstance(getattr(CHINESE, field.name), dict) and field.name != "spellings"
)


def strip_quoted(text: str) -> str:
    return _QUOTED.sub("“”", text).replace("front matter", "")


def chinese_texts(table: str) -> Iterator[tuple[str, str]]:
    """Yield each Chinese text of a table of the language file with its name."""
    for name, text in getattr(CHINESE, table).items():
        if re.search(f"[{HAN}]", text):
            yield name, text


def make(rule: str, **more: object) -> Finding:
    facts: dict[str, object] = {
        "rule": rule,
        "level": Level.WARN,
        "message": "the gate 'north' of `Plot` is not the one of the English page",
        "hint": "write the gate of the English page",
        "span": PLACE,
    }
    return Finding(**(facts | more))  # type: ignore[arg-type]


def test_each_rule_has_a_title() -> None:
    assert [rule for rule in RULES if not re.search(f"[{HAN}]", CHINESE.rules[rule])] == []


def test_each_problem_has_a_repair() -> None:
    problems = RULES.keys() - CHANGES.keys()
    assert [rule for rule in problems if not re.search(f"[{HAN}]", CHINESE.hints[rule])] == []


@pytest.mark.parametrize("facts", FORMS, ids=lambda facts: " ".join(facts) or "message")
def test_no_english_sentence_outside_of_quotation_marks(facts: dict[str, object]) -> None:
    copied = {name for _, name in _TO_COPY}
    for rule in RULES:
        line = format_diagnostic(make(rule, **facts), CHINESE).partition("]: ")[2]
        plain = strip_quoted(line)
        assert not _ENGLISH.search(plain), (rule, line)
        assert rule in copied or not _HALF_WIDTH.search(plain), (rule, line)


@pytest.mark.parametrize("table", _TABLES)
def test_texts_have_chinese_marks_and_blanks(table: str) -> None:
    for name, text in chinese_texts(table):
        plain = re.sub(r"`[^`]*`", "`", text)
        assert not _HALF_WIDTH.search(plain) or (table, name) in _TO_COPY, (name, text)
        assert not _NO_BLANK.search(plain), (name, text)


def test_english_readers_get_the_finding_itself() -> None:
    finding = make("name-misspelt")
    assert localize_finding(finding, SHIPPED.get("en")) is finding
    assert format_diagnostic(finding, SHIPPED.get("en")) == str(finding)


def test_identity_of_a_finding_stays() -> None:
    finding = make("name-misspelt", id="plot", arguments=("gaet",))
    localized = localize_finding(finding, CHINESE)
    assert localized.message != finding.message
    assert (localized.fingerprint, localized.span) == (finding.fingerprint, finding.span)


@pytest.mark.parametrize(
    ("request_level", "response_level", "meaning"),
    [
        (Level.ERR, Level.INFO, "影响发送此项的客户端"),
        (Level.INFO, Level.WARN, "影响读取此项的客户端"),
        (Level.ERR, Level.ERR, "影响发送或读取此项的客户端"),
        (Level.ERR, Level.WARN, "影响发送此项的客户端（ERR）、影响读取此项的客户端（WARN）"),
        (Level.INFO, None, ""),
    ],
)
def test_effect_names_the_clients_that_a_change_affects(
    request_level: Level, response_level: Level | None, meaning: str
) -> None:
    finding = Finding(
        rule="limit-tightened",
        level=request_level,
        message="",
        span=PLACE,
        subject="Plot.depth",
        request=request_level,
        response=response_level,
    )
    results = Results(command="diff", findings=(finding,))
    assert localize_results(results, CHINESE).findings[0].meaning == meaning


def test_messages_are_not_parsed() -> None:
    localized = localize_finding(make("name-unknown"), CHINESE)
    assert localized.message == CHINESE.rules["name-unknown"]


def test_long_lists_have_their_first_names_and_a_number() -> None:
    localized = localize_finding(make("name-unknown", arguments=tuple("abcdefg")), CHINESE)
    assert localized.message.endswith("：“a”、“b”、“c”、“d”、“e”等 7 项")


def test_near_names_come_before_the_repair_and_choices_behind_it() -> None:
    near = localize_finding(make("name-unknown", near=("Plot",)), CHINESE)
    assert near.hint.startswith("是否指 Plot？")
    possible = localize_finding(make("name-unknown", choices=("Plot", "Pump")), CHINESE)
    assert possible.hint.endswith("可用值：Plot、Pump")


def test_sentences_come_before_names() -> None:
    localized = localize_finding(make("comment-of-another", arguments=("a#b", "A gate.")), CHINESE)
    assert localized.message.endswith("：“A gate.”、“a#b”")


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("gate", "“gate”"), ("`gate`", "`gate`"), ("a “b” c", "“a ‘b’ c”"), ('"True"', "“‘True’”")],
    ids=["word", "code", "quoted inside", "straight"],
)
def test_quotation_marks_are_those_of_the_language(text: str, quoted: str) -> None:
    assert quote(text, CHINESE) == quoted
