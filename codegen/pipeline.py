"""The map of the project: read -> link -> complete with translations -> emit -> a set of files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from codegen.config.configuration import Config, Output
from codegen.core.locales import ENGLISH
from codegen.core.source import load
from codegen.findings.diagnostics import Report, Span, failure
from codegen.model import Reference
from codegen.model.contents import Contents
from codegen.outputs import TARGETS, manifest
from codegen.outputs.files import FileSet, GeneratedFile
from codegen.outputs.job import Job
from codegen.outputs.python import source as python_source
from codegen.outputs.render import check_overrides
from codegen.readers.sources import Progress, file_of, read_sources
from codegen.translation import catalog


def reference_of(config: Config, report: Report, progress: Progress | None = None) -> Reference:
    """The reference that a configuration names, with the texts of its catalogs. Findings go to the report."""
    reference = read_sources(config.sources, report, progress, languages=config.languages)
    if not config.translations:
        return reference
    catalogs = [
        catalog.load(file, locale, f"{config.translations}/{locale}.po")
        for locale in config.locales
        if (file := config.root / config.translations / f"{locale}.po").is_file()
    ]
    known = {locale for locale in config.locales if reference.prose.get(locale)} | {each.locale for each in catalogs}
    for locale in config.locales:
        if locale not in known and locale != ENGLISH:
            report.warning(
                "catalog-missing",
                f"there is no catalog and no page in {locale}: its outputs are in English",
                Span(path=f"{config.translations}/{locale}.po"),
                "`codegen translate` writes one from pages that are translated",
            )
    reference = catalog.complete(reference, catalogs, config.locales)
    report.extend(reference.diagnostics)
    return reference


def build(config: Config, report: Report, progress: Progress | None = None) -> FileSet | None:
    """All files of a configuration, in memory; None if the report has an error."""
    reference = reference_of(config, report, progress)
    return None if report.has_errors else files_of(config, reference, report)


def files_of(config: Config, reference: Reference, report: Report | None = None) -> FileSet:
    """All files that a reference gives, in memory. Raises `CodegenError` if there is none. Findings go to the report."""
    report = Report() if report is None else report
    if config.templates:
        check_overrides(config.root / config.templates, config.templates, config.languages)
    files = FileSet(root=config.root, manifest=manifest.name_for(config.name))
    for output in config.outputs:
        for folder, made in _emitted(config, output, reference, report):
            files.add(folder, [_finished(files, folder, made)], f"{output.target} ({output.span})")
            if made.exact:
                _say_inexact(config, made, report)
        files.folders.add(manifest.folder_of(output.to))
    if not files.files:
        raise failure(
            "nothing-to-write",
            "the sources hold nothing that the outputs could write",
            Span(path=str(config.root)),
            "a schema needs a kind or a definition; `codegen inspect` shows what was read",
        )
    return files


def _emitted(
    config: Config, output: Output, reference: Reference, report: Report
) -> Iterator[tuple[str, GeneratedFile]]:
    job = Job(
        reference=reference,
        locales=config.locales,
        languages=config.languages,
        options=output.options,
        origin=", ".join(each.shown for each in config.sources),
        templates=config.root / config.templates if config.templates else None,
        contents=_contents(config, output, report),
        report=report,
    )
    for made in TARGETS[output.target](job):
        yield output.to.replace("{locale}", made.locale or job.locale), made


def _contents(config: Config, output: Output, report: Report) -> Contents | None:
    """The table of contents that an output names."""
    if "toc" not in output.options:
        if "fields" in output.options:
            raise failure(
                "toc-missing",
                "`fields` stands without `toc`",
                output.span,
                "name the table of contents that it belongs to",
            )
        return None
    from codegen.readers.documents.contents import read_contents

    toc, fields = (
        load(config.root / output.options[name], output.options[name]) if name in output.options else None
        for name in ("toc", "fields")
    )
    return read_contents(toc, fields, report) if toc is not None else None


def _say_inexact(config: Config, made: GeneratedFile, report: Report) -> None:
    """Say where a page that a machine made, so its head says, does not come back byte for byte: there somebody edited it."""
    file = file_of(config.sources, made.exact)
    if file is None or file.read_bytes() == made.text.encode():
        return
    text = load(file, made.exact).text
    if "/" not in made.path:  # a page outside of its folder does not know the folder that its links to itself name
        text = re.sub(rf"\"\.\./[^\"/#]+/{re.escape(PurePosixPath(made.path).stem)}#", '"#', text)
        if text == made.text:
            return
    there, here = text.split("\n"), made.text.split("\n")
    same = next((number for number, (one, other) in enumerate(zip(there, here, strict=False)) if one != other), -1)
    if same < 0:
        same = min(len(there), len(here))
    found, written = (repr(lines[same][:60]) if same < len(lines) else "the end" for lines in (there, here))
    report.warning(
        "page-not-exact",
        f"from here the page is written otherwise: {found} becomes {written}",
        Span(path=made.exact, line=same + 1, column=1),
        "undo the edit, or remove `auto_generated: true` if the page is kept by hand",
    )


def _finished(files: FileSet, folder: str, made: GeneratedFile) -> GeneratedFile:
    """Python is checked and formatted before it is written; what already stands on the disk so needs neither."""
    if not made.path.endswith(".py") or files.unchanged(f"{folder}/{made.path}", made.text):
        return made
    python_source.check(made.text, made.path)
    return GeneratedFile(path=made.path, text=python_source.formatted(made.text), locale=made.locale)
