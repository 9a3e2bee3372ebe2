"""Application of a baseline to results: accepted findings are left out, unused entries reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import chain

from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level
from codegen.drift.baseline.entries import PLACEHOLDER, AcceptedFinding, levels_by_direction
from codegen.findings.finding import Results, left_out
from codegen.findings.rules.catalogue import CHANGES, CHECKS


def find_entries(accepted: Iterable[AcceptedFinding]) -> Callable[[Finding], list[AcceptedFinding]]:
    """Return a function from a finding or a warning to its entries, also expired ones."""
    exact: dict[tuple[str, str], list[AcceptedFinding]] = {}
    wide: list[AcceptedFinding] = []
    for entry in accepted:
        same = wide if "*" in entry.rule + entry.id else exact.setdefault((entry.rule, entry.id), [])
        same.append(entry)
    return lambda found: [
        entry for entry in (*exact.get((found.rule, found.identity), ()), *wide) if entry.covers(found)
    ]


def unaccepted_part(finding: Finding, entries: Iterable[AcceptedFinding]) -> Finding | None:
    """Return the unaccepted part of a finding, or None."""
    accepted = {entry.direction for entry in entries}
    if not accepted:
        return finding
    levels = levels_by_direction(finding)
    left = {direction: level for direction, level in levels.items() if direction not in accepted}
    if {"", finding.direction} & accepted or not left:
        return None
    ((direction, level),) = left.items()
    return replace(
        finding,
        level=level,
        direction=str(direction),
        meaning=CHANGES[finding.rule].meaning(direction).rstrip("."),
        **{**dict.fromkeys(levels), direction: level},
    )


def apply_entries(before: Results, entries: Sequence[AcceptedFinding], shown: str, today: date) -> Results:
    """Leave out accepted findings and add a finding for each expired or unused entry.

    `shown` is the name of the baseline in the summary.
    """
    matching_entries = find_entries(entries)
    results, count = _accept_warnings(before, [entry for entry in entries if entry.until >= today])
    used = set(chain.from_iterable(map(matching_entries, (*before.findings, *collect_warnings(before)))))
    remaining = []
    for finding in before.findings:
        rest = unaccepted_part(finding, [entry for entry in matching_entries(finding) if entry.until >= today])
        count += rest is not finding
        remaining += [] if rest is None else [rest]
    for entry in entries:
        if entry not in used:
            message, hint = "is accepted here, but no longer occurs", "remove the entry"
            remaining.append(_entry_finding(entry, "baseline-unused", message, hint))
        elif entry.until < today:
            message = f"was accepted until {entry.until}: {entry.reason}"
            hint = "correct it, or give it a new date and reason"
            remaining.append(_entry_finding(entry, "baseline-expired", message, hint))
    summary = list(results.summary)
    if count:
        summary.append(f"{count} accepted by {shown}")
    if unexplained := sum(entry.reason == PLACEHOLDER for entry in entries):
        summary.append(f"{shown}: {unexplained} of {len(entries)} entries have no reason; replace {PLACEHOLDER!r}")
    clean = "no drift except what is accepted" if count else results.clean
    return replace(results, findings=tuple(remaining), summary=tuple(summary), clean=clean)


def _entry_finding(entry: AcceptedFinding, rule: str, message: str, hint: str) -> Finding:
    return Finding(
        rule=rule,
        level=CHECKS[rule].gravest,
        message=f"{entry.rule} of {entry.id} {message}",
        id=f"{entry.rule} {entry.id}",
        span=entry.span,
        direction=entry.direction or "both",
        locale=entry.locale,
        meaning=CHECKS[rule].why.rstrip("."),
        hint=hint,
    )


# ------------------------------------------------------------------------------------------------------------ warnings


def collect_warnings(results: Results) -> tuple[Finding, ...]:
    """Return the warnings of reading sources and of parts left out of a comparison."""
    found = [found for found in results.diagnostics if found.level is Level.WARN]
    return tuple(dict.fromkeys((*found, *(warning for entry in results.not_compared for warning in entry.warnings))))


def _accept_warnings(results: Results, entries: Iterable[AcceptedFinding]) -> tuple[Results, int]:
    """Leave out the warnings that these entries accept, and count them.

    A part left out with an accepted warning does not make a comparison incomplete, since a person has looked at it.
    """
    accepted = set(filter(find_entries(entries), collect_warnings(results)))
    not_compared = []
    for each in results.not_compared:
        rest = tuple(warning for warning in each.warnings if warning not in accepted)
        if len(rest) == len(each.warnings):
            not_compared.append(each)
        elif rest:
            not_compared.append(left_out(each.says, rest))
    diagnostics = tuple(found for found in results.diagnostics if found not in accepted)
    return replace(results, diagnostics=diagnostics, not_compared=tuple(not_compared)), len(accepted)
