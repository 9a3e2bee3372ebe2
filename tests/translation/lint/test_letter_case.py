"""Names and values with another case or number than in the English."""

from __future__ import annotations

import pytest

from codegen.translation.glossary import Glossary
from codegen.translation.lint.letter_case import find_changed_values, is_wire_name
from codegen.translation.lint.names import find_wrong_names
from gardens.translation import segment

NAMES = frozenset(("f", "bedPolicy", "Bed", "ready"))


@pytest.mark.parametrize(
    ("text", "english", "suggestion"),
    [
        ('状况为 "true"。', 'The condition is "True".', "True"),
        ("状况为“unknown”。", "It is “Unknown”.", "Unknown"),
        ("取值为 true、False 或 Unknown。", "One of True, False, Unknown.", "True"),
        ("Watered 为 false。", "Then Watered is False.", "False"),
        ("设置 Watered=true。", "Sets Watered=True.", "True"),
        ('策略为 "always"。', 'The policy is "Always".', "Always"),
    ],
    ids=["quotes", "curly quotes", "list", "condition", "assignment", "value"],
)
def test_values_keep_their_case(text: str, english: str, suggestion: str) -> None:
    (finding,) = find_changed_values(segment(text, english, names=NAMES))
    assert (finding.rule, finding.suggestion) == ("value-differs", suggestion)
    assert text.startswith(finding.shown, finding.at)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("如果为 true，则浇水。", "If True, water it."),
        ("ready 为 true。", "Ready is True."),
        ('如果为 true，状况变为 "True"。', 'If set to true, the condition becomes "True".'),
        ('字段 "bedPolicy"。', 'The "BedPolicy" field.'),
        ('字段 "rowPolicy"。', 'The "RowPolicy" field.'),
        ("状况为 True。", "The condition is True."),
    ],
    ids=["boolean", "boolean field", "both", "known field", "wire name", "kept"],
)
def test_right_values_have_no_findings(text: str, english: str) -> None:
    assert list(find_changed_values(segment(text, english, names=NAMES))) == []


@pytest.mark.parametrize(
    ("text", "english", "suggestion"),
    [
        ("参见 rOwPolicy。", "See rowPolicy.", "`rowPolicy`"),
        ("参见 rowpolicy。", "See rowPolicy.", "`rowPolicy`"),
        ("参见 RowPolicy。", "See rowPolicy.", "`rowPolicy`"),
        ("参见 rowUrls。", "See rowURLs.", "`rowURLs`"),
        ("参见 bEdPolicy。", "See BedPolicy.", "`bedPolicy`"),
        ("参见 rowWidth。", "See rowWidths.", "`rowWidths`"),
        ("参见 rowWidths。", "See rowWidth.", "`rowWidth`"),
        ("参见 rowPolicies。", "See rowPolicy.", "`rowPolicy`"),
    ],
    ids=[
        "inside",
        "small",
        "capital",
        "acronym",
        "known field",
        "singular",
        "plural",
        "plural of y",
    ],
)
def test_names_keep_case_and_number(text: str, english: str, suggestion: str) -> None:
    glossary: Glossary = ()
    (finding,) = find_wrong_names(segment(text, english, names=NAMES), glossary)
    assert (finding.rule, finding.correct) == ("name-misspelt", suggestion)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("参见 rowPolicy。", "See RowPolicy."),
        ("一个 ConfigMap。", "A configMap."),
        ("`rowpolicy.garden.example.io/size` 为 RowPolicy。", "RowPolicy has it."),
        ("参见 RowPolicy。", "See RowPolicys."),
        ("参见 rowPolicy 和 rowPolicys。", "See rowPolicy and rowPolicys."),
    ],
    ids=["wire name", "kind", "part of a label", "plural of a type", "both"],
)
def test_right_names_have_no_findings(text: str, english: str) -> None:
    findings = find_wrong_names(segment(text, english, names=NAMES), ())
    assert [one for one in findings if one.rule == "name-misspelt"] == []


@pytest.mark.parametrize(
    ("name", "go_name", "expected"),
    [
        ("ipPolicy", "IPPolicy", True),
        ("rowWidth", "RowWidth", True),
        ("iPPolicy", "IPPolicy", False),
        ("rowwidth", "RowWidth", False),
        ("rowWidth", "rowWidth", False),
    ],
    ids=["acronym", "word", "half", "small", "equal"],
)
def test_wire_name_begins_with_small_letters(name: str, go_name: str, *, expected: bool) -> None:
    assert is_wire_name(name, go_name) is expected
