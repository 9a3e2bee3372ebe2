"""Accounting of the parts of a rendered page: what became no part of the model is reported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from codegen.core.diagnostics import Report, Span, count_noun
from codegen.core.locales import Locale
from codegen.core.name_lists import list_first
from codegen.core.source import Source
from codegen.readers.list.page import ListPage
from codegen.readers.rendered.parts import (
    Bullet,
    Omitted,
    Part,
    RenderedPage,
    RenderedTable,
    TextBlock,
)

_LONGEST_QUOTE = 60
_MOST_REASONS = 3


class RenderedListPage(ListPage):
    """A rendered page during reading, which remembers the parts that were read.

    `repaired` has the identities of bullets that were made from paragraphs.
    """

    def __init__(self, source: Source, locale: Locale, report: Report) -> None:
        super().__init__(Source("", source.path, source.relative), locale, report)
        self._used: set[int] = set()
        self.repaired: set[int] = set()

    def use(self, parts: Iterable[Part]) -> None:
        """Remember that these parts were read, or reported."""
        self._used.update(map(id, parts))

    def report_lost(
        self, rule: str, message: str, at: Span, hint: str, *, arguments: tuple[str, ...] = ()
    ) -> None:
        """Report a part that is left out because its owner cannot be found.

        In HTML, whose structure is sure, it is a slip of a translator, and a warning as on the
        Markdown page. In copied text a field above it has not been recognized, which is an error.
        """
        if self.is_flattened:
            self.error(rule, message, at, hint, arguments=arguments)
        else:
            self.warn(rule, message, at, hint, arguments=arguments)

    def is_used(self, part: Part) -> bool:
        """Return whether a part was read."""
        return id(part) in self._used


def report_leftovers(page: RenderedListPage, rendered: RenderedPage) -> None:
    """Report the parts that were not read.

    A text inside the page that belongs to no definition is an error, since the program that made
    this form may have moved it. Parts before the first definition and behind the last one belong to
    the site: they are counted in one note. On copied text, which has been chosen by hand, they are
    warnings.
    """
    parts = rendered.parts
    used = [number for number, part in enumerate(parts) if page.is_used(part)]
    if not used:
        return  # an empty page, which is reported as such
    first, last = used[0], used[-1]
    inside = _find_runs(page, parts[first : last + 1])
    around = [*rendered.outside, *parts[:first], *parts[last + 1 :]]
    around = [part for part in around if _has_words(part)]
    for run in inside:
        _report_run(page, run, is_inside=not isinstance(run[0], Omitted))
    if page.is_flattened:
        for run in _find_runs(page, parts[:first]) + _find_runs(page, parts[last + 1 :]):
            _report_run(page, run, is_inside=False)
        return
    if around:
        _report_site(page, around)


def _find_runs(page: RenderedListPage, parts: Sequence[Part]) -> list[list[Part]]:
    """Return the parts that were not read, with those behind each other in one list."""
    runs: list[list[Part]] = [[]]
    for part in parts:
        if page.is_used(part):
            runs.append([])
        elif _has_words(part):
            runs[-1].append(part)
    return [run for run in runs if run]


def _has_words(part: Part) -> bool:
    return isinstance(part, TextBlock | Bullet | RenderedTable | Omitted)


def _report_run(page: RenderedListPage, run: Sequence[Part], *, is_inside: bool) -> None:
    reasons = [part.reason for part in run if isinstance(part, Omitted)]
    if len(run) == 1:
        count = "text"
    else:
        count = count_noun(len(run), "text")
    reason = f" {reasons[0]}" if reasons else ""
    verb = "is" if len(run) == 1 else "are"
    report = page.error if is_inside else page.warn
    report(
        "text-unexpected",
        f"{count}{reason} {verb} left out: {_quote(run[0])!r}",
        run[0].span,
        "remove it if it is no part of the page; otherwise put it into a description, a row or a bullet",
        arguments=(_quote(run[0]),),
    )


def _report_site(page: RenderedListPage, around: Sequence[Part]) -> None:
    """Report the texts around a page in one note, with the last text that is in no block of it."""
    reasons = dict.fromkeys(part.reason for part in around if isinstance(part, Omitted))
    texts = [part for part in around if not isinstance(part, Omitted)]
    last = texts[-1] if texts else around[-1]
    verb = "is" if len(around) == 1 else "are"
    if reasons:
        kinds = f" ({list_first(reasons, _MOST_REASONS)})"
    else:
        kinds = ""
    page.report.note(
        "text-around-page",
        f"{count_noun(len(around), 'text')} around the page {verb} not read{kinds}, the last one {_quote(last)!r}",
        last.span,
        "nothing to do, if it belongs to the site; otherwise put it below a heading of the page",
        id=last.span.path,
        arguments=(_quote(last),),
    )


def _quote(part: Part) -> str:
    """Return the beginning of the words of a part."""
    if isinstance(part, RenderedTable):
        cells = [cell.plain for cell in chain.from_iterable(part.rows)]
        return " ".join((*part.heads, *cells))[:_LONGEST_QUOTE]
    if isinstance(part, Bullet):
        return f"{part.name} {part.rest}"[:_LONGEST_QUOTE]
    if isinstance(part, TextBlock | Omitted):
        return part.plain[:_LONGEST_QUOTE]
    return ""
