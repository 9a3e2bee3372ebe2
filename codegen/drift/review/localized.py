"""Findings of a review in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from codegen.core.diagnostics import Finding
from codegen.core.locales import Locale


def localize_findings(findings: Iterable[Finding], reader: Locale) -> tuple[Finding, ...]:
    """Name the rule of each finding in the language of the reader, followed by the words of the page or the English message.

    Ids and fingerprints stay.
    """
    return tuple(_localize_finding(one, reader) if one.rule in reader.rules else one for one in findings)


def _localize_finding(one: Finding, reader: Locale) -> Finding:
    words, facts = reader.findings, dict(one.extra)
    shown = facts.get("text", one.message)
    correct = facts.get("correct", one.correction.correct if one.correction else "")
    hint = words["correct"].format(text=correct) if correct else one.hint
    return replace(one, message=f"{reader.rules[one.rule]}{words['colon']}{shown}", hint=hint)
