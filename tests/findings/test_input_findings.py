"""Warnings about sources are findings of the commands that judge something else."""

from __future__ import annotations

import pytest

from codegen.core.diagnostics import Finding, Level, Span
from codegen.findings.input_findings import findings_about_inputs
from codegen.findings.rules.catalogue import RULES

PATH = "plots/plot-v1.md"


def finding(rule: str, level: Level, message: str = "odd", line: int = 1) -> Finding:
    return Finding(rule=rule, level=level, message=message, span=Span(path=PATH, line=line))


@pytest.mark.parametrize(
    ("rule", "level"), [("field-twice", Level.WARN), ("type-undocumented", Level.INFO)]
)
def test_warning_stays_where_a_part_was_left_out(rule: str, level: Level) -> None:
    assert RULES[rule].leaves_out is (level is Level.WARN)
    (about,) = findings_about_inputs([finding(rule, Level.WARN)])
    assert (about.rule, about.level) == (rule, level)


def test_errors_are_no_findings_and_repeated_warnings_are_one() -> None:
    diagnostics = [finding("page-empty", Level.ERR), *[finding("field-twice", Level.WARN)] * 2]
    assert len(findings_about_inputs(diagnostics)) == 1
