"""Manifests are read like kubectl does: non-string keys, whole numbers, tabs, and YAML that begins
like JSON.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import Level, Report
from codegen.core.source import Source
from codegen.readers.documents import loader
from codegen.readers.documents.dialects import API, kubectl_key
from codegen.readers.documents.loader import read_manifests
from codegen.readers.documents.yaml_reader import read_yaml
from codegen.readers.openapi import reader
from codegen.validation import manifest_checks, manifest_report
from codegen.validation.manifest_files import mark_repeated_objects, validate_files
from codegen.validation.manifest_objects import ValidationOptions
from codegen.validation.manifest_schemas import SchemaFinder
from gardens.resources import PLOTS
from gardens.validation import GARDEN
from support.rows import each_row

SCHEMAS = SchemaFinder(
    ((reader.read_document(Source(json.dumps(GARDEN), "garden.json"), Report()), "garden"),)
)
PLOT = "{apiVersion: garden.example.io/v1, kind: Plot, spec: {name: a, beds: []"


def data(text: str, path: str = "a.yaml") -> list[Any]:
    parsed = read_manifests(Source(text, path))
    assert parsed.faults == []
    return [document.data for document in parsed.documents]


@pytest.mark.parametrize("wrong", ["", "oops: ["])
def test_file_with_definitions_is_parsed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    file = tmp_path / "all.yaml"
    bad = PLOTS.replace("type: object", "$ref: '#/x'", 1)  # refused and reported with the object
    file.write_text(
        f"{PLOTS}---\n{bad}---\n{{apiVersion: garden.example.io/v1, kind: Plot}}\n{wrong}"
    )
    parsed: list[str] = []
    read = loader.read_stream

    def read_and_record(source: Source, *rest: Any) -> Any:
        parsed.append(source.path)
        return read(source, *rest)

    monkeypatch.setattr(loader, "read_stream", read_and_record)
    results = validate_files(file)
    assert parsed == [str(file)]
    assert results.failing


def list_findings(text: str, path: str = "a.yaml") -> list[str]:
    """Return position, level, message and hint of each finding."""
    file = manifest_checks.check_manifest(Source(text, path), SCHEMAS, ValidationOptions())
    results = manifest_report.build_results([file], ValidationOptions(), Level.ERR)
    return [
        f"{finding.column} {finding.level} {finding.message} {finding.meaning} {finding.hint}".strip()
        for finding in results.findings
    ]


def test_object_without_name_is_called_by_its_number() -> None:
    texts = (
        "{apiVersion: v1, kind: A, metadata: {name: b, namespace: c}}",
        "{apiVersion: v1, kind: A}",
        "3",
    )
    source = Source("\n---\n".join(texts), "a.yaml")
    files = [manifest_checks.check_manifest(source, SCHEMAS, ValidationOptions()) for _ in range(2)]
    assert [each.title for each in files[0].objects] == ["A c/b", "A #2", "document #3"]
    again = mark_repeated_objects(files, ValidationOptions())[1]
    rules = [finding.rule for each in again.objects for finding in each.findings]
    assert rules == ["kind-unknown", "object-repeated", "kind-unknown"]


@each_row("""
    weight | 1 ; 1.5 ; 1e3 ; 500m ; ' 2Gi'      | true ; .nan ; [1] ; 2GB
    size   | 20.0 ; 2e3 ; 08 ; !!float 8        | 2.5 ; 1e21 ; 1e999
    depth  | 80.0                               | 80.5
    soil   | Clay                               | 1
""")
def test_numbers_accepted_by_servers_are_valid(field: str, valid: str, invalid: str) -> None:
    for value in valid.split(" ; "):
        assert list_findings(f"{PLOT}, {field}: {value}}}}}") == []
    for value in invalid.split(" ; "):
        assert [line.split()[1] for line in list_findings(f"{PLOT}, {field}: {value}}}}}")] == [
            Level.ERR
        ]


def test_invalid_quantity_is_reported_with_format() -> None:
    wanted = {
        "3 kg": '"3 kg": must be a quantity like 500m, 1.5 or 2Gi',
        "true": "true: must be a string or a number, not a boolean",
    }
    for value, text in wanted.items():
        assert list_findings(f"{PLOT}, weight: {value}}}}}") == [
            f"82 ERR spec.weight: Invalid value: {text} (schema)"
        ]


# 120 characters including quotation marks, and one more
@pytest.mark.parametrize(
    ("letters", "shown"), [(118, f'"{"q" * 118}"'), (119, f'"{"q" * 59} … {"q" * 59}"')]
)
def test_long_value_is_shortened_in_middle(letters: int, shown: str) -> None:
    [line] = list_findings(f"{PLOT}, weight: {'q' * letters}}}}}")
    assert f"spec.weight: Invalid value: {shown}: must be a quantity" in line


# 160 characters including the full stop, and one more
@pytest.mark.parametrize(("letters", "shown"), [(159, "h" * 159), (160, f"{'h' * 160} …")])
def test_long_help_is_shortened(letters: int, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(GARDEN).replace("size is in square metres.", f"{'h' * letters}. More.")
    schemas = SchemaFinder(
        ((reader.read_document(Source(text, "garden.json"), Report()), "garden"),)
    )
    monkeypatch.setattr(f"{__name__}.SCHEMAS", schemas)
    assert list_findings(f"{PLOT}, size: x}}}}")[0].endswith(f"not a string (schema)  {shown}")


def test_null_string_is_empty() -> None:
    assert list_findings(f"{PLOT}, tags: [a, ~], labels: {{a: ~}}, rows: {{a: [~]}}}}}}") == []


def test_json_numbers_match_kubectl() -> None:
    text = (
        PLOT.replace("{", '{"')
        .replace(": ", '": "')
        .replace(", ", '", "')
        .replace('"{', "{")
        .replace('"[]', "[]")
    )
    assert (
        list_findings(f'{text}, "size": 20.0}}}}')
        == list_findings(f'{text}, "size": 2e1}}}}')
        == []
    )
    assert [line.split()[1] for line in list_findings(f'{text}, "size": 20.5}}}}')] == [Level.ERR]
    assert str(data('{"a": [1e20, 1e21]}', "a.json")) == "[{'a': [100000000000000000000, 1e+21]}]"


def test_keys_are_converted_like_kubectl() -> None:
    numbers = [1, -(2**63), 1.0, 1.5, -0.0, 0.1, 0.0001, 1e-5, 12345.6, 999999.0, 1e6]
    keys = "1 -9223372036854775808 1 1.5 -0 0.1 0.0001 1e-05 12345.6 999999 1e+06"
    assert [kubectl_key(number) for number in numbers] == keys.split()
    assert [kubectl_key(other) for other in (True, False, None, 2**63)] == [
        "true",
        "false",
        None,
        2**63,
    ]


def test_unsupported_keys_are_reported() -> None:
    assert data("a: {1: x, true: y, 0644: z, 1.50: w}") == [
        {"a": {"1": "x", "true": True, "420": "z", "1.5": "w"}}
    ]
    assert data("a: &x {&k 1: b}\nc: {*k : *x, <<: *x}") == [
        {"a": {"1": "b"}, "c": {"1": {"1": "b"}}}
    ]
    assert data('{"a": {"1": 2}}', "a.json") == [{"a": {"1": 2}}]
    assert list_findings(f"{PLOT}, labels: {{on: b, 1: c}}, rows: {{0x1: [d]}}}}}}") == []


def test_key_is_shown_as_read_and_as_written() -> None:
    assert list_findings(f"{PLOT}, on: 1}}}}") == [
        "74 ERR spec.true: unknown field (schema)  the key is written on"
    ]
    (fault,) = read_manifests(Source("{yes: 1, on: 2}", "a.yaml")).faults
    assert (fault.column, fault.message) == (
        10,
        "the key 'true' (written on) appears twice in one object",
    )
    (line, *_) = list_findings(f"{PLOT}, labels: {{~: b}}}}}}")
    assert line.startswith("83 ERR spec.labels[None]: Invalid key: must be a string")


def test_yaml_boolean_word_has_quoting_hint() -> None:
    (found,) = list_findings(f"{PLOT}, labels: {{a: on}}}}}}")
    assert found.endswith('on without quotes is a boolean in YAML; write "on"')
    assert "boolean in YAML" not in list_findings(f"{PLOT}, labels: {{a: true}}}}}}")[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: x\t\n", {"a": "x"}),
        ("a:\tx", {"a": "x"}),
        ("a: x\t# c", {"a": "x"}),
        ('a: "x"\t', {"a": "x"}),
        ("a:\t\n  b: 1", {"a": {"b": 1}}),
        ("a: x\ty\n  \tz\n\n  w", {"a": "x\ty z\nw"}),
        ("a: |-\t# c\n  x\n", {"a": "x"}),
        ("a:\t!!str\t1", {"a": "1"}),
        ("a: &k\tx\t\nb: *k\t", {"a": "x", "b": "x"}),
        ("%YAML 1.1\t\n---\ta\n...\t\n", "a"),
        ("{\n\ta:\t1\t,\n\tb: [\t2\t]\t}", {"a": 1, "b": [2]}),
        ("- a\t\n-  b\t\n", ["a", "b"]),
    ],
)
def test_tabs_between_tokens_are_spaces(text: str, value: object) -> None:
    assert data(text) == [value]
    if "%" not in text:  # pages and OpenAPI documents give the same
        assert read_yaml(Source(text, "a.yaml"), API).documents[0].data == value


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a:\n\tb: 1", (2, 1)),
        ("-\tx", (1, 2)),
        ("a: 1\n\t\nb: 2", (2, 1)),
        ("a: x\n\ty", (2, 1)),
        ("a: 1\n \tb: 2", None),
    ],
)
def test_tab_indentation_is_refused_with_hint(text: str, place: tuple[int, int] | None) -> None:
    (fault,) = read_manifests(Source(text, "a.yaml")).faults
    assert fault.rule == "not-yaml"
    if place is not None:
        assert (fault.line, fault.column, fault.hint) == (
            *place,
            "indent with spaces: YAML does not allow tabs there",
        )


def test_columns_after_tabs_match_file() -> None:
    text = "apiVersion:\tgarden.example.io/v1\nkind: Plot\t\nspec: {name:\ta, beds: [],\tsize:\tx}\t# c\n"
    assert [line.split()[0] for line in list_findings(text)] == ["33"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1}\n---\n{"b": 2}\n', [{"a": 1}, {"b": 2}]),
        ('{"a": 1, # one\n "b": [2,],}', [{"a": 1, "b": [2]}]),
        ('[{"a": 1}]\n---\nb: 2', [[{"a": 1}], {"b": 2}]),
        ('{"a": 1.0}{"b": 2}', [{"a": 1.0}, {"b": 2}]),
    ],
)
def test_yaml_may_begin_like_json(text: str, expected: list[Any]) -> None:
    assert data(text) == data(text, "stdin") == expected
    assert type(expected[0]) is type(data(text)[0])


def test_syntax_error_is_that_of_file_format() -> None:
    def rule(text: str, path: str = "a.yaml") -> tuple[str, int]:
        (fault,) = read_manifests(Source(text, path)).faults
        return fault.rule, fault.line

    assert rule('{"a": 1,\n "b": [}') == ("not-json", 2)
    assert rule('{"a": 1}\n---\n{"b": [}') == ("not-yaml", 3)
    assert rule('{"a": 1}\n---\n{"b": [}', "a.json") == ("not-json", 2)
    assert rule("{a: 1,\n b: ]") == ("not-yaml", 2)


def test_lone_surrogate_is_replaced_like_servers_do() -> None:
    spec = {"name": "a", "beds": [], "\ud800": 1}
    as_json = json.dumps({"apiVersion": "garden.example.io/v1", "kind": "Plot", "spec": spec})
    (found,) = list_findings(as_json, "a.json")
    assert "\ufffd" in found
