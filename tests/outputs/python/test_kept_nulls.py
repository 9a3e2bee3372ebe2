"""Null where it is a value: of optional fields, which servers then do not fill with a default, and inside lists and maps."""

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
from codegen.model import Reference
from codegen.outputs import registry
from codegen.outputs.job import Job
from codegen.readers.openapi.reader import read_document
from codegen.validation.engine import Engine
from gardens.parts import gvk_of, openapi
from gardens.python import importing, write

KEY = "io.example.garden.v1.Plot"
BED = "io.example.garden.v1.Bed"
SHED = "io.example.garden.v1.Shed"
DEPTH = "io.example.garden.v1.Depth"
CLASSES = ["models.Plot", "structs.Plot", "pydantic_models.Plot"]
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
        "beds": {"type": "array", "items": {"allOf": [{"$ref": f"#/definitions/{BED}"}], "nullable": True}},
        "strict": {"type": "array", "items": {"type": "integer"}},
        "sheds": {"type": "array", "items": {"$ref": f"#/definitions/{SHED}"}},
        "depths": {"type": "array", "items": {"$ref": f"#/definitions/{DEPTH}"}},
    },
    "x-kubernetes-group-version-kind": [gvk_of()],
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
        "properties": {"rows": NUMBER, "beds": {"type": "array", "items": {"$ref": f"#/definitions/{BED}"}}},
    }
    document = openapi({KEY: SCHEMA, BED: bed, DEPTH: NUMBER, SHED: {**bed, "nullable": True}})
    return read_document(Source(json.dumps(document, indent=1), "garden.json"), Report())


@pytest.fixture(scope="module")
def importer(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    root = tmp_path_factory.mktemp("garden")
    write(reference, root, targets=("dataclasses", "msgspec", "pydantic", "validators"))
    with importing(root) as found:
        yield found


@pytest.fixture(params=CLASSES)
def plot(importer: Any, request: pytest.FixtureRequest) -> Any:
    module, _, name = request.param.partition(".")
    return getattr(importer.module(f"garden_v1.{module}"), name)


@pytest.mark.parametrize("mode", ["Strict", "Warn", "Ignore"])
@pytest.mark.parametrize("obj", [NULLS, {"bed": None}, INSIDE, {}], ids=["fields", "object", "inside", "absent"])
def test_it_is_read_and_written_back(plot: Any, mode: str, obj: dict[str, Any]) -> None:
    made = plot.from_dict({**obj, "plain": None}, field_validation=mode)
    assert made.to_dict() == {**NAMES, **obj}
    assert json.loads(made.to_json()) == {**NAMES, **obj}
    assert plot.from_json(json.dumps(obj)).to_dict() == {**NAMES, **obj}


def test_it_is_kept_beside_fields_of_a_newer_server(plot: Any) -> None:
    obj = {**NAMES, **NULLS, "bed": {"rows": None, "moon": 1}, "stars": None}
    assert plot.from_dict(obj, field_validation="Ignore").to_dict() == obj


def test_a_value_that_is_set_takes_its_place(plot: Any) -> None:
    made, other = plot.from_dict(NULLS), plot.from_dict(NULLS)
    made.rows = 3
    assert made.to_dict() == {**NAMES, **NULLS, "rows": 3}
    assert made != other
    other.rows = 3
    assert made == other
    made.rows = None
    assert made.to_dict() == {**NAMES, **NULLS}


def test_copies_have_it_too(plot: Any) -> None:
    made = plot.from_dict({**NULLS, **INSIDE})
    for other in (copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))):  # noqa: S301  - ours
        assert other == made
        assert other.to_dict() == made.to_dict()


def test_where_nobody_says_so_null_is_refused(plot: Any) -> None:
    with pytest.raises(ValueError, match=r"strict\[0\]"):
        plot.from_dict({"strict": [None]})


@pytest.mark.parametrize(
    ("obj", "messages"),
    [
        ({**NULLS, **INSIDE}, []),
        ({"numbers": [None, 10]}, ["Invalid value: must be at most 9"]),
        ({"numbers": ["1"]}, ["Invalid value: must be an integer, not a string"]),
        ({"named": {"a": "x"}}, ["Invalid value: must be an integer, not a string"]),
        ({"beds": [None, {"rows": "x"}]}, ["Invalid value: must be an integer, not a string"]),
        ({"strict": [None]}, ["Invalid value: must be an integer, not null"]),
        ({"depths": [None, "deep"]}, ["Invalid value: must be an integer, not a string"]),
    ],
)
def test_validators_and_schemas_take_it_where_servers_do(
    importer: Any, reference: Reference, obj: dict[str, Any], messages: list[str]
) -> None:
    validators = importer.module("garden_v1.validators")
    assert [each.message for each in validators.validate_plot(obj)] == messages
    words = SHIPPED.get("en").validation
    assert [each.message(words) for each in Engine(reference).find_errors(obj, KEY)] == messages
    job = Job(reference=reference, locales=("en",), options={}, origin="garden.json")
    (schema,) = [
        file.text for file in registry.bundled_outputs()["json-schema"].emit(job) if file.path.startswith("plot-")
    ]
    assert jsonschema.Draft202012Validator(json.loads(schema)).is_valid(obj) is not bool(messages)
