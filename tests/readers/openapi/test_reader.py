"""Reading of OpenAPI v2, v3 and JSON Schema into one model, and writing the v2 vocabulary back."""

from __future__ import annotations

import copy
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from codegen.core.diagnostics import CodegenError, Report
from codegen.core.source import Source, load
from codegen.model import ListType, Operation, Ref, Reference, Scalar
from codegen.outputs import registry
from codegen.outputs.inspection import openapi_v2
from codegen.outputs.job import Job
from codegen.readers.openapi import is_document
from codegen.readers.openapi.keyword_forms import FORMED
from codegen.readers.openapi.reader import read_document
from gardens.parts import gvk_of
from support.budget import example_settings
from support.corpus import CASES, RELEASES, document_of, for_each, newest

P = "io.example.api.garden.v1"
GVK = gvk_of()
PLOTS = "/apis/garden.example.io/v1/namespaces/{namespace}/plots"


def garden() -> dict[str, Any]:
    """Return an OpenAPI v2 document with one of each construct that Kubernetes uses."""
    text = (CASES / "openapi-parameters-and-types/sources/swagger.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def to_v3(document: dict[str, Any]) -> dict[str, Any]:
    """Convert the document to v3 as Kubernetes servers print it: wrapped references, inline
    parameters, separate bodies.
    """

    def schema(value: Any) -> Any:
        if isinstance(value, dict):
            converted = {key: schema(inner) for key, inner in value.items()}
            if isinstance(target := converted.get("$ref"), str):
                del converted["$ref"]
                return {
                    "allOf": [{"$ref": target.replace("definitions", "components/schemas")}],
                    "default": {},
                    **converted,
                }
            if converted.get("format") == "int-or-string":
                return {
                    "oneOf": [{"type": "integer"}, {"type": "string"}],
                    **{k: v for k, v in converted.items() if k != "type"},
                }
            return converted
        return [schema(item) for item in value] if isinstance(value, list) else value

    def inline(parameter: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in parameter:
            parameter = document["parameters"][parameter["$ref"].rpartition("/")[2]]
        kept: dict[str, Any] = {
            key: parameter[key]
            for key in ("name", "in", "required", "description")
            if key in parameter
        }
        inner = {key: value for key, value in parameter.items() if key not in kept}
        return {**kept, "schema": schema(inner.get("schema", inner))}

    def content(value: dict[str, Any]) -> dict[str, Any]:
        return {
            kind: {"schema": schema(value)} for kind in ("application/json", "application/yaml")
        }

    def operation(value: dict[str, Any]) -> dict[str, Any]:
        parameters = [inline(parameter) for parameter in value.get("parameters", [])]
        converted = {
            **value,
            "parameters": [parameter for parameter in parameters if parameter["in"] != "body"],
        }
        for body in (parameter for parameter in parameters if parameter["in"] == "body"):
            converted["requestBody"] = {"content": {"*/*": {"schema": body["schema"]}}}
            if body.get("required"):
                converted["requestBody"]["required"] = True
        converted["responses"] = {
            status: {
                "description": response["description"],
                **({"content": content(response["schema"])} if "schema" in response else {}),
            }
            for status, response in value["responses"].items()
        }
        return converted

    return {
        "openapi": "3.0.0",
        "paths": {
            path: {
                method: [inline(p) for p in one] if method == "parameters" else operation(one)
                for method, one in item.items()
            }
            for path, item in document["paths"].items()
        },
        "components": {
            "schemas": {
                key: {
                    **schema({k: v for k, v in definition.items() if k != "properties"}),
                    **(
                        {"properties": {n: schema(p) for n, p in definition["properties"].items()}}
                        if "properties" in definition
                        else {}
                    ),
                }
                for key, definition in document["definitions"].items()
            }
        },
    }


def read(
    document: Any, path: str = "garden.json", indent: int | None = 2
) -> tuple[Reference, list[str]]:
    text = document if isinstance(document, str) else json.dumps(document, indent=indent)
    report = Report()
    reference = read_document(Source(text, path), report)
    assert all(found.hint and found.span.path == path for found in report.diagnostics)
    return reference, [found.rule for found in report.diagnostics]


def strip_locations(value: object) -> str:
    """Return the representation of a value without source locations."""
    return re.sub(r"span=Span\(path='[^']*', line=\d+, column=\d+\)", "", repr(value))


def without_media_types(reference: Reference) -> dict[str, Operation]:
    """Return the operations without media types, which v3 always has and v2 may omit."""
    return {
        key: replace(each, consumes=(), produces=()) for key, each in reference.operations.items()
    }


def assert_same_model(left: Reference, right: Reference) -> None:
    assert strip_locations(dict(left.definitions)) == strip_locations(dict(right.definitions))
    assert strip_locations(without_media_types(left)) == strip_locations(without_media_types(right))
    assert {i: p.text for i, p in left.prose["en"].items()} == {
        i: p.text for i, p in right.prose["en"].items()
    }


def test_model_facts_not_covered_by_cases() -> None:
    reference, rules = read(garden())
    assert not rules
    plot, options, spec = (
        reference.definitions[f"{P}.{name}"] for name in ("Plot", "Options", "PlotSpec")
    )
    assert [(len(each.gvks), each.gvk and each.gvk.kind) for each in (plot, options)] == [
        (1, "Plot"),
        (2, None),
    ]
    assert [field.value for field in plot.fields] == ["garden.example.io/v1", "Plot", None]
    # Not fixed, since there are several kinds.
    assert [field.value for field in options.fields] == [
        None,
        None,
    ]
    assert [field.name for field in spec.fields if field.list_type is ListType.MAP] == ["beds"]
    create = reference.operations[f"POST {PLOTS}"]
    assert (create.operation_id, create.gvk) == ("createPlot", plot.gvk)
    common = {each.name: each.common for each in create.parameters}
    assert common == {"namespace": True, "body": False, "dry": True, "pretty": True, "who": True}
    assert [each.common for each in reference.operations[f"GET {PLOTS}"].parameters] == [
        True,
        False,
        True,
    ]


def test_operation_parameter_overrides_path_parameter() -> None:
    document = garden()
    document["paths"][PLOTS]["get"]["parameters"].append(
        {"name": "pretty", "in": "query", "type": "boolean", "description": "Own."}
    )
    listed = read(document)[0].operations[f"GET {PLOTS}"]
    assert [parameter.type for parameter in listed.parameters if parameter.name == "pretty"] == [
        Scalar(type="boolean")
    ]


@pytest.mark.parametrize(
    "step", ["parameters/0", "parameters/1", "parameters/x", "parameters/0/name"]
)
def test_reference_into_path_item_is_resolved(step: str) -> None:
    document = garden()
    path = f"{PLOTS}/{{name}}".replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
    document["paths"]["/~lots"] = {
        "get": {"parameters": [{"$ref": f"#/paths/{path}/{step}"}], "responses": {}}
    }
    document["paths"]["/lots"] = {
        "get": {"parameters": [{"$ref": "#/paths/~1~0lots/get/parameters/0"}], "responses": {}}
    }
    reference, rules = read(document)
    names = [each.name for each in reference.operations["GET /~lots"].parameters]
    assert names == (["name"] if step == "parameters/0" else [])
    # A reference to a reference is not followed.
    assert rules == ["ref-unresolved"] * (1 if names else 2)


def test_shared_parameters_of_v3_are_read() -> None:
    shared = {
        "name": "pretty",
        "in": "query",
        "description": "Print it well.",
        "schema": {"type": "string"},
    }
    document = {
        "openapi": "3.1.0",
        "components": {
            "parameters": {"pretty": shared},
            "requestBodies": {
                "plot": {
                    "required": True,
                    "content": {"application/json": {"schema": {"type": "object"}}},
                }
            },
            "responses": {"no": {"description": "Unauthorized"}},
        },
        "paths": {
            "/plots": {
                "post": {
                    "parameters": [{"$ref": "#/components/parameters/pretty"}],
                    "requestBody": {"$ref": "#/components/requestBodies/plot"},
                    "responses": {"401": {"$ref": "#/components/responses/no"}},
                }
            }
        },
    }
    reference, rules = read(document)
    assert not rules
    body, pretty = reference.operations["POST /plots"].parameters
    assert (body.type, body.required) == (Scalar(type="object"), True)
    assert pretty.common
    assert reference.text("en", "parameter pretty") == "Print it well."
    assert reference.operations["POST /plots"].responses[0].description == "Unauthorized"
    assert reference.operations["POST /plots"].verb == "create"


def test_findings_on_one_line_have_their_columns() -> None:
    wrong = {"type": "text"}
    inner = {"type": "object", "properties": {"name": wrong, "size": wrong}}
    bed = {
        "type": "object",
        "properties": {"name": wrong, "inner": inner, "list": {"type": "array", "items": inner}},
    }
    document = garden()
    document["definitions"] |= {f"{P}.Row": bed, f"{P}.Path": bed}
    text = json.dumps(document)
    report = Report()
    reference = read_document(Source(text, "garden.json"), report)
    assert [found.rule for found in report.diagnostics] == ["type-unknown"] * 10
    assert sorted(read(document)[1]) == ["type-unknown"] * 10
    places = [found.span.column for found in report.diagnostics]
    assert len(set(places)) == 10
    assert all(text[at - 1 :].startswith('"text"') for at in places)
    for definition in reference.definitions.values():
        assert text[definition.span.column - 1 :].startswith(f'"{definition.key}":')
        for field in definition.fields:
            assert text[field.span.column - 1 :].startswith(f'"{field.name}":')


def test_v3_gives_same_model_as_v2() -> None:
    reference, rules = read(to_v3(garden()))
    assert not rules
    assert_same_model(read(garden())[0], reference)


def test_all_encodings_of_document_give_one_model() -> None:
    from ruamel.yaml import YAML

    whole, _ = read(garden())
    assert_same_model(whole, read(garden(), indent=None)[0])
    assert_same_model(
        whole, read(json.dumps(garden(), separators=(",", ":")).replace("\n", "\r\n"))[0]
    )
    yaml, text = YAML(), io.BytesIO()
    yaml.default_flow_style = False
    yaml.dump(garden(), text)
    source = Source(text.getvalue().decode("utf-8"), "garden.yaml")
    assert is_document(source)
    reference = read_document(source, Report())
    assert_same_model(whole, reference)
    line = source.text.split("\n")[reference.definitions[f"{P}.Bed"].span.line - 1]
    assert line.strip() == f"{P}.Bed:"
    directive = Source(f"%YAML 1.2\n---\n{source.text}", "garden.yaml")
    assert is_document(directive)
    assert_same_model(whole, read_document(directive, Report()))


@pytest.mark.parametrize(
    ("target", "options"), [("json-schema", {}), ("openapi", {}), ("openapi", {"version": "3.0.3"})]
)
def test_written_documents_are_read_back(target: str, options: dict[str, str]) -> None:
    reference, _ = read(garden())
    job = Job(reference=reference, locales=("en",), options=options, origin="garden.json")
    definitions: set[str] = set()
    operations: set[str] = set()
    for file in registry.bundled_outputs()[target].emit(job):
        report = Report()
        source = Source(file.text, file.path)
        assert is_document(source)
        back = read_document(source, report)
        assert not report.diagnostics
        definitions |= back.definitions.keys()
        operations |= back.operations.keys()
        assert {
            key: strip_locations(definition) for key, definition in back.definitions.items()
        } == {key: strip_locations(reference.definitions[key]) for key in back.definitions}
        for key, operation in back.operations.items():
            # missing ids, and responses that 3.0 requires, are generated
            before = reference.operations[key]
            # Which are added for clients.
            assert {keyword.name for keyword in operation.keywords} <= {"tags"}
            written = replace(
                operation, operation_id=before.operation_id, keywords=(), consumes=(), produces=()
            )
            if not before.responses:
                assert [response.status for response in written.responses] == ["default"] * (
                    "version" in options
                )
                written = replace(written, responses=())
            assert strip_locations(written) == strip_locations(before)
    assert definitions == reference.definitions.keys()
    assert operations == (reference.operations.keys() if target == "openapi" else set())


def without_text(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a v2 schema without the keywords that the model stores elsewhere or drops."""
    rest: dict[str, Any] = {}
    for key, value in schema.items():
        if key in ("items", "additionalProperties") and isinstance(value, dict):
            rest[key] = without_text(value)
        elif key == "properties":
            rest[key] = {name: without_text(inner) for name, inner in value.items()}
        elif key not in ("description", "default", "x-kubernetes-unions"):
            rest[key] = sorted(value) if key == "required" else value
    return rest


def test_v2_vocabulary_is_written_back() -> None:
    document = garden()
    reference, _ = read(document)
    for key, schema in document["definitions"].items():
        rebuilt = openapi_v2.schema(reference.definitions[key])
        assert rebuilt == without_text(schema)
        assert list(rebuilt) == sorted(rebuilt)
        assert list(rebuilt.get("properties", [])) == list(schema.get("properties", []))


@for_each(RELEASES)
def test_kubernetes_definitions_round_trip(release: Path) -> None:
    document = json.loads(document_of(release).read_text(encoding="utf-8"))
    report = Report()
    reference = read_document(load(document_of(release)), report)
    assert not report.diagnostics
    assert list(reference.definitions) == list(document["definitions"])
    rebuilt = {
        key: openapi_v2.schema(definition) for key, definition in reference.definitions.items()
    }
    assert rebuilt == {
        key: without_text(definition) for key, definition in document["definitions"].items()
    }
    expected = {
        f"{m.upper()} {path}"
        for path, item in document["paths"].items()
        for m in item
        if m != "parameters"
    }
    assert set(reference.operations) == expected


@pytest.mark.slow  # a whole release, twice
def test_release_gives_same_model_in_v3() -> None:
    document = json.loads(document_of(newest(RELEASES)).read_text(encoding="utf-8"))
    v2, v3 = read(document, indent=None)[0], read(to_v3(document), indent=None)[0]
    assert strip_locations(dict(v2.definitions)) == strip_locations(dict(v3.definitions))
    assert list(v2.operations) == list(v3.operations)
    alone = 0
    for operation, before in v2.operations.items():
        after = v3.operations[operation]
        pairs = list(zip(before.parameters, after.parameters, strict=True))
        assert all(
            replace(left, common=right.common, span=right.span) == right for left, right in pairs
        )
        assert strip_locations((before.verb, before.responses, before.gvk)) == strip_locations(
            (after.verb, after.responses, after.gvk)
        )
        alone += sum(left.common != right.common for left, right in pairs)
    assert alone < 30  # shared in v2 although only one operation has them, which v3 cannot express


def edit_garden(path: str, value: Any) -> dict[str, Any]:
    """Return the garden with the value at a `/`-separated path replaced or added."""
    document = garden()
    *parents, last = path.replace("PLOTS", PLOTS.replace("/", "|")).split("/")
    at: Any = document
    for part in parents:
        at = at[part.replace("|", "/")]
    at[last.replace("|", "/")] = value
    return document


D = f"definitions/{P}"


@pytest.mark.parametrize(
    ("path", "value", "rules"),
    [
        (f"{D}.Bed/properties/name", {"$ref": "file:///etc/passwd"}, ["ref-outside"]),
        (f"{D}.Bed/properties/name", {"$ref": "../../secret.json"}, ["ref-outside"]),
        (f"{D}.Bed/properties/name", {"$ref": "#/definitions/../../x"}, ["ref-unresolved"]),
        (f"{D}.Bed/properties/name", {"type": {"a": 1}}, ["type-unknown"]),
        (f"{D}.Bed/properties/name", {"type": "boolean", "enum": True}, ["enum-unsupported"]),
        (
            f"{D}.Bed/properties/name",
            {"type": "string", "x-kubernetes-list-map-keys": "k"},
            ["value-unexpected"],
        ),
        (f"{D}.Bed/properties/name", 7, ["value-unexpected"]),
        (
            f"{D}.Bed/properties/name",
            {"type": "string", "not": {"allOf": []}},
            ["value-unexpected"],
        ),
        ("definitions/a|..|..|b", {"type": "object"}, ["key-unsafe"]),
        ("definitions/a\u202eb", {"type": "object"}, ["key-unsafe"]),
    ],
)
def test_invalid_content_is_reported_and_skipped(path: str, value: Any, rules: list[str]) -> None:
    reference, found = read(edit_garden(path, value))
    assert found == rules
    assert f"{P}.Plot" in reference.definitions
    assert all(
        re.fullmatch(r"[\w.-]+", key, re.ASCII) and ".." not in key for key in reference.definitions
    )


def test_circular_aliases_become_open_types() -> None:
    document = garden()
    ring = [f"{P}.A", f"{P}.B", f"{P}.C"]
    for key, target in zip(ring, [*ring[1:], ring[0]], strict=True):
        document["definitions"][key] = {"$ref": f"#/definitions/{target}"}
    reference, rules = read(document)
    assert rules == ["ref-loop"]
    assert all(reference.resolve(Ref(key=key)) == Scalar(type="") for key in ring)


@pytest.mark.parametrize(("levels", "rules"), [(32, []), (33, ["type-too-deep"])])
def test_types_nested_too_deep_become_open(levels: int, rules: list[str]) -> None:
    lists: Any = {"type": "string"}
    objects: Any = {"type": "string"}
    aliases: Any = {
        f"A{number}": {"$ref": f"#/definitions/A{number + 1}"} for number in range(levels)
    }
    for _ in range(levels):
        lists, objects = (
            {"type": "array", "items": lists},
            {"type": "object", "properties": {"a": objects}},
        )
    for deep in (lists, objects):
        assert read(edit_garden(f"{D}.Bed/properties/name", deep))[1] == rules
    assert (
        read({"swagger": "2.0", "definitions": {**aliases, f"A{levels}": {"type": "string"}}})[1]
        == rules
    )


def test_empty_document_is_error() -> None:
    report = Report()
    read_document(Source('{"swagger": "2.0"}', "empty.json"), report)
    assert report.has_errors
    assert [found.rule for found in report.diagnostics] == ["document-empty"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"swagger": "2.0"}', True),
        ('\n {"$defs": {}}', True),
        ('{"swagger": "2.0", "broken', True),
        ("# made by hand\nopenapi: 3.0.0\n", True),
        ("---\nopenapi: 3.0.0\n", True),
        ("%YAML 1.2\n---\nopenapi: 3.0.0\n", True),
        ("# made by hand\n%YAML 1.2\n%TAG ! tag:example.org,2026:\n---\nswagger: '2.0'\n", True),
        ("%YAML 1.2\n---\nname: a\n", False),
        ('info: {}\n"swagger": "2.0"\n', True),
        ('{"name": "a"}', False),
        ("a0: &a0 [x]\n", False),
        ("---\ntitle: Plot\nopenapi: no\n---\n\n## Plot {#Plot}\n", False),
        ("A page that shows\n\nopenapi: 3.0.0\n", False),
        ("", False),
    ],
)
def test_documents_are_recognized(text: str, expected: bool) -> None:
    assert is_document(Source(text, "some.file")) is expected


JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        0,
        -1.5,
        "",
        "x",
        "#/definitions/x",
        [],
        [None],
        [[]],
        {},
        {"a": 1},
        {"$ref": 3},
        {"type": []},
        [{"$ref": f"#/definitions/{P}.Plot"}, {"properties": {"a": {}}, "required": ["a"]}],
        [{"type": "string"}, {"type": "integer", "minimum": "x"}],
        "\ud800\x00",
    ]
)
WORDS = [
    *sorted(FORMED),
    "$ref",
    "type",
    "a/../b",
    "enum",
    "const",
    "format",
    "patternProperties",
    "\ud800",
]
WORDS += ["properties", "required", "additionalProperties", "swagger", "openapi"]


@example_settings(250)
@given(st.data())
def test_invalid_values_are_reported_without_crash(data: st.DataObject) -> None:
    document = copy.deepcopy(garden() if data.draw(st.booleans()) else to_v3(garden()))
    for _ in range(data.draw(st.integers(1, 3))):
        at: Any = document
        while True:
            keys = list(at) if isinstance(at, dict) else list(range(len(at)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            inner = at[key]
            if isinstance(inner, dict | list) and inner and data.draw(st.integers(0, 5)):
                at = inner
                continue
            if isinstance(at, dict) and data.draw(st.booleans()):
                at[data.draw(st.sampled_from(WORDS))] = copy.deepcopy(data.draw(JUNK))
            else:
                at[key] = copy.deepcopy(data.draw(JUNK))
            break
    report = Report()
    try:
        reference = read_document(Source(json.dumps(document), "garden.json"), report)
    except CodegenError as refused:
        report.extend(refused.diagnostics)
        assert report.has_errors
    else:
        for definition in reference.definitions.values():
            openapi_v2.schema(definition)
            reference.resolve(Ref(key=definition.key))
        repr(reference).encode("utf-8")
    assert all(found.hint and found.rule and str(found) for found in report.diagnostics)
