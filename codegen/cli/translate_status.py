"""`codegen translate status`: the texts of a catalog, or translated pages beside English ones."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.common import (
    message_language,
    print_diagnostics,
    project_languages,
    reader_language,
    refuse_stdin,
    report_failures,
    show_progress,
    source_path,
    write_stdout,
)
from codegen.cli.localized_help import count_columns
from codegen.cli.options import PATH, SELECT, choose_format
from codegen.cli.translate_exchange import read_status
from codegen.cli.translated_project import (
    CONFIGURED_CATALOG,
    CONFIGURED_LOCALE,
    CONFIGURED_TARGET,
    load_project,
    load_translated_project,
)
from codegen.core.diagnostics import Level, Report
from codegen.core.escaping import terminal
from codegen.core.escaping.documents import json_text

if TYPE_CHECKING:
    from codegen.core.locales import Locale
    from codegen.translation.page_status import PageStatus, PageStatuses
    from codegen.translation.progress import TranslationStatus


@click.command()
@click.argument("pages", nargs=-1, type=PATH, metavar="[PAGE...]")
@CONFIGURED_TARGET
@SELECT
@CONFIGURED_LOCALE
@CONFIGURED_CATALOG
@click.option(
    "--diff",
    "shows_texts",
    is_flag=True,
    help="With pages: print the old and new English of each text to work on, in full.",
)
@click.option(
    "--by",
    type=click.Choice(["page", "kind", "part"]),
    help="The rows of the table.  [default: page, or kind without pages]",
)
@choose_format(
    "text",
    "json",
    "markdown",
    "html",
    text="A table, data, a report for an issue, or a page for a browser.",
)
def status(
    pages: tuple[Path, ...],
    target: Path | None,
    select: tuple[str, ...],
    locale: str,
    catalog: Path | None,
    shows_texts: bool,
    by: str | None,
    shape: str,
) -> None:
    """Count translated, fuzzy, stale and missing texts, the page with the fewest words first.

    With PAGE, a page or a folder, it needs no catalog. It compares the English in the comments of
    translated pages with that of SOURCE, and prints for each page: up to date, outdated with the
    number of texts, or missing.

    Words are counted once for each distinct text. Reports also explain sentence by sentence why
    each text needs work. Those in Markdown and HTML are in the language that `messages` of
    codegen.yaml names, else in that of LC_ALL or LANG. What is not named is taken from codegen.yaml.

    Exit status: 0 shown, 2 something could not be read.
    """
    from codegen.translation import progress_report

    if pages:
        if by or catalog is not None or shape not in ("text", "json"):
            raise click.UsageError(
                "With PAGE, there is no --by and --catalog, and --format is text or json."
            )
        _show_page_status(pages, target, select, locale, shape, shows_texts=shows_texts)
        return
    if shows_texts:
        raise click.UsageError("--diff compares pages: name translated pages or a folder of them.")
    with report_failures(Report()), show_progress() as advance:
        if target is not None and locale and catalog is not None:
            status = read_status(target, select, locale, catalog, advance)
        else:
            project = load_translated_project(locale)
            locale = project.locale
            status = project.read_status(target, select, catalog, advance)
        reader = message_language(project_languages())
    if shape == "json":
        write_stdout(json_text(progress_report.format_json(status)))
    elif shape == "markdown":
        write_stdout(progress_report.format_markdown(status, locale, reader))
    elif shape == "html":
        write_stdout(progress_report.format_html(status, locale, reader))
    else:
        by = by or ("page" if status.pages else "kind")
        write_stdout(_format_status(status, by, reader))


def _format_status(counted: TranslationStatus, by: str, reader: Locale) -> str:
    """Format the counts as a table, followed by the distinct texts and the orphans."""
    tallies = {"page": counted.pages, "kind": counted.kinds, "part": counted.parts}[by]
    heads = (by, "translated", "fuzzy", "stale", "missing", "words to do", "done")
    rows: list[tuple[str, ...]] = [tuple(map(reader.translate_whole, heads))]
    for tally in (*tallies, counted.total):
        share = f"{100 * (tally.total - tally.open) // tally.total if tally.total else 100} %"
        rows.append(
            (terminal.line(tally.name), *map(str, tally.counts.values()), str(tally.words), share)
        )
    first, *widths = (max(map(count_columns, column)) for column in zip(*rows, strict=True))
    lines = []
    for name, *counts in rows:
        cells = [name + " " * (first - count_columns(name))]
        for text, width in zip(counts, widths, strict=True):
            cells.append(" " * (width - count_columns(text)) + text)
        lines.append("  ".join(cells))
    signals = {
        "not translated": counted.missing,
        **{signal.value: count for signal, count in counted.signals.items()},
    }
    orphans = signals.pop("orphan")
    assessments = reader.findings["listed"].join(
        f"{reader.translate_whole(name)} {count}" for name, count in signals.items()
    )
    lines.append(
        reader.count(
            len(counted.total.texts),
            "{count} distinct text to do: {list}",
            "{count} distinct texts to do: {list}",
            list=assessments,
        )
    )
    if orphans:
        lines.append(
            reader.count(
                orphans,
                "{count} translation of texts that this source does not have",
                "{count} translations of texts that this source does not have",
            )
        )
    return "\n".join((*lines, ""))


def _show_page_status(
    pages: tuple[Path, ...],
    target: Path | None,
    select: tuple[str, ...],
    locale: str,
    shape: str,
    *,
    shows_texts: bool,
) -> None:
    """Compare translated pages with English, and print the state of each."""
    from codegen.model import selection
    from codegen.translation.page_status import compute_page_status

    refuse_stdin(pages, "pages are found by their paths")
    with report_failures(Report()), show_progress() as advance:
        english = load_project().list_sources() if target is None else [source_path(target)]
        statuses = compute_page_status(
            list(map(source_path, pages)),
            english,
            locale,
            advance,
            select=[selection.pattern(text) for text in select],
            languages=project_languages(),
        )
    print_diagnostics(finding for finding in statuses.reading if finding.level is Level.ERR)
    if shape == "json":
        write_stdout(json_text(_describe_pages(statuses)))
    else:
        write_stdout(_format_pages(statuses, reader_language(), shows_texts=shows_texts))


def _describe_pages(statuses: PageStatuses) -> dict[str, object]:
    """Return the states of pages as plain data for JSON."""
    pages: list[dict[str, object]] = []
    for page in statuses.pages:
        texts: list[dict[str, object]] = []
        for change in page.changes:
            texts.append(
                {
                    "id": change.id,
                    "change": change.kind.value,
                    "line": change.span.line or None,
                    "old": change.old or None,
                    "new": change.new or None,
                }
            )
        pages.append(
            {
                "path": page.path,
                "locale": page.locale,
                "state": page.state.value,
                "without_english": page.without_english,
                "texts": texts,
            }
        )
    return {"pages": pages}


def _format_pages(statuses: PageStatuses, reader: Locale, *, shows_texts: bool) -> str:
    """Format one line for each page, with the texts to work on below it if they are wanted."""
    width = max((len(page.path) for page in statuses.pages), default=0)
    lines: list[str] = []
    for page in statuses.pages:
        lines.append(f"{terminal.line(page.path).ljust(width)}  {_format_state(page, reader)}")
        if shows_texts:
            lines += _format_changes(page, reader)
    counts = Counter(page.state.value for page in statuses.pages)
    listed = _list_counts(counts, reader) or reader.translate_whole("none")
    pages = reader.count(len(statuses.pages), "{count} page", "{count} pages")
    lines.append(f"{pages}{reader.findings['colon']}{listed}")
    return "\n".join((*lines, ""))


def _list_counts(counts: Counter[str], reader: Locale) -> str:
    """List each word with its number."""
    listed = (f"{count} {reader.translate_whole(word)}" for word, count in counts.items())
    return reader.findings["listed"].join(listed)


def _format_state(page: PageStatus, reader: Locale) -> str:
    """Format the state of a page with the number of its texts."""
    state = reader.translate_whole(page.state.value)
    if page.changes:
        kinds = Counter(change.kind.value for change in page.changes)
        state = f"{state} {len(page.changes)} ({_list_counts(kinds, reader)})"
    if page.without_english:
        without = reader.count(
            page.without_english,
            "{count} text without English in comments",
            "{count} texts without English in comments",
        )
        state += f"{reader.findings['listed']}{without}"
    return state


def _format_changes(page: PageStatus, reader: Locale) -> list[str]:
    """Format the old and new English of each text, in full, with its line on the page."""
    lines: list[str] = []
    for change in page.changes:
        location = terminal.line(str(change.span))
        lines.append(
            f"{location}: {reader.translate_whole(change.kind.value)}: {terminal.line(change.id)}"
        )
        for sign, text in (("-", change.old), ("+", change.new)):
            if text:
                lines += [f"{sign} {terminal.line(line)}".rstrip() for line in text.split("\n")]
        lines.append("")
    return lines
