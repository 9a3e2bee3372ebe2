"""The JSON Schema of `codegen.yaml`, and descriptions of its violations.

`base.schema.json` has the fixed part. The options of outputs come from their records.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from codegen.core.diagnostics import Finding, Level
from codegen.core.escaping.controls import shorten
from codegen.kube.errors import find_similar
from codegen.outputs import registry
from codegen.outputs.output import Output
from codegen.readers.documents.document import Document

COMMON = ("target", "to", "select")  # the keys of every output


def schema(outputs: Iterable[Output] | None = None) -> dict[str, Any]:
    """Build the schema of a file with these outputs, by default with all bundled ones."""
    known = {output.name: output for output in (registry.bundled_outputs().values() if outputs is None else outputs)}
    assembled: dict[str, Any] = json.loads(Path(__file__).with_name("base.schema.json").read_text(encoding="utf-8"))
    output = assembled["properties"]["outputs"]["items"]
    output["properties"]["target"]["enum"] = list(known)
    output["allOf"] = [
        {
            "if": {"properties": {"target": {"const": name}}, "required": ["target"]},
            "then": {"properties": {**dict.fromkeys(COMMON, True), **each.options}, "additionalProperties": False},
        }
        for name, each in known.items()
    ]
    return assembled


def text() -> str:
    """Write the schema for editors, `schemas/codegen.schema.json`, without plug-ins."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


_HINTS = {
    "required": "add it",
    "type": "see the README for an example of this file",
    "anyOf": "see the README for an example of this file",
    "minLength": "write something, or leave the key out",
    "minItems": "write at least one",
    "pattern": "it begins with a slash, as in /docs/reference",
    "maximum": "a share is 0 to 1: 10 % is 0.1",
}


def fault(document: Document, rule: str, message: str, hint: str, *steps: Any, key: bool = False) -> Finding:
    """Build a fault at the value with these steps, or at its key."""
    return Finding(level=Level.ERR, rule=rule, message=message, span=document.span(*steps, key=key), hint=hint)


def find_schema_faults(document: Document, outputs: Sequence[Output]) -> list[Finding]:
    """Find all violations of the schema, for a file with these outputs."""
    from jsonschema import Draft202012Validator

    known = {**registry.bundled_outputs(), **{output.name: output for output in outputs}}
    validator = Draft202012Validator(schema(known.values()))
    errors = sorted(validator.iter_errors(document.data), key=lambda error: list(map(str, error.absolute_path)))
    return [found for error in errors for found in _find_faults(document, error, known.values())]


def _find_faults(document: Document, error: Any, outputs: Iterable[Output]) -> Iterator[Finding]:
    error, message = explain_schema_error(error)
    steps = list(error.absolute_path)
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        for name in error.instance:
            if name not in known:
                yield _unknown_key(document, [*steps, name], where, known, outputs)
        return
    is_target = len(steps) == 3 and steps[0] == "outputs" and steps[2] == "target"
    hint = choices(error, registry.names() if is_target else ()) or _HINTS.get(error.validator, "")
    yield fault(document, "config-invalid", f"{where}: {message}" if where else message, hint, *steps)


def explain_schema_error(error: Any) -> tuple[Any, str]:
    """Return the error of the most likely alternative of an `anyOf`, and its message with at most the start of a value."""
    from jsonschema.exceptions import best_match

    found = best_match([error])
    messages = dict.fromkeys(each.message for each in found.context or [found])
    return found, shorten(" and ".join(messages), 200)


def _unknown_key(
    document: Document, steps: list[Any], where: str, known: list[str], outputs: Iterable[Output]
) -> Finding:
    name = steps[-1]
    if steps[0] == "outputs" and any(name in output.options for output in outputs):
        options = [key for key in known if key not in COMMON]
        return fault(
            document,
            "option-of-another-target",
            f"{document.inner(steps[:-1]).data['target']} has no option {name!r}",
            f"its options are {', '.join(options)}" if options else "it has none: remove it",
            *steps,
            key=True,
        )
    message = f"{where}: there is no key {name!r}" if where else f"there is no key {name!r}"
    return fault(
        document,
        "config-invalid",
        message,
        f"{_suggest_nearest(name, known)}known keys are {', '.join(known)}",
        *steps,
        key=True,
    )


def _suggest_nearest(word: object, known: Iterable[str]) -> str:
    near = find_similar(str(word), known)
    return f"did you mean {near[0]!r}? " if near else ""


def choices(error: Any, known: Iterable[str] = ()) -> str:
    """List the permitted values, the nearest first. Return an empty string for other violations."""
    if error.validator != "enum":
        return ""
    if not isinstance(error.instance, str) and str(error.instance) in error.validator_value:
        return f'write it in quotes: "{error.instance}"'
    known = list(known) or list(map(str, error.validator_value))
    return f"{_suggest_nearest(error.instance, known)}choose one of these: {', '.join(known)}"
