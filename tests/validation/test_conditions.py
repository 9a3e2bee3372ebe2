"""Conditions of server rules, and checks of single values."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from codegen.kube.field_paths import PlacedValue
from codegen.validation.conditions import RuleContext, find_violations, split_api_version
from codegen.validation.rule_loader import parse_condition
from codegen.validation.value_checks import is_pem, is_same, is_schedule, selects
from gardens.validation import CYCLE, DEEP, JUNK
from support.rows import for_rows


def duplicates(*values: Any) -> list[PlacedValue]:
    condition = parse_condition({"field": "items[*]", "condition": "unique"}, (1, 0))
    return find_violations(condition, RuleContext(obj={"items": [*values]}, url=None, release=None))


@for_rows(
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
    [("v1", ("", "v1")), ("a/v1", ("a", "v1")), ("", ("", "")), ("/", ("", "")), ("a/b/c", ("", "")), (3, ("", ""))],
)
def test_api_versions_are_split_like_go(text: object, expected: tuple[str, str]) -> None:
    assert split_api_version(text) == expected


PEM = b"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n"


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        *(("* * * * *", True), ("@every 1h30m", True), ("@hourly", True), ("0 0 1 1 0", True), ("1,2,5-9/2 * * * sun", True)),
        *(("* * * *", False), ("* * * * * *", False), ("@often", False), ("@every day", False), ("* * 0 * *", False)),
        *(("* * * jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec sun,mon,tue,wed,thu,fri,sat", True), ("59 23 31 12 6", True)),
        *((f"@{name}", True) for name in ("yearly", "annually", "monthly", "weekly", "daily", "midnight")),
        *(("60 * * * *", False), ("* 24 * * *", False), ("* * 32 * *", False), ("* * * 13 *", False), ("* * * 0 *", False)),
        *(("* * * * 7", False), ("5-1 * * * *", False), ("*/0 * * * *", False), ("a * * * *", False), (", * * * *", False)),
    ],
)  # fmt: skip
def test_cron_schedules_are_validated(text: str, valid: bool) -> None:
    assert is_schedule(text) is valid


def test_pem_requests_are_validated() -> None:
    request = base64.b64encode(PEM).decode()
    assert is_pem(request, "CERTIFICATE REQUEST")
    assert not is_pem(request, "CERTIFICATE")
    assert is_pem("a", "CERTIFICATE REQUEST")  # no base64, which the schema reports
    for body, is_valid in ((b"???", False), (b"MQA=", False), (b"A: b\n\n MAA=", True)):
        assert is_pem(base64.b64encode(PEM.replace(b"MAA=", body)).decode(), "CERTIFICATE REQUEST") is is_valid


@for_rows(
    [
        *((None, "", True), ([], {}, True), (0, None, False), (False, None, False), (None, 0, False), ("", False, False)),
        *((True, 1, False), (1, True, False), (False, False, True), ("a", "a", True), ("a", "b", False), ("1", "1000m", True)),
        *(({"a": None}, {}, True), ({"a": 1}, {"a": 1, "b": 2}, False), ([1, ""], [1, None], True), ([1], [1, 1], False)),
        *(([1], [2], False), ({"a": 1}, [1], False), ("1", "a", False), ("a", 1, False)),
    ]
)  # fmt: skip
def test_values_are_compared_like_servers_do(new: Any, old: Any, same: bool) -> None:
    assert is_same(new, old) is same


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
