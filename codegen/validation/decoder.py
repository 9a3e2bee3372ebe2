"""The words of a server's decoder, Go's encoding/json, for a value of the wrong type."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

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
_NAMED = {"uid": "types.UID"}  # strings that have a type of their own in Go, by the name that all their fields have
_TIMES: Mapping[str, str] = {"date-time": "2006-01-02T15:04:05Z07:00", "micro-time": "2006-01-02T15:04:05.000000Z07:00"}
_LAYOUT = (
    *(("2006", r"\d{4}"), ("-", "-"), ("01", r"\d\d"), ("-", "-"), ("02", r"\d\d"), ("T", "T"), ("15", r"\d\d?")),
    *((":", ":"), ("04", r"\d\d"), (":", ":"), ("05", r"\d\d(?:[.,]\d+)?"), ("Z07:00", r"Z|[+-]\d\d:\d\d")),
)
_RANGES = {
    "01": ("month", 1, 12),
    "02": ("day", 1, 31),
    "15": ("hour", 0, 23),
    "04": ("minute", 0, 59),
    "05": ("second", 0, 59),
}
_SCALARS = {"string": "string", "boolean": "bool"}


def words(steps: Steps, found: str, expected: Type, owner: str, value: object = None) -> str:
    """`json: cannot unmarshal string into Go struct field Plot.spec.size of type int64`, or an empty string where Go words it differently.

    `found` is the JSON type of the value, `owner` the name of the struct that has the field. For a number that does not fit
    the integer type, Go prints the value.
    """
    fields = [step for step in steps if isinstance(step, str)]
    kind, what = go_type(expected), _FOUND.get(found, "")
    if isinstance(expected, Scalar) and expected.format in _TIMES:
        kind = "string"
        if found == "string":
            return time_words(str(value))
    elif kind == "string" and fields and steps[-1] in _NAMED:
        kind = _NAMED[steps[-1]]
    if not kind or not what or not owner or not fields:
        return ""
    number = ""
    if what == "number" and isinstance(expected, Scalar) and expected.type == "integer":
        number = _number(value)
        if not number:
            return ""
    return f"json: cannot unmarshal {what}{number} into Go struct field {owner}.{'.'.join(fields)} of type {kind}"


def time_words(text: str, layout: str = _TIMES["date-time"]) -> str:
    """What Go's time.Parse says of a text that is no time: the part of the layout that it does not find, and what stands there."""
    quoted, rest = json.dumps(text, ensure_ascii=False), text
    head = f"parsing time {quoted}"
    for element, pattern in _LAYOUT:
        found = re.match(pattern, rest, re.ASCII)
        if found is None:
            return f'{head} as "{layout}": cannot parse {json.dumps(rest, ensure_ascii=False)} as "{element}"'
        word, low, high = _RANGES.get(element, ("", 0, 0))
        if word and not low <= int(found[0][:2]) <= high:
            return f"{head}: {word} out of range"
        rest = rest[found.end() :]
    return f"{head}: extra text: {json.dumps(rest, ensure_ascii=False)}" if rest else f"{head}: day out of range"


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
