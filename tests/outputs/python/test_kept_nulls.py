"""Explicit null values of optional and required fields and inside lists and maps, which are kept."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from codegen.core.diagnostics import Report
from codegen.core.locales import SHIPPED
from codegen.core.source import Source
from codegen.model import Reference, kubernetes
from codegen.outputs import registry
from codegen.outputs.job import Job
from codegen.readers.openapi.reader import read_document
from codegen.validation.engine import ObjectChecker
from gardens.parts import gvk_of, openapi
from gardens.python import importing, write

PLOT = "io.example.garden.v1.Plot"
GATE = "io.example.garden.v1.Gate"
BED = "io.example.garden.v1.Bed"
SHED = "io.example.garden.v1.Shed"
DEPTH = "io.example.garden.v1.Depth"
MODULES = ["models", "structs", "pydantic_models"]
NUMBER: dict[str, Any] = {"type": "integer", "nullable": True}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "rows": {**NUMBER, "default": 5},
        "sun-light": {**NUMBER, "maximum": 9},
        "bed": {"nullable": True, "type": "object", "properties": {"rows": NUMBER}},
        "any": {"nullable": True, "x-kubernetes-preserve-unknown-fields": True},
        "plain": {"type": "integer"},
        "numbers": {"type": "array", "items": {**NUMBER, "maximum": 9}},
        "named": {"type": "object", "additionalProperties": NUMBER},
        "deep": {"type": "array", "items": {"type": "object", "additionalProperties": NUMBER}},
        "beds": {
            "type": "array",
            "items": {"allOf": [{"$ref": f"#/definitions/{BED}"}], "nullable": True},
        },
        "strict": {"type": "array", "items": {"type": "integer"}},
        "sheds": {"type": "array", "items": {"$ref": f"#/definitions/{SHED}"}},
        "depths": {"type": "array", "items": {"$ref": f"#/definitions/{DEPTH}"}},
    },
    "x-kubernetes-group-version-kind": [gvk_of()],
}
NULLABLE: dict[str, Any] = {"type": "string", "nullable": True, "minLength": 2}
REQUIRING: dict[str, Any] = {
    "type": "object",
    "required": ["name", "bed", "any", "shed", "depth"],
    "properties": {
        "name": NULLABLE,
        "bed": {
            "type": "object",
            "nullable": True,
            "required": ["soil"],
            "properties": {"soil": NULLABLE},
        },
        "any": {"nullable": True, "x-kubernetes-preserve-unknown-fields": True},
        "shed": {"$ref": f"#/definitions/{SHED}"},
        "depth": {"$ref": f"#/definitions/{DEPTH}"},
        "port": {"$ref": f"#/definitions/{kubernetes.INT_OR_STRING}"},
        "own": {"x-kubernetes-int-or-string": True},
        "plain": {"type": "string"},
    },
    "x-kubernetes-group-version-kind": [gvk_of("Gate")],
}
FULL: dict[str, Any] = {
    "name": "ab",
    "bed": {"soil": "clay"},
    "any": [1],
    "shed": {"rows": 1},
    "depth": 2,
}
REQUIRED: dict[str, Any] = {
    "name": None,
    "bed": {"soil": None},
    "any": None,
    "shed": None,
    "depth": None,
}
NAMES = {"apiVersion": "garden.example.io/v1", "kind": "Plot"}
NULLS: dict[str, Any] = {"any": None, "rows": None, "sun-light": None, "bed": {"rows": None}}
INSIDE: dict[str, Any] = {
    "numbers": [1, None],
    "named": {"a": None, "b": 2},
    "deep": [{"a": None}],
    "beds": [None, {"rows": 1}, {"rows": None}],
    "depths": [None, 3],
    "sheds": [None, {}],
}


@pytest.fixture(scope="module")
def reference() -> Reference:
    bed = {
        "type": "object",
        "properties": {
            "rows": NUMBER,
            "beds": {"type": "array", "items": {"$ref": f"#/definitions/{BED}"}},
        },
    }
    port = {"type": "string", "format": "int-or-string"}
    shed = {**bed, "nullable": True}
    named = {
        PLOT: SCHEMA,
        GATE: REQUIRING,
        BED: bed,
        DEPTH: NUMBER,
        SHED: shed,
        kubernetes.INT_OR_STRING: port,
    }
    document = openapi(named)
    return read_document(Source(json.dumps(document, indent=1), "garden.json"), Report())


@pytest.fixture(scope="module")
def importer(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    root = tmp_path_factory.mktemp("garden")
    write(reference, root, targets=("dataclasses", "msgspec", "pydantic", "validators"))
    with importing(root) as found:
        yield found


@pytest.fixture(params=MODULES)
def module(importer: Any, request: pytest.FixtureRequest) -> Any:
    return importer.module(f"garden_v1.{request.param}")


@pytest.fixture
def plot(module: Any) -> Any:
    return module.Plot


@pytest.mark.parametrize("mode", ["Strict", "Warn", "Ignore"])
@pytest.mark.parametrize(
    "obj", [NULLS, {"bed": None}, INSIDE, {}], ids=["fields", "object", "inside", "absent"]
)
def test_null_round_trips(plot: Any, mode: str, obj: dict[str, Any]) -> None:
    made = plot.from_dict({**obj, "plain": None}, field_validation=mode)
    assert made.to_dict() == {**NAMES, **obj}
    assert json.loads(made.to_json()) == {**NAMES, **obj}
    assert plot.from_json(json.dumps(obj)).to_dict() == {**NAMES, **obj}


@pytest.mark.parametrize("mode", ["Strict", "Ignore"])
@pytest.mark.parametrize(
    "obj", [FULL, REQUIRED, {**REQUIRED, "bed": None}], ids=["values", "nulls", "all-null"]
)
def test_null_is_valid_for_required_nullable_field(
    module: Any, mode: str, obj: dict[str, Any]
) -> None:
    made = module.Gate.from_dict({**obj, "plain": None}, field_validation=mode)
    assert made.to_dict() == {**NAMES, "kind": "Gate", **obj}
    assert json.loads(made.to_json()) == {**NAMES, "kind": "Gate", **obj}
    with pytest.raises(ValueError, match=r"bed\.soil: Required value"):
        module.Gate.from_dict({**REQUIRED, "bed": {}})


@pytest.mark.parametrize("mode", ["Strict", "Ignore"])
def test_built_in_int_or_string_has_32_bits(module: Any, mode: str) -> None:
    known = {**REQUIRED, "own": 2**31, "port": -(2**31)}  # that of a document has no bounds
    assert module.Gate.from_dict(known, field_validation=mode).to_dict() == {
        **NAMES,
        "kind": "Gate",
        **known,
    }
    for number in (2**31, -(2**31) - 1):
        with pytest.raises(ValueError, match="port: Invalid value: must be between"):
            module.Gate.from_dict({**REQUIRED, "port": number}, field_validation=mode)


def test_null_is_kept_with_unknown_fields(plot: Any) -> None:
    obj = {**NAMES, **NULLS, "bed": {"rows": None, "moon": 1}, "stars": None}
    assert plot.from_dict(obj, field_validation="Ignore").to_dict() == obj


def test_assigned_value_replaces_null(plot: Any) -> None:
    made, other = plot.from_dict(NULLS), plot.from_dict(NULLS)
    made.rows = 3
    assert made.to_dict() == {**NAMES, **NULLS, "rows": 3}
    assert made != other
    other.rows = 3
    assert made == other
    made.rows = None
    assert made.to_dict() == {**NAMES, **NULLS}


def test_copies_keep_null(plot: Any) -> None:
    made = plot.from_dict({**NULLS, **INSIDE})
    for other in (copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))):  # noqa: S301  - ours
        assert other == made
        assert other.to_dict() == made.to_dict()


def test_null_in_non_nullable_items_is_refused(plot: Any) -> None:
    with pytest.raises(ValueError, match=r"strict\[0\]"):
        plot.from_dict({"strict": [None]})


@pytest.mark.parametrize(
    ("key", "obj", "messages"),
    [
        (PLOT, {**NULLS, **INSIDE}, []),
        (PLOT, {"numbers": [None, 10]}, ["Invalid value: must be at most 9"]),
        (PLOT, {"numbers": ["1"]}, ["Invalid value: must be an integer, not a string"]),
        (PLOT, {"named": {"a": "x"}}, ["Invalid value: must be an integer, not a string"]),
        (
            PLOT,
            {"beds": [None, {"rows": "x"}]},
            ["Invalid value: must be an integer, not a string"],
        ),
        (PLOT, {"strict": [None]}, ["Invalid value: must be an integer, not null"]),
        (PLOT, {"depths": [None, "deep"]}, ["Invalid value: must be an integer, not a string"]),
        (GATE, REQUIRED, []),
        (GATE, {**REQUIRED, "bed": None}, []),
        (GATE, {**REQUIRED, "bed": {}}, ["Required value"]),
        (GATE, {**REQUIRED, "name": "a"}, ["Invalid value: length must be at least 2"]),
        (GATE, {**REQUIRED, "port": 2**31 - 1}, []),
        (GATE, {**REQUIRED, "port": "http"}, []),
        (GATE, {**REQUIRED, "port": None}, []),
        (
            GATE,
            {**REQUIRED, "port": 2**31},
            [f"Invalid value: must be between {-(2**31)} and {2**31 - 1}"],
        ),
        (GATE, {**REQUIRED, "own": 2**31}, []),
    ],
)
def test_validators_and_schemas_accept_null_like_servers(
    importer: Any, reference: Reference, key: str, obj: dict[str, Any], messages: list[str]
) -> None:
    name = key.rpartition(".")[2].lower()
    validate = getattr(importer.module("garden_v1.validators"), f"validate_{name}")
    assert [each.message for each in validate(obj)] == messages
    words = SHIPPED.get("en").validation
    assert [
        each.message(words) for each in ObjectChecker(reference).find_errors(obj, key)
    ] == messages
    job = Job(reference=reference, locales=("en",), options={}, origin="garden.json")
    files = registry.bundled_outputs()["json-schema"].emit(job)
    (schema,) = [file.text for file in files if file.path.startswith(f"{name}-")]
    assert jsonschema.Draft202012Validator(json.loads(schema)).is_valid(obj) is not bool(messages)
