"""Explanations of violations of a JSON Schema, in messages and hints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jsonschema import ValidationError
from jsonschema.exceptions import best_match
from msgspec import Struct

from codegen.core.escaping.controls import shorten
from codegen.core.json_types import JsonMapping
from codegen.kube.errors import find_similar

_LONGEST_MESSAGE = 200  # characters


class SchemaViolation(Struct, frozen=True, kw_only=True):
    """The most likely reason of a violation, with its message and the examples of its property.

    `keyword` is the violated keyword of `schema`, `limit` its value there, and `value` the value
    at these `steps` that violates it.
    """

    message: str
    keyword: str
    limit: Any
    schema: JsonMapping
    value: Any
    steps: tuple[str | int, ...]
    examples: tuple[Any, ...]

    @property
    def path(self) -> str:
        """The steps to the value, as in `outputs[0].to`."""
        return format_steps(self.steps)


def explain_schema_error(error: ValidationError) -> SchemaViolation:
    """Choose the most likely alternative of an `anyOf`.

    Its message has at most the start of a value.
    """
    likely = best_match([error]) or error
    messages = dict.fromkeys(cause.message for cause in likely.context or [likely])
    return SchemaViolation(
        message=shorten(" and ".join(messages), _LONGEST_MESSAGE),
        keyword=str(likely.validator),
        limit=likely.validator_value,
        schema=likely.schema if isinstance(likely.schema, Mapping) else {},
        value=likely.instance,
        steps=tuple(likely.absolute_path),
        examples=_find_examples(likely),
    )


def _find_examples(error: ValidationError) -> tuple[Any, ...]:
    """Return the examples of a property, which may stand at a schema around the violated one."""
    outer: Any = error  # jsonschema declares the type of `parent` as a private one
    while outer is not None and outer.absolute_path == error.absolute_path:
        if isinstance(outer.schema, Mapping):
            examples = outer.schema.get("examples", ())
        else:
            examples = ()
        if examples:
            return tuple(examples)
        outer = outer.parent
    return ()


def format_steps(steps: Iterable[str | int]) -> str:
    """Format the steps to a value, as in `outputs[0].to`."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return path.removeprefix(".")


def find_choices(violation: SchemaViolation, names: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the permitted values, by default those of the schema; none for other violations."""
    if violation.keyword != "enum":
        return ()
    return tuple(names) or tuple(str(value) for value in violation.limit)


def list_choices(violation: SchemaViolation, names: Iterable[str] = ()) -> str:
    """List the permitted values, the nearest first. Return an empty string for other violations."""
    choices = find_choices(violation, names)
    if not choices:
        return ""
    if not isinstance(violation.value, str) and str(violation.value) in violation.limit:
        return f'write it in quotes: "{violation.value}"'
    nearest = suggest_nearest(str(violation.value), choices)
    return f"{nearest}choose one of these: {', '.join(choices)}"


def suggest_nearest(word: str, choices: Iterable[str]) -> str:
    """Return a question about the nearest known word, or an empty string without one."""
    for name in find_nearest(word, choices):
        return f"did you mean {name!r}? "
    return ""


def find_nearest(word: str, choices: Iterable[str]) -> tuple[str, ...]:
    """Return the nearest known word, or nothing if none is near."""
    return tuple(find_similar(word, choices)[:1])
