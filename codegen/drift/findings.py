"""Changes as findings that every format can print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen.drift.compare.changes import Cause, Change, PageError
from codegen.drift.compare.engine import Comparison
from codegen.findings.diagnostics import Span
from codegen.findings.formats import Finding, RuleText
from codegen.findings.levels import Direction
from codegen.findings.rules.changes import RULES
from codegen.findings.rules.checks import CHECK_RULES
from codegen.findings.rules.rule import ChangeRule, Rule


def rule_texts() -> Mapping[str, RuleText]:
    """What formats say about each rule."""
    return {
        rule.id: RuleText(id=rule.id, short=rule.title, full=_full(rule), level=rule.gravest)
        for rule in (*RULES.values(), *CHECK_RULES.values())
    }


def _full(rule: Rule) -> str:
    meaning = rule.meaning(Direction.BOTH) if isinstance(rule, ChangeRule) else rule.why
    return f"{rule.title}. {meaning}".strip() + f" Example: {rule.example}."


def of_change(change: Change, *, at_old: bool = False) -> Finding:
    """A change as a finding; `at_old` puts it at its place in the first source, where that has one."""
    span = _old_span(change) if at_old else None
    span = span or change.span
    return Finding(
        rule=change.rule.id,
        level=change.level,
        message=change.message,
        id=change.id,
        path=span.path,
        line=span.line,
        column=span.column,
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
    before = getattr(change, "before", None)
    found = getattr(before, "span", None)
    return found if isinstance(found, Span) else None


def _meaning(change: Change) -> str:
    if isinstance(change, PageError):
        return ""
    if change.cause is not None:
        return f"{change.cause.capitalize()}: {change.evidence}" if change.evidence else ""
    return change.meaning.rstrip(".")


def summary(comparison: Comparison) -> Iterator[str]:
    """Between two languages: how many differences are slips of the page, how many come from its age."""
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
    if comparison.retold:
        yield f"{comparison.translated}: {comparison.retold} texts were translated from a wording that the original no longer has"
