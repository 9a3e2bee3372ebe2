"""Checks of CEL rules in the schema of a custom resource that need no types.

Whether the expressions compile depends on the release, see `codegen.validation.cel_compilation`.

Source: `pkg/apis/apiextensions/validation/validation.go` of k8s.io/apiextensions-apiserver.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.cel.runtime.cel_engine import engine
from codegen.core.json_types import JsonObject
from codegen.kube.errors import DUPLICATE, INVALID, REQUIRED, UNSUPPORTED
from codegen.readers.crd.field_paths import FieldPathError, follow_field_path
from codegen.readers.crd.violations import (
    FORBIDDEN,
    LIST_TYPE,
    RULES,
    Steps,
    Violation,
    format_value,
    list_structural_parts,
    read_list,
    read_text,
)

_REASONS = (DUPLICATE, FORBIDDEN, INVALID, REQUIRED)
_OLD = "oldSelf"
_LINE_BREAK = re.compile(r"[\n\r]")


def check_rules(
    schema: JsonObject, steps: Steps, *, is_correlatable: bool = True
) -> Iterator[Violation]:
    """Yield the violations of the rules of a schema and of all schemas inside it.

    A schema is correlatable unless a list around it has no keys by which a server finds the old
    item of an update.
    """
    for number, rule in enumerate(read_list(schema, RULES)):
        if isinstance(rule, dict):
            at = (*steps, RULES, number)
            yield from _check_texts(rule, at)
            yield from _check_field_path(rule, schema, at)
            yield from _check_old_value(rule, at, is_correlatable=is_correlatable)
    for part in list_structural_parts(schema):
        is_item = part.steps == ("items",)
        yield from check_rules(
            part.schema,
            (*steps, *part.steps),
            is_correlatable=is_correlatable and (not is_item or schema.get(LIST_TYPE) == "map"),
        )


def _check_texts(rule: JsonObject, steps: Steps) -> Iterator[Violation]:
    text, message = read_text(rule, "rule").strip(), read_text(rule, "message")
    if not text:
        yield Violation(
            steps=(*steps, "rule"),
            message="the rule is empty",
            hint="write an expression in CEL such as `self.size < 9`",
            code=REQUIRED,
        )
    elif message and not message.strip():
        yield Violation(
            steps=(*steps, "message"), message="the message is empty", hint="write or remove it"
        )
    elif _LINE_BREAK.search(message.strip()):
        yield Violation(
            steps=(*steps, "message"),
            message="the message has line breaks",
            hint="write it in one line",
        )
    elif _LINE_BREAK.search(text) and not message:
        yield Violation(
            steps=(*steps, "rule"),
            message="a rule with line breaks needs a message",
            hint="add `message`",
            code=REQUIRED,
        )
    expression = read_text(rule, "messageExpression")
    if expression and not expression.strip():
        yield Violation(
            steps=(*steps, "messageExpression"),
            message="the messageExpression is empty",
            hint="write or remove it",
            code=REQUIRED,
        )
    reason = rule.get("reason")
    if isinstance(reason, str) and reason not in _REASONS:
        yield Violation(
            steps=(*steps, "reason"),
            message=f"unknown reason {format_value(reason)}",
            hint=f"write one of {', '.join(_REASONS)}",
            code=UNSUPPORTED,
        )


def _check_field_path(rule: JsonObject, schema: JsonObject, steps: Steps) -> Iterator[Violation]:
    path = read_text(rule, "fieldPath")
    if not path:
        return
    try:
        follow_field_path(path, schema)
    except FieldPathError as error:
        yield Violation(
            steps=(*steps, "fieldPath"),
            message=f"the fieldPath {format_value(path)} is not valid: {error}",
            hint="write the path from this schema to a field, such as .size",
        )


def _check_old_value(
    rule: JsonObject, steps: Steps, *, is_correlatable: bool
) -> Iterator[Violation]:
    """Check the use of `oldSelf`, if the library that parses expressions is installed."""
    text = read_text(rule, "rule")
    uses_old = False
    if _OLD in text:
        parser = engine()
        if parser is None:
            return
        uses_old = parser.uses(text, _OLD)
    if uses_old and not is_correlatable:
        yield Violation(
            steps=(*steps, "rule"),
            message="oldSelf is not known in items of a list without map keys",
            hint=f"write `{LIST_TYPE}: map` with keys for the list, or move the rule to the list",
        )
    if rule.get("optionalOldSelf") is not None and text.strip() and not uses_old:
        yield Violation(
            steps=(*steps, "optionalOldSelf"),
            message="optionalOldSelf is set, but the rule does not use oldSelf",
            hint="remove it",
        )
