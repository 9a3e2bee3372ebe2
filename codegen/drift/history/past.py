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
from codegen.drift.compare.side import Side
from codegen.findings.diagnostics import Report, Span
from codegen.findings.finding import NotCompared
from codegen.model.past import Past, Step
from codegen.model.selection import Pattern, known, select_alike
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

    Of the `wanted` the releases need not have everything: sources may hold more than they do. Raises `CodegenError` for what
    cannot be read, and for two in a row that have nothing in common. What could not be compared is a warning in the report.
    """
    ordered = releases.in_order(sources)
    if len(ordered) < 2:
        return Past()
    sides = [diff.read(each.source, languages=languages) for each in ordered]
    if wanted and not (sides := _select(sides, wanted)):
        report.warning(
            "history-incomplete",
            "no release has any of what is selected, so there is nothing to report",
            ordered[-1].source.place or Span(path=ordered[-1].source.shown),
            "name releases below `history` that have it, or none",
        )
        return Past()
    for each, side in zip(ordered, sides, strict=True):
        hint = f"`codegen inspect {each.source.shown}` names what was left out"
        _report_left_out(report, each, not_compared(side), hint)
    steps: list[Step] = []
    for before, after in pairwise(zip(ordered, sides, strict=True)):
        steps = _followed_by(steps, before, after, report)
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


def _select(sides: Sequence[Side], wanted: Sequence[Pattern]) -> list[Side]:
    """The wanted part of each release; nothing if no release has any of it."""
    references = [side.reference for side in sides]
    matching = known(references, wanted)
    found = tuple(each for each in wanted if each in matching)
    if all(each.leaves_out for each in found) and not all(each.leaves_out for each in wanted):
        return []
    parts = select_alike(references, found)
    return [replace(side, reference=part) for side, part in zip(sides, parts, strict=True)]


def _followed_by(
    steps: list[Step], before: tuple[ReleaseSource, Side], after: tuple[ReleaseSource, Side], report: Report
) -> list[Step]:
    """The steps so far with those between two releases behind them."""
    (first, old), (second, new) = before, after
    comparison = diff.compared(old, new)
    steps = [*steps, *(_step(change, first.release, second.release) for change in comparison.changes)]
    if comparison.renamed:
        steps = [_followed(step, comparison.renamed) for step in steps]
    of_sources = tuple(not_compared(old, new))
    between = (left for left in comparison.not_compared if left not in of_sources)
    hint = f"`codegen diff {first.source.shown} {second.source.shown}` shows what can be compared"
    _report_left_out(report, second, between, hint)
    return steps


def _report_left_out(report: Report, source: ReleaseSource, found: Iterable[NotCompared], hint: str) -> None:
    for left in found:
        report.warning(
            "history-incomplete",
            f"{left.what}, so its changes are not reported" + (f" ({left.count} times)" if left.count > 1 else ""),
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
