"""Expressions are equal if only layout, comments and names of bound variables differ."""

from __future__ import annotations

import pytest

from codegen.cel import normal_form
from codegen.cel.normal_form import normalize_expression

EQUAL = {
    "layout": ("self.all(x, x > 1)", "self.all( x,\n x>1 )"),
    "comment": ("self.size > 1", "self.size > 1 // isn't small"),
    "quotes": ("self.soil == 'a'", 'self.soil == "a"'),
    "brackets": ("(self.a) + 1", "self.a + 1"),
    "all": ("self.all(x, x.?x.orValue(1) > 0)", "self.all(y, y.?x.orValue(1) > 0)"),
    "exists": ("self.exists(x, x.x > 1)", "self.exists(y, y.x > 1)"),
    "exists_one": ("self.exists_one(x, x > 1)", "self.exists_one(y, y > 1)"),
    "existsOne": ("self.existsOne(x, x > 1)", "self.existsOne(y, y > 1)"),
    "exists_one of two": ("self.exists_one(i, v, v > i)", "self.exists_one(k, w, w > k)"),
    "existsOne of two": ("self.existsOne(i, v, v > i)", "self.existsOne(k, w, w > k)"),
    "map": ("self.map(x, x > 1, x + 1)", "self.map(y, y > 1, y + 1)"),
    "filter": ("self.filter(x, x > 1)", "self.filter(y, y > 1)"),
    "sortBy": ("self.sortBy(x, x.size)[0] == 1", "self.sortBy(y, y.size)[0] == 1"),
    "transformList": ("self.transformList(i, v, v + i)", "self.transformList(k, w, w + k)"),
    "transformMap": ("self.transformMap(k, v, v)", "self.transformMap(a, b, b)"),
    "transformMapEntry": (
        "self.transformMapEntry(k, v, {v: k})",
        "self.transformMapEntry(a, b, {b: a})",
    ),
    "optMap": ("self.?a.optMap(x, x + 1)", "self.?a.optMap(y, y + 1)"),
    "optFlatMap": ("self.?a.optFlatMap(x, x.?b)", "self.?a.optFlatMap(y, y.?b)"),
    "bind": ("cel.bind(x, self.x, x + x)", "cel.bind(y, self.x, y + y)"),
    "hidden": ("self.all(x, self.all(x, x > 1))", "self.all(x, self.all(y, y > 1))"),
    "size as method": ("size(self.a) > 0", "self.a.size() > 0"),
    "matches as method": ("matches(self.a, '^a')", "self.a.matches('^a')"),
    "swapped": ("self.all(x, self.exists(y, x < y))", "self.all(y, self.exists(x, y < x))"),
}
DIFFERENT = {
    "optional selection": ("self.all(x, x.?x.orValue(1) > 0)", "self.all(y, y.?y.orValue(1) > 0)"),
    "selection": ("self.all(x, x.x > 0)", "self.all(y, y.y > 0)"),
    "presence": ("self.all(x, has(x.x))", "self.all(y, has(y.y))"),
    "presence of a value": ("has(self.a)", "self.a"),
    "order of two": ("self.all(x, self.exists(y, x < y))", "self.all(x, self.exists(y, y < x))"),
    "index and value": ("self.all(i, v, v > i)", "self.all(v, i, v > i)"),
    "hidden": ("self.all(x, self.all(x, x > 1))", "self.all(x, self.all(y, x > 1))"),
    "outside of the scope": ("self.all(x, x > 1) && x", "self.all(y, y > 1) && y"),
    "in the range": ("x.all(x, x > 1)", "y.all(y, y > 1)"),
    "macro": ("self.all(x, x > 1)", "self.exists(x, x > 1)"),
    "type of a number": ("self.a == 1", "self.a == 1.0"),
    "unsigned number": ("self.a == 1", "self.a == 1u"),
    "bytes": ("self.a == 'a'", "self.a == b'a'"),
    "optional item": ("[?self.a]", "[self.a]"),
    "optional entry": ("{'a': self.a}", "{?'a': self.a}"),
    "key": ("{'a': 1}", "{'b': 1}"),
    "method of another name": ("self.a.endsWith('a')", "endsWith(self.a, 'a')"),
    "other operand": ("matches(self.a, self.b)", "self.b.matches(self.a)"),
    "text": ("self.a != 'a b'", "self.a != 'a  b'"),
}


@pytest.mark.parametrize("name", EQUAL)
def test_names_and_layout_have_no_meaning(name: str) -> None:
    first, second = map(normalize_expression, EQUAL[name])
    assert first == second
    assert first is not None


@pytest.mark.parametrize("name", DIFFERENT)
def test_other_expressions_differ(name: str) -> None:
    first, second = map(normalize_expression, DIFFERENT[name])
    assert first != second


@pytest.mark.parametrize("text", ["self.a +* 1", "(" * 400 + "1" + ")" * 400])
def test_expression_that_cannot_be_parsed_has_no_normal_form(text: str) -> None:
    assert normalize_expression(text) is None


def test_without_library_there_is_no_normal_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(normal_form, "engine", lambda: None)
    assert normalize_expression.__wrapped__("self.a") is None
