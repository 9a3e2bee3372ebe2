"""Several releases -> what changed from each to the next, as `codegen diff` tells it: each change once, at its level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

from msgspec.structs import replace

from codegen.core.locales import SHIPPED, Languages
from codegen.drift import diff
from codegen.drift.compare.changes import Change, shortened
from codegen.drift.compare.context import followed
from codegen.drift.compare.engine import not_compared
from codegen.findings.diagnostics import Report, Span
from codegen.findings.finding import NotCompared
from codegen.model.past import Past, Step
from codegen.model.selection import Pattern, select_alike
from codegen.readers import releases
from codegen.readers.releases import ReleaseSource


def past(
    sources: Sequence[ReleaseSource],
    report: Report,
    *,
    wanted: Sequence[Pattern] = (),
    languages: Languages = SHIPPED,
) -> Past:
    """Read the sources of several releases, and compare each with the next; nothing at all for less than two.

    Raises `CodegenError` for what cannot be read, and for two in a row that have nothing in common. What could not be compared is a
    warning in the report.
    """
    ordered = releases.in_order(sources)
    if len(ordered) < 2:
        return Past()
    sides = [diff.read(each.source, languages=languages) for each in ordered]
    if wanted:
        parts = select_alike([side.reference for side in sides], wanted)
        sides = [replace(side, reference=part) for side, part in zip(sides, parts, strict=True)]
    for each, side in zip(ordered, sides, strict=True):
        hint = f"`codegen inspect {each.source.shown}` names what was left out"
        _report_left_out(report, each, not_compared(side), hint)
    steps: list[Step] = []
    for (first, old), (second, new) in pairwise(zip(ordered, sides, strict=True)):
        comparison = diff.compared(old, new)
        steps += (_step(change, first.release, second.release) for change in comparison.changes)
        if comparison.renamed:
            steps = [_followed(step, comparison.renamed) for step in steps]
        of_sources = tuple(not_compared(old, new))
        between = (left for left in comparison.not_compared if left not in of_sources)
        hint = f"`codegen diff {first.source.shown} {second.source.shown}` shows what can be compared"
        _report_left_out(report, second, between, hint)
    about: dict[str, list[Step]] = {}
    for step in steps:
        for name in _about(step):
            about.setdefault(name, []).append(step)
    return Past(
        releases=tuple(each.release for each in ordered),
        steps=tuple(steps),
        dates=MappingProxyType({each.release: each.date for each in ordered if each.date}),
        about=MappingProxyType({name: tuple(found) for name, found in about.items()}),
    )


def _report_left_out(report: Report, source: ReleaseSource, found: Iterable[NotCompared], hint: str) -> None:
    for left in found:
        report.warning(
            "history-incomplete",
            f"{left.what}, so what changed of it is not told" + (f" ({left.count} times)" if left.count > 1 else ""),
            source.source.place or Span(path=source.source.shown),
            hint,
        )


def _step(change: Change, before: str, release: str) -> Step:
    return Step(
        release=release,
        before=before,
        rule=change.rule.id,
        level=str(change.level),
        id=change.id,
        name=change.subject,
        says=change.message,
        ids=change.ids,
        old=_value(change.old),
        new=_value(change.new),
    )


def _followed(step: Step, renamed: Mapping[str, str]) -> Step:
    """The step at what its things are called now."""
    first, *others = (followed(name, renamed, renamed) for name in (step.id, *step.ids))
    return replace(step, id=first, ids=tuple(others))


def _value(value: str | None) -> str:
    return shortened(value) if value else ""


def _about(step: Step) -> Iterator[str]:
    """The things that a step tells of, each once."""
    yield from dict.fromkeys(step.ids or (step.id,))
