"""The table of API versions removed from Kubernetes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from codegen.core import releases
from codegen.readers.built_in.structure import built_ins
from codegen.validation import removed_apis
from codegen.validation.removed_apis import RemovedApi, find_removed_api

FILE = Path(removed_apis.__file__).with_suffix(".tsv")


def test_rows_have_removed_kinds_and_served_replacements() -> None:
    rows = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines(), delimiter="\t"))
    known, oldest = built_ins(), built_ins().releases[0]
    assert [releases.parse(row["release"]) for row in rows] == sorted(
        releases.parse(row["release"]) for row in rows
    )
    kinds = [(row, kind) for row in rows for kind in row["kinds"].split()]
    assert len({(row["apiVersion"], kind) for row, kind in kinds}) == len(kinds) >= 59
    for row, kind in kinds:
        assert (row["apiVersion"], kind) not in known.kinds or releases.parse(
            row["release"]
        ) > releases.parse(oldest)
        found = find_removed_api(row["apiVersion"], kind, releases.parse(known.newest))
        assert found is not None
        assert not found.replacement or (found.replacement, kind) in known.kinds


@pytest.mark.parametrize(
    ("api_version", "kind", "release", "expected"),
    [
        ("policy/v1beta1", "PodDisruptionBudget", "1.24", None),
        ("policy/v1beta1", "PodDisruptionBudget", "1.25", ("1.25", "policy/v1")),
        ("policy/v1beta1", "PodDisruptionBudgetList", "1.40", ("1.25", "policy/v1")),
        ("extensions/v1beta1", "PodSecurityPolicy", "1.24", ("1.16", "policy/v1beta1")),
        ("extensions/v1beta1", "PodSecurityPolicy", "1.25", ("1.16", "")),
        ("policy/v1", "PodDisruptionBudget", "1.40", None),
        ("node.k8s.io/v1alpha1", "RuntimeClass", "1.23", None),
        ("node.k8s.io/v1alpha1", "RuntimeClass", "1.24", ("1.24", "node.k8s.io/v1")),
        ("example.io/v1beta1", "PodDisruptionBudget", "1.40", None),
    ],
)
def test_removed_version_is_found(
    api_version: str, kind: str, release: str, expected: tuple[str, str] | None
) -> None:
    wanted = expected and RemovedApi(release=expected[0], replacement=expected[1])
    assert find_removed_api(api_version, kind, releases.parse(release)) == wanted
