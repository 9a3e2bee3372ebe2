"""Names of definitions never collide with other names of generated modules."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.model import Map, Ref, Scalar
from codegen.outputs.python import OUTPUTS, PythonOutput, reserved_names
from codegen.outputs.python.units import Units
from codegen.readers.sources import SourcePath, read_sources
from gardens.parts import PACKAGE, STRING, field
from gardens.python import INT64, TIME, definition, importing, reference, write

CLASSES = {
    "dataclasses": "models",
    "pydantic": "pydantic_models",
    "msgspec": "structs",
    "typeddict": "typed_dicts",
}
ALL = (*CLASSES, "validators")
CHECKERS = (
    "Time",
    "Any",
    "Open",
    "String",
    "Boolean",
    "Integer",
    "Number",
    "Int32",
    "Int64",
    "IntOrString",
)


@pytest.mark.parametrize("name", CHECKERS)
def test_definition_does_not_shadow_checkers(tmp_path: Path, name: str) -> None:
    other = definition(name, field("hour", INT64))
    root = definition(
        "Root",
        field("at", TIME),
        field("any", Scalar(type="")),
        field("whole", Scalar(type="object")),
        field("s"),
        field("b", Scalar(type="boolean")),
        field("n", Scalar(type="number")),
        field("g", Scalar(type="string", format="int-or-string")),
        field("own", Ref(key=other.key)),
    )
    write(reference(other, root), tmp_path)
    with importing(tmp_path) as importer:
        validators = importer.module("garden_v1.validators")
        for letter in ("at", "s", "b", "n", "g"):
            assert [error.path for error in validators.validate_root({letter: {"hour": 3}})] == [
                letter
            ]
        assert (
            validators.validate_root(
                {"at": "2024-01-01T00:00:00Z", "own": {"hour": 3}, "any": 1, "whole": {}}
            )
            == ()
        )


def test_classes_and_validators_do_not_shadow_imported_packages(tmp_path: Path) -> None:
    tool = definition("Tool", field("a"), package="io.example.validate.v1")
    own, other = (
        definition(name, field("tool", Ref(key=tool.key), required=True))
        for name in ("V1", "validate_v1")
    )
    write(reference(tool, own, other), tmp_path)
    with importing(tmp_path) as importer:
        assert importer.module("garden_v1.models").V1.from_dict({"tool": {"a": "x"}}).tool.a == "x"
        validators = importer.module("garden_v1.validators")
        assert [error.path for error in validators.validate_v1_({"tool": {"a": 1}})] == ["tool.a"]


@pytest.mark.parametrize(
    "package", ["get.args", "to.builtins", "to.camel", "json.loads", "field.validation"]
)
def test_package_does_not_shadow_names_of_importers(tmp_path: Path, package: str) -> None:
    tool = definition(
        "Tool", field("a", Scalar(type="string", enum=("x", "y"))), package=f"io.example.{package}"
    )
    bed = definition(
        "Bed",
        field("tool", Ref(key=tool.key)),
        field("soil", Scalar(type="string", enum=("clay", "sand"))),
    )
    write(reference(tool, bed), tmp_path, targets=ALL)
    data = {"tool": {"a": "x"}, "soil": "clay"}
    with importing(tmp_path) as importer:
        for module in ("models", "pydantic_models", "structs"):
            assert importer.module(f"garden_v1.{module}").Bed.from_dict(data).to_dict() == data
        assert importer.module("garden_v1.validators").validate_bed(data) == ()


def test_enum_aliases_are_unique_and_equal_in_all_modules(tmp_path: Path) -> None:
    def choice(name: str, *values: str) -> Any:
        return field(name, Scalar(type="string", enum=values))

    first, second = (
        definition("A", choice("bC", "x", "y"), choice("schema", "v")),
        definition("A_b", choice("c", "z")),
    )
    time = definition("read", choice("time", "early", "late"), field("at", TIME))
    raw = write(reference(first, second, time), tmp_path, targets=tuple(CLASSES))
    lines = {
        path: sorted(line for line in text.splitlines() if " = Literal[" in line)
        for path, text in raw.items()
    }
    assert (
        len(
            {
                tuple(line)
                for path, line in lines.items()
                if not path.endswith(("__init__.py", "messages.py"))
            }
        )
        == 1
    )
    with importing(tmp_path) as importer:
        for module in ("models", "pydantic_models", "structs"):
            loaded = importer.module(f"garden_v1.{module}")
            assert loaded.A.from_dict({"bC": "y", "schema": "v"}).to_dict() == {
                "bC": "y",
                "schema": "v",
            }
            assert loaded.A_b.from_dict({"c": "z"}).to_dict() == {"c": "z"}
            data = {"time": "late", "at": "2024-01-01T00:00:00Z"}
            assert (
                vars(loaded)[Units(reference(time)).classes[time.key]].from_dict(data).to_dict()
                == data
            )
            with pytest.raises(ValueError, match="c"):
                loaded.A_b.from_dict({"c": "x"})


@pytest.mark.parametrize("form", ["names", "lists", "maps"])
def test_long_alias_chains_become_any(tmp_path: Path, form: str) -> None:
    def link(number: int) -> dict[str, Any]:
        ref = {"$ref": f"#/definitions/{PACKAGE}.A{number}"}
        forms: dict[str, dict[str, Any]] = {"names": ref, "lists": {"type": "array", "items": ref}}
        return forms.get(form, {"type": "object", "additionalProperties": ref})

    nested = link(0)
    for _ in range(31):
        nested = {"type": "array", "items": nested}
    chain = {f"{PACKAGE}.A{number}": link(number + 1) for number in range(1500)}
    root = {"type": "object", "properties": {"near": link(1480), "far": link(0), "nested": nested}}
    definitions = {f"{PACKAGE}.Root": root, **chain, f"{PACKAGE}.A1500": {"type": "string"}}
    (tmp_path / "chain.json").write_text(json.dumps({"swagger": "2.0", "definitions": definitions}))
    report = Report()
    source = read_sources(
        [SourcePath(path=tmp_path / "chain.json", display_path="chain.json")], report
    )
    assert {diagnostic.rule for diagnostic in report.diagnostics} == {"type-too-deep"}
    assert len(report.diagnostics) < 100
    write(source, tmp_path / "out", targets=ALL)
    with importing(tmp_path / "out") as importer:
        for module in (*CLASSES.values(), "validators"):
            importer.module(f"garden_v1.{module}")
        validate = importer.module("garden_v1.validators").validate_root
        assert validate({"near": 1}) != ()
        assert form != "names" or validate({"near": "x", "far": 1}) == ()


def test_strings_and_comments_of_templates_are_not_reserved() -> None:
    names = Units(reference(definition("Unknown", field("a", Map(values=STRING))))).classes
    assert list(names.values()) == ["Unknown"]


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda output: output.name)
def test_names_of_generated_modules_are_reserved(tmp_path: Path, output: PythonOutput) -> None:
    zebra = definition(
        "Zebra",
        *(field(f"zebra{kind}", Scalar(type=kind)) for kind in ("string", "integer", "number")),
    )
    raw = write(reference(zebra), tmp_path, targets=(output.name,))
    (text,) = (text for path, text in raw.items() if path.endswith(f"/{output.module}.py"))
    nodes = list(ast.walk(ast.parse(text)))
    words = {node.id for node in nodes if isinstance(node, ast.Name)}
    words |= {node.asname or node.name for node in nodes if isinstance(node, ast.alias)}
    words |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    words -= {node.arg for node in nodes if isinstance(node, ast.arg)}
    assert len(words) > 2
    invented = re.compile(r"\w*zebra\w*|[a-z]\d*", re.IGNORECASE)  # the name of the definition
    assert {
        word
        for word in words - reserved_names.reserved_package_names()
        if not invented.fullmatch(word)
    } == set()
