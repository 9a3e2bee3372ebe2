"""`codegen translate lint`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from codegen.cli.common import (
    is_quiet,
    log,
    project_languages,
    reader_language,
    report_failures,
    show_progress,
    source_path,
    write_stdout,
)
from codegen.cli.options import GLOSSARY, PATH, choose_format
from codegen.cli.translated_project import CONFIGURED_LOCALE, load_translated_project
from codegen.core.diagnostics import Report
from codegen.core.escaping import terminal
from codegen.core.escaping.documents import json_text


@click.command()
@click.argument("sources", nargs=-1, type=PATH)
@CONFIGURED_LOCALE
@GLOSSARY
@choose_format("text", "json", text="Output for people, or for programs.")
def lint(sources: tuple[Path, ...], locale: str, glossary: Path | None, shape: str) -> None:
    """Check the names, addresses, spacing, punctuation and terms of translated pages and PO files.

    For pages without English, name an OpenAPI document or English pages of the same release among
    the sources. The default is the sources and the catalog of codegen.yaml.

    Exit status: 0 no findings, 1 findings, 2 something could not be read, or there was nothing to
    read.
    """
    from codegen.findings.localized import format_diagnostic, localize_finding
    from codegen.translation.glossary import load_glossary
    from codegen.translation.lint.linter import lint as run_linter

    with report_failures(Report()), show_progress() as advance:
        languages = project_languages()
        paths = list(map(source_path, sources))
        if not sources or not locale:
            project = load_translated_project(locale)
            locale = project.locale
            paths = paths or project.list_linted_sources()
        result = run_linter(
            paths, locale, load_glossary(locale, glossary), advance, languages=languages
        )
    findings = result.findings
    reader = reader_language()
    if shape == "json":
        write_stdout(
            json_text(
                {
                    "texts": result.texts,
                    "findings": [
                        localize_finding(finding, reader).as_json() for finding in findings
                    ],
                }
            )
        )
    else:
        for diagnostic in findings:
            write_stdout(f"{terminal.line(format_diagnostic(diagnostic, reader))}\n")
        if not is_quiet():
            counted = reader.count(len(findings), "{count} finding", "{count} findings")
            texts = "checked {texts} text: {findings}"
            if result.texts != 1:
                texts = "checked {texts} texts: {findings}"
            log(reader.translate(texts, texts=result.texts, findings=counted))
    if findings:
        sys.exit(1)
