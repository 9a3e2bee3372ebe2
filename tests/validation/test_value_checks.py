"""Checks of single values as servers do them."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from codegen.validation.value_checks import is_pem, is_schedule, path_segment_faults, selects

PEM = b"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n"


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        *(("* * * * *", True), ("@every 1h30m", True), ("@hourly", True), ("0 0 1 1 0", True), ("1,2,5-9/2 * * * sun", True)),
        *(("* * * *", False), ("* * * * * *", False), ("@often", False), ("@every day", False), ("* * 0 * *", False)),
        *(("* * * * 7", False), ("5-1 * * * *", False), ("*/0 * * * *", False), ("a * * * *", False), (", * * * *", False)),
    ],
)  # fmt: skip
def test_schedules(text: str, valid: bool) -> None:
    assert is_schedule(text) is valid


def test_requests_of_pem() -> None:
    request = base64.b64encode(PEM).decode()
    assert is_pem(request, "CERTIFICATE REQUEST")
    assert not is_pem(request, "CERTIFICATE")
    assert not is_pem(base64.b64encode(re.sub(rb"MAA=", b"???", PEM)).decode(), "CERTIFICATE REQUEST")


def test_selectors() -> None:
    def one(operator: str, *values: str) -> dict[str, Any]:
        return {"matchExpressions": [{"key": "a", "operator": operator, "values": list(values)}]}

    assert [selects(one("In", "b"), labels) for labels in ({"a": "b"}, {"a": "c"}, {}, None)] == [
        True,
        False,
        False,
        False,
    ]
    assert [selects(one("NotIn", "b"), labels) for labels in ({"a": "b"}, {"a": "c"}, {})] == [False, True, True]
    assert [selects(one("Exists"), labels) for labels in ({"a": "b"}, {})] == [True, False]
    assert [selects(one("DoesNotExist"), labels) for labels in ({"a": "b"}, {})] == [False, True]
    keys: tuple[Any, ...] = (None, 1, 10**5000, ["a"], {})
    for key in keys:
        whole = {"matchExpressions": [{"key": key, "operator": "In", "values": ["b"]}]}
        assert not selects(whole, {"a": "b", "1": "b", "None": "b"})


@pytest.mark.parametrize(
    ("name", "faults"),
    [("bed", ()), ("..", ("may not be '..'",)), ("a/b%", ("may not contain '/'", "may not contain '%'"))],
)
def test_a_segment_of_a_path_has_no_slash(name: str, faults: tuple[str, ...]) -> None:
    assert path_segment_faults(name) == faults
