"""Classes of inline objects, as in custom resources, in all targets."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from codegen.core.diagnostics import Level, Report
from codegen.core.source import Source
from codegen.model import Reference
from codegen.outputs.job import Job
from codegen.outputs.python.package import emit_shared
from codegen.readers.openapi.reader import read_document
from codegen.validation.object_validation import validate
from gardens.parts import gvk_of, openapi
from gardens.python import emit_outputs, finish_file, importing, run_time, write
from support.formatters import find_reformatted

KEY = "io.example.garden.v1.Plot"
TEXT: dict[str, Any] = {"type": "string"}
OPEN: dict[str, Any] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
ODD = (
    "properties",
    "null",
    "class",
    "self",
    "from_dict",
    "$ref",
    "items",
    "a-b",
    "required",
    "2nd",
    "model_config",
)


def obj(*required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        **({"required": [*required]} if required else {}),
    }


SCHEMA = obj(
    apiVersion=TEXT,
    kind=TEXT,
    metadata={"type": "object"},
    spec=obj(
        "beds",
        beds={
            "type": "array",
            "description": "All beds.",
            "items": obj(
                "name",
                name={**TEXT, "description": "What it is called."},
                kind={**TEXT, "enum": ["Rose", "Fern"], "default": "Rose"},
                depth={"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, TEXT]},
                soil={
                    "type": "object",
                    "additionalProperties": obj(layers={"type": "array", "items": obj(of=TEXT)}),
                },
            ),
        },
        odd=obj(**dict.fromkeys(ODD, TEXT)),
        free=OPEN,
        half={**OPEN, "properties": {"known": obj(deep=TEXT)}},
        guest={
            "type": "object",
            "x-kubernetes-embedded-resource": True,
            "x-kubernetes-preserve-unknown-fields": True,
        },
        water={
            **obj(litres={"type": "integer", "format": "int32"}),
            "nullable": True,
            "x-kubernetes-validations": [{"rule": "true"}],
        },
        **{"bedsItem": obj(a=TEXT), "beds-item": obj(b=TEXT)},
    ),
)
SCHEMA["x-kubernetes-group-version-kind"] = [gvk_of()]
FULL: dict[str, Any] = {
    "apiVersion": "garden.example.io/v1",
    "kind": "Plot",
    "metadata": {"name": "north"},
    "spec": {
        "beds": [
            {
                "name": "a",
                "kind": "Fern",
                "depth": "10%",
                "soil": {"x": {"layers": [{"of": "clay"}, {}]}},
            },
            {"name": "b", "depth": 3},
        ],
        "odd": dict.fromkeys(ODD, "s"),
        "free": {"a": [1, None, {"b": 1.5}]},
        "half": {"known": {"deep": "d"}, "other": {"x": [1]}},
        "guest": {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": []}},
        "water": {"litres": 4},
        "bedsItem": {"a": "1"},
        "beds-item": {"b": "2"},
    },
}
MODULES = {"dataclasses": "models", "pydantic": "pydantic_models", "msgspec": "structs"}


def garden(schema: dict[str, Any] = SCHEMA) -> Reference:
    document = openapi({KEY: schema})
    return read_document(Source(json.dumps(document, indent=1), "garden.json"), Report())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("garden")
    write(garden(), root, targets=("dataclasses", "validators", "typeddict", "pydantic", "msgspec"))
    return root


@pytest.fixture(scope="module")
def modules(folder: Path) -> Iterator[dict[str, ModuleType]]:
    with importing(folder) as importer:
        names = {**MODULES, "validators": "validators", "typeddict": "typed_dicts"}
        yield {target: importer.module(f"garden_v1.{module}") for target, module in names.items()}


@pytest.mark.parametrize("target", MODULES)
def test_wire_form_with_open_objects_round_trips(
    modules: dict[str, ModuleType], target: str
) -> None:
    kind = modules[target].Plot
    plot = kind.from_dict(FULL, field_validation="Strict")
    assert (
        plot.to_dict()
        == kind.from_json(json.dumps(FULL), field_validation="Strict").to_dict()
        == FULL
    )
    assert type(plot.spec.beds[0].soil["x"].layers[0]).__name__ == "PlotSpecBedsSoilLayers"
    assert type(plot.spec.half.known).__name__ == "PlotSpecHalfKnown"
    assert plot.spec.water.litres == 4


@pytest.mark.parametrize("target", MODULES)
def test_nested_errors_have_paths(modules: dict[str, ModuleType], target: str) -> None:
    beds = [
        {"name": "a", "colour": "red", "kind": "Oak"},
        {"soil": {"x": {"layers": [{"off": "clay"}]}}},
    ]
    wrong = {**FULL, "spec": {"beds": beds, "water": None}}
    with pytest.raises(run_time(modules[target]).ModelError) as caught:
        modules[target].Plot.from_dict(wrong, field_validation="Strict")
    said = dict(caught.value.problems)
    assert {"spec.beds[0].colour", "spec.beds[1].soil[x].layers[0].off"} <= said.keys()
    with pytest.warns(UserWarning, match="not checked"):  # its rules, as on servers
        found = {each.path: each.code for each in modules["validators"].validate_plot(wrong)}
    assert found == {
        "spec.beds[0].colour": "UnknownField",
        "spec.beds[0].kind": "FieldValueNotSupported",
        "spec.beds[1].name": "FieldValueRequired",
        "spec.beds[1].soil[x].layers[0].off": "UnknownField",
    }
    assert modules["validators"].validate_plot(FULL) == ()
    errors = [each for each in validate(wrong, schema=garden()) if each.level is Level.ERR]
    assert {each.path for each in errors} == found.keys()


def test_ruff_default_rules_report_nothing(tmp_path: Path) -> None:
    for file in emit_outputs(garden(), tuple(MODULES)):
        target = tmp_path / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(finish_file(file).text, encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_classes_are_named_by_path_and_distinct(modules: dict[str, ModuleType]) -> None:
    names = {
        "Plot",
        "PlotSpec",
        "PlotSpecBeds",
        "PlotSpecBedsSoil",
        "PlotSpecOdd",
        "PlotSpecHalf",
        "PlotSpecWater",
    }
    for target in (*MODULES, "typeddict"):
        assert names | {"PlotSpecBedsItem", "PlotSpecBedsItem2"} <= set(vars(modules[target])), (
            target
        )
    report = Report()
    job = Job(reference=garden(), locales=("en",), options={}, origin="garden.json", report=report)
    list(emit_shared(job, ()))
    (said,) = [each for each in report.diagnostics if each.rule == "class-renamed"]
    assert (
        f"{KEY}#spec.bedsItem is the class PlotSpecBedsItem2, since {KEY}#spec.beds-item"
        in said.message
    )


def test_classes_and_fields_have_docstrings(folder: Path) -> None:
    tree = ast.parse((folder / "garden_v1/models.py").read_text(encoding="utf-8"))
    (bed,) = (
        each for each in tree.body if isinstance(each, ast.ClassDef) and each.name == "PlotSpecBeds"
    )
    assert ast.get_docstring(bed) == f"All beds.\n\nSource: garden.json, {KEY}#spec.beds"
    texts = [
        each.value.value
        for each in bed.body[1:]
        if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
    ]
    assert texts[:2] == ["What it is called.", 'By default "Rose".']


@pytest.mark.slow  # black formats five whole modules twice
def test_formatters_do_not_change_statements_with_long_names(tmp_path: Path) -> None:
    name = "preferredDuringSchedulingIgnoredDuringExecution"
    deep: dict[str, Any] = {
        "type": "array",
        "items": obj("key", key={**TEXT, "pattern": "^[-a-z]{1,63}" * 9}, **{name: obj(a=TEXT)}),
    }
    for _ in range(3):
        deep = {
            "type": "array",
            "items": obj(name, **{name: deep, "other": {**TEXT, "description": "a " * 99}}),
        }
    reference = garden(
        {**SCHEMA, "properties": {**SCHEMA["properties"], "status": obj(**{name: deep})}}
    )
    targets = ("dataclasses", "validators", "typeddict", "pydantic", "msgspec")
    files = [
        finish_file(file) for file in emit_outputs(reference, targets) if file.finish is not None
    ]
    assert find_reformatted({file.path: file.text for file in files}, tmp_path) == []
