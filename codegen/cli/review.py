"""`codegen review`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from codegen.cli.common import info, message_language, project_languages, refuse_stdin, source_path
from codegen.cli.options import GLOSSARY, PAGE_LOCALE, PATH, report_options
from codegen.core.diagnostics import Level, Report

if TYPE_CHECKING:
    from codegen.cli.output import Reporting


@click.command(short_help="Report all problems of translated pages, by line.")
@click.argument("pages", nargs=-1, required=True, type=PATH, metavar="PAGE...")
@click.option(
    "--english",
    type=PATH,
    metavar="PAGE",
    help="The English page, or the folder of the English pages.  [default: the same path below "
    "en, if there is one]",
)
@click.option(
    "--release",
    "releases",
    multiple=True,
    type=PATH,
    metavar="SOURCE",
    help="A source of one release. The first one stands in for a missing English page; the "
    "summary names the closest one. "
    "Repeatable.",
)
@PAGE_LOCALE
@GLOSSARY
@click.option(
    "--fix",
    is_flag=True,
    help="Apply all certain repairs of marks, links, labels, code and spaces. Sentences stay.",
)
@report_options(fail_on=Level.INFO)
def review(
    pages: tuple[Path, ...],
    english: Path | None,
    releases: tuple[Path, ...],
    locale: str,
    glossary: Path | None,
    fix: bool,
    reporting: Reporting,
) -> None:
    """Report all problems of translated pages by line, from reading, comparing and linting.

    Messages are in the language that `messages` of codegen.yaml names, else in that of LC_ALL or
    LANG if codegen knows it.

    With --fix the pages are repaired first, and the remaining problems are reported.

    Exit status: 0 nothing, 1 findings, 2 something could not be read.
    """
    from codegen.drift.review.review import review as review_pages
    from codegen.findings.localized import localize_finding

    refuse_stdin(
        (*pages, english, *releases), "the files are read several times; name files or folders"
    )
    with reporting.report_failures(Report()):
        languages = project_languages(locale)
        reader = message_language(languages)
        run_review = partial(
            review_pages,
            [source_path(page, locale) for page in pages],
            english=None if english is None else source_path(english),
            releases=list(map(source_path, releases)),
            glossary=glossary,
            languages=languages,
        )
        reviewed = run_review(fix=fix)
        if reviewed.pages:
            before = len(reviewed.results.findings)
            changed = reviewed.write()
            reviewed = run_review(fix=False)
            repaired = before - len(reviewed.results.findings)
            counts = {
                "findings": reader.count(repaired, "{count} finding", "{count} findings"),
                "pages": reader.count(changed, "{count} page", "{count} pages"),
            }
            info(reader.translate("repaired {findings} on {pages}", **counts))
    findings = tuple(localize_finding(finding, reader) for finding in reviewed.results.findings)
    reporting.end(replace(reviewed.results, findings=findings, reader=reader))
