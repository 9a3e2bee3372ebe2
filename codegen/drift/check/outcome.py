"""The result of `codegen check` while it is collected."""

from __future__ import annotations

from msgspec import Struct, field

from codegen.findings.diagnostics import Diagnostic
from codegen.findings.finding import Finding, NotCompared


class Outcome(Struct):
    """Findings and texts so far; `errors` prevented some comparison."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    errors: list[Diagnostic] = field(default_factory=list)
    not_compared: list[NotCompared] = field(default_factory=list)
