"""Errors that refuse a request with a Status."""

from __future__ import annotations

import pytest

from codegen.endpoint import status_errors


def test_the_methods_of_a_path_are_sorted() -> None:
    error = status_errors.build_method_not_allowed(["PUT", "GET"])
    assert (error.code, error.status["reason"]) == (405, "MethodNotAllowed")
    assert error.headers == {"Allow": "GET, PUT"}


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("a\nb", r'"a\nb"'), ('"\\', r'"\"\\"'), ("\x7f", r'"\x7f"'), ("\u200b", r'"\u200b"'), ("受", '"受"')],
)
def test_a_text_is_quoted_as_go_quotes_it(text: str, quoted: str) -> None:
    assert status_errors.quote_go(text) == quoted
