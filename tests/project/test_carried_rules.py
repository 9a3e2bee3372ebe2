"""The rules of servers that generated validators carry."""

from __future__ import annotations

import json

import pytest

from codegen.model import Reference
from codegen.outputs.server_rules import CarriedRules
from codegen.project.carried_rules import RuleCarrier
from codegen.readers.built_in.structure import built_ins

RELEASES = built_ins().releases
DEPLOYMENT = ("apps/v1", "Deployment")
SERVICE = ("v1", "Service")
SERVICE_LIST = ("v1", "ServiceList")
TOKEN_REQUEST = ("authentication.k8s.io/v1", "TokenRequest")


def find_key(kind: tuple[str, str]) -> str:
    return built_ins().kind_key(RELEASES[-1], *kind)


def make_reference(*kinds: tuple[str, str]) -> Reference:
    return built_ins().reference(RELEASES[-1], [find_key(kind) for kind in kinds])


def carry(*kinds: tuple[str, str], release: str = RELEASES[-1]) -> CarriedRules:
    """Return the rules of kinds, with their meanings in Chinese."""
    keys = [find_key(kind) for kind in kinds]
    return RuleCarrier(release).carry(make_reference(*kinds), keys, ["zh-cn"])


def test_rules_of_a_kind_and_of_values_inside_are_carried() -> None:
    carried = carry(DEPLOYMENT)
    assert carried.keys == {find_key(DEPLOYMENT)}
    assert {"apps/v1/Deployment", "*", "io.k8s.api.core.v1.Container"} <= carried.data[
        "rules"
    ].keys()
    assert "v1/Service" not in carried.data["rules"]
    assert find_key(DEPLOYMENT) in carried.data["routes"]
    assert json.loads(json.dumps(carried.data)) == carried.data


def test_count_is_that_of_rules_that_reject() -> None:
    carried = carry(DEPLOYMENT, SERVICE)
    tables = (carried.data["rules"], carried.data["declared"])
    effects = [rule["effect"] for table in tables for rules in table.values() for rule in rules]
    assert carried.count == effects.count("rejects") > 0
    assert set(effects) <= {"rejects", "accepts"}


def test_meanings_have_the_asked_languages() -> None:
    carried = carry(SERVICE)
    assert all(rule["says"].keys() == {"zh-cn"} for rule in carried.data["rules"]["v1/Service"])


def test_one_release_or_all() -> None:
    one = carry(DEPLOYMENT)
    every = carry(DEPLOYMENT, release="")
    assert (one.release, one.is_one_release) == (RELEASES[-1], True)
    assert (every.release, every.is_one_release) == (f"{RELEASES[0]} to {RELEASES[-1]}", False)


def test_rules_of_every_object_have_their_kinds() -> None:
    """A token request has no rules about its name, which a Deployment in the same module has."""
    alone = carry(TOKEN_REQUEST).data["rules"]["*"]
    both = carry(TOKEN_REQUEST, DEPLOYMENT).data["rules"]["*"]
    assert len(alone) < len(both)
    limited = [rule["kinds"] for rule in both if "kinds" in rule]
    assert limited
    assert all(kinds == ["apps/v1/Deployment"] for kinds in limited)


def test_lists_name_the_definition_of_their_items() -> None:
    carried = carry(SERVICE, SERVICE_LIST)
    assert carried.data["lists"] == {find_key(SERVICE_LIST): find_key(SERVICE)}
    assert carried.keys == {find_key(SERVICE), find_key(SERVICE_LIST)}


def test_lists_of_items_of_other_units_have_no_items() -> None:
    assert carry(SERVICE_LIST).data["lists"] == {}


@pytest.mark.parametrize(
    ("kind", "left_out"),
    [
        (DEPLOYMENT, set()),
        (TOKEN_REQUEST, {"service-account-exists", "name-not-of-url"}),
    ],
    ids=["deployment", "token-request"],
)
def test_rules_about_clusters_and_urls_are_left_out(
    kind: tuple[str, str], left_out: set[str]
) -> None:
    carried = carry(kind)
    assert carried.left_out >= left_out
    assert bool(carried.left_out) is bool(left_out)
    assert "url." not in json.dumps(carried.data)
