from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped,unused-ignore]

from codegen.core.escaping.documents import has_invisible_characters
from codegen.model import Array, Definition, ListType, LossyType, Map, Ref, Reference, Scalar, Type
from codegen.outputs.schemas.json_schema import emit
from gardens.parts import PACKAGE, PLOT, STRING, definition, field, reference
from gardens.schemas import invisible_characters, job, plot, subschemas

BED = f"{PACKAGE}.Bed"


def emit_documents(source: Reference) -> dict[str, dict[str, Any]]:
    """Return documents by file name, validated by the meta-schema."""
    found = {}
    for file in emit(job(source)):
        found[file.path] = json.loads(file.text)
        Draft202012Validator.check_schema(found[file.path])
    return found


def document(*definitions: Definition, **more: Any) -> dict[str, Any]:
    return emit_documents(reference(*definitions, **more))["plot-garden-v1.json"]


def schema_of_type(expression: Type, *others: Definition, **more: Any) -> dict[str, Any]:
    """Return the schema of a required field of this type."""
    schema = document(plot(field("it", expression, required=True, **more)), *others)
    found: dict[str, Any] = schema["$defs"][PLOT]["properties"]["it"]
    return found


def accepts(schema: dict[str, Any], value: object) -> bool:
    return bool(Draft202012Validator(schema).is_valid(value))


def test_types_not_used_by_kinds_have_own_file() -> None:
    left, right, lonely = (f"{PACKAGE}.{name}" for name in ("Left", "Right", "Lonely"))
    files = emit_documents(
        reference(
            plot(field("bed", Ref(key=BED))),
            definition(BED, field("soil")),
            definition(right, field("left", Ref(key=left))),
            definition(left, field("right", Ref(key=right))),
            definition(lonely, type=Map(values=Ref(key=left))),
            definition(f"{PACKAGE}.Unknown", documented=False),
        )
    )
    assert {name: list(schema["$defs"]) for name, schema in files.items()} == {
        "lonely-garden-v1.json": [lonely, left, right],
        "plot-garden-v1.json": [PLOT, BED],
    }
    circle = emit_documents(
        reference(
            definition(right, field("left", Ref(key=left))),
            definition(left, field("right", Ref(key=right))),
        )
    )
    assert list(circle) == ["left-garden-v1.json"]


def test_only_optional_fields_accept_null() -> None:
    bed = definition(BED, field("soil"))
    optional = document(
        plot(field("a"), field("bed", Ref(key=BED)), field("list", Array(items=STRING))), bed
    )
    assert accepts(optional, {"a": None, "bed": None, "list": None})
    assert accepts(optional, {})
    assert accepts(optional, {"list": [None]})  # an empty string for servers
    required = document(
        plot(field("a", required=True), field("bed", Ref(key=BED), required=True)), bed
    )
    assert accepts(required, {"a": "x", "bed": {}})
    assert not accepts(required, {"a": None, "bed": {}})
    assert not accepts(required, {"a": "x", "bed": None})
    assert not accepts(required, {"a": "x"})


def test_documented_definition_without_fields_is_open_object() -> None:
    schema = document(plot(field("bed", Ref(key=BED))), definition(BED))
    assert schema["$defs"][BED] == {"type": "object"}


@pytest.mark.parametrize(
    ("name", "low", "high"), [("int32", -(2**31), 2**31 - 1), ("int64", -(2**63), 2**63 - 1)]
)
def test_integers_have_bounds_of_format(name: str, low: int, high: int) -> None:
    schema = document(plot(field("n", Scalar(type="integer", format=name), required=True)))
    for good in (low, 0, high):
        assert accepts(schema, {"n": good})
    for bad in (low - 1, high + 1, 1.5, "1", None, True):
        assert not accepts(schema, {"n": bad})


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (STRING, {"type": "string"}),
        (Scalar(type="boolean"), {"type": "boolean"}),
        (Scalar(type="number", format="double"), {"type": "number", "format": "double"}),
        (Scalar(type="string", format="date-time"), {"type": "string", "format": "date-time"}),
        (
            Scalar(type="string", format="byte"),
            {"type": "string", "format": "byte", "contentEncoding": "base64"},
        ),
        (
            Scalar(type="string", format="int-or-string"),
            {
                "oneOf": [{"type": "integer"}, {"type": "string"}],
                "x-kubernetes-int-or-string": True,
            },
        ),
        (Scalar(type="object"), {"type": "object", "additionalProperties": True}),
        (Scalar(type=""), {}),
        (Scalar(type="string", enum=("a", "b", "a")), {"type": "string", "enum": ["a", "b"]}),
        (
            Map(values=STRING),
            {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
        ),
        (
            Map(values=Array(items=STRING)),
            {
                "type": "object",
                "additionalProperties": {
                    "type": ["array", "null"],
                    "items": {"type": ["string", "null"]},
                },
            },
        ),
        (
            Array(items=Scalar(type="string", enum=("a",))),
            {"type": "array", "items": {"type": "string", "enum": ["a"]}},
        ),
        (
            Map(values=Array(items=Scalar(type="string", format="byte"))),
            {
                "type": "object",
                "additionalProperties": {
                    "type": ["array", "null"],
                    "items": {
                        "type": ["string", "null"],
                        "format": "byte",
                        "contentEncoding": "base64",
                    },
                },
            },
        ),
        (LossyType(known=Scalar(type="object")), {"type": "object", "additionalProperties": True}),
        (LossyType(known=Scalar(type="integer", format="int32")), {"type": "integer"}),
        (
            Array(items=LossyType(known=Scalar(type="integer"))),
            {"type": "array", "items": {"type": ["integer", "null"]}},
        ),
        (Ref(key=f"{PACKAGE}.Nowhere"), {}),
    ],
)
def test_type_expressions_become_schemas(expression: Type, expected: dict[str, Any]) -> None:
    assert schema_of_type(expression) == expected


def test_optional_type_expressions_add_null() -> None:
    schema = document(
        plot(
            field("either", Scalar(type="string", format="int-or-string")),
            field("choice", Scalar(type="string", enum=("a", "b"))),
            field("any", Scalar(type="")),
        )
    )
    assert schema["$defs"][PLOT]["properties"] == {
        "either": {
            "oneOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}],
            "x-kubernetes-int-or-string": True,
        },
        "choice": {"enum": ["a", "b", None]},
        "any": {},
    }


def test_fixed_value_is_const() -> None:
    schema = document(
        plot(
            field("kind", value="Plot"),
            field("apiVersion", value="garden.example.io/v1", required=True),
        )
    )
    good = {"apiVersion": "garden.example.io/v1"}
    assert accepts(schema, good | {"kind": "Plot"})
    assert accepts(schema, good | {"kind": None})
    assert not accepts(schema, good | {"kind": "Bed"})
    assert not accepts(schema, {"apiVersion": None})
    assert not accepts(schema, {"apiVersion": "v1"})


def test_aliases_have_own_entry() -> None:
    moment = f"{PACKAGE}.Moment"
    schema = document(
        plot(field("at", Ref(key=moment))),
        definition(moment, type=Scalar(type="string", format="date-time"), documented=False),
        texts={moment: "Moment is a point in time."},
    )
    assert schema["$defs"][moment] == {
        "description": "Moment is a point in time.",
        "type": "string",
        "format": "date-time",
    }
    assert schema["$defs"][PLOT]["properties"]["at"]["anyOf"][0] == {"$ref": f"#/$defs/{moment}"}


def test_cyclic_aliases_accept_anything() -> None:
    left, right = f"{PACKAGE}.Left", f"{PACKAGE}.Right"
    loop = (definition(left, type=Ref(key=right)), definition(right, type=Ref(key=left)))
    schema = document(plot(field("a", Ref(key=left), required=True)), *loop)
    assert schema["$defs"][left] == {}
    assert accepts(schema, {"a": 1})


@pytest.mark.parametrize(("locale", "word"), [("en", "sources"), ("zh-cn", "页面")])
def test_types_missing_in_sources_are_open_and_marked(locale: str, word: str) -> None:
    (file,) = emit(
        job(
            reference(plot(field("bed", Ref(key=BED))), definition(BED, documented=False)),
            (locale,),
        )
    )
    schema = json.loads(file.text)
    assert schema["$defs"][BED]["type"] == "object"
    assert "Bed" in schema["$defs"][BED]["description"]
    assert word in schema["$defs"][BED]["description"]
    assert accepts(schema, {"bed": {"anything": [1, None]}})
    assert not accepts(schema, {"bed": "text"})


def test_lists_and_maps_have_merge_keywords() -> None:
    bed = definition(BED, field("name"), map_type="atomic")
    schema = document(
        plot(
            field(
                "beds",
                Array(items=Ref(key=BED)),
                list_type=ListType.MAP,
                list_map_keys=("name", "row"),
                patch_strategy=("merge", "retainKeys"),
                patch_merge_key="name",
            ),
            field("tags", Array(items=STRING), list_type=ListType.SET),
            field("labels", Map(values=STRING), map_type="granular"),
        ),
        bed,
    )
    fields = schema["$defs"][PLOT]["properties"]
    assert {key: value for key, value in fields["beds"].items() if key.startswith("x-")} == {
        "x-kubernetes-list-map-keys": ["name", "row"],
        "x-kubernetes-list-type": "map",
        "x-kubernetes-patch-merge-key": "name",
        "x-kubernetes-patch-strategy": "merge,retainKeys",
    }
    assert "uniqueItems" not in fields["beds"]
    assert fields["labels"]["x-kubernetes-map-type"] == "granular"
    assert schema["$defs"][BED]["x-kubernetes-map-type"] == "atomic"
    assert accepts(schema, {"tags": ["a", "b"]})
    assert not accepts(schema, {"tags": ["a", "a"]})


def test_first_locale_with_text_is_used() -> None:
    source = reference(plot(field("a")), texts={PLOT: "English"})
    (file,) = emit(job(source, ("zh-cn", "en")))
    assert json.loads(file.text)["description"] == "English"


@pytest.mark.parametrize(
    "key",
    [
        "a/b~c",
        "~1",
        "a%2Fb",
        "$ref",
        "中 文",
        "#/x?y",
        "\u212a",
        "../../../evil",
        "a\nb",
        "a\u202eb",
        "x" * 300,
        "",
    ],
)
def test_hostile_keys_are_resolved_by_reference(key: str) -> None:
    other = Definition(
        key=key, name="Odd", fields=(field("n", required=True),), span=field("x").span
    )
    schema = document(plot(field("odd", Ref(key=key), required=True)), other)
    assert len(schema["$defs"]) == 2
    assert accepts(schema, {"odd": {"n": "x"}})
    assert not accepts(schema, {"odd": {"n": 1}})


def test_references_stay_inside_file() -> None:
    schema = document(
        plot(field("a", Ref(key="http://example.org/x")), field("b", Ref(key="file:///etc/passwd")))
    )
    assert all(
        subschema["$ref"].startswith("#/$defs/")
        for subschema in subschemas(schema)
        if "$ref" in subschema
    )
    outside = document(
        plot(field("a", Ref(key="http://example.org/x"))),
        Definition(key="http://example.org/x", name="X", span=field("x").span),
    )
    found = [subschema["$ref"] for subschema in subschemas(outside) if "$ref" in subschema]
    assert len(found) == 2
    assert all(target.startswith("#/$defs/") for target in found)


def test_invisible_characters_are_escaped() -> None:
    assert not [
        f"{ord(character):04x}"
        for character in invisible_characters()
        if not has_invisible_characters(character)
    ]
    assert not has_invisible_characters("plain text, 全角，“quoted” é😀\n")
