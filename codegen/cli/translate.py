"""`codegen translate`, with `status`, `lint`, `export`, `import` and `confirm`."""

from __future__ import annotations

import sys
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
    write_stdout,
)
from codegen.cli.habits import SuggestingGroup
from codegen.cli.options import PATH, SELECT, choose_format
from codegen.cli.translate_confirm import confirm
from codegen.cli.translate_exchange import export, import_
from codegen.cli.translate_lint import lint
from codegen.cli.translate_status import status
from codegen.cli.translated_project import (
    CONFIGURED_CATALOG,
    CONFIGURED_LOCALE,
    CONFIGURED_TARGET,
    find_catalog,
    find_locale,
    find_optional_catalog,
    load_project,
)
from codegen.core.diagnostics import Level, Report
from codegen.core.escaping import terminal
from codegen.core.escaping.documents import json_text

if TYPE_CHECKING:
    from codegen.core.locales import Locale
    from codegen.readers.sources import SourcePath

_SHAPE = choose_format("text", "json", text="Output for people, or for programs.")


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


_OPEN_TEXT = (
    "{page}: no confirmed translation: {id} (its English is at {place}; translate it on the page, "
    "or confirm it in the catalog and run again)"
)


@click.group(
    cls=_RepeatableGroup,
    short_help="Carry translations over to another release or layout.",
    invoke_without_command=True,
    subcommand_metavar="[status|lint|export|import|confirm ...]",
    epilog="codegen translate --learn zh-pages old.json --for new.json --locale zh-cn --catalog "
    "zh-cn.po",
)
@click.option(
    "--learn",
    "sources",
    multiple=True,
    type=PATH,
    metavar="SOURCE...",
    help="Pages in the language, with English pages or an OpenAPI document of their release, or "
    "PO files. Their texts stay in the catalog.",
)
@CONFIGURED_TARGET
@SELECT
@CONFIGURED_LOCALE
@CONFIGURED_CATALOG
@_SHAPE
@click.pass_context
def translate(
    ctx: click.Context,
    sources: tuple[Path, ...],
    target: Path | None,
    select: tuple[str, ...],
    locale: str,
    catalog: Path | None,
    shape: str,
) -> None:
    """Carry translations over to another release or layout, in a PO file.

    Exit status: 0 written, 2 something could not be read or written.
    """
    if ctx.invoked_subcommand is not None:
        return
    _update(sources, target, select, locale, catalog, shape)


def _update(
    sources: tuple[Path, ...],
    target: Path | None,
    select: tuple[str, ...],
    locale: str,
    catalog: Path | None,
    shape: str,
) -> None:
    from codegen.translation import update

    with report_failures(Report()), show_progress() as advance:
        source = _find_source(target)
        if target is None and not select:
            select = load_project().list_patterns()
        locale = find_locale(locale)
        catalog = find_catalog(locale, catalog)
        result = update.translate(
            list(map(source_path, sources)),
            source,
            locale,
            format_path(catalog),
            select=select,
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
        for line in _format_summary(counts, reader_language()):
            info(line)


def _find_source(target: Path | None) -> SourcePath:
    """Return the named source, or the only one of codegen.yaml."""
    if target is not None:
        return source_path(target)
    return load_project().require_source()


def _format_summary(counts: dict[str, object], reader: Locale) -> list[str]:
    """Count the texts by what happened to them, a line each."""
    lines = {
        "total": "{count:>6} texts",
        "carried": "{count:>6} carried: same id, same English",
        "case_only": "{count:>6} carried and marked: only case, white space or markup of the "
        "English differs",
        "reused": "{count:>6} reused: a new id whose English is translated elsewhere; "
        "{choices} chosen among several",
        "fuzzy": "{count:>6} for a person: {changed} changed, {several} with several translations, "
        "{unsure} unsure, {partial} that lack new sentences or values",
        "untranslated": "{count:>6} to translate",
        "kept": "{count:>6} left as the catalog has them, {obsolete} obsolete",
    }
    return [reader.translate(text, count=counts[name], **counts) for name, text in lines.items()]


@translate.command()
@click.argument("pages", nargs=-1, required=True, type=PATH, metavar="PAGE...")
@CONFIGURED_TARGET
@CONFIGURED_LOCALE
@CONFIGURED_CATALOG
@click.option(
    "--check", "check_only", is_flag=True, help="Print the changes as a diff, and write nothing."
)
def apply(
    pages: tuple[Path, ...],
    target: Path | None,
    locale: str,
    catalog: Path | None,
    check_only: bool,
) -> None:
    """Bring translated pages up to date with English ones, in place.

    SOURCE is an English page, a folder of pages, or an OpenAPI document. Changed texts, fields,
    parameters, operations, types and marks are edited, everything else stays byte for byte. A text
    without a confirmed translation is shown in English.

    Exit status: 0 up to date, 1 texts without a translation or parts that were left as they are,
    and with --check if something would change, 2 something could not be read or written.
    """
    from codegen.project.apply_pages import apply_pages

    refuse_stdin(pages, "pages are edited in place")
    with report_failures(Report()):
        locale = find_locale(locale)
        catalog = find_optional_catalog(locale, catalog)
        applied = apply_pages(
            list(map(source_path, pages)),
            _find_source(target),
            locale,
            source_path(catalog) if catalog is not None else None,
            languages=project_languages(),
        )
        if not check_only:
            applied.write()
    for page in applied.pages:
        print_diagnostics(page.findings)
        if check_only and page.is_changed:
            write_stdout(page.format_diff())
    reader = reader_language()
    open_texts = 0
    for page in applied.pages:
        for text in page.open_texts:
            open_texts += 1
            names = {
                "page": terminal.line(page.shown),
                "id": terminal.line(text.id),
                "place": terminal.line(str(text.span)),
            }
            info(reader.translate(_OPEN_TEXT, **names))
    kept = sum(len(page.findings) for page in applied.pages)
    changed = len(applied.changed_pages)
    summary = (
        "{pages}, {changed} changed; {texts} without a confirmed translation, "
        "{parts} left as they are"
    )
    if check_only:
        summary = summary.replace("{changed} changed", "{changed} would change")
    counts = {
        "pages": reader.count(len(applied.pages), "{count} page", "{count} pages"),
        "texts": reader.count(open_texts, "{count} text", "{count} texts"),
        "parts": reader.count(kept, "{count} part", "{count} parts"),
    }
    info(reader.translate(summary, changed=changed, **counts))
    if open_texts or kept or (check_only and changed):
        sys.exit(1)


translate.add_command(confirm)
translate.add_command(export)
translate.add_command(import_)
translate.add_command(lint)
translate.add_command(status)
