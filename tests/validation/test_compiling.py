"""Expressions that do not compile stand at their place, however the value is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.findings.diagnostics import Report
from codegen.readers.sources import read
from codegen.validation import compiling
from codegen.validation.files import validate_files

DEFINITION = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: plots.garden.example.io}
spec:
  group: garden.example.io
  scope: Namespaced
  names: {kind: Plot, plural: plots, singular: plot, listKind: PlotList}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties: {size: {type: integer}, soil: {type: string}}
            x-kubernetes-validations:
            - rule: """


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
def test_a_rule_that_does_not_compile(tmp_path: Path, written: str, place: tuple[int, int]) -> None:
    file = tmp_path / "plots.yaml"
    file.write_text(DEFINITION + written + "\n", encoding="utf-8")
    found = [each for each in validate_files(file).findings if each.rule == "cel-expression-invalid"]
    assert [(each.line, each.column) for each in found] == [place]
    report = Report()
    compiling.report_wrong(read(file), report)
    spans = [each.span for each in report.diagnostics if each.rule == "cel-rule-not-compiled"]
    assert [(span.path, span.line, span.column) for span in spans] == (
        [(str(file), *place)] if "message" not in written else []
    )


def test_a_definition_whose_rules_compile(tmp_path: Path) -> None:
    file = tmp_path / "plots.yaml"
    file.write_text(DEFINITION + "self.size < 3 && self == oldSelf\n", encoding="utf-8")
    report = Report()
    compiling.report_wrong(read(file), report)
    assert validate_files(file).findings == ()
    assert not report.diagnostics
