"""Bodies of requests: duplicate keys are found in linear time, wherever they are."""

from __future__ import annotations

import json
import re

import pytest

from codegen.endpoint.body_syntax import parse_json
from support.growth import grows_linearly


def duplicates(text: str) -> list[str]:
    return [*parse_json(text.encode())[1]]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "unexpected end of JSON input"),
        ("[1,]", "invalid character ']' looking for beginning of value"),
        ("[1 2]", "invalid character '2' after array element"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a":1 "b"}', "invalid character '\"' after object key:value pair"),
        ("{1}", "invalid character '1' looking for beginning of object key string"),
        ('"\\x"', r"invalid character '\\' in string literal"),
        ('"a\nb"', r"invalid character '\n' in string literal"),
        ("-a", "invalid character '-' looking for beginning of value"),
        ("1.a", "invalid character '.' after top-level value"),
        ("01", "invalid character '1' after top-level value"),
        ("tru3", "invalid character 't' looking for beginning of value"),
        ("[" * 10_001, "invalid character '[' exceeded max depth"),
        ('{"a":' * 10_001, "invalid character '{' exceeded max depth"),
        ("[" * 10_000, "unexpected end of JSON input"),
    ],
)
def test_what_is_no_json_is_told_in_the_words_of_go(body: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)) as caught:
        parse_json(body.encode())
    assert str(caught.value) == says


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ('{"a": 1, "b": 2, "a": 3}', ["a"]),
        ('{"a": [{"b": 1, "b": 2}], "c": {"d": {"e": 1, "e": 1}}, "c": {}}', ["a[0].b", "c.d.e", "c"]),
        ('{"a": {"x": 1, "x": 2}, "a": {"y": 1, "y": 2}}', ["a.x", "a", "a.y"]),
        ('{"a":' * 2000 + '{"x": 1, "x": 2}' + "}" * 2000, [".".join(["a"] * 2000 + ["x"])]),
    ],
)
def test_duplicate_keys_are_found_in_the_order_of_the_body(text: str, paths: list[str]) -> None:
    assert duplicates(text) == paths


def test_a_body_with_duplicates_has_the_values_of_json() -> None:
    text = r'{"x": 0, "x": [{}, {"b": [-0.5e3, 12, true, false, null, "\u00e9é\n"]}, [], ""]}'
    assert parse_json(text.encode()) == (json.loads(text), ("x",))


@pytest.mark.timing
def test_the_time_for_duplicate_keys_grows_linearly() -> None:
    def read(size: int) -> None:
        text = ", ".join(f'"k{number}": 0, "k{number}": 0' for number in range(size))
        assert len(duplicates(f"{{{text}}}")) == min(size, 100)  # as many as a server lists

    assert grows_linearly(read)
