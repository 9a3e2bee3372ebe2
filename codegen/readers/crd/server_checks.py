"""Checks of a whole CustomResourceDefinition, as servers do them."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.core.diagnostics import Report, Span
from codegen.core.json_types import JsonObject, JsonValue
from codegen.kube.errors import REQUIRED, field_path
from codegen.readers.crd.default_checks import check_defaults
from codegen.readers.crd.definition_checks import check_definition
from codegen.readers.crd.rule_checks import check_rules
from codegen.readers.crd.schema_checks import check_schema
from codegen.readers.crd.violations import (
    FORBIDDEN,
    SCHEMA,
    Steps,
    Violation,
    read_list,
    read_object,
    read_text,
)
from codegen.readers.documents.document import Document

_NOT_STRUCTURAL = ("crd-not-structural", "crd-ref", "crd-type-missing")
_SCHEMA_DEPTH = 5  # steps to the schema of a version


def find_violations(data: JsonObject) -> Iterator[Violation]:
    """Yield the reasons why a server refuses a definition."""
    yield from check_definition(data)
    for number, version in enumerate(read_list(read_object(data, "spec"), "versions")):
        schema = read_object(read_object(version, "schema"), "openAPIV3Schema")
        if schema:
            yield from _check_version(version, schema, ("spec", "versions", number, *SCHEMA))


def _check_version(version: JsonObject, schema: JsonObject, steps: Steps) -> Iterator[Violation]:
    has_status = isinstance(read_object(version, "subresources").get("status"), dict)
    of_schema = list(check_schema(schema, steps, has_status=has_status))
    yield from of_schema
    if not of_schema:  # servers do not look at defaults of a wrong schema either
        yield from check_defaults(schema, steps)
    yield from check_rules(schema, steps)


def report_violations(document: Document, report: Report) -> None:
    """Report the violations of a definition, those of one kind at the first place with a count.

    A schema that is not structural is an error. All other definitions can be read, so the rest are
    warnings.
    """
    groups: dict[tuple[str, str, str], list[Violation]] = {}
    for violation in find_violations(document.data):
        title = _name_version(document.data, violation.steps)
        groups.setdefault((violation.rule, title, violation.message), []).append(violation)
    for (rule, title, message), violations in groups.items():
        first = violations[0]
        if len(violations) > 1:
            more = f"; {len(violations) - 1} more of this kind"
        else:
            more = ""
        report_finding = report.error if rule in _NOT_STRUCTURAL else report.warning
        report_finding(
            rule,
            f"{title}{_name_field(first.steps)}: {message}{more}",
            locate_violation(document, first),
            first.hint,
        )


def locate_violation(document: Document, violation: Violation) -> Span:
    """Return the location of a wrong value, or of the key of a schema or forbidden keyword."""
    value: JsonValue = document.data
    for step in violation.steps:
        key = step[0] if isinstance(step, tuple) else step
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            value = None
    is_key = violation.code in (FORBIDDEN, REQUIRED) or isinstance(value, dict | list)
    return document.span(*violation.steps, key=is_key)


def _name_version(data: JsonObject, steps: Steps) -> str:
    """Return the name of a definition, with the version in whose schema a violation is."""
    spec = read_object(data, "spec")
    name = f"{read_text(read_object(spec, 'names'), 'plural')}.{read_text(spec, 'group')}"
    versions = read_list(spec, "versions")
    if len(steps) >= _SCHEMA_DEPTH and steps[3:5] == SCHEMA:
        number = steps[2]
    else:
        number = None
    if isinstance(number, int) and number < len(versions):
        return f"{name} {read_text(versions[number], 'name')}"
    return name


def _name_field(steps: Steps) -> str:
    """Return the field that the schema of a violation describes, after a comma."""
    if steps[3:5] != SCHEMA:
        return f", {field_path(steps)}"
    fields = [step[0] for step in steps[_SCHEMA_DEPTH:] if isinstance(step, tuple)]
    if fields:
        return f", {'.'.join(fields)}"
    return ""
