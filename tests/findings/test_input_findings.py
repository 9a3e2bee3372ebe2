"""Warnings about sources are findings of the commands that judge something else."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest

from codegen.core.diagnostics import CodegenError, Finding, Level, Report, Span
from codegen.core.locales import SHIPPED
from codegen.findings.input_findings import findings_about_inputs
from codegen.findings.rules.catalogue import RULES
from codegen.readers.sources import SourcePath, read_sources
from support.corpus import CASES

PATH = "plots/plot-v1.md"


def finding(rule: str, level: Level, message: str = "odd", line: int = 1) -> Finding:
    return Finding(rule=rule, level=level, message=message, span=Span(path=PATH, line=line))


@pytest.mark.parametrize(
    ("rule", "level"), [("field-twice", Level.WARN), ("type-undocumented", Level.INFO)]
)
def test_warning_stays_where_a_part_was_left_out(rule: str, level: Level) -> None:
    assert RULES[rule].leaves_out is (level is Level.WARN)
    (about,) = findings_about_inputs([finding(rule, Level.WARN)])
    assert (about.rule, about.level, about.id) == (rule, level, f"{PATH}: odd")


def test_errors_are_no_findings_and_repeated_warnings_are_one() -> None:
    diagnostics = [finding("page-empty", Level.ERR), *[finding("field-twice", Level.WARN)] * 2]
    assert len(findings_about_inputs(diagnostics)) == 1


def test_identity_has_no_location() -> None:
    report = Report()
    for line in (3, 31):
        first, other = Span(path=PATH, line=line, column=3), Span(path=PATH, line=line, column=31)
        message = f"the first is at {first}, another at {other}"
        report.warning("field-twice", message, Span(path=PATH, line=40), mentions=(first, other))
    identities = {diagnostic.identity for diagnostic in report.diagnostics}
    assert identities == {f"{PATH}: the first is at {PATH}, another at {PATH}"}


def test_messages_about_cases_name_lines_as_locations_only() -> None:
    """A line inside a message has to be one of its locations, so that no id has it."""
    identities = []
    for case in sorted(path for path in CASES.iterdir() if (path / "sources").is_dir()):
        report = Report()
        source = SourcePath(path=case / "sources", shown="sources")
        with suppress(CodegenError):
            read_sources([source], report, languages=SHIPPED)
        identities += [diagnostic.identity for diagnostic in report.diagnostics]
    assert len(identities) > 50
    assert [text for text in identities if re.search(r":\d+:\d+|\bline \d+", text)] == []
