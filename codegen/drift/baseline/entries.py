"""Entries of a baseline: findings that a team accepts for a time, with a reason.

accepted:
  - rule: field-became-optional
    id: io.k8s.api.authentication.v1.TokenRequest#spec
    direction: response          # optional; the other direction of a finding is still reported
    reason: "the client treats it as optional since 2.3"
    until: 2026-12-31

`*` in a rule or id matches any characters. An entry can also accept a warning of a reader; its id is the file and the message. A rule
with `*` accepts findings about generated files only if it matches no other rule, so that no wide entry hides a missing or stale file.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from codegen.core import opening, source
from codegen.core.diagnostics import CodegenError, Direction, Finding, Level, Span, failure
from codegen.core.source import Source
from codegen.findings.choice import matches
from codegen.findings.rules.catalogue import ACCEPTABLE, CHANGES, CHECKS, FILE_RULES
from codegen.readers.documents.loader import read_settings

_KEYS = {"rule", "id", "reason", "until"}
_MORE = {"direction", "locale"}
PLACEHOLDER = "TODO: say why this is accepted"


class AcceptedFinding(Struct, frozen=True, kw_only=True):
    """An entry of a baseline. An empty `direction` or `locale` accepts any."""

    rule: str
    id: str
    reason: str
    until: date
    direction: str = ""
    locale: str = ""
    span: Span

    def covers(self, found: Finding) -> bool:
        """Return whether the entry accepts this finding, or this warning of a reader."""
        if not (matches(self.rule, found.rule) and matches(self.id, found.identity)):
            return False
        return (
            (found.rule not in FILE_RULES or _matches_only_files(self.rule))
            and self.direction in {"", found.direction, *levels_by_direction(found)}
            and self.locale in {"", found.locale}
        )


def load_baseline(file: Path, shown: str) -> tuple[AcceptedFinding, ...]:
    """Read a baseline. Raises `CodegenError` with every fault at its line."""
    if not opening.is_file(file):
        raise failure(
            "baseline-missing",
            "there is no such file",
            Span(path=shown),
            "--write-baseline writes one",
        )
    return parse_baseline(source.load(file, shown))


def parse_baseline(text: Source) -> tuple[AcceptedFinding, ...]:
    """Parse the entries of a baseline. Raises `CodegenError` with every fault at its line."""
    document = read_settings(text)
    data = document.data
    entries = data.get("accepted") if isinstance(data, dict) and set(data) == {"accepted"} else None
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
        if fault := _find_fault(entry):
            faults.append(Finding(level=Level.ERR, rule="baseline-invalid", message=fault[0], span=span, hint=fault[1]))
        else:
            texts = {key: str(value) for key, value in entry.items() if key != "until"}
            accepted.append(AcceptedFinding(span=span, until=date.fromisoformat(entry["until"]), **texts))
    if faults:
        raise CodegenError(*faults)
    return tuple(accepted)


def _find_fault(entry: Any) -> tuple[str, str] | None:
    if not isinstance(entry, dict):
        return "an accepted finding is a mapping", f"with {', '.join(sorted(_KEYS))}"
    if unknown := sorted(map(str, set(entry) - _KEYS - _MORE)):
        return f"an accepted finding has no {', '.join(unknown)}", f"known keys are {', '.join(sorted(_KEYS | _MORE))}"
    if missing := sorted(_KEYS - set(entry)):
        return f"an accepted finding lacks {', '.join(missing)}", "say which finding, why, and until which date"
    if not _is_day(entry["until"]):
        return f"`until` is not a date: {entry['until']!r}", "write it as 2026-12-31"
    if texts := sorted(
        key for key in entry if key != "until" and not (isinstance(entry[key], str) and entry[key].strip())
    ):
        return (
            f"{', '.join(texts)} must be text that is not empty",
            "say why the finding is accepted" if "reason" in texts else "",
        )
    if not _has_rule(entry["rule"]):
        return f"there is no rule {entry['rule']!r}", "`codegen explain` lists the areas of rules"
    return None


def _has_rule(pattern: str) -> bool:
    """Return whether a baseline can accept a finding that the pattern matches."""
    return any(matches(pattern, rule) for rule in ACCEPTABLE)


@lru_cache
def _matches_only_files(pattern: str) -> bool:
    """Return whether a pattern matches no findings except those about generated files."""
    return not any(matches(pattern, rule) for rule in (*CHANGES, *CHECKS) if rule not in FILE_RULES)


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def levels_by_direction(finding: Finding) -> dict[Direction, Level]:
    """Return the levels of a finding by direction."""
    levels = {Direction.REQUEST: finding.request, Direction.RESPONSE: finding.response}
    return {direction: level for direction, level in levels.items() if level is not None}
