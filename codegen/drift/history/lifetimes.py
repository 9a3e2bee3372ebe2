"""Lifetimes, periods and steps of facts, given for each release; None is unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

from msgspec import Struct

Fact = TypeVar("Fact")
Period = tuple[str, str | None]  # the first release and the last one; None if it has not ended


class Lifetime(Struct, frozen=True, kw_only=True):
    """The first and the last release of a thing, and the periods of absence between them.

    `until` is None while it exists. With `perhaps_before` earlier releases may have had it.
    """

    since: str
    until: str | None
    absent: tuple[Period, ...] = ()
    perhaps_before: bool = False


def find_lifetime(releases: Sequence[str], present: Sequence[bool | None]) -> Lifetime:
    """Find the lifetime of a thing with at least one release."""
    runs = find_periods(releases, present)
    places = {release: place for place, release in enumerate(releases)} if len(runs) > 1 else {}
    gaps = [(releases[places[before[1] or ""] + 1], releases[places[after[0]] - 1]) for before, after in pairwise(runs)]
    before = present[: releases.index(runs[0][0])]
    unknown = bool(before) and False not in before
    return Lifetime(since=runs[0][0], until=runs[-1][1], absent=tuple(gaps), perhaps_before=unknown)


def find_periods(releases: Sequence[str], marks: Sequence[bool | None]) -> tuple[Period, ...]:
    """Find the periods with a mark. An unknown mark continues the previous one."""
    found: list[Period] = []
    is_marked = False
    last = ""  # the last marked release
    for release, mark in zip(releases, marks, strict=True):
        if mark and not is_marked:
            found.append((release, None))
        if mark is False and is_marked:
            found[-1] = (found[-1][0], last)
        is_marked = is_marked if mark is None else mark
        last = release if mark else last
    return tuple(found)


def find_steps(
    releases: Sequence[str], facts: Sequence[Fact | None], same: Callable[[Fact, Fact], bool] | None = None
) -> tuple[tuple[str, Fact], ...]:
    """Find the releases with a new value of a fact, from the first known value."""
    found: list[tuple[str, Fact]] = []
    for release, fact in zip(releases, facts, strict=True):
        if fact is None:
            continue
        if not found or not (found[-1][1] == fact or (same is not None and same(found[-1][1], fact))):
            found.append((release, fact))
    return tuple(found)
