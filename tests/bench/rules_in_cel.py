"""Rules in CEL over an object, beside what the library itself takes for the same evaluations."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from typing import Any

from row import Row, medians

from codegen.cel.rule_schemas import schemas_of
from codegen.core.source import Source
from codegen.findings.diagnostics import Report
from codegen.outputs.python.runtime.cel_engine import Engine, Program
from codegen.outputs.python.runtime.cel_rules import check
from codegen.outputs.python.runtime.cel_schemas import Node, Schemas
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


class _Recorded(Program):
    """A program that notes each run."""

    def __init__(self, text: str, program: Program, runs: list[tuple[str, Mapping[str, Any]]], by: Engine) -> None:
        self._text, self._program, self._runs, self._by = text, program, runs, by

    def run(self, activation: Any) -> Any:
        self._runs.append((self._text, activation))
        return self._program.run(self._by.activation(activation))


class _Recording(Engine):
    """An engine that notes the evaluations that it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[tuple[str, Mapping[str, Any]]] = []
        self._by = Engine()

    def compile(self, text: str, variables: tuple[str, ...], optional: str = "", node: Node | None = None) -> Program:
        return _Recorded(text, self._by.compile(text, variables, optional, node), self.runs, self._by)

    def activation(self, variables: Mapping[str, Any]) -> Any:
        return variables


def plot(beds: int, plants: int) -> dict[str, Any]:
    """An object that keeps all rules."""
    planted = [{"name": "leek", "rows": 2} for _ in range(plants)]
    return {"metadata": {"name": "plot"}, "spec": {"beds": [{"size": 4, "plants": planted} for _ in range(beds)]}}


def bench_rules() -> Row:
    """Defaults, places, rules and verdicts of ours beside the evaluations of the library alone, compiled before."""
    cel = importlib.import_module("cel_expr_python.cel")
    reference = reader.read_document(Source(json.dumps(_DOCUMENT), "garden.json"), Report())
    node, recorded = (Schemas(schemas_of(reference, KEY)).of(KEY) for _ in range(2))
    assert node is not None
    assert recorded is not None  # rules keep the programs of the engine that compiled them
    obj = plot(beds=20, plants=5)
    recording = _Recording()
    assert not check(recorded, obj, by=recording).broken
    environment = cel.NewEnv(variables={"self": cel.Type.DYN})
    compiled = {text: environment.compile(text) for text, _ in recording.runs}
    calls = [(compiled[text], dict(variables)) for text, variables in recording.runs]

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
