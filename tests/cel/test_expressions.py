"""Expressions are checked with the libraries of a release."""

from __future__ import annotations

import pytest

from codegen.cel import expressions
from codegen.cel.expressions import Expression, check_untyped_expression
from codegen.cel.libraries import RESERVED_WORDS, list_later_releases, select_libraries
from codegen.cel.runtime.cel_environments import LIBRARIES
from codegen.core import releases

# An expression of each library, and a release before and one with it.
USES = {
    "comparisons across number types": ("1.5 > size(self.a)", "1.27", "1.28"),
    "optional": ("self.?a.hasValue()", "1.27", "1.28"),
    "quantities": ("quantity('1') == quantity('1')", "1.27", "1.28"),
    "strings 2": ("'%s'.format(['a']) == 'a'", "1.28", "1.29"),
    "sets": ("sets.contains([1], [1])", "1.28", "1.29"),
    "addresses": ("type(ip('::1')) == net.IP", "1.29", "1.30"),
    "networks": ("type(cidr('::1/8')) == net.CIDR", "1.29", "1.30"),
    "formats": ("!format.uuid().validate('a').hasValue()", "1.30", "1.31"),
    "loops over two variables": ("self.a.all(i, v, v > i)", "1.31", "1.32"),
    "versions": ("isSemver('1.0.0')", "1.32", "1.33"),
    "lists": (
        "lists.range(2).reverse().slice(0, 1).flatten().distinct().sort() == [1]",
        "1.33",
        "1.34",
    ),
    "sortBy": ("self.a.sortBy(x, x.size)[0] == 1", "1.33", "1.34"),
}


def check(text: str, release: str = "") -> str:
    """Return the error of an expression, or an empty string."""
    expression = Expression(steps=(), text=text, variables=("self",))
    error = check_untyped_expression(expression, releases.parse(release) if release else None)
    return "" if error is None else error.why


@pytest.mark.parametrize("name", USES)
def test_library_of_a_later_release_is_an_error(name: str) -> None:
    text, before, first = USES[name]
    assert f"Kubernetes {first} is the first release that accepts it: " in check(text, before)
    assert check(text, first) == ""
    assert check(text) == ""


@pytest.mark.parametrize(
    "text", ["self.foo(1)", "'abc'.reverse() == 'cba'", "cel.bind(x, 1, x > 0)", "math.abs(1) == 1"]
)
def test_functions_that_no_server_has_are_errors(text: str) -> None:
    assert "first release" not in check(text)
    assert check(text)


@pytest.mark.parametrize(
    "text",
    [
        "1 == 1.0",
        "[1, 2].sum() == 'a'",
        "['a'].sum() == 'a'",
        "[[1]].min() == [1]",
        "ip('::1') == '::1'",
        "quantity('1').isGreaterThan(1)",
        "semver('1.0.0').isLessThan(quantity('1'))",
        "format.uuid().validate('a').orValue([1]) == [1]",
    ],
)
def test_types_are_those_of_servers(text: str) -> None:
    assert check(text).startswith("found no matching overload")


@pytest.mark.parametrize("text", ["self.existsOne(x, x > 1)", "self.exists_one(i, v, v > i)"])
def test_macros_that_the_library_does_not_know_are_no_errors(text: str) -> None:
    assert check(text) == ""


def test_authorizer_is_known_to_policies_only() -> None:
    text = "authorizer.group('').resource('plots').check('list').allowed()"
    policy = Expression(steps=(), text=text, variables=("object", "authorizer"))
    assert check_untyped_expression(policy, None) is None
    assert check("isImage('a')") == ""
    assert "authorizer" in check(text)


def test_expression_beyond_library_limits_is_no_error() -> None:
    assert check(" + ".join(["1"] * 60)) == ""


def test_expression_longer_than_servers_parse_is_an_error() -> None:
    longest = "true".ljust(100_000)
    assert check(longest) == ""
    assert "size: 100001, limit 100000" in check(longest + " ")


def test_all_libraries_have_a_release() -> None:
    known = select_libraries(None)
    assert known >= LIBRARIES
    assert known - LIBRARIES == {RESERVED_WORDS, "authorizer"}
    assert list_later_releases(None) == []


def test_without_library_nothing_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expressions, "engine", lambda: None)
    expressions._check.cache_clear()
    assert check("self.a +* 1") == ""
    expressions._check.cache_clear()
