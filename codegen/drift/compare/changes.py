"""One change between two references, as a value that explains itself.

A change has its rule, how serious it is for whom, the prose id of what changed, both values, and its place in the second source
(in the first where the second has none). `subject` is the name that people use: `TokenRequestSpec.audiences`.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from codegen.findings.diagnostics import Span
from codegen.findings.levels import Direction, Level
from codegen.findings.rules.rule import ChangeRule, Grade
from codegen.model import Definition, Field, Operation, Page, Parameter, Response


class Cause(StrEnum):
    """Why a translated page differs: it follows an older release, its author slipped, or it carries no English to tell by."""

    STALE = "stale"
    DEFECT = "defect"
    UNDECIDED = "undecided"


class Change(Struct, frozen=True, kw_only=True):
    """What all changes have. `old` and `new` are the values in words, None where that side has nothing.

    `level` is the graver one of `grade`, which has the level of each direction. `in_new` says on which side `span` is. `cause` and
    `evidence` are set between two languages only, where directions do not matter. `ids` are all things that changed alike, where one
    change is told once for several.
    """

    rule: ChangeRule
    level: Level
    direction: Direction
    grade: Grade | None = None
    id: str
    old: str | None = None
    new: str | None = None
    span: Span
    in_new: bool = True
    locale: str = ""
    cause: Cause | None = None
    evidence: str = ""
    ids: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """What changed, in plain words."""
        return self.id

    @property
    def message(self) -> str:
        """One sentence: what happened to what."""
        sentence = self.rule.says if self.cause is None else self.rule.translated
        return sentence.format(subject=self.subject, old=shortened(self.old), new=shortened(self.new))

    def explain(self) -> str:
        """The sentence, and what it means for those it concerns; between languages, what shows why."""
        if self.cause is not None:
            return (
                f"{self.message}. {self.cause.capitalize()}: {self.evidence}." if self.evidence else f"{self.message}."
            )
        return f"{self.message}. {self.meaning}" if self.meaning else f"{self.message}."

    @property
    def meaning(self) -> str:
        """What it means for those whom it concerns; where it is more serious for one of them, with the level of each.

        A change that breaks nobody means nothing to do: `explain` says why.
        """
        grade = self.grade
        if grade is not None and self.level is Level.INFO:
            return ""
        if grade is None or grade.request is grade.response or Direction.BOTH is not self.direction:
            return self.rule.meaning(self.direction)
        parts = ((Direction.REQUEST, grade.request), (Direction.RESPONSE, grade.response))
        return " ".join(
            f"{level} in the {way}: {said}" if (said := self.rule.meaning(way)) else f"{level} in the {way}."
            for way, level in parts
        )


class GroupVersionChange(Change, frozen=True, kw_only=True):
    """A group version came or went, with all its kinds."""

    @property
    def message(self) -> str:
        """One sentence, with the kinds, however many they are."""
        return self.rule.says.format(subject=self.id, old=self.old or "no kind", new=self.new or "no kind")


class DefinitionChange(Change, frozen=True, kw_only=True):
    """A named type changed as a whole."""

    before: Definition | None = None
    after: Definition | None = None

    @property
    def subject(self) -> str:
        """The name with the group version that distinguishes it from its namesakes: `TokenRequest (authentication.v1)`."""
        return titled(self.id)

    @property
    def message(self) -> str:
        """One sentence, with how many types and operations came or went with it."""
        more = len(self.ids) - 1
        return super().message + (f", with {more} of its types and operations" if more > 0 else "")


class RenameChange(DefinitionChange, frozen=True, kw_only=True):
    """A named type has another name, or a kind another apiVersion; `facts` say what is the same and what is not."""

    facts: str = ""

    @property
    def message(self) -> str:
        """One sentence with the facts; between languages the names alone."""
        sentence = super().message
        return f"{sentence}, {self.facts}" if self.facts and self.cause is None else sentence


class ResourceChange(Change, frozen=True, kw_only=True):
    """How a custom resource is served or stored changed; `places` are the fields in which two of its versions differ."""

    name: str
    places: str = ""

    @property
    def subject(self) -> str:
        """The name of the definition: `plots.garden.example.io`."""
        return self.name

    @property
    def message(self) -> str:
        """One sentence, with the fields."""
        return super().message + (f": {shortened(self.places)}" if self.places else "")


class FieldChange(Change, frozen=True, kw_only=True):
    """One property of a definition changed."""

    before: Field | None = None
    after: Field | None = None

    @property
    def subject(self) -> str:
        """`Kind.field (group.version)`."""
        return titled(*self.id.split("#", 1))


class DocumentChange(Change, frozen=True, kw_only=True):
    """A document says something else of itself, or of a path as a whole."""

    @property
    def subject(self) -> str:
        """The word and what it is said of: `security` of the document, or of a path."""
        where, _, word = self.id.rpartition("#")
        return f"`{word}` of {'the document' if where == 'document' else where}"


class OperationChange(Change, frozen=True, kw_only=True):
    """A method on a path was added, removed or renamed."""

    before: Operation | None = None
    after: Operation | None = None

    @property
    def subject(self) -> str:
        """The method and path; a path with its methods; how many of a kind, or of all."""
        if not self.ids:
            return self.id
        if self.id.startswith("/"):
            return f"{self.id} with {', '.join(name.partition(' ')[0] for name in self.ids)}"
        if self.id.startswith("operations"):
            return f"each of {len(self.ids)} operations"
        version, _, kind = self.id.partition(" ")
        return f"each of the {len(self.ids)} operations of {kind} ({version})"


class ParameterChange(Change, frozen=True, kw_only=True):
    """One parameter of an operation changed."""

    before: Parameter | None = None
    after: Parameter | None = None

    @property
    def subject(self) -> str:
        """`parameter NAME of METHOD PATH`, or of how many operations."""
        if self.ids:
            return f"{self.id} of {len(self.ids)} operations"
        operation, _, name = self.id.partition("#")
        return f"parameter {name} of {operation}"


class ResponseChange(Change, frozen=True, kw_only=True):
    """One response of an operation changed."""

    before: Response | None = None
    after: Response | None = None

    @property
    def subject(self) -> str:
        """`response STATUS of METHOD PATH`, or of how many operations."""
        if self.ids:
            return f"{self.id} of {len(self.ids)} operations"
        operation, _, status = self.id.partition("#")
        return f"response {status} of {operation}"


class PageChange(Change, frozen=True, kw_only=True):
    """A page was added, removed or moved, or its front matter changed."""

    before: Page | None = None
    after: Page | None = None


class TextChange(Change, frozen=True, kw_only=True):
    """A description changed in one language."""

    @property
    def subject(self) -> str:
        """The thing that the text describes."""
        if self.ids:
            return f"{self.id} of {len(self.ids)} operations"
        owner, hash_, name = self.id.partition("#")
        if " " in owner:
            return self.id.replace("#", " ") if hash_ else owner
        return titled(owner, name)


class PageError(Change, frozen=True, kw_only=True):
    """A fact that a page gets wrong and the reader corrected from the English beside it: the models agree, the page does not."""

    said: str = ""

    @property
    def subject(self) -> str:
        """What the reader reported about it."""
        return self.said


def titled(key: str, field: str = "") -> str:
    """`io.k8s.api.authentication.v1.TokenRequest` -> `TokenRequest (authentication.v1)`: namesakes stay distinct."""
    package, _, name = key.rpartition(".")
    subject = f"{name}.{field}" if field else name
    return f"{subject} ({'.'.join(package.split('.')[-2:])})" if package else subject


def shortened(text: str | None, limit: int = 120) -> str:
    """A value on one line of a message."""
    words = " ".join((text or "none").split()).removesuffix(".")
    return words if len(words) <= limit else words[: limit - 1] + "…"
