"""Order of the versions of Kubernetes' groups."""

from __future__ import annotations

import pytest

from codegen.model.kubernetes import api_version_rank


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        pytest.param(
            ["garden/v1alpha1", "garden/v1", "garden/v1beta1"],
            ["garden/v1", "garden/v1beta1", "garden/v1alpha1"],
            id="stable versions come first",
        ),
        pytest.param(
            ["garden/v1beta1", "garden/v1beta2", "garden/v2beta1"],
            ["garden/v2beta1", "garden/v1beta2", "garden/v1beta1"],
            id="larger numbers come first",
        ),
        pytest.param(["sheds/v1", "garden/v1", "v1"], ["garden/v1", "sheds/v1", "v1"], id="groups"),
    ],
)
def test_api_versions_are_ordered_by_stability(versions: list[str], expected: list[str]) -> None:
    assert sorted(versions, key=api_version_rank) == expected
