"""Emits the files of a project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from inspect import unwrap
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from codegen.core.diagnostics import Report, Span, failure
from codegen.core.generated_files import FileSet, GeneratedFile, within_limit
from codegen.core.locales import ENGLISH
from codegen.core.records import on_demand
from codegen.core.source import Source, load
from codegen.drift.history.changelog_records import Changelog
from codegen.model import Prose, Reference
from codegen.model.contents import Contents
from codegen.model.selection import Pattern, select
from codegen.outputs import registry
from codegen.outputs.docs import page_comparison
from codegen.outputs.docs.layouts import select_drafts
from codegen.outputs.job import Job
from codegen.outputs.output import EmitShared, OutputSettings
from codegen.outputs.overrides import check_overrides
from codegen.project.carried_rules import RuleCarrier
from codegen.project.config.configuration import Config
from codegen.project.input_files import find_inputs
from codegen.project.model_copy import write_model_copy
from codegen.project.read import read_without_errors, refuse_link
from codegen.project.source_release import find_release
from codegen.project.stated_rules import state_rules
from codegen.readers.built_in.structure import built_ins
from codegen.readers.documents.contents_files import read_contents
from codegen.readers.sources import Progress, find_file

_collect_notes = on_demand("codegen.project.kind_notes", "collect_notes")


class _SharedStep(Struct, kw_only=True):
    """A step for all outputs of a folder, with the first of them and the files of all."""

    emit: EmitShared
    output: OutputSettings
    job: Job
    files: list[GeneratedFile] = field(default_factory=list)


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
    return emit_files(config, read_without_errors(config, report, progress), report)


def emit_files(
    config: Config, reference: Reference, report: Report, *, inputs_of: Config | None = None
) -> FileSet:
    """Emit all files of a reference in memory. Raises `CodegenError` if there are none.

    The files replace no input of the configuration, or of `inputs_of`.
    """
    if not config.outputs:
        raise failure(
            "nothing-to-write",
            "`outputs` is empty",
            config.outputs_span,
            "name at least one, as in `outputs: [{target: json-schema, to: schemas}]`; only `codegen site` needs none",
            arguments=("outputs",),
        )
    check_template_overrides(config)
    files = FileSet(root=config.root, config=config.name, inputs=find_inputs(inputs_of or config))
    shared: dict[tuple[str, EmitShared], _SharedStep] = {}
    for output, job in _build_jobs(config, reference, report):
        emitted = list(within_limit(output.record.emit(job), output.record.name))
        _add_files(config, files, output, job, emitted)
        if (emit_shared := output.record.emit_shared) is not None:
            first = _SharedStep(emit=emit_shared, output=output, job=job)
            step = shared.setdefault((output.to, unwrap(emit_shared)), first)
            step.files.extend(emitted)
        if output.options.get("drafts"):
            for tag, texts in select_drafts(job.reference, config.locales).items():
                files.drafts.update((tag, prose_id) for prose_id in texts)
    for step in shared.values():
        shared_files = within_limit(step.emit(step.job, step.files), step.output.record.name)
        _add_files(config, files, step.output, step.job, shared_files)
    if not files.files:
        raise failure(
            "nothing-to-write",
            "the sources hold nothing that the outputs could write",
            Span(path=str(config.root)),
            "a schema needs a kind or a definition; `codegen inspect` shows what was read",
        )
    files.diagnostics = report.diagnostics
    files.model_copy = write_model_copy(select(reference, config.select))
    return files


def check_template_overrides(config: Config) -> None:
    """Check that each template of the project replaces a known one."""
    if config.templates:
        targets = {
            **registry.bundled_outputs(),
            **{output.record.name: output.record for output in config.outputs},
        }
        check_overrides(
            config.root / config.templates, config.templates, config.languages, targets.values()
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
    report_unused_languages(config, parts.values(), report)
    cache: dict[Any, Any] = {}
    changelog = _changelog_for_outputs(config, report)
    release = find_release(config, reference)
    carrier = RuleCarrier(release)
    for output in config.outputs:
        part = parts[output.select or config.select]
        job = Job(
            reference=part,
            locales=config.locales,
            languages=config.languages,
            options=output.options,
            origin=", ".join(source.display_path for source in config.sources),
            templates=config.root / config.templates if config.templates else None,
            companions=tuple(companions[output.to]),
            contents=_read_contents(config, output, report)
            if output.record.takes_contents
            else None,
            report=report,
            page_subject=lambda key: built_ins().page_subject(key),
            changelog=changelog if output.options.get("history") else Changelog(),
            collect_notes=partial(_collect_notes, config, part, changelog),
            carry_rules=carrier.carry,
            state_rules=partial(state_rules, release),
            cache=cache,
        )
        yield output, job


def report_unused_languages(config: Config, parts: Iterable[Reference], report: Report) -> None:
    """Warn of source languages that no output has. English is always used."""
    texts: dict[str, dict[str, Prose]] = {}
    for part in parts:
        for locale in part.prose.keys() - {*config.locales, ENGLISH}:
            texts.setdefault(locale, {}).update(part.prose[locale])
    for locale, of_locale in sorted(texts.items()):
        if of_locale:
            first = min(text.span for text in of_locale.values())
            report.warning(
                "language-unused",
                f"the sources have texts in {locale} ({len(of_locale)}), but no output is in it; the first is at {first}",
                config.locales_span,
                f"write `locales: [{', '.join((*config.locales, locale))}]` for outputs in both; "
                "the first is the language of schemas and docstrings",
                mentions=(first,),
                arguments=(locale,),
            )


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
    if "fields" in output.options:
        fields = _load_option(config, output, "fields")
    else:
        fields = None
    return read_contents(toc, fields, report)


def _load_option(config: Config, output: OutputSettings, name: str) -> Source:
    """Load the file that an option of an output names."""
    shown: str = output.options[name]
    refuse_link(config, config.root / shown, shown)
    return load(config.root / shown, shown)


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
    first, *further = {output.select or config.select for output in asking}
    # Outputs with different parts need the changelog of everything.
    return read_project_changelog(config, report, () if further else first)


def read_project_changelog(config: Config, report: Report, wanted: Sequence[Pattern]) -> Changelog:
    """Read the changes of the `wanted` part between the releases of a configuration.

    Raises as `generate` does.
    """
    if not config.history:
        return Changelog()
    from codegen.drift.history.changelog import read_changelog

    return read_changelog(config.history, report, wanted=wanted, languages=config.languages)
