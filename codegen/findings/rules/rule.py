"""One rule of the catalogue, and one kind of change, which has a level for each direction."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from msgspec import Struct

from codegen.core.diagnostics import Direction, Level

WARNING = (Level.WARN,)
ERROR = (Level.ERR,)
EITHER = (Level.ERR, Level.WARN)


class Rule(Struct, frozen=True, kw_only=True):
    """One rule.

    `levels` are the possible levels of its findings; with several, `why` tells which applies when. `says`
    is the problem in one line, `example` an invented case, `repair` what to do. `leaves_out` says that a part of the
    source is not in the model, so that no comparison sees it; what is only restored with a guess is in the model.
    """

    id: str
    levels: tuple[Level, ...] = ()
    says: str
    why: str
    example: str
    repair: str
    leaves_out: bool = False

    @property
    def title(self) -> str:
        """The rule in one line, not about any particular thing."""
        return self.says

    @property
    def graded(self) -> str:
        """The levels in words."""
        return " or ".join(self.levels)

    @property
    def gravest(self) -> Level:
        """The first level that is declared."""
        return self.levels[0]


class Area(Struct, frozen=True, kw_only=True):
    """The rules of one part of the toolkit. `source` says which commands report them, and about what."""

    title: str
    source: str
    rules: tuple[Rule, ...]


class Convention(Struct, frozen=True, kw_only=True):
    """A rule that people who change an API follow: where it stands, and what it says in one sentence of ours."""

    title: str
    says: str
    url: str


class Aspect(StrEnum):
    """The part of a thing that a change concerns, if pages show such changes in a way of their own."""

    NAME = "name"
    VALUE = "value"
    TEXT = "text"


class Grade(Struct, frozen=True, kw_only=True):
    """How serious a change is for those who send a type and for those who read it; None for whom it does not concern."""

    request: Level | None = None
    response: Level | None = None

    @property
    def level(self) -> Level:
        """The graver of the two."""
        return min((each for each in (self.request, self.response) if each is not None), key=lambda each: each.rank)

    @property
    def direction(self) -> Direction:
        """Whom it concerns."""
        if self.request is not None and self.response is not None:
            return Direction.BOTH
        return Direction.RESPONSE if self.request is None else Direction.REQUEST


class ChangeRule(Rule, frozen=True, kw_only=True):
    """One kind of change. A level of None: in that direction there is nothing to say.

    `says` is filled with subject, old and new; `sends` and `reads` are what it means for those who send the type and those who
    read it, which is why it has the level that it has for them; `follows` is the convention behind both; `here` is the sentence for a page and its translation, where nothing is added or removed over time.
    `aspect` is VALUE if pages show the old and the new value after the title, and TEXT if they show neither.
    """

    request: Level | None
    response: Level | None
    sends: str = ""
    reads: str = ""
    here: str = ""
    aspect: Aspect | None = None
    follows: Convention

    def grade(self, used: Collection[Direction]) -> Grade:
        """How serious it is for a type with these uses. Where a use has nothing to say about the change, it is there to know: INFO."""
        ways = ((Direction.REQUEST, self.request), (Direction.RESPONSE, self.response))
        found = {direction: level for direction, level in ways if level is not None and direction in used}
        if not found:
            found = {direction: Level.INFO for direction, _ in ways if direction in used}
        return Grade(request=found.get(Direction.REQUEST), response=found.get(Direction.RESPONSE))

    @property
    def title(self) -> str:
        """The rule in one line, not about any particular thing."""
        return self.says.format(subject="X", old="A", new="B")

    @property
    def graded(self) -> str:
        """The level of each direction that has one."""
        if self.request is self.response:
            return f"{self.request} in both directions"
        named = (("request", self.request), ("response", self.response))
        return ", ".join(f"{level} in the {direction}" for direction, level in named if level is not None)

    @property
    def gravest(self) -> Level:
        """The level where directions do not matter: a page that tells its readers something wrong."""
        return Grade(request=self.request, response=self.response).level

    @property
    def translated(self) -> str:
        """`the type of X was A and is B` -> `the type of X is A in the original and B on the page`."""
        return self.here or self.says.replace(
            " was {old} and is {new}", " is {old} in the original and {new} on the page"
        ).replace(" were {old} and are {new}", " are {old} in the original and {new} on the page")

    def meaning(self, direction: Direction) -> str:
        """What it means for those who send or read the type."""
        if direction is Direction.REQUEST:
            return self.sends
        if direction is Direction.RESPONSE:
            return self.reads
        return self.sends if self.sends == self.reads else " ".join(filter(None, (self.sends, self.reads)))
