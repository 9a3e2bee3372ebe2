"""Builders of references for the tests of schema targets."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from codegen.model import (
    Definition,
    Field,
    GroupVersionKind,
    Operation,
    Parameter,
    Ref,
    Reference,
    Response,
    Type,
)
from codegen.outputs.job import Job
from gardens.hostile import PAYLOADS
from gardens.parts import GROUP, PLOT, PLOTS, SPAN, STRING, definition

PLOT_KIND = GroupVersionKind(group=GROUP, version="v1", kind="Plot")

HOSTILE = [
    *(text for text in PAYLOADS.values() if "\ud800" not in text),
    "yes",
    "No",
    "on",
    "null",
    "~",
    "1e3",
    "0o7",
    "0x1f",
    "1_000",
    "12:30:45",
    "2020-01-01",
    ".inf",
    "=",
    "<<",
    "-",
    "---",
    "a: b",
    "a #b",
    "# c",
    "- d",
    "[e]",
    "{f}",
    "3.1.0",
    "",
]


def plot(*fields: Field, **more: Any) -> Definition:
    """Build the kind of the garden with these fields."""
    return definition(PLOT, *fields, gvks=(PLOT_KIND,), **more)


def parameter(name: str, place: str = "query", type_: Type = STRING, **more: Any) -> Parameter:
    """Build a parameter of an operation."""
    return Parameter(name=name, place=place, type=type_, span=SPAN, **more)


def response(status: str, description: str = "OK", type_: Type | None = None) -> Response:
    """Build a response of an operation."""
    return Response(status=status, description=description, type=type_, span=SPAN)


def operation(
    verb: str = "create", method: str = "POST", path: str = PLOTS, **more: Any
) -> Operation:
    """Build an operation on plots."""
    values: dict[str, Any] = {
        "parameters": (
            parameter("namespace", "path", required=True, common=True),
            parameter("body", "body", Ref(key=PLOT), required=True),
        ),
        "responses": (response("201", "Created", Ref(key=PLOT)), response("401", "Unauthorized")),
        "gvk": PLOT_KIND,
    }
    return Operation(method=method, path=path, verb=verb, span=SPAN, **(values | more))


def job(made: Reference, locales: tuple[str, ...] = ("en",), **options: str) -> Job:
    """Build a job for a target."""
    return Job(reference=made, locales=locales, options=options, origin="garden.md")


def subschemas(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping inside a document."""
    if isinstance(value, dict):
        yield value
    for each in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from subschemas(each)


def invisible_characters() -> Iterator[str]:
    """Return every character that must be escaped in outputs, by Unicode category."""
    import unicodedata

    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp") and chr(code) != "\n":
            yield chr(code)
