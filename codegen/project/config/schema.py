"""The JSON Schema of `codegen.yaml`, and descriptions of its violations.

`base.schema.json` has the fixed part. The options of outputs come from their records.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from codegen.core.diagnostics import Finding, Level
from codegen.core.escaping.controls import shorten
from codegen.kube.errors import find_similar
from codegen.outputs import registry
from codegen.outputs.output import Output
from codegen.readers.documents.document import Document

COMMON = ("target", "to", "select")  # the keys of every output


def schema(outputs: Iterable[Output] | None = None) -> dict[str, Any]:
    """Build the schema of a file with these outputs, by default with all bundled ones."""
    known = {
        output.name: output
        for output in (registry.bundled_outputs().values() if outputs is None else outputs)
    }
    assembled: dict[str, Any] = json.loads(
        Path(__file__).with_name("base.schema.json").read_text(encoding="utf-8")
    )
    output = assembled["properties"]["outputs"]["items"]
    output["properties"]["target"]["enum"] = list(known)
    output["allOf"] = [
        {
            "if": {"properties": {"target": {"const": name}}, "required": ["target"]},
            "then": {
                "properties": {**dict.fromkeys(COMMON, True), **each.options},
                "additionalProperties": False,
            },
        }
        for name, each in known.items()
    ]
    return assembled


def text() -> str:
    """Write the schema for editors, `schemas/codegen.schema.json`, without plug-ins."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


_WHOLE_FILE = "`codegen explain config-invalid` has an example of a whole file"
_WRITTEN_VALUE = re.compile(r"[\w.+:-]+")  # a number, a date or a word, as it stands in the file


def fault(
    document: Document, rule: str, message: str, hint: str, *steps: Any, key: bool = False
) -> Finding:
    """Build a fault at the value with these steps, or at its key."""
    return Finding(
        level=Level.ERR, rule=rule, message=message, span=document.span(*steps, key=key), hint=hint
    )


def find_schema_faults(document: Document, outputs: Sequence[Output]) -> list[Finding]:
    """Find all violations of the schema, for a file with these outputs."""
    from jsonschema import Draft202012Validator

    known = {**registry.bundled_outputs(), **{output.name: output for output in outputs}}
    validator = Draft202012Validator(schema(known.values()))
    errors = sorted(
        validator.iter_errors(document.data), key=lambda error: list(map(str, error.absolute_path))
    )
    return [found for error in errors for found in _find_faults(document, error, known.values())]


def _find_faults(document: Document, error: Any, outputs: Iterable[Output]) -> Iterator[Finding]:
    violation = explain_schema_error(error)
    error, message, examples = violation.error, violation.message, violation.examples
    steps = list(error.absolute_path)
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(
        "."
    )
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        for name in error.instance:
            if name not in known:
                yield _unknown_key(document, [*steps, name], where, known, outputs)
        return
    if error.instance is None:
        message = f"{where} is empty" if where else "the file is empty"
    elif where:
        message = f"{where}: {message}"
    is_target = len(steps) == 3 and steps[0] == "outputs" and steps[2] == "target"
    hint = choices(error, registry.names() if is_target else ()) or _build_hint(
        document, error, steps, examples
    )
    yield fault(document, "config-invalid", message, hint, *steps)


def _build_hint(
    document: Document, error: Any, steps: Sequence[Any], examples: Sequence[Any]
) -> str:
    """Say what to write instead.

    The examples belong to the property, whatever is wrong with its value.
    """
    if error.validator == "required":
        name = next(name for name in error.validator_value if name not in error.instance)
        own = error.schema["properties"][name].get("examples", ())
        return (
            f"add it, as in `{_write_example(name, own[0])}`" if own else f"add it; {_WHOLE_FILE}"
        )
    is_scalar = isinstance(error.instance, int | float | bool)
    if error.validator == "type" and error.validator_value == "string" and is_scalar:
        written = _read_written_value(document, steps)
        if _is_accepted(written, error.schema):
            return f'put it in quotes: "{written}"'
    if not steps:
        return f"{_WHOLE_FILE}; `codegen init` writes one for the sources of a folder"
    name = next((step for step in reversed(steps) if isinstance(step, str)), "")
    if examples and isinstance(steps[-1], str):
        return f"write it as in `{_write_example(name, examples[0])}`"
    if error.validator == "minLength":
        return "write something, or leave it out"
    return _WHOLE_FILE


def _is_accepted(value: str, own_schema: Mapping[str, Any]) -> bool:
    """Return whether a text satisfies the schema of its property."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator(own_schema).is_valid(value)


def _read_written_value(document: Document, steps: Sequence[Any]) -> str:
    """Return a scalar as the file has it: 1.30, which YAML reads as 1.3."""
    written = _WRITTEN_VALUE.match(document.source.text, document.offset(steps))
    return written[0] if written else str(document.inner(steps).data)


def _write_example(name: str, value: object) -> str:
    """Write a key with its value on one line of YAML."""
    mapping: str = yaml.safe_dump(
        {name: value}, default_flow_style=True, sort_keys=False, width=1000
    )
    return mapping.strip().removeprefix("{").removesuffix("}")


class SchemaViolation(Struct, frozen=True, kw_only=True):
    """The most likely alternative of a violation, its message, and the examples of its property."""

    error: Any
    message: str
    examples: tuple[Any, ...]


def explain_schema_error(error: Any) -> SchemaViolation:
    """Choose the most likely alternative of an `anyOf`.

    Its message has at most the start of a value.
    """
    from jsonschema.exceptions import best_match

    found = best_match([error])
    messages = dict.fromkeys(each.message for each in found.context or [found])
    examples: Sequence[Any] = ()
    outer = found
    while outer is not None and outer.absolute_path == found.absolute_path and not examples:
        examples = outer.schema.get("examples", ())
        outer = outer.parent
    return SchemaViolation(
        error=found, message=shorten(" and ".join(messages), 200), examples=tuple(examples)
    )


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
