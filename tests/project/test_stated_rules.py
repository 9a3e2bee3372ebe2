"""The rules of servers that keywords of schemas say."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.model import Reference, Scalar
from codegen.model.keywords.keyword import own_values
from codegen.outputs.server_rules import StatedRules
from codegen.project.stated_rules import state_rules
from codegen.readers.built_in.structure import built_ins

RELEASES = built_ins().releases
CORE = "io.k8s.api.core.v1"
APPS = "io.k8s.api.apps.v1"
DEPLOYMENT = ("apps/v1", "Deployment")
STATEFUL_SET = ("apps/v1", "StatefulSet")
JOB = ("batch/v1", "Job")


def make_reference(*kinds: tuple[str, str]) -> Reference:
    keys = [built_ins().kind_key(RELEASES[-1], *kind) for kind in kinds]
    return built_ins().reference(RELEASES[-1], keys)


def state(*kinds: tuple[str, str], release: str = RELEASES[-1]) -> StatedRules:
    return state_rules(release, make_reference(*kinds))


def limits(stated: StatedRules, definition: str, name: str) -> dict[str, Any]:
    """Return the keywords of a field."""
    field = stated.reference.definitions[definition].field(name)
    assert field is not None
    return dict(own_values(field.keywords))


@pytest.mark.parametrize(
    ("definition", "name", "expected"),
    [
        (f"{APPS}.DeploymentSpec", "replicas", {"minimum": 0}),
        (f"{CORE}.ContainerPort", "containerPort", {"minimum": 1, "maximum": 65535}),
        (f"{CORE}.Container", "image", {"minLength": 1}),
        (
            f"{CORE}.Container",
            "name",
            {"minLength": 1, "maxLength": 63, "pattern": "^(?:[a-z0-9]([-a-z0-9]*[a-z0-9])?)$"},
        ),
        (f"{APPS}.DeploymentSpec", "paused", {}),
    ],
    ids=["minimum", "range", "required", "name", "none"],
)
def test_keywords_say_rules(definition: str, name: str, expected: dict[str, Any]) -> None:
    found = limits(state(DEPLOYMENT), definition, name)
    assert {word: found.get(word) for word in expected} == expected
    assert bool(found.keys() & {"minimum", "maximum", "pattern", "minLength"}) is bool(expected)


def test_required_values_are_required() -> None:
    container = state(DEPLOYMENT).reference.definitions[f"{CORE}.Container"]
    image = container.field("image")
    assert image is not None
    assert image.required


def test_values_of_a_rule_are_an_enumeration() -> None:
    container = state(DEPLOYMENT).reference.definitions[f"{CORE}.Container"]
    policy = container.field("imagePullPolicy")
    assert policy is not None
    assert isinstance(policy.type, Scalar)
    assert set(policy.type.enum) >= {"Always", "Never", "IfNotPresent"}


def test_rules_of_one_kind_do_not_reach_shared_definitions() -> None:
    stated = state(DEPLOYMENT, JOB)
    spec = stated.reference.definitions[f"{CORE}.PodSpec"].field("restartPolicy")
    assert spec is not None
    assert isinstance(spec.type, Scalar)
    assert {"Always", "Never", "OnFailure"} <= {*spec.type.enum}
    assert {"deployment-restarts-not-always", "job-restarts-always"} <= stated.left_out


def test_rules_that_some_kinds_lack_are_left_out() -> None:
    older = state(DEPLOYMENT, STATEFUL_SET, release="1.33")  # templates were not checked
    assert "image-missing" in older.left_out
    assert "minLength" not in limits(older, f"{CORE}.Container", "image")
    assert "image-missing" not in state(DEPLOYMENT, release="1.33").left_out


def test_reference_is_unchanged_but_for_limits() -> None:
    reference = make_reference(DEPLOYMENT)
    before = dict(reference.definitions)
    stated = state_rules(RELEASES[-1], reference)
    assert dict(reference.definitions) == before
    assert stated.reference.definitions.keys() == before.keys()
    assert stated.count > 0


@pytest.mark.parametrize("release", ["", *RELEASES], ids=lambda release: release or "all")
def test_release_is_named(release: str) -> None:
    stated = state(DEPLOYMENT, release=release)
    expected = release or f"{RELEASES[0]} to {RELEASES[-1]}"
    assert stated.release == expected
    assert stated.title.endswith(f"Kubernetes {expected}.")


def test_left_out_rules_are_one_note() -> None:
    report = Report()
    stated = state(DEPLOYMENT)
    stated.report_left_out(report, "garden.json")
    (note,) = report.diagnostics
    assert note.rule == "server-rules-left-out"
    assert str(len(stated.left_out)) in note.message


def test_reference_without_rules_is_the_same() -> None:
    stated = state_rules(RELEASES[-1], Reference(definitions={}))
    assert (stated.count, stated.left_out, stated.title) == (0, frozenset(), "")
