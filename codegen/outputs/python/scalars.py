"""How JSON primitives are checked: one table, of names in the run time, for generated validators and for `codegen validate`."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from codegen.model import Scalar, kubernetes
from codegen.outputs.python.limits import Checked

_DIGIT = 2**30 - 1


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


_ANYTHING = ScalarCheck(checker="ANYTHING", predicate="is_any", refused="not is_any({v})")
CHECKS: Mapping[tuple[str, str], ScalarCheck] = {
    ("string", ""): ScalarCheck(checker="STRING", predicate="is_string", refused="type({v}) is not str", exact="str"),
    ("string", "date-time"): ScalarCheck(
        checker="DATE_TIME", predicate="is_date_time", refused="not is_date_time({v})"
    ),
    ("string", "go-time"): ScalarCheck(checker="TIME", predicate="is_time", refused="not is_time({v})"),
    ("string", "micro-time"): ScalarCheck(
        checker="MICRO_TIME", predicate="is_micro_time", refused="not is_micro_time({v})"
    ),
    ("string", "byte"): ScalarCheck(checker="BYTES", predicate="is_base64", refused="not is_base64({v})"),
    ("string", "quantity"): ScalarCheck(checker="QUANTITY", predicate="is_quantity", refused="not is_quantity({v})"),
    ("string", "go-duration"): ScalarCheck(checker="DURATION", predicate="is_duration", refused="not is_duration({v})"),
    ("string", "int-or-string"): ScalarCheck(
        checker="INT_OR_STRING",
        predicate="is_int_or_string",
        refused="type({v}) is not str and type({v}) is not int",
    ),
    ("string", "int32-or-string"): ScalarCheck(
        checker="INT32_OR_STRING",
        predicate="is_int32_or_string",
        refused="type({v}) is not str and not is_int32({v})",
    ),
    ("integer", ""): ScalarCheck(checker="INTEGER", predicate="is_integer", refused="type({v}) is not int"),
    **{
        ("integer", name): ScalarCheck(
            checker=name.upper(),
            predicate=f"is_{name}",
            refused="type({v}) is not int",
            bits=(high + 1).bit_length(),
        )
        for name, (_, high) in kubernetes.INTEGER_BOUNDS.items()
    },
    ("number", ""): ScalarCheck(checker="NUMBER", predicate="is_number", refused="not is_number({v})"),
    ("boolean", ""): ScalarCheck(
        checker="BOOLEAN", predicate="is_boolean", refused="type({v}) is not bool", exact="bool"
    ),
    ("object", ""): ScalarCheck(checker="OPEN_OBJECT", predicate="is_open", refused="not is_open({v})"),
}


def check_of(scalar: Scalar) -> ScalarCheck:
    """The check of a primitive without regard to its list of values; one of an unknown format is that of its type."""
    return CHECKS.get((scalar.type, scalar.format)) or CHECKS.get((scalar.type, ""), _ANYTHING)


class Shape(Struct, frozen=True, kw_only=True):
    """A field as validators see it: its plain type, its only value, the keys by which items differ (None: they may not).

    `nullable` says that the document allows null: where the field is required, null is a value of it.
    """

    name: str
    type: Checked
    required: bool
    nullable: bool
    value: str | None
    keys: tuple[str, ...] | None

    @property
    def exact(self) -> str:
        """The Python type that says all, or nothing."""
        if self.value is None and isinstance(self.type, Scalar) and not self.type.enum:
            return check_of(self.type).exact
        return ""

    @property
    def bits(self) -> int:
        """The size of an integer that has one."""
        return check_of(self.type).bits if self.value is None and isinstance(self.type, Scalar) else 0


def beyond(bits: int, v: str) -> str:
    """Whether an integer is perhaps too large. Small ones are told apart first: CPython compares those of one digit at once."""
    return f"(({v} < 0 or {v} > {_DIGIT}) and {v}.bit_length() > {bits - 1})"
