"""Results judged by a baseline: without the findings and warnings that it accepts, with a finding for each entry that has no use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain

from msgspec.structs import replace

from codegen.core.wildcards import Wildcards
from codegen.drift.check.baseline import PLACEHOLDER, Accepted, ways
from codegen.findings.diagnostics import Diagnostic, Severity
from codegen.findings.finding import Finding, NotCompared, Results, left_out
from codegen.findings.rules.changes import RULES
from codegen.findings.rules.checks import CHECK_RULES


def covering(accepted: Iterable[Accepted]) -> Callable[[Finding], list[Accepted]]:
    """A function that gives the entries covering a finding, whatever their date."""
    near = _near(accepted)
    return lambda finding: [entry for entry in near(finding) if entry.covers(finding)]


def covering_warnings(accepted: Iterable[Accepted]) -> Callable[[Diagnostic], list[Accepted]]:
    """A function that gives the entries covering a warning, whatever their date."""
    near = _near(accepted)
    return lambda warning: [entry for entry in near(warning) if entry.covers_warning(warning)]


def _near(accepted: Iterable[Accepted]) -> Callable[[Finding | Diagnostic], Iterator[Accepted]]:
    """A function that gives the entries whose rule and id may be those of a finding or a warning, without a look at each."""
    exact: dict[tuple[str, str], list[Accepted]] = {}
    wide: list[tuple[str, Accepted]] = []
    for entry in accepted:
        if "*" in entry.rule + entry.id:
            wide.append((entry.id, entry))
        else:
            exact.setdefault((entry.rule, entry.id), []).append(entry)
    open_ = Wildcards(wide)
    return lambda found: chain(exact.get((found.rule, found.id), ()), open_.near((found.id,)))


def left_of(finding: Finding, entries: Iterable[Accepted]) -> Finding | None:
    """What is left of a finding that entries accept: all of it without any, nothing, or the direction that they do not name."""
    named = {entry.direction for entry in entries}
    if not named:
        return finding
    left = {way: level for way, level in ways(finding).items() if way not in named}
    if {"", finding.direction} & named or not left:
        return None
    ((way, level),) = left.items()
    grades = {**dict.fromkeys(ways(finding)), way: level}
    return replace(
        finding, level=level, direction=str(way), meaning=RULES[finding.rule].meaning(way).rstrip("."), **grades
    )


def judged(before: Results, accepted: Iterable[Accepted], shown: str, today: date) -> Results:
    """The results without what is accepted, and with a finding for each entry that is expired or matches nothing.

    `shown` is the name of the baseline in the summary.
    """
    entries = tuple(accepted)
    entries_of = covering(entries)
    remaining, used, count = [], set[Accepted](), 0
    for finding in before.findings:
        found = entries_of(finding)
        used.update(found)
        if (rest := left_of(finding, [entry for entry in found if entry.until >= today])) is not finding:
            count += 1
        if rest is not None:
            remaining.append(rest)
    results, accepted_warnings = _without_warnings(before, [entry for entry in entries if entry.until >= today])
    used.update(chain.from_iterable(map(covering_warnings(entries), warnings_of(before))))
    count += accepted_warnings
    for entry in entries:
        if entry not in used:
            message = f"{entry.rule} of {entry.id} is accepted here, but no longer occurs"
            remaining.append(_about(entry, "baseline-unused", message, "remove the entry"))
        elif entry.until < today:
            message = f"{entry.rule} of {entry.id} was accepted until {entry.until}: {entry.reason}"
            remaining.append(_about(entry, "baseline-expired", message, "correct it, or give it a new date and reason"))
    summary = list(results.summary)
    if count:
        summary.append(f"{count} accepted by {shown}")
    if unexplained := sum(entry.reason == PLACEHOLDER for entry in entries):
        summary.append(f"{shown}: {unexplained} of {len(entries)} entries have no reason; replace {PLACEHOLDER!r}")
    clean = "no drift except what is accepted" if count else results.clean
    return replace(results, findings=tuple(remaining), summary=tuple(summary), clean=clean)


def _about(entry: Accepted, rule: str, message: str, hint: str) -> Finding:
    found = CHECK_RULES[rule]
    return Finding(
        rule=rule,
        level=found.gravest,
        message=message,
        id=f"{entry.rule} {entry.id}",
        path=entry.span.path,
        line=entry.span.line,
        column=entry.span.column,
        direction=entry.direction or "both",
        locale=entry.locale,
        meaning=found.why.rstrip("."),
        hint=hint,
    )


# ------------------------------------------------------------------------------------------------------------ warnings


def warnings_of(results: Results) -> tuple[Diagnostic, ...]:
    """The warnings that a run is about: of reading its sources, and of what they left out of a comparison."""
    found = [found for found in results.diagnostics if found.severity is Severity.WARNING]
    return tuple(dict.fromkeys((*found, *(warning for entry in results.not_compared for warning in entry.warnings))))


def _without_warnings(results: Results, entries: Iterable[Accepted]) -> tuple[Results, int]:
    """The results without the warnings that these entries accept, and how many these are.

    What was left out with an accepted warning does not make a comparison incomplete: a person has looked at it.
    """
    accepted = set(filter(covering_warnings(entries), warnings_of(results)))
    if not accepted:
        return results, 0
    diagnostics = tuple(found for found in results.diagnostics if found not in accepted)
    not_compared = tuple(filter(None, (_lessened(entry, accepted) for entry in results.not_compared)))
    return replace(results, diagnostics=diagnostics, not_compared=not_compared), len(accepted)


def _lessened(entry: NotCompared, accepted: set[Diagnostic]) -> NotCompared | None:
    """What is left of something not compared, once some of its warnings are accepted."""
    rest = tuple(warning for warning in entry.warnings if warning not in accepted)
    if len(rest) == len(entry.warnings):
        return entry
    return left_out(entry.says, rest) if rest else None
