"""Status objects with the messages of Go."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.kube.statuses import StatusCause, build_invalid, build_object_failure


def test_causes_are_joined_in_message() -> None:
    causes = [
        StatusCause("FieldValueRequired", "Required value", "spec.a"),
        StatusCause("FieldValueInvalid", "Invalid value: 1"),
    ]
    one, both = (
        build_invalid("Plot", "garden.example.io", "bed", causes[:count]) for count in (1, 2)
    )
    assert one["message"] == 'Plot.garden.example.io "bed" is invalid: spec.a: Required value'
    assert both["message"].endswith("is invalid: [spec.a: Required value, <nil>: Invalid value: 1]")
    assert [each["field"] for each in both["details"]["causes"]] == ["spec.a", "<nil>"]


@pytest.mark.parametrize(
    ("status", "message", "reason"),
    [
        (
            build_object_failure(403, "pods", "bed", "why"),
            'pods "bed" is forbidden: why',
            "Forbidden",
        ),
        (
            build_object_failure(404, "plots", "bed", group="g.io"),
            'plots.g.io "bed" not found',
            "NotFound",
        ),
        (build_object_failure(409, "pods", "bed"), 'pods "bed" already exists', "AlreadyExists"),
        (
            build_object_failure(409, "pods", "bed", "why"),
            'Operation cannot be fulfilled on pods "bed": why',
            "Conflict",
        ),
    ],
)
def test_status_names_its_object(status: dict[str, Any], message: str, reason: str) -> None:
    assert (status["message"], status["reason"]) == (message, reason)
