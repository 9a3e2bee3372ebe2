"""Conditions of server rules, and checks of single values."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from codegen.kube.field_paths import PlacedValue
from codegen.validation.condition_words import WORDS
from codegen.validation.rule_loader import parse_condition
from codegen.validation.runtime.amounts import is_equal_amount
from codegen.validation.runtime.rule_conditions import (
    JUDGES_ABSENT,
    find_checks,
    find_violations,
)
from codegen.validation.runtime.rule_context import GroupVersion, RuleContext
from codegen.validation.runtime.schedules import find_schedule_fault
from codegen.validation.runtime.value_checks import is_pem, is_same, selects
from gardens.validation import CYCLE, DEEP, JUNK
from support.rows import each_row


def duplicates(*values: Any) -> list[PlacedValue]:
    condition = parse_condition({"field": "items[*]", "condition": "unique"}, (1, 0))
    return find_violations(condition, RuleContext(obj={"items": [*values]}, url=None, release=None))


@each_row(
    [
        ("a", "a", True),
        ({"a": [1, {"b": 2, "c": 3}]}, {"a": [1, {"c": 3, "b": 2}]}, True),
        (CYCLE, CYCLE, True),
        ({1}, {1}, False),  # not JSON
        ([], {}, False),
        ("1", 1, False),
        (1, 1.0, False),
        (True, 1, False),
        ([1], [1.0], False),
        ({"a": [True]}, {"a": [1]}, False),
        ([["a"]], ["a"], False),
        (DEEP, CYCLE, False),
    ]
)
def test_duplicates_have_same_type(one: Any, other: Any, is_repeated: bool) -> None:
    assert [seen.steps for seen in duplicates(None, one, other)] == [("items", 2)] * is_repeated


def test_duplicate_check_accepts_any_value() -> None:
    assert duplicates(*JUNK, {1: "a", "b": 1}) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v1", ("", "v1")),
        ("a/v1", ("a", "v1")),
        ("", ("", "")),
        ("/", ("", "")),
        ("a/b/c", ("", "")),
        (3, ("", "")),
    ],
)
def test_api_versions_are_split_like_go(text: object, expected: tuple[str, str]) -> None:
    version = GroupVersion(text)
    assert (version.group, version.version) == expected


PEM = b"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n"


MONTHS_AND_DAYS = (
    "* * * jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec sun,mon,tue,wed,thu,fri,sat"
)
SHORT = "@yearly; @annually; @monthly; @weekly; @daily; @midnight; @hourly; @every 1h30m"
VALID = f"* * * * *; 0 0 1 1 0; 59 23 31 12 6; 1,2,5-9/2 * * * sun; {MONTHS_AND_DAYS}; {SHORT}"
ODD = "* * * *; * * * * * *; @often; @every day; 5-1 * * * *; */0 * * * *; a * * * *; , * * * *"
OUT_OF_RANGE = "60 * * * *; * 24 * * *; * * 0 * *; * * 32 * *; * * * 0 *; * * * 13 *; * * * * 7"


def test_cron_schedules_are_validated() -> None:
    assert [text for text in VALID.split("; ") if find_schedule_fault(text)] == []
    assert [
        text for text in f"{ODD}; {OUT_OF_RANGE}".split("; ") if not find_schedule_fault(text)
    ] == []


@pytest.mark.parametrize(
    ("schedule", "fault"),
    [
        ("61 * * * *", "end of range (61) above maximum (59): 61"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("* 9-3 * * *", "beginning of range (9) beyond end of range (3): 9-3"),
        ("* * * 2,13 *", "end of range (13) above maximum (12): 13"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("* * * * mo", 'failed to parse int from mo: strconv.Atoi: parsing "mo": invalid syntax'),
        ("1/2/3 * * * *", "too many slashes: 1/2/3"),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("*/\u00b2 * * * *", None),
        ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
        ("@often", "unrecognized descriptor: @often"),
        ("@every day", "failed to parse duration @every day"),
    ],
)
def test_fault_of_a_schedule_is_named(schedule: str, fault: str | None) -> None:
    found = find_schedule_fault(schedule)
    assert found
    assert fault in (None, found)


def test_pem_requests_are_validated() -> None:
    request = base64.b64encode(PEM).decode()
    assert is_pem(request, "CERTIFICATE REQUEST")
    assert not is_pem(request, "CERTIFICATE")
    assert is_pem("a", "CERTIFICATE REQUEST")  # no base64, which the schema reports
    for body, is_valid in ((b"???", False), (b"MQA=", False), (b"A: b\n\n MAA=", True)):
        assert (
            is_pem(base64.b64encode(PEM.replace(b"MAA=", body)).decode(), "CERTIFICATE REQUEST")
            is is_valid
        )


SAME = [
    (None, ""),
    ([], {}),
    (False, False),
    ("a", "a"),
    ({"a": None}, {}),
    ([1, ""], [1, None]),
]
OTHER_TYPE = [
    (0, None),
    (None, 0),
    (False, None),
    ("", False),
    (True, 1),
    (1, True),
    ("a", 1),
    ({"a": 1}, [1]),
]
OTHER_VALUE = [("a", "b"), ("1", "a"), ([1], [2]), ([1], [1, 1]), ({"a": 1}, {"a": 1, "b": 2})]
SAME_AMOUNT = [("1", "1000m"), ({"a": ["1Ki"]}, {"a": [1024]})]


def test_values_are_compared_like_servers_do() -> None:
    assert [pair for pair in SAME if not is_same(*pair)] == []
    other = [*OTHER_TYPE, *OTHER_VALUE, *SAME_AMOUNT]
    assert [pair for pair in other if is_same(*pair)] == []


def test_amounts_are_compared_like_servers_do() -> None:
    same = [*SAME, *SAME_AMOUNT]
    assert [pair for pair in same if not is_same(*pair, is_equal_amount)] == []
    other = [*OTHER_TYPE, *OTHER_VALUE]
    assert [pair for pair in other if is_same(*pair, is_equal_amount)] == []


def test_label_selectors_match_labels() -> None:
    labels: tuple[Any, ...] = ({"a": "b"}, {"a": "c"}, {}, None)
    answers = {"In": [True, False, False, False], "NotIn": [False, True, True]}
    answers |= {"Exists": [True, True, False], "DoesNotExist": [False, False, True]}
    for operator, wanted in answers.items():
        values = ["b"] if "In" in operator else []
        selector = {"matchExpressions": [{"key": "a", "operator": operator, "values": values}]}
        assert [selects(selector, each) for each in labels[: len(wanted)]] == wanted, operator
    assert selects({"matchExpressions": ["a", {"key": "a", "operator": "Odd"}]}, {"a": "b"})
    keys: tuple[Any, ...] = (None, 1, 10**5000, ["a"], {})
    for key in keys:
        whole = {"matchExpressions": [{"key": key, "operator": "In", "values": ["b"]}]}
        assert not selects(whole, {"a": "b", "1": "b", "None": "b"})


@pytest.mark.parametrize("word", sorted(WORDS - JUDGES_ABSENT))
def test_absent_values_do_not_break_other_words(word: str) -> None:
    data = {"field": "bed", "condition": word, "value": 1, "values": ["fern"], "other": "path"}
    condition = parse_condition({**data, "pattern": "fern"}, (1, 0))
    stored = {"bed": "moss", "path": ["fern"]}
    context = RuleContext(obj={"path": ["fern"]}, old=stored)
    checks = find_checks(condition)(condition, context)
    broken = getattr(checks, f"check_{word.replace('-', '_')}")(PlacedValue(("bed",), None))
    assert broken is False or [*broken] == []
