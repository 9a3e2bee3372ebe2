"""Lifetimes, periods and steps of facts, given for each release; None is unknown."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

from codegen.core.json_types import JsonObject

Fact = TypeVar("Fact")
Period = tuple[str, str | None]  # the first release and the last one; None if it has not ended


def find_lifetime(releases: Sequence[str], present: Sequence[bool | None]) -> JsonObject:
    """Find the releases that have an element, as properties of an `EntryHistory`."""
    runs = find_periods(releases, present)
    order = list(releases)
    gaps = [
        (order[order.index(before[1] or "") + 1], order[order.index(after[0]) - 1])
        for before, after in pairwise(runs)
    ]
    earlier = present[: order.index(runs[0][0])]
    return {
        "since": runs[0][0],
        "until": runs[-1][1],
        "absent": tuple(gaps),
        "perhaps_before": bool(earlier) and False not in earlier,
    }


def find_periods(releases: Sequence[str], marks: Sequence[bool | None]) -> tuple[Period, ...]:
    """Find the periods with a mark. An unknown mark continues the previous one."""
    periods: list[Period] = []
    is_marked = False
    last = ""  # the last marked release
    for release, mark in zip(releases, marks, strict=True):
        if mark and not is_marked:
            periods.append((release, None))
        if mark is False and is_marked:
            periods[-1] = (periods[-1][0], last)
        is_marked = is_marked if mark is None else mark
        last = release if mark else last
    return tuple(periods)


def find_steps(
    releases: Sequence[str],
    facts: Sequence[Fact | None],
    same: Callable[[Fact, Fact], bool] = operator.eq,
) -> tuple[tuple[str, Fact], ...]:
    """Find the releases with a new value of a fact, from the first known value."""
    steps: list[tuple[str, Fact]] = []
    for release, fact in zip(releases, facts, strict=True):
        if fact is not None and not (steps and same(steps[-1][1], fact)):
            steps.append((release, fact))
    return tuple(steps)
