"""Counts of keywords that some outputs cannot express, reported once per document.

What is left out only lets outputs accept more than the source does. What the model says in other words (the bounds of an
integer format, the unique items of a set) is not left out, nor are limits of values, which schemas write and validators check.
"""

from __future__ import annotations

from typing import Any

from codegen.core.diagnostics import Report, Span
from codegen.core.patterns import is_alike
from codegen.kube.scalars import scalar_type
from codegen.readers.openapi.keyword_forms import is_well_formed

UNIONS = ("allOf", "anyOf", "oneOf")
_WORDS = (
    *("not", "if", "contains", "prefixItems", "patternProperties", "propertyNames"),
    *("dependencies", "dependentRequired", "dependentSchemas", "const", "pattern"),
)
# Limits of values, which all outputs have, but not in a choice between schemas.
_LIMITS = (
    *("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
)
KEYWORDS = frozenset((*_WORDS, *UNIONS))
_LEAST = frozenset(("minLength", "minItems", "minProperties"))
_NOTHING: tuple[Any, ...] = (None, False, {}, [], "")  # values that demand nothing


class UnsupportedKeywords:
    """The unsupported keywords of one document, with first location and count."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._found: dict[str, tuple[Span, int]] = {}

    def note(self, schema: dict[str, Any], span: Span, *, in_union: bool = False) -> None:
        """Count the unsupported keywords of a schema, except unions. Only the reader of types knows whether a union is followed."""
        for word in (*_WORDS, *_LIMITS) if in_union else _WORDS:
            said = word in schema and is_demanding(word, schema)
            if said and (in_union or word != "pattern" or not is_alike(schema[word])):
                self.add(word, span)

    def unions(self, schema: dict[str, Any], span: Span) -> None:
        """Count the unions of a schema with a known type."""
        for word in UNIONS:
            if schema.get(word) and is_well_formed(word, schema[word]):
                self.add(word, span)

    def add(self, word: str, span: Span) -> None:
        """Count one keyword."""
        first, count = self._found.get(word, (span, 0))
        self._found[word] = (first, count + 1)

    def report_all(self) -> None:
        """Report each keyword once."""
        for word, (span, count) in self._found.items():
            self._report.warning(
                "constraint-unsupported",
                f"not all outputs can say `{word}`" + (f"; it appears {count} times, first here" if count > 1 else ""),
                span,
                "classes, and schemas that cannot have it, accept what only this keyword forbids; "
                "generated validators check it as far as they know the word",
            )
        self._found.clear()


def is_null(schema: dict[str, Any]) -> bool:
    """Return whether a schema allows only null. OpenAPI 3.0 writes it as the only value."""
    return (
        schema.get("type") == "null" or schema.get("enum") == [None] or ("const" in schema and schema["const"] is None)
    )


def is_demanding(word: str, schema: dict[str, Any]) -> bool:
    """Return whether a keyword restricts values beyond the model's own facts."""
    value = schema[word]
    if not is_well_formed(word, value):
        return False
    if word in ("minimum", "maximum"):
        return not _is_format_bound(word, value, schema.get("format"))
    if word == "const":
        return not isinstance(value, str) or schema.get("type", "string") not in ("string", ["string", "null"])
    if word == "uniqueItems":
        kind = schema.get("type", "array")
        is_list = kind == "array" or (isinstance(kind, list) and "array" in kind)
        return value is True and is_list and schema.get("x-kubernetes-list-type") != "set"
    if word in _LEAST and value == 0:
        return False
    return not any(value is nothing or (type(value) is type(nothing) and value == nothing) for nothing in _NOTHING)


def _is_format_bound(word: str, value: Any, shape: Any) -> bool:
    """Return whether a bound follows from the integer format beside it."""
    bounds = scalar_type("integer", shape).bounds if isinstance(shape, str) else None
    if bounds is None or isinstance(value, bool) or not isinstance(value, int | float):
        return value is None
    return value <= bounds[0] if word == "minimum" else value >= bounds[1]
