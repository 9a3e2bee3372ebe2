"""Times and numbers have the same bounds in validators and in all styles of classes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from codegen.model import Array, Map, Ref, Scalar
from gardens.parts import META, field
from gardens.python import definition, importing, reference, run_time, write

TARGETS = ("validators", "dataclasses", "pydantic", "msgspec")
LARGEST_FLOAT = int(1.7976931348623157e308)
NAN, INFINITY = float("nan"), float("inf")
SECOND = "2030-01-02T03:04:05"
# by field: values with whether servers accept them, in years that Python has
TIMES = {
    f"{SECOND}Z": True,
    f"{SECOND}z": False,
    f"{SECOND}": False,
    f"{SECOND}.5Z": True,
    f"{SECOND},5Z": True,
    f"{SECOND}.Z": False,
    f"{SECOND}.123456789012Z": True,
    f"{SECOND}-00:00": True,
    f"{SECOND}+23:59": True,
    f"{SECOND}+24:00": True,
    f"{SECOND}-24:60": True,
    f"{SECOND}+24:61": False,
    f"{SECOND}+25:00": False,
    f"{SECOND}+0100": False,
    f"{SECOND}+01": False,
    f"{SECOND}Z\n": False,
    f" {SECOND}Z": False,
    "2030-01-02t03:04:05Z": False,
    "2030-01-02 03:04:05Z": False,
    "2030-01-02T3:04:05Z": True,
    "2030-01-02T24:00:00Z": False,
    "2030-01-02T23:59:60Z": False,
    "2030-02-29T00:00:00Z": False,
    "2028-02-29T00:00:00Z": True,
    "2030-W01-1T00:00:00Z": False,
    "0000-12-31T00:00:00Z": False,
    "0001-01-01T00:00:00Z": True,
    "0001-01-01T00:00:00+14:00": True,
    "0001-01-01T00:00:00+24:00": False,
    "9999-12-31T23:59:59-23:59": True,
    "9999-12-31T23:59:59-24:00": False,
    "10000-01-01T00:00:00Z": False,
    "": False,
    "1893456000": False,
}
MICRO_TIMES = {
    f"{SECOND}.123456Z": True,
    f"{SECOND}.123456+24:00": True,
    f"{SECOND}.12345Z": False,
    f"{SECOND}.1234567Z": False,
    "0000-12-31T00:00:00.000000Z": False,
}
DATE_TIMES = {
    f"{SECOND}z": True,
    "2030-01-02t03:04:05Z": True,
    f"{SECOND}!5Z": True,
    f"{SECOND}Zt1": True,
    f"{SECOND}+25:00": True,
    f"{SECOND}+99:99": True,
    f"{SECOND}+0100": False,
    "2030-01-02 03:04:05Z": False,
    "2030-01-02T3:04:05Z": False,
    "2030-01-02T23:59:60Z": False,
    "0000-02-29T00:00:00Z": False,
    "9999-12-31T23:59:59-99:00": False,
}
DATES = {
    "2028-02-29": True,
    "0000-02-29": True,
    "2030-02-29": False,
    "2030-04-31": False,
    "2030-13-01": False,
    "2030-1-01": False,
    "2030-W01-1": False,
    "2030-01-02\n": False,
    SECOND: False,
    "": False,
    20300102: False,
}
NUMBERS = {
    -0.0: True,
    5e-324: True,
    LARGEST_FLOAT: True,
    LARGEST_FLOAT + 2**969: True,
    LARGEST_FLOAT + 2**970: False,
    -(10**400): False,
    NAN: False,
    INFINITY: False,
    -INFINITY: False,
    "1": False,
}
INTEGERS = {
    2**63 - 1: True,
    2**63: False,
    -(2**63): True,
    -(2**63) - 1: False,
    10**400: False,
    1.5: False,
    1e300: False,
    NAN: False,
    "1": False,
}
SHORT_INTEGERS = {2**31 - 1: True, 2**31: False, -(2**31): True, -(2**31) - 1: False}
INTEGERS_OR_STRINGS = {**INTEGERS, "1": True}
CASES: dict[str, dict[Any, bool]] = {
    "time": TIMES,
    "microTime": MICRO_TIMES,
    "dateTime": DATE_TIMES,
    "dateTimes": DATE_TIMES,
    "date": DATES,
    "dates": DATES,
    "number": NUMBERS,
    "integer": INTEGERS,
    "int64": INTEGERS,
    "int32": SHORT_INTEGERS,
    "intOrString": INTEGERS_OR_STRINGS,
}
Accepts = Callable[[str, Any], set[bool]]


@pytest.fixture(scope="module")
def accepts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accepts]:
    """Return a function that asks all generated modules about a value of a field."""
    date_time = Scalar(type="string", format="date-time")
    day = Scalar(type="string", format="date")
    clock = definition(
        "Clock",
        field("time", Ref(key=f"{META}.Time")),
        field("microTime", Ref(key=f"{META}.MicroTime")),
        field("dateTime", date_time),
        field("dateTimes", Map(values=date_time)),
        field("date", day),
        field("dates", Array(items=day)),
        field("number", Scalar(type="number")),
        field("integer", Scalar(type="integer")),
        field("int64", Scalar(type="integer", format="int64")),
        field("int32", Scalar(type="integer", format="int32")),
        field("intOrString", Scalar(type="string", format="int-or-string")),
    )
    folder = tmp_path_factory.mktemp("bounds")
    write(reference(clock), folder, targets=TARGETS)
    with importing(folder) as importer:
        validate = importer.module("garden_v1.validators").validate_clock
        modules = [
            importer.module(f"garden_v1.{name}")
            for name in ("models", "pydantic_models", "structs")
        ]

        def ask(name: str, value: Any) -> set[bool]:
            sent = {name: value}
            if name == "dateTimes":
                sent = {name: {"a": value}}
            elif name == "dates":
                sent = {name: [value]}
            results = {not validate(sent)}
            for module in modules:
                for from_wire, form in (("from_dict", sent), ("from_json", json.dumps(sent))):
                    try:
                        getattr(module.Clock, from_wire)(form).to_dict()
                        results.add(True)
                    except run_time(module).ModelError:
                        results.add(False)
            return results

        yield ask


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        pytest.param(name, value, expected, id=f"{name} {number}")
        for name, values in CASES.items()
        for number, (value, expected) in enumerate(values.items())
    ],
)
def test_all_styles_have_bounds_of_servers(
    accepts: Accepts, name: str, value: Any, expected: bool
) -> None:
    assert accepts(name, value) == {expected}
