"""Findings that a team accepts for a time: each with the reason and the last day on which it is accepted.

accepted:
  - rule: field-became-optional
    id: io.k8s.api.authentication.v1.TokenRequest#spec
    direction: response          # optional: any
    reason: "the client treats it as optional since 2.3"
    until: 2026-12-31
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct

from codegen.core import source
from codegen.findings.diagnostics import CodegenError, Diagnostic, Severity, Span, failure
from codegen.findings.finding import Finding
from codegen.findings.rules.changes import RULES
from codegen.findings.rules.checks import CHECK_RULES
from codegen.readers.documents.settings import read_settings

_KEYS = {"rule", "id", "reason", "until"}
_MORE = {"direction", "locale"}


class Accepted(Struct, frozen=True, kw_only=True):
    """One entry. Empty `direction` and `locale` accept any."""

    rule: str
    id: str
    reason: str
    until: date
    direction: str = ""
    locale: str = ""
    span: Span

    def covers(self, finding: Finding) -> bool:
        """Whether it is this finding that is accepted."""
        return (
            (self.rule, self.id) == (finding.rule, finding.id)
            and self.direction in {"", finding.direction}
            and self.locale in {"", finding.locale}
        )


def load(file: Path, shown: str) -> tuple[Accepted, ...]:
    """Read a baseline. Raises `CodegenError` with every fault at its line."""
    if not file.is_file():
        raise failure(
            "baseline-missing",
            "there is no such file",
            Span(path=shown),
            "write one, or remove `baseline` from the configuration",
        )
    document = read_settings(source.load(file, shown))
    data = document.data
    entries = data.get("accepted") if isinstance(data, dict) and set(data) == {"accepted"} else None
    if not isinstance(entries, list):
        raise failure(
            "baseline-invalid",
            "the file is no baseline",
            Span(path=shown, line=1, column=1),
            "expected one list, `accepted:`",
        )
    made, faults = [], []
    for number, entry in enumerate(entries):
        span = document.span(shown, "accepted", number)
        if fault := _fault(entry):
            faults.append(
                Diagnostic(severity=Severity.ERROR, rule="baseline-invalid", message=fault[0], span=span, hint=fault[1])
            )
        else:
            texts = {key: str(value) for key, value in entry.items() if key != "until"}
            made.append(Accepted(span=span, until=date.fromisoformat(entry["until"]), **texts))
    if faults:
        raise CodegenError(*faults)
    return tuple(made)


def _fault(entry: Any) -> tuple[str, str] | None:
    if not isinstance(entry, dict):
        return "an accepted finding is a mapping", f"with {', '.join(sorted(_KEYS))}"
    if unknown := sorted(map(str, set(entry) - _KEYS - _MORE)):
        return f"an accepted finding has no {', '.join(unknown)}", f"known are {', '.join(sorted(_KEYS | _MORE))}"
    if lacking := sorted(_KEYS - set(entry)):
        return f"an accepted finding lacks {', '.join(lacking)}", "say which finding, why, and until which day"
    if not _is_day(entry["until"]):
        return f"`until` is no day: {entry['until']!r}", "write it as 2026-12-31"
    if texts := sorted(
        key for key in entry if key != "until" and not (isinstance(entry[key], str) and entry[key].strip())
    ):
        return (
            f"{', '.join(texts)} must be text, and not empty",
            "say why the finding is accepted" if "reason" in texts else "",
        )
    if entry["rule"] not in {**RULES, **CHECK_RULES} or entry["rule"].startswith("baseline-"):
        return f"there is no rule {entry['rule']!r}", "`codegen explain` lists them"
    return None


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def applied(accepted: Iterable[Accepted], findings: Iterable[Finding], today: date) -> tuple[tuple[Finding, ...], int]:
    """The findings that are left, with one for each entry that is expired or matches nothing, and how many were accepted."""
    entries = tuple(accepted)
    left, used, count = [], set[Accepted](), 0
    for finding in findings:
        covering = [each for each in entries if each.covers(finding)]
        used.update(covering)
        if any(each.until >= today for each in covering):
            count += 1
        else:
            left.append(finding)
    for each in entries:
        if each in used and each.until < today:
            left.append(
                _about(
                    each, "baseline-expired", f"{each.rule} of {each.id} was accepted until {each.until}: {each.reason}"
                )
            )
        elif each not in used:
            left.append(_about(each, "baseline-unused", f"{each.rule} of {each.id} is accepted here, and is not found"))
    return tuple(left), count


def _about(each: Accepted, rule: str, message: str) -> Finding:
    found = CHECK_RULES[rule]
    return Finding(
        rule=rule,
        level=found.gravest,
        message=message,
        id=f"{each.rule} {each.id}",
        path=each.span.path,
        line=each.span.line,
        column=each.span.column,
        direction=each.direction or "both",
        locale=each.locale,
        meaning=found.why.rstrip("."),
    )
