"""The words of a server's decoder, Go's encoding/json, for a value of the wrong type."""

from __future__ import annotations

from codegen.model import Array, Map, Ref, Scalar, Type, kubernetes
from codegen.validation.finding import Steps

_FOUND = {
    "string": "string",
    "boolean": "bool",
    "integer": "number",
    "number": "number",
    "object": "object",
    "array": "array",
}
_SCALARS = {"string": "string", "boolean": "bool"}


def words(steps: Steps, found: str, expected: Type, owner: str, value: object = None) -> str:
    """`json: cannot unmarshal string into Go struct field Plot.spec.size of type int64`, or an empty string where Go words it differently.

    `found` is the JSON type of the value, `owner` the name of the struct that has the field. For a number that does not fit
    the integer type, Go prints the value.
    """
    kind, what = go_type(expected), _FOUND.get(found, "")
    fields = [step for step in steps if isinstance(step, str)]
    if not kind or not what or not owner or not fields:
        return ""
    number = ""
    if what == "number" and isinstance(expected, Scalar) and expected.type == "integer":
        number = _number(value)
        if not number:
            return ""
    return f"json: cannot unmarshal {what}{number} into Go struct field {owner}.{'.'.join(fields)} of type {kind}"


def _number(value: object) -> str:
    try:
        return f" {value}"
    except ValueError:  # more digits than Python prints
        return ""


def go_type(expression: Type) -> str:
    """A type as Go prints it, or an empty string where only the Go source of the API shows it."""
    match expression:
        case Scalar(type="integer", format=bits) if bits:
            return bits
        case Scalar(type=name, format=form) if form not in kubernetes.DECODED:
            return _SCALARS.get(name, "")
        case Array(items=items):
            inner = go_type(items)
            return f"[]{inner}" if inner else ""
        case Map(values=values):
            inner = go_type(values)
            return f"map[string]{inner}" if inner else ""
        case Ref(key=key):
            return ".".join(key.split(".")[-2:])
    return ""
