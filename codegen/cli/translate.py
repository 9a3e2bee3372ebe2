"""`codegen translate`, with `status`, `lint`, `export`, `import` and `confirm`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.common import (
    failures,
    info,
    is_quiet,
    log,
    message_language,
    open_argument,
    print_diagnostics,
    progress,
    project_languages,
    refuse_stdin,
    shown_path,
    source_path,
    write_file,
    write_stdout,
)
from codegen.cli.habits import SuggestingGroup
from codegen.cli.options import FILE, GLOSSARY, PATH, SELECT, choose_format
from codegen.core.diagnostics import Level, Report, Span, count_noun, failure
from codegen.core.escaping import terminal
from codegen.core.escaping.documents import json_text
from codegen.translation.exchange import file_formats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codegen.translation.po import Catalog
    from codegen.translation.progress import TranslationStatus


_SHAPE = choose_format("text", "json", text="Output for people, or for programs.")
_TARGET = click.option(
    "--for", "target", required=True, type=PATH, metavar="SOURCE", help="The source to translate."
)
_CATALOG = click.option(
    "--catalog", required=True, type=PATH, metavar="F.po", help="The PO file of its translations."
)
_LOCALE = click.option("--locale", required=True, metavar="TAG", help="The language.")


class _RepeatableGroup(SuggestingGroup):
    """A group with several values per `--learn`, as in `--learn pages swagger.json --for ...`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Repeat the option before each of its values for click."""
        return super().parse_args(
            ctx, args if args and args[0] in self.commands else _repeat_option(args, "--learn")
        )


def _repeat_option(args: list[str], option: str) -> list[str]:
    arguments: list[str] = []
    inside = False
    for argument in args:
        if argument.startswith("-"):
            inside = argument == option
        elif inside and arguments[-1] != option:
            arguments.append(option)
        arguments.append(argument)
    return arguments


@click.group(
    cls=_RepeatableGroup,
    short_help="Carry translations over to another release or layout.",
    invoke_without_command=True,
    subcommand_metavar="[status|lint|export|import|confirm ...]",
    epilog="codegen translate --learn zh-pages old.json --for new.json --locale zh-cn --catalog zh-cn.po",
)
@click.option(
    "--learn",
    "sources",
    multiple=True,
    type=PATH,
    metavar="SOURCE...",
    help="Pages in the language, with English pages or an OpenAPI document of their release, or PO files. Their texts stay in the catalog.",
)
@click.option("--for", "target", type=PATH, metavar="SOURCE", help="The source to translate.")
@click.option("--locale", default="", metavar="TAG", help="The language.")
@click.option("--catalog", type=PATH, metavar="F.po", help="The PO file to write or update.")
@_SHAPE
@click.pass_context
def translate(
    ctx: click.Context,
    sources: tuple[Path, ...],
    target: Path | None,
    locale: str,
    catalog: Path | None,
    shape: str,
) -> None:
    """Carry translations over to another release or layout, in a PO file.

    Exit status: 0 written, 2 something could not be read or written.
    """
    if ctx.invoked_subcommand is not None:
        return
    is_learnt = catalog is not None and catalog.is_file()
    given = {
        "--learn": sources or is_learnt,
        "--for": target,
        "--locale": locale,
        "--catalog": catalog,
    }
    if lacking := [name for name, value in given.items() if not value]:
        raise click.UsageError(f"Missing option {', '.join(lacking)}.", ctx)
    assert target is not None  # noqa: S101  - narrowed for the type checker; the lines above have refused it
    assert catalog is not None  # noqa: S101
    _update(sources, target, locale, catalog, shape)


def _update(
    sources: tuple[Path, ...], target: Path, locale: str, catalog: Path, shape: str
) -> None:
    from codegen.translation import update

    with failures(Report()), progress() as advance:
        result = update.translate(
            list(map(source_path, sources)),
            source_path(target),
            locale,
            shown_path(catalog),
            languages=project_languages(),
            progress=advance,
        )
        result.write()
    print_diagnostics(diagnostic for diagnostic in result.reading if diagnostic.level is Level.ERR)
    print_diagnostics(result.rejected)
    counts = {
        **update.count_outcomes(result.carried),
        "pairs": result.pairs,
        "rejected": len(result.rejected),
    }
    if shape == "json":
        write_stdout(json_text(counts))
    else:
        for line in _format_summary(counts):
            info(line)


def _format_summary(counts: dict[str, object]) -> list[str]:
    return [
        f"{counts['total']:>6} texts",
        f"{counts['carried']:>6} carried: same id, same English",
        f"{counts['case_only']:>6} carried and marked: only case, white space or markup of the English differs",
        f"{counts['reused']:>6} reused: a new id whose English is translated elsewhere",
        f"{counts['fuzzy']:>6} for a person: {counts['changed']} changed, {counts['several']} with several translations, {counts['unsure']} unsure, "
        f"{counts['partial']} that lack new sentences or values",
        f"{counts['untranslated']:>6} to translate",
        f"{counts['kept']:>6} left as the catalog has them, {counts['obsolete']} obsolete",
    ]


@translate.command()
@_TARGET
@SELECT
@_LOCALE
@_CATALOG
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
    target: Path, select: tuple[str, ...], locale: str, catalog: Path, by: str | None, shape: str
) -> None:
    """Count translated, fuzzy, stale and missing texts, the page with the fewest words first.

    Words are counted once for each distinct text. Reports also explain sentence by sentence why
    each text needs work. Those in Markdown and HTML are in the language that `messages` of
    codegen.yaml names, else in that of LC_ALL or LANG.

    Exit status: 0 shown, 2 something could not be read.
    """
    from codegen.translation import progress_report

    with failures(Report()), progress() as advance:
        found = _read_status(target, select, locale, catalog, advance)
        reader = message_language(project_languages())
    if shape == "json":
        write_stdout(json_text(progress_report.format_json(found)))
    elif shape == "markdown":
        write_stdout(progress_report.format_markdown(found, locale, reader))
    elif shape == "html":
        write_stdout(progress_report.format_html(found, locale, reader))
    else:
        write_stdout(_format_status(found, by or ("page" if found.pages else "kind")))


def _format_status(counted: TranslationStatus, by: str) -> str:
    """Format the counts as a table, followed by the distinct texts and the orphans."""
    tallies = {"page": counted.pages, "kind": counted.kinds, "part": counted.parts}[by]
    rows: list[tuple[str, ...]] = [
        (by, "translated", "fuzzy", "stale", "missing", "words to do", "done")
    ]
    for tally in (*tallies, counted.total):
        share = f"{100 * (tally.total - tally.open) // tally.total if tally.total else 100} %"
        rows.append(
            (terminal.line(tally.name), *map(str, tally.counts.values()), str(tally.words), share)
        )
    first, *widths = (max(map(len, column)) for column in zip(*rows, strict=True))
    lines = [
        "  ".join(
            (
                name.ljust(first),
                *(text.rjust(width) for text, width in zip(counts, widths, strict=True)),
            )
        )
        for name, *counts in rows
    ]
    signals = {
        "not translated": counted.missing,
        **{each.value: count for each, count in counted.signals.items()},
    }
    orphans = signals.pop("orphan")
    assessments = ", ".join(f"{name} {count}" for name, count in signals.items())
    lines.append(f"{count_noun(len(counted.total.texts), 'distinct text')} to do: {assessments}")
    if orphans:
        lines.append(
            f"{count_noun(orphans, 'translation')} of texts that this source does not have"
        )
    return "\n".join((*lines, ""))


@translate.command()
@_TARGET
@SELECT
@click.option(
    "--page",
    "pages",
    multiple=True,
    metavar="PATH",
    help="Export only the texts of this page, by the end of its path. Repeatable.",
)
@_LOCALE
@_CATALOG
@click.option(
    "--format",
    "shape",
    type=click.Choice(list(file_formats.FILE_FORMATS)),
    required=True,
    help="The format of the export, for OmegaT and others, for tools that read PO, or for spreadsheets.",
)
@click.option("--output", type=FILE, help="Write to this file instead of printing.")
def export(
    target: Path,
    select: tuple[str, ...],
    pages: tuple[str, ...],
    locale: str,
    catalog: Path,
    shape: str,
    output: Path | None,
) -> None:
    """Export the open texts for a translator's tool, each once, with drafts and context.

    Exit status: 0 written, 2 something could not be read.
    """
    from codegen.translation.exchange.translation_unit import collect_units, is_page

    with failures(Report()), progress() as advance:
        status_now = _read_status(target, select, locale, catalog, advance)
        units = list(collect_units(status_now, pages))
        if (
            pages
            and not units
            and not any(is_page(tally.name, page) for tally in status_now.pages for page in pages)
        ):
            raise failure(
                "page-unknown",
                f"the source has no page {pages[0]!r}",
                Span(path=shown_path(target)),
                "`codegen translate status` lists its pages; a document has none",
            )
        text = file_formats.FILE_FORMATS[shape].write(units, locale)
        if output is None:
            _check_printable(text)
            write_stdout(text)
        else:
            write_file(output, text)
            info(f"{len(units)} text{'s' * (len(units) != 1)} in {shown_path(output)}")


def _check_printable(text: str) -> None:
    """Reject printing an export with control characters.

    It cannot be escaped, since it has to be imported unchanged.
    """
    if terminal.lines(text) != text:
        raise failure(
            "export-unprintable",
            "a text has a control character, or a line that CI servers take for a command",
            Span(path="--output"),
            "name a file: --output FILE",
        )


@translate.command("import")
@click.argument("file", type=PATH)
@_LOCALE
@click.option("--catalog", required=True, type=PATH, metavar="F.po", help="The PO file to update.")
@GLOSSARY
def import_(file: Path, locale: str, catalog: Path, glossary: Path | None) -> None:
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
    with failures(Report()):
        language = project_languages().get(locale)
        old = _open_catalog(catalog, locale)
        units = file_formats.read_units(file, shown_path(file))
        result = draft_import.import_drafts(
            units, old, language, load_glossary(locale, glossary), shown_path(file)
        )
        po.write_catalog(catalog, po.format_catalog(result.entries, locale, old))
    print_diagnostics(result.findings)
    taken, confirmed = result.counts["taken"], result.counts["confirmed"]
    entries = count_noun(taken, "entry has", "entries have")
    info(f"{entries} a draft from {file.name}; `codegen translate confirm` confirms it")
    info(f"{count_noun(confirmed, 'entry is', 'entries are')} confirmed")
    rest = {
        "same": "as the catalog has them",
        "empty": "without a translation",
        "refused": "refused",
    }
    if told := ", ".join(
        f"{result.counts[name]} {what}" for name, what in rest.items() if result.counts[name]
    ):
        info(f"texts: {told}")


@translate.command()
@click.argument("file", type=PATH, required=False)
@click.option(
    "--id", "ids", multiple=True, metavar="ID", help="Confirm the draft of this text. Repeatable."
)
@click.option(
    "--all-like",
    "examples",
    multiple=True,
    metavar="ID",
    help="Confirm also drafts that differ from this one in a name only. Repeatable.",
)
@_LOCALE
@click.option("--catalog", required=True, type=PATH, metavar="F.po", help="The PO file to update.")
def confirm(
    file: Path | None, ids: tuple[str, ...], examples: tuple[str, ...], locale: str, catalog: Path
) -> None:
    """Confirm fuzzy translations, for all entries with the same English.

    FILE has an id on each line. Without ids, a terminal shows one draft after the other.

    Exit status: 0 confirmed, 1 an id was refused, 2 something could not be read.
    """
    from codegen.core.source import load
    from codegen.translation import confirm, po

    with failures(Report()):
        old = _open_catalog(catalog, locale)
        lines = load(open_argument(file), shown_path(file)).text.split("\n") if file else []
        chosen = [*ids, *filter(None, map(str.strip, lines))]
        chosen += [prose_id for example in examples for prose_id in confirm.find_like(old, example)]
        if not chosen:
            if not sys.stdin.isatty():
                raise click.UsageError("Name ids, a file of ids, or run it on a terminal.")
            chosen = list(_choose_drafts(old))
        result = confirm.confirm_drafts(old, chosen)
        po.write_catalog(catalog, po.format_catalog(result.entries.values(), locale, old))
    print_diagnostics(result.findings)
    info(f"{result.confirmed} entr{'y is' if result.confirmed == 1 else 'ies are'} confirmed")
    if result.findings:
        sys.exit(1)


def _choose_drafts(catalog: Catalog) -> Iterator[str]:
    """Show each draft, and yield the ids to confirm."""
    from codegen.translation import confirm

    decided: set[str] = set()
    for entry, count in confirm.list_drafts(catalog):
        if entry.id in decided:
            continue
        shown = (entry.english, entry.translation, f"{count} of {entry.id}")
        log("\n".join(map(terminal.lines, shown)))
        answer = click.prompt(
            "[y]es, [a]ll like it, [s]kip, [q]uit",
            type=click.Choice(["y", "a", "s", "q"]),
            default="s",
        )
        if answer == "q":
            return
        if answer != "s":
            chosen = list(confirm.find_like(catalog, entry.id)) if answer == "a" else [entry.id]
            decided.update(chosen)
            yield from chosen


def _open_catalog(catalog: Path, locale: str) -> Catalog:
    from codegen.translation import po

    if not catalog.is_file():
        raise failure(
            "catalog-missing",
            "there is no such file",
            Span(path=shown_path(catalog)),
            "`codegen translate --learn` writes one",
        )
    return po.open_catalog(catalog, locale, shown_path(catalog))


def _read_status(
    target: Path,
    select: tuple[str, ...],
    locale: str,
    catalog: Path,
    advance: Callable[[int, int], None] | None,
) -> TranslationStatus:
    from codegen.readers.sources import read
    from codegen.translation.progress import compute_status

    languages = project_languages(locale)
    old = _open_catalog(catalog, locale)
    reference = read(source_path(target), select=select, languages=languages, progress=advance)
    return compute_status(reference, old.entries)


@translate.command()
@click.argument("sources", nargs=-1, required=True, type=PATH)
@_LOCALE
@GLOSSARY
@_SHAPE
def lint(sources: tuple[Path, ...], locale: str, glossary: Path | None, shape: str) -> None:
    """Check the names, addresses, spacing, punctuation and terms of translated pages and PO files.

    For pages without English, name an OpenAPI document or English pages of the same release among
    the sources.

    Exit status: 0 no findings, 1 findings, 2 something could not be read, or there was nothing to
    read.
    """
    from codegen.translation.glossary import load_glossary
    from codegen.translation.lint.linter import lint as run_linter

    with failures(Report()), progress() as advance:
        languages = project_languages()
        paths = list(map(source_path, sources))
        result = run_linter(
            paths, locale, load_glossary(locale, glossary), advance, languages=languages
        )
    found = result.findings
    if shape == "json":
        write_stdout(
            json_text(
                {"texts": result.texts, "findings": [diagnostic.as_json() for diagnostic in found]}
            )
        )
    else:
        for diagnostic in found:
            write_stdout(f"{terminal.line(str(diagnostic))}\n")
        if not is_quiet():
            log(
                f"checked {result.texts} text{'s' * (result.texts != 1)}: {len(found)} finding{'s' * (len(found) != 1)}"
            )
    if found:
        sys.exit(1)
