"""What keywords say about a field that rules limit."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.kube.scalars import GO_QUANTITY
from codegen.model import Array, Keyword, Map, Scalar, Type
from codegen.model.keywords.keyword import group_by_part
from codegen.project.rule_statements import Statement
from codegen.validation.rule_loader import parse_condition
from gardens.parts import field

TEXT = Scalar(type="string")
NUMBER = Scalar(type="integer", format="int32")


def add(statement: Statement, expression: Type, word: str, inside: str = "", **more: Any) -> bool:
    """Add a condition about a part of a field `beds`."""
    is_optional = more.pop("is_optional", False)
    may_be_empty = more.pop("may_be_empty", False)
    return statement.add(
        parse_condition({"field": "beds", "condition": word, **more}, (1, 31)),
        None,
        expression,
        inside,
        is_optional=is_optional,
        may_be_empty=may_be_empty,
    )


@pytest.mark.parametrize(
    ("expression", "word", "more", "expected"),
    [
        (NUMBER, "minimum", {"value": 3}, {"minimum": 3}),
        (NUMBER, "maximum", {"value": 3}, {"maximum": 3}),
        (TEXT, "max-length", {"value": 3}, {"maxLength": 3}),
        (TEXT, "max-bytes", {"value": 3}, {"maxLength": 3}),
        (TEXT, "min-length", {"value": 1}, {"minLength": 1}),
        (TEXT, "required", {}, {"minLength": 1}),
        (Array(items=TEXT), "required", {}, {"minItems": 1}),
        (Array(items=TEXT), "max-items", {"value": 2}, {"maxItems": 2}),
        (Array(items=TEXT), "length", {"value": 2}, {"minItems": 2, "maxItems": 2}),
        (Map(values=TEXT), "max-items", {"value": 2}, {"maxProperties": 2}),
        (TEXT, "pattern", {"pattern": "[a-z]+"}, {"pattern": "^(?:[a-z]+)$"}),
        (
            TEXT,
            "pattern",
            {"pattern": "[a-z]+", "is_optional": True, "may_be_empty": True},
            {"pattern": "^(?:[a-z]+)?$"},
        ),
        (
            TEXT,
            "pattern",
            {"pattern": r"(?=.{1,9}\Z)[a-z]+"},
            {"pattern": "^(?:[a-z]+)$", "minLength": 1, "maxLength": 9},
        ),
    ],
)
def test_conditions_become_keywords(
    expression: Type, word: str, more: dict[str, Any], expected: dict[str, Any]
) -> None:
    statement = Statement()
    assert add(statement, expression, word, **more)
    limited = statement.add_to(field("beds", expression))
    assert group_by_part(limited.keywords) == {"": expected}


@pytest.mark.parametrize(
    ("expression", "word", "more"),
    [
        (TEXT, "min-length", {"value": 3}),  # bytes
        (TEXT, "pattern", {"pattern": "(?!a).*"}),
        (TEXT, "minimum", {"value": 3}),
        (Scalar(type="string", format=GO_QUANTITY), "minimum", {"value": 3}),
        (NUMBER, "one-of", {"values": [1, 2]}),
        (NUMBER, "nonzero", {}),
        (TEXT, "unchanged", {}),
    ],
)
def test_other_conditions_are_left_out(expression: Type, word: str, more: dict[str, Any]) -> None:
    statement = Statement()
    assert not add(statement, expression, word, **more)
    limited = field("beds", expression)
    assert statement.add_to(limited) == limited


@pytest.mark.parametrize(
    ("word", "is_optional", "is_required"),
    [("required", False, True), ("required", True, False), ("max-length", False, False)],
)
def test_only_rules_about_absent_values_require_them(
    word: str, is_optional: bool, is_required: bool
) -> None:
    statement = Statement()
    add(statement, TEXT, word, value=1, is_optional=is_optional)
    assert statement.add_to(field("beds", TEXT)).required is is_required


def test_values_of_parts_are_limited() -> None:
    statement = Statement()
    listed = Array(items=TEXT)
    assert add(statement, listed, "one-of", "[]", values=["fern", "moss"], is_optional=True)
    assert add(statement, listed, "max-length", "[]", value=4)
    limited = statement.add_to(field("beds", listed))
    assert limited.type == Array(items=Scalar(type="string", enum=("fern", "moss")))
    assert group_by_part(limited.keywords) == {"[]": {"maxLength": 4}}
    assert not limited.required


def test_tightest_limit_holds() -> None:
    statement = Statement()
    for word, value in (("minimum", 1), ("minimum", 3), ("maximum", 9), ("maximum", 8)):
        add(statement, NUMBER, word, value=value)
    keywords = (Keyword(name="minimum", value="5"), Keyword(name="maximum", value="20"))
    limited = statement.add_to(field("beds", NUMBER, keywords=keywords))
    assert group_by_part(limited.keywords) == {"": {"minimum": 5, "maximum": 8}}
