"""Reads the sources of a project into one reference, and completes it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec.structs import replace

from codegen.cel.rule_schemas import has_rules
from codegen.core import opening
from codegen.core.diagnostics import CodegenError, Report, SourceError, Span, failure
from codegen.core.locales import ENGLISH
from codegen.model import Prose, Reference
from codegen.model.selection import select
from codegen.project.config.configuration import Config
from codegen.readers.built_in import completion
from codegen.readers.sources import Progress, read_sources
from codegen.translation import catalog, po


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
    reference = catalog.complete(
        reference, catalogs, config.locales, config.languages, select_parts(config, reference)
    )
    report.extend(reference.diagnostics)
    return reference


def select_parts(config: Config, reference: Reference) -> list[Reference]:
    """Return the parts of a reference that the outputs write, or nothing for a wrong pattern.

    The outputs report such a pattern.
    """
    selections = [output.select or config.select for output in config.outputs] or [config.select]
    try:
        return [select(reference, patterns) for patterns in dict.fromkeys(selections)]
    except CodegenError:
        return []


def select_written(config: Config, reference: Reference) -> Reference:
    """Return what the outputs write of a reference. With several parts, only texts are left out."""
    parts = select_parts(config, reference)
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return reference
    written = set().union(*(part.text_ids for part in parts))
    prose: dict[str, Mapping[str, Prose]] = {}
    for locale, texts in reference.prose.items():
        prose[locale] = {text_id: text for text_id, text in texts.items() if text_id in written}
    return replace(reference, prose=MappingProxyType(prose))


def read_without_errors(config: Config, report: Report, progress: Progress | None) -> Reference:
    """Read the reference of a project. Raises `SourceError` for sources with errors."""
    reference = read_reference(config, report, progress)
    if report.has_errors:
        raise SourceError(*report.diagnostics)
    return reference


def _load_catalog(config: Config, locale: str) -> po.Catalog:
    """Read the catalog of a language.

    Raises `CodegenError` for a link that leads out of the project.
    """
    folder = Path(os.path.normpath(config.root / config.translations))
    file, shown = folder / f"{locale}.po", f"{config.translations}/{locale}.po"
    refuse_link(config, file, shown)
    return po.load_catalog(file, locale, shown)


def refuse_link(config: Config, file: Path, display_path: str) -> None:
    """Raise `CodegenError` for a link that leads out of the project.

    A file beside the project, which codegen.yaml may name, has to stay in its own folder.
    """
    written = Path(os.path.normpath(file))
    if written.is_relative_to(config.root):
        project = config.root
    else:
        project = written.parent
    if not opening.is_within(written, project):
        raise failure(
            "link-leads-out",
            "a symbolic link leads out of the project, and the file is not read",
            Span(path=display_path),
            "replace the link with the file that it leads to",
        )


def _report_missing_languages(
    config: Config, reference: Reference, catalogs: Sequence[po.Catalog], report: Report
) -> None:
    """Warn of output languages without any text in sources and catalogs."""
    with_texts = {locale for locale in config.locales if reference.prose.get(locale)} | {
        entry.locale for entry in catalogs
    }
    has_english = bool(reference.prose.get(ENGLISH)) or any(
        entry.english for catalog in catalogs for entry in catalog.entries.values()
    )
    if not any(reference.prose.values()):
        return  # there is nothing to translate
    for locale in config.locales:
        if locale in with_texts or (locale == ENGLISH and has_english):
            continue
        report.warning(
            "catalog-missing",
            f"neither a source nor a catalog has texts in {locale}: its outputs "
            + ("are in English" if has_english else "have no descriptions"),
            config.locales_span,
            f"remove {locale} from `locales`, or name a catalog {locale}.po below `translations`; "
            "`codegen translate` writes one from translated pages",
            arguments=(locale,),
        )


def read_valid_sources(config: Config, report: Report, progress: Progress | None) -> Reference:
    """Read the sources alone. Raises `SourceError` for sources with errors."""
    findings = Report()
    reference = read_sources(config.sources, findings, progress, languages=config.languages)
    if findings.has_errors:
        report.extend(findings.diagnostics)
        raise SourceError(*findings.diagnostics)
    return reference
