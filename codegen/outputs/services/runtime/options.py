"""The query of a request: read as Go reads it, and the options in it that every request of a verb has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from codegen.outputs.services.runtime.statuses import Cause, StatusError, failure, go_value, invalid

Query = Mapping[str, Sequence[str]]
FIELD_VALIDATION = ("", "Ignore", "Strict", "Warn")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][-+]?[0-9]+)?\Z")
_DIGITS = 40  # of a number that is read at all
_DURATION = re.compile(r"[-+]?(?:(?:\d++(?:\.\d*+)?|\.\d++)(?:ns|us|µs|μs|ms|s|m|h))+\Z|[-+]?0\Z")
_MOST_BYTES = 128  # of a field manager
_LAST_GO_WORDS = (1, 32)  # the last release that was recorded to write lists in messages as Go does, and not as JSON
_OF_VERBS = {
    "create": "CreateOptions",
    "update": "UpdateOptions",
    "patch": "PatchOptions",
    "delete": "DeleteOptions",
    "deletecollection": "DeleteOptions",
}
_SHORT = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    '"': '\\"',
    "\\": "\\\\",
}


class Argument(NamedTuple):
    """A parameter of a query: its name there and in Python, and its type: `str`, `int`, `float` or `bool`; all else is text."""

    name: str
    attribute: str
    kind: str


def parse(raw: bytes) -> dict[str, list[str]]:
    """The parameters of a query. What Go cannot read it leaves out: a pair with a semicolon, or with a percent sign that begins nothing."""
    found: dict[str, list[str]] = {}
    if not raw:
        return found
    for pair in raw.decode("utf-8", errors="replace").split("&"):
        if pair and ";" not in pair and not _BAD_ESCAPE.search(pair):
            name, _, value = pair.partition("=")
            found.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    return found


def values_of(arguments: Sequence[Argument], query: Query) -> dict[str, Any]:
    """The value of each parameter under its name in Python, None where the query has none. Raises StatusError for one that is no number."""
    return {each.attribute: _value(each, query.get(each.name)) for each in arguments}


def _value(argument: Argument, given: Sequence[str] | None) -> Any:
    if not given:
        return None
    text = given[0]
    if argument.kind == "bool":
        return text.lower() not in ("false", "0")
    if argument.kind == "int":
        if not _INTEGER.match(text):
            raise StatusError(failure(400, f"strconv.ParseInt: parsing {quoted(text)}: invalid syntax"))
        if len(text) > _DIGITS or not -(2**63) <= int(text) < 2**63:
            raise StatusError(failure(400, f"strconv.ParseInt: parsing {quoted(text)}: value out of range"))
        return int(text)
    if argument.kind == "float":
        if not _FLOAT.match(text):
            raise StatusError(failure(400, f"strconv.ParseFloat: parsing {quoted(text)}: invalid syntax"))
        return float(text)
    return text


def check_timeout(query: Query) -> None:
    """Raises StatusError for a timeout that is no duration of Go."""
    text = query.get("timeout", ("",))[0]
    if text and not _DURATION.match(text):
        said = f"invalid timeout specified in the request URL - time: invalid duration {quoted(text)}"
        raise StatusError(failure(400, said))


def check(verb: str, query: Query, release: tuple[int, ...] | None) -> None:
    """Raises StatusError for options that a server refuses whatever it is asked to do."""
    kind = _OF_VERBS.get(verb)
    if kind is None or not query:
        return
    causes = []
    if kind != "DeleteOptions":
        causes += _of_manager(query.get("fieldManager", ("",))[0])
    if (dry := query.get("dryRun")) is not None and set(dry) != {"All"}:
        shown = (
            go_value(list(dry))
            if release is None or release > _LAST_GO_WORDS
            else f"[]string{{{', '.join(map(quoted, dry))}}}"
        )
        causes.append(Cause("FieldValueNotSupported", f'Unsupported value: {shown}: supported values: "All"', "dryRun"))
    validation = query.get("fieldValidation", ("",))[0]
    if kind != "DeleteOptions" and validation not in FIELD_VALIDATION:
        listed = ", ".join(map(quoted, FIELD_VALIDATION))
        text = f"Unsupported value: {quoted(validation)}: supported values: {listed}"
        causes.append(Cause("FieldValueNotSupported", text, "fieldValidation"))
    if causes:
        raise StatusError(invalid(kind, "meta.k8s.io", "", causes))


def _of_manager(manager: str) -> list[Cause]:
    data = manager.encode("utf-8", errors="surrogatepass")
    if len(data) > _MOST_BYTES:
        text = f"Too long: may not be more than {_MOST_BYTES} bytes"
        return [Cause("FieldValueTooLong", text, "fieldManager")]
    at, causes = 0, []
    for char in manager:
        if not char.isprintable():
            text = f"Invalid value: {quoted(manager)}: invalid character U+{ord(char):04X} (at position {at})"
            causes.append(Cause("FieldValueInvalid", text, "fieldManager"))
        at += len(char.encode("utf-8", errors="surrogatepass"))
    return causes


def quoted(text: str) -> str:
    """A text as Go quotes it."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
