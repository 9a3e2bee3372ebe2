"""How JSON primitives are checked: one table, of names in the run time, for generated validators and for `codegen validate`."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from codegen.model import Scalar, kubernetes


class ScalarCheck(Struct, frozen=True, kw_only=True):
    """What the run time has for one primitive.

    `checker` finds what is wrong, `predicate` recognises a valid value. `refused` is the condition under which a value `{v}` is perhaps
    not valid; `exact` the Python type that says all, if there is one; `bits` the size of an integer that has one.
    """

    checker: str
    predicate: str
    refused: str
    exact: str = ""
    bits: int = 0


_ANYTHING = ScalarCheck(checker="_ANYTHING", predicate="_is_any", refused="not _is_any({v})")
CHECKS: Mapping[tuple[str, str], ScalarCheck] = {
    ("string", ""): ScalarCheck(checker="_STRING", predicate="_is_string", refused="type({v}) is not str", exact="str"),
    ("string", "date-time"): ScalarCheck(checker="_TIME", predicate="_is_time", refused="not _is_time({v})"),
    ("string", "micro-time"): ScalarCheck(checker="_TIME", predicate="_is_time", refused="not _is_time({v})"),
    ("string", "int-or-string"): ScalarCheck(
        checker="_INT_OR_STRING",
        predicate="_is_int_or_string",
        refused="type({v}) is not str and type({v}) is not int",
    ),
    ("integer", ""): ScalarCheck(checker="_INTEGER", predicate="_is_integer", refused="type({v}) is not int"),
    **{
        ("integer", name): ScalarCheck(
            checker=f"_{name.upper()}",
            predicate=f"_is_{name}",
            refused="type({v}) is not int",
            bits=(high + 1).bit_length(),
        )
        for name, (_, high) in kubernetes.INTEGER_BOUNDS.items()
    },
    ("number", ""): ScalarCheck(checker="_NUMBER", predicate="_is_number", refused="not _is_number({v})"),
    ("boolean", ""): ScalarCheck(
        checker="_BOOLEAN", predicate="_is_boolean", refused="type({v}) is not bool", exact="bool"
    ),
    ("object", ""): ScalarCheck(checker="_OPEN_OBJECT", predicate="_is_open", refused="not _is_open({v})"),
}


def check_of(scalar: Scalar) -> ScalarCheck:
    """The check of a primitive without regard to its list of values; one of an unknown format is that of its type."""
    return CHECKS.get((scalar.type, scalar.format)) or CHECKS.get((scalar.type, ""), _ANYTHING)
