"""Report of keywords that some outputs cannot express, once per document.

Without such a keyword outputs accept more than the source does. Limits of values are not reported:
schemas write them and validators check them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from codegen.core.diagnostics import Report, Span
from codegen.model import Array, Definition, Keyword, Map, Operation, Parameter, Response, Type
from codegen.model.keywords.portable_patterns import is_portable_pattern
from codegen.readers.openapi.keyword_forms import UNIONS
from codegen.readers.openapi.type_reader import ANY, OBJECT

_WORDS = frozenset(
    (
        "not",
        "if",
        "contains",
        "prefixItems",
        "patternProperties",
        "propertyNames",
        "dependencies",
        "dependentRequired",
        "dependentSchemas",
        "pattern",
        *UNIONS,
    )
)
_TEXTS = {"description", "title"}
# The keywords of a value, its type and its location. Without a type unions are not reported, as for
# inline objects.
_Place = tuple[tuple[Keyword, ...], Type | None, Span]


def report_unsupported_keywords(
    definitions: Mapping[str, Definition], operations: Mapping[str, Operation], report: Report
) -> None:
    """Report each unsupported keyword with its first location and the number of its locations."""
    spans_by_keyword: dict[str, dict[int, Span]] = {}
    for keywords, type_, span in _find_places(definitions.values(), operations.values()):
        for keyword in keywords:
            if keyword.name in _WORDS and _is_unsupported(keyword, type_):
                spans_by_keyword.setdefault(keyword.name, {})[id(span)] = span
    for word, spans in spans_by_keyword.items():
        count = len(spans)
        report.warning(
            "constraint-unsupported",
            f"some outputs cannot express `{word}`"
            + (f"; it occurs {count} times, first here" if count > 1 else ""),
            next(iter(spans.values())),
            "classes and some schemas accept values that only this keyword forbids; "
            "generated validators check it if they support the keyword",
            arguments=(word,),
        )


def _find_places(
    definitions: Iterable[Definition], operations: Iterable[Operation]
) -> Iterator[_Place]:
    for definition in definitions:
        is_plain = definition.resource is None and definition.type is None
        yield definition.keywords, OBJECT if is_plain else definition.type, definition.span
        for _, field in definition.paths:
            yield field.keywords, None if field.fields else field.type, field.span
    for operation in operations:
        holders: list[Parameter | Response] = [*operation.parameters, *operation.responses]
        yield from ((element.keywords, element.type, element.span) for element in holders)


def _is_unsupported(keyword: Keyword, type_: Type | None) -> bool:
    if keyword.name == "pattern":
        return not is_portable_pattern(json.loads(keyword.value))
    if keyword.name not in UNIONS:
        return True
    inside = keyword.inside
    while inside and isinstance(type_, Array | Map):
        type_, inside = type_.items if isinstance(type_, Array) else type_.values, inside[2:]
    parts = json.loads(keyword.value)
    if not isinstance(parts, list):
        return False  # beside the schema of a parameter, without a meaning
    demanding = [part for part in parts if not isinstance(part, dict) or part.keys() - _TEXTS]
    return type_ not in (None, ANY) and len(demanding) > 1
