"""Errors that refuse a request with a Status."""

from __future__ import annotations

import pytest

from codegen.endpoint import status_errors
from codegen.endpoint.status_errors import StatusError


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (status_errors.bad_request("why"), 400, "why"),
        (status_errors.missing_credentials(), 401, "Unauthorized"),
        (status_errors.forbidden("pods", "", "bed", "why"), 403, 'pods "bed" is forbidden: why'),
        (status_errors.forbidden("pods", "g.io", "", "why"), 403, "pods.g.io is forbidden: why"),
        (status_errors.forbidden("", "", "", "why"), 403, "forbidden: why"),
        (status_errors.not_found("pods", "", "bed"), 404, 'pods "bed" not found'),
    ],
)
def test_an_error_has_the_code_and_words_of_servers(error: StatusError, code: int, message: str) -> None:
    assert (error.code, str(error)) == (code, message)


def test_the_methods_of_a_path_are_sorted() -> None:
    error = status_errors.method_not_allowed(["PUT", "GET"])
    assert (error.code, error.headers) == (405, {"Allow": "GET, PUT"})


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("a\nb", r'"a\nb"'), ('"\\', r'"\"\\"'), ("\x7f", r'"\x7f"'), ("\u200b", r'"\u200b"'), ("受", '"受"')],
)
def test_a_text_is_quoted_as_go_quotes_it(text: str, quoted: str) -> None:
    assert status_errors.go_quoted(text) == quoted
