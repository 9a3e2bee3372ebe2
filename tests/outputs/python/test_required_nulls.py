"""A required field that may be null has to be there, as null or as a value; and the integers of IntOrString, which have two sizes."""

from __future__ import annotations

import json
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
from codegen.validation.engine import Engine
from gardens.parts import gvk_of, openapi
from gardens.python import importing, write

KEY = "io.example.garden.v1.Plot"
SHED = "io.example.garden.v1.Shed"
DEPTH = "io.example.garden.v1.Depth"
NULLABLE: dict[str, Any] = {"type": "string", "nullable": True, "minLength": 2}
CLASSES = ["models.Plot", "structs.Plot", "pydantic_models.Plot"]
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name", "bed", "any", "shed", "depth"],
    "properties": {
        "name": NULLABLE,
        "bed": {"type": "object", "nullable": True, "required": ["soil"], "properties": {"soil": NULLABLE}},
        "any": {"nullable": True, "x-kubernetes-preserve-unknown-fields": True},
        "shed": {"$ref": f"#/definitions/{SHED}"},
        "depth": {"$ref": f"#/definitions/{DEPTH}"},
        "port": {"$ref": f"#/definitions/{kubernetes.INT_OR_STRING}"},
        "own": {"x-kubernetes-int-or-string": True},
        "plain": {"type": "string"},
    },
    "x-kubernetes-group-version-kind": [gvk_of()],
}
FULL: dict[str, Any] = {"name": "ab", "bed": {"soil": "clay"}, "any": [1], "shed": {"rows": 1}, "depth": 2}
NAMES = {"apiVersion": "garden.example.io/v1", "kind": "Plot"}
NULLS: dict[str, Any] = {"name": None, "bed": {"soil": None}, "any": None, "shed": None, "depth": None}


@pytest.fixture(scope="module")
def reference() -> Reference:
    port = {"type": "string", "format": "int-or-string"}
    # What a reference leads to may say itself that it may be null.
    shed = {"type": "object", "nullable": True, "properties": {"rows": {"type": "integer"}}}
    depth = {"type": "integer", "nullable": True}
    document = openapi({KEY: SCHEMA, SHED: shed, DEPTH: depth, kubernetes.INT_OR_STRING: port})
    return read_document(Source(json.dumps(document, indent=1), "garden.json"), Report())


@pytest.fixture(scope="module")
def importer(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    root = tmp_path_factory.mktemp("garden")
    write(reference, root, targets=("dataclasses", "msgspec", "pydantic", "validators"))
    with importing(root) as found:
        yield found


@pytest.mark.parametrize("where", CLASSES)
@pytest.mark.parametrize("mode", ["Strict", "Ignore"])
@pytest.mark.parametrize("obj", [FULL, NULLS, {**NULLS, "bed": None}], ids=["values", "nulls", "all-null"])
def test_classes_read_null_where_a_field_has_to_be_there_and_write_it_back(
    importer: Any, where: str, mode: str, obj: dict[str, Any]
) -> None:
    module, _, name = where.partition(".")
    made = getattr(importer.module(f"garden_v1.{module}"), name).from_dict(
        {**obj, "plain": None}, field_validation=mode
    )
    assert made.to_dict() == {**NAMES, **obj}
    assert json.loads(made.to_json()) == {**NAMES, **obj}


@pytest.mark.parametrize("where", CLASSES)
def test_classes_refuse_an_object_without_it(importer: Any, where: str) -> None:
    module, _, name = where.partition(".")
    plot = getattr(importer.module(f"garden_v1.{module}"), name)
    with pytest.raises(ValueError, match=r"bed\.soil: is required"):
        plot.from_dict({**NULLS, "bed": {}})


@pytest.mark.parametrize(
    ("change", "messages"),
    [
        ({}, []),
        ({"bed": None}, []),
        ({"bed": {}}, ["Required value"]),
        ({"name": "a"}, ["Invalid value: must be at least 2 characters long"]),
        ({"port": 2**31 - 1}, []),
        ({"port": "http"}, []),
        ({"port": None}, []),
        ({"port": 2**31}, [f"Invalid value: must be between {-(2**31)} and {2**31 - 1}"]),
        ({"own": 2**31}, []),
    ],
)
def test_validators_and_schemas_take_what_servers_take(
    importer: Any, reference: Reference, change: dict[str, Any], messages: list[str]
) -> None:
    plot = {**NULLS, **change}
    validators = importer.module("garden_v1.validators")
    assert [each.message for each in validators.validate_plot(plot)] == messages
    words = SHIPPED.get("en").validation
    assert [each.message(words) for each in Engine(reference).find_errors(plot, KEY)] == messages
    job = Job(reference=reference, locales=("en",), options={}, origin="garden.json")
    (schema,) = [
        file.text for file in registry.bundled_outputs()["json-schema"].emit(job) if file.path.startswith("plot-")
    ]
    assert jsonschema.Draft202012Validator(json.loads(schema)).is_valid(plot) is not bool(messages)
