"""`codegen review`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.common import progress, project_languages, shown_path, tell
from codegen.cli.output import Reporting, report_options
from codegen.core.diagnostics import Report

if TYPE_CHECKING:
    from codegen.drift.review.review import Review


@click.command(short_help="Report all findings against translated pages, by line.")
@click.argument("pages", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PAGE...")
@click.option(
    "--english",
    type=click.Path(path_type=Path),
    metavar="PAGE",
    help="The English page, or the folder of the English pages.  [default: the same path below en, where there is one]",
)
@click.option(
    "--release",
    "releases",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="SOURCE",
    help="A source of one release: compared where there is no English page; of several, the nearest is named. Repeatable.",
)
@click.option("--locale", default="", metavar="TAG", help="The language, where it cannot be detected.")
@click.option(
    "--glossary", type=click.Path(path_type=Path), metavar="F.toml", help="Terms of the team, beside those that ship."
)
@click.option(
    "--fix",
    is_flag=True,
    help="Apply the repairs that are certain: names, links, labels, blanks; never punctuation in a sentence.",
)
@report_options(fail_on="INFO")
def review(
    pages: tuple[Path, ...],
    english: Path | None,
    releases: tuple[Path, ...],
    locale: str,
    glossary: Path | None,
    fix: bool,
    reporting: Reporting,
) -> None:
    """Report everything that is known against translated pages, by line: what reading, comparing and linting find.

    With --fix the pages are repaired first, and what is left is reported.

    Exit status: 0 nothing, 1 findings, 2 something could not be read.
    """
    from codegen.drift.review.review import review as review_of
    from codegen.readers.sources import SourcePath

    with reporting.failures(Report()), progress("reviewing"):
        languages = project_languages()
        if locale:
            languages.get(locale)

        sources = [SourcePath(path=page, shown=shown_path(page), locale=locale) for page in pages]

        def run_review(*, fix: bool) -> Review:
            return review_of(
                sources,
                english=None if english is None else SourcePath(path=english, shown=shown_path(english)),
                releases=[SourcePath(path=release, shown=shown_path(release)) for release in releases],
                glossary=glossary,
                fix=fix,
                languages=languages,
            )

        found = run_review(fix=fix)
        if found.pages:
            before = len(found.results.findings)
            changed = found.write()
            found = run_review(fix=False)
            repaired = before - len(found.results.findings)
            tell(f"repaired {repaired} findings on {changed} page{'s' if changed > 1 else ''}")
    reporting.end(found.results)
