"""Checkers of values, and the table of scalar types."""

from __future__ import annotations

import math
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.core.locales import ENGLISH, SHIPPED
from codegen.kube import checkers, duration, errors, primitives, quantity
from codegen.kube.formats import FORMATS
from codegen.kube.scalars import SCALAR_TYPES, ScalarType, scalar_type
from support.growth import grows_linearly

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
WORDS = SHIPPED.get(ENGLISH).validation
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    math.nan,
    math.inf,
    "",
    "a",
    "10",
    b"a",
    (),
    set(),
    "2024-02-29T23:59:59.5+01:00",
    "2023-02-29T00:00:00Z",
    "2024-01-01",
    "2024-01-01t00:00:00Z",
    "500m",
    "1.5 Gi",
    "1h30m",
    "YQ==",
    "2024-02-29T23:59:59.500000Z",
    -(2**70),
    0.5,
    [],
    [1],
    ["a"],
    [math.nan],
    {},
    {"a": [None]},
    {1: 2},
    {1: "a"},
    {"a": 1},
    {"a": "b"},
    {"a": {"b": {3}}},
    *(edge + step for row in SCALAR_TYPES for edge in row.bounds or () for step in (-1, 0, 1)),
)


def find_errors(checker: primitives.Checker, value: object) -> list[tuple[str, str, str]]:
    errors_found: errors.Errors = []
    checker.find(value, WORDS, errors_found, (set(), [0], {}))
    return [
        (error.path, error.code, error.message) for error in map(errors.FieldError, errors_found)
    ]


def is_valid(name: str | primitives.Checker, value: object) -> bool:
    """Return whether a checker accepts a value, alone and as a field of an object."""
    modules = (primitives, checkers, duration, quantity)
    checker = (
        next(vars(module)[name] for module in modules if name in vars(module))
        if isinstance(name, str)
        else name
    )
    answer = not find_errors(checker, value)
    table = checkers.Object()
    table.fields = {"a": checker}
    if value is not None:
        assert [error[1:] for error in find_errors(table, {"a": value})] == [
            error[1:] for error in find_errors(checker, value)
        ]
    return answer


@pytest.mark.parametrize(
    "name",
    [
        *(
            row.checker
            for row in SCALAR_TYPES
            if not (row.type == "string" and row.format and not row.is_decoded)
        ),
        checkers.List(primitives.STRING),
        checkers.Map(primitives.STRING),
    ],
)
def test_checker_gives_same_result_in_object(name: str | primitives.Checker) -> None:
    answers = [is_valid(name, value) for value in VALUES]
    assert True in answers
    assert False in answers


@given(JSON, st.sampled_from(sorted({row.checker for row in SCALAR_TYPES})))
def test_checker_gives_same_result_for_arbitrary_values(value: object, name: str) -> None:
    is_valid(name, value)


@pytest.mark.parametrize(
    "row", [row for row in SCALAR_TYPES if row.bounds], ids=lambda row: row.format
)
def test_integer_ranges_match_table(row: ScalarType) -> None:
    assert row.bounds
    low, high = row.bounds
    assert [is_valid(row.checker, edge) for edge in (low - 1, low, high, high + 1)] == [
        False,
        True,
        True,
        False,
    ]


def test_unknown_format_is_checked_as_its_type() -> None:
    assert scalar_type("string", "regex") == scalar_type("string")
    assert scalar_type("integer", "uint8") == scalar_type("integer")
    assert scalar_type("new") == scalar_type("") == scalar_type("", "int32")


@pytest.mark.parametrize("row", SCALAR_TYPES, ids=lambda row: f"{row.type} {row.format}")
def test_examples_are_valid(row: ScalarType) -> None:
    assert is_valid(row.checker, row.example)
    assert row.is_decoded or row.type != "string" or FORMATS.get(row.format, bool)(row.example)
    choice = "oneOf" in row.schema
    schema = dict(row.schema) if choice else {"type": row.type, **row.schema}
    if row.type:
        jsonschema.validate(row.example, schema)


def test_duplicate_items_are_found() -> None:
    plain = checkers.List(checkers.ANYTHING, ())
    assert [path for path, _, _ in find_errors(plain, [1, "1", 1, True, 1.0, True, {}, {}])] == [
        "[2]",
        "[4]",
        "[5]",
        "[7]",
    ]
    keyed = checkers.List(checkers.ANYTHING, ("a", "b"))
    items = [{"a": 1}, {"a": 1, "b": None}, {"a": 1, "b": 2}, "x", "x", {"a": []}, {"a": []}]
    assert [path for path, _, _ in find_errors(keyed, items)] == ["[1]", "[6]"]


def test_error_in_shared_value_is_reported_at_each_place() -> None:
    for checker in (
        checkers.List(primitives.STRING),
        checkers.Map(primitives.STRING),
        checkers.ANYTHING,
    ):
        shared: Any = [b""] if isinstance(checker, checkers.List) else {"a": b""}
        assert len(find_errors(checkers.List(checker), [shared, shared])) == 2


@pytest.mark.timing
def test_duplicate_item_check_is_linear() -> None:
    assert grows_linearly(
        lambda count: find_errors(checkers.List(primitives.STRING, ()), ["a"] * count)
    )


def test_only_optional_fields_may_be_null() -> None:
    table = checkers.Object("a")
    table.fields = {"a": primitives.STRING, "b": primitives.INT32}
    assert find_errors(table, {"a": "x", "b": None}) == []
    assert find_errors(table, {"a": None, "b": 2**31, "c": 1}) == [
        ("a", "FieldValueRequired", "Required value"),
        ("b", "FieldValueInvalid", "Invalid value: must be between -2147483648 and 2147483647"),
        ("c", "UnknownField", "unknown field"),
    ]


def test_error_paths_are_formatted() -> None:
    steps = errors.path_steps((((WORDS, "a/b"), 1), ("x~y",)))
    assert steps == ("a/b", 1, ("x~y",))
    assert errors.field_path(steps) == "a/b[1][x~y]"
    assert errors.json_pointer(steps) == "/a~1b/1/x~0y"
    assert (
        errors.field_path([(2**64,), (2**64 - 1,), (b"x",), (None,)])
        == f"[<int>][{2**64 - 1}][<bytes>][None]"
    )


def test_missing_fields_have_their_defaults() -> None:
    bed = checkers.Object("plant", nulls=("side",), defaults='{"plant": "rose", "side": "south"}')
    bed.fields = {"plant": primitives.STRING, "side": primitives.STRING}
    assert find_errors(bed, {}) == []
    assert bed.fill({"plant": None, "side": None}) == {"plant": "rose", "side": None}
    beds = checkers.List(checkers.Nullable(bed), ("plant",))
    repeated = find_errors(beds, [{"plant": "rose"}, {}, {"plant": "fern"}, None])
    assert [path for path, _, _ in repeated] == ["[1]"]
