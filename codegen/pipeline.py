"""The map of the project: read -> link -> complete with translations -> emit -> a set of files."""

from __future__ import annotations

from collections.abc import Iterator

from codegen import catalog, python_source
from codegen.config import Config, Output
from codegen.diagnostics import Report, Span, failure
from codegen.files import FileSet, GeneratedFile
from codegen.model import Reference
from codegen.sources import Progress, read_sources
from codegen.targets import TARGETS
from codegen.targets.job import Job


def reference_of(config: Config, report: Report, progress: Progress | None = None) -> Reference:
    """The reference that a configuration names, with the texts of its catalogs. Findings go to the report."""
    reference = read_sources(config.sources, report, progress)
    if not config.translations:
        return reference
    catalogs = [
        catalog.load(file, locale, f"{config.translations}/{locale}.po")
        for locale in config.locales
        if (file := config.root / config.translations / f"{locale}.po").is_file()
    ]
    reference = catalog.complete(reference, catalogs, config.locales)
    report.extend(reference.diagnostics)
    return reference


def build(config: Config, report: Report, progress: Progress | None = None) -> FileSet | None:
    """All files of a configuration, in memory; None if the report has an error."""
    reference = reference_of(config, report, progress)
    if report.has_errors:
        return None
    files = FileSet(root=config.root)
    for output in config.outputs:
        for folder, made in _emitted(config, output, reference):
            files.add(folder, [_finished(files, folder, made)])
        files.folders.extend(output.to.replace("{locale}", locale) for locale in config.locales)
    if not files.files:
        raise failure(
            "nothing-to-write",
            "the sources hold nothing that the outputs could write",
            Span(path=str(config.root)),
            "a schema needs a kind or a definition; `codegen inspect` shows what was read",
        )
    return files


def _emitted(config: Config, output: Output, reference: Reference) -> Iterator[tuple[str, GeneratedFile]]:
    job = Job(
        reference=reference,
        locales=config.locales,
        options=output.options,
        origin=", ".join(each.shown for each in config.sources),
    )
    for made in TARGETS[output.target](job):
        yield output.to.replace("{locale}", made.locale or job.locale), made


def _finished(files: FileSet, folder: str, made: GeneratedFile) -> GeneratedFile:
    """Python is checked and formatted before it is written; what already stands on the disk so needs neither."""
    if not made.path.endswith(".py") or files.unchanged(f"{folder}/{made.path}", made.text):
        return made
    python_source.check(made.text, made.path)
    return GeneratedFile(path=made.path, text=python_source.formatted(made.text), locale=made.locale)
