"""The query of a request: read as Go reads it, and checked as API servers check its options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote_plus

from codegen.core.releases import Release
from codegen.kube.statuses import Cause, StatusError, bad_request, go_quoted, go_value, invalid

Query = Mapping[str, Sequence[str]]
_FIELD_VALIDATION = ("", "Ignore", "Strict", "Warn")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_MOST_DIGITS = 40  # of an integer that is read at all
_DURATION = re.compile(r"[-+]?(?:(?:\d++(?:\.\d*+)?|\.\d++)(?:ns|us|µs|μs|ms|s|m|h))+\Z|[-+]?0\Z")
_MOST_MANAGER_BYTES = 128
_LAST_GO_LISTS = (1, 32)  # the last release that was recorded to print lists as Go does, and not as JSON
_OPTIONS = {
    "create": "CreateOptions",
    "update": "UpdateOptions",
    "patch": "PatchOptions",
    "delete": "DeleteOptions",
}
_INTEGERS = {"list": ("limit", "timeoutSeconds"), "delete": ("gracePeriodSeconds",)}


def parse_query(raw: bytes) -> dict[str, list[str]]:
    """Parse a query. Pairs that Go cannot read are left out: with a semicolon, or with a bad percent sign."""
    found: dict[str, list[str]] = {}
    for pair in raw.decode("utf-8", errors="replace").split("&") if raw else ():
        if pair and ";" not in pair and not _BAD_ESCAPE.search(pair):
            name, _, value = pair.partition("=")
            found.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    return found


def option(query: Query, name: str) -> str:
    """Return the first value of an option, or an empty string."""
    return next(iter(query.get(name, ())), "")


def check_timeout(query: Query) -> None:
    """Raise StatusError (400) for a timeout that Go cannot read."""
    text = option(query, "timeout")
    if text and not _DURATION.match(text):
        said = f"invalid timeout specified in the request URL - time: invalid duration {go_quoted(text)}"
        raise bad_request(said)


def check_options(verb: str, query: Query, release: Release) -> None:
    """Raise StatusError for options that a server refuses: 422 for wrong words, 400 for wrong integers."""
    kind = _OPTIONS.get(verb)
    if kind is not None and query and (causes := list(_faults(kind, query, release))):
        raise StatusError(invalid(kind, "meta.k8s.io", "", causes))
    for name in _INTEGERS.get(verb, ()):
        if text := option(query, name):
            _check_integer(text)


def _faults(kind: str, query: Query, release: Release) -> Iterator[Cause]:
    has_writer = kind != "DeleteOptions"
    if has_writer:
        yield from _manager_faults(option(query, "fieldManager"))
    dry_run = query.get("dryRun")
    if dry_run is not None and set(dry_run) != {"All"}:
        listed = f"[]string{{{', '.join(map(go_quoted, dry_run))}}}"
        shown = listed if release <= _LAST_GO_LISTS else go_value(list(dry_run))
        yield Cause("FieldValueNotSupported", f'Unsupported value: {shown}: supported values: "All"', "dryRun")
    validation = option(query, "fieldValidation")
    if has_writer and validation not in _FIELD_VALIDATION:
        listed = ", ".join(map(go_quoted, _FIELD_VALIDATION))
        text = f"Unsupported value: {go_quoted(validation)}: supported values: {listed}"
        yield Cause("FieldValueNotSupported", text, "fieldValidation")


def _manager_faults(manager: str) -> Iterator[Cause]:
    if len(manager.encode("utf-8", errors="surrogatepass")) > _MOST_MANAGER_BYTES:
        yield Cause("FieldValueTooLong", f"Too long: may not be more than {_MOST_MANAGER_BYTES} bytes", "fieldManager")
        return
    at = 0
    for char in manager:
        if not char.isprintable():
            text = f"Invalid value: {go_quoted(manager)}: invalid character U+{ord(char):04X} (at position {at})"
            yield Cause("FieldValueInvalid", text, "fieldManager")
        at += len(char.encode("utf-8", errors="surrogatepass"))


def _check_integer(text: str) -> None:
    head = f"strconv.ParseInt: parsing {go_quoted(text)}"
    if not _INTEGER.match(text):
        raise bad_request(f"{head}: invalid syntax")
    if len(text) > _MOST_DIGITS or not -(2**63) <= int(text) < 2**63:
        raise bad_request(f"{head}: value out of range")
