"""A page during reading: its shown text, its comments, the words of its language, and its findings."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from codegen.core.diagnostics import Correction, Fact, Report, Span
from codegen.core.locales import ENGLISH, Locale
from codegen.core.source import Source
from codegen.model import Prose
from codegen.readers.page_tree import FieldRow, ParameterRow, ResponseRow
from codegen.readers.shared.comments import Comments
from codegen.readers.shared.tokens import NAME

Key = TypeVar("Key")
Row = TypeVar("Row", FieldRow, ParameterRow, ResponseRow)

_LINE_HEADING = re.compile(r"^[^\S\n]*+#{2,6}+\s", re.MULTILINE)
_SIGN = re.compile(r"[^\w\x09-\x7e]")  # such as an invisible character
_ANY_HEADING = re.compile(r"(?<!\S)#{2,6}+\s")


def _is_flattened(text: str) -> bool:
    """Return whether most headings follow other text on their line.

    A page without headings is flattened if it has no paragraphs.
    """
    headings = len(_ANY_HEADING.findall(text))
    if not headings:
        return "\n\n" not in text.strip()
    return headings > 2 * len(_LINE_HEADING.findall(text))


class PageText:
    """A page during reading. `text` has blanks in place of the comments, at the same length."""

    def __init__(self, source: Source, locale: Locale, report: Report) -> None:
        self.source = source
        self.span: Callable[[int], Span] = source.span
        self.locale = locale
        self.is_translated = locale.tag != ENGLISH
        self.report = report
        self.is_cut = False
        self.comments = Comments(source, report)
        self.text = self.comments.shown
        self._end_of_words = len(self.text.rstrip())
        self.is_flattened = _is_flattened(self.text)

    def means(self, text: str, word: str) -> bool:
        """Return whether a text is a spelling of a word of the layouts, such as `required`."""
        plain = " ".join(text.split()).casefold()
        return any(plain == spelling.casefold() for spelling in self.locale.spellings[word])

    def warn(
        self,
        rule: str,
        message: str,
        at: int | Span,
        hint: str,
        correction: Correction | None = None,
        beside: Span | None = None,
        facts: tuple[tuple[Fact, str], ...] = (),
        arguments: tuple[str, ...] = (),
    ) -> None:
        """Report something left out or restored.

        `beside` is the location of the English that says otherwise.
        """
        span = self.span(at) if isinstance(at, int) else at
        self.report.warning(
            rule, message, span, hint, correction, beside, facts, arguments=arguments
        )

    def error(
        self,
        rule: str,
        message: str,
        at: int | Span,
        hint: str,
        *,
        is_cut: bool = False,
        arguments: tuple[str, ...] = (),
    ) -> None:
        """Report an error, which prevents output. `is_cut` marks a page that lacks a part."""
        self.is_cut |= is_cut
        span = self.span(at) if isinstance(at, int) else at
        self.report.error(rule, message, span, hint, arguments=arguments)

    def report_unreadable_name(self, name: str, description: str, at: int | Span) -> None:
        """Report a name that is left out.

        A word of another language is a slip of a translator. Any other sign in a name is an error,
        since nobody can see it.
        """
        if NAME.fullmatch(_SIGN.sub("", name)):
            self.error(
                "name-unreadable",
                f"the {description} name {name[:60]!r} has a sign that names cannot have",
                at,
                "remove the sign; it may be invisible",
                arguments=(name,),
            )
            return
        self.warn(
            "name-unreadable",
            f"{name[:60]!r} is not a {description} name; it is left out",
            at,
            "names are never translated; take the name from the English page",
            arguments=(name,),
        )

    def ends_at(self, offset: int) -> bool:
        """Return whether only blanks follow, so that what lacks a part here is cut."""
        return offset >= self._end_of_words

    def report_missing(
        self, rule: str, message: str, start: int, end: int, hint: str, arguments: tuple[str, ...]
    ) -> None:
        """Report what a block lacks: an error at the end of a page, which is cut there, else a
        warning.
        """
        if self.ends_at(end):
            self.error(rule, message, start, hint, is_cut=True, arguments=arguments)
        else:
            self.warn(rule, message, start, hint, arguments=arguments)

    def prose(self, start: int, end: int, clean: Callable[[str], str]) -> Prose | None:
        """Return the cleaned text between two offsets, or None if nothing is left of it."""
        shown = self.text[start:end]
        start += len(shown) - len(shown.lstrip())
        text = clean(shown)
        if text:
            return Prose(text=text, span=self.span(start), written=self.source.text[start:end])
        return None

    def comment_prose(self, offset: int, last: int, text: str) -> Prose | None:
        """Return the cleaned text of comments, or None if nothing is left of it.

        `offset` is in the first comment, and `last` in the last one.
        """
        if not text:
            return None
        written = self.source.text[offset : self.source.text.find("-->", last)]
        start = offset + len(written) - len(written.lstrip())
        return Prose(text=text, span=self.span(start), written=written.lstrip())

    def add_row(self, rows: dict[Key, Row], key: Key, row: Row) -> None:
        """Add a row to the others, or report it as a repetition."""
        first = rows.setdefault(key, row)
        if first is row:
            return
        facts: tuple[tuple[Fact, str], ...] = ()
        arguments: tuple[str, ...]
        if isinstance(row, FieldRow):
            rule, description = "field-twice", repr(row.path)
            arguments = (row.path,)
        elif isinstance(row, ParameterRow):
            rule, description = "parameter-twice", f"the {row.place} parameter {row.name!r}"
            facts = ((Fact.NAME, ""),)
            arguments = (row.place, row.name)
        else:
            rule, description = "response-twice", f"the response {row.status}"
            arguments = (row.status,)
        self.warn(
            rule,
            f"{description} appears here a second time; the first one is used",
            row.span,
            f"remove or correct it; the first is at {first.span}",
            facts=facts,
            arguments=arguments,
        )
