"""The JSON Schema of `codegen.yaml`, derived from its records and those of outputs."""

from __future__ import annotations

import json
from collections.abc import Iterable

import msgspec

from codegen.core.json_types import JsonObject
from codegen.outputs import registry
from codegen.outputs.output import Output
from codegen.project.config.file_records import File

COMMON = ("target", "to", "select")  # the keys of every output


def schema(outputs: Iterable[Output] | None = None) -> JsonObject:
    """Build the schema of a file with these outputs, by default with all bundled ones."""
    targets = registry.bundled_outputs().values() if outputs is None else tuple(outputs)
    records: dict[str, JsonObject] = msgspec.json.schema(File)["$defs"]
    for record in list(records.values()):
        for name, described in record["properties"].items():
            default = described.pop("default", None)
            if default and isinstance(default, tuple):  # others mean that the key is left out
                described["default"] = list(default)
            if reference := described.pop("$ref", ""):
                # Examples of the property have to stand at the schema that is violated.
                target = records.pop(reference.removeprefix("#/$defs/"))
                record["properties"][name] = {**target, **described}
    output = records["Output"]
    output["properties"]["target"]["enum"] = [output_target.name for output_target in targets]
    output["allOf"] = [_describe_options(output_target) for output_target in targets]
    file = records.pop("File")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:apiref-codegen:config",
        **file,
        "title": "codegen.yaml",
        "$defs": records,
    }


def _describe_options(output: Output) -> JsonObject:
    """Return the part of the schema that permits the options of an output."""
    options = {**dict.fromkeys(COMMON, True), **output.options}
    return {
        "if": {"properties": {"target": {"const": output.name}}, "required": ["target"]},
        "then": {"properties": options, "additionalProperties": False},
    }


def text() -> str:
    """Write the schema for editors, `schemas/codegen.schema.json`, without plug-ins."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
