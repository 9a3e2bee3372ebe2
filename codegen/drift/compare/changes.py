"""Records of changes between two references, with their messages.

A change has a rule, its levels, the prose id of the changed thing, both values, and its place in the second source, or in the first if
the second has none. `subject` is the readable name: `TokenRequestSpec.audiences`.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from codegen.core.diagnostics import Direction, Level, Span
from codegen.findings.rules.rule import ChangeRule, Grade
from codegen.model import Definition, Field, Operation, Page, Parameter, Response, split_prose_id

_LONGEST_VALUE = 120  # characters


class Cause(StrEnum):
    """The cause of a difference on a translated page."""

    STALE = "stale"
    DEFECT = "defect"
    UNDECIDED = "undecided"


class Change(Struct, frozen=True, kw_only=True):
    """A change with its message.

    `old` and `new` are the values in words, None for an absent thing. `level` is the more severe level of `grade`, which has one for each direction. `in_new` tells whether `span` is in the second source.
    Only differences between languages have `cause` and `evidence`; for them directions do not matter. `ids` lists all things that one
    change covers.
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
        """The readable name of the changed thing."""
        return self.id

    @property
    def message(self) -> str:
        """The change in one sentence."""
        sentence = self.rule.says if self.cause is None else self.rule.translated
        return sentence.format(subject=self.subject, old=format_value(self.old), new=format_value(self.new))

    def explain(self) -> str:
        """Describe the change with its meaning, or with its cause between languages."""
        if self.cause is not None:
            return (
                f"{self.message}. {self.cause.capitalize()}: {self.evidence}." if self.evidence else f"{self.message}."
            )
        return f"{self.message}. {self.meaning}" if self.meaning else f"{self.message}."

    @property
    def meaning(self) -> str:
        """The effect on senders and readers of the type, with both levels if they differ.

        A change that breaks nobody has none.
        """
        grade = self.grade
        if grade is not None and self.level is Level.INFO:
            return ""
        if grade is None or grade.request is grade.response or Direction.BOTH is not self.direction:
            return self.rule.meaning(self.direction)
        parts = ((Direction.REQUEST, grade.request), (Direction.RESPONSE, grade.response))
        return " ".join(
            f"{level} in the {way}: {meaning}" if (meaning := self.rule.meaning(way)) else f"{level} in the {way}."
            for way, level in parts
        )


class GroupVersionChange(Change, frozen=True, kw_only=True):
    """A group version was added or removed with all its kinds."""

    @property
    def message(self) -> str:
        """The change in one sentence, with all kinds."""
        return self.rule.says.format(subject=self.id, old=self.old or "no kind", new=self.new or "no kind")


class DefinitionChange(Change, frozen=True, kw_only=True):
    """A definition was added, removed or changed as a whole."""

    before: Definition | None = None
    after: Definition | None = None

    @property
    def subject(self) -> str:
        """The name with its group version, such as `TokenRequest (authentication.v1)`."""
        return readable_name(self.id)

    @property
    def message(self) -> str:
        """The change in one sentence, with the number of its types and operations."""
        more = len(self.ids) - 1
        return super().message + (f", with {more} of its types and operations" if more > 0 else "")


class RenameChange(DefinitionChange, frozen=True, kw_only=True):
    """A definition was renamed, or its kind moved to another apiVersion."""

    facts: str = ""

    @property
    def message(self) -> str:
        """The change in one sentence, with the facts unless between languages."""
        sentence = super().message
        return f"{sentence}, {self.facts}" if self.facts and self.cause is None else sentence


class ResourceChange(Change, frozen=True, kw_only=True):
    """The serving or storage of a custom resource changed, or `fields` of two versions differ."""

    name: str
    fields: str = ""

    @property
    def subject(self) -> str:
        """The name of the definition, such as `plots.garden.example.io`."""
        return self.name

    @property
    def message(self) -> str:
        """The change in one sentence, with the fields."""
        return super().message + (f": {format_value(self.fields)}" if self.fields else "")


class FieldChange(Change, frozen=True, kw_only=True):
    """A field of a definition was added, removed or changed."""

    before: Field | None = None
    after: Field | None = None

    @property
    def subject(self) -> str:
        """The name with its group version, such as `Kind.field (group.version)`."""
        return readable_name(*split_prose_id(self.id))


class DocumentChange(Change, frozen=True, kw_only=True):
    """A keyword of a document or of one of its paths changed."""

    @property
    def subject(self) -> str:
        """The keyword with its owner, the document or a path."""
        where, _, word = self.id.rpartition("#")
        return f"`{word}` of {'the document' if where == 'document' else where}"


class OperationGroup(StrEnum):
    """The common property of a group of operations."""

    PATH = "path"
    KIND = "kind"
    CHANGE = "change"


class OperationChange(Change, frozen=True, kw_only=True):
    """An operation was added, removed or changed, or a `group` of operations."""

    before: Operation | None = None
    after: Operation | None = None
    group: OperationGroup | None = None

    @property
    def subject(self) -> str:
        """The operation, the path with all methods, or the number of operations."""
        operation = self.before or self.after
        if self.group is OperationGroup.PATH:
            return f"{self.id} with {', '.join(name.partition(' ')[0] for name in self.ids)}"
        if self.group is OperationGroup.KIND and operation is not None and operation.gvk is not None:
            gvk = operation.gvk
            return f"each of the {len(self.ids)} operations of {gvk.kind} ({gvk.api_version})"
        return f"each of {len(self.ids)} operations" if self.group else self.id


class ParameterChange(Change, frozen=True, kw_only=True):
    """A parameter of an operation was added, removed or changed."""

    before: Parameter | None = None
    after: Parameter | None = None

    @property
    def subject(self) -> str:
        """The parameter with its operation or the number of operations."""
        if self.ids:
            return f"{self.id} of {len(self.ids)} operations"
        operation, name = split_prose_id(self.id)
        return f"parameter {name} of {operation}"


class ResponseChange(Change, frozen=True, kw_only=True):
    """A response of an operation was added, removed or changed."""

    before: Response | None = None
    after: Response | None = None

    @property
    def subject(self) -> str:
        """The response with its operation or the number of operations."""
        if self.ids:
            return f"{self.id} of {len(self.ids)} operations"
        operation, status = split_prose_id(self.id)
        return f"response {status} of {operation}"


class PageChange(Change, frozen=True, kw_only=True):
    """A page was added, removed or moved, or its front matter changed."""

    before: Page | None = None
    after: Page | None = None


class TextChange(Change, frozen=True, kw_only=True):
    """A description changed in one language."""

    @property
    def subject(self) -> str:
        """The readable name of the described thing."""
        if self.ids:
            return f"{self.id} of {len(self.ids)} operations"
        owner, name = split_prose_id(self.id)
        if " " in owner:
            return f"{owner} {name}" if name else owner
        return readable_name(owner, name)


class PageError(Change, frozen=True, kw_only=True):
    """A misstated fact of a page, corrected by the reader from its English text."""

    error: str = ""

    @property
    def subject(self) -> str:
        """The message of the reader."""
        return self.error


def readable_name(key: str, field: str = "") -> str:
    """Return a short unambiguous name, such as `TokenRequest (authentication.v1)`."""
    package, _, name = key.rpartition(".")
    subject = f"{name}.{field}" if field else name
    return f"{subject} ({'.'.join(package.split('.')[-2:])})" if package else subject


def format_value(text: str | None) -> str:
    """Format a value for a message, on one line of limited length."""
    words = " ".join((text or "none").split()).removesuffix(".")
    return words if len(words) <= _LONGEST_VALUE else words[: _LONGEST_VALUE - 1] + "…"
