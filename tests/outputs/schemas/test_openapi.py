from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import validate
from ruamel.yaml import YAML

from codegen.core.diagnostics import CodegenError
from codegen.core.escaping.documents import Json, has_invisible_characters, yaml_block, yaml_comment
from codegen.core.source import Source
from codegen.model import (
    Array,
    Definition,
    GroupVersionKind,
    ListType,
    Map,
    Operation,
    Ref,
    Reference,
    Scalar,
    common_parameter_id,
    field_id,
    parameter_id,
)
from codegen.outputs import naming
from codegen.outputs.schemas.json_schema import emit as emit_json_schema
from codegen.outputs.schemas.openapi import emit
from codegen.readers.documents.dialects import API
from codegen.readers.documents.loader import read_settings
from gardens.parts import GROUP, PACKAGE, PLOT, PLOTS, SPAN, STRING, definition, field, reference
from gardens.python import page
from gardens.schemas import HOSTILE, job, operation, parameter, plot, response, subschemas
from support.budget import example_settings
from support.corpus import RELEASES, document_of, for_each

BED = f"{PACKAGE}.Bed"
VERSIONS = ("3.1.0", "3.0.3")


def parse_yaml(text: str) -> Any:
    """Parse a text, which must be equal in YAML 1.1 and 1.2."""
    found = YAML(typ="safe", pure=True).load(text)
    assert pyyaml.safe_load(text) == found
    return found


def emit_documents(
    source: Reference, version: str = "3.1.0", locales: tuple[str, ...] = ("en",)
) -> dict[str, Any]:
    """Return documents by file name, validated by openapi-spec-validator."""
    found = {
        file.path: parse_yaml(file.text) for file in emit(job(source, locales, version=version))
    }
    for api in found.values():
        validate(api)
    return found


def document(*definitions: Definition, version: str = "3.1.0", **more: Any) -> Any:
    more.setdefault("operations", (operation(),))
    return emit_documents(reference(*definitions, **more), version)["plot-garden-v1.openapi.yaml"]


def only_operation(*operations: Operation, version: str = "3.1.0", **more: Any) -> Any:
    api = document(plot(field("a")), operations=operations, version=version, **more)
    ((item,),) = [path.values() for path in api["paths"].values()]
    return item


def test_hostile_origin_stays_in_comment() -> None:
    honest = job(reference(plot(field("a")), operations=(operation(),)))
    (file,) = emit(
        type(honest)(
            reference=honest.reference, locales=("en",), options={}, origin="x\nevil: 1\u2028"
        )
    )
    assert "evil" not in parse_yaml(file.text)
    assert not has_invisible_characters(file.text)


@pytest.mark.parametrize(
    ("version", "expected"),
    [(None, "3.1.0"), ("3.1", "3.1.0"), ("3.0", "3.0.3"), ("3.0.3", "3.0.3")],
)
def test_version_is_option(version: str | None, expected: str) -> None:
    options = {"version": version} if version else {}
    (file,) = emit(job(reference(plot(field("a")), operations=(operation(),)), ("en",), **options))
    assert parse_yaml(file.text)["openapi"] == expected


@pytest.mark.parametrize("version", ["2.0", "3", "", "3.2.0"])
def test_unsupported_version_is_refused_with_hint(version: str) -> None:
    with pytest.raises(CodegenError) as caught:
        list(emit(job(reference(), version=version)))
    (found,) = caught.value.diagnostics
    assert found.rule == "openapi-version-unknown"
    assert repr(version) in found.message
    assert "3.0.3" in found.message
    assert found.hint


def test_types_without_operations_have_document_without_paths() -> None:
    shed = definition(f"{PACKAGE}.Shed", field("plot", Ref(key=PLOT)))
    files = emit_documents(reference(plot(field("a")), shed))
    assert {name: list(api["components"]["schemas"]) for name, api in files.items()} == {
        "shed-garden-v1.openapi.yaml": [shed.key, PLOT]
    }
    assert files["shed-garden-v1.openapi.yaml"]["paths"] == {}
    assert list(emit_documents(reference(plot(field("a")), shed, operations=(operation(),)))) == [
        "plot-garden-v1.openapi.yaml",
        "shed-garden-v1.openapi.yaml",
    ]


def test_subresource_without_kind_is_in_document_of_resource() -> None:
    gate = GroupVersionKind(group=GROUP, version="v1", kind="GateOptions")
    read = operation("get", "GET", f"{PLOTS}/{{name}}", parameters=())
    gates = [
        operation(
            "connect", method, f"{PLOTS}/{{name}}/gate{rest}", parameters=(), responses=(), gvk=gate
        )
        for method in ("GET", "HEAD")
        for rest in ("", "/{path}")
    ]
    files = emit_documents(reference(plot(field("a")), operations=(*gates, read)))
    assert list(files) == ["plot-garden-v1.openapi.yaml"]
    assert set(files["plot-garden-v1.openapi.yaml"]["paths"]) == {
        call.path for call in (read, *gates)
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_operations_without_kind_share_document(version: str) -> None:
    info = definition("io.example.pkg.version.Info", field("major"))
    logs = operation("get", "GET", "/logs/", parameters=(), responses=(response("401"),), gvk=None)
    told = operation(
        "get",
        "GET",
        "/version/",
        parameters=(),
        responses=(response("200", "OK", Ref(key=info.key)),),
        gvk=None,
    )
    files = emit_documents(
        reference(plot(field("a")), info, operations=(operation(), logs, told)), version
    )
    assert list(files) == [
        "plot-garden-v1.openapi.yaml",
        "info-pkg-version.openapi.yaml",
        "nonresource-urls.openapi.yaml",
    ]
    assert list(files["info-pkg-version.openapi.yaml"]["paths"]) == ["/version/"]
    assert list(files["nonresource-urls.openapi.yaml"]["paths"]) == ["/logs/"]
    assert "schemas" not in files["nonresource-urls.openapi.yaml"]["components"]


def test_each_operation_is_in_one_document() -> None:
    note_kind = GroupVersionKind(group="", version="v1", kind="Note")
    note = definition("io.example.api.core.v1.Note", field("text"), gvks=(note_kind,))
    answers = (response("200", "OK", Ref(key=note.key)),)
    delete = operation("delete", "DELETE", f"{PLOTS}/{{name}}", parameters=(), responses=answers)
    unnamed = operation(
        "get", "GET", "/api/v1/notes/{name}", parameters=(), responses=answers, gvk=None
    )
    files = emit_documents(
        reference(plot(field("a")), note, operations=(operation(), delete, unnamed))
    )
    assert sorted(files) == ["note-v1.openapi.yaml", "plot-garden-v1.openapi.yaml"]
    assert list(files["note-v1.openapi.yaml"]["paths"]) == ["/api/v1/notes/{name}"]
    api = files["plot-garden-v1.openapi.yaml"]
    assert list(api["paths"]) == [PLOTS, f"{PLOTS}/{{name}}"]
    assert list(api["components"]["schemas"]) == [PLOT, note.key]
    # A page takes precedence over a response.
    shown = replace(page("plot.md", plot()), operations=(unnamed.id,))
    assert list(emit_documents(reference(plot(), note, operations=(unnamed,), pages=(shown,)))) == [
        "plot-garden-v1.openapi.yaml"
    ]


def test_operation_without_body_and_responses() -> None:
    """A response is added only if the OpenAPI version requires one."""
    silent = operation("get", "GET", parameters=(), responses=())
    assert not {"requestBody", "responses"} & only_operation(silent).keys()
    assert only_operation(silent, version="3.0.3")["responses"] == {
        "default": {"description": "default"}
    }


def test_parameters_of_all_locations_are_written() -> None:
    listed = (
        parameter("namespace", "path", required=True),
        parameter("limit", "query", Scalar(type="integer", format="int32")),
        parameter("pretty", "query", required=True),
        parameter("X-Trace", "header"),
        parameter("limit", "query", STRING),  # duplicate names in one location are not allowed
        parameter("stray", "path", required=True),  # nor are path parameters missing in the path
    )
    entry = only_operation(operation("get", "GET", parameters=listed))
    assert [
        (parameter["in"], parameter["name"], parameter.get("required", False))
        for parameter in entry["parameters"]
    ] == [
        ("path", "namespace", True),
        ("query", "limit", False),
        ("query", "pretty", True),
        ("header", "X-Trace", False),
    ]
    assert entry["parameters"][1]["schema"]["maximum"] == 2**31 - 1


def test_missing_path_parameter_is_added() -> None:
    entry = only_operation(operation("get", "GET", f"{PLOTS}/{{name}}", parameters=()))
    assert [parameter["name"] for parameter in entry["parameters"]] == ["namespace", "name"]
    assert all(parameter["required"] for parameter in entry["parameters"])


def test_common_parameters_are_shared() -> None:
    dry_run = parameter("dryRun", common=True)
    other = parameter("dryRun", type_=Scalar(type="boolean"), common=True)
    own = parameter("own")
    texts = {common_parameter_id("dryRun"): "Change nothing."}
    api = document(
        plot(field("a")),
        operations=(
            operation("get", "GET", parameters=(dry_run, own)),
            operation("create", "POST", parameters=(dry_run, own)),
            operation("get", "GET", f"{PLOTS}/x", parameters=(other,)),
            operation("create", "POST", f"{PLOTS}/x", parameters=(other,)),
        ),
        texts=texts,
    )
    assert api["components"]["parameters"] == {
        "dryRun": {
            "name": "dryRun",
            "in": "query",
            "description": "Change nothing.",
            "schema": {"type": "string"},
        },
        "dryRun_2": {
            "name": "dryRun",
            "in": "query",
            "description": "Change nothing.",
            "schema": {"type": "boolean"},
        },
    }
    assert api["paths"][PLOTS]["get"]["parameters"][0] == {"$ref": "#/components/parameters/dryRun"}
    assert api["paths"][PLOTS]["get"]["parameters"][1]["name"] == "own"


def test_patch_has_patch_media_types() -> None:
    body = (parameter("body", "body", Scalar(type="object"), required=True),)
    entry = only_operation(operation("patch", "PATCH", parameters=body))
    assert "application/merge-patch+json" in entry["requestBody"]["content"]
    assert "application/json" not in entry["requestBody"]["content"]


def test_unusual_statuses_and_methods_are_normalized() -> None:
    odd = operation("create", "BREW", responses=())
    answers = (
        response("teapot", "Short and stout"),
        response("404", ""),
        response("5XX", "Broken"),
    )
    entry = only_operation(odd, operation("get", "GET", responses=answers))
    assert entry["responses"] == {
        "default": {"description": "Short and stout"},
        "404": {"description": "Not Found"},
        "5XX": {"description": "Broken"},
    }


@pytest.mark.parametrize(
    ("verb", "path", "expected"),
    [
        (
            "create",
            "/api/v1/namespaces/{namespace}/seedpackets/{name}/token",
            "createCoreV1NamespacedSeedPacketToken",
        ),
        ("get", "/api/v1/beds/{name}", "readCoreV1Bed"),
        ("list", "/api/v1/namespaces/{namespace}/seedpackets", "listCoreV1NamespacedSeedPacket"),
        ("list", "/api/v1/seedpackets", "listCoreV1SeedPacketForAllNamespaces"),
        (
            "update",
            "/apis/tools.k8s.io/v1beta1/rakes/{name}/status",
            "replaceToolsV1beta1RakeStatus",
        ),
        ("deletecollection", "/apis/hand.tools.k8s.io/v1/rakes", "deleteHandToolsV1CollectionRake"),
        ("get", "/api/v1/namespaces/{name}", "readCoreV1Namespace"),
        ("list", "/api/v1/berries", "listCoreV1Berry"),
        ("list", "/api/v1/boxes", "listCoreV1Box"),
        ("list", "/api/v1/leaves", "listCoreV1Leaves"),
        ("list", "/api/v1/unknownthings", "listCoreV1Unknownthings"),
        ("connect", "/api/v1/beds/{name}/proxy/{path}", "connectCoreV1GetBedProxyWithPath"),
        ("get", "/version/", "readVersion"),
        ("get", "/", "read"),
        ("get", "/api/v1/\u202e\n';--/{x}", "readCoreV1"),
        ("删除", "/", "operation"),
    ],
)
def test_operation_ids_follow_upstream_pattern(verb: str, path: str, expected: str) -> None:
    names = ("SeedPacket", "Bed", "Rake", "Namespace", "Berry", "Box", "Leaf", "Leaves")
    call = Operation(method="GET", path=path, verb=verb, span=SPAN)
    around = Operation(
        method="POST", path="/api/v1/namespaces/{namespace}/seedpackets", verb="create", span=SPAN
    )
    source = reference(
        *(definition(f"x.{name}", field("a")) for name in names), operations=(call, around)
    )
    assert naming.operation_ids(source)[call.id] == expected


def test_title_names_kind_without_definition() -> None:
    call = Operation(
        method="POST",
        path="/api/v1/namespaces/{namespace}/seedpackets/{name}/token",
        verb="create",
        span=SPAN,
    )
    source = reference(operations=(call,), texts={call.id: "创建SeedPacket的令牌"})
    assert naming.operation_ids(source) == {call.id: "createCoreV1NamespacedSeedPacketToken"}


def test_operation_ids_of_source_are_kept_and_unique() -> None:
    calls = (
        Operation(method="GET", path="/a", verb="get", operation_id="readA", span=SPAN),
        Operation(method="GET", path="/b", verb="get", operation_id="readA", span=SPAN),
        Operation(method="HEAD", path="/a", verb="get", span=SPAN),
    )
    assert list(naming.operation_ids(reference(operations=calls)).values()) == [
        "readA",
        "readA_2",
        "readA_3",
    ]


@for_each(RELEASES)
def test_derived_operation_ids_match_kubernetes(release: Path) -> None:
    spec = json.loads(document_of(release).read_text(encoding="utf-8"))
    kinds = [
        definition(
            key,
            gvks=tuple(
                GroupVersionKind(**gvk) for gvk in body.get("x-kubernetes-group-version-kind", ())
            ),
        )
        for key, body in spec["definitions"].items()
    ]
    calls, expected, tags = [], {}, {}
    for path, item in spec["paths"].items():
        for method, body in item.items():
            if isinstance(body, dict) and "x-kubernetes-action" in body:
                call = Operation(
                    method=method.upper(), path=path, verb=body["x-kubernetes-action"], span=SPAN
                )
                calls.append(call)
                expected[call.id] = body["operationId"]
                tags[path] = body["tags"][0]
    assert len(expected) > 800
    assert naming.operation_ids(reference(*kinds, operations=tuple(calls))) == expected
    assert {path: naming.api_tag(path) for path in tags} == tags


def rich() -> tuple[Definition, ...]:
    """Return a definition with a field of each type."""
    moment = f"{PACKAGE}.Moment"
    return (
        plot(
            field("apiVersion", value="garden.example.io/v1"),
            field("kind", value="Plot", required=True),
            field("bed", Ref(key=BED)),
            field("firstBed", Ref(key=BED), required=True),
            field("at", Ref(key=moment)),
            field("size", Scalar(type="integer", format="int64")),
            field("port", Scalar(type="string", format="int-or-string")),
            field("key", Scalar(type="string", format="byte")),
            field("choice", Scalar(type="string", enum=("a", "b"))),
            field("any", Scalar(type="")),
            field(
                "parts", Array(items=Ref(key=PLOT)), list_type=ListType.MAP, list_map_keys=("kind",)
            ),
            field("tags", Array(items=STRING), list_type=ListType.SET),
            field(
                "grid", Array(items=Array(items=Map(values=Scalar(type="number", format="double"))))
            ),
        ),
        definition(BED, field("soil"), documented=True),
        definition(moment, type=Scalar(type="string", format="date-time")),
    )


def test_openapi_30_has_no_keywords_of_31() -> None:
    texts = {field_id(PLOT, "bed"): "The bed.", field_id(PLOT, "firstBed"): "The first bed."}
    api = document(*rich(), version="3.0.3", texts=texts)
    for subschema in subschemas(api["components"]["schemas"]):
        assert not isinstance(subschema.get("type"), list)
        assert subschema.get("type") != "null"
        assert not {"const", "contentEncoding", "$comment"} & subschema.keys()
        assert "$ref" not in subschema or len(subschema) == 1
        # It is redundant next to a union or `$ref`, and prism does not support an enum with null.
        assert "nullable" not in subschema or (
            isinstance(subschema["type"], str) and "enum" not in subschema
        )
    fields = api["components"]["schemas"][PLOT]["properties"]
    reference_to_bed = {"$ref": f"#/components/schemas/{BED}"}
    assert fields["bed"] == {
        "description": "The bed.",
        "anyOf": [reference_to_bed, {"enum": [None]}],
    }
    assert fields["firstBed"] == {"description": "The first bed.", "allOf": [reference_to_bed]}
    assert fields["kind"] == {"type": "string", "enum": ["Plot"]}
    assert fields["apiVersion"] == {"enum": ["garden.example.io/v1", None]}
    assert fields["key"] == {"type": "string", "format": "byte", "nullable": True}
    assert fields["any"] == {}


def test_30_agrees_with_json_schema() -> None:
    api = document(*rich(), version="3.0.3")
    for shown in rich()[0].fields:
        judge = OAS30Validator(
            {**api, **api["components"]["schemas"][PLOT]["properties"][shown.name]}
        )
        assert judge.is_valid(None) is (not shown.required), shown.name
    size = document(*rich(), version="3.0.3")["components"]["schemas"][PLOT]["properties"]["size"]
    assert OAS30Validator(size).is_valid(2**63 - 1)
    assert not OAS30Validator(size).is_valid(2**63)
    port = document(*rich(), version="3.0.3")["components"]["schemas"][PLOT]["properties"]["port"]
    assert OAS30Validator(port).is_valid("http")
    assert OAS30Validator(port).is_valid(80)
    assert not OAS30Validator(port).is_valid([])


def test_31_is_json_schema_with_open_objects() -> None:
    source = reference(*rich(), operations=(operation(),))
    (file,) = emit_json_schema(job(source))
    expected = json.loads(file.text.replace("#/$defs/", "#/components/schemas/"))["$defs"]
    for schema in expected.values():
        if schema.get("additionalProperties") is False:
            del schema["additionalProperties"]
    for schema in subschemas(expected):
        if None in schema.get("enum", ()):
            schema.setdefault("type", ["string", "null"])  # required by code generators
    assert document(*rich())["components"]["schemas"] == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_component_names_are_valid_and_distinct(version: str) -> None:
    keys = ["a/b~c", "a_b_c", "a b c", "$ref", "中文", "\u202e", "../../evil", "ok.Name-1_x"]
    others = [Definition(key=key, name="Odd", fields=(field("n"),), span=SPAN) for key in keys]
    api = document(
        plot(*(field(f"f{at}", Ref(key=key)) for at, key in enumerate(keys))),
        *others,
        version=version,
    )
    names = list(api["components"]["schemas"])
    assert len(set(names)) == len(keys) + 1
    assert all(
        set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
        for name in names
    )
    assert {"a_b_c", "ok.Name-1_x"} <= set(names)
    targets = {
        subschema["$ref"].removeprefix("#/components/schemas/")
        for subschema in subschemas(api)
        if "$ref" in subschema
    }
    assert targets == set(names)


TEXTS = st.one_of(
    st.lists(
        st.sampled_from([*HOSTILE, "word ", "x" * 60, "\\", "'", '"', "\n", " ", "中文，", "😀"]),
        max_size=8,
    ).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
)
VALUES = st.recursive(
    TEXTS
    | st.integers()
    | st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
# Whitespace for some parsers but not in YAML.
BLANKS = st.text("\u3000\u00a0\u2003\n \ta字", max_size=40)


@example_settings(150)
@given(st.dictionaries(TEXTS, VALUES, max_size=3), TEXTS)
def test_arbitrary_documents_round_trip_through_yaml(value: dict[str, Json], comment: str) -> None:
    text = yaml_comment(comment) + yaml_block(value)
    assert not has_invisible_characters(text)
    assert parse_yaml(text) == value
    assert read_settings(Source(text, "made.yaml"), API).data == value


@pytest.mark.parametrize(
    "text",
    [
        "._",
        "-._1",
        "+_1",
        "-_",
        "+.5",
        ".5",
        "-.INF",
        ".nan",
        "0o7",
        "0b1",
        "1_0",
        "1:30",
        "=",
        "1e3",
    ],
)
def test_ambiguous_numbers_are_quoted(text: str) -> None:
    assert yaml_block({"a": text, text: "a"}) == f"a: '{text}'\n'{text}': a\n"


@example_settings(150)
@given(
    st.dictionaries(st.sampled_from("abc"), st.one_of(BLANKS, st.lists(BLANKS, max_size=2), TEXTS)),
    st.integers(1, 9),
)
def test_document_parts_round_trip_at_any_indent(value: dict[str, Json], indent: int) -> None:
    text = "outer:\n" + yaml_block(value, indent)
    assert parse_yaml(text) == {"outer": value}
    assert not any(line != line.rstrip() for line in text.split("\n") if not line.strip(" "))


def test_lone_surrogate_can_be_written() -> None:
    text = yaml_block({"a": "x\ud800y"})
    assert text.encode("utf-8")
    assert YAML(typ="safe", pure=True).load(text) == {"a": "x\ud800y"}


A_LIST_OF_TEXTS = """\
a:
  - "it's: so"
  - '# no'
  - ':'
  - '-'
  - -a
  - b:c
  - ''
  - 'a '
  - "\\ufffe"
"""
NUMBERS = ("1.0e+20", "1.5", "-7", ".inf", "true", "null", "{}", "[]")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": "one line"}, "a: one line\n"),
        ({"a": "two\nlines"}, "a: |-\n  two\n  lines\n"),
        ({"a": "yes", "200": "null"}, "a: 'yes'\n'200': 'null'\n"),
        ({"a": ["x", {"b": None}], "c": []}, "a:\n  - x\n  - b: null\nc: []\n"),
        (
            {"a": "word: " * 20 + "end"},
            "a: >-\n  " + "word: " * 16 + "word:\n  word: word: word: end\n",
        ),
        ({"a": "bell\a"}, 'a: "bell\\a"\n'),
        ({"a": "\u202ex"}, 'a: "\\u202ex"\n'),
        ({"a": ["it's: so", "# no", ":", "-", "-a", "b:c", "", "a ", "\ufffe"]}, A_LIST_OF_TEXTS),
        (
            {"a": [1e20, 1.5, -7, float("inf"), True, None, {}, []]},
            "a:\n" + "".join(f"  - {n}\n" for n in NUMBERS),
        ),
        (
            {"a": [[1, [2]], [{"b": 1, "c": 2}]]},
            "a:\n  -   - 1\n      -   - 2\n  -   - b: 1\n        c: 2\n",
        ),
        ({"k" * 1001: {"b": 1}}, f"? {'k' * 1001}\n:\n  b: 1\n"),
    ],
)
def test_texts_have_most_readable_style(value: dict[str, Json], expected: str) -> None:
    assert yaml_block(value) == expected
    assert parse_yaml(expected) == value


def test_parameters_keep_own_keywords() -> None:
    call = operation(parameters=(*operation().parameters, parameter("depth")))
    texts = {
        parameter_id(call.id, "depth"): "How deep.",
        parameter_id(call.id, "body"): "The plot to create.",
    }
    entry = only_operation(call, texts=texts)
    assert entry["parameters"][-1]["description"] == "How deep."
    assert entry["requestBody"]["description"] == "The plot to create."
