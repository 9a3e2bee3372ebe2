"""`codegen translate export` and `import`, and what they share with the other sub-commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.common import (
    format_path,
    info,
    print_diagnostics,
    project_languages,
    reader_language,
    refuse_stdin,
    report_failures,
    show_progress,
    source_path,
    write_file,
    write_stdout,
)
from codegen.cli.options import FILE, GLOSSARY, PATH, SELECT
from codegen.cli.translated_project import (
    CONFIGURED_CATALOG,
    CONFIGURED_LOCALE,
    CONFIGURED_TARGET,
    find_catalog,
    find_locale,
    load_translated_project,
    open_catalog,
)
from codegen.core.diagnostics import Report, Span, failure
from codegen.core.escaping import terminal
from codegen.translation.exchange import file_formats

if TYPE_CHECKING:
    from collections.abc import Callable

    from codegen.translation.progress import TranslationStatus


INCOMPLETE = click.option(
    "--incomplete",
    "accepts_incomplete",
    is_flag=True,
    help="Confirm also drafts that lack new sentences of the English.",
)


def read_status(
    target: Path,
    select: tuple[str, ...],
    locale: str,
    catalog: Path,
    advance: Callable[[int, int], None] | None,
) -> TranslationStatus:
    """Read a source and a catalog, and count the translations of the source. Raises `CodegenError`."""
    from codegen.readers.sources import read
    from codegen.translation.progress import compute_status

    languages = project_languages(locale)
    old = open_catalog(catalog, locale)
    reference = read(source_path(target), select=select, languages=languages, progress=advance)
    return compute_status(reference, old.entries)


@click.command()
@CONFIGURED_TARGET
@SELECT
@click.option(
    "--page",
    "pages",
    multiple=True,
    metavar="PATH",
    help="Export only the texts of this page, by the end of its path. Repeatable.",
)
@CONFIGURED_LOCALE
@CONFIGURED_CATALOG
@click.option(
    "--format",
    "shape",
    type=click.Choice(list(file_formats.FILE_FORMATS)),
    required=True,
    help="The format of the export, for OmegaT and others, for tools that read PO, or for "
    "spreadsheets.",
)
@click.option("--output", type=FILE, help="Write to this file instead of printing.")
def export(
    target: Path | None,
    select: tuple[str, ...],
    pages: tuple[str, ...],
    locale: str,
    catalog: Path | None,
    shape: str,
    output: Path | None,
) -> None:
    """Export the open texts for a translator's tool, each once, with drafts and context.

    Exit status: 0 written, 2 something could not be read.
    """
    from codegen.translation.exchange.translation_unit import collect_units, is_page

    with report_failures(Report()), show_progress() as advance:
        if target is not None and locale and catalog is not None:
            status_now = read_status(target, select, locale, catalog, advance)
        else:
            project = load_translated_project(locale)
            locale = project.locale
            status_now = project.read_status(target, select, catalog, advance)
        units = list(collect_units(status_now, pages))
        page_names = [tally.name for tally in status_now.pages]
        unknown = [page for page in pages if not any(is_page(name, page) for name in page_names)]
        if not units and pages and len(unknown) == len(pages):
            raise failure(
                "page-unknown",
                f"the source has no page {unknown[0]!r}",
                Span(path=format_path(target) if target is not None else "--page"),
                "`codegen translate status` lists its pages; a document has none",
                arguments=(unknown[0],),
            )
        text = file_formats.FILE_FORMATS[shape].write(units, locale)
        if output is None:
            _check_printable(text)
            write_stdout(text)
        else:
            write_file(output, text)
            counted = "{count} text in {file}"
            if len(units) != 1:
                counted = "{count} texts in {file}"
            file = format_path(output)
            info(reader_language().translate(counted, count=len(units), file=file))


def _check_printable(text: str) -> None:
    """Reject printing an export with control characters.

    It cannot be escaped, since it has to be imported unchanged.
    """
    text = text.removeprefix("\ufeff")  # the byte order mark of a table
    if terminal.lines(text) != text:
        raise failure(
            "export-unprintable",
            "a text has a control character, or a line that CI servers take for a command",
            Span(path="--output"),
            "name a file: --output FILE",
        )


@click.command("import")
@click.argument("file", type=PATH)
@CONFIGURED_LOCALE
@CONFIGURED_CATALOG
@GLOSSARY
@INCOMPLETE
def import_(
    file: Path, locale: str, catalog: Path | None, glossary: Path | None, accepts_incomplete: bool
) -> None:
    """Import translations from an exported file (.xlf, .po, .csv), and lint them.

    Translations that a person confirmed in the file are confirmed: PO without `fuzzy`, XLIFF
    `approved` or `final`, CSV with `yes` in `confirmed`. Others are fuzzy. Confirmed entries of the
    catalog stay. Problems are printed, and noted in the entry of a draft.

    Exit status: 0 imported, 2 something could not be read.
    """
    from codegen.translation import po
    from codegen.translation.exchange import draft_import
    from codegen.translation.glossary import load_glossary

    refuse_stdin([file], "the ending of its name says which format it has; name a file")
    with report_failures(Report()):
        locale = find_locale(locale)
        catalog = find_catalog(locale, catalog)
        language = project_languages().get(locale)
        old = open_catalog(catalog, locale)
        units = file_formats.read_units(file, format_path(file))
        result = draft_import.import_drafts(
            units,
            old,
            language,
            load_glossary(locale, glossary),
            format_path(file),
            accepts_incomplete=accepts_incomplete,
        )
        po.write_catalog(catalog, po.format_catalog(result.entries, locale, old))
    print_diagnostics(result.findings)
    taken, confirmed = result.counts["taken"], result.counts["confirmed"]
    reader = reader_language()
    drafts = "{count} entry has a draft from {file}; `codegen translate confirm` confirms it"
    if taken != 1:
        drafts = "{count} entries have a draft from {file}; `codegen translate confirm` confirms it"
    info(reader.translate(drafts, count=taken, file=file.name))
    info(reader.count(confirmed, "{count} entry is confirmed", "{count} entries are confirmed"))
    descriptions = {
        "same": "{count} as the catalog has them",
        "empty": "{count} without a translation",
        "refused": "{count} refused",
    }
    not_taken = [
        reader.translate(description, count=result.counts[name])
        for name, description in descriptions.items()
        if result.counts[name]
    ]
    if not_taken:
        info(reader.translate("texts: {list}", list=reader.findings["listed"].join(not_taken)))
