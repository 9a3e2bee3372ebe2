"""Changes between two references, and the findings that report them."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Direction, Finding, Level, Span
from codegen.findings.rules.rule import ChangeRule, Grade
from codegen.model import Definition, Field, Operation, Page, Parameter, Response

ChangedElement = Definition | Field | Operation | Parameter | Response | Page

_LONGEST_VALUE = 120  # characters


class Cause(StrEnum):
    """The cause of a difference on a translated page."""

    STALE = "stale"
    DEFECT = "defect"
    UNDECIDED = "undecided"


class GradedRule(NamedTuple):
    """The rule of a change with its levels for senders and readers."""

    rule: ChangeRule
    grade: Grade

    def replace_levels(self, *, request: Level | None, response: Level | None) -> GradedRule:
        """Return the rule with other levels."""
        return GradedRule(rule=self.rule, grade=Grade(request=request, response=response))


class Change(Struct, frozen=True, kw_only=True):
    """A change of one API element, or of several elements with the same cause.

    `id` is the prose id of the element and `subject` its readable name:
    `TokenRequestSpec.audiences`. `old` and `new` are the values in words, None for an absent
    element, and `ending` ends the message. `before` and `after` are the elements, if they are parts
    of the model. `in_new` tells whether `span` is in the second source. Only differences between languages have
    `cause` and `evidence`; for them directions do not matter. `misstatement` is the finding of the
    reader that explains one. `ids` lists all elements that one change covers, and
    `places` their paths from kinds.
    """

    graded: GradedRule
    id: str
    subject: str
    old: str | None = None
    new: str | None = None
    ending: str = ""
    before: ChangedElement | None = None
    after: ChangedElement | None = None
    span: Span
    in_new: bool = True
    locale: str = ""
    cause: Cause | None = None
    evidence: str = ""
    misstatement: Finding | None = None
    hint: str = ""
    ids: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def rule(self) -> ChangeRule:
        """The rule of the change."""
        return self.graded.rule

    @property
    def grade(self) -> Grade:
        """The levels for senders and readers."""
        return self.graded.grade

    @property
    def level(self) -> Level:
        """The more severe of both levels."""
        return self.grade.level

    @property
    def direction(self) -> Direction:
        """The affected clients."""
        return self.grade.direction

    @property
    def message(self) -> str:
        """The change in one sentence."""
        if self.cause is None:
            sentence = self.rule.says
        else:
            sentence = self.rule.template_between_languages
        return (
            sentence.format(
                subject=self.subject, old=format_value(self.old), new=format_value(self.new)
            )
            + self.ending
        )

    def as_documentation(self, reason: str) -> Change:
        """Return the change at the level of documentation, with the reason in its message."""
        request = None if self.grade.request is None else Level.INFO
        response = None if self.grade.response is None else Level.INFO
        return replace(
            self,
            graded=self.graded.replace_levels(request=request, response=response),
            ending=self.ending + reason,
        )

    @property
    def meaning(self) -> str:
        """The effect on senders and readers of the type, with both levels if they differ.

        A change that breaks nobody has none.
        """
        if self.level is Level.INFO:
            return ""
        levels = {Direction.REQUEST: self.grade.request, Direction.RESPONSE: self.grade.response}
        if (
            self.direction is not Direction.BOTH
            or levels[Direction.REQUEST] is levels[Direction.RESPONSE]
        ):
            return self.rule.meaning(self.direction)
        parts = ((f"{level} in the {way}", self.rule.meaning(way)) for way, level in levels.items())
        return " ".join(f"{head}: {meaning}" if meaning else f"{head}." for head, meaning in parts)


def make_finding(change: Change, *, at_old: bool = False) -> Finding:
    """Convert a change to a finding, with `at_old` at its place in the first source."""
    meaning = change.meaning.rstrip(".")
    grade = change.grade
    if change.cause is not None:
        grade = Grade()  # the clients of an API do not matter for a translated page
        if change.evidence:
            meaning = f"{change.cause.capitalize()}: {change.evidence}"
        else:
            meaning = ""
    return Finding(
        rule=change.rule.id,
        level=change.level,
        message=change.message,
        id=change.id,
        span=change.before.span if at_old and change.before is not None else change.span,
        direction=str(change.direction),
        old=change.old,
        new=change.new,
        locale=change.locale,
        cause=str(change.cause or ""),
        meaning=meaning,
        subject=change.subject,
        hint=change.hint,
        request=grade.request,
        response=grade.response,
        ids=change.ids,
        places=change.places,
    )


def format_value(text: str | None) -> str:
    """Format a value for a message, on one line of limited length."""
    words = " ".join((text or "none").split()).removesuffix(".")
    if len(words) <= _LONGEST_VALUE:
        return words
    return words[: _LONGEST_VALUE - 1] + "…"
