"""Rules of roles: what they allow and which other rules they cover."""

from __future__ import annotations

import pytest

from codegen.endpoint.policy_rules import PolicyRule, find_missing, merge_verbs, read_rules
from codegen.endpoint.request_info import RequestInfo


def build_rule(text: str) -> PolicyRule:
    """Build a rule from `VERBS RESOURCES [NAMES]` in the group `shed`, or from `VERBS /URLS`."""
    verbs, targets, *names = text.split()
    if targets.startswith(("/", "*/*")):
        return PolicyRule(
            verbs=tuple(verbs.split(",")), urls=tuple(targets.removeprefix("*/").split(","))
        )
    return PolicyRule(
        verbs=tuple(verbs.split(",")),
        api_groups=("shed",),
        resources=tuple(targets.split(",")),
        resource_names=tuple(names[0].split(",")) if names else (),
    )


COVERAGE = {
    "the same": ("get rakes", "get rakes", True),
    "one of two verbs": ("get,list rakes", "get rakes", True),
    "a further verb": ("get rakes", "get,list rakes", False),
    "every verb": ("* rakes", "get,weed rakes", True),
    "the star of verbs": ("get,list rakes", "* rakes", False),
    "one of two resources": ("get rakes,hoes", "get hoes", True),
    "a further resource": ("get rakes", "get rakes,hoes", False),
    "every resource": ("get *", "get rakes,rakes/status", True),
    "the star of resources": ("get rakes,hoes", "get *", False),
    "a subresource of the resource": ("get rakes", "get rakes/status", False),
    "the resource of a subresource": ("get rakes/status", "get rakes", False),
    "this subresource of every resource": ("get */status", "get rakes/status", True),
    "another subresource of every resource": ("get */status", "get rakes/scale", False),
    "the star of a subresource": ("get rakes/status", "get */status", False),
    "one name": ("get rakes a,b", "get rakes b", True),
    "a further name": ("get rakes a", "get rakes a,b", False),
    "all names": ("get rakes", "get rakes a,b", True),
    "all names by one name": ("get rakes a", "get rakes", False),
    "a path": ("get /version", "get /version", True),
    "another path": ("get /version", "get /versions", False),
    "a path below": ("get /beds/*", "get /beds/one", True),
    "paths below": ("get /beds/*", "get /beds/one/*", True),
    "paths above": ("get /beds/one/*", "get /beds/*", False),
    "every path": ("get */*", "get /version", True),
    "the star of paths": ("get /version", "get */*", False),
    "a path by resources": ("* *", "get /version", False),
    "resources by every path": ("* */*", "get rakes", False),
}


@pytest.mark.parametrize("case", COVERAGE)
def test_coverage_of_rules(case: str) -> None:
    owned, wanted, is_covered = COVERAGE[case]
    missing = find_missing([build_rule(owned)], [build_rule(wanted)])
    assert (not missing) is is_covered


def test_rule_of_another_group_covers_nothing() -> None:
    other = PolicyRule(verbs=("get",), api_groups=("barn",), resources=("rakes",))
    assert find_missing([other], [build_rule("get rakes")]) == [build_rule("get rakes")]
    anywhere = PolicyRule(verbs=("get",), api_groups=("*",), resources=("rakes",))
    assert find_missing([anywhere], [build_rule("get rakes")]) == []
    assert find_missing([build_rule("get rakes")], [anywhere]) == [anywhere]


def test_rules_together_cover_a_rule() -> None:
    owned = [build_rule("get rakes"), build_rule("list rakes,hoes")]
    missing = find_missing(owned, [build_rule("get,list rakes,hoes")])
    assert missing == [build_rule("get hoes")]


REQUESTS = {
    "a request": (
        RequestInfo(verb="get", group="shed", resource="rakes", name="a"),
        "get rakes",
        True,
    ),
    "another group": (RequestInfo(verb="get", group="barn", resource="rakes"), "get rakes", False),
    "another verb": (RequestInfo(verb="list", group="shed", resource="rakes"), "get rakes", False),
    "a name": (
        RequestInfo(verb="get", group="shed", resource="rakes", name="a"),
        "get rakes a",
        True,
    ),
    "no name": (RequestInfo(verb="get", group="shed", resource="rakes"), "get rakes a", False),
    "a subresource": (
        RequestInfo(verb="get", group="shed", resource="rakes", subresource="status"),
        "get rakes",
        False,
    ),
    "its subresource": (
        RequestInfo(verb="get", group="shed", resource="rakes", subresource="status"),
        "get */status",
        True,
    ),
    "a path": (RequestInfo(verb="get", path="/beds/one"), "get /beds/*", True),
    "a path with all resources": (RequestInfo(verb="get", path="/beds/one"), "get *", False),
}


@pytest.mark.parametrize("case", REQUESTS)
def test_rule_allows_request(case: str) -> None:
    request, rule, is_allowed = REQUESTS[case]
    assert build_rule(rule).allows(request) is is_allowed


def test_count_of_permissions_is_that_of_split_rules() -> None:
    for text in ("get,list rakes,hoes a,b,c", "get,list rakes", "get,list /a,/b"):
        rule = build_rule(text)
        assert rule.count_permissions() == len(list(rule.split()))


def test_missing_rules_are_described_in_the_words_of_servers() -> None:
    missing = find_missing(
        [], [build_rule('get,list rakes,"'), build_rule("get hoes a"), build_rule("get /a")]
    )
    assert [rule.describe() for rule in merge_verbs(missing)] == [
        '{APIGroups:["shed"], Resources:["hoes"], ResourceNames:["a"], Verbs:["get"]}',
        '{NonResourceURLs:["/a"], Verbs:["get"]}',
        '{APIGroups:["shed"], Resources:["rakes"], Verbs:["get" "list"]}',
        r'{APIGroups:["shed"], Resources:["\""], Verbs:["get" "list"]}',
    ]


def test_rules_of_objects_are_read() -> None:
    assert read_rules(None) == []
    sent = {"verbs": ["get"], "apiGroups": [""], "resources": ["rakes"], "resourceNames": ["a"]}
    expected = PolicyRule(
        verbs=("get",), api_groups=("",), resources=("rakes",), resource_names=("a",)
    )
    assert read_rules([sent, {"verbs": ["get"], "nonResourceURLs": ["/a"]}]) == [
        expected,
        PolicyRule(verbs=("get",), urls=("/a",)),
    ]
