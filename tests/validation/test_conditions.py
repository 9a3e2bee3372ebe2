"""The vocabulary of conditions in server rules."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.kube.field_paths import PlacedValue
from codegen.validation.conditions import RuleContext, find_violations, split_api_version
from codegen.validation.rule_loader import parse_condition
from gardens.validation import CYCLE, DEEP, JUNK
from support.rows import for_rows


def repeated(*values: Any) -> list[PlacedValue]:
    condition = parse_condition({"field": "items[*]", "condition": "unique"}, (1, 0))
    return find_violations(condition, RuleContext(obj={"items": [*values]}, url=None, release=None))


@for_rows(
    [
        ("a", "a", True),
        ({"a": [1, {"b": 2, "c": 3}]}, {"a": [1, {"c": 3, "b": 2}]}, True),
        (CYCLE, CYCLE, True),
        ({1}, {1}, False),  # no JSON
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
def test_a_value_is_repeated_where_it_stands_with_the_same_type(one: Any, other: Any, is_repeated: bool) -> None:
    assert [seen.steps for seen in repeated(None, one, other)] == [("items", 2)] * is_repeated


def test_any_value_may_be_asked_whether_it_is_repeated() -> None:
    assert repeated(*JUNK, {1: "a", "b": 1}) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("v1", ("", "v1")), ("a/v1", ("a", "v1")), ("", ("", "")), ("/", ("", "")), ("a/b/c", ("", "")), (3, ("", ""))],
)
def test_groups_are_read_as_go_reads_them(text: object, expected: tuple[str, str]) -> None:
    assert split_api_version(text) == expected
