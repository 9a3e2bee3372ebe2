"""One rule of the comparison: what happened, how grave it is for whom, in the words of a release and of a translation."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from codegen.findings.levels import Direction, Level


class Rule(Struct, frozen=True, kw_only=True):
    """One kind of change. A level of None: in that direction there is nothing to say."""

    id: str
    says: str
    request: Level | None
    response: Level | None
    sends: str = ""
    reads: str = ""
    here: str = ""  # the sentence for a page and its translation, where nothing comes or goes with time
    example: str

    def levels(self, used: Collection[Direction]) -> tuple[tuple[Direction, Level], ...]:
        """The directions and levels to report for a type that is used so; one entry if both are equally grave."""
        found = [
            (direction, level)
            for direction, level in ((Direction.REQUEST, self.request), (Direction.RESPONSE, self.response))
            if level is not None and direction in used
        ]
        if not found:
            direction = Direction.REQUEST if self.request is None else Direction.RESPONSE
            return ((direction, Level.INFO),)
        if len(found) == 2 and found[0][1] is found[1][1]:
            return ((Direction.BOTH, found[0][1]),)
        return tuple(found)

    @property
    def title(self) -> str:
        """The rule in one line, without a certain thing."""
        return self.says.format(subject="X", old="A", new="B")

    @property
    def gravest(self) -> Level:
        """The level where directions do not matter: a page that tells its readers something wrong."""
        return min((level for level in (self.request, self.response) if level is not None), key=lambda each: each.rank)

    def meaning(self, direction: Direction) -> str:
        """What it means for those concerned."""
        if direction is Direction.REQUEST:
            return self.sends
        if direction is Direction.RESPONSE:
            return self.reads
        return self.sends if self.sends == self.reads else " ".join(filter(None, (self.sends, self.reads)))
