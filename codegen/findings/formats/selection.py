"""The findings that reports for people list, in their order."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from codegen.core.diagnostics import MOST_SHOWN, Finding
from codegen.findings.finding import Results, View
from codegen.findings.rules.catalogue import CHANGES, RULES
from codegen.findings.rules.rule import Aspect

_MARKUP = "markup-changed"
TEXT_RULES = frozenset(rule.id for rule in CHANGES.values() if rule.aspect is Aspect.TEXT)


class ReportPosition(NamedTuple):
    """The part of a report in which a finding is listed."""

    is_last: bool
    rank: int


def find_position(finding: Finding) -> ReportPosition:
    """Return where a finding belongs: by its level, and behind those from which it follows."""
    rule = RULES.get(finding.rule)
    is_last = rule is not None and rule.comes_last
    return ReportPosition(is_last=is_last, rank=finding.level.rank)


class SelectedFindings(NamedTuple):
    """The findings to list, and a line about each kind of others."""

    results: Results
    left_out: tuple[str, ...]


def select_findings(results: Results, view: View) -> SelectedFindings:
    """Select the findings to list, the most serious changes first."""
    if view.counts:
        return SelectedFindings(results, ())
    shown = results.findings
    notes: list[str] = []
    if results.takes_baseline:
        shown = tuple(sorted(shown, key=find_position))
    if not view.descriptions:
        texts = [finding for finding in shown if finding.rule in TEXT_RULES]
        markup = sum(finding.rule == _MARKUP for finding in texts)
        if count := len(texts) - markup:
            singular = "{count} changed description is left out here; --descriptions lists them"
            several = "{count} changed descriptions are left out here; --descriptions lists them"
            notes.append(results.reader.count(count, singular, several))
        if markup:
            singular = "{count} change of markup is left out here; --descriptions lists them"
            several = "{count} changes of markup are left out here; --descriptions lists them"
            notes.append(results.reader.count(markup, singular, several))
        shown = tuple(finding for finding in shown if finding.rule not in TEXT_RULES)
    if (count := len(shown) - MOST_SHOWN) > 0:
        notes.append(
            results.reader.translate(
                "{count} more findings are left out here; --format json has all, --summary counts "
                "them, --level and --rule choose among them",
                count=count,
            )
        )
    return SelectedFindings(replace(results, findings=shown[:MOST_SHOWN]), tuple(notes))


def list_totals(results: Results) -> list[tuple[str, str]]:
    """List the totals and the notes with their sorts, `total`, `clean`, `summary` or `note`.

    Of changes, the total comes first.
    """
    notes = [
        ("note", results.reader.translate("note: {text}", text=note)) for note in results.notes
    ]
    summary = [("summary", line) for line in results.summary]
    if results.complete:
        total = [("clean", results.reader.translate_whole(results.clean))]
    else:
        total = []
    if results.findings:
        total = [("total", results.describe_total())]
    if results.takes_baseline:
        return [*total, *summary, *notes]
    return [*notes, *summary, *total]
