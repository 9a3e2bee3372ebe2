from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from codegen.model import Keyword, Ref, Scalar
from codegen.model.keywords.decoding import Decoding
from codegen.model.types import Array, Map
from codegen.outputs.schemas.limit_keywords import other_fields_schema
from codegen.outputs.schemas.schema_writer import Dialect, ValueWriter
from gardens.parts import PACKAGE, PLOT, STRING, definition, field, reference
from gardens.schemas import job, plot

BED = f"{PACKAGE}.Bed"
NUMBER = Scalar(type="number")


def make_keywords(**values: Any) -> tuple[Keyword, ...]:
    return tuple(Keyword(name=name, value=json.dumps(value)) for name, value in values.items())


def emit_field(
    type_: Any, *keywords: Keyword, dialect: Dialect = Dialect.OPENAPI_31, required: bool = True
) -> Any:
    made = field("it", type_, required=required, keywords=keywords)
    known = job(reference(plot(made), definition(BED, field("soil"))))
    schemas = ValueWriter(known, dialect, Decoding.PLAIN)
    return schemas.field(PLOT, made)


@pytest.mark.parametrize(
    ("type_", "limits"),
    [
        (STRING, {"pattern": "^[a-z]+$", "minLength": 1, "maxLength": 9}),
        (NUMBER, {"minimum": 1, "multipleOf": 0.5, "enum": [1, 2.5]}),
        (Array(items=NUMBER), {"minItems": 1, "maxItems": 2, "uniqueItems": True}),
        (Map(values=NUMBER), {"minProperties": 1, "maxProperties": 2}),
        (Scalar(type="boolean"), {"enum": [True]}),
        (Array(items=NUMBER), {"enum": [[1], []]}),
        (Map(values=NUMBER), {"enum": [{"a": 1}]}),
        (Scalar(type=""), {"enum": [True, "x", 1, {"a": []}]}),
        (STRING, {"enum": [1]}),
    ],
)
def test_limits_are_next_to_their_type(type_: Any, limits: dict[str, Any]) -> None:
    bare = emit_field(type_)
    assert emit_field(type_, *make_keywords(**limits)) == bare | limits


@pytest.mark.parametrize(
    "type_", [STRING, NUMBER, Array(items=NUMBER), Map(values=NUMBER), Scalar(type="")]
)
def test_limits_of_another_type_are_omitted(type_: Any) -> None:
    limits = {
        "string": "maxLength",
        "number": "maximum",
        "array": "maxItems",
        "object": "maxProperties",
    }
    made = emit_field(type_, *make_keywords(**dict.fromkeys(limits.values(), 7)))
    assert (
        set(made) & set(limits.values()) == {limits[made["type"]]} if "type" in made else made == {}
    )


def test_limits_of_list_items_are_written() -> None:
    inner = Keyword(name="minimum", value="3", inside="[]{}")
    assert emit_field(Array(items=Map(values=NUMBER)), inner)["items"]["additionalProperties"] == {
        "type": "number",
        "minimum": 3,
    }
    assert emit_field(NUMBER, inner) == {"type": "number"}


def test_descriptions_of_items_and_values_are_written() -> None:
    told = Keyword(name="description", value='"One height."', inside="[]")
    assert emit_field(Array(items=NUMBER), told)["items"] == {
        "type": "number",
        "description": "One height.",
    }
    assert "description" not in emit_field(NUMBER, *make_keywords(description="A height."))
    made = field("it", Array(items=NUMBER), keywords=(told,))
    known = reference(plot(made), texts={f"{PLOT}#it[]": "一个高度。"})
    schema: Any = ValueWriter(job(known), Dialect.OPENAPI_31, Decoding.PLAIN).field(PLOT, made)
    assert schema["items"]["description"] == "一个高度。"


@pytest.mark.parametrize("dialect", Dialect)
def test_only_annotations_are_next_to_reference(dialect: Dialect) -> None:
    made = emit_field(
        Ref(key=BED),
        *make_keywords(maxProperties=2, default={"soil": "clay"}, readOnly=True),
        dialect=dialect,
    )
    assert made.pop("default") == {"soil": "clay"}
    assert made.pop("readOnly") is True
    assert made == (
        {"allOf": [dialect.reference(BED)]}
        if dialect is Dialect.OPENAPI_30
        else dialect.reference(BED)
    )
    assert emit_field(Ref(key=BED), dialect=dialect) == dialect.reference(BED)


@pytest.mark.parametrize(
    ("pattern", "is_portable_pattern"),
    [
        ("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", True),
        (r"^(?:\d{1,3}\.){3}\d+/[0-9,]{2,}|\$x$", True),
        (r"^[\w\-./]+$", True),
        (r"^[^\x60]\x41$", True),
        (r"^\pL+$", False),
        (r"\A[a-z]\z", False),
        ("(?i)abc", False),
        ("[[:alpha:]]", False),
        (r"a\-b", False),
        ("a{", False),
        ("- **a**", False),
        ("(a", False),
        ("a]", False),
        ("(?<name>a)", False),
    ],
)
def test_portable_patterns_only_are_written(pattern: str, is_portable_pattern: bool) -> None:
    assert ("pattern" in emit_field(STRING, *make_keywords(pattern=pattern))) is is_portable_pattern


def test_exclusive_bound_is_boolean_in_30() -> None:
    old = Dialect.OPENAPI_30
    assert emit_field(NUMBER, *make_keywords(exclusiveMinimum=0)) == {
        "type": "number",
        "exclusiveMinimum": 0,
    }
    assert emit_field(NUMBER, *make_keywords(exclusiveMinimum=0), dialect=old) == {
        "type": "number",
        "minimum": 0,
        "exclusiveMinimum": True,
    }
    assert emit_field(NUMBER, *make_keywords(minimum=5, exclusiveMinimum=0), dialect=old) == {
        "type": "number",
        "minimum": 5,
    }


@pytest.mark.parametrize("dialect", Dialect)
def test_explicit_null_is_distinct_from_optional_null(dialect: Dialect) -> None:
    null = (
        {"type": "string", "nullable": True}
        if dialect is Dialect.OPENAPI_30
        else {"type": ["string", "null"]}
    )
    assert emit_field(STRING, *make_keywords(nullable=True), dialect=dialect) == null
    assert emit_field(
        STRING, *make_keywords(nullable=True), dialect=dialect, required=False
    ) == null | {"x-nullable": True}
    assert emit_field(STRING, dialect=dialect, required=False) == null


def test_enum_numbers_keep_type_in_30() -> None:
    made = emit_field(
        Scalar(type="integer"),
        *make_keywords(enum=[1, 2]),
        dialect=Dialect.OPENAPI_30,
        required=False,
    )
    assert made == {"anyOf": [{"type": "integer", "enum": [1, 2]}, {"enum": [None]}]}
    choice = [{"minimum": 1}, {"maximum": -1}]
    made = emit_field(NUMBER, *make_keywords(oneOf=choice), required=False)
    assert made == {"anyOf": [{"type": "number", "oneOf": choice}, {"type": "null"}]}


@pytest.mark.parametrize(
    "choice", [{"allOf": []}, {"anyOf": []}, {"properties": {"a": {"not": {"oneOf": []}}}}]
)
def test_empty_union_is_omitted(choice: dict[str, Any]) -> None:
    assert emit_field(STRING, *make_keywords(**{"not": choice})) == {"type": "string"}
    inner = Keyword(name="not", value=json.dumps(choice), inside="[]")
    assert emit_field(Array(items=NUMBER), inner) == {"type": "array", "items": {"type": "number"}}


@pytest.mark.parametrize("dialect", Dialect)
def test_null_of_list_items_is_marked_where_a_document_states_it(dialect: Dialect) -> None:
    nullable = Keyword(name="nullable", value="true", inside="[]")
    bare, stated = (
        emit_field(Array(items=STRING), *more, dialect=dialect)["items"]
        for more in ((), (nullable,))
    )
    assert bare == {"type": "string"}
    assert stated.pop("x-nullable") is True
    is_valid = Draft202012Validator(stated).is_valid
    assert is_valid("rose")
    assert is_valid(None) or dialect is Dialect.OPENAPI_30
    assert stated != bare


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"type": "boolean"}, {"type": "boolean"}),
        ({"$ref": "#/definitions/Bed"}, True),
        (True, True),
    ],
    ids=str,
)
def test_schema_of_other_fields_is_written(value: Any, expected: Any) -> None:
    keywords = {"additionalProperties": value}
    assert other_fields_schema(keywords, marks_exclusive=False) == expected
