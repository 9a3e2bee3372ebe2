from __future__ import annotations

import json
from typing import Any

import pytest

from codegen.model import Keyword, Ref, Scalar
from codegen.model.types import Array, Map
from codegen.outputs.schemas.schema_writer import Dialect, SchemaWriter
from gardens.parts import PACKAGE, PLOT, STRING, definition, field, reference
from gardens.schemas import job, plot

BED = f"{PACKAGE}.Bed"
NUMBER = Scalar(type="number")


def words(**values: Any) -> tuple[Keyword, ...]:
    return tuple(Keyword(name=name, value=json.dumps(value)) for name, value in values.items())


def written(type_: Any, *keywords: Keyword, dialect: Dialect = Dialect.OPENAPI_31, required: bool = True) -> Any:
    made = field("it", type_, required=required, keywords=keywords)
    schemas = SchemaWriter(job(reference(plot(made), definition(BED, field("soil")))), dialect)
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
def test_limits_stand_beside_the_type_that_they_are_about(type_: Any, limits: dict[str, Any]) -> None:
    bare = written(type_)
    assert written(type_, *words(**limits)) == bare | limits


@pytest.mark.parametrize("type_", [STRING, NUMBER, Array(items=NUMBER), Map(values=NUMBER), Scalar(type="")])
def test_limits_of_another_type_are_left_out(type_: Any) -> None:
    limits = {"string": "maxLength", "number": "maximum", "array": "maxItems", "object": "maxProperties"}
    made = written(type_, *words(**dict.fromkeys(limits.values(), 7)))
    assert set(made) & set(limits.values()) == {limits[made["type"]]} if "type" in made else made == {}


def test_limits_of_what_a_list_holds_are_there() -> None:
    inner = Keyword(name="minimum", value="3", inside="[]{}")
    assert written(Array(items=Map(values=NUMBER)), inner)["items"]["additionalProperties"] == {
        "type": "number",
        "minimum": 3,
    }
    assert written(NUMBER, inner) == {"type": "number"}


def test_the_description_of_what_a_list_holds_is_there_and_that_of_a_value_is_its_prose() -> None:
    told = Keyword(name="description", value='"One height."', inside="[]")
    assert written(Array(items=NUMBER), told)["items"] == {"type": "number", "description": "One height."}
    assert "description" not in written(NUMBER, *words(description="A height."))
    made = field("it", Array(items=NUMBER), keywords=(told,))
    known = reference(plot(made), texts={f"{PLOT}#it[]": "一个高度。"})
    schema: Any = SchemaWriter(job(known), Dialect.OPENAPI_31).field(PLOT, made)
    assert schema["items"]["description"] == "一个高度。"


@pytest.mark.parametrize("dialect", Dialect)
def test_only_remarks_stand_beside_a_reference(dialect: Dialect) -> None:
    made = written(Ref(key=BED), *words(maxProperties=2, default={"soil": "clay"}, readOnly=True), dialect=dialect)
    assert made.pop("default") == {"soil": "clay"}
    assert made.pop("readOnly") is True
    assert made == ({"allOf": [dialect.reference(BED)]} if dialect is Dialect.OPENAPI_30 else dialect.reference(BED))
    assert written(Ref(key=BED), dialect=dialect) == dialect.reference(BED)


@pytest.mark.parametrize(
    ("pattern", "is_portable_pattern"),
    [
        ("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", True),
        (r"^(?:\d{1,3}\.){3}\d+/[0-9,]{2,}|\$x$", True),
        (r"^[\w\-./]+$", True),
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
def test_a_pattern_is_written_if_all_engines_read_it_alike(pattern: str, is_portable_pattern: bool) -> None:
    assert ("pattern" in written(STRING, *words(pattern=pattern))) is is_portable_pattern


def test_an_exclusive_bound_is_a_mark_in_30() -> None:
    old = Dialect.OPENAPI_30
    assert written(NUMBER, *words(exclusiveMinimum=0)) == {"type": "number", "exclusiveMinimum": 0}
    assert written(NUMBER, *words(exclusiveMinimum=0), dialect=old) == {
        "type": "number",
        "minimum": 0,
        "exclusiveMinimum": True,
    }
    assert written(NUMBER, *words(minimum=5, exclusiveMinimum=0), dialect=old) == {"type": "number", "minimum": 5}


@pytest.mark.parametrize("dialect", Dialect)
def test_null_that_a_document_states_is_kept_apart_from_null_of_what_may_be_left_out(dialect: Dialect) -> None:
    null = {"type": "string", "nullable": True} if dialect is Dialect.OPENAPI_30 else {"type": ["string", "null"]}
    assert written(STRING, *words(nullable=True), dialect=dialect) == null
    assert written(STRING, *words(nullable=True), dialect=dialect, required=False) == null | {"x-nullable": True}
    assert written(STRING, dialect=dialect, required=False) == null


def test_numbers_that_are_listed_keep_their_type_in_30() -> None:
    made = written(Scalar(type="integer"), *words(enum=[1, 2]), dialect=Dialect.OPENAPI_30, required=False)
    assert made == {"anyOf": [{"type": "integer", "enum": [1, 2]}, {"enum": [None]}]}
    choice = [{"minimum": 1}, {"maximum": -1}]
    made = written(NUMBER, *words(oneOf=choice), required=False)
    assert made == {"anyOf": [{"type": "number", "oneOf": choice}, {"type": "null"}]}


@pytest.mark.parametrize("choice", [{"allOf": []}, {"anyOf": []}, {"properties": {"a": {"not": {"oneOf": []}}}}])
def test_a_choice_of_nothing_is_left_out(choice: dict[str, Any]) -> None:
    assert written(STRING, *words(**{"not": choice})) == {"type": "string"}
    inner = Keyword(name="not", value=json.dumps(choice), inside="[]")
    assert written(Array(items=NUMBER), inner) == {"type": "array", "items": {"type": "number"}}


@pytest.mark.parametrize("dialect", Dialect)
def test_null_of_list_items_stands_once(dialect: Dialect) -> None:
    nullable = Keyword(name="nullable", value="true", inside="[]")
    items = [written(Array(items=STRING), *more, dialect=dialect)["items"] for more in ((), (nullable,))]
    assert items[0] == items[1]
