"""Command, Python API, generated validators and JSON Schema give the verdicts of servers."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
import yaml

import codegen
from codegen.core.diagnostics import Level, Report
from codegen.model import Reference
from codegen.project import emit, read
from codegen.project.config import configuration
from gardens.python import importing, write_unit
from support.commands import run

GROUP = "garden.example.io"
Errors = list[tuple[str, str]]


class Case(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An object with the errors that servers find in it, and what it stands for."""

    id: str
    stands_for: str
    schema: dict[str, Any]
    object: Any
    expected: Errors
    json_schema: str = ""
    metadata: dict[str, Any] = {}
    number: int = 0

    @property
    def kind(self) -> str:
        return f"Plot{self.number}"

    def definition(self) -> dict[str, Any]:
        """Return the custom resource definition of the case."""
        names = {"kind": self.kind, "plural": f"{self.kind.lower()}s"}
        root = {"type": "object", "properties": {"spec": {"type": "object", **self.schema}}}
        version = {
            "name": "v1",
            "served": True,
            "storage": True,
            "schema": {"openAPIV3Schema": root},
        }
        return {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": f"{names['plural']}.{GROUP}"},
            "spec": {
                "group": GROUP,
                "scope": "Namespaced",
                "names": names,
                "versions": [version],
            },
        }

    def manifest(self) -> dict[str, Any]:
        """Return the object of the case."""
        return {
            "apiVersion": f"{GROUP}/v1",
            "kind": self.kind,
            "metadata": {"name": "south", "namespace": "east", **self.metadata},
            "spec": self.object,
        }


def _read_cases() -> list[Case]:
    text = Path(__file__).with_name("verdicts.yaml").read_text(encoding="utf-8")
    cases = msgspec.convert(yaml.safe_load(text), list[Case])
    for number, case in enumerate(cases):
        case.number = number
    return cases


CASES = _read_cases()
for_each_case = pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])


class Forms(msgspec.Struct):
    """The forms of validation of all cases."""

    found: dict[str, Errors]
    reference: Reference
    validators: Any
    schemas: dict[str, Any]


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forms]:
    """Validate all cases with the command, and generate their validators and schemas."""
    folder = tmp_path_factory.mktemp("conformance")
    definitions = folder / "definitions.yaml"
    definitions.write_text(yaml.safe_dump_all([case.definition() for case in CASES]))
    found = _run_command(folder, definitions)
    (folder / configuration.NAME).write_text(
        "sources: [definitions.yaml]\n"
        "outputs: [{target: validators, to: code}, {target: json-schema, to: schemas}]\n"
    )
    settings = configuration.load(folder / configuration.NAME)
    reference = read.read_reference(settings, Report())
    files = emit.emit_files(settings, reference, Report()).files
    schemas = {
        Path(path).stem: json.loads(text) for path, text in files.items() if path.endswith(".json")
    }
    unit = write_unit(files, folder / "made")
    with importing(folder / "made") as importer:
        validators = importer.module(f"{unit}.validators")
        yield Forms(found=found, reference=reference, validators=validators, schemas=schemas)


def _run_command(folder: Path, definitions: Path) -> dict[str, Errors]:
    objects = folder / "objects"
    objects.mkdir()
    found: dict[str, Errors] = {}
    for case in CASES:
        found[case.kind] = []
        (objects / f"{case.kind}.yaml").write_text(yaml.safe_dump(case.manifest()))
    result = run("validate", objects, "--source", definitions, "--format", "json")
    for finding in json.loads(result.stdout)["findings"]:
        if finding["level"] == "ERR":
            found[Path(finding["path"]).stem].append((finding["field"], finding["code"]))
    return found


@for_each_case
def test_command(case: Case, forms: Forms) -> None:
    assert sorted(forms.found[case.kind]) == sorted(case.expected), case.stands_for


@for_each_case
def test_api(case: Case, forms: Forms) -> None:
    findings = codegen.validate(case.manifest(), forms.reference)
    errors = [(each.path, each.code) for each in findings if each.level is Level.ERR]
    assert sorted(errors) == sorted(case.expected), case.stands_for


@for_each_case
def test_generated_validators(case: Case, forms: Forms) -> None:
    validate = getattr(forms.validators, f"validate_{case.kind.lower()}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of rules that other errors block
        errors = [(each.path, each.code) for each in validate(case.manifest())]
    assert sorted(errors) == sorted(case.expected), case.stands_for


@for_each_case
def test_json_schema(case: Case, forms: Forms) -> None:
    schema = forms.schemas[f"{case.kind.lower()}_v1"]
    validator = jsonschema.Draft202012Validator(schema)
    is_valid = {"silent": True, "refuses": False}.get(case.json_schema, not case.expected)
    assert validator.is_valid(case.manifest()) is is_valid, case.stands_for
