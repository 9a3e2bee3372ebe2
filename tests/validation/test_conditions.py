"""The vocabulary of conditions in server rules."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.kube.field_paths import Seen
from codegen.validation.conditions import BETWEEN, split_api_version
from gardens.validation import CYCLE, DEEP, JUNK
from support.rows import for_rows


@for_rows(
    [
        ("a", "a", True),
        ({"a": [1, {"b": 2, "c": 3}]}, {"a": [1, {"c": 3, "b": 2}]}, True),
        ([0.0], [-0.0], True),
        (CYCLE, CYCLE, True),
        ({1}, {1}, False),  # no JSON
        ([], {}, False),
        ("1", 1, False),
        (1, 1.0, False),
        (True, 1, False),
        ([1], [1.0], False),
        ({"a": [True]}, {"a": [1]}, False),
        ({"1": 2}, {1: 2}, False),
        ([["a"]], ["a"], False),
        (DEEP, CYCLE, False),
    ]
)
def test_a_value_is_repeated_where_it_stands_with_the_same_type(one: Any, other: Any, is_repeated: bool) -> None:
    places = [Seen((number,), value) for number, value in enumerate((None, one, other))]
    assert BETWEEN["unique"](places) == ([places[2]] if is_repeated else [])


def test_any_value_may_be_asked_whether_it_is_repeated() -> None:
    places = [Seen((number,), value) for number, value in enumerate([*JUNK, {1: "a", "b": 1}])]
    assert [place.value for place in BETWEEN["unique"](places)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("v1", ("", "v1")), ("a/v1", ("a", "v1")), ("", ("", "")), ("/", ("", "")), ("a/b/c", ("", "")), (3, ("", ""))],
)
def test_groups_are_read_as_go_reads_them(text: object, expected: tuple[str, str]) -> None:
    assert split_api_version(text) == expected
