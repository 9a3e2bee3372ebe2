"""CEL rules of a schema, evaluated on manifests: messages of servers, locations, and unchecked
rules.
"""

from __future__ import annotations

import importlib
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest

from codegen.cel import expressions, worker
from codegen.cel.rule_schemas import build_rule_schemas
from codegen.cel.runtime import cel_engine, cel_environments, cel_schemas, cel_syntax
from codegen.cel.runtime.cel_rules import Outcome, UncheckedRule
from codegen.core.diagnostics import Level, Report
from codegen.core.source import Source
from codegen.readers.openapi import reader
from codegen.validation import cel_compilation, manifest_checks, manifest_report
from codegen.validation.manifest_objects import ValidationOptions
from codegen.validation.manifest_schemas import SchemaFinder
from codegen.validation.stored_objects import StoredObjects
from gardens.parts import gvk_of, openapi
from support.rows import each_row

KEY = "io.example.garden.v1.Plot"


def validations(rule: str, **more: Any) -> dict[str, Any]:
    return {"x-kubernetes-validations": [{"rule": rule, **more}]}


BED = {
    "type": "object",
    **validations("self.size >= oldSelf.size", message="beds do not shrink"),
    "properties": {"id": {"type": "string"}, "size": {"type": "integer"}},
}
SPEC: dict[str, Any] = {
    "type": "object",
    "x-kubernetes-validations": [
        {
            "rule": "self.min <= self.max",
            "message": "min is above max",
            "messageExpression": "'%d is above %d'.format([self.min, self.max])",
            "fieldPath": ".max",
            "reason": "FieldValueForbidden",
        },
        {"rule": "self.soil == oldSelf.soil", "message": "soil is immutable"},
        {"rule": "!has(self.tags) || self.tags == oldSelf.tags", "message": "tags are immutable"},
        {
            "rule": "self.__namespace__ != 'x' && !has(self.a__dash__b)",
            "reason": "FieldValueRequired",
        },
        {
            "rule": "oldSelf.hasValue() || self.min < 5",
            "optionalOldSelf": True,
            "message": "new plots are small",
        },
        {
            "rule": "!has(self.sown) || self.sown < timestamp('2030-01-01T00:00:00Z')",
            "message": "sown too late",
        },
        {
            "rule": "!has(self.ratio) || type(self.ratio) == double",
            "message": "the ratio is a double",
        },
        {"rule": "!has(self.seed) || self.seed == b'ab'", "message": "other seed"},
        {"rule": "!has(self.rest) || self.rest < duration('1h')", "message": "too long a rest"},
        {
            "rule": "!has(self.depth) || type(self.depth) == string || self.depth < 9",
            "message": "too deep",
        },
    ],
    "properties": {
        "soil": {"type": "string", "default": "Clay"},
        "namespace": {"type": "string", "default": "a"},
        "a-b": {"type": "string"},
        "min": {"type": "integer", "default": 1},
        "max": {"type": "integer", "default": 9},
        "sown": {"type": "string", "format": "date-time"},
        "ratio": {"type": "number"},
        "seed": {"type": "string", "format": "byte"},
        "rest": {"type": "string", "format": "duration"},
        "depth": {"x-kubernetes-int-or-string": True},
        "tags": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
        "beds": {
            "type": "array",
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["id"],
            "x-kubernetes-validations": [
                {"rule": "self.all(bed, bed.size > 0)", "message": "each bed has a size"}
            ],
            "items": BED,
        },
        "rows": {"type": "object", "additionalProperties": BED},
    },
}
NAMED = validations(
    "!has(self.metadata.labels) && self.metadata.name.startsWith('p')",
    message="a name begins with p",
)
FIELDS = {
    "apiVersion": {"type": "string"},
    "kind": {"type": "string"},
    "metadata": {"type": "object"},
    "spec": SPEC,
}
ROOT = {"type": "object", "x-kubernetes-group-version-kind": [gvk_of()], **NAMED}
DOCUMENT: dict[str, Any] = openapi({KEY: {**ROOT, "properties": FIELDS}})


def reference_of(document: dict[str, Any]) -> Any:
    return reader.read_document(Source(json.dumps(document), "garden.json"), Report())


SCHEMAS = SchemaFinder(((reference_of(DOCUMENT), "garden"),))


def with_spec(**spec: Any) -> SchemaFinder:
    """Return the garden schema with another spec and without rules of the whole object."""
    document = json.loads(json.dumps(DOCUMENT))
    document["definitions"][KEY]["properties"]["spec"] = {"type": "object", **spec}
    del document["definitions"][KEY]["x-kubernetes-validations"]
    return SchemaFinder(((reference_of(document), "garden"),))


def with_rule(**rule: Any) -> SchemaFinder:
    """Return the garden schema with one rule, at its spec."""
    return with_spec(
        properties={"size": {"type": "integer"}}, **{"x-kubernetes-validations": [rule]}
    )


def text(spec: str, name: str = "plot") -> str:
    return f"apiVersion: garden.example.io/v1\nkind: Plot\nmetadata: {{name: {name}, labels: {{a: b}}}}\nspec: {spec}\n"


def list_findings(
    spec: str,
    old: str = "",
    schemas: SchemaFinder = SCHEMAS,
    name: str = "plot",
    locale: str = "en",
) -> list[str]:
    """Return position, level, rule and message of each finding."""
    stored = StoredObjects.read([Source(text(old), "old.yaml")]) if old else StoredObjects()
    options = ValidationOptions(stored=stored, locale=locale)
    results = manifest_report.build_results(
        [manifest_checks.check_manifest(Source(text(spec, name), "a.yaml"), schemas, options)],
        options,
        Level.ERR,
    )
    return [
        f"{each.line}:{each.column} {each.level} {each.rule}: {each.message}"
        for each in results.findings
    ]


def test_valid_object_has_no_findings() -> None:
    good = "{sown: '2024-01-01T00:00:00Z', ratio: 1, seed: YWI=, rest: 5m, depth: 10%, tags: [a, b], beds: [{id: a, size: 1}]}"
    assert list_findings(good) == []
    assert list_findings(good, good.replace("[a, b]", "[b, a]")) == []


@each_row("""
    {min: 4, max: 2}               | 4:21 spec.max: Forbidden: 4 is above 2
    {max: 0}                       | 4:13 spec.max: Forbidden: 1 is above 0
    {namespace: x}                 | 4:7 spec: Required value: failed rule: self.__namespace__ != 'x' && !has(self.a__dash__b)
    {a-b: ''}                      | 4:7 spec: Required value: failed rule: self.__namespace__ != 'x' && !has(self.a__dash__b)
    {min: 5}                       | 4:7 spec: Invalid value: new plots are small
    {sown: '2031-01-01T00:00:00Z'} | 4:7 spec: Invalid value: sown too late
    {seed: YWM=}                   | 4:7 spec: Invalid value: other seed
    {rest: 2h}                     | 4:7 spec: Invalid value: too long a rest
    {depth: 9}                     | 4:7 spec: Invalid value: too deep
    {beds: [{id: a, size: 0}]}     | 4:14 spec.beds: Invalid value: each bed has a size
    {beds: [{id: a}]}              | 4:14 spec.beds: Invalid value: no such key: size evaluating rule: each bed has a size
""")
def test_violation_is_located_at_its_value(spec: str, found: str) -> None:
    place, _, message = found.partition(" ")
    assert list_findings(spec) == [f"{place} ERR cel-rule-violated: {message} (schema)"]


def test_object_rules_see_name_but_no_labels() -> None:
    found = list_findings("{}", name="rose")
    assert found == ["1:1 ERR cel-rule-violated: Invalid value: a name begins with p (schema)"]


def test_transition_rules_compare_with_stored_object() -> None:
    shrunk = "beds do not shrink (schema)"
    for spec, old, word in (
        ("{soil: Sand}", "{}", "soil is"),
        ("{tags: [a, b]}", "{tags: [b, c]}", "tags are"),
    ):
        found = f"4:7 ERR cel-rule-violated: spec: Invalid value: {word} immutable (schema)"
        assert list_findings(spec, old) == [found]
    assert list_findings("{min: 6}", "{min: 6}") == []
    old = "{beds: [{id: b, size: 2}, {id: a, size: 1}], rows: {a: {size: 2}}}"
    assert list_findings(
        "{beds: [{id: a, size: 1}, {id: b, size: 1}], rows: {a: {size: 1}}}", old
    ) == [
        f"4:33 ERR cel-rule-violated: spec.beds[1]: Invalid value: {shrunk}",
        f"4:62 ERR cel-rule-violated: spec.rows[a]: Invalid value: {shrunk}",
    ]


SHRINKING = {
    "type": "object",
    "properties": {"size": {"type": "integer", **validations("self >= oldSelf")}},
}
GUEST = {
    **validations("has(self.metadata.labels) || self.metadata.name != 'b'"),
    "x-kubernetes-embedded-resource": True,
}
ROWS = {"type": "array", "items": {"type": "integer", **validations("self > 1")}}
NUMBERS = {"type": "array", "items": {"type": "integer", "default": 5}}


@each_row(
    [
        (
            {"allOf": [validations("self.size > 1")], "properties": {"size": {"type": "integer"}}},
            True,
        ),
        ({"properties": {"bed": SHRINKING}}, True),
        ({"properties": {"bed": {**SHRINKING, "x-kubernetes-map-type": "atomic"}}}, False),
        (
            {
                "properties": {
                    "bed": {"type": "object", "properties": {"size": {"type": "integer"}}, **GUEST}
                }
            },
            True,
        ),
        ({"properties": {"rows": {"type": "object", "additionalProperties": ROWS}}}, True),
        (
            {
                "properties": {"maybe": {"type": "string", "nullable": True}},
                **validations("has(self.maybe)"),
            },
            True,
        ),
        (
            {
                "properties": {"maybe": {"type": "string", "nullable": True, "default": "a"}},
                **validations("!has(self.maybe)"),
            },
            False,
        ),
        ({"properties": {"maybe": {"type": "string"}}, **validations("!has(self.maybe)")}, False),
        ({"properties": {"numbers": NUMBERS}, **validations("self.numbers == [5]")}, False),
    ]
)
def test_rules_of_parts_are_evaluated(spec: dict[str, Any], is_violated: bool) -> None:
    bed = "{size: 1, apiVersion: v1, kind: Bed, metadata: {name: b, labels: {}}}"
    new = f"{{size: 1, bed: {bed}, rows: {{a: [1]}}, maybe: null, numbers: [null]}}"
    found = list_findings(new, "{size: 1, bed: {size: 2}}", with_spec(**spec))
    assert sum("cel-rule-violated" in each for each in found) == is_violated, found


KEYED_BEDS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "size": {"type": "integer", **validations("self >= oldSelf")},
        },
    },
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["id"],
}
NAMED_SIZES = {
    "type": "object",
    "additionalProperties": {"type": "integer", **validations("self >= oldSelf")},
}


@pytest.mark.parametrize(
    ("schema", "new", "old"),
    [
        (SHRINKING, "{size: 1}", "{}"),
        (NAMED_SIZES, "{a: 1}", "{}"),
        (KEYED_BEDS, "[{id: a, size: 1}]", "[]"),
    ],
    ids=["field of an empty object", "entry of an empty map", "item of an empty list"],
)
def test_new_values_are_compared_with_nothing(schema: dict[str, Any], new: str, old: str) -> None:
    schemas = with_spec(properties={"beds": schema})
    assert list_findings(f"{{beds: {new}}}", f"{{beds: {old}}}", schemas) == []


def test_violation_already_stored_is_warning() -> None:
    found = list_findings("{max: 0}", "{max: 0}")
    assert found == ["4:13 WARN cel-rule-violated: spec.max: Forbidden: 1 is above 0 (schema)"]
    assert list_findings("{max: 0, min: 2}", "{max: 0}")[0].startswith("4:13 ERR")


@pytest.mark.parametrize(
    ("limit", "value", "code"),
    [
        ({"type": "string", "maxLength": 1}, "ab", "too-long"),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 1}, ["a", "b"], "too-many"),
        ({"type": "object", "additionalProperties": {}, "maxProperties": 0}, {"a": 1}, "too-many"),
        ({"type": "string", "enum": ["a"]}, "b", "not-supported"),
        ({"type": "object", "properties": {"a": {}}, "required": ["a"]}, {}, "required"),
        ({"type": "string", "minLength": 3}, "ab", ""),
        ({"type": "string", "pattern": "x"}, "ab", ""),
        ({"type": "integer", "maximum": 0}, 1, ""),
        ({"type": "integer"}, "1", "type-invalid"),
    ],
    ids=str,
)
def test_codes_decide_whether_rules_run(limit: Any, value: Any, code: str) -> None:
    schemas = with_spec(properties={"it": limit}, **validations("false"))
    found = list_findings(json.dumps({"it": value}), schemas=schemas)
    if code:
        assert any(f"field-value-{code}" in line for line in found), found
    assert any("cel-rule-violated" in line for line in found) is not bool(code), found


def test_rules_of_wrong_values_are_not_repeated() -> None:
    day = {"type": "string", "format": "date-time"}
    schemas = with_spec(properties={"it": {**day, **validations("self.getHours() > 1")}})
    found = list_findings("{it: yesterday}", schemas=schemas)
    assert sorted(line.split(" ")[2].rstrip(":") for line in found) == [
        "cel-rule-not-checked",
        "field-value-invalid",
    ]


def test_rules_that_cannot_run_are_reported_as_failure() -> None:
    asked = with_rule(rule="authorizer.group('').resource('pods').check('list').allowed()")
    assert list_findings("{size: 1}", schemas=asked) == [
        "4:7 ERR cel-rule-not-checked: spec: not checked: rules in CEL: 1; it uses authorizer, "
        "which is not known outside of a cluster (schema)"
    ]
    wrong = with_rule(rule="self.size == foo")
    assert (
        "it does not compile: undeclared reference to 'foo'"
        in list_findings("{size: 1}", schemas=wrong)[0]
    )
    (found,) = list_findings("{size: 1}", schemas=asked, locale="zh-cn")
    assert found.split(": ", 2)[2].startswith("有 1 条 CEL 规则未检查：")


def test_rules_beyond_limits_leave_run_incomplete(monkeypatch: pytest.MonkeyPatch) -> None:
    def outcome(*_: object, **__: object) -> Outcome:
        places = (("spec", name) for name in ("min", "max"))
        return Outcome([], [UncheckedRule(place, worker.TOO_MUCH) for place in places])

    monkeypatch.setattr(worker.RuleWorker, "check", outcome)
    options = ValidationOptions()
    file = manifest_checks.check_manifest(Source(text("{}"), "a.yaml"), SCHEMAS, options)
    results = manifest_report.build_results([file], options, Level.ERR)
    assert [(each.line, each.rule, each.message) for each in results.findings] == [
        (
            4,
            "cel-rule-not-checked",
            f"spec: not checked: rules in CEL: 2; {worker.TOO_MUCH} (schema)",
        )
    ]
    assert not results.complete
    assert results.left_out == ("not checked: a.yaml:1: rules in CEL of Plot plot",)


def test_invalid_message_expression_falls_back_to_message() -> None:
    for expression in ("''", "'a\\nb'", "self.size", "self.none", "foo(", f"'{'é' * 2560}a'"):
        schemas = with_rule(rule="self.size > 1", messageExpression=expression, message="too small")
        assert list_findings("{size: 1}", schemas=schemas) == [
            "4:7 ERR cel-rule-violated: spec: Invalid value: too small (schema)"
        ]


TAGS = {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"}
PLANT = {"id": {"type": "string"}, "rows": {"type": "integer"}, "tags": TAGS}
PLANTS = {
    "type": "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["id"],
    "items": {"type": "object", "properties": PLANT},
}
GROUPS: dict[str, Any] = {
    "tags": TAGS,
    "other": TAGS,
    "list": {"type": "array", "items": {"type": "string"}},
    "plants": PLANTS,
    "more": PLANTS,
    "by_name": {"type": "object", "additionalProperties": TAGS},
    "sets": {"type": "array", "items": TAGS},
    "bed": {"type": "object", "properties": {"tags": TAGS}},
    "namespace": {"type": "string"},
    "dated": {
        "type": "array",
        "items": {"type": "object", "properties": {"package": {"type": "string"}}},
    },
    "rests": {"type": "array", "items": {"type": "string", "format": "duration"}},
    "sown": {"type": "string", "format": "date-time"},
    "k!": {"type": "string"},
}
GROUP = (
    "{tags: [a, b], other: [b, a], list: [b, a], by_name: {x: [a, b]}, sets: [[a, b], [c]], bed: {tags: [a, b]}, "
    "plants: [{id: p, rows: 1, tags: [a, b]}, {id: q}], more: [{id: q}, {id: p, rows: 1, tags: [b, a]}], "
    "namespace: east, dated: [{package: d}], rests: [], sown: '2030-01-01T10:00:00+02:00', k!: v}"
)


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("self.tags == self.other", True),
        ("self.tags == ['b', 'a'] && ['b', 'a'] != self.tags", True),
        ("self.tags != self.list", False),
        ("self.list == self.tags", False),
        ("self.plants == self.more", True),
        ("self.plants == [self.plants[1], self.plants[0]]", True),
        ("self.by_name['x'] == self.other && self.by_name == {'x': ['b', 'a']}", True),
        ("self.sets == [self.other, ['c']] && self.sets[0] == self.other", True),
        ("self.sets == [['c'], self.other]", False),
        ("self.other in self.sets && ['b', 'a'] in self.sets", True),
        (
            "self.sets.exists(s, s == self.other) && self.sets.filter(s, s == self.other).size() == 1",
            True,
        ),
        ("self.sets.map(s, s)[0] == self.other", True),
        ("self.bed == oldSelf.bed", True),
        ("self.?tags.orValue(['z']) == self.other && self.?bed.tags.value() == self.other", True),
        ("self.?tags.optMap(t, t == self.other).orValue(false)", True),
        ("self.tags + self.other == self.tags && size(self.tags + ['b', 'c', 'c']) == 3", True),
        (
            "self.list + self.tags == ['b', 'a', 'a', 'b'] && self.list + ['z'] == ['b', 'a', 'z']",
            True,
        ),
        ("size(self.tags) + 1 == 3 && 1 + self.tags.size() == 3", True),
        ("(self.tags + ['c'])[2] == 'c' && self.tags + ['c'] == ['c', 'b', 'a']", True),
        ("self.plants + self.more == self.more && size(self.plants + self.more) == 2", True),
        ("(self.plants + self.more.map(m, m)).size() == 2", True),
        ("self.plants.map(p, p.id) + ['r'] == ['p', 'q', 'r']", True),
        (
            "self.namespace == self.__namespace__ && has(self.namespace) && has(self.__namespace__)",
            True,
        ),
        ("self.dated.all(d, d.package == 'd' && d.__package__ == 'd' && has(d.package))", True),
        ("self.rests.sum() == duration('0s') && self.rests.isSorted()", True),
        ("self.sown.getHours() == 8 && self.sown.getHours('02:00') == 10", True),
        ("string(self.tags.size()) == '2' && string(self.namespace) == 'east'", True),
    ],
)
def test_values_compare_and_add_as_on_servers(rule: str, holds: bool) -> None:
    old = GROUP.replace("bed: {tags: [a, b]}", "bed: {tags: [b, a]}")
    found = list_findings(GROUP, old, with_spec(properties=GROUPS, **validations(rule)))
    assert [each.split(" ")[2] for each in found] == ([] if holds else ["cel-rule-violated:"])


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("string(self.sown) == '2030-01-01T10:00:00+02:00'", "offset of a time"),
        ("[timestamp('2030-01-01T10:00:00+02:00')].all(t, string(t) != '')", "offset of a time"),
        ("self.?tags == optional.of(['b', 'a'])", "does not compare optional lists"),
    ],
)
def test_what_the_library_cannot_do_is_not_checked(rule: str, why: str) -> None:
    (found,) = list_findings(GROUP, schemas=with_spec(properties=GROUPS, **validations(rule)))
    assert "cel-rule-not-checked" in found
    assert why in found


def test_dates_are_times_in_rules() -> None:
    same_day = validations("self.day == timestamp('2030-01-01T00:00:00Z')")
    schemas = with_spec(properties={"day": {"type": "string", "format": "date"}}, **same_day)
    assert list_findings("{day: '2030-01-01'}", schemas=schemas) == []


def test_field_names_are_escaped_in_expressions() -> None:
    names = ["namespace", "a-b.c/d", "a__b", "namespaces", "$ref", "0a", "é"]
    escaped = (
        "__namespace__",
        "a__dash__b__dot__c__slash__d",
        "a__underscores__b",
        "namespaces",
        None,
        None,
        None,
    )
    assert tuple(map(cel_schemas.escape_name, names)) == escaped


@pytest.mark.parametrize("missing", ["cel_expr_python", "google.protobuf"])
def test_no_engine_without_library(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    def without(name: str) -> Any:
        if name.startswith(missing):
            raise ImportError(name)
        return importlib.import_module(name)

    for module in (cel_engine, cel_environments, cel_syntax):
        monkeypatch.setattr(module, "importlib", SimpleNamespace(import_module=without))
    assert cel_engine.engine.__wrapped__() is None


def test_uncompiled_rules_without_library_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (cel_compilation, expressions):
        monkeypatch.setattr(module, "engine", lambda: None)
    warnings = Report()
    cel_compilation.report_invalid_rules(reference_of(DOCUMENT), warnings)
    (told,) = warnings.diagnostics
    count = len(re.findall(r'"rule": ', json.dumps(DOCUMENT)))
    assert (told.rule, told.message.rpartition(" ")[2]) == ("cel-library-missing", str(count))
    policy = (
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: a}\n"
        "spec: {validations: [{expression: object.a <}, {expression: object.b <}]}\n"
    )
    (checked,) = manifest_checks.check_manifest(
        Source(policy, "a.yaml"), SchemaFinder(), ValidationOptions()
    ).objects
    assert [(each.rule, str(each)) for each in checked.findings if each.rule.startswith("cel")] == [
        (
            "cel-rule-not-checked",
            "spec: not checked: rules in CEL: 2; cel-expr-python and protobuf are not installed",
        )
    ]


def test_schema_without_rules_starts_no_engine() -> None:
    document = json.loads(json.dumps(DOCUMENT).replace("x-kubernetes-validations", "x-other"))
    assert build_rule_schemas(reference_of(document), KEY) == {}
