"""What a sequence of facts, one for each release, says about time. None stands for a release whose source cannot say it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

from msgspec import Struct

Fact = TypeVar("Fact")
Period = tuple[str, str | None]  # the first release and the last one; None if it has not ended


class Life(Struct, frozen=True, kw_only=True):
    """The first release that has a thing, the last one (None while it is still there), and the times between when it was gone.

    `perhaps_before`: the sources of earlier releases cannot say that they lack it.
    """

    since: str
    until: str | None
    absent: tuple[Period, ...] = ()
    perhaps_before: bool = False


def life(releases: Sequence[str], present: Sequence[bool | None]) -> Life:
    """When a thing was there; one of the releases has it."""
    runs = periods(releases, present)
    places = {release: place for place, release in enumerate(releases)} if len(runs) > 1 else {}
    gaps = [(releases[places[before[1] or ""] + 1], releases[places[after[0]] - 1]) for before, after in pairwise(runs)]
    before = present[: releases.index(runs[0][0])]
    unknown = bool(before) and False not in before
    return Life(since=runs[0][0], until=runs[-1][1], absent=tuple(gaps), perhaps_before=unknown)


def periods(releases: Sequence[str], marks: Sequence[bool | None]) -> tuple[Period, ...]:
    """From when to when a mark stood. What is unknown is as it was before."""
    found: list[Period] = []
    stands = False
    last = ""  # the last release that says that it stands
    for release, mark in zip(releases, marks, strict=True):
        if mark and not stands:
            found.append((release, None))
        if mark is False and stands:
            found[-1] = (found[-1][0], last)
        stands = stands if mark is None else mark
        last = release if mark else last
    return tuple(found)


def steps(
    releases: Sequence[str], facts: Sequence[Fact | None], same: Callable[[Fact, Fact], bool] | None = None
) -> tuple[tuple[str, Fact], ...]:
    """The releases in which a fact became another one, with what it became; the first that says it comes first."""
    found: list[tuple[str, Fact]] = []
    for release, fact in zip(releases, facts, strict=True):
        if fact is None:
            continue
        if not found or not (found[-1][1] == fact or (same is not None and same(found[-1][1], fact))):
            found.append((release, fact))
    return tuple(found)
