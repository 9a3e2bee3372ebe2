"""Findings about the sources of a command that judges something else."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level
from codegen.findings.rules.catalogue import RULES


def findings_about_inputs(diagnostics: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the warnings about sources as findings, each once and without errors.

    `check` judges the sources themselves, and reports a warning as it is. `diff`, `validate` and
    `upgrade` judge changes and manifests. There a warning is a note, unless a part of the source
    was left out: then less was compared or checked, and it stays a warning.
    """
    findings: dict[Finding, None] = {}
    for diagnostic in diagnostics:
        if diagnostic.level is Level.ERR:
            continue
        rule = RULES.get(diagnostic.rule)
        leaves_out = rule is not None and rule.leaves_out
        level = diagnostic.level if leaves_out else Level.INFO
        findings[replace(diagnostic, level=level)] = None
    return tuple(findings)
