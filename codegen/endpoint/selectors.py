"""Label selectors and field selectors, as lists and watches have them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from codegen.kube.statuses import bad_request, go_value

Test = Callable[[Mapping[str, Any]], bool]
# Possessive, so that a run of blanks which leads to nothing is read once.
_REQUIREMENT = re.compile(
    r"\s*+(?:(?P<key>[\w./-]++)\s++(?P<set>in|notin)\s*+\((?P<values>[^()]*+)\)|(?P<absent>!)?+\s*+(?P<name>[\w./-]++)\s*+"
    r"(?:(?P<equals>==|=|!=)\s*+(?P<value>[\w.-]*+))?+)\s*+(?:,|\Z)"
)
_FIELD = re.compile(r"\s*+(?P<name>[\w.]++)\s*+(?P<equals>==|=|!=)\s*+(?P<value>(?:[^,\\]|\\.)*+)(?:,|\Z)")


def parse_selectors(labels: str, fields: str) -> Test:
    """Return a test whether both selectors select an object; empty ones select all. Raises StatusError (400)."""
    tests = [*_label_tests(labels), *_field_tests(fields)]
    return lambda obj: all(test(obj) for test in tests)


def _label_tests(text: str) -> Iterator[Test]:
    for found in _requirements(_REQUIREMENT, text):
        key = found["key"] or found["name"]
        if found["set"]:
            values = frozenset(value.strip() for value in found["values"].split(","))
            yield _has_value(key, values, wanted=found["set"] == "in")
        elif found["equals"]:
            yield _has_value(key, frozenset((found["value"],)), wanted=found["equals"] != "!=")
        else:
            yield _has_key(key, wanted=not found["absent"])


def _has_value(key: str, values: frozenset[str], *, wanted: bool) -> Test:
    return lambda obj: (_labels(obj).get(key) in values) is wanted


def _has_key(key: str, *, wanted: bool) -> Test:
    return lambda obj: (key in _labels(obj)) is wanted


def _labels(obj: Mapping[str, Any]) -> Mapping[str, Any]:
    return obj["metadata"].get("labels") or {}


def _field_tests(text: str) -> Iterator[Test]:
    for found in _requirements(_FIELD, text):
        value = re.sub(r"\\(.)", r"\1", found["value"]).strip()
        yield _field_equals(found["name"].split("."), value, wanted=found["equals"] != "!=")


def _field_equals(path: list[str], value: str, *, wanted: bool) -> Test:
    def test(obj: Mapping[str, Any]) -> bool:
        found: Any = obj
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return (("" if found is None else str(found)) == value) is wanted

    return test


def _requirements(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    at, end = 0, len(text) if text.strip() else 0
    while at < end:
        found = pattern.match(text, at)
        if found is None or found.end() == at:
            raise bad_request(f"unable to parse requirement: {go_value(text[at : at + 100])}")
        yield found
        at = found.end()
