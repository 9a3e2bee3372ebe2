"""Patterns of definitions that servers refuse, each at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.readers.built_in.structure import built_ins
from codegen.validation.manifest_files import validate_files
from gardens.resources import PLOTS_PROPERTIES

SPEC = """\
          spec:
            type: object
            properties:
              soil: {type: string, pattern: "^a"}
              beds: {type: array, items: {type: string, anyOf: [{pattern: '%s'}]}}
"""


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("^(?=b)b$", "invalid perl operator: (?="),
        ("(?<!b)a", "invalid perl operator: (?<!"),
        (r"^(b)\1$", r"invalid escape sequence: \1"),
        ("a{2001}", "invalid repetition size: {2001}"),
        ("^(a+)+$", ""),
        (r"\p{Greek}", ""),
    ],
)
def test_a_pattern_that_servers_do_not_compile(tmp_path: Path, pattern: str, why: str) -> None:
    file = tmp_path / "plots.yaml"
    file.write_text(PLOTS_PROPERTIES + SPEC % pattern, encoding="utf-8")
    found = [(each.rule, each.line, each.column, each.message) for each in validate_files(file).findings]
    field = "spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.beds.items.anyOf[0].pattern"
    shown = pattern.replace("\\", "\\\\")
    message = f'{field}: Invalid value: "{shown}": must be a valid regular expression, but isn\'t: {why} (Kubernetes {built_ins().newest})'
    assert found == ([("pattern-invalid", 20, 75, message)] if why else [])


@pytest.mark.parametrize("spec", ["", "spec: 1\n", "spec: {versions: [1, {schema: 1}]}\n", "spec: {versions: [{schema: {openAPIV3Schema: {pattern: 1}}}]}\n"])  # fmt: skip
def test_a_definition_of_another_form_has_no_patterns(tmp_path: Path, spec: str) -> None:
    file = tmp_path / "plots.yaml"
    file.write_text(f"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n{spec}", encoding="utf-8")
    assert "pattern-invalid" not in [each.rule for each in validate_files(file).findings]
