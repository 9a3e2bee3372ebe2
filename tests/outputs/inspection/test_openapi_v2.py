"""Schemas that `inspect` rebuilds from the model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.outputs.inspection import openapi_v2
from codegen.readers.sources import SourcePath, read_sources

KEY = "io.example.garden.v1.Plot"
BED = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "size": {"type": "object", "properties": {"rows": {"type": "integer"}}},
    },
}
WRAPPED: dict[str, dict[str, Any]] = {
    "an object": BED,
    "a list": {"type": "array", "items": BED},
    "a map": {"type": "object", "additionalProperties": BED},
    "a map of lists": {"type": "object", "additionalProperties": {"type": "array", "items": BED}},
    "a list of maps": {"type": "array", "items": {"type": "object", "additionalProperties": BED}},
}


@pytest.mark.parametrize("name", WRAPPED)
def test_fields_of_inline_objects_are_rebuilt(name: str, tmp_path: Path) -> None:
    definition = {"type": "object", "properties": {"beds": WRAPPED[name]}}
    file = tmp_path / "garden.json"
    file.write_text(json.dumps({"swagger": "2.0", "definitions": {KEY: definition}}))
    reference = read_sources([SourcePath(path=file, display_path="garden.json")], Report())
    assert openapi_v2.schema(reference.definitions[KEY]) == definition
