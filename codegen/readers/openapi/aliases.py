"""Definitions that are aliases of types: none refers back to itself, and none resolves to a type of endless nesting.

Everything that follows a type inwards may so follow it through the names in it.
"""

from __future__ import annotations

from msgspec.structs import replace

from codegen.findings.diagnostics import Report
from codegen.model import Array, Definition, Lost, Map, Type, refs
from codegen.readers.openapi.types import ANY, MAX_TYPE_DEPTH


def closed(definitions: dict[str, Definition], report: Report) -> dict[str, Definition]:
    """The definitions, with those left open that have no value that could be written down, or are too deep."""
    aliases = {
        key: next(refs(definition.type), "") for key, definition in definitions.items() if definition.type is not None
    }
    depths: dict[str, int] = {}  # levels of lists, maps and names in each alias that is done
    for start in aliases:
        path: dict[str, None] = {}
        key = start
        while key in aliases and key not in depths and key not in path:
            path[key] = None
            key = aliases[key]
        if key in path:
            report.warning(
                "ref-loop",
                f"{key} refers to itself and to nothing else; the type is left open",
                definitions[key].span,
                "give it a type",
            )
            definitions[key] = replace(definitions[key], type=ANY)
            depths[key] = 0
        for alias in reversed(path):
            if alias not in depths:
                depths[alias] = _depth(definitions, alias, depths.get(aliases[alias], -1), report)
    return definitions


def _depth(definitions: dict[str, Definition], key: str, below: int, report: Report) -> int:
    """The levels of an alias above another of `below` levels; one with too many is opened, which leaves none."""
    depth = _wrappers(definitions[key].type) + below + 1
    if depth <= MAX_TYPE_DEPTH:
        return depth
    report.warning(
        "type-too-deep",
        f"{key} resolves to a type nested deeper than {MAX_TYPE_DEPTH} levels; it is left open",
        definitions[key].span,
        "let it refer to a type with fewer lists, maps and names around it",
    )
    definitions[key] = replace(definitions[key], type=ANY)
    return 0


def _wrappers(expression: Type | None) -> int:
    count = 0
    while True:
        match expression:
            case Array(items=inner) | Map(values=inner) | Lost(known=inner):
                expression = inner
                count += 1
            case _:
                return count
