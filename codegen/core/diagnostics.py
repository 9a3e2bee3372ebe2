"""Findings: problems of the input and changes of an API, each with its rule, level, location and
next step.

A finding about the input has a level too: `WARN` leaves something out of the output or restores it
with a stated guess, `ERR` means that there is no output.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import partial, total_ordering
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

MOST_SHOWN = 20_000  # findings that are printed for people; programs get all


class Level(StrEnum):
    """The severity of a finding.

    ERR is a breaking change, WARN a possibly breaking one, INFO neither.
    """

    ERR = "ERR"
    WARN = "WARN"
    INFO = "INFO"

    @property
    def rank(self) -> int:
        """The severity as a number, where 0 is the most serious."""
        return _RANKS[self]

    @property
    def word(self) -> str:
        """The word for this level in messages about the input, such as `error`."""
        return _WORDS[self]


_RANKS = {level: rank for rank, level in enumerate(Level)}
_WORDS = {Level.ERR: "error", Level.WARN: "warning", Level.INFO: "note"}


class Direction(StrEnum):
    """The clients affected by a change, which are senders of a type, readers of it, or both."""

    REQUEST = "request"
    RESPONSE = "response"
    BOTH = "both"


class Position(NamedTuple):
    """A line and a column, counted from 1. Line 0 is the whole file, column 0 the whole line."""

    line: int
    column: int


# The keys and numbers that lead from a value to a part of it. `...` stands for any of them.
Route = tuple[object, ...]


@total_ordering
class Span:
    """A location in a source.

    `path` is as the user wrote it. Line and column are counted from 1, and 0 is the whole file.
    `locate` looks them up on demand. `find_part` finds a part of the value at this location.
    """

    __slots__ = ("_find_part", "_locate", "path")

    def __init__(
        self,
        *,
        path: str,
        line: int = 0,
        column: int = 0,
        locate: Callable[[], Position] | None = None,
        find_part: Callable[[Route], Position | None] | None = None,
    ) -> None:
        self.path = path
        self._find_part = find_part
        self._locate: Callable[[], Position] | Position = locate or Position(line, column)

    @property
    def _position(self) -> Position:
        if not isinstance(self._locate, Position):
            self._locate = self._locate()
        return self._locate

    @property
    def line(self) -> int:
        """The line, or 0 for the whole file."""
        return self._position.line

    @property
    def column(self) -> int:
        """The column, or 0 for the whole line."""
        return self._position.column

    def replace_path(self, path: str) -> Span:
        """Return the same line and column in a file of another name."""
        return Span(path=path, locate=lambda: self._position, find_part=self._find_part)

    def locate_part(self, routes: Iterable[Route]) -> Span:
        """Return the location of the first existing part, or this one if there is none.

        Only values in documents have parts.
        """
        if self._find_part is None:
            return self
        for route in routes:
            if position := self._find_part(route):
                return Span(path=self.path, line=position.line, column=position.column)
        return self

    def __reduce__(self) -> tuple[Callable[[], Span], tuple[()]]:
        return partial(Span, path=self.path, line=self.line, column=self.column), ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and (self.path, self._position) == (
            other.path,
            other._position,
        )

    def __lt__(self, other: Span) -> bool:
        return (self.path, self._position) < (other.path, other._position)

    def __hash__(self) -> int:
        return hash((self.path, self._position))

    def __repr__(self) -> str:
        return f"Span(path={self.path!r}, line={self.line}, column={self.column})"

    def __str__(self) -> str:
        if not self.line:
            return self.path
        if self.column:
            return f"{self.path}:{self.line}:{self.column}"
        return f"{self.path}:{self.line}"


class Fact(StrEnum):
    """A fact of a field, of a parameter, or of the head of a page."""

    NAME = "name"
    TYPE = "type"
    REQUIRED = "required"
    VALUE = "value"
    LOCATION = "location"
    LIST_TYPE = "list-type"
    LIST_MAP_KEYS = "list-map-keys"
    PATCH_STRATEGY = "patch-strategy"
    PATCH_MERGE_KEY = "patch-merge-key"
    HEAD = "head"


class Correction(Struct, frozen=True, kw_only=True):
    """A safe edit that repairs a finding.

    At the location of the finding, or later in its line, `correct` replaces `written`.
    """

    written: str
    correct: str


class Finding(Struct, frozen=True, kw_only=True):
    """A problem in the input, or a change of an API.

    `rule` is a stable kebab-case id. `hint` names the next step, `correction` is a certain repair,
    `detail` has further lines such as a unified diff. `counterpart` locates the other text if one
    of two may be wrong. `mentions` are the other locations in the message. `facts` are the
    misstated facts of a field or parameter, each with the value of the English text, or an empty
    one.

    `id` identifies the affected thing, `subject` is its usual name, and `ids` lists all affected
    things if there are several. `places` are their paths from kinds. `level` is the more severe
    one of `request` and `response`, the levels for senders and readers; they are None if a
    direction is not affected. `arguments` are the names and values in the message, for messages in
    other languages. `near` are the names that were probably meant, `choices` the names that are
    possible. `extra` has further names and values for formats that programs read.
    """

    rule: str
    level: Level
    message: str
    span: Span
    hint: str = ""
    detail: str = ""
    correction: Correction | None = None
    counterpart: Span | None = None
    mentions: tuple[Span, ...] = ()
    facts: tuple[tuple[Fact, str], ...] = ()
    id: str = ""
    subject: str = ""
    ids: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    direction: str = ""
    request: Level | None = None
    response: Level | None = None
    old: str | None = None
    new: str | None = None
    locale: str = ""
    cause: str = ""
    meaning: str = ""
    arguments: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """The file, as the user wrote it."""
        return self.span.path

    @property
    def line(self) -> int:
        """The line, counted from 1, or 0 for the whole file."""
        return self.span.line

    @property
    def column(self) -> int:
        """The column, counted from 1, or 0 for the whole line."""
        return self.span.column

    @property
    def location(self) -> str:
        """The location as `path:line:column`, as far as known."""
        return str(self.span)

    @property
    def identity(self) -> str:
        """The id of the affected element, or the file, without lines and words of the message."""
        return self.id or self.span.path

    @property
    def count(self) -> int:
        """The number of affected elements."""
        return len(self.ids) or 1

    @property
    def fingerprint(self) -> str:
        """A hash of rule, id and language, stable over releases of this tool and edits of the
        files.
        """
        parts = "\0".join((self.rule, self.identity, self.locale))
        return hashlib.sha256(parts.encode("utf-8", errors="surrogatepass")).hexdigest()[:40]

    def replace_paths(self, convert: Callable[[str], str]) -> Finding:
        """Return the finding with other paths at all its locations. Its id stays."""
        message = self.message
        for mentioned in self.mentions:
            message = message.replace(
                str(mentioned), str(mentioned.replace_path(convert(mentioned.path)))
            )
        return replace(self, message=message, span=self.span.replace_path(convert(self.path)))

    def __str__(self) -> str:
        text = f"{self.span}: {self.level.word}[{self.rule}]: {self.message}"
        if self.hint:
            text += f" (hint: {self.hint})"
        return text

    def as_json(self) -> dict[str, str | int | None]:
        """Return the form of findings about the input in the JSON outputs of all commands."""
        return {
            "severity": self.level.word,
            "rule": self.rule,
            "message": self.message,
            "path": self.span.path,
            "line": self.span.line or None,
            "column": self.span.column or None,
            "hint": self.hint,
        }


class Report:
    """Collects the findings of one run in order, each once.

    A finding without an id gets one from its file and its `arguments`, which are the values in its
    message. It stays the same when lines move, and when the message is reworded or translated.
    Further findings with the same rule and id are numbered.
    """

    def __init__(self) -> None:
        self._findings: dict[Finding, Finding] = {}  # by the finding without its id
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def warning(
        self,
        rule: str,
        message: str,
        span: Span,
        hint: str = "",
        correction: Correction | None = None,
        counterpart: Span | None = None,
        facts: tuple[tuple[Fact, str], ...] = (),
        mentions: tuple[Span, ...] = (),
        id: str = "",  # noqa: A002 - as in `Finding`
        arguments: tuple[str, ...] = (),
        locale: str = "",
    ) -> None:
        """Add a warning about an omission in the output."""
        warning = Finding(
            level=Level.WARN,
            rule=rule,
            message=message,
            span=span,
            hint=hint,
            correction=correction,
            counterpart=counterpart,
            facts=facts,
            mentions=mentions,
            id=id or identify(span, *arguments),
            arguments=arguments,
            locale=locale,
        )
        self._add(warning)

    def error(
        self,
        rule: str,
        message: str,
        span: Span,
        hint: str = "",
        mentions: tuple[Span, ...] = (),
        arguments: tuple[str, ...] = (),
    ) -> None:
        """Add an error, which prevents any output."""
        error = Finding(
            level=Level.ERR,
            rule=rule,
            message=message,
            span=span,
            hint=hint,
            mentions=mentions,
            id=identify(span, *arguments),
            arguments=arguments,
        )
        self._add(error)

    def note(
        self,
        rule: str,
        message: str,
        span: Span,
        hint: str = "",
        id: str = "",  # noqa: A002 - as in `Finding`
        arguments: tuple[str, ...] = (),
    ) -> None:
        """Add a note about something that no output needs."""
        note = Finding(
            level=Level.INFO,
            rule=rule,
            message=message,
            span=span,
            hint=hint,
            id=id or identify(span, *arguments),
            arguments=arguments,
        )
        self._add(note)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Add findings reported elsewhere."""
        for finding in findings:
            self._add(finding)

    def _add(self, finding: Finding) -> None:
        without_id = replace(finding, id="")
        if without_id in self._findings:
            return
        key = (finding.rule, finding.identity, finding.locale)
        self._counts[key] += 1
        if self._counts[key] > 1:
            finding = replace(finding, id=f"{finding.identity} ({self._counts[key]})")
        self._findings[without_id] = finding

    @property
    def diagnostics(self) -> tuple[Finding, ...]:
        """The findings so far."""
        return tuple(self._findings.values())

    @property
    def has_errors(self) -> bool:
        """Whether one of the findings prevents output."""
        return any(finding.level is Level.ERR for finding in self._findings)


def identify(span: Span, *arguments: str) -> str:
    """Return the id of a finding in a file, from the values in its message."""
    if not arguments:
        return span.path
    return f"{span.path}: {', '.join(arguments)}"


class CodegenError(Exception):
    """Raised for unreadable input and wrong usage, with the findings to print."""

    def __init__(self, *diagnostics: Finding) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics


class SourceError(CodegenError):
    """Raised for sources with errors, from which nothing is generated."""


def failure(
    rule: str,
    message: str,
    span: Span,
    hint: str = "",
    *,
    arguments: tuple[str, ...] = (),
    near: tuple[str, ...] = (),
    choices: tuple[str, ...] = (),
) -> CodegenError:
    """Make a `CodegenError` with one error. `arguments` are the values in its message."""
    error = Finding(
        level=Level.ERR,
        rule=rule,
        message=message,
        span=span,
        hint=hint,
        id=identify(span, *arguments),
        arguments=arguments,
        near=near,
        choices=choices,
    )
    return CodegenError(error)


def count_noun(number: int, singular: str, several: str = "") -> str:
    """Return a number with its noun or phrase, such as `1 file`.

    By default the plural adds an `s`.
    """
    if number == 1:
        return f"1 {singular}"
    return f"{number} {several or f'{singular}s'}"
