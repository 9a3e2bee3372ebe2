"""What the commands of `translate` take from codegen.yaml if it is not named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct
from msgspec.structs import replace

from codegen.cli.common import find_config, format_path, path_from_here, source_path
from codegen.cli.options import PATH
from codegen.core.diagnostics import Span, failure
from codegen.core.locales import ENGLISH

if TYPE_CHECKING:
    from codegen.project.config.configuration import Config
    from codegen.readers.sources import SourcePath
    from codegen.translation.po import Catalog
    from codegen.translation.progress import TranslationStatus

_DEFAULT = "[default: that of codegen.yaml]"

CONFIGURED_TARGET = click.option(
    "--for",
    "target",
    type=PATH,
    metavar="SOURCE",
    help="The source to translate.  [default: those of codegen.yaml]",
)
CONFIGURED_LOCALE = click.option(
    "--locale", default="", metavar="TAG", help=f"The language.  {_DEFAULT}"
)
CONFIGURED_CATALOG = click.option(
    "--catalog", type=PATH, metavar="F.po", help=f"The PO file of its translations.  {_DEFAULT}"
)


def open_catalog(catalog: Path, locale: str) -> Catalog:
    """Read a catalog that has to exist. Raises `CodegenError`."""
    from codegen.translation import po

    if not catalog.is_file():
        raise failure(
            "catalog-missing",
            "there is no such file",
            Span(path=format_path(catalog)),
            "`codegen translate --learn` writes one",
        )
    return po.open_catalog(catalog, locale, format_path(catalog))


class TranslatedProject(Struct, frozen=True, kw_only=True):
    """A configuration with translations, and the language in question."""

    config: Config
    config_file: Path
    locale: str

    @property
    def catalog(self) -> Path:
        """The PO file of the language."""
        folder = self.config_file.parent / self.config.translations
        return folder / f"{self.locale}.po"

    def require_catalog(self) -> Path:
        """Return the PO file of the language. Raises `click.UsageError` without translations."""
        if not self.config.translations:
            raise click.UsageError(
                f"Missing option '--catalog'. {format_path(self.config_file)} has no `translations`."
            )
        return self.catalog

    def require_source(self) -> SourcePath:
        """Return the only source. Raises `click.UsageError` for several."""
        sources = self.list_sources()
        if len(sources) != 1:
            raise click.UsageError(
                f"Missing option '--for'. {format_path(self.config_file)} has "
                f"{len(sources)} sources."
            )
        return sources[0]

    def list_patterns(self) -> tuple[str, ...]:
        """List the selection of the project, as the option --select takes it."""
        patterns: list[str] = []
        for pattern in self.config.select:
            sign = "!" if pattern.leaves_out else ""
            patterns.append(f"{sign}{pattern.text}")
        return tuple(patterns)

    def list_sources(self) -> list[SourcePath]:
        """List the sources of the project, displayed relative to the current folder."""
        sources: list[SourcePath] = []
        for source in self.config.sources:
            display_path = path_from_here(source.display_path, self.config_file)
            sources.append(replace(source, display_path=display_path))
        return sources

    def list_linted_sources(self) -> list[SourcePath]:
        """List the sources of the project, and the catalog if there is one."""
        sources = self.list_sources()
        if self.config.translations and self.catalog.is_file():
            sources.append(source_path(self.catalog))
        return sources

    def read_status(
        self,
        target: Path | None,
        select: Sequence[str],
        catalog: Path | None,
        advance: Callable[[int, int], None] | None,
    ) -> TranslationStatus:
        """Count the translations of what the outputs write. Named sources and catalogs win."""
        from codegen.model import selection
        from codegen.project.read import select_written
        from codegen.readers.sources import read
        from codegen.translation.progress import compute_status

        entries = open_catalog(catalog or self.require_catalog(), self.locale).entries
        if target is None:
            sources = self.list_sources()
        else:
            sources = [source_path(target)]
        reference = read(*sources, languages=self.config.languages, progress=advance)
        if select:
            patterns = [selection.pattern(text) for text in select]
            part = selection.select(reference, patterns)
        elif target is None:
            part = select_written(self.config, reference)
        else:
            part = reference
        return compute_status(part, entries)


def load_project() -> TranslatedProject:
    """Load the nearest codegen.yaml without a language. Raises like `load_translated_project`."""
    from codegen.project.config.configuration import load

    config_file = find_config()
    if not config_file.is_file():
        raise click.UsageError(
            "Name the source, the language and the catalog: there is no codegen.yaml, here or "
            "above."
        )
    return TranslatedProject(config=load(config_file), config_file=config_file, locale="")


def load_translated_project(locale: str) -> TranslatedProject:
    """Load the nearest codegen.yaml for a language, by default the only one beside English.

    Raises `CodegenError` for a configuration with mistakes, and `click.UsageError` without one or
    with several languages.
    """
    project = load_project()
    languages = [tag for tag in project.config.locales if tag != ENGLISH]
    if not locale and len(languages) != 1:
        named = ", ".join(languages) or "none"
        raise click.UsageError(
            f"Missing option '--locale'. Languages of {format_path(project.config_file)}: {named}."
        )
    return replace(project, locale=locale or languages[0])


def find_catalog(locale: str, catalog: Path | None) -> Path:
    """Return the named catalog, or that of codegen.yaml. Raises like `load_translated_project`."""
    if catalog is not None:
        return catalog
    return load_translated_project(locale).require_catalog()


def find_locale(locale: str) -> str:
    """Return the named language, or that of codegen.yaml. Raises like `load_translated_project`."""
    if locale:
        return locale
    return load_translated_project(locale).locale


def find_optional_catalog(locale: str, catalog: Path | None) -> Path | None:
    """Return the named catalog, or that of codegen.yaml if there is one."""
    if catalog is not None or not find_config().is_file():
        return catalog
    project = load_translated_project(locale)
    if project.config.translations and project.catalog.is_file():
        return project.catalog
    return None
