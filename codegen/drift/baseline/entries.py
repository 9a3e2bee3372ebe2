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
from typing import Annotated

from msgspec import Meta, Struct, ValidationError, convert
from msgspec.structs import replace

from codegen.core import opening, source
from codegen.core.diagnostics import CodegenError, Direction, Finding, Level, Span, failure
from codegen.core.source import Source
from codegen.findings.choice import matches
from codegen.findings.rules.catalogue import ACCEPTABLE, CHANGES, CHECKS, FILE_RULES
from codegen.readers.documents.loader import read_settings

_Text = Annotated[str, Meta(min_length=1)]
PLACEHOLDER = "TODO: say why this is accepted"


class AcceptedFinding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry of a baseline. An empty `direction` or `locale` accepts any."""

    rule: _Text
    id: _Text
    reason: _Text
    until: date
    direction: str = ""
    locale: str = ""
    span: Span = Span(path="")

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
        try:
            found = replace(convert(entry, AcceptedFinding), span=span)
        except ValidationError as error:
            message, hint = f"not an accepted finding: {error}", "an entry has rule, id, reason, and until: 2026-12-31"
        else:
            accepted.append(found)
            if any(matches(found.rule, rule) for rule in ACCEPTABLE):
                continue
            message, hint = f"there is no rule {found.rule!r}", "`codegen explain` lists the areas of rules"
        faults.append(Finding(level=Level.ERR, rule="baseline-invalid", message=message, span=span, hint=hint))
    if faults:
        raise CodegenError(*faults)
    return tuple(accepted)


@lru_cache
def _matches_only_files(pattern: str) -> bool:
    """Return whether a pattern matches no findings except those about generated files."""
    return not any(matches(pattern, rule) for rule in (*CHANGES, *CHECKS) if rule not in FILE_RULES)


def levels_by_direction(finding: Finding) -> dict[Direction, Level]:
    """Return the levels of a finding by direction."""
    levels = {Direction.REQUEST: finding.request, Direction.RESPONSE: finding.response}
    return {direction: level for direction, level in levels.items() if level is not None}
