"""Baselines: findings that a team accepts for a time, with a reason, and their application to
results.

accepted:
  - rule: field-became-optional
    id: io.k8s.api.authentication.v1.TokenRequest#spec
    direction: response          # optional; the other direction of a finding is still reported
    value: optional              # optional; another value is a new finding
    reason: "the client treats it as optional since 2.3"
    until: 2026-12-31

`*` in a rule or id matches any characters. An entry can also accept a warning of a reader; its id
is the file and the values in its message. A rule with `*` accepts findings about generated files only if it
matches no other rule, so that no wide entry hides a missing or stale file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct, ValidationError, convert
from msgspec.structs import replace

from codegen.core import opening, source
from codegen.core.diagnostics import (
    CodegenError,
    Direction,
    Finding,
    Level,
    Span,
    count_noun,
    failure,
)
from codegen.core.source import Source
from codegen.findings.choice import matches
from codegen.findings.finding import Results, describe_omission
from codegen.findings.rules.catalogue import ACCEPTABLE, CHANGES, CHECKS, FILE_RULES
from codegen.findings.rules.former_ids import current_id
from codegen.readers.documents.loader import read_settings

_Text = Annotated[str, Meta(pattern=r"\S")]
PLACEHOLDER = "TODO: say why this is accepted"


class AcceptedFinding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry of a baseline. Without `direction`, `locale` or `value` it accepts any."""

    rule: _Text
    id: _Text
    reason: _Text
    until: date
    direction: str = ""
    locale: str = ""
    value: str | None = None
    span: Span = Span(path="")

    def covers(self, finding: Finding) -> bool:
        """Return whether the entry accepts this finding, or this warning of a reader."""
        rule = current_id(self.rule)
        if not (matches(rule, finding.rule) and matches(self.id, finding.identity)):
            return False
        # Generated files need an entry for them alone: a pattern such as `*` would hide that they
        # are out of date.
        wide_rules = {*CHANGES, *CHECKS} - FILE_RULES if finding.rule in FILE_RULES else ()
        return (
            not any(matches(rule, wide_rule) for wide_rule in wide_rules)
            and self.direction in {"", finding.direction, *levels_by_direction(finding)}
            and self.locale in {"", finding.locale}
            and self.value in (None, accepted_value(finding))
        )


def load_baseline(file: Path, display_path: str) -> tuple[AcceptedFinding, ...]:
    """Read a baseline. Raises `CodegenError` with every fault at its line."""
    if not opening.is_file(file):
        raise failure(
            "baseline-missing",
            "there is no such file",
            Span(path=display_path),
            "--write-baseline writes one",
        )
    return parse_baseline(source.load(file, display_path))


def parse_baseline(text: Source) -> tuple[AcceptedFinding, ...]:
    """Parse the entries of a baseline. Raises `CodegenError` with every fault at its line."""
    document = read_settings(text)
    data = document.data
    if isinstance(data, dict) and set(data) == {"accepted"}:
        entries = data.get("accepted")
    else:
        entries = None
    if not isinstance(entries, list):
        raise failure(
            "baseline-invalid",
            "the file is not a baseline",
            Span(path=text.path, line=1, column=1),
            "expected one list, `accepted:`",
        )
    accepted, faults = [], []
    for number, entry in enumerate(entries):
        span = document.span("accepted", number)
        try:
            accepted_finding = replace(convert(entry, AcceptedFinding), span=span)
        except ValidationError as error:
            message, value, hint = (
                f"not an accepted finding: {error}",
                str(error),
                "an entry has a rule, an id and a reason, none of them empty, "
                "and until: 2026-12-31",
            )
        else:
            accepted.append(accepted_finding)
            if any(matches(current_id(accepted_finding.rule), rule) for rule in ACCEPTABLE):
                continue
            message, value, hint = (
                f"there is no rule {accepted_finding.rule!r}",
                accepted_finding.rule,
                "`codegen explain` lists the areas of rules",
            )
        faults.append(
            Finding(
                level=Level.ERR,
                rule="baseline-invalid",
                message=message,
                span=span,
                hint=hint,
                arguments=(value,),
            )
        )
    if faults:
        raise CodegenError(*faults)
    return tuple(accepted)


def accepted_value(finding: Finding) -> str | None:
    """Return the new value of a change, or the removed one, on one line.

    Other findings have none.
    """
    value = finding.old if finding.new is None else finding.new
    if value is None or finding.rule not in CHANGES:
        return None
    return " ".join(value.split())


def levels_by_direction(finding: Finding) -> dict[Direction, Level]:
    """Return the levels of a finding by direction."""
    levels = {Direction.REQUEST: finding.request, Direction.RESPONSE: finding.response}
    return {direction: level for direction, level in levels.items() if level is not None}


def find_entries(accepted: Iterable[AcceptedFinding]) -> Callable[[Finding], list[AcceptedFinding]]:
    """Return a function from a finding to its entries, also expired ones."""
    exact: dict[tuple[str, str], list[AcceptedFinding]] = {}
    wide: list[AcceptedFinding] = []
    for entry in accepted:
        if "*" in entry.rule + entry.id:
            same = wide
        else:
            same = exact.setdefault((current_id(entry.rule), entry.id), [])
        same.append(entry)
    return lambda finding: [
        entry
        for entry in (*exact.get((finding.rule, finding.identity), ()), *wide)
        if entry.covers(finding)
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


def apply_entries(
    before: Results, entries: Sequence[AcceptedFinding], display_path: str, today: date
) -> Results:
    """Leave out accepted findings, explain those of expired entries, and add a finding for each
    unused entry.

    `display_path` names the baseline in the summary.
    """
    matching_entries = find_entries(entries)
    results = _accept_omissions(before, [entry for entry in entries if entry.until >= today])
    used = set(chain.from_iterable(map(matching_entries, list_omissions(before))))
    # Warnings of the project's own sources are findings too, and counted as such.
    counted = {(finding.rule, finding.identity) for finding in before.findings}
    left = {*list_omissions(before)}.difference(list_omissions(results))
    count = sum((warning.rule, warning.identity) not in counted for warning in left)
    remaining = []
    for finding in before.findings:
        matching = matching_entries(finding)
        used.update(matching)
        unaccepted = unaccepted_part(finding, [entry for entry in matching if entry.until >= today])
        count += unaccepted is not finding
        if unaccepted is not None:
            hints = (
                f"accepted until {entry.until}: {entry.reason}"
                for entry in matching
                if entry.until < today
            )
            remaining.append(
                replace(unaccepted, hint="; ".join(filter(None, (*hints, unaccepted.hint))))
            )
    remaining += (_unused_finding(entry) for entry in entries if entry not in used)
    summary, total = list(results.summary), count_noun(len(entries), "entry", "entries")
    if count:
        summary.append(f"{count} accepted by {display_path}")
    if expired := sum(entry.until < today for entry in used):
        summary.append(
            f"{display_path}: {expired} of {total} expired; give them a new date, or remove them"
        )
    if unexplained := sum(entry.reason == PLACEHOLDER for entry in entries):
        summary.append(
            f"{display_path}: the reason is missing in {unexplained} of {total}; replace {PLACEHOLDER!r}"
        )
    if count:
        clean = "no drift except what is accepted"
    else:
        clean = results.clean
    return replace(results, findings=tuple(remaining), summary=tuple(summary), clean=clean)


def _unused_finding(entry: AcceptedFinding) -> Finding:
    rule = CHECKS["baseline-unused"]
    return Finding(
        rule=rule.id,
        level=rule.most_severe,
        message=f"{entry.rule} of {entry.id} is accepted here, but no longer occurs",
        id=f"{entry.rule} {entry.id}",
        span=entry.span,
        direction=entry.direction or "both",
        locale=entry.locale,
        meaning=rule.why.rstrip("."),
        hint="remove the entry",
    )


def list_omissions(results: Results) -> list[Finding]:
    """Return the warnings of parts that were left out of a comparison."""
    warnings: dict[Finding, None] = {}
    for omission in results.not_compared:
        warnings.update(dict.fromkeys(omission.warnings))
    return list(warnings)


def _accept_omissions(results: Results, entries: Iterable[AcceptedFinding]) -> Results:
    """Leave out the omissions that these entries accept.

    A part left out with an accepted warning does not make a comparison incomplete, since a person
    has looked at it.
    """
    accepted = set(filter(find_entries(entries), list_omissions(results)))
    not_compared = []
    for omission in results.not_compared:
        remaining = tuple(warning for warning in omission.warnings if warning not in accepted)
        if len(remaining) == len(omission.warnings):
            not_compared.append(omission)
        elif remaining:
            not_compared.append(describe_omission(omission.says, remaining))
    return replace(results, not_compared=tuple(not_compared))
