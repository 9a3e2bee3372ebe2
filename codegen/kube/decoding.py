"""The words of a server's decoder, Go's encoding/json, for a value of the wrong type, and for an object of another kind."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Mapping
from typing import Any, NamedTuple

_FOUND = {
    "string": "string",
    "boolean": "bool",
    "integer": "number",
    "number": "number",
    "object": "object",
    "array": "array",
}
_NAMED = {"uid": "types.UID"}  # strings that have a type of their own in Go, by the name that all their fields have
_TIME = "2006-01-02T15:04:05Z07:00"
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
# What k8s.io/apimachinery/pkg/apis/meta/v1/register.go adds to each group and version, and to the core group alone.
_EVERYWHERE = frozenset(
    ("WatchEvent", "ListOptions", "GetOptions", "DeleteOptions", "CreateOptions", "UpdateOptions", "PatchOptions")
)
_CORE = frozenset(("List", "Status", "APIVersions", "APIGroup", "APIGroupList", "APIResourceList"))


class GoType(NamedTuple):
    """A type as Go prints it. `name` is empty if only the Go source of the API shows it."""

    name: str = ""
    is_integer: bool = False
    is_time: bool = False


def words(steps: tuple[Any, ...], found: str, expected: GoType, owner: str, value: object = None) -> str:
    """Return Go's message for a wrong type, or an empty string if Go words it differently.

    `found` is the JSON type of the value, `owner` the name of the struct that has the field. For a number that does not fit
    the integer type, Go prints the value.
    """
    fields = [step for step in steps if isinstance(step, str)]
    kind, what = expected.name, _FOUND.get(found, "")
    if expected.is_time:
        kind = "string"
        if found == "string":
            return time_words(str(value))
    elif kind == "string" and fields and steps[-1] in _NAMED:
        kind = _NAMED[steps[-1]]
    if not kind or not what or not owner or not fields:
        return ""
    number = ""
    if what == "number" and expected.is_integer:
        number = _number(value)
        if not number:
            return ""
    return f"json: cannot unmarshal {what}{number} into Go struct field {owner}.{'.'.join(fields)} of type {kind}"


def time_words(text: str) -> str:
    """Return the message of Go's time.Parse for a malformed time."""
    quoted, rest = json.dumps(text, ensure_ascii=False), text
    head = f"parsing time {quoted}"
    for element, pattern in _LAYOUT:
        found = re.match(pattern, rest, re.ASCII)
        if found is None:
            return f'{head} as "{_TIME}": cannot parse {json.dumps(rest, ensure_ascii=False)} as "{element}"'
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


def wrong_kind(
    obj: Mapping[str, Any],
    expected: tuple[str, str],
    kinds: Container[tuple[str, str]],
    api_versions: Container[str],
) -> str:
    """Return the message for an object of another kind than that of the URL, `expected` (apiVersion, kind).

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
    scheme = '"pkg/runtime/scheme.go:100"'
    return f'{head}no kind "{name}" is registered for version "{api_version}" in scheme {scheme}'
