"""Label selectors and field selectors of lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from codegen.core.json_types import JsonMapping, JsonValue
from codegen.endpoint.status_errors import build_bad_request
from codegen.kube.statuses import go_value

Test = Callable[[JsonMapping], bool]
# Possessive, so that a run of blanks is read once.
_REQUIREMENT = re.compile(
    r"\s*+(?:(?P<key>[\w./-]++)\s++(?P<set>in|notin)\s*+\((?P<values>[^()]*+)\)|(?P<absent>!)?+\s*+(?P<name>[\w./-]++)\s*+"
    r"(?:(?P<equals>==|=|!=)\s*+(?P<value>[\w.-]*+))?+)\s*+(?:,|\Z)"
)
_FIELD = re.compile(
    r"\s*+(?P<name>[\w.]++)\s*+(?P<equals>==|=|!=)\s*+(?P<value>(?:[^,\\]|\\.)*+)(?:,|\Z)"
)


def parse_selectors(labels: str, fields: str) -> Test:
    """Return a test for objects of a label selector and a field selector.

    Raises StatusError (400).
    """
    tests = [_label_test(match) for match in _split_requirements(_REQUIREMENT, labels)]
    tests += [_field_test(match) for match in _split_requirements(_FIELD, fields)]
    return lambda obj: all(test(obj) for test in tests)


def _split_requirements(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    at, end = 0, len(text) if text.strip() else 0
    while at < end:
        match = pattern.match(text, at)
        if match is None or match.end() == at:
            raise build_bad_request(f"unable to parse requirement: {go_value(text[at : at + 100])}")
        yield match
        at = match.end()


def _label_test(match: re.Match[str]) -> Test:
    key = match["key"] or match["name"]
    is_wanted = not (match["absent"] or match["set"] == "notin" or match["equals"] == "!=")
    if not match["set"] and not match["equals"]:
        return lambda obj: (key in (obj["metadata"].get("labels") or {})) is is_wanted
    if match["set"]:
        values = {value.strip() for value in match["values"].split(",")}
    else:
        values = {match["value"]}
    return lambda obj: ((obj["metadata"].get("labels") or {}).get(key) in values) is is_wanted


def _field_test(match: re.Match[str]) -> Test:
    path, is_wanted = match["name"].split("."), match["equals"] != "!="
    value = re.sub(r"\\(.)", r"\1", match["value"]).strip()

    def test(obj: Mapping[str, object]) -> bool:
        inner: JsonValue = obj
        for name in path:
            inner = inner.get(name) if isinstance(inner, dict) else None
        return (("" if inner is None else str(inner)) == value) is is_wanted

    return test
