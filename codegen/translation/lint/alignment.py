"""Which sentences of a translation belong to which of its English, where they are not as many: groups of few whose lengths and names fit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

from msgspec import Struct

# Two offsets in a text, or the numbers of two sentences, of which the second is not in it any more.
Place = tuple[int, int]
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*[A-Za-z0-9]|\d", re.ASCII)
# So many sentences of English and of the translation make a group, at what cost; nothing is left out of a translation.
_GROUPS = {(1, 1): 0.0, (1, 2): 0.6, (2, 1): 0.6, (2, 2): 1.2, (1, 3): 1.4, (3, 1): 1.4}
# More sentences than so many are not aligned: the time grows with the product of both numbers.
MAX_SENTENCES = 60
# A name that stands in another sentence of the English counts so much against a group, one that stands in its own for it.
_STRANGE, _SHARED = 1.0, 0.25
# How far the length of a group may be from that of the whole.
_FACTOR, _SLACK = 1.8, 8.0
# Any other end of a group has to cost so much more.
_MARGIN = 0.4
# Sums of the same costs in another order differ by less.
_ROUNDING = 1e-9
_NEVER = float("inf")


class _Side(Struct, frozen=True, kw_only=True):
    """The sentences of one text: the length of each and the names in it."""

    lengths: tuple[int, ...]
    names: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, text: str, places: Iterable[Place]) -> _Side:
        sentences = [text[start:end] for start, end in places]
        return cls(
            lengths=tuple(len(sentence.strip()) for sentence in sentences),
            names=tuple(frozenset(_NAME.findall(sentence)) for sentence in sentences),
        )

    def length(self, part: Place) -> int:
        return sum(self.lengths[slice(*part)])

    def named(self, part: Place) -> frozenset[str]:
        return frozenset().union(*self.names[slice(*part)])

    def once(self) -> frozenset[str]:
        """The names that one sentence has."""
        return frozenset(name for name, count in Counter(chain.from_iterable(self.names)).items() if count == 1)


class _Group(Struct, frozen=True, kw_only=True):
    """The numbers of the sentences of English that belong to those of the translation."""

    english: Place
    own: Place


class _Sides(Struct, frozen=True, kw_only=True, dict=True):
    """Both texts, and what it costs to take sentences of them together. A point is a number of sentences of each."""

    english: _Side
    own: _Side

    @cached_property
    def end(self) -> Place:
        return len(self.english.lengths), len(self.own.lengths)

    @cached_property
    def ratio(self) -> float:
        """How long a translation is for one letter of English."""
        return sum(self.own.lengths) / max(sum(self.english.lengths), 1)

    @cached_property
    def once(self) -> frozenset[str]:
        """The names that one sentence of each text has."""
        return self.english.once() & self.own.once()

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the English."""
        return frozenset(chain.from_iterable(self.english.names))

    @cached_property
    def costs(self) -> Mapping[tuple[Place, Place], float]:
        """The cost of each group that is so small, by its two points."""
        rows, columns = self.end
        return {
            ((row, column), (row + down, column + across)): extra
            + self._cost(_Group(english=(row, row + down), own=(column, column + across)))
            for row in range(rows)
            for column in range(columns)
            for (down, across), extra in _GROUPS.items()
            if row + down <= rows and column + across <= columns
        }

    def _cost(self, group: _Group) -> float:
        expected = self.english.length(group.english) * self.ratio
        difference = abs(self.own.length(group.own) - expected) / (expected + _SLACK)
        english, own = self.english.named(group.english), self.own.named(group.own)
        return difference + _STRANGE * len((own - english) & self.names) - _SHARED * len(english & own)

    def groups(self) -> Iterator[_Group]:
        """The groups that cost the least, in their order; two between which another limit would cost nearly as little are one."""
        ahead: dict[Place, float] = {(0, 0): 0.0}
        for (start, end), cost in self.costs.items():
            if start in ahead:
                ahead[end] = min(ahead.get(end, _NEVER), ahead[start] + cost)
        behind: dict[Place, float] = {self.end: 0.0}
        for (start, end), cost in reversed(list(self.costs.items())):
            if end in behind:
                behind[start] = min(behind.get(start, _NEVER), behind[end] + cost)
        through = {point: cost + behind[point] for point, cost in ahead.items() if point in behind}
        last = (0, 0)
        for point in _limits(through):
            yield _Group(english=(last[0], point[0]), own=(last[1], point[1]))
            last = point

    def is_tied(self, group: _Group) -> bool:
        """Whether a name that no other sentence has stands in both parts of a group."""
        return not self.once.isdisjoint(self.english.named(group.english) & self.own.named(group.own))

    def fits(self, group: _Group) -> bool:
        """Whether a group is as long as may be expected, and has no name of another one."""
        expected, length = self.english.length(group.english) * self.ratio, self.own.length(group.own)
        strange = (self.own.named(group.own) - self.english.named(group.english)) & self.names
        return expected / _FACTOR - _SLACK <= length <= expected * _FACTOR + _SLACK and not strange


def _limits(through: Mapping[Place, float]) -> Iterator[Place]:
    """The points at which groups end, by the cost of the cheapest way through each: those that no other one in their row or column is near."""
    if not through:
        return
    least = min(through.values())
    near = [point for point, cost in through.items() if cost < least + _MARGIN]
    rows, columns = Counter(row for row, _ in near), Counter(column for _, column in near)
    for point in sorted(near):
        if through[point] <= least + _ROUNDING and point != (0, 0) and rows[point[0]] == columns[point[1]] == 1:
            yield point


def aligned(
    english: str, originals: Sequence[Place], text: str, own: Sequence[Place]
) -> tuple[list[Place], list[Place]] | None:
    """The places of groups in both texts, as many in each; None where they are not sure."""
    if not (1 < len(originals) <= MAX_SENTENCES and 1 < len(own) <= MAX_SENTENCES):
        return None
    sides = _Sides(english=_Side.of(english, originals), own=_Side.of(text, own))
    groups = list(_tied(sides, sides.groups()))
    if len(groups) < 2 or not all(sides.fits(group) for group in groups):
        return None
    return [_place(originals, group.english) for group in groups], [_place(own, group.own) for group in groups]


def _place(places: Sequence[Place], numbers: Place) -> Place:
    return places[numbers[0]][0], places[numbers[1] - 1][1]


def _tied(sides: _Sides, groups: Iterable[_Group]) -> Iterator[_Group]:
    """The groups, each with those before it that no name of their own ties together."""
    held: _Group | None = None
    for group in groups:
        whole = (
            group
            if held is None
            else _Group(english=(held.english[0], group.english[1]), own=(held.own[0], group.own[1]))
        )
        held = None if sides.is_tied(whole) else whole
        if held is None:
            yield whole
    if held is not None:
        yield held
