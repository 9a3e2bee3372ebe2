"""Checkers of JSON primitives by type and format, for generated validators and for `codegen validate`."""

from __future__ import annotations

from collections.abc import Mapping

_ANYTHING = "ANYTHING"
CHECKERS: Mapping[tuple[str, str], str] = {  # type and format -> a constant of the checkers
    ("string", ""): "STRING",
    ("string", "date-time"): "DATE_TIME",
    ("string", "go-time"): "TIME",
    ("string", "micro-time"): "MICRO_TIME",
    ("string", "byte"): "BYTES",
    ("string", "quantity"): "QUANTITY",
    ("string", "go-duration"): "DURATION",
    ("string", "int-or-string"): "INT_OR_STRING",
    ("string", "int32-or-string"): "INT32_OR_STRING",
    ("integer", ""): "INTEGER",
    ("integer", "int32"): "INT32",
    ("integer", "int64"): "INT64",
    ("number", ""): "NUMBER",
    ("boolean", ""): "BOOLEAN",
    ("object", ""): "OPEN_OBJECT",
}


def checker_name(kind: str, shape: str) -> str:
    """Return the name of the checker of a JSON type and a format; an unknown format has that of its type."""
    return CHECKERS.get((kind, shape)) or CHECKERS.get((kind, ""), _ANYTHING)
