"""Expressions and patterns that do not compile are located in any YAML notation."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.core.diagnostics import Finding, Report
from codegen.readers.sources import read
from codegen.validation import cel_compilation
from codegen.validation.manifest_files import validate_files
from gardens.resources import PLOTS_PROPERTIES
from support.rows import each_row

DEFINITION = (
    PLOTS_PROPERTIES
    + """\
          spec:
            type: object
            properties: {size: {type: integer}, soil: {type: string}}
            x-kubernetes-validations:
            - rule: """
)


def not_compiled(file: Path) -> list[Finding]:
    report = Report()
    cel_compilation.report_invalid_rules(read(file), report)
    return [each for each in report.diagnostics if each.rule == "cel-rule-not-compiled"]


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("self.size < foo", (20, 33)),
        ("'self.soil == ''a'' && foo'", (20, 44)),
        (r'"self.soil == \"a\" && foo"', (20, 44)),
        ("|\n                self.size > 0 &&\n                  foo", (22, 19)),
        (">-\n                self.size > 0 &&\n                foo", (22, 17)),
        ("self.size > 0 &&\n                foo", (21, 17)),
        ("self.size +* 1", (20, 32)),
        ("self.size > 0\n              messageExpression: string(foo)", (21, 41)),
    ],
)
def test_rule_that_does_not_compile_is_located(
    tmp_path: Path, written: str, place: tuple[int, int]
) -> None:
    file = tmp_path / "plots.yaml"
    file.write_text(DEFINITION + written + "\n", encoding="utf-8")
    found = [
        each for each in validate_files(file).findings if each.rule == "cel-expression-invalid"
    ]
    assert [(each.line, each.column) for each in found] == [place]
    assert [(each.span.path, each.line, each.column) for each in not_compiled(file)] == [
        (str(file), *place)
    ]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("self.size < 3 && has(self.soil)", None),
        ("self.size < 3 && has(self.sol)", "undefined field 'sol'"),
        ("self.size == 'a'", "found no matching overload for '_==_'"),
        ("self.size", "it returns int, not bool"),
        ("self.amount == 'a' || self.amount > 1 || type(self.amount) == string", None),
        (
            "self.sown < timestamp('2030-01-01T00:00:00Z') && self.rest < duration('1h') && self.seed == b'a'",
            None,
        ),
        ("self.sown < '2030'", "found no matching overload for '_<_'"),
        ("self.tags.all(t, t.size() > 1) && self.tags == oldSelf.tags && 'a' in self.tags", None),
        ("self.tags.all(t, t > 1)", "found no matching overload for '_>_'"),
        ("self.labels.all(k, self.labels[k].size() > 1) && has(self.labels.a)", None),
        ("self.beds.exists(b, b.size > 1) && self.beds[0].plants['a'].rows == 1", None),
        ("self.beds.exists(b, b.sise > 1)", "undefined field 'sise'"),
        ("self.ratio > 1.5 && self.__namespace__ == 'a' && self.a__dash__b", None),
        ("self.foo_bar == 'a' && self.fooBar == 1 && self.FooBar > self.foobar", None),
        ("has(self.maybe) && self.maybe.size() > 1", None),
        ("self.maybe == null", "found no matching overload for '_==_'"),
        ("has(self.free) && self.?soil.orValue('a') == 'a'", None),
        ("has(self.free.a)", "undefined field 'a'"),
        ("self.namespace == 'a' && has(self.namespace)", None),
        ("self.labels.all(k, self.labels[k] > 1)", "found no matching overload for '_>_'"),
        ("self.labels == {'a': 'b'} && self.ratio > 1 && double(self.size) < 7", None),
    ],
)
def test_rules_are_type_checked_by_schema(tmp_path: Path, rule: str, why: str | None) -> None:
    bed = "{type: object, properties: {size: {type: integer}, plants: {type: object, additionalProperties: %s}}}"
    plant = "{type: object, properties: {rows: {type: integer}}}"
    fields = {
        "size": "{type: integer}",
        "soil": "{type: string}",
        "amount": "{x-kubernetes-int-or-string: true}",
        "sown": "{type: string, format: date-time}",
        "rest": "{type: string, format: duration}",
        "seed": "{type: string, format: byte}",
        "tags": "{type: array, items: {type: string}}",
        "labels": "{type: object, additionalProperties: {type: string}}",
        "beds": f"{{type: array, items: {bed % plant}}}",
        "ratio": "{type: number}",
        "namespace": "{type: string}",
        "a-b": "{type: boolean}",
        "foo_bar": "{type: string}",
        "fooBar": "{type: integer}",
        "FooBar": "{type: integer}",
        "foobar": "{type: integer}",
        "maybe": "{type: string, nullable: true}",
        "free": "{type: object, x-kubernetes-preserve-unknown-fields: true}",
    }
    written = ", ".join(f"{name}: {schema}" for name, schema in fields.items())
    text = DEFINITION.replace("{size: {type: integer}, soil: {type: string}}", f"{{{written}}}")
    file = tmp_path / "plots.yaml"
    file.write_text(
        f"{text}{rule!r}\n" if "'" not in rule else f'{text}"{rule}"\n', encoding="utf-8"
    )
    said = [each.message for each in not_compiled(file)]
    assert len(said) == (why is not None)
    assert all(str(why) in each for each in said)
    assert not any("types." in each for each in said)


POLICY = """\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: a}
spec:
  variables: [{name: v, expression: a.b}]
  matchConditions: [1, {expression: "b"}]
  validations:
  - {expression: "c", messageExpression: "d"}
  - {expression: "object == oldObject && request == params && namespaceObject == variables"}
  auditAnnotations: [{valueExpression: "e"}]
"""


def test_expressions_of_policy_are_located(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    found = [
        each for each in validate_files(tmp_path).findings if each.rule == "cel-expression-invalid"
    ]
    words = [str(each.line) + each.message.partition("'")[2][0] for each in found]
    assert words == ["5a", "6b", "8c", "8d", "10e"]


def test_rules_may_use_name_but_not_labels(tmp_path: Path) -> None:
    file = tmp_path / "plots.yaml"
    place = "        type: object\n        x-kubernetes-validations:\n        - rule: %s\n        properties:\n"
    for rule, is_right in (
        ("self.metadata.name == self.kind", True),
        ("has(self.metadata.labels)", False),
    ):
        text = DEFINITION.replace("        type: object\n        properties:\n", place % rule, 1)
        file.write_text(f"{text}'true'\n", encoding="utf-8")
        assert len(not_compiled(file)) == (not is_right)


def test_kind_of_another_group_has_no_expressions(tmp_path: Path) -> None:
    file = tmp_path / "plots.yaml"
    file.write_text(
        DEFINITION.replace("apiextensions.k8s.io", "garden.example.io") + "foo +* 1\n",
        encoding="utf-8",
    )
    found = [each.rule for each in validate_files(file).findings]
    assert found == ["kind-unknown"]


@pytest.mark.parametrize(
    ("written", "instead", "place"),
    [
        ("spec:\n            type: object\n", "spec:\n", "16:11: crd-type-missing"),
        ("{type: string}", "{$ref: '#/a'}", "18:56: crd-ref"),
        (
            "type: object\n        p",
            "type: object\n        uniqueItems: true\n        p",
            "15:9: crd-not-structural",
        ),
    ],
)
def test_definition_refused_by_servers_is_located(
    tmp_path: Path, written: str, instead: str, place: str
) -> None:
    file = tmp_path / "plots.yaml"
    text = f"{DEFINITION}self.size > 0\n"
    file.write_text(
        f"kind: Plot\napiVersion: v1\n---\n{text.replace(written, instead, 1)}", encoding="utf-8"
    )
    results = validate_files(file, allow_unknown=("Plot",))
    (found,) = results.findings
    line, _, rest = place.partition(":")
    assert f"{found.line}:{found.column}: {found.rule}" == f"{int(line) + 3}:{rest}"
    assert found.hint
    assert "Invalid: 1" in results.summary[0]


PATTERNS = """\
          spec:
            type: object
            properties:
              soil: {type: string, pattern: "^a"}
              beds: {type: array, items: {type: string, anyOf: [{pattern: '%s'}]}}
"""


@each_row(r"""
    ^(?=b)b$  | invalid perl operator: (?=
    (?<!b)a   | invalid perl operator: (?<!
    ^(b)\1$   | invalid escape sequence: \1
    a{2001}   | invalid repetition size: {2001}
    ^(a+)+$   |
    \p{Greek} |
""")
def test_pattern_not_compiled_by_servers_is_reported(
    pattern: str, why: str, *, tmp_path: Path
) -> None:
    file = tmp_path / "plots.yaml"
    file.write_text(PLOTS_PROPERTIES + PATTERNS % pattern, encoding="utf-8")
    findings = validate_files(file).findings
    located = [(each.rule, each.line, each.column) for each in findings]
    assert located == ([("pattern-invalid", 20, 75)] if why else [])
    assert all(why in each.message for each in findings)


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "spec: 1\n",
        "spec: {versions: [1, {schema: 1}]}\n",
        "spec: {versions: [{schema: {openAPIV3Schema: {pattern: 1}}}]}\n",
    ],
)
def test_malformed_definition_has_no_pattern_findings(tmp_path: Path, spec: str) -> None:
    file = tmp_path / "plots.yaml"
    file.write_text(
        f"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n{spec}",
        encoding="utf-8",
    )
    assert "pattern-invalid" not in [each.rule for each in validate_files(file).findings]
