"""Status objects and the words of Go in them."""

from __future__ import annotations

import pytest

from codegen.kube import statuses
from codegen.kube.names import path_segment_faults
from codegen.kube.statuses import Cause


def test_one_cause_is_said_plainly_and_several_in_a_list() -> None:
    causes = [Cause("FieldValueRequired", "Required value", "spec.a"), Cause("FieldValueInvalid", "Invalid value: 1")]
    one, both = (statuses.invalid("Plot", "garden.example.io", "bed", causes[:count]) for count in (1, 2))
    assert one["message"] == 'Plot.garden.example.io "bed" is invalid: spec.a: Required value'
    assert both["message"].endswith("is invalid: [spec.a: Required value, <nil>: Invalid value: 1]")
    assert [each["field"] for each in both["details"]["causes"]] == ["spec.a", "<nil>"]


@pytest.mark.parametrize(
    ("error", "code", "reason"),
    [
        (statuses.bad_request("why"), 400, "BadRequest"),
        (statuses.missing_credentials(), 401, "Unauthorized"),
        (statuses.forbidden("pods", "", "bed", "why"), 403, "Forbidden"),
        (statuses.forbidden("pods", "", "", "why"), 403, "Forbidden"),
        (statuses.forbidden("", "", "", "why"), 403, "Forbidden"),
        (statuses.not_found("pods", "", "bed"), 404, "NotFound"),
        (statuses.method_not_allowed(["PUT", "GET"]), 405, "MethodNotAllowed"),
        (statuses.already_exists("pods", "", "bed"), 409, "AlreadyExists"),
        (statuses.version_conflict("pods", "", "bed"), 409, "Conflict"),
        (statuses.name_required("Pod", ""), 422, "Invalid"),
    ],
)
def test_an_error_has_the_code_and_reason_of_servers(error: statuses.StatusError, code: int, reason: str) -> None:
    assert (error.code, error.reason) == (code, reason)


def test_the_methods_of_a_path_are_sorted() -> None:
    assert statuses.method_not_allowed(["PUT", "GET"]).headers == {"Allow": "GET, PUT"}


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("a\nb", r'"a\nb"'), ('"\\', r'"\"\\"'), ("\x7f", r'"\x7f"'), ("\u200b", r'"\u200b"'), ("受", '"受"')],
)
def test_a_text_is_quoted_as_go_quotes_it(text: str, quoted: str) -> None:
    assert statuses.go_quoted(text) == quoted


@pytest.mark.parametrize(
    ("name", "faults"),
    [("bed", ()), ("..", ("may not be '..'",)), ("a/b%", ("may not contain '/'", "may not contain '%'"))],
)
def test_a_segment_of_a_path_has_no_slash(name: str, faults: tuple[str, ...]) -> None:
    assert path_segment_faults(name) == faults
