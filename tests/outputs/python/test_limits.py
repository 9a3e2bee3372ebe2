"""Constraints of schemas, checked by generated validators and by `codegen validate`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any

import jsonschema
import pytest

from codegen.core.diagnostics import Report
from codegen.core.locales import SHIPPED
from codegen.core.source import Source
from codegen.kube.constraints import Limits
from codegen.kube.patterns import compile_pattern, matches
from codegen.model import Reference
from codegen.outputs import registry
from codegen.outputs.job import Job
from codegen.readers.openapi.reader import read_document
from codegen.validation.engine import ObjectChecker
from gardens.parts import gvk_of, openapi
from gardens.python import emit_outputs, importing, write
from support.rows import each_row

KEY = "io.example.garden.v1.Plot"
TIME = "io.k8s.apimachinery.pkg.apis.meta.v1.Time"
TEXT: dict[str, Any] = {"type": "string"}
RED, BLUE = {"required": ["red"]}, {"required": ["blue"]}


def test_groups_of_a_pattern_are_not_kept() -> None:
    """Groups take memory by the square of their number."""
    nested = "(" * 1000 + "a" + ")" * 1000
    assert compile_pattern(nested).groups == 0
    assert matches(nested, "a")


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("^a$", "a", "a\n"),
        ("^[a-z]([-a-z0-9]*[a-z0-9])?$", "a-b", "a-"),
        (r"^\d+$", "12", "\u0661"),
        (r"^a\sb$", "a b", "a\vb"),
        (r"^a[\s-]b$", "a-b", "a\vb"),
        (r"^[\S]$", "\v", " "),
        (r"a\z", "ba", "a\n"),
        ("^[[:alpha:]_]+$", "a_B", "1"),
        (r"^\x{263A}\x41\101$", "\u263aAA", "A"),
        (r"^\Qa.b\E$", "a.b", "axb"),
        ("(?i)^a$", "A", "b"),
        ("(?m)^b$", "a\nb\nc", "ab"),
        ("^(?<name>a)$", "a", "b"),
        ("^a{,2}$", "a{,2}", "aa"),
        (r"^[^\]a[&&-]$", "b", "&"),
        ("^(?:a|b)+?$", "ab", "c"),
        ("b", "abc", "ac"),
        (r"^\p{Greek}$", "\u03b1", "a"),
        ("^a(?i)b$", "aB", "AB"),
        ("^[[:^alpha:]]$", "1", "a"),
        ("^.$", "\ud800", "\ud800\ud800"),
        ("^.$", "\ud83d\ude00", ""),
    ],
)
@pytest.mark.filterwarnings("error")
def test_go_expressions_match_same_texts(pattern: str, good: str, bad: str) -> None:
    assert matches(pattern, good)
    assert not matches(pattern, bad)


@pytest.mark.parametrize(
    "pattern",
    ["(?=a)", "(?<!a)", "a++", "(", r"\1", "[a", "a\\", "a{1001}", r"\Z", "\ud800", "(?>a)"],
)
def test_expressions_refused_by_servers_are_invalid(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        compile_pattern(pattern)


@each_row([("^(a+)+$", "a", "!"), ("^.*.*.*.*.*.*=$", "x", ""), ("^(a?){40}a{40}$", "b", "")])
def test_expressions_take_linear_time(pattern: str, letter: str, end: str) -> None:
    def measure(letters: int) -> float:
        started = perf_counter()
        assert not matches(pattern, letter * letters + end)
        return perf_counter() - started

    short, long = (min(measure(letters) for _ in range(5)) for letters in (100_000, 200_000))
    assert long < 8 * short + 0.01


def test_missing_pattern_library_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    with pytest.raises(
        ImportError, match=r"^the pattern '\^zz\$' needs google-re2: pip install google-re2$"
    ):
        Limits(pattern="^zz$")


@pytest.mark.parametrize(
    ("schema", "good", "bad", "messages"),
    [
        ({"pattern": "^a"}, ["ab", 1, None], ["b"], ["pattern"]),
        (
            {"minLength": 2, "maxLength": 3},
            ["\u4ee4\u724c", "abc"],
            ["a", "abcd"],
            ["min_length", "max_length"],
        ),
        ({"minimum": 2, "maximum": 3}, [2, 3.0, "9", True], [1.5, 4], ["minimum", "maximum"]),
        (
            {"minimum": 2, "exclusiveMinimum": True, "exclusiveMaximum": 3},
            [2.5],
            [2, 3],
            ["exclusive_minimum", "exclusive_maximum"],
        ),
        ({"multipleOf": 0.1}, [0.3, 7], [0.35, float("inf")], ["multiple_of"] * 2),
        (
            {"minItems": 1, "maxItems": 2},
            [[1], [1, 2], ""],
            [[], [1, 2, 3]],
            ["min_items", "max_items"],
        ),
        (
            {"uniqueItems": True},
            [[1, True, "1"], [{"a": 1}, {"a": 2}]],
            [[{"a": 1, "b": 2}, {"b": 2, "a": 1}]],
            ["duplicate"],
        ),
        ({"uniqueItems": False}, [[1, 1]], [], []),
        (
            {"minProperties": 1, "maxProperties": 1},
            [{"a": 1}],
            [{}, {"a": 1, "b": 2}],
            ["min_properties", "max_properties"],
        ),
        ({"enum": [1, 2.5]}, [1.0, 2.5], [True, 3], ["enum"] * 2),
        ({"const": {"a": 1}}, [{"a": 1}], [{"a": 2}], ["enum"]),
        (
            {"anyOf": [RED, BLUE]},
            [{"red": 1, "blue": 1}, {"blue": 0}],
            [{}, {"red": None}],
            ["any_of_fields"] * 2,
        ),
        (
            {"anyOf": [{**RED, "nulls": ["red"]}, BLUE]},
            [{"red": None}],
            [{}, {"blue": None}],
            ["any_of_fields"] * 2,
        ),
        ({"oneOf": [RED, BLUE]}, [{"red": 1}], [{}, {"red": 1, "blue": 1}], ["one_of_fields"] * 2),
        (
            {"not": {"required": ["red", "blue"]}},
            [{"red": 1}],
            [{"red": 1, "blue": 1}],
            ["not_fields"],
        ),
        (
            {"allOf": [RED, {"properties": {"red": {"minimum": 3}}}]},
            [{"red": 3}],
            [{}, {"red": 2}],
            ["required", "minimum"],
        ),
        (
            {"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 1}]},
            [12, "a"],
            ["ab", 1.5],
            ["any_of"] * 2,
        ),
        (
            {"additionalProperties": {"maxLength": 1}, "items": {"minimum": 1}},
            [{"a": "b"}, [1]],
            [{"a": "bc"}, [0]],
            ["max_length", "minimum"],
        ),
        ({"type": "number", "nullable": True}, [1, 1.5, None], ["1"], ["not_of_type"]),
        ({"format": "ipv4"}, ["10.0.0.1"], ["10.0.0"], ["of_format"]),
        ({"not": {"not": {"maxLength": 1}}}, ["a"], ["ab"], ["not"]),
    ],
)
def test_limits_match_json_schema(
    schema: dict[str, Any], good: list[Any], bad: list[Any], messages: list[str]
) -> None:
    limits = Limits.from_schema(schema)
    for value in good:
        found: list[Any] = []
        limits.find(value, None, found)
        assert (limits.holds(value), found) == (True, []), value
    for value, message in zip(bad, messages, strict=True):
        found = []
        limits.find(value, None, found)
        assert not limits.holds(value), value
        assert [each[2] for each in found] == [message]


@each_row([(287, 'x"}'), (288, 'x"...')])
def test_long_choice_is_cut_in_message(letters: int, end: str) -> None:
    found: list[Any] = []
    Limits.from_schema({"not": {"const": "x" * letters}}).find("x" * letters, None, found)
    assert found[0][3]["choices"].endswith(end)


def obj(*required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        **({"required": [*required]} if required else {}),
    }


SCHEMA: dict[str, Any] = {
    **obj(
        apiVersion=TEXT,
        kind=TEXT,
        spec={
            **obj(
                "name",
                name={**TEXT, "pattern": "^[a-z]+$", "maxLength": 5},
                rows={
                    "type": "integer",
                    "format": "int32",
                    "minimum": 1,
                    "maximum": 9,
                    "multipleOf": 2,
                },
                tags={"type": "array", "maxItems": 2, "items": {**TEXT, "minLength": 2}},
                labels={
                    "type": "object",
                    "maxProperties": 1,
                    "additionalProperties": {**TEXT, "enum": ["a", "b"]},
                },
                depth={"x-kubernetes-int-or-string": True, "pattern": "^[0-9]+%$"},
                address={**TEXT, "format": "ipv4"},
                mail={**TEXT, "format": "email"},
                beds={
                    "type": "array",
                    "minItems": 1,
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["name"],
                    "items": {
                        **obj("name", name={**TEXT, "maxLength": 2}, red=TEXT, blue=TEXT),
                        "oneOf": [RED, BLUE],
                    },
                },
            ),
            "minProperties": 2,
            "not": {"required": ["rows", "depth"]},
        },
    ),
    "x-kubernetes-group-version-kind": [gvk_of()],
}
GOOD: dict[str, Any] = {
    "name": "abc",
    "rows": 4,
    "tags": ["ab"],
    "labels": {"x": "b"},
    "address": "10.0.0.1",
    "mail": "a@example.com",
    "beds": [{"name": "a", "red": "1"}, {"name": "b", "blue": "1"}],
}
BROKEN: list[tuple[dict[str, Any], str, str]] = [
    ({"name": "Abc"}, "spec.name", "Invalid value: must match '^[a-z]+$'"),
    ({"name": "abcdef"}, "spec.name", "Invalid value: length must be no more than 5"),
    ({"rows": 0}, "spec.rows", "Invalid value: must be at least 1"),
    ({"rows": 3}, "spec.rows", "Invalid value: must be a multiple of 2"),
    ({"tags": ["ab", "c"]}, "spec.tags[1]", "Invalid value: length must be at least 2"),
    (
        {"tags": ["ab", "cd", "ef"]},
        "spec.tags",
        "Invalid value: number of items must be no more than 2",
    ),
    (
        {"labels": {"x": "a", "y": "b"}},
        "spec.labels",
        "Invalid value: number of fields must be no more than 1",
    ),
    ({"depth": "10", "rows": None}, "spec.depth", "Invalid value: must match '^[0-9]+%$'"),
    ({"depth": 10}, "spec", "Invalid value: must not have together: depth, rows"),
    ({"address": "10"}, "spec.address", "Invalid value: must be of the format 'ipv4'"),
    ({"mail": "a@"}, "spec.mail", "Invalid value: must be of the format 'email'"),
    ({"beds": []}, "spec.beds", "Invalid value: number of items must be at least 1"),
    (
        {"beds": [{"name": "a"}]},
        "spec.beds[0]",
        "Invalid value: must have exactly one of: blue; red",
    ),
    (
        {"beds": [{"name": "abc", "red": ""}]},
        "spec.beds[0].name",
        "Invalid value: length must be no more than 2",
    ),
    ({"beds": [{"name": "a", "red": ""}] * 2}, "spec.beds[1]", "Duplicate value"),
]


def garden(schema: dict[str, Any] = SCHEMA) -> tuple[Reference, Report]:
    report = Report()
    definitions = schema.get("definitions", {KEY: schema})
    document = openapi(definitions)
    return read_document(Source(json.dumps(document, indent=1), "garden.json"), report), report


@pytest.fixture(scope="module")
def validators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    root = tmp_path_factory.mktemp("garden")
    write(garden()[0], root)
    with importing(root) as importer:
        yield importer.module("garden_v1.validators")


def test_object_within_all_limits_is_valid(validators: ModuleType) -> None:
    assert validators.validate_plot({"kind": "Plot", "spec": GOOD}) == ()
    reference, report = garden()
    assert [each.rule for each in report.diagnostics] == ["constraint-unsupported"]  # for `not`
    assert (
        ObjectChecker(reference).find_errors({"spec": {**GOOD, "depth": 3, "rows": None}}, KEY)
        == ()
    )


@pytest.mark.parametrize(("change", "path", "message"), BROKEN)
def test_violated_limits_are_located(
    validators: ModuleType, change: dict[str, Any], path: str, message: str
) -> None:
    plot = {"spec": {**GOOD, **change}}
    assert [(each.path, each.message) for each in validators.validate_plot(plot)] == [
        (path, message)
    ]
    by_engine = ObjectChecker(garden()[0]).find_errors(plot, KEY)
    words = SHIPPED.get("en").validation
    assert [each.message(words) for each in by_engine] == [message]
    without_null = {name: value for name, value in plot["spec"].items() if value is not None}
    # Formats of Kubernetes, and unsupported ones of the library.
    if message != "Duplicate value" and "format" not in message:
        assert not jsonschema.Draft202012Validator(SCHEMA["properties"]["spec"]).is_valid(
            without_null
        )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"pattern": "(?=a)"}, r"do not check `pattern`: '(?=a)': invalid perl operator: (?="),
        (
            {"anyOf": [{"maxLength": 1}, {"contains": {}}]},
            "do not check `anyOf`: it contains the keyword 'contains'",
        ),
        ({"not": {"format": "swiss"}}, "do not check `not`: the format 'swiss' is not known"),
        ({"format": "swiss"}, "do not check `format`: the format 'swiss' is not known"),
        (
            {"patternProperties": {"a": {}}},
            "do not check `patternProperties`: codegen does not support this keyword",
        ),
        (
            {"properties": {"c": TEXT}, "not": {"required": ["c"], "format": "swiss"}},
            "do not check `not`: the format 'swiss' is not known",
        ),
    ],
)
def test_unchecked_limits_are_reported_once(more: dict[str, Any], said: str) -> None:
    report = Report()
    of = TEXT if more.keys().isdisjoint(("patternProperties", "properties")) else {"type": "object"}
    fields = {name: {**of, **more} for name in "ab"}
    job = Job(
        reference=garden(obj(**fields))[0],
        locales=("en",),
        options={},
        origin="garden.json",
        report=report,
    )
    for _ in "ab":  # two outputs in one run
        list(registry.bundled_outputs()["validators"].emit(job))
    (found,) = [each for each in report.diagnostics if each.rule == "limit-unchecked"]
    # Two equal objects share one class.
    times = "" if "properties" in more else ", first here of 2 times"
    assert said.replace(":", f"{times}:", 1) in found.message


@pytest.mark.parametrize("limited", [False, True])
def test_time_formats_of_kubernetes_and_custom_resources(tmp_path: Path, limited: bool) -> None:
    times = {"$ref": f"#/definitions/{TIME}"}
    schema = {
        **obj(
            apiVersion=TEXT,
            kind=TEXT,
            made=times,
            all={"type": "array", "items": times},
            sown={**TEXT, "format": "date-time"},
            note={**TEXT, **({"maxLength": 9} if limited else {})},
        ),
        "x-kubernetes-group-version-kind": [gvk_of()],
    }
    reference, _ = garden({"definitions": {KEY: schema, TIME: {**TEXT, "format": "date-time"}}})
    write(reference, tmp_path)
    with importing(tmp_path) as importer:
        validate = importer.module("garden_v1.validators").validate_plot
        for text, told in (
            ("2030-01-01T00:00:00Z", []),
            ("2030-01-01t00:00:00z", ["all[0]", "made"]),
            ("2030-01-01T1:00:00Z", ["sown"]),
            ("2030-02-29T00:00:00Z", ["all[0]", "made", "sown"]),
        ):
            plot = {"made": text, "all": [text], "sown": text}
            assert sorted(each.path for each in validate(plot)) == told, text
            assert len(ObjectChecker(reference).find_errors(plot, KEY)) == len(told), text


def test_references_without_limits_have_no_constraints_module() -> None:
    reference, _ = garden({**obj(apiVersion=TEXT), "x-kubernetes-group-version-kind": []})
    paths = {file.path for file in emit_outputs(reference, ("validators",))}
    assert not any("constraints" in path for path in paths)
