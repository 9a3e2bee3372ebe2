"""`codegen validate`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.common import (
    find_config,
    message_language,
    open_manifest,
    parse_release,
    project_languages,
    relocate,
    show_progress,
    source_path,
)
from codegen.cli.options import ALLOW_UNKNOWN, FILES, FINDINGS_LOCALE, PATH, report_options
from codegen.core.diagnostics import CodegenError, Report

if TYPE_CHECKING:
    from codegen.cli.output import Reporting
    from codegen.core.locales import Languages
    from codegen.model import Reference


def _check_rule_folders(
    _: click.Context, __: click.Parameter, folders: tuple[Path, ...]
) -> tuple[Path, ...]:
    """Return the folders of rules. A folder without rule files is a usage error."""
    for folder in folders:
        if not list(folder.glob("*.toml")):
            raise click.BadParameter(f"{folder} holds no *.toml files")
    return folders


def _parse_url(_: click.Context, __: click.Parameter, text: str) -> dict[str, str | None] | None:
    if not text:
        return None
    namespace, slash, name = text.partition("/")
    if not slash or not name or "/" in name:
        raise click.BadParameter("expected NAMESPACE/NAME")
    return {"namespace": namespace or None, "name": name}


@click.command(short_help="Check manifests against the schemas and rules of a release.")
@FILES
@click.option(
    "--kubernetes-version",
    default="",
    metavar="V",
    help="The release of the server.  [default: the newest bundled one, with server rules of all "
    "releases]",
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    type=PATH,
    help="A page, a folder of pages, an OpenAPI document or a JSON Schema to check against. It "
    "takes precedence over bundled kinds "
    "and replaces the configuration. Repeatable.",
)
@ALLOW_UNKNOWN
@click.option(
    "--config",
    "config_file",
    type=PATH,
    help="The configuration whose sources to check against.  [default: the nearest codegen.yaml, "
    "if there is one]",
)
@click.option(
    "--rules",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    callback=_check_rule_folders,
    metavar="FOLDER",
    help="A folder with more server rules, one TOML file per kind. Repeatable.",
)
@click.option(
    "--old",
    multiple=True,
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Objects in the cluster: a manifest or a folder. Objects of the same kind and name are "
    "checked as updates. Repeatable.",
)
@click.option(
    "--cluster",
    "ask_cluster",
    is_flag=True,
    help="Check against the cluster of the current kubeconfig too, through kubectl. Its release "
    "is the default.",
)
@click.option(
    "--url",
    default="",
    metavar="NAMESPACE/NAME",
    callback=_parse_url,
    help="The namespace and name in the URL of the request.",
)
@click.option(
    "--field-validation",
    type=click.Choice(["Strict", "Warn", "Ignore"]),
    default="Strict",
    show_default=True,
    help="The treatment of unknown fields, as in the API.",
)
@FINDINGS_LOCALE
@report_options()
def validate(
    files: tuple[Path, ...],
    kubernetes_version: str,
    sources: tuple[Path, ...],
    allow_unknown: tuple[str, ...],
    config_file: Path | None,
    rules: tuple[Path, ...],
    old: tuple[Path, ...],
    ask_cluster: bool,
    url: dict[str, str | None] | None,
    field_validation: str,
    locale: str,
    reporting: Reporting,
) -> None:
    """Check manifests against the schemas and rules of a release, or of given sources.

    FILE is a manifest in YAML or JSON, a folder of them, or `-` for standard input.

    Each finding names who rejects the object: the schema, a server of the release, or a cluster.
    Rules that only a cluster can decide are notes. Objects are checked against --source, or the
    sources of codegen.yaml. Custom resources are also checked against the CustomResourceDefinitions
    among the files, and Kubernetes' own kinds need no source. An unknown kind is a finding: objects
    that were not checked do not count as success.

    Exit status: 0 nothing at or above --fail-on, 1 something, 2 wrong usage, or something could not
    be read.
    """
    from msgspec.structs import replace

    from codegen.findings.input_findings import findings_about_inputs
    from codegen.validation.manifest_files import validate_files

    report = Report()
    version = parse_release(kubernetes_version, "--kubernetes-version")
    with reporting.report_failures(report), show_progress() as advance:
        languages = project_languages(locale, config_file=config_file)
        references = _read_references(sources, config_file, version, languages, report, advance)
        if report.has_errors:
            raise CodegenError
        results = validate_files(
            *map(open_manifest, files),
            references=references,
            kubernetes_version=version,
            url=url,
            field_validation=field_validation,
            locale=locale or message_language(languages).tag,
            old=list(map(open_manifest, old)),
            rules=rules,
            allow_unknown=allow_unknown,
            ask_cluster=ask_cluster,
            fail_on=reporting.fail_on,
            languages=languages,
        )
    is_configured = bool(references) and not sources
    origin = (f"Checked against the sources of {references[0][1]}",) if is_configured else ()
    reporting.end(
        replace(
            results,
            findings=(*results.findings, *findings_about_inputs(report.diagnostics)),
            summary=(*results.summary, *origin),
        )
    )


def _read_references(
    sources: tuple[Path, ...],
    config_file: Path | None,
    version: str,
    languages: Languages,
    diagnostics: Report,
    advance: Callable[[int, int], None] | None,
) -> tuple[tuple[Reference, str], ...]:
    """Read the named sources, or those of the configuration, if there is one."""
    from codegen.readers.sources import read_sources
    from codegen.validation import cel_compilation

    if sources:
        paths = list(map(source_path, sources))
        reference = read_sources(paths, diagnostics, advance, languages=languages)
        cel_compilation.report_invalid_rules(reference, diagnostics, version)
        return ((reference, ", ".join(path.display_path for path in paths)),)
    file = config_file or find_config()
    if config_file is None and not file.is_file():
        return ()
    from codegen.project.config import configuration
    from codegen.project.read import read_reference

    settings, report = configuration.load(file), Report()
    try:
        return ((read_reference(settings, report, advance), str(file)),)
    finally:
        diagnostics.extend(relocate(finding, file) for finding in report.diagnostics)
