"""Findings from changes, for every format to print."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.core.diagnostics import Finding, Span
from codegen.drift.compare.changes import Cause, Change, PageError
from codegen.drift.compare.engine import Comparison


def make_finding(change: Change, *, at_old: bool = False) -> Finding:
    """Convert a change to a finding, with `at_old` at its place in the first source."""
    span = (_old_span(change) if at_old else None) or change.span
    return Finding(
        rule=change.rule.id,
        level=change.level,
        message=change.message,
        id=change.id,
        span=span,
        direction=str(change.direction),
        old=change.old,
        new=change.new,
        locale=change.locale,
        cause=str(change.cause or ""),
        meaning=_meaning(change),
        subject=change.subject,
        hint=change.evidence if isinstance(change, PageError) else "",
        request=change.grade.request if change.grade else None,
        response=change.grade.response if change.grade else None,
        ids=change.ids,
    )


def _old_span(change: Change) -> Span | None:
    span = getattr(getattr(change, "before", None), "span", None)
    return span if isinstance(span, Span) else None


def _meaning(change: Change) -> str:
    if isinstance(change, PageError):
        return ""
    if change.cause is not None:
        return f"{change.cause.capitalize()}: {change.evidence}" if change.evidence else ""
    return change.meaning.rstrip(".")


def summarize(comparison: Comparison) -> Iterator[str]:
    """Count the differences between two languages by cause."""
    if not comparison.translated:
        return
    counts = {cause: sum(change.cause is cause for change in comparison.changes) for cause in Cause}
    pages = len({change.span.path for change in comparison.changes if change.in_new})
    parts = [
        f"{counts[Cause.DEFECT]} defects (slips of the page)",
        f"{counts[Cause.STALE]} stale (the page follows another release than the original)",
    ]
    if counts[Cause.UNDECIDED]:
        parts.append(f"{counts[Cause.UNDECIDED]} undecided (the page carries no original to compare with)")
    yield f"{comparison.translated}: {', '.join(parts)}, on {pages} pages"
    if comparison.outdated_count:
        yield f"{comparison.translated}: {comparison.outdated_count} texts were translated from a wording that the original no longer has"
