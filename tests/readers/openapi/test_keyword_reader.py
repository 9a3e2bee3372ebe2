"""Unions, `allOf`, open objects, constraints, paths and versions of OpenAPI documents."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped,unused-ignore]

from codegen.core.diagnostics import Finding, Report
from codegen.core.source import Source
from codegen.model import Array, Ref, Reference, Scalar, Type
from codegen.model.kubernetes import ALIASES
from codegen.outputs import registry
from codegen.outputs.inspection import openapi_v2
from codegen.outputs.job import Job
from codegen.readers.openapi.reader import read_document
from gardens.parts import ref
from gardens.python import check

P = "io.example.api.garden.v1"
STRING = {"type": "string"}
INT_OR_STRING = Scalar(type="string", format="int-or-string")
ANY = Scalar(type="")
GVK = {"group": "garden.example.io", "kind": "Plot", "version": "v1"}


def read(
    definitions: dict[str, Any], indent: int | None = 1, **more: Any
) -> tuple[Reference, tuple[Finding, ...], Source]:
    """Return the reference of a document with these definitions, and its diagnostics."""
    named = {
        key if "." in key else f"{P}.{key}": definition for key, definition in definitions.items()
    }
    source = Source(
        json.dumps({"swagger": "2.0", "definitions": named, **more}, indent=indent), "garden.json"
    )
    report = Report()
    return read_document(source, report), report.diagnostics, source


def rules(found: tuple[Finding, ...]) -> list[str]:
    return [finding.rule for finding in found]


def openapi_schema(reference: Reference, name: str) -> dict[str, Any]:
    return openapi_v2.schema(reference.definitions[f"{P}.{name}"])


def source_line(source: Source, found: Finding) -> str:
    return source.text.split("\n")[found.span.line - 1].strip()


@pytest.mark.parametrize(
    ("schema", "expected", "said"),
    [
        ({"oneOf": [STRING, {"type": "integer"}]}, INT_OR_STRING, []),
        ({"anyOf": [{"type": "integer"}, STRING]}, INT_OR_STRING, []),
        ({"type": ["integer", "string"]}, INT_OR_STRING, []),
        (
            {"oneOf": [STRING, {"type": "integer", "enum": [1, 2]}]},
            INT_OR_STRING,
            ["constraint-unsupported"],
        ),
        (
            {
                "oneOf": [STRING, {"type": "integer", "enum": [1, 2]}],
                "x-kubernetes-int-or-string": True,
            },
            INT_OR_STRING,
            ["constraint-unsupported"],
        ),
        ({"type": ["integer", "string", "null"]}, INT_OR_STRING, []),
        ({"anyOf": [{"type": "integer"}, STRING], "nullable": True}, INT_OR_STRING, []),
        (
            {"type": "string", "enum": ["a", None], "nullable": True},
            Scalar(type="string", enum=("a",)),
            [],
        ),
        (
            {"anyOf": [ref("Bed"), {"type": "null"}], "description": "A bed."},
            Ref(key=f"{P}.Bed"),
            [],
        ),
        ({"allOf": [ref("Bed")], "nullable": True}, Ref(key=f"{P}.Bed"), []),
        ({"type": ["array", "null"], "items": ref("Bed")}, Array(items=Ref(key=f"{P}.Bed")), []),
        (
            {
                "anyOf": [{"type": "integer"}, STRING],
                "x-kubernetes-int-or-string": True,
                "pattern": "^1",
            },
            INT_OR_STRING,
            [],
        ),
        (
            {"allOf": [{"anyOf": [STRING]}, {"pattern": "a"}], "x-kubernetes-int-or-string": True},
            INT_OR_STRING,
            ["constraint-unsupported"],
        ),
        ({"oneOf": [STRING, {"type": "number"}]}, ANY, ["union-unsupported"]),
        ({"anyOf": [STRING, {"type": "boolean"}]}, ANY, ["union-unsupported"]),
        ({"oneOf": [STRING, {"type": "integer"}, {"type": "boolean"}]}, ANY, ["union-unsupported"]),
        ({"type": ["string", "boolean"]}, ANY, ["union-unsupported"]),
        ({"type": ["string", "number"], "enum": ["a", 1]}, ANY, ["union-unsupported"]),
        (
            {"type": ["string", "number"], "enum": ["a", None]},
            Scalar(type="string", enum=("a",)),
            [],
        ),
        ({"enum": ["a", 1]}, ANY, []),
        (
            {"anyOf": [{**STRING, "format": "a"}, STRING]},
            Scalar(type="string"),
            ["constraint-unsupported"],
        ),
        ({"type": "object", "allOf": [ref("Bed")]}, Ref(key=f"{P}.Bed"), []),
        (
            {"allOf": [ref("Bed"), {"description": "That bed."}], "default": {}},
            Ref(key=f"{P}.Bed"),
            [],
        ),
        (
            {"type": "object", "oneOf": [ref("Bed"), ref("Plot")]},
            Scalar(type="object"),
            ["constraint-unsupported"],
        ),
    ],
)
def test_unions_are_not_narrowed_to_one_member(
    schema: dict[str, Any], expected: Type, said: list[str]
) -> None:
    reference, found, _ = read(
        {"Plot": {"properties": {"it": schema}}, "Bed": {"properties": {"name": STRING}}}
    )
    assert reference.definitions[f"{P}.Plot"].fields[0].type == expected
    assert rules(found) == said


def test_well_known_scalar_unions_have_v2_type() -> None:
    choice = {"oneOf": [STRING, {"type": "number"}]}
    key = next(key for key in ALIASES if key.endswith(".Quantity"))
    reference, found, _ = read({key: choice, "Quantity": choice})
    assert reference.definitions[key].type == ALIASES[key]
    assert reference.definitions[f"{P}.Quantity"].type == ANY
    assert rules(found) == ["union-unsupported"]


BED = {
    "type": "object",
    "required": ["name"],
    "properties": {"apiVersion": STRING, "name": {"description": "Its name.", **STRING}},
}


def test_all_of_merges_fields() -> None:
    plot = {
        "allOf": [
            ref("Bed"),
            {"type": "object", "required": ["rows"], "properties": {"rows": {"type": "integer"}}},
        ],
        "required": ["apiVersion"],
        "properties": {"soil": STRING},
        "x-kubernetes-group-version-kind": [GVK],
    }
    reference, found, source = read({"Plot": plot, "Bed": BED})
    assert not found
    definition = reference.definitions[f"{P}.Plot"]
    assert [(field.name, field.required) for field in definition.fields] == [
        ("apiVersion", True),
        ("name", True),
        ("rows", True),
        ("soil", False),
    ]
    assert definition.fields[0].value == "garden.example.io/v1"
    assert reference.definitions[f"{P}.Bed"].fields[0].value is None
    assert not definition.open
    assert reference.text("en", f"{P}.Plot#name") == "Its name."
    lines = source.text.split("\n")
    assert all(
        lines[field.span.line - 1].strip().startswith(f'"{field.name}":')
        for field in definition.fields
    )
    schema = schema_of_plot(reference)
    assert Draft202012Validator(schema).is_valid(
        {"apiVersion": "garden.example.io/v1", "name": "a", "rows": 1}
    )
    assert not Draft202012Validator(schema).is_valid(
        {"apiVersion": "garden.example.io/v1", "name": "a"}
    )


def schema_of_plot(reference: Reference) -> dict[str, Any]:
    job = Job(reference=reference, locales=("en",), options={}, origin="garden.json")
    files = {
        file.path: json.loads(file.text)
        for file in registry.bundled_outputs()["json-schema"].emit(job)
    }
    schema: dict[str, Any] = files["plot-garden-v1.json"]
    return schema


def test_all_of_merges_nested_parts_in_any_order() -> None:
    chain = {
        "A": {"allOf": [ref("B")], "properties": {"a": STRING}},
        "B": {"allOf": [ref("Same"), {"allOf": [{"properties": {"b": STRING}}]}]},
        "Same": {"type": "object", "allOf": [ref("C")]},
        "C": {"properties": {"c": STRING}},
    }
    for order in (list(chain), list(reversed(chain))):
        reference, found, _ = read({name: chain[name] for name in order})
        assert not found
        assert [field.name for field in reference.definitions[f"{P}.A"].fields] == ["c", "b", "a"]
        assert reference.definitions[f"{P}.Same"].type == Ref(key=f"{P}.C")


def test_untyped_field_takes_type_of_its_part() -> None:
    plot = {"allOf": [ref("Bed")], "properties": {"name": {"description": "Another text."}}}
    reference, found, _ = read({"Plot": plot, "Bed": BED})
    assert not found
    assert openapi_schema(reference, "Plot")["properties"]["name"] == STRING
    assert reference.text("en", f"{P}.Plot#name") == "Another text."


def shared_parts(*words: str) -> dict[str, Any]:
    """Return unions that name one definition twice."""
    return {word: [ref("Bed"), ref("Bed")] for word in words}


def test_repeated_parts_of_all_of_are_read_once() -> None:
    bed = {"type": "object", "properties": {"soil": STRING}}
    reference, found, _ = read({"Plot": shared_parts("allOf"), "Bed": bed})
    assert not found
    assert reference.definitions[f"{P}.Plot"].type == Ref(key=f"{P}.Bed")
    own = {"type": "object", "properties": {"a": shared_parts("allOf"), "b": shared_parts("anyOf")}}
    reference, found, _ = read({"Plot": own, "Bed": bed})
    assert not found
    assert [field.type for field in reference.definitions[f"{P}.Plot"].fields] == [
        Ref(key=f"{P}.Bed")
    ] * 2
    assert not any(field.keywords for field in reference.definitions[f"{P}.Plot"].fields)


def test_equal_members_of_one_of_exclude_each_other() -> None:
    own = {"type": "object", "properties": {"a": shared_parts("oneOf")}}
    _, found, _ = read({"Plot": own, "Bed": {"type": "object", "properties": {"soil": STRING}}})
    assert "union-unsupported" in rules(found)


@pytest.mark.parametrize("is_crowd", [False, True], ids=["chain", "crowd"])
def test_shared_parts_of_all_of_are_read_once_for_each_definition(is_crowd: bool) -> None:
    """Without that, each of thirty links doubles the parts."""
    count = 30
    links = {
        f"D{number}": {
            "allOf": [
                ref(f"D{each}") for each in (range(count) if is_crowd else (number + 1, number + 1))
            ],
            "properties": {f"f{number}": STRING},
        }
        for number in range(count)
    }
    reference, found, _ = read({**links, f"D{count}": BED})
    first = reference.definitions[f"{P}.D0"].fields
    assert {f"f{number}" for number in range(count)} <= {field.name for field in first}
    assert set(rules(found)) == ({"all-of-unsupported"} if is_crowd else set())


def test_inherited_fields_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codegen.core.limits.REPEATED_FIELDS", 20)
    chain = {
        f"D{number}": {"allOf": [ref(f"D{number + 1}")], "properties": {f"f{number}": STRING}}
        for number in range(60)
    }
    reference, found, _ = read({**chain, "D60": BED})
    assert sum(len(definition.fields) for definition in reference.definitions.values()) < 200
    assert set(rules(found)) == {"expansion-too-large"}


@pytest.mark.parametrize(("most", "said"), [(2, []), (1, ["expansion-too-large"])])
def test_inherited_fields_limit_is_exact(
    monkeypatch: pytest.MonkeyPatch, most: int, said: list[str]
) -> None:
    monkeypatch.setattr("codegen.core.limits.REPEATED_FIELDS", most)
    _, found, _ = read(
        {"Plot": {"allOf": [ref("Bed")], "properties": {"soil": STRING}}, "Bed": BED}
    )
    assert rules(found) == said


@pytest.mark.parametrize(("most", "said"), [(4, []), (3, ["expansion-too-large"])])
def test_shared_fields_limit_is_exact(
    monkeypatch: pytest.MonkeyPatch, most: int, said: list[str]
) -> None:
    monkeypatch.setattr("codegen.core.limits.REPEATED_FIELDS", most)
    shared = {"type": "object", "properties": {"a": STRING, "b": STRING}}
    fields = {"one": {"type": "array", "items": ref(f"{P}.Plot.one")}, "two": ref(f"{P}.Plot.one")}
    kind = {"x-kubernetes-group-version-kind": [GVK], "type": "object"}
    kept = {"Plot": kind | {"properties": fields}, "Plot.two": {**shared, "description": "A bed."}}
    other = {"x-kubernetes-group-version-kind": [{**GVK, "kind": "Row"}], "type": "object"}
    kept |= {"Plot.one.a": other | shared, "Plot.Bed": shared}
    reference, found, _ = read(
        {f"{P}.{name}": schema for name, schema in kept.items()} | {f"{P}.Plot.one": shared}
    )
    assert [key.removeprefix(f"{P}.") for key in reference.definitions] == [*kept]
    assert rules(found) == said
    one, two = reference.definitions[f"{P}.Plot"].fields
    assert [len(one.fields), len(two.fields)] == [2, 0 if said else 2]


@pytest.mark.parametrize(
    "more",
    [
        {"additionalProperties": True},
        {"additionalProperties": {}},
        {"x-kubernetes-preserve-unknown-fields": True},
        {"patternProperties": {"^x-": {}}},
        {"oneOf": [{"properties": {"other": STRING}}, {"required": ["soil"]}]},
        {"anyOf": [ref("Bed")]},
        {"allOf": [{"additionalProperties": True}]},
    ],
)
def test_open_objects_stay_open(more: dict[str, Any]) -> None:
    plot = {"properties": {"soil": STRING}, "x-kubernetes-group-version-kind": [GVK], **more}
    reference, _, _ = read({"Plot": plot, "Bed": BED})
    assert reference.definitions[f"{P}.Plot"].open
    assert openapi_schema(reference, "Plot")["additionalProperties"] is True
    schema = schema_of_plot(reference)
    assert Draft202012Validator(schema).is_valid({"soil": "clay", "other": 1})
    assert not Draft202012Validator(schema).is_valid({"soil": 1})


def test_other_fields_keep_their_schema() -> None:
    plot = {"properties": {"soil": STRING}, "additionalProperties": {"type": "integer"}}
    reference, _, _ = read({"Plot": plot | {"x-kubernetes-group-version-kind": [GVK]}})
    assert reference.definitions[f"{P}.Plot"].open
    validator = Draft202012Validator(schema_of_plot(reference))
    assert validator.is_valid({"soil": "clay", "other": 1})
    assert not validator.is_valid({"other": "clay"})


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"additionalProperties": False},
        {"x-kubernetes-preserve-unknown-fields": False},
        {"oneOf": [{"required": ["soil"]}, {"not": {"required": ["soil"]}}]},
        {"anyOf": [{"properties": {"soil": {"enum": ["clay"]}}}]},
    ],
)
def test_other_objects_are_closed(more: dict[str, Any]) -> None:
    reference, _, _ = read({"Plot": {"properties": {"soil": STRING}, **more}})
    assert not reference.definitions[f"{P}.Plot"].open


@pytest.mark.parametrize(
    "schema",
    [
        {**STRING, "pattern": "^a", "minLength": 1, "maxLength": 3},
        {
            "type": "integer",
            "format": "int32",
            "minimum": 0,
            "maximum": 10,
            "multipleOf": 2,
            "enum": [2, 4],
        },
        {
            "type": ["array", "null"],
            "items": {**STRING, "pattern": "^a"},
            "minItems": 1,
            "uniqueItems": True,
        },
        {"type": "object", "additionalProperties": STRING, "maxProperties": 3},
    ],
)
def test_supported_constraints_are_kept_without_a_warning(schema: dict[str, Any]) -> None:
    reference, found, _ = read({"Plot": {"properties": {"one": schema}}})
    assert not found
    assert {
        each.name for each in reference.definitions[f"{P}.Plot"].fields[0].keywords
    } >= schema.keys() - {
        "type",
        "format",
        "items",
        "additionalProperties",
    }


@pytest.mark.parametrize(
    ("word", "schema"),
    [
        ("pattern", {**STRING, "pattern": r"\p{Greek}"}),
        ("patternProperties", {"type": "object", "patternProperties": {"^a": {}}}),
        ("not", {**STRING, "not": {"enum": ["a"]}}),
        ("pattern", {"type": "array", "items": {**STRING, "pattern": "(?i)a"}}),
        ("allOf", {"allOf": [STRING, {"pattern": "^a"}]}),
        ("anyOf", {**STRING, "anyOf": [{"maxLength": 3}, {"enum": ["more"]}]}),
    ],
)
def test_unsupported_keywords_are_reported_once_with_a_count(
    word: str, schema: dict[str, Any]
) -> None:
    reference, found, source = read(
        {"Plot": {"properties": {"bed": STRING, "one": schema, "two": schema}}}
    )
    assert [(finding.rule, finding.message) for finding in found] == [
        (
            "constraint-unsupported",
            f"some outputs cannot express `{word}`; it occurs 2 times, first here",
        )
    ]
    assert source_line(source, found[0]) == '"one": {'
    assert len(reference.definitions[f"{P}.Plot"].fields) == 3


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "format": "int32", "minimum": -(2**31), "maximum": 2**31 - 1},
        {"type": "array", "items": STRING, "uniqueItems": True, "x-kubernetes-list-type": "set"},
        {"type": "array", "items": STRING, "uniqueItems": False, "minItems": 0},
        {**STRING, "uniqueItems": True, "minLength": 0, "pattern": "", "not": None},
        {"type": "object", "additionalProperties": STRING},
    ],
)
def test_keywords_without_effect_are_not_reported(schema: dict[str, Any]) -> None:
    assert not read({"Plot": {"properties": {"it": schema}}})[1]


def test_fields_may_be_named_like_keywords() -> None:
    names = dict.fromkeys(("pattern", "not", "const", "allOf", "minimum"), STRING)
    reference, found, _ = read({"Plot": {"properties": names}})
    assert not found
    assert len(reference.definitions[f"{P}.Plot"].fields) == len(names)


def test_constant_string_is_single_enum_value() -> None:
    reference, found, _ = read({"Plot": {"properties": {"it": {**STRING, "const": "clay"}}}})
    assert not found
    assert reference.definitions[f"{P}.Plot"].fields[0].type == Scalar(
        type="string", enum=("clay",)
    )


@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize(
    "path",
    [
        "/apis/x.io/v1/{a",
        "/apis/x.io/v1/a}",
        "/apis/{}/v1",
        "/apis/{a{b}}",
        "/apis/{a/b}",
        "/apis/中😀",
        "/a b",
    ],
)
def test_invalid_paths_are_skipped_and_located(path: str, escaped: bool) -> None:
    paths: dict[str, Any] = {
        "/apis/x.io/v1/{name}": {"get": {}},
        path: {"get": {}},
        "/apis/last": {"get": {}},
    }
    text = json.dumps({"swagger": "2.0", "paths": paths}, indent=2, ensure_ascii=escaped)
    for spelt in (text, text.replace("/", "\\/"), text.replace("\\u4e2d", "\\u4E2D")):
        report = Report()
        source = Source(spelt, "garden.json")
        reference = read_document(source, report)
        assert list(reference.operations) == ["GET /apis/x.io/v1/{name}", "GET /apis/last"]
        (found,) = report.diagnostics
        assert found.rule == "path-unsafe"
        assert all(word in found.hint for word in ("'/'", "ASCII", "blanks", "{parameter}"))
        assert json.loads("{" + source_line(source, found) + "}}") == {path: {}}
        last = spelt.split("\n")[reference.operations["GET /apis/last"].span.line - 2]
        assert "last" in last


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{\n "definitions": {"a": {}},\n "swagger": "1.2"\n}', "3:2"),
        ('{\n "openapi": "4.0.0", "definitions": {"a": {}}\n}', "2:2"),
        ("openapi: 3.2.0\ncomponents: {}\n", "1:1"),
        ("openapi: []\ncomponents: {}\n", "1:1"),
    ],
)
def test_unsupported_versions_are_located_errors(text: str, place: str) -> None:
    report = Report()
    reference = read_document(Source(text, "garden.yaml"), report)
    (found,) = report.diagnostics
    assert (found.rule, str(found.span)) == ("document-version-unknown", f"garden.yaml:{place}")
    assert report.has_errors
    assert not reference.definitions
    assert all(word in found.message for word in ("2.0", "3.0.x", "3.1.x"))


@pytest.mark.parametrize(
    "head",
    [
        'swagger: "2.0"',
        "swagger: 2.0",
        "openapi: 3.0",
        "openapi: 3.0.3",
        "openapi: 3.1.1",
        "openapi: 3.1.0-rc0",
    ],
)
def test_supported_versions(head: str) -> None:
    report = Report()
    read_document(Source(f"{head}\ndefinitions: {{a: {{type: string}}}}\n", "garden.yaml"), report)
    assert not report.diagnostics


def test_fixed_values_are_not_inherited() -> None:
    base = {
        "properties": {"apiVersion": STRING, "kind": STRING},
        "x-kubernetes-group-version-kind": [GVK],
    }
    more = {"properties": {"rows": STRING}}
    reference, found, _ = read({"Plot": base, "Other": {"allOf": [ref("Plot"), more]}})
    assert not found
    assert [field.value for field in reference.definitions[f"{P}.Other"].fields] == [
        None,
        None,
        None,
    ]


def test_specific_type_is_not_replaced_by_general_type() -> None:
    soil = {"properties": {"soil": {"type": "string", "enum": ["clay"]}}}
    reference, found, _ = read(
        {"A": soil, "B": {"allOf": [ref("A"), {"properties": {"soil": STRING}}]}}
    )
    assert not found
    assert reference.definitions[f"{P}.B"].fields[0].type == Scalar(type="string", enum=("clay",))


def test_object_with_untyped_union_stays_object() -> None:
    plain = {"type": "object", "properties": {"x": STRING}, "anyOf": [{"type": "object"}]}
    restricted = {"type": "object", "anyOf": [{"required": ["x"]}]}
    reference, found, _ = read({"A": {"properties": {"f": restricted, "g": plain}}})
    fields = [(field.type, len(field.keywords)) for field in reference.definitions[f"{P}.A"].fields]
    assert fields == [(Scalar(type="object"), 1), (Scalar(type="object"), 0)]
    assert not found


@pytest.mark.parametrize("name", ["open", "eval", "getattr"])
def test_definitions_may_be_named_like_forbidden_builtins(name: str) -> None:
    reference, _, _ = read(
        {name: {"properties": {"a": ref(name)}}, "Zed": {"properties": {"b": ref(name)}}}
    )
    job = Job(reference=reference, locales=("en",), options={}, origin="garden.json")
    for target in ("dataclasses", "validators", "pydantic", "msgspec", "typeddict"):
        for file in registry.bundled_outputs()[target].emit(job):
            if file.finish is not None:
                check(file)


@pytest.mark.parametrize("part", [{"required": ["bed"]}, {"properties": {"bed": {"minLength": 3}}}])
@pytest.mark.parametrize("union", ["allOf", "anyOf", "oneOf"])
def test_union_that_restricts_sibling_fields_is_kept(union: str, part: dict[str, Any]) -> None:
    plot = {"type": "object", "properties": {"bed": STRING}, union: [part]}
    reference, _, _ = read({"Garden": {"properties": {"plot": plot}}})
    (field,) = reference.definitions[f"{P}.Garden"].fields
    assert [(each.name, json.loads(each.value)) for each in field.keywords] == [(union, [part])]
