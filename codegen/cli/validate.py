"""`codegen validate`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.common import manifest, progress, project_languages, release, relocate, shown_path
from codegen.cli.output import Reporting, report_options
from codegen.core.diagnostics import CodegenError, Report

if TYPE_CHECKING:
    from codegen.core.locales import Languages
    from codegen.model import Reference


def _check_rule_folders(_: click.Context, __: click.Parameter, folders: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the folders of rules. A folder without rule files is a usage error."""
    for folder in folders:
        if not list(folder.glob("*.toml")):
            raise click.BadParameter(f"{folder} holds no *.toml files")
    return folders


@click.command(short_help="Check manifests against the schemas and rules of a release.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True), metavar="FILE...")
@click.option(
    "--kubernetes-version",
    default="",
    metavar="V",
    help="The release of the server. Without it, Kubernetes' own kinds are those of the newest release that ships, and server rules "
    "those of all releases.",
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A page, a folder of pages, an OpenAPI document or a JSON Schema to check against, before what ships; instead of the "
    "configuration.",
)
@click.option(
    "--allow-unknown",
    "allow_unknown",
    multiple=True,
    metavar="KIND",
    help="Accept objects of this kind without a schema: Kind, group/version/Kind, or a group. Repeatable.",
)
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    help="The configuration whose sources to check against.  [default: codegen.yaml, if there is one]",
)
@click.option(
    "--rules",
    "rules",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    callback=_check_rule_folders,
    metavar="FOLDER",
    help="A folder with more server rules, one TOML file per kind. Repeatable.",
)
@click.option(
    "--old",
    "old",
    multiple=True,
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="What the cluster has: a manifest or a folder. Objects of the same kind and name are checked as updates of it. Repeatable.",
)
@click.option(
    "--cluster",
    "ask_cluster",
    is_flag=True,
    help="Check also against what the cluster of the current kubeconfig serves, as kubectl says; its release is meant, if none is given.",
)
@click.option("--url", default="", metavar="NAMESPACE/NAME", help="The namespace and name in the URL of the request.")
@click.option(
    "--field-validation",
    type=click.Choice(["Strict", "Warn", "Ignore"]),
    default="Strict",
    show_default=True,
    help="How unknown fields are judged, as by the parameter of the API.",
)
@click.option("--locale", default="en", show_default=True, help="The language of the findings.")
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
    url: str,
    field_validation: str,
    locale: str,
    reporting: Reporting,
) -> None:
    """Check manifests against the schemas and rules of a release, or of given sources.

    FILE is a manifest in YAML or JSON, a folder of them, or `-` for standard input.

    Each finding says who objects: the schema, a server of the release, or a cluster. What only a cluster can decide is a note. Objects
    are checked against --source, or the sources of codegen.yaml; custom resources also against the CustomResourceDefinitions among the
    files; and Kubernetes' own kinds without any source. A kind that nothing knows is a finding: what was not checked does not count as success.

    Exit status: 0 nothing at or above --fail-on, 1 something, 2 wrong usage, or something could not be read.
    """
    from msgspec.structs import replace

    from codegen.validation.manifest_files import validate_files

    found = Report()
    version, where = release(kubernetes_version, "--kubernetes-version"), _parse_url(url)
    with reporting.failures(found), progress("reading") as advance:
        languages = project_languages(config_file)
        languages.get(locale)
        references = _read_references(sources, config_file, languages, found, advance)
        if found.has_errors:
            raise CodegenError
        results = validate_files(
            *map(manifest, files),
            references=references,
            kubernetes_version=version,
            url=where,
            field_validation=field_validation,
            locale=locale,
            old=[manifest(file) for file in old],
            rules=rules,
            allow_unknown=allow_unknown,
            ask_cluster=ask_cluster,
            fail_on=reporting.fail_on,
            languages=languages,
        )
    reporting.end(replace(results, diagnostics=found.diagnostics))


def _parse_url(text: str) -> dict[str, str | None] | None:
    if not text:
        return None
    namespace, slash, name = text.partition("/")
    if not slash or not name or "/" in name:
        raise click.BadParameter("expected NAMESPACE/NAME", param_hint="--url")
    return {"namespace": namespace or None, "name": name}


def _read_references(
    sources: tuple[Path, ...],
    config_file: Path | None,
    languages: Languages,
    found: Report,
    advance: Callable[[int, int], None] | None,
) -> tuple[tuple[Reference, str], ...]:
    """Read the named sources, or those of the configuration, if there is one."""
    from codegen.cel.rule_schemas import has_rules
    from codegen.config import configuration
    from codegen.readers.sources import SourcePath, read_sources

    if sources:
        paths = [SourcePath(path=source, shown=shown_path(source)) for source in sources]
        reference = read_sources(paths, found, advance, languages=languages)
        if any(map(has_rules, reference.definitions.values())):
            from codegen.validation import cel_compilation  # all that knows CEL, for the few sources that have rules

            cel_compilation.report_invalid_rules(reference, found)
        return ((reference, ", ".join(path.shown for path in paths)),)
    file = config_file or Path(configuration.NAME)
    if config_file is None and not file.is_file():
        return ()
    from codegen.config import pipeline  # brings all targets along

    settings, report = configuration.load(file), Report()
    try:
        return ((pipeline.reference_of(settings, report, advance), str(file)),)
    finally:
        found.extend(relocate(each, file) for each in report.diagnostics)
