"""Formats of names, as Kubernetes' types declare them."""

from __future__ import annotations

import pytest

from codegen.validation.runtime.name_formats import FORMATS, format_faults

VALID = {
    "k8s-short-name": ["bed", "bed-7", "7"],
    "k8s-long-name": ["bed.garden.example.io", "bed"],
    "k8s-long-name-caseless": ["Bed.garden.example.io"],
    "k8s-uuid": ["123e4567-e89b-12d3-a456-426614174000"],
    "k8s-label-key": ["bed", "garden.example.io/bed"],
    "k8s-path-segment-name": ["bed", "Bed_7"],
    "k8s-resource-pool-name": ["east", "east/north.example.io"],
    "k8s-resource-fully-qualified-name": ["garden.example.io/bed"],
    "k8s-extended-resource-name": ["garden.example.io/bed"],
}
INVALID = {
    "k8s-short-name": ["Bed", "bed.north", "-bed", "b" * 64],
    "k8s-long-name": ["Bed", "bed..north", "b." * 127 + "b"],
    "k8s-long-name-caseless": ["bed!", "bed_north"],
    "k8s-uuid": ["123e4567", "123E4567-E89B-12D3-A456-426614174000"],
    "k8s-label-key": ["a bed", "/bed", "a/b/c"],
    "k8s-path-segment-name": ["a/b", "..", "a%b"],
    "k8s-resource-pool-name": ["east//north", "East/", ""],
    "k8s-resource-fully-qualified-name": ["bed", "garden.example.io/a-bed"],
    "k8s-extended-resource-name": ["bed", "kubernetes.io/bed"],
}


@pytest.mark.parametrize("name", VALID)
def test_names_of_a_format_have_no_fault(name: str) -> None:
    assert {text: format_faults(name, text) for text in VALID[name]} == dict.fromkeys(
        VALID[name], ()
    )


@pytest.mark.parametrize("name", INVALID)
def test_other_names_have_a_fault(name: str) -> None:
    assert [text for text in INVALID[name] if not format_faults(name, text)] == []


def test_every_format_has_examples() -> None:
    assert set(VALID) == set(INVALID)
    assert set(VALID) <= set(FORMATS)
