"""What rules cost by the estimate of servers: the numbers are those that Kubernetes' own tests of its estimate hold.

(k8s.io/apiextensions-apiserver, pkg/apiserver/schema/cel/compilation_test.go, TestCostEstimation)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from codegen.core.source import Source
from codegen.findings.diagnostics import Report
from codegen.model import Definition
from codegen.outputs.python.costs import rules
from codegen.outputs.python.runtime import cel_engine
from codegen.readers.crd.reader import read_definitions
from gardens.resources import PLOTS_PROPERTIES

DEFINITION = PLOTS_PROPERTIES + "          spec: SCHEMA\n"
_Limited = Callable[[int | None], dict[str, Any]]


def definition(schema: dict[str, Any]) -> Definition:
    import json

    found = read_definitions(Source(DEFINITION.replace("SCHEMA", json.dumps(schema)), "plots.yaml"), Report())
    return found.definitions["io.example.garden.v1.Plot"]


def cost(schema: dict[str, Any], rule: str, **more: Any) -> int | None:
    """The cost of one rule at `spec`."""
    ruled = {**schema, "x-kubernetes-validations": [{"rule": rule, **more}]}
    return rules.costs_of(definition(ruled))[0].cost


def limit(word: str, most: int | None) -> dict[str, int]:
    return {} if most is None else {word: most}


def of(kind: str) -> dict[str, Any]:
    if kind == "int-or-string":
        return {"x-kubernetes-int-or-string": True}
    return {"type": "string", "format": kind} if kind in ("duration", "date", "date-time") else {"type": kind}


def text(most: int | None) -> dict[str, Any]:
    return {"type": "string"} | limit("maxLength", most)


def texts(most: int | None) -> dict[str, Any]:
    return {"type": "array", "items": text(most)} | limit("maxItems", most)


def items(inner: dict[str, Any]) -> _Limited:
    return lambda most: {"type": "array", "items": inner} | limit("maxItems", most)


def values(inner: dict[str, Any]) -> _Limited:
    return lambda most: {"type": "object", "additionalProperties": inner} | limit("maxProperties", most)


BED = {"type": "object", "required": ["name"], "properties": {"name": of("string"), "soil": of("string")}}
ALL = "self.all(x, true)"
# schema, rule, cost without limits (None: above the budget), limit, cost with it
CASES: dict[str, tuple[_Limited, str, int | None, int, int]] = {
    "numbers": (items(of("number")), ALL, 4718591, 10, 32),
    "texts": (items(of("string")), ALL, 3145727, 20, 62),
    "booleans": (items(of("boolean")), ALL, 1887437, 5, 17),
    "lists of lists": (items({"type": "array", "items": of("number")}), ALL, 3145727, 100, 302),
    "durations": (items(of("duration")), ALL, 2359295, 5, 17),
    "dates": (items(of("date")), ALL, 725936, 15, 47),
    "moments": (items(of("date-time")), ALL, 428963, 25, 77),
    "integers or texts": (items(of("int-or-string")), "self[0] == 5", 3, 10, 3),
    "map of numbers": (values(of("number")), ALL, 1348169, 10, 32),
    "map of texts": (values(of("string")), ALL, 1179647, 3, 11),
    "map of maps": (values({"type": "object", "additionalProperties": of("number")}), ALL, 1179647, 10, 32),
    "map of moments": (values(of("date-time")), ALL, 349526, 25, 77),
    "two moments": (values(of("date-time")), 'self["a"] == self["b"]', 8, 7, 8),
    "contains": (text, "self.contains('test')", 314574, 10, 5),
    "startsWith": (text, "self.startsWith('test')", 2, 15, 2),
    "joined texts": (text, 'size(self + "hello") > size("hello")', 314578, 4, 7),
    "matches": (text, 'self.matches("x")', 314574, 50, 22),
    "matches nothing": (text, 'self.matches("")', 1, 100, 1),
    "equal texts": (text, 'self == "x"', 2, 0, 1),
    "one number": (items(of("number")), "self[1] == 0.0", 2, 5000, 2),
    "one text": (items(of("string")), "self[1] == self[1]", 314577, 8, 314577),
    "twice": (items(of("number")), "self.all(x, self.all(y, true))", None, 10, 352),
    "three times": (items(of("number")), "self.all(x, self.all(y, self.all(z, true)))", None, 10, 3552),
    "more items than fit": (items(of("number")), "self.all(x, x == 0.0)", 6291454, 3 * 1024 * 2048, 25165826),
    "find": (text, "self.find('[0-9]+') == ''", 629147, 10, 11),
    "join": (texts, "self.join(' ') == 'aa bb'", 329853068905, 10, 43),
    "isSorted": (texts, "self.isSorted() == true", 329854432052, 10, 52),
    "lowerAscii": (text, "self.lowerAscii() == 'lower!'", 314575, 10, 6),
    "sizes": (values(of("integer")), "oldSelf.size() == self.size()", 5, 10, 5),
    "longest of values": (
        lambda most: {"type": "string", "enum": ["A", "B", "LongValue"]} | limit("maxLength", most),
        "self.contains('A')",
        2,
        1000,
        401,
    ),
    "replace": (
        lambda most: {"type": "object", "properties": {"a": text(most), "b": text(2), "c": text(4)}},
        "self.a.replace(self.b, self.c) == 'does not matter'",
        629154,
        4,
        12,
    ),
    "split": (
        lambda most: {"type": "object", "properties": {"a": text(most), "b": text(most)}},
        "self.a.split(self.b) == []",
        629160,
        10,
        22,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_as_kubernetes_estimates_it(name: str) -> None:
    schema, rule, free, most, limited = CASES[name]
    found = cost(schema(None), rule)
    assert found == free or (free is None and found is not None and found > rules.EXPRESSION_LIMIT)
    assert cost(schema(most), rule) == limited


def test_a_rule_costs_as_often_as_its_value_can_stand_in_an_object() -> None:
    ruled = {**of("string"), "maxLength": 10, "x-kubernetes-validations": [{"rule": "self == ''"}]}
    once = cost({"type": "string", "maxLength": 10}, "self == ''")
    assert once == 1
    (limited,) = rules.costs_of(definition(items({"type": "object", "properties": {"name": ruled}})(7)))
    assert (limited.path, limited.cost) == ("spec.name", 7)
    (free,) = rules.costs_of(definition(items(ruled)(None)))
    assert (free.path, free.cost) == ("spec[]", 3 * 1024 * 1024 // 3)


def test_a_message_costs_once_and_an_optional_old_value_nothing_by_itself() -> None:
    schema = items(of("string"))(10)
    rule = {"rule": "self.size() > 1", "messageExpression": "self.join(',')"}
    ruled = items({**schema, "x-kubernetes-validations": [rule]})(5)
    condition, message = rules.costs_of(definition(ruled))
    assert (condition.word, condition.cost) == ("rule", 5 * 3)
    assert (message.word, message.cost) == ("messageExpression", 3145728)
    assert cost(schema, "oldSelf.hasValue() || self.size() > 1", optionalOldSelf=True) == 2 + 3


@pytest.mark.parametrize(
    "rule", ["quantity(self) == quantity('1')", "cidr(self).containsIP(ip('10.0.0.1'))", "ip(self) == ip(self)"]
)
def test_values_of_own_types_are_compared_in_few_steps(rule: str) -> None:
    found = cost(of("string"), rule)
    assert found is not None
    assert found < 100


def test_what_cannot_be_estimated_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    (wrong,) = rules.costs_of(definition({**text(3), "x-kubernetes-validations": [{"rule": "self.foo <"}]}))
    assert (wrong.cost, wrong.why) == (None, rules.NOT_COMPILED)
    monkeypatch.setattr(rules, "engine", lambda: cel_engine.engine_of("celpy"))
    (other,) = rules.costs_of(definition({**text(3), "x-kubernetes-validations": [{"rule": "self == ''"}]}))
    assert (other.cost, other.why) == (None, "only cel-expr-python can tell")


def test_factors_are_said_as_servers_say_them() -> None:
    assert [rules.factor(each, 100) for each in (140, 1234, 10_000, 10_001)] == [
        "1.400000x",
        "12.3x",
        "100.0x",
        "more than 100x",
    ]
