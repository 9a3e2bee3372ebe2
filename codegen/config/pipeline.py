"""The steps for one configuration: read, link, translate, emit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from inspect import unwrap
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from codegen.cel.rule_schemas import has_rules
from codegen.config.configuration import Config, OutputSettings
from codegen.config.input_files import find_inputs
from codegen.core import opening
from codegen.core.diagnostics import Level, Report, SourceError, Span, failure
from codegen.core.generated_files import FileSet, GeneratedFile, within_limit
from codegen.core.locales import ENGLISH
from codegen.core.source import Source, load
from codegen.drift import check as project_checks
from codegen.drift.baseline import Renewal
from codegen.findings.finding import Results
from codegen.model import Prose, Reference
from codegen.model.changelog import Changelog
from codegen.model.naming import portable
from codegen.model.selection import Pattern, matched_patterns, select
from codegen.outputs import registry
from codegen.outputs.docs import page_comparison
from codegen.outputs.docs.layouts import select_drafts
from codegen.outputs.job import Job
from codegen.outputs.output import EmitShared
from codegen.outputs.overrides import check_overrides
from codegen.readers.built_in import completion
from codegen.readers.built_in.structure import built_ins
from codegen.readers.documents.contents_files import read_contents
from codegen.readers.sources import Progress, find_file, read_sources
from codegen.translation import catalog, po

if TYPE_CHECKING:
    from codegen.model.contents import Contents
    from codegen.outputs.site.project import Project as SiteProject


def read_reference(config: Config, report: Report, progress: Progress | None = None) -> Reference:
    """Read the reference of a configuration, with texts of its catalogs.

    Findings go to the report.
    """
    reference = read_sources(config.sources, report, progress, languages=config.languages)
    reference = completion.complete(reference, config.kubernetes, report)
    if any(map(has_rules, reference.definitions.values())):
        from codegen.validation import cel_compilation  # slow, and only for sources with rules

        cel_compilation.report_invalid_rules(reference, report, config.kubernetes)
    catalogs = [
        _load_catalog(config, locale)
        for locale in config.locales
        if config.translations
        and os.path.lexists(config.root / config.translations / f"{locale}.po")
    ]
    _report_missing_languages(config, reference, catalogs, report)
    if not config.translations:
        return reference
    reference = catalog.complete(reference, catalogs, config.locales, config.languages)
    report.extend(reference.diagnostics)
    return reference


def _load_catalog(config: Config, locale: str) -> po.Catalog:
    """Read the catalog of a language.

    Raises `CodegenError` for a link that leads out of the project.
    """
    folder = Path(os.path.normpath(config.root / config.translations))
    file, shown = folder / f"{locale}.po", f"{config.translations}/{locale}.po"
    _refuse_link(config, file, shown)
    return po.load_catalog(file, locale, shown)


def _refuse_link(config: Config, file: Path, shown: str) -> None:
    """Raise `CodegenError` for a link that leads out of the project.

    A file beside the project, which codegen.yaml may name, has to stay in its own folder.
    """
    written = Path(os.path.normpath(file))
    project = config.root if written.is_relative_to(config.root) else written.parent
    if not opening.is_within(written, project):
        raise failure(
            "link-leads-out",
            "a symbolic link leads out of the project, and the file is not read",
            Span(path=shown),
            "replace the link with the file that it leads to",
        )


def _report_missing_languages(
    config: Config, reference: Reference, catalogs: Sequence[po.Catalog], report: Report
) -> None:
    """Warn of output languages without any text in sources and catalogs."""
    known = {locale for locale in config.locales if reference.prose.get(locale)} | {
        entry.locale for entry in catalogs
    }
    has_english = bool(reference.prose.get(ENGLISH)) or any(
        entry.english for each in catalogs for entry in each.entries.values()
    )
    if not any(reference.prose.values()):
        return  # there is nothing to translate
    for locale in config.locales:
        if locale in known or (locale == ENGLISH and has_english):
            continue
        report.warning(
            "catalog-missing",
            f"neither a source nor a catalog has texts in {locale}: its outputs "
            + ("are in English" if has_english else "have no descriptions"),
            config.locales_span,
            f"remove {locale} from `locales`, or name a catalog {locale}.po below `translations`; "
            "`codegen translate` writes one from translated pages",
        )


def _report_unused_languages(config: Config, parts: Iterable[Reference], report: Report) -> None:
    """Warn of source languages that no output has. English is always used."""
    texts: dict[str, dict[str, Prose]] = {}
    for part in parts:
        for locale in part.prose.keys() - {*config.locales, ENGLISH}:
            texts.setdefault(locale, {}).update(part.prose[locale])
    for locale, found in sorted(texts.items()):
        if found:
            first = min(text.span for text in found.values())
            report.warning(
                "language-unused",
                f"the sources have texts in {locale} ({len(found)}), but no output is in it; the first is at {first}",
                config.locales_span,
                f"write `locales: [{', '.join((*config.locales, locale))}]` for outputs in both; "
                "the first is the language of schemas and docstrings",
                mentions=(first,),
            )


def generate(
    config: Config, *, report: Report | None = None, progress: Progress | None = None
) -> FileSet:
    """Generate all files of a configuration in memory. `write()` of the result puts them in place.

    Args:
        config: From `load_config`.
        report: Receives all findings, even before an exception. The files have the same findings in `diagnostics`.
        progress: Called with the number of source files read so far, and of all.

    Raises `SourceError` for sources with errors, and `CodegenError` for unreadable files or
    impossible outputs.

    """
    report = Report() if report is None else report
    return emit_files(config, _read_without_errors(config, report, progress), report)


def check(
    config: Config,
    *,
    baseline: str = "",
    renewal: Renewal | None = None,
    fail_on: Level = Level.ERR,
    repair: str = "codegen generate",
    with_diff: bool = False,
    today: date | None = None,
    report: Report | None = None,
    progress: Progress | None = None,
    display: Callable[[str], str] = str,
) -> Results:
    """Check generated files, second sources, translations and languages of a project.

    Args:
        config: From `load_config`.
        baseline: The file of accepted findings, relative to the configuration, instead of the configured one.
        renewal: The reason and the last day of new entries in the baseline. Without it, there are none.
        fail_on: The lowest level of `Results.failing`.
        repair: The command that writes the files again, for messages.
        with_diff: Findings about stale files have the differing lines as `detail`.
        today: The date for the expiry of accepted findings, instead of today.
        report: Receives findings about sources, even before an exception.
        progress: Called with the number of source files read so far, and of all.
        display: Converts a path relative to the configuration for totals, notes and the headers of differences; default: as it is. Findings keep it.

    Raises as `generate` does. Nothing but the baseline is written. `Results.not_compared` has the
    parts of a second source without a comparison, and `Results.diagnostics` its errors. Warnings
    about sources are findings.

    """
    report = Report() if report is None else report
    reference = _read_without_errors(config, report, progress)
    files = emit_files(config, reference, report)

    results = project_checks.check_project(
        config,
        select(reference, config.select),
        files,
        repair=repair,
        fail_on=fail_on,
        with_diff=with_diff,
        warnings=report.diagnostics,
        display=display,
    )
    named = baseline or config.check.baseline
    if named:
        from codegen.drift.baseline.renewal import apply_baseline

        day = today or date.today()
        results = apply_baseline(results, config.root / named, named, day, renewal, display(named))
    return results


def _read_without_errors(config: Config, report: Report, progress: Progress | None) -> Reference:
    reference = read_reference(config, report, progress)
    if report.has_errors:
        raise SourceError(*report.diagnostics)
    return reference


def emit_files(config: Config, reference: Reference, report: Report) -> FileSet:
    """Emit all files of a reference in memory. Raises `CodegenError` if there are none."""
    if not config.outputs:
        raise failure(
            "nothing-to-write",
            "`outputs` is empty",
            config.outputs_span,
            "name at least one, as in `outputs: [{target: json-schema, to: schemas}]`; only `codegen site` needs none",
        )
    _check_overrides(config)
    files = FileSet(root=config.root, config=config.name, inputs=find_inputs(config))
    shared: dict[
        tuple[str, EmitShared], tuple[EmitShared, OutputSettings, Job, list[GeneratedFile]]
    ] = {}
    for output, job in _build_jobs(config, reference, report):
        emitted = list(within_limit(output.record.emit(job), output.record.name))
        _add_files(config, files, output, job, emitted)
        if (step := output.record.emit_shared) is not None:
            shared.setdefault((output.to, unwrap(step)), (step, output, job, []))[3].extend(emitted)
        if output.options.get("drafts"):
            found = select_drafts(job.reference, config.locales)
            files.drafts.update(
                (tag, prose_id) for tag, texts in found.items() for prose_id in texts
            )
    for emit_shared, output, job, emitted in shared.values():
        _add_files(
            config, files, output, job, within_limit(emit_shared(job, emitted), output.record.name)
        )
    if not files.files:
        raise failure(
            "nothing-to-write",
            "the sources hold nothing that the outputs could write",
            Span(path=str(config.root)),
            "a schema needs a kind or a definition; `codegen inspect` shows what was read",
        )
    files.diagnostics = report.diagnostics
    return files


def _check_overrides(config: Config) -> None:
    """Check that each template of the project replaces a known one."""
    if config.templates:
        known = {
            **registry.bundled_outputs(),
            **{output.record.name: output.record for output in config.outputs},
        }
        check_overrides(
            config.root / config.templates, config.templates, config.languages, known.values()
        )


def _build_jobs(
    config: Config, reference: Reference, report: Report
) -> Iterator[tuple[OutputSettings, Job]]:
    """Yield each output with its job."""
    parts: dict[tuple[Pattern, ...], Reference] = {}
    companions: dict[str, list[tuple[str, Reference]]] = {}
    for output in config.outputs:
        patterns = output.select or config.select
        if patterns not in parts:
            parts[patterns] = select(reference, patterns)
        companions.setdefault(output.to, []).append((output.record.name, parts[patterns]))
    _report_unused_languages(config, parts.values(), report)
    cache: dict[Any, Any] = {}
    changelog = _changelog_for_outputs(config, report)
    for output in config.outputs:
        job = Job(
            reference=parts[output.select or config.select],
            locales=config.locales,
            languages=config.languages,
            options=output.options,
            origin=", ".join(source.shown for source in config.sources),
            templates=config.root / config.templates if config.templates else None,
            companions=tuple(companions[output.to]),
            contents=_read_contents(config, output, report)
            if output.record.takes_contents
            else None,
            report=report,
            page_subject=lambda key: built_ins().page_subject(key),
            changelog=changelog if output.options.get("history") else Changelog(),
            cache=cache,
        )
        yield output, job


def _add_files(
    config: Config,
    files: FileSet,
    output: OutputSettings,
    job: Job,
    emitted: Iterable[GeneratedFile],
) -> None:
    """Finish the files of an output, add them to the set, and compare pages with their sources."""
    for file in emitted:
        folder = output.folder(file.locale or job.locale)
        if file.finish is not None:
            file = replace(file, text=file.finish(file.text))
        files.add(folder, [file], f"{output.record.name} ({output.span})")
        if (origin := find_file(config.sources, file.exact)) is not None:
            page_comparison.compare_page(load(origin, file.exact).text, file, job.report)


def _read_contents(config: Config, output: OutputSettings, report: Report) -> Contents | None:
    """Read the table of contents of an output, if it names one."""
    if "toc" not in output.options:
        if "fields" in output.options:
            raise failure(
                "toc-missing",
                "there are `fields` without a `toc`",
                output.span,
                "name the table of contents that it belongs to",
            )
        return None
    toc = _load_option(config, output, "toc")
    fields = _load_option(config, output, "fields") if "fields" in output.options else None
    return read_contents(toc, fields, report)


def _load_option(config: Config, output: OutputSettings, name: str) -> Source:
    """Load the file that an option of an output names."""
    shown: str = output.options[name]
    _refuse_link(config, config.root / shown, shown)
    return load(config.root / shown, shown)


def site(
    config: Config, *, report: Report | None = None, progress: Progress | None = None
) -> SiteProject:
    """Build the project of the site, from which Hugo makes the pages.

    Raises `SourceError` for sources with errors, and `CodegenError` for files that cannot be read.
    """
    report = Report() if report is None else report
    reference = select(_read_without_errors(config, report, progress), config.select)
    _report_unused_languages(config, (reference,), report)
    changelog = read_project_changelog(config, report, config.select)
    _check_overrides(config)
    archive: dict[str, str] = {}
    if config.site.releases:
        archive = {release: f"v{portable(release)}/" for release in changelog.releases[:-1]}
        archive |= dict.fromkeys(changelog.releases[-1:], "")
    project = _build_site_project(config, reference, changelog, archive, report)
    return replace(project, earlier=_build_earlier_sites(config, changelog, archive))


def _build_earlier_sites(
    config: Config, changelog: Changelog, archive: Mapping[str, str]
) -> Iterator[SiteProject]:
    """Build the sites of earlier releases that have something selected.

    The changelog has reported on their sources.
    """
    for each in config.history:
        if archive.get(each.release):
            earlier, report = replace(config, sources=(each.source,), examples=""), Report()
            reference = read_reference(earlier, report)
            matching = matched_patterns([reference], config.select)
            wanted = tuple(pattern for pattern in config.select if pattern in matching)
            if not config.select or not all(pattern.leaves_out for pattern in wanted):
                reference = select(reference, wanted)
                yield _build_site_project(
                    earlier, reference, changelog.until(each.release), archive, report
                )


def _build_site_project(
    config: Config,
    reference: Reference,
    changelog: Changelog,
    archive: Mapping[str, str],
    report: Report,
) -> SiteProject:
    from codegen.core import resources
    from codegen.outputs.site import changelog_page, project, search, site_inputs
    from codegen.outputs.site.content import build_content
    from codegen.outputs.site.page_index import PageIndex

    known, copied = site_inputs.collect_inputs(reference, config, changelog, report)
    site_content = replace(
        build_content(reference, config.locales, config.languages, known), archive=archive
    )
    places = PageIndex(site_content.pages[config.locales[0]])
    of_releases: Iterator[tuple[str, bytes]] = iter(())
    if len(changelog.releases) > 1:
        groups = changelog_page.group_changes(changelog, places)
        site_content = changelog_page.add_feeds(site_content, groups)
        of_releases = changelog_page.files(changelog, site_content, groups, config.languages)
    own = (config.root / config.templates / "site",) if config.templates else ()
    copied.update(search.files(site_content, reference, places))
    layouts = (*own, resources.templates() / "site")
    files = project.files(site_content, config.languages, config.site, layouts, copied)
    return project.Project(content=site_content, files=chain(files, of_releases))


def _changelog_for_outputs(config: Config, report: Report) -> Changelog:
    """Read the changelog for outputs with the option `history`.

    Raises `CodegenError` without two releases.
    """
    asking = [output for output in config.outputs if output.options.get("history")]
    if not asking:
        return Changelog()
    if len(config.history) < 2:
        raise failure(
            "history-missing",
            "this output tells the history of fields, and no two releases are named",
            asking[0].span,
            "name the source of each release below `history` in codegen.yaml, from the oldest",
        )
    first, *others = {output.select or config.select for output in asking}
    # Outputs with different parts need the changelog of everything.
    return read_project_changelog(config, report, () if others else first)


def read_project_changelog(config: Config, report: Report, wanted: Sequence[Pattern]) -> Changelog:
    """Read the changes of the `wanted` part between the releases of a configuration.

    Raises as `generate` does.
    """
    if not config.history:
        return Changelog()
    from codegen.drift.history.changelog import read_changelog

    return read_changelog(config.history, report, wanted=wanted, languages=config.languages)
