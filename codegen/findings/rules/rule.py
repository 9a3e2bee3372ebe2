"""Records of the catalogue of rules."""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import StrEnum

from msgspec import Struct

from codegen.core.diagnostics import Direction, Level
from codegen.findings.rules.explanations import AreaExplanations


class Rule(Struct, frozen=True, eq=False):
    """A kind of finding, with a stable id, its possible levels, and the problem in one line.

    `leaves_out` marks rules about a part of a source that is not in the model, so that no
    comparison sees it. `comes_last` marks rules whose findings follow from other ones, as stale
    files do from changes of a source. The explanation of the rule is in the prose of its area.
    """

    id: str
    levels: tuple[Level | None, ...]
    says: str
    leaves_out: bool = False
    comes_last: bool = False
    prose: Callable[[], AreaExplanations] = lambda: AreaExplanations("", "", {})

    @property
    def title(self) -> str:
        """The rule in one line, without names of particular elements."""
        return self.says

    @property
    def why(self) -> str:
        """The reason for the rule. For several levels it tells when each applies."""
        return self.part("why")

    @property
    def example(self) -> str:
        """An invented example."""
        return self.part("example")

    @property
    def repair(self) -> str:
        """The way to repair a finding."""
        return self.part("repair")

    @property
    def summary(self) -> str:
        """The title, the reason and an example in one paragraph."""
        return f"{self.title}. {self.why} Example: {self.example}."

    @property
    def level_words(self) -> str:
        """The levels in words."""
        return " or ".join(filter(None, self.levels))

    @property
    def most_severe(self) -> Level:
        """The most serious level."""
        return min(filter(None, self.levels), key=lambda level: level.rank)

    def part(self, name: str) -> str:
        """Return a part of the explanation, or an empty string."""
        return self.prose().rules[self.id].get(name, "")


class Area(Struct, frozen=True, eq=False):
    """The rules of one part of the toolkit.

    `name` is the one to type, as in `codegen explain sources`.
    """

    name: str
    rules: tuple[Rule, ...]
    prose: Callable[[], AreaExplanations]


class Convention(StrEnum):
    """A rule of Kubernetes for changes of an API. Its text and address are in the prose."""

    CALLS_SUCCEED = "calls-succeed"
    CALLS_BEHAVE = "calls-behave"
    CLIENTS_UNAWARE = "clients-unaware"
    ADDED_OPTIONAL = "added-optional"
    REQUIRED_STAYS = "required-stays"
    MEANING_STAYS = "meaning-stays"
    VALIDATION_STAYS = "validation-stays"
    VALUES_STAY = "values-stay"
    REMOVED_BY_VERSION = "removed-by-version"
    VERSIONS_END = "versions-end"
    TOPOLOGY_STAYS = "topology-stays"
    PATCHES_STAY = "patches-stay"
    NAMES_STAY = "names-stay"
    RESPONSES_STAY = "responses-stay"
    TYPES_LAST = "types-last"
    PRUNED = "pruned"
    DEFAULTS_APPLY = "defaults-apply"
    STORED_STAYS = "stored-stays"
    VERSIONS_CONVERT = "versions-convert"
    TEXTS_ARE_DOCUMENTATION = "texts-are-documentation"
    ENGLISH_LEADS = "english-leads"


class Aspect(StrEnum):
    """The part of an element that a change affects, if pages present it in their own way."""

    NAME = "name"
    VALUE = "value"
    TEXT = "text"


class Lifecycle(StrEnum):
    """Whether a change adds or removes the element."""

    ADDED = "added"
    REMOVED = "removed"


class Grade(Struct, frozen=True, kw_only=True):
    """The levels of a change for senders and readers of a type. None is not affected."""

    request: Level | None = None
    response: Level | None = None

    @property
    def level(self) -> Level:
        """The more serious of the two."""
        return min(
            (level for level in (self.request, self.response) if level is not None),
            key=lambda level: level.rank,
        )

    @property
    def direction(self) -> Direction:
        """The affected clients."""
        if self.request is not None and self.response is not None:
            return Direction.BOTH
        if self.request is None:
            return Direction.RESPONSE
        return Direction.REQUEST


class ChangeRule(Rule, frozen=True, eq=False, kw_only=True):
    """A kind of change.

    Its `levels` are those in a request and in a response; None is not reported.

    `says` is a template with subject, old and new; `here` is its form for a page and its
    translation, where nothing is added or removed over time. `aspect` is VALUE if pages show the
    old and the new value after the title, and TEXT if they show neither. `life` is set if the thing
    itself came or went. Otherwise changes of one `fact` of a thing can undo each other; it may name
    the value, as `says` does. `shown_by` is the property of a history that shows the change.
    Histories list other changes one by one.
    """

    follows: Convention
    here: str = ""
    aspect: Aspect | None = None
    life: Lifecycle | None = None
    fact: str = ""
    shown_by: str = ""

    @property
    def request(self) -> Level | None:
        """The level for senders of the type."""
        return self.levels[0]

    @property
    def response(self) -> Level | None:
        """The level for readers of the type."""
        return self.levels[1]

    @property
    def summary(self) -> str:
        """The title, the effect and an example in one paragraph."""
        return f"{self.title}. {self.meaning(Direction.BOTH)} Example: {self.example}."

    def grade(self, used: Collection[Direction]) -> Grade:
        """Grade the change for a type with these uses.

        A use without a level has INFO if no other use has one.
        """
        ways = ((Direction.REQUEST, self.request), (Direction.RESPONSE, self.response))
        levels = {
            direction: level for direction, level in ways if level is not None and direction in used
        }
        if not levels:
            levels = {direction: Level.INFO for direction, _ in ways if direction in used}
        return Grade(request=levels.get(Direction.REQUEST), response=levels.get(Direction.RESPONSE))

    @property
    def title(self) -> str:
        """The rule in one line, without names of particular elements."""
        return self.says.format(subject="X", old="A", new="B")

    @property
    def level_words(self) -> str:
        """The levels by direction, in words."""
        if self.request is self.response:
            return f"{self.request} in both directions"
        named = (("request", self.request), ("response", self.response))
        return ", ".join(
            f"{level} in the {direction}" for direction, level in named if level is not None
        )

    @property
    def template_between_languages(self) -> str:
        """The template for a page and its translation, without past tense."""
        return self.here or self.says.replace(
            " was {old} and is {new}", " is {old} in the original and {new} on the page"
        ).replace(" were {old} and are {new}", " are {old} in the original and {new} on the page")

    def meaning(self, direction: Direction) -> str:
        """Return the effect on senders, readers or both."""
        wanted = {Direction.REQUEST: ("senders",), Direction.RESPONSE: ("readers",)}.get(
            direction, ("senders", "readers")
        )
        return " ".join(dict.fromkeys(filter(None, map(self.part, wanted))))
