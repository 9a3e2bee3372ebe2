"""Rules in CEL over an object, beside what the library itself takes for the same evaluations."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from typing import Any

from row import Row, medians

from codegen.core.source import Source
from codegen.findings.diagnostics import Report
from codegen.outputs.python.rules import schemas_of
from codegen.outputs.python.runtime.cel_engine import LIBRARIES, engine_of
from codegen.outputs.python.runtime.cel_program import Engine, Place, Program
from codegen.outputs.python.runtime.cel_rules import check
from codegen.outputs.python.runtime.cel_schemas import Schemas
from codegen.readers.openapi import reader

KEY = "io.example.garden.v1.Plot"
_WORD = {"type": "string"}
_BED = {
    "type": "object",
    "x-kubernetes-validations": [
        {"rule": "self.size > 0", "message": "each bed has a size"},
        {"rule": "!has(self.plants) || self.plants.all(plant, plant.name.size() > 0 && plant.rows <= self.size)"},
        {"rule": "self.soil != 'Clay' || !has(self.plants) || self.plants.size() < 20"},
    ],
    "properties": {
        "size": {"type": "integer"},
        "soil": {**_WORD, "default": "Loam"},
        "plants": {
            "type": "array",
            "items": {
                "type": "object",
                "x-kubernetes-validations": [{"rule": "self.name.matches('^[a-z]+$')"}],
                "properties": {"name": _WORD, "rows": {"type": "integer", "default": 1}},
            },
        },
    },
}
_DOCUMENT = {
    "swagger": "2.0",
    "info": {"title": "garden", "version": "v1"},
    "paths": {},
    "definitions": {
        KEY: {
            "type": "object",
            "x-kubernetes-group-version-kind": [{"group": "garden.example.io", "kind": "Plot", "version": "v1"}],
            "properties": {
                "metadata": {"type": "object"},
                "spec": {
                    "type": "object",
                    "x-kubernetes-validations": [{"rule": "self.beds.exists(bed, bed.size > 3)"}],
                    "properties": {"beds": {"type": "array", "items": _BED}},
                },
            },
        }
    },
}


class _Recording:
    """An engine that keeps what it is asked."""

    def __init__(self, by: Engine) -> None:
        self._by = by
        self.name = "recording"
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    def compile(
        self, text: str, variables: tuple[str, ...], optional: str = "", places: Mapping[str, Place] | None = None
    ) -> Program:
        return _Recorded(text, self._by.compile(text, variables, optional, places), self)

    def check(self, text: str, types: Mapping[str, str], messages: bytes, gives: str, optional: str = "") -> None:
        self._by.check(text, types, messages, gives, optional)

    def given(self, variables: Mapping[str, Any]) -> Any:
        return variables

    def run(self, text: str, program: Program, variables: Mapping[str, Any]) -> Any:
        self.asked.append((text, variables))
        return program.run(self._by.given(variables))

    def moment(self, value: Any) -> Any:
        return self._by.moment(value)

    def length(self, value: Any) -> Any:
        return self._by.length(value)

    def merging(self, items: list[Any], keys: tuple[str, ...]) -> list[Any]:
        return self._by.merging(items, keys)


class _Recorded:
    def __init__(self, text: str, program: Program, by: _Recording) -> None:
        self._text, self._program, self._by = text, program, by

    def run(self, given: Any) -> Any:
        return self._by.run(self._text, self._program, given)


def plot(beds: int, plants: int) -> dict[str, Any]:
    """An object that keeps all rules."""
    planted = [{"name": "leek", "rows": 2} for _ in range(plants)]
    return {"metadata": {"name": "plot"}, "spec": {"beds": [{"size": 4, "plants": planted} for _ in range(beds)]}}


def bench_rules() -> Row:
    """Defaults, places, rules and verdicts of ours beside the evaluations of the library alone, compiled before."""
    cel = importlib.import_module("cel_expr_python.cel")
    reference = reader.read_document(Source(json.dumps(_DOCUMENT), "garden.json"), Report())
    node, by = Schemas(schemas_of(reference, KEY)).of(KEY), engine_of(LIBRARIES[0])
    assert node is not None
    assert by is not None
    obj = plot(beds=20, plants=5)
    recording = _Recording(by)
    assert not check(node, obj, by=recording).broken
    environment = cel.NewEnv(variables={"self": cel.Type.DYN})
    compiled = {text: environment.compile(text) for text, _ in recording.asked}
    calls = [(compiled[text], dict(variables)) for text, variables in recording.asked]

    def theirs() -> None:
        for expression, variables in calls:
            expression.eval(data=variables).value()

    times = medians({"ours": lambda: check(node, obj), "theirs": theirs})
    return Row(
        what=f"rules in CEL: {len(calls)} evaluations in one object; cel-expr-python alone",
        ours=times["ours"],
        theirs=times["theirs"],
        unit="µs",
        at_most=1.3,
    )
