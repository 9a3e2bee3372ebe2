"""Locations of keywords in documents, so that a finding lies at the line that was edited."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from codegen.core.diagnostics import Route
from codegen.drift.compare.changes import Change
from codegen.drift.compare.pairs import Element
from codegen.model import Definition, Parameter, Response

SCHEMA = "schema"  # the fact of a custom resource that has its schema
_INNER = {"[]": "items", "{}": "additionalProperties"}
# Names by which documents write a keyword of the comparison.
_SPELLINGS = {
    "enum": ("enum", "const"),
    "minimum": ("minimum", "exclusiveMinimum"),
    "maximum": ("maximum", "exclusiveMaximum"),
    "additionalProperties": ("additionalProperties", "x-kubernetes-preserve-unknown-fields"),
    "style": ("style", "explode", "collectionFormat", "content"),
}
_MEMBERS = ("allOf", "anyOf", "oneOf")


def locate_change(
    change: Change, element: Element, inside: str, name: str, steps: Route = ()
) -> Change:
    """Move a change to the line of its keyword in the new source, if the document has it there.

    `inside` is the part of the type with the keyword, and `steps` lead to a part of its value, or
    to where it was.
    """
    span = element.span
    if isinstance(element, Definition) and element.resource is not None:
        span = element.locate(SCHEMA)
    routes: list[Route] = []
    for length in range(len(steps), -1, -1):
        routes += _list_routes(element, inside, name, steps[:length])
    part = span.locate_part(routes)
    if part is span:
        return change
    return replace(change, span=part)


def _list_routes(element: Element, inside: str, name: str, steps: Route) -> Iterator[Route]:
    """Yield where a keyword may stand below its element, the most likely route first."""
    inner = tuple([_INNER[inside[at : at + 2]] for at in range(0, len(inside), 2)])
    for start in _list_schemas(element):
        for spelling in _SPELLINGS.get(name, (name,)):
            yield (*start, *inner, spelling, *steps)
            for members in _MEMBERS:
                yield (*start, *inner, members, ..., spelling, *steps)


def _list_schemas(element: Element) -> tuple[Route, ...]:
    """Return the routes from an element to its schema."""
    if isinstance(element, Parameter | Response):
        return (), ("schema",), ("content", ..., "schema")
    return ((),)
