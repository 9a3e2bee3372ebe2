"""How JSON primitives are checked: one table, of names in the run time, for generated validators and for `codegen validate`."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.model import Scalar, kubernetes

_ANYTHING = "ANYTHING"
CHECKERS: Mapping[tuple[str, str], str] = {  # type and format -> a constant of `runtime.checkers`
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
    **{("integer", name): name.upper() for name in kubernetes.INTEGER_BOUNDS},
    ("number", ""): "NUMBER",
    ("boolean", ""): "BOOLEAN",
    ("object", ""): "OPEN_OBJECT",
}


def checker_of(scalar: Scalar) -> str:
    """Name the checker of a primitive without regard to its list of values; an unknown format has that of its type."""
    return CHECKERS.get((scalar.type, scalar.format)) or CHECKERS.get((scalar.type, ""), _ANYTHING)
