"""Application of a baseline to results: accepted findings are left out, unused entries reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from itertools import chain

from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level
from codegen.core.wildcards import Wildcards
from codegen.drift.baseline.entries import PLACEHOLDER, AcceptedFinding, levels_by_direction
from codegen.findings.finding import NotCompared, Results, left_out
from codegen.findings.rules.catalogue import CHANGES, CHECKS


def find_entries(accepted: Iterable[AcceptedFinding]) -> Callable[[Finding], list[AcceptedFinding]]:
    """Return a function from a finding or a warning to its entries, also expired ones."""
    exact: dict[tuple[str, str], list[AcceptedFinding]] = {}
    wide: list[tuple[str, AcceptedFinding]] = []
    for entry in accepted:
        if "*" in entry.rule + entry.id:
            wide.append((entry.id, entry))
        else:
            exact.setdefault((entry.rule, entry.id), []).append(entry)
    wildcards = Wildcards(wide)

    def matching_entries(found: Finding) -> list[AcceptedFinding]:
        near = chain(exact.get((found.rule, found.identity), ()), wildcards.near((found.identity,)))
        return [entry for entry in near if entry.covers(found)]

    return matching_entries


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


def apply_entries(before: Results, accepted: Iterable[AcceptedFinding], shown: str, today: date) -> Results:
    """Leave out accepted findings and add a finding for each expired or unused entry.

    `shown` is the name of the baseline in the summary.
    """
    entries = tuple(accepted)
    matching_entries = find_entries(entries)
    remaining, used, count = [], set[AcceptedFinding](), 0
    for finding in before.findings:
        found = matching_entries(finding)
        used.update(found)
        if (rest := unaccepted_part(finding, [entry for entry in found if entry.until >= today])) is not finding:
            count += 1
        if rest is not None:
            remaining.append(rest)
    results, accepted_warnings = _accept_warnings(before, [entry for entry in entries if entry.until >= today])
    used.update(chain.from_iterable(map(matching_entries, collect_warnings(before))))
    count += accepted_warnings
    for entry in entries:
        if entry not in used:
            message = f"{entry.rule} of {entry.id} is accepted here, but no longer occurs"
            remaining.append(_entry_finding(entry, "baseline-unused", message, "remove the entry"))
        elif entry.until < today:
            message = f"{entry.rule} of {entry.id} was accepted until {entry.until}: {entry.reason}"
            remaining.append(
                _entry_finding(entry, "baseline-expired", message, "correct it, or give it a new date and reason")
            )
    summary = list(results.summary)
    if count:
        summary.append(f"{count} accepted by {shown}")
    if unexplained := sum(entry.reason == PLACEHOLDER for entry in entries):
        summary.append(f"{shown}: {unexplained} of {len(entries)} entries have no reason; replace {PLACEHOLDER!r}")
    clean = "no drift except what is accepted" if count else results.clean
    return replace(results, findings=tuple(remaining), summary=tuple(summary), clean=clean)


def _entry_finding(entry: AcceptedFinding, rule: str, message: str, hint: str) -> Finding:
    found = CHECKS[rule]
    return Finding(
        rule=rule,
        level=found.gravest,
        message=message,
        id=f"{entry.rule} {entry.id}",
        span=entry.span,
        direction=entry.direction or "both",
        locale=entry.locale,
        meaning=found.why.rstrip("."),
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
    if not accepted:
        return results, 0
    diagnostics = tuple(found for found in results.diagnostics if found not in accepted)
    not_compared = tuple(filter(None, (_unaccepted_warnings(entry, accepted) for entry in results.not_compared)))
    return replace(results, diagnostics=diagnostics, not_compared=not_compared), len(accepted)


def _unaccepted_warnings(entry: NotCompared, accepted: set[Finding]) -> NotCompared | None:
    """Return the part of something not compared whose warnings are not accepted."""
    rest = tuple(warning for warning in entry.warnings if warning not in accepted)
    if len(rest) == len(entry.warnings):
        return entry
    return left_out(entry.says, rest) if rest else None
