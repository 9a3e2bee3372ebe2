"""Findings about violations of the JSON Schema of `codegen.yaml`, each with its location."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import yaml
from jsonschema import Draft202012Validator

from codegen.core.diagnostics import Finding, Level, identify
from codegen.core.schema_errors import (
    SchemaViolation,
    explain_schema_error,
    find_choices,
    find_nearest,
    format_steps,
    list_choices,
    suggest_nearest,
)
from codegen.outputs import registry
from codegen.outputs.output import Output
from codegen.project.config.schema import COMMON, schema
from codegen.readers.documents.document import Document

Step = str | int  # a key of a mapping, or an index of a list

_WHOLE_FILE = "`codegen explain config-invalid` has an example of a whole file"
_WRITTEN_VALUE = re.compile(r"[\w.+:-]+")  # a number, a date or a word, as it stands in the file


def error_at(
    document: Document,
    rule: str,
    message: str,
    hint: str,
    *steps: Step,
    key: bool = False,
    arguments: tuple[str, ...] = (),
    near: tuple[str, ...] = (),
    choices: tuple[str, ...] = (),
) -> Finding:
    """Make an error at the value with these steps, or at its key.

    `arguments`, `near` and `choices` are those of the finding.
    """
    span = document.span(*steps, key=key)
    return Finding(
        level=Level.ERR,
        rule=rule,
        message=message,
        span=span,
        id=identify(span, *map(str, steps)),
        hint=hint,
        arguments=arguments,
        near=near,
        choices=choices,
    )


def find_schema_violations(document: Document, outputs: Iterable[Output]) -> list[Finding]:
    """Find all violations of the schema, for a file with these outputs."""
    targets = {**registry.bundled_outputs(), **{output.name: output for output in outputs}}
    validator = Draft202012Validator(schema(targets.values()))
    errors = sorted(
        validator.iter_errors(document.data), key=lambda error: list(map(str, error.absolute_path))
    )
    findings: list[Finding] = []
    for error in errors:
        violation = explain_schema_error(error)
        if violation.keyword == "additionalProperties":
            findings.extend(_find_unknown_keys(document, violation, tuple(targets.values())))
        else:
            findings.append(_describe_violation(document, violation))
    return findings


def _describe_violation(document: Document, violation: SchemaViolation) -> Finding:
    steps, path = violation.steps, violation.path
    if path:
        message = f"{path}: {violation.message}"
    else:
        message = violation.message
    if violation.value is None:
        message = f"{path} is empty" if path else "the file is empty"
    is_target = len(steps) == 3 and steps[0] == "outputs" and steps[2] == "target"
    choices = find_choices(violation, registry.names() if is_target else ())
    hint = list_choices(violation, choices) or _build_hint(document, violation)
    return error_at(
        document,
        "config-invalid",
        message,
        hint,
        *steps,
        arguments=tuple(_list_values(violation)),
        near=find_nearest(str(violation.value), choices),
        choices=choices,
    )


def _list_values(violation: SchemaViolation) -> Iterator[str]:
    """Yield the path of a value, and the value if it is one of a single line."""
    if violation.path:
        yield violation.path
    if isinstance(violation.value, bool):
        yield "true" if violation.value else "false"
    elif isinstance(violation.value, str | int | float):
        yield str(violation.value)


def _build_hint(document: Document, violation: SchemaViolation) -> str:
    """Say what to write instead.

    The examples belong to the property, whatever is wrong with its value.
    """
    if violation.keyword == "required":
        return _suggest_missing_key(violation)
    if quoted := _suggest_quotes(document, violation):
        return quoted
    if not violation.steps:
        return f"{_WHOLE_FILE}; `codegen init` writes one for the sources of a folder"
    key = violation.steps[-1]
    if violation.examples and isinstance(key, str):
        return f"write it as in `{_write_example(key, violation.examples[0])}`"
    if violation.keyword == "minLength":
        return "write something, or leave it out"
    return _WHOLE_FILE


def _suggest_missing_key(violation: SchemaViolation) -> str:
    missing = next(name for name in violation.limit if name not in violation.value)
    examples = violation.schema["properties"][missing].get("examples", ())
    if not examples:
        return f"add it; {_WHOLE_FILE}"
    return f"add it, as in `{_write_example(missing, examples[0])}`"


def _suggest_quotes(document: Document, violation: SchemaViolation) -> str:
    """Suggest quotes around a number or word of YAML that is meant as a text."""
    wants_text = violation.keyword == "type" and violation.limit == "string"
    if not wants_text or not isinstance(violation.value, int | float | bool):
        return ""
    written = _read_written_value(document, violation.steps)
    if Draft202012Validator(violation.schema).is_valid(written):
        return f'put it in quotes: "{written}"'
    return ""


def _read_written_value(document: Document, steps: Sequence[Step]) -> str:
    """Return a scalar as the file has it: 1.30, which YAML reads as 1.3."""
    written = _WRITTEN_VALUE.match(document.source.text, document.offset(steps))
    if written:
        return written[0]
    return str(document.inner(steps).data)


def _write_example(name: str, value: object) -> str:
    """Write a key with its value on one line of YAML."""
    mapping: str = yaml.safe_dump(
        {name: value}, default_flow_style=True, sort_keys=False, width=1000
    )
    return mapping.strip().removeprefix("{").removesuffix("}")


def _find_unknown_keys(
    document: Document, violation: SchemaViolation, outputs: Sequence[Output]
) -> Iterator[Finding]:
    names = list(violation.schema["properties"])
    for name in violation.value:
        if name in names:
            continue
        steps = (*violation.steps, name)
        if steps[0] == "outputs" and any(name in output.options for output in outputs):
            yield _describe_misplaced_option(document, steps, names)
        else:
            yield _describe_unknown_key(document, steps, names)


def _describe_misplaced_option(
    document: Document, steps: Sequence[Step], names: Iterable[str]
) -> Finding:
    target = document.inner(steps[:-1]).data["target"]
    message = f"{target} has no option {steps[-1]!r}"
    options = [key for key in names if key not in COMMON]
    if options:
        hint = f"its options are {', '.join(options)}"
    else:
        hint = "it has none: remove it"
    return error_at(
        document,
        "option-of-another-target",
        message,
        hint,
        *steps,
        key=True,
        arguments=(str(steps[-1]),),
        choices=tuple(options),
    )


def _describe_unknown_key(
    document: Document, steps: Sequence[Step], names: Sequence[str]
) -> Finding:
    name = steps[-1]
    path = format_steps(steps[:-1])
    message = f"there is no key {name!r}"
    if path:
        message = f"{path}: {message}"
    hint = f"{suggest_nearest(str(name), names)}known keys are {', '.join(names)}"
    return error_at(
        document,
        "config-invalid",
        message,
        hint,
        *steps,
        key=True,
        arguments=(str(name),),
        near=find_nearest(str(name), names),
        choices=tuple(names),
    )
