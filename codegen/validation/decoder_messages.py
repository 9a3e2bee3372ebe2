"""Write the messages of a server's decoder for wrong types and kinds."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Mapping

from codegen.kube.errors import json_type
from codegen.kube.scalars import GO_MICRO_TIME, GO_TIME, scalar_type
from codegen.model import Array, Map, Ref, Scalar, Type
from codegen.validation.object_finding import Steps

# Words of Go that differ from those of JSON.
_FOUND = {
    "boolean": "bool",
    "integer": "number",
    "null": "",
    "other": "",
}
# Strings that have a type of their own in Go, by the name that all their fields have.
_NAMED = {"uid": "types.UID"}
_TIMES = ("date-time", GO_TIME, GO_MICRO_TIME)
SCHEME = "scheme.go:100"  # the line of the oldest servers; the endpoint shows that of its release
_TIME = "2006-01-02T15:04:05Z07:00"
_LAYOUT = (
    ("2006", r"\d{4}"),
    ("-", "-"),
    ("01", r"\d\d"),
    ("-", "-"),
    ("02", r"\d\d"),
    ("T", "T"),
    ("15", r"\d\d?"),
    (":", ":"),
    ("04", r"\d\d"),
    (":", ":"),
    ("05", r"\d\d(?:[.,]\d+)?"),
    ("Z07:00", r"Z|[+-]\d\d:\d\d"),
)
_RANGES = {
    "01": ("month", 1, 12),
    "02": ("day", 1, 31),
    "15": ("hour", 0, 23),
    "04": ("minute", 0, 59),
    "05": ("second", 0, 59),
}
# The kinds that k8s.io/apimachinery/pkg/apis/meta/v1/register.go adds to each group and version,
# and those that it adds to the core group alone.
_EVERYWHERE = frozenset(
    (
        "WatchEvent",
        "ListOptions",
        "GetOptions",
        "DeleteOptions",
        "CreateOptions",
        "UpdateOptions",
        "PatchOptions",
    )
)
_CORE = frozenset(("List", "Status", "APIVersions", "APIGroup", "APIGroupList", "APIResourceList"))


def describe_wrong_value(steps: Steps, value: object, expected: Type, owner: str) -> str:
    """Return Go's message for a wrong type, or an empty string for other wordings.

    `owner` is the name of the struct with the field. For a number that does not fit the integer
    type, Go prints the value.
    """
    is_time = isinstance(expected, Scalar) and expected.format in _TIMES
    if is_time and isinstance(value, str):
        return _describe_wrong_time(value)
    fields = [step for step in steps if isinstance(step, str)]
    kind_of_value = json_type(value)
    found_type, kind = (
        _FOUND.get(kind_of_value, kind_of_value),
        "string" if is_time else _go_name(expected),
    )
    if not (found_type and kind and owner and fields):
        return ""
    if kind == "string":
        kind = _NAMED.get(steps[-1], kind)
    if found_type == "number" and isinstance(expected, Scalar) and expected.type == "integer":
        try:
            found_type = f"{found_type} {value}"
        except ValueError:  # more digits than Python prints
            return ""
    return f"json: cannot unmarshal {found_type} into Go struct field {owner}.{'.'.join(fields)} of type {kind}"


def _go_name(expression: Type) -> str:
    """Return the name of a type in Go, or an empty string if it is unknown."""
    match expression:
        case Scalar(type="integer", format=bits) if bits:
            return bits
        case Scalar(type=name, format=form):
            return scalar_type(name, form).go
        case Array(items=inner) | Map(values=inner):
            name = _go_name(inner)
            if not name:
                return ""
            if isinstance(expression, Array):
                return f"[]{name}"
            return f"map[string]{name}"
        case Ref(key=key):
            return ".".join(key.split(".")[-2:])
    return ""


def _describe_wrong_time(text: str) -> str:
    """Return the message of Go's time.Parse for a malformed time."""
    quoted, remainder = json.dumps(text, ensure_ascii=False), text
    head = f"parsing time {quoted}"
    for element, pattern in _LAYOUT:
        match = re.match(pattern, remainder, re.ASCII)
        if match is None:
            return f'{head} as "{_TIME}": cannot parse {json.dumps(remainder, ensure_ascii=False)} as "{element}"'
        word, low, high = _RANGES.get(element, ("", 0, 0))
        if word and not low <= int(match[0][:2]) <= high:
            return f"{head}: {word} out of range"
        remainder = remainder[match.end() :]
    if remainder:
        return f"{head}: extra text: {json.dumps(remainder, ensure_ascii=False)}"
    return f"{head}: day out of range"


def describe_wrong_kind(
    obj: Mapping[str, object],
    expected: tuple[str, str],
    kinds: Container[tuple[str, str]],
    api_versions: Container[str],
) -> str:
    """Return the message for an object of another kind than the `expected` apiVersion and kind.

    `kinds` are the known ones as apiVersion and kind, `api_versions` the known groups and versions.
    """
    of_url, kind = expected
    api_version = str(obj.get("apiVersion") or of_url)
    name = str(obj.get("kind") or kind)
    version = api_version.rpartition("/")[2]
    head = f'{name} in version "{version}" cannot be handled as a {kind}: '
    is_known = (
        (api_version, name) in kinds
        or (api_version in api_versions and name in _EVERYWHERE)
        or (api_version == "v1" and name in _CORE)
    )
    if is_known:
        internal = of_url.rpartition("/")[0].partition(".")[0] or "core"
        return f"{head}converting ({version}.{name}) to ({internal}.{kind}): unknown conversion"
    return f'{head}no kind "{name}" is registered for version "{api_version}" in scheme "pkg/runtime/{SCHEME}"'
