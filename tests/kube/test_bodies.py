"""Bodies of requests: duplicate keys are found in linear time, wherever they are."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.kube import bodies
from support.growth import grows_linearly


def no_yaml(_: str) -> Any:
    raise AssertionError("the body is JSON")


def duplicates(text: str) -> list[str]:
    return [each.path for each in bodies.read(text.encode(), "json", "Plot", no_yaml).repeated]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ('{"a": 1, "b": 2, "a": 3}', ["a"]),
        ('{"a": [{"b": 1, "b": 2}], "c": {"d": {"e": 1, "e": 1}}, "c": {}}', ["a[0].b", "c"]),
        ('{"a": {"x": 1, "x": 2}, "a": {"y": 1, "y": 2}}', ["a", "a.y"]),
        ('{"a":' * 2000 + '{"x": 1, "x": 2}' + "}" * 2000, [".".join(["a"] * 2000 + ["x"])]),
    ],
)
def test_duplicate_keys_are_found_in_the_order_of_the_body(text: str, paths: list[str]) -> None:
    assert duplicates(text) == paths


@pytest.mark.parametrize(
    ("data", "end"),
    [
        (b"", "(<empty>)"),
        (b"{" * 30, f"({'{' * 30})"),
        (b"{" * 31, f"({'{' * 30} ...)"),
        (b"\x01" * 31, f"({'01' * 30} ...)"),
    ],
)
def test_a_refusal_shows_the_first_thirty_bytes(data: bytes, end: str) -> None:
    assert bodies.describe_unrecognised(data, "Plot", "no object").endswith(end)


@pytest.mark.timing
def test_the_time_for_duplicate_keys_grows_linearly() -> None:
    def read(size: int) -> None:
        text = ", ".join(f'"k{number}": 0, "k{number}": 0' for number in range(size))
        assert len(duplicates(f"{{{text}}}")) == size

    assert grows_linearly(read)
