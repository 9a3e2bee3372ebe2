"""A small invented API, from which the tests of the schema targets build their references."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from codegen.findings.diagnostics import Span
from codegen.model import (
    Definition,
    Field,
    GroupVersionKind,
    Operation,
    Parameter,
    Prose,
    Ref,
    Reference,
    Response,
    Scalar,
    Type,
)
from codegen.outputs.job import Job

SPAN = Span(path="garden.md", line=1, column=1)
PACKAGE = "io.example.api.garden.v1"
PLOT = f"{PACKAGE}.Plot"
PLOT_KIND = GroupVersionKind(group="garden.example.io", version="v1", kind="Plot")
STRING = Scalar(type="string")
PLOTS = "/apis/garden.example.io/v1/namespaces/{namespace}/plots"

HOSTILE = [
    '"""\nimport os\n"""',
    "ends with \\",
    "{{7*7}} {% raw %}",
    "\x00\x07\x1b[31m\r code",
    "a\r\nb\x85c\u2028d\u2029e\x0bf\x0cg",
    "\u202etxet\u2066 \ufeff\u200b\U000e0001",
    "*/ --> ]]> </script>",
    "&a *a !t |x >y %z @w `v ? k",
    " leading",
    "trailing ",
    "line \n  indented\n\n\n",
    "\ttab\t: x",
    *(
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
    ),
    *("a: b", "a #b", "# c", "- d", "[e]", "{f}", "3.1.0", ""),
]


def field(name: str, type_: Type = STRING, **more: Any) -> Field:
    """A field of a definition."""
    return Field(name=name, type=type_, span=SPAN, **more)


def definition(key: str, *fields: Field, **more: Any) -> Definition:
    """A definition whose name is the last part of its key."""
    return Definition(key=key, name=key.rpartition(".")[2], fields=fields, span=SPAN, **more)


def plot(*fields: Field, **more: Any) -> Definition:
    """The kind of the garden, with these fields."""
    return definition(PLOT, *fields, gvks=(PLOT_KIND,), **more)


def parameter(name: str, place: str = "query", type_: Type = STRING, **more: Any) -> Parameter:
    """A parameter of an operation."""
    return Parameter(name=name, place=place, type=type_, span=SPAN, **more)


def response(status: str, description: str = "OK", type_: Type | None = None) -> Response:
    """An answer of an operation."""
    return Response(status=status, description=description, type=type_, span=SPAN)


def operation(verb: str = "create", method: str = "POST", path: str = PLOTS, **more: Any) -> Operation:
    """An operation on plots."""
    values: dict[str, Any] = {
        "parameters": (
            parameter("namespace", "path", required=True, common=True),
            parameter("body", "body", Ref(key=PLOT), required=True),
        ),
        "responses": (response("201", "Created", Ref(key=PLOT)), response("401", "Unauthorized")),
        "gvk": PLOT_KIND,
    }
    return Operation(method=method, path=path, verb=verb, span=SPAN, **(values | more))


def reference(
    *definitions: Definition,
    operations: tuple[Operation, ...] = (),
    texts: Mapping[str, str] | None = None,
    **more: Any,
) -> Reference:
    """A reference with English texts."""
    prose = {"en": MappingProxyType({key: Prose(text=text, span=SPAN) for key, text in (texts or {}).items()})}
    return Reference(
        definitions=MappingProxyType({each.key: each for each in definitions}),
        operations=MappingProxyType({each.id: each for each in operations}),
        prose=MappingProxyType(prose),
        **more,
    )


def job(made: Reference, locales: tuple[str, ...] = ("en",), **options: str) -> Job:
    """A job for a target."""
    return Job(reference=made, locales=locales, options=options, origin="garden.md")


def subschemas(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping inside a document."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from subschemas(each)


def invisible() -> Iterator[str]:
    """Every character that must never stand raw in an output, by Unicode's own categories."""
    import unicodedata

    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp") and chr(code) != "\n":
            yield chr(code)
