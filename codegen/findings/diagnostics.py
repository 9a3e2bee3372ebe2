"""What the toolkit says about its input: where, which rule, what to do next.

Two severities with a plain meaning: a *warning* leaves something out of the output or restores it with
a stated guess, an *error* means that there is no output.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

MOST_SHOWN = 20_000  # findings that are printed for people; programs get all


class Severity(StrEnum):
    """How serious a finding is for the output."""

    WARNING = "warning"
    ERROR = "error"


class Span(Struct, frozen=True, kw_only=True, order=True):
    """A place in a source: path as the user wrote it, line and column counted from 1 (0: the whole file)."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.path
        return f"{self.path}:{self.line}:{self.column}" if self.column else f"{self.path}:{self.line}"


class Fact(StrEnum):
    """A fact of a field or parameter that a page can misstate."""

    NAME = "name"
    TYPE = "type"
    REQUIRED = "required"
    VALUE = "value"
    LOCATION = "location"
    LIST_TYPE = "list-type"
    LIST_MAP_KEYS = "list-map-keys"
    PATCH_STRATEGY = "patch-strategy"
    PATCH_MERGE_KEY = "patch-merge-key"


class Correction(Struct, frozen=True, kw_only=True):
    """A repair that is certain: at the place of the finding, or later in its line, `correct` belongs where `written` stands."""

    written: str
    correct: str


class Diagnostic(Struct, frozen=True, kw_only=True):
    """One finding. `rule` is a stable kebab-case id; `hint` says what the reader of the message does next, `correction` does it.

    `beside` is where the other text stands that it is about, if one of two may be wrong. `facts` are the misstated facts of a field or
    parameter, each with the value that the English text has, or an empty one.
    """

    severity: Severity
    rule: str
    message: str
    span: Span
    hint: str = ""
    correction: Correction | None = None
    beside: Span | None = None
    facts: tuple[tuple[Fact, str], ...] = ()

    @property
    def id(self) -> str:
        """What it is about, wherever that stands: the file and the message. A baseline accepts a warning by it."""
        return f"{self.span.path}: {self.message}"

    def __str__(self) -> str:
        tail = f" (hint: {self.hint})" if self.hint else ""
        return f"{self.span}: {self.severity}[{self.rule}]: {self.message}{tail}"

    def as_json(self) -> dict[str, str | int | None]:
        """The form in which the JSON outputs of all commands have it."""
        return {
            "severity": str(self.severity),
            "rule": self.rule,
            "message": self.message,
            "path": self.span.path,
            "line": self.span.line or None,
            "column": self.span.column or None,
            "hint": self.hint,
        }


class Report:
    """Collects the findings of one run, each once, in the order in which they were reported."""

    def __init__(self) -> None:
        self._found: dict[Diagnostic, None] = {}

    def warning(
        self,
        rule: str,
        message: str,
        span: Span,
        hint: str = "",
        correction: Correction | None = None,
        beside: Span | None = None,
        facts: tuple[tuple[Fact, str], ...] = (),
    ) -> None:
        """Add a finding that leaves something out of the output."""
        warning = Diagnostic(
            severity=Severity.WARNING,
            rule=rule,
            message=message,
            span=span,
            hint=hint,
            correction=correction,
            beside=beside,
            facts=facts,
        )
        self._found[warning] = None

    def error(self, rule: str, message: str, span: Span, hint: str = "") -> None:
        """Add a finding that prevents any output."""
        self._found[Diagnostic(severity=Severity.ERROR, rule=rule, message=message, span=span, hint=hint)] = None

    def extend(self, found: Iterable[Diagnostic]) -> None:
        """Add findings reported elsewhere."""
        self._found.update(dict.fromkeys(found))

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All findings so far."""
        return tuple(self._found)

    @property
    def has_errors(self) -> bool:
        """Whether one of the findings prevents output."""
        return any(found.severity is Severity.ERROR for found in self._found)


class CodegenError(Exception):
    """A run that cannot go on: unreadable input or wrong usage. Carries the diagnostics to print; exit status 2."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics


class SourceError(CodegenError):
    """Sources that were read and have errors, each at its place: nothing is generated from them."""


def failure(rule: str, message: str, span: Span, hint: str = "") -> CodegenError:
    """A `CodegenError` with one error."""
    return CodegenError(Diagnostic(severity=Severity.ERROR, rule=rule, message=message, span=span, hint=hint))
