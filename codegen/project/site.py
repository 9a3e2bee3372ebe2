"""Builds the site of a project, from which Hugo makes the pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from msgspec.structs import replace

from codegen.core import opening, resources
from codegen.core.diagnostics import Report, Span, failure
from codegen.drift.history.changelog_records import Changelog
from codegen.model import Reference
from codegen.model.file_names import portable
from codegen.model.selection import matched_patterns, select
from codegen.outputs.site import changelog_page, markdown_pages, project, search, site_inputs
from codegen.outputs.site.content import build_content
from codegen.outputs.site.page_index import PageIndex
from codegen.outputs.site.project import Project as SiteProject
from codegen.outputs.site.site_settings import SiteContext, SiteSettings
from codegen.project.config.configuration import Config
from codegen.project.emit import (
    check_template_overrides,
    read_project_changelog,
    report_unused_languages,
)
from codegen.project.read import read_reference, read_without_errors
from codegen.readers.sources import Progress


def build_site_project(
    config: Config, *, report: Report | None = None, progress: Progress | None = None
) -> SiteProject:
    """Build the project of the site, from which Hugo makes the pages.

    Raises `SourceError` for sources with errors, and `CodegenError` for files that cannot be read.
    """
    report = Report() if report is None else report
    reference = select(read_without_errors(config, report, progress), config.select)
    report_unused_languages(config, (reference,), report)
    changelog = read_project_changelog(config, report, config.select)
    check_template_overrides(config)
    archive: dict[str, str] = {}
    if config.site.releases:
        archive = {release: f"v{portable(release)}/" for release in changelog.releases[:-1]}
        archive |= dict.fromkeys(changelog.releases[-1:], "")
    project = _assemble_site_project(config, reference, changelog, archive, report)
    return replace(project, earlier=_build_earlier_sites(config, changelog, archive))


def _build_earlier_sites(
    config: Config, changelog: Changelog, archive: Mapping[str, str]
) -> Iterator[SiteProject]:
    """Build the sites of earlier releases that have something selected.

    The changelog has reported on their sources.
    """
    for release in config.history:
        if archive.get(release.release):
            earlier, report = replace(config, sources=(release.source,), examples=""), Report()
            reference = read_reference(earlier, report)
            matching = matched_patterns([reference], config.select)
            wanted = tuple(pattern for pattern in config.select if pattern in matching)
            if not config.select or not all(pattern.leaves_out for pattern in wanted):
                reference = select(reference, wanted)
                yield _assemble_site_project(
                    earlier, reference, changelog.until(release.release), archive, report
                )


def _assemble_site_project(
    config: Config,
    reference: Reference,
    changelog: Changelog,
    archive: Mapping[str, str],
    report: Report,
) -> SiteProject:
    context = describe_project(config)
    inputs, copied = site_inputs.collect_inputs(reference, context, changelog, report)
    site_content = replace(
        build_content(reference, config.locales, config.languages, inputs), archive=archive
    )
    places = PageIndex(site_content.pages[config.locales[0]])
    of_releases: Iterator[tuple[str, bytes]] = iter(())
    if len(changelog.releases) > 1:
        groups = changelog_page.group_changes(changelog, places)
        site_content = changelog_page.add_feeds(site_content, groups)
        of_releases = changelog_page.files(
            changelog, site_content, groups, config.languages, config.site.title
        )
    templates = (config.root / config.templates / "site",) if config.templates else ()
    copied.update(search.files(site_content, reference, places))
    words = {tag: config.languages.get(tag).site for tag in config.locales}
    copied.update(markdown_pages.files(site_content, words))
    layouts = (*templates, resources.templates() / "site")
    settings = SiteSettings(
        base=config.site.base,
        title=config.site.title,
        attribution=config.site.attribution,
        fragments=config.site.fragments,
        logo=config.site.logo,
        color=config.site.color,
    )
    files = project.files(
        site_content, config.languages, settings, layouts, copied, _read_logo(config)
    )
    return project.Project(content=site_content, files=chain(files, of_releases))


def describe_project(config: Config) -> SiteContext:
    """Return what the site takes from a configuration."""
    return SiteContext(
        root=config.root,
        locales=config.locales,
        languages=config.languages,
        origin=", ".join(source.display_path for source in config.sources),
        kubernetes=config.kubernetes,
        examples=config.examples,
        outputs=config.outputs,
        sources=config.sources,
        edit=config.site.edit,
        report=config.site.report,
    )


def _read_logo(config: Config) -> bytes:
    """Read the image for the headers of pages. Raises `CodegenError` if it cannot be read."""
    if not config.site.logo:
        return b""
    try:
        return opening.read_bytes(config.root / config.site.logo)
    except OSError as error:
        raise failure(
            "source-unreadable",
            f"the logo of the site cannot be read: {error.strerror}",
            Span(path=config.site.logo),
            "correct `logo` below `site` in codegen.yaml",
            arguments=(error.strerror or str(error),),
        ) from None
