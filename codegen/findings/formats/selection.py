"""The findings that reports for people list, in their order."""

from __future__ import annotations

from msgspec.structs import replace

from codegen.core.diagnostics import MOST_SHOWN, count_noun
from codegen.findings.finding import Results, View
from codegen.findings.rules.catalogue import CHANGES
from codegen.findings.rules.rule import Aspect

TEXT_RULES = frozenset(rule.id for rule in CHANGES.values() if rule.aspect is Aspect.TEXT)


def select_shown(results: Results, view: View) -> tuple[Results, tuple[str, ...]]:
    """Select the findings to list, the most serious changes first, with a line about each kind of
    others.
    """
    shown, notes = results.findings, []
    if view.counts:
        return results, ()
    if results.takes_baseline:
        shown = tuple(sorted(shown, key=lambda finding: finding.level.rank))
    if (
        not view.descriptions
        and (rest := tuple(each for each in shown if each.rule not in TEXT_RULES)) != shown
    ):
        hidden = count_noun(
            len(shown) - len(rest), "changed description is", "changed descriptions are"
        )
        notes.append(f"{hidden} left out here; --descriptions lists them")
        shown = rest
    if (count := len(shown) - MOST_SHOWN) > 0:
        notes.append(
            f"{count_noun(count, 'more finding is', 'more findings are')} left out here; --format json has all, --summary counts them, "
            "--level and --rule choose among them"
        )
    return replace(results, findings=shown[:MOST_SHOWN]), tuple(notes)


def list_totals(results: Results) -> list[tuple[str, str]]:
    """List the totals and the notes with their sorts, `total`, `clean`, `summary` or `note`.

    Of changes, the total comes first.
    """
    notes = [("note", f"note: {note}") for note in results.notes]
    summary = [("summary", line) for line in results.summary]
    total = [("clean", results.clean)] if results.complete else []
    if results.findings:
        total = [("total", results.describe_total())]
    return [*total, *summary, *notes] if results.takes_baseline else [*notes, *summary, *total]
