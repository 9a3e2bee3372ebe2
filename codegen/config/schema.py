"""The JSON Schema of `codegen.yaml`: that of its fixed part, and the options of each output from its record."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from codegen.outputs import registry
from codegen.outputs.output import Output

COMMON = ("target", "to", "select")  # the keys of every output


def schema(outputs: Iterable[Output] | None = None) -> dict[str, Any]:
    """The schema of a file with these outputs; with all outputs of this project if none are given."""
    known = {output.name: output for output in (registry.built_in().values() if outputs is None else outputs)}
    assembled: dict[str, Any] = json.loads(Path(__file__).with_name("base.schema.json").read_text(encoding="utf-8"))
    output = assembled["properties"]["outputs"]["items"]
    output["properties"]["target"]["enum"] = list(known)
    output["allOf"] = [_options(known_output) for known_output in known.values()]
    return assembled


def text() -> str:
    """The schema as the file that editors are given, `schemas/codegen.schema.json`: without outputs of other packages."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _options(output: Output) -> dict[str, Any]:
    """The further keys that an output of this target may have."""
    return {
        "if": {"properties": {"target": {"const": output.name}}, "required": ["target"]},
        "then": {
            "properties": {**dict.fromkeys(COMMON, True), **output.options},
            "additionalProperties": False,
        },
    }
