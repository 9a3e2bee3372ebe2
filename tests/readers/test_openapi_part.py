"""A part of a document is read as if it had been chosen from the whole: the same model, the same words, the same messages."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget import tries
from codegen.core.source import Source, load
from codegen.findings.diagnostics import CodegenError, Report
from codegen.model import Reference
from codegen.model.selection import own_kinds, pattern, select
from codegen.outputs.inspection.json_view import as_json
from codegen.readers.openapi.reader import read_document
from codegen.readers.openapi.sieve import sifted
from codegen.readers.sources import read
from corpus import ENDS, document_of, for_each

KEY = "io.example.api.garden.v1"
GROUP = {"group": "garden.example.io", "version": "v1"}


def schema(*refs: str, kind: str = "", **words: Any) -> dict[str, Any]:
    properties = {name.lower(): {"$ref": f"#/components/schemas/{KEY}.{name}"} for name in refs}
    found: dict[str, Any] = {"type": "object", "properties": properties or {"size": {"type": "string"}}, **words}
    return {**found, "x-kubernetes-group-version-kind": [{**GROUP, "kind": kind}]} if kind else found


def query(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}


def operation(kind: str, *parameters: dict[str, Any], answer: str = "") -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{KEY}.{answer or kind}"}}}
    return {
        "parameters": list(parameters),
        "requestBody": {"$ref": "#/components/requestBodies/Options"},
        "responses": {"200": {"description": "OK", "content": content}, "404": {"$ref": "#/components/responses/Gone"}},
        "x-kubernetes-group-version-kind": {**GROUP, "kind": kind},
    }


def document() -> dict[str, Any]:
    """Every way in which one part of a document leads to another."""
    schemas = {
        f"{KEY}.Plot": schema("Bed", "Loop", kind="Plot"),
        f"{KEY}.PlotList": schema("Plot", kind="PlotList"),
        f"{KEY}.Bed": {"allOf": [{"$ref": f"#/components/schemas/{KEY}.Base"}, schema("Soil")]},
        f"{KEY}.Base": schema(),
        f"{KEY}.Soil": {"type": "array", "items": {"$ref": f"#/components/schemas/{KEY}.Grain"}},
        f"{KEY}.Grain": {"type": "string"},
        f"{KEY}.Loop": schema("Loop", "Nowhere"),
        f"{KEY}.Tool": schema("Grain", kind="Tool"),
        f"{KEY}.Options": schema(description="What is asked for."),
        f"{KEY}.Gone": schema(),
        f"{KEY}.Odd": schema(minProperties=2),
    }
    body = {"application/json": {"schema": {"$ref": f"#/components/schemas/{KEY}.Options"}}}
    gone = {"application/json": {"schema": {"$ref": f"#/components/schemas/{KEY}.Gone"}}}
    paths = {
        "/plots": {
            "parameters": [{"$ref": "#/components/parameters/pretty"}],
            "get": operation(
                *("Plot", query("dryRun", "Try."), query("limit", "How many plots."), query("side", "Left.")),
                answer="PlotList",
            ),
        },
        "/tools": {
            "get": operation("Tool", query("dryRun", "Try."), query("limit", "How many tools.")),
            "post": operation("Tool", query("limit", "How many tools."), query("pretty", "Another text.")),
            "put": operation("Tool", query("pretty", "Another text."), query("only", "Once.")),
        },
        # What stands above is another parameter in each of its operations, so it is none of them.
        "/beds": {
            "parameters": [query("side", "Left.")],
            "get": operation("Tool", {"$ref": "#/components/parameters/side"}),
            "delete": operation("Tool", {"$ref": "#/components/parameters/side"}),
        },
        "/odd path": {"get": operation("Tool")},
        "/version": {"get": {"responses": {"200": {"description": "OK"}}}},
    }
    return {
        "openapi": "3.0.3",
        "components": {
            "schemas": schemas,
            "parameters": {
                "pretty": query("pretty", "In lines."),
                "side": {**query("side", "Left."), "schema": {"type": "integer"}},
            },
            "requestBodies": {"Options": {"content": body}},
            "responses": {"Gone": {"description": "Gone", "content": gone}},
        },
        "paths": paths,
    }


@pytest.fixture(params=[None, 1])
def source(request: pytest.FixtureRequest) -> Source:
    return Source(json.dumps(document(), indent=request.param), "garden.json")


def both(source: Source, *texts: str) -> tuple[Reference, Reference]:
    """The part chosen from the whole, and from what was read for it."""
    patterns = [pattern(text) for text in texts]
    whole = read_document(source, Report())
    return select(whole, patterns), select(read_document(source, Report(), "en", patterns), patterns)


@pytest.mark.parametrize(
    "texts",
    [["Plot"], ["PlotList"], ["garden/v1/Tool"], ["garden"], [f"{KEY}.Bed"], ["Plot", "!*List"], ["*/v1"], ["!Tool"]],
)
def test_it_is_what_is_chosen_from_the_whole(source: Source, texts: list[str]) -> None:
    chosen, read = both(source, *texts)
    assert as_json(read, ()) == as_json(chosen, ())
    assert [each.span for each in read.definitions.values()] == [each.span for each in chosen.definitions.values()]


def test_what_nobody_wants_is_not_read(source: Source) -> None:
    report = Report()
    part = read_document(source, report, "en", [pattern("Tool")])
    assert {key.removeprefix(f"{KEY}.") for key in part.definitions} == {"Tool", "Grain", "Options", "Gone"}
    tools = {f"{method} /tools" for method in ("GET", "POST", "PUT")}
    assert tools | {"GET /beds", "DELETE /beds"} == set(part.operations)
    # Of what is read all is said, and nothing of the rest: the loop of Loop, the keyword of Odd.
    assert {diagnostic.rule for diagnostic in report.diagnostics} == {"path-unsafe"}


@pytest.mark.parametrize(
    ("parameter", "shared"),
    [("dryRun", "Plot Tool"), ("limit", "Tool"), ("pretty", ""), ("only", ""), ("side", "Tool")],
)
def test_a_parameter_is_common_where_the_whole_document_says_so(parameter: str, shared: str) -> None:
    source = Source(json.dumps(document()), "garden.json")
    for kind in ("Plot", "Tool"):
        chosen, read = both(source, kind)
        assert (f"parameter {parameter}" in read.prose["en"]) is (f"parameter {parameter}" in chosen.prose["en"])
        assert (f"parameter {parameter}" in read.prose["en"]) is (kind in shared.split())


@pytest.mark.parametrize("texts", ["", "a", "aaaa", "aaab", "aaabb", "abab", "bbba", "bb", "b"])
def test_however_often_a_parameter_is_written_elsewhere(texts: str) -> None:
    whole = document()
    whole["paths"] = {"/plots": {"get": operation("Plot", query("q", "a"))}}
    whole["paths"] |= {
        f"/tools/{number}": {"get": operation("Tool", query("q", text))} for number, text in enumerate(texts)
    }
    chosen, read = both(Source(json.dumps(whole), "garden.json"), "Plot")
    assert as_json(read, ()) == as_json(chosen, ())
    assert ("parameter q" in read.prose["en"]) is ("a" in texts and "bb" not in texts.replace("a", ""))


def test_parameters_that_are_none_are_no_matter_of_what_is_left_out() -> None:
    whole = document()
    odd: list[Any] = [{"name": "dryRun", "in": ["query"]}, {"name": {"a": 1}, "in": "query"}, {"$ref": ["x"]}, None]
    whole["paths"]["/tools"]["patch"] = operation("Tool", *odd)
    whole["paths"]["/tools/all"] = {"parameters": odd, "get": operation("Tool")}
    chosen, read = both(Source(json.dumps(whole), "garden.json"), "Plot")
    assert as_json(read, ()) == as_json(chosen, ())


@pytest.mark.parametrize("text", ["Plott", "v1/Plot", "garden/v2"])
def test_what_matches_nothing_is_answered_with_all_that_there_is(tmp_path: Path, text: str) -> None:
    file = tmp_path / "garden.json"
    file.write_text(json.dumps(document()), encoding="utf-8")
    with pytest.raises(CodegenError) as of_whole:
        select(read(file), [pattern(text)])
    with pytest.raises(CodegenError) as of_part:
        read(file, select=[text])
    assert of_part.value.diagnostics == of_whole.value.diagnostics


def test_of_several_files_all_is_read(tmp_path: Path) -> None:
    whole = document()
    bed = whole["components"]["schemas"].pop(f"{KEY}.Bed")
    (tmp_path / "plots.json").write_text(json.dumps(whole), encoding="utf-8")
    beds = {"swagger": "2.0", "definitions": {f"{KEY}.Bed": bed}}
    (tmp_path / "beds.json").write_text(json.dumps(beds), encoding="utf-8")
    assert as_json(read(tmp_path, select=["Plot"]), ()) == as_json(select(read(tmp_path), [pattern("Plot")]), ())


@pytest.mark.slow
@for_each(ENDS)
def test_each_kind_of_a_release_is_what_is_chosen_from_the_whole(release: Path) -> None:
    source = load(document_of(release), "swagger.json")
    whole = read_document(source, Report())
    kinds = {gvk for definition in whole.definitions.values() for gvk in own_kinds(definition.gvks)}
    assert len(kinds) > 100
    for gvk in sorted(kinds, key=str)[::7]:
        wanted = [pattern(f"{gvk.group or 'core'}/{gvk.version}/{gvk.kind}")]
        part = read_document(source, Report(), "en", wanted)
        assert len(part.definitions) < len(whole.definitions)
        assert as_json(select(part, wanted), ()) == as_json(select(whole, wanted), ())


def test_a_kind_that_cannot_be_read_is_no_kind_of_an_operation_here_either() -> None:
    """The part is chosen by what reading takes: an operation of two kinds, of which the first is no plain word, is of the second."""
    kinds = [{"group": "g", "version": "v1", "kind": "bad kind"}, {"group": "g", "version": "v1", "kind": "Plot"}]
    operation = {"responses": {"200": {"description": "OK"}}, "x-kubernetes-group-version-kind": kinds}
    source = Source(json.dumps({"swagger": "2.0", "paths": {"/apis/g/v1/plots": {"get": operation}}}), "garden.json")
    part = read_document(source, Report(), "en", [pattern("Plot")])
    assert list(part.operations) == ["GET /apis/g/v1/plots"]


@pytest.mark.parametrize("odd", [None, 1, "get", [], {}])
def test_what_is_no_path_or_no_operation_is_no_matter_of_what_is_left_out(odd: Any) -> None:
    whole = document()
    whole["paths"]["/none"] = odd
    whole["paths"]["/beds"]["get"] = odd
    whole["components"]["schemas"][f"{KEY}.Loop"] = odd
    for texts in (["Plot"], ["Tool"]):
        chosen, read = both(Source(json.dumps(whole), "garden.json"), *texts)
        assert as_json(read, ()) == as_json(chosen, ())


# ------------------------------------------------------------------------------------- what is passed over is forgotten


def as_version_2(whole: dict[str, Any]) -> dict[str, Any]:
    """The same document as servers write it in version 2."""
    components = whole.pop("components")
    text = json.dumps({"swagger": "2.0", **whole, **components, "definitions": components["schemas"]})
    return {
        **json.loads(text.replace("#/components/schemas/", "#/definitions/").replace("#/components/", "#/")),
        "schemas": None,
    }


VERSIONS = pytest.mark.parametrize("made", [document, lambda: as_version_2(document())], ids=["3", "2"])


@VERSIONS
@pytest.mark.parametrize("texts", [["Plot"], ["garden/v1/Tool"], [f"{KEY}.Bed"], ["*/v1"]])
def test_only_the_part_is_kept_while_a_document_is_read(made: Any, texts: list[str]) -> None:
    source = Source(json.dumps(made(), indent=1), "garden.json")
    patterns = [pattern(text) for text in texts]
    found = sifted(source, patterns)
    assert found is not None
    kept = found[0].data
    schemas = kept["definitions"] if "definitions" in kept else kept["components"]["schemas"]
    assert {key for key, value in schemas.items() if value} == found[1].keys
    chosen, read = both(source, *texts)
    assert as_json(read, ()) == as_json(chosen, ())


def test_of_alike_operations_that_nobody_wants_two_are_kept() -> None:
    whole = document()
    whole["paths"] |= {
        f"/tools/{number}": {"get": operation("Tool", {"$ref": "#/components/parameters/pretty"})}
        for number in range(9)
    }
    found = sifted(Source(json.dumps(whole), "garden.json"), [pattern("Plot")])
    assert found is not None
    assert [path for path in found[0].data["paths"] if path.startswith("/tools/")] == ["/tools/0", "/tools/1"]


@pytest.mark.parametrize("ending", ["json", "yaml"])
@pytest.mark.parametrize("is_usual", [True, False])
def test_what_null_says_is_decided_by_the_whole_document(is_usual: bool, ending: str) -> None:
    whole = document()
    plain = {"type": "string", "nullable": True}
    whole["components"]["schemas"] = {
        f"{KEY}.Plot": schema(kind="Plot", properties={"size": plain}),
        f"{KEY}.Tool": schema(kind="Tool", properties={"size": {**plain, "nullable": is_usual}}),
    }
    whole["paths"] = {}
    source = Source(("" if ending == "json" else "# YAML\n") + json.dumps(whole, indent=1), f"garden.{ending}")
    chosen, read = both(source, "Plot")
    (field,) = read.definitions[f"{KEY}.Plot"].fields
    assert (field.keywords == ()) is is_usual
    assert read.definitions == chosen.definitions


WRITTEN_OUT = {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}}


def with_a_key_twice(whole: dict[str, Any], *steps: Any, indent: int | None) -> Source:
    """The document, in which the object that these steps lead to has a key twice."""
    holder: Any = whole
    for step in steps:
        holder = holder[step]
    holder["@twice"] = 1
    holder["@Twice"] = [2, {"a": '\\"'}]
    return Source(json.dumps(whole, indent=indent).replace("@Twice", "@twice"), "garden.json")


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "steps",
    [
        (),
        ("components",),
        ("components", "schemas"),
        ("components", "schemas", f"{KEY}.Plot"),
        ("components", "schemas", f"{KEY}.Soil", "items"),
        ("components", "responses", "Gone"),
        ("components", "parameters"),
        ("paths",),
        ("paths", "/plots"),
        ("paths", "/plots", "get", "parameters", 0),
        ("paths", "/tools"),
    ],
)
def test_a_key_that_stands_twice_in_the_part_is_told(steps: tuple[Any, ...], indent: int | None) -> None:
    source = with_a_key_twice(document(), *steps, indent=indent)
    faults = outcome(source, ["Plot"], in_part=True)
    assert [found.rule for found in faults] == ["duplicate-key"]
    assert faults == outcome(source, ["Plot"], in_part=False)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "steps",
    [
        ("components", "schemas", f"{KEY}.Odd"),
        ("paths", "/tools", "put"),
        ("paths", "/tools", "put", "parameters", 0),
        ("paths", "/tools", "put", "responses"),
    ],
)
def test_a_key_that_stands_twice_in_what_nobody_wants_makes_no_difference(
    steps: tuple[Any, ...], indent: int | None
) -> None:
    source = with_a_key_twice(document(), *steps, indent=indent)
    once = Source(json.dumps(json.loads(source.text), indent=indent), "garden.json")
    assert [found.rule for found in outcome(source, ["Plot"], in_part=False)] == ["duplicate-key"]
    assert outcome(source, ["Plot"], in_part=True)[0] == outcome(once, ["Plot"], in_part=False)[0]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("section", [("paths",), ("components", "schemas")])
def test_names_that_stand_twice_are_told_whoever_wants_them(section: tuple[str, ...], indent: int | None) -> None:
    whole = document()
    members: Any = whole
    for step in section:
        members = members[step]
    last = list(members)[-1]
    members["@again"] = copy.deepcopy(members[last])
    source = Source(json.dumps(whole, indent=indent).replace("@again", last), "garden.json")
    faults = outcome(source, ["Plot"], in_part=True)
    assert [found.rule for found in faults] == ["duplicate-key"]


@pytest.mark.parametrize(
    ("odd", "texts"),
    [
        (lambda whole: whole, ["!Tool"]),
        (lambda whole: whole, ["Nobody"]),
        (lambda whole: {**whole, "definitions": {}}, ["Plot"]),
        (lambda whole: {**whole, "paths": None}, ["Plot"]),
        (lambda whole: {**whole, "info": {"title": "\u0022"}} | {"openapi": 3}, ["Nobody"]),
        (lambda whole: whole["components"]["schemas"].update({f"{KEY}.Loose": WRITTEN_OUT}) or whole, ["Plot"]),
        (lambda whole: whole["components"]["schemas"].update(L={"properties": {}, **WRITTEN_OUT}) or whole, ["Plot"]),
        (lambda whole: whole["components"]["parameters"].update(x={"schema": WRITTEN_OUT}) or whole, ["Plot"]),
        (lambda whole: whole["paths"]["/beds"].update(parameters=[{"schema": WRITTEN_OUT}]) or whole, ["Plot"]),
    ],
)
def test_what_needs_the_whole_is_read_whole(odd: Any, texts: list[str]) -> None:
    text = json.dumps(odd(document())).replace('"properties": {}', '"properties": {        }')
    assert sifted(Source(text, "garden.json"), [pattern(text) for text in texts]) is None


def outcome(source: Source, texts: list[str], *, in_part: bool) -> Any:
    """What comes of a selection: the model with what is said of it, or the fault."""
    report = Report()
    patterns = [pattern(text) for text in texts]
    try:
        reference = select(read_document(source, report, "en", patterns if in_part else ()), patterns)
    except CodegenError as error:
        return list(error.diagnostics)
    told = {(found.rule, found.message) for found in report.diagnostics}  # some are told at the first place of many
    return as_json(reference, ()), [each.span for each in reference.definitions.values()], told


def slots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each place of a document: what holds it, and its key or number."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from slots(value[key])


ODD: tuple[Any, ...] = (
    None,
    "",
    "#/components/schemas/x",
    1,
    True,
    1.5,
    [],
    {},
    [None],
    {"$ref": 1},
    {"$ref": "#/paths/~1plots/get"},
    WRITTEN_OUT,
)


@VERSIONS
@tries(200)
@given(st.data())
def test_a_document_in_which_anything_is_moved_is_told_alike(made: Any, data: st.DataObject) -> None:
    whole = made()
    for _ in range(data.draw(st.integers(1, 3))):
        found = list(slots(whole))
        holder, key = found[data.draw(st.integers(0, len(found) - 1))]
        other, taken = found[data.draw(st.integers(0, len(found) - 1))]
        value = copy.deepcopy(data.draw(st.sampled_from([other[taken], holder[key], *ODD])))
        if isinstance(holder, dict) and isinstance(taken, str) and data.draw(st.booleans()):
            key = data.draw(st.sampled_from([taken, "@twice", "@other"]))
        holder[key] = value
    text = json.dumps(whole, indent=data.draw(st.sampled_from((None, 2))))
    source = Source(text.replace("@other", "@twice"), "garden.json")
    for texts in (["Plot"], ["garden/v1/Tool", f"{KEY}.Bed"]):
        read, chosen = (outcome(source, texts, in_part=each) for each in (True, False))
        if isinstance(chosen, list) and isinstance(read, tuple):  # a key stands twice in what is passed over
            assert {found.rule for found in chosen} == {"duplicate-key"}
            once = Source(json.dumps(json.loads(source.text)), "garden.json")
            assert read[0] == outcome(once, texts, in_part=False)[0]
        elif isinstance(chosen, list) or isinstance(read, list):
            assert read == chosen
        else:
            assert read[:2] == chosen[:2]
            assert read[2] <= chosen[2]


def _same_path_without_its_slash(whole: Any) -> None:
    whole["paths"]["plots"] = copy.deepcopy(whole["paths"]["/plots"])


def _parameter_twice(whole: Any) -> None:
    own = whole["paths"]["/tools"]["put"]["parameters"]
    own[-1]["name"] = own[0]["name"]


def _reference_that_is_no_text(whole: Any) -> None:
    whole["paths"]["/tools"]["put"]["parameters"][0]["$ref"] = True


@pytest.mark.parametrize("odd", [_same_path_without_its_slash, _parameter_twice, _reference_that_is_no_text])
@pytest.mark.parametrize("texts", [["Plot"], ["garden/v1/Tool"]])
@VERSIONS
def test_what_is_left_out_of_a_document_makes_no_parameter_common(made: Any, texts: list[str], odd: Any) -> None:
    whole = made()
    odd(whole)
    source = Source(json.dumps(whole), "garden.json")
    read, chosen = (outcome(source, texts, in_part=each) for each in (True, False))
    assert read[:2] == chosen[:2]


@pytest.mark.parametrize("end", range(0, 7_000, 97))
def test_a_document_that_ends_too_early_is_told_alike(end: int) -> None:
    source = Source(json.dumps(document(), indent=1)[:-end] or "{", "garden.json")
    assert outcome(source, ["Plot"], in_part=True) == outcome(source, ["Plot"], in_part=False)
