"""Selectors of labels and of fields, as lists and watches take them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from codegen.endpoint.refusals import bad_request
from codegen.outputs.services.runtime.statuses import go_value

Choice = Callable[[Mapping[str, Any]], bool]
# Nothing gives back what it took, so that a run of blanks which leads to nothing is read once.
_REQUIREMENT = re.compile(
    r"\s*+(?:(?P<key>[\w./-]++)\s++(?P<set>in|notin)\s*+\((?P<values>[^()]*+)\)|(?P<absent>!)?+\s*+(?P<name>[\w./-]++)\s*+"
    r"(?:(?P<equals>==|=|!=)\s*+(?P<value>[\w.-]*+))?+)\s*+(?:,|\Z)"
)
_FIELD = re.compile(r"\s*+(?P<name>[\w.]++)\s*+(?P<equals>==|=|!=)\s*+(?P<value>(?:[^,\\]|\\.)*+)(?:,|\Z)")


def parsed(labels: str, fields: str) -> Choice:
    """Whether an object is chosen by both selectors; empty ones choose all. Raises `StatusError` for what is no selector."""
    tests = [*_label_tests(labels), *_field_tests(fields)]
    return lambda obj: all(test(obj) for test in tests)


def _label_tests(text: str) -> Iterator[Choice]:
    for found in _parts(_REQUIREMENT, text):
        key = found["key"] or found["name"]
        if found["set"]:
            values = frozenset(value.strip() for value in found["values"].split(","))
            yield _among(key, values, wanted=found["set"] == "in")
        elif found["equals"]:
            yield _among(key, frozenset((found["value"],)), wanted=found["equals"] != "!=")
        else:
            yield _present(key, wanted=not found["absent"])


def _among(key: str, values: frozenset[str], *, wanted: bool) -> Choice:
    return lambda obj: (_labels(obj).get(key) in values) is wanted


def _present(key: str, *, wanted: bool) -> Choice:
    return lambda obj: (key in _labels(obj)) is wanted


def _labels(obj: Mapping[str, Any]) -> Mapping[str, Any]:
    return obj["metadata"].get("labels") or {}


def _field_tests(text: str) -> Iterator[Choice]:
    for found in _parts(_FIELD, text):
        value = re.sub(r"\\(.)", r"\1", found["value"]).strip()
        yield _equal(found["name"].split("."), value, wanted=found["equals"] != "!=")


def _equal(path: list[str], value: str, *, wanted: bool) -> Choice:
    def test(obj: Mapping[str, Any]) -> bool:
        found: Any = obj
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return (("" if found is None else str(found)) == value) is wanted

    return test


def _parts(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    place, end = 0, len(text) if text.strip() else 0
    while place < end:
        found = pattern.match(text, place)
        if found is None or found.end() == place:
            raise bad_request(f"unable to parse requirement: {go_value(text[place : place + 100])}")
        yield found
        place = found.end()
