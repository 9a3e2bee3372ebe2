"""Checks of a project: generated files, second sources, languages and untranslated texts.

Everything happens in memory. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import combinations

from msgspec.structs import replace

from codegen.core import opening
from codegen.core.diagnostics import CodegenError, Finding, Level, Span, count_noun
from codegen.core.generated_files import Comparison as FileComparison
from codegen.core.generated_files import FileSet
from codegen.core.locales import ENGLISH, Languages
from codegen.core.source import Source
from codegen.core.writing import read_text
from codegen.drift.compare.inputs import ComparisonInput
from codegen.findings.finding import Results
from codegen.findings.input_findings import findings_about_inputs
from codegen.findings.rules.catalogue import CHECKS
from codegen.model import Page, Reference
from codegen.model.pages import main_locale
from codegen.project.config.configuration import Config
from codegen.readers.source_files import DOCUMENT_ENDINGS
from codegen.readers.sources import SourcePath


def check_project(
    config: Config,
    reference: Reference,
    files: FileSet,
    *,
    repair: str,
    fail_on: Level,
    with_diff: bool,
    warnings: Iterable[Finding],
    display: Callable[[str], str],
) -> Results:
    """Run all checks of a project, and list changes of meaning before files.

    `warnings` of reading its sources are findings like others. `display` converts paths for totals,
    notes and the headers of differences.
    """
    comparison = files.compare(display)
    parts = [*_compare_sources(config, reference, display), *_count_untranslated(config, reference)]
    summary = [line for part in parts for line in part.summary]
    notes = [note for part in parts for note in part.notes]
    if not comparison.clean:
        summary.append(_count_files(comparison, repair))
    if comparison.other_line_ends:
        count = count_noun(
            len(comparison.other_line_ends), "generated file differs", "generated files differ"
        )
        notes.append(
            f"{count} only in line ends, as after a checkout with core.autocrlf; this is no drift"
        )
    return Results(
        command="check",
        takes_baseline=True,
        findings=(
            *(replace(warning, id=warning.identity) for warning in warnings),
            *(finding for part in parts for finding in part.findings),
            *_schema_findings(files, comparison),
            *_file_findings(comparison, repair, with_diff=with_diff),
        ),
        notes=tuple(notes),
        summary=tuple(summary),
        fail_on=fail_on,
        not_compared=tuple(dict.fromkeys(left for part in parts for left in part.not_compared)),
        clean="no drift: all generated files are up to date",
        diagnostics=tuple(error for part in parts for error in part.diagnostics),
    )


def _count_files(comparison: FileComparison, repair: str) -> str:
    """Count the files that differ, with the next step.

    `generate` writes nothing while files are in the way.
    """
    counts = [
        f"{len(comparison.missing)} missing",
        f"{len(comparison.stale)} stale",
        f"{len(comparison.orphaned)} orphaned",
    ]
    if comparison.edited:
        counts.append(f"{len(comparison.edited)} edited")
    if comparison.kept:
        counts.append(f"{len(comparison.kept)} kept")
    if comparison.obstacles:
        return f"{', '.join(counts)}; {count_noun(len(comparison.obstacles), 'file')} in the way: move them, or change `to`"
    return f"{', '.join(counts)}; run: {repair}"


def _file_findings(
    comparison: FileComparison, repair: str, *, with_diff: bool
) -> Iterator[Finding]:
    """Yield a finding for each file that differs, with the command that repairs it.

    The command writes nothing while a file is in the way, so the others do not name it then.
    """
    for obstacle in comparison.obstacles:
        yield replace(obstacle, direction="both")
    run, removal, correction = "", "", "make the change in a source or a template"
    if not comparison.obstacles:
        run = f"run: {repair}"
        removal = f"{run} (it removes the file)"
        correction += f", and {run} (it replaces the edited text)"
    for path in comparison.missing:
        yield _file_finding("file-missing", path, run)
    for path, lines in comparison.stale:
        yield _file_finding("file-stale", path, run, lines if with_diff else "")
    for path, lines in comparison.edited:
        yield _file_finding("file-edited", path, correction, lines if with_diff else "")
    for path in comparison.orphaned:
        yield _file_finding("file-orphaned", path, removal)
    for kept in comparison.kept:
        yield replace(kept, direction="both")


def _file_finding(rule: str, path: str, hint: str, detail: str = "") -> Finding:
    return Finding(
        rule=rule,
        level=CHECKS[rule].gravest,
        message=CHECKS[rule].says,
        id=path,
        span=Span(path=path),
        direction="both",
        hint=hint,
        detail=detail,
    )


def _schema_findings(files: FileSet, comparison: FileComparison) -> Iterator[Finding]:
    """Compare stale and edited schemas with the generated ones; report a change that several files
    share once.
    """
    differing = (*comparison.stale, *comparison.edited)
    paths = [path for path, _ in differing if path.endswith(DOCUMENT_ENDINGS)]
    if not paths:
        return
    from codegen.drift import diff  # the comparison is a thirtieth of a clean check

    found: dict[tuple[str, str, str | None, str | None], Finding] = {}
    for path in paths:
        try:
            findings = diff.compare_schemas(
                Source(read_text(files.root, path) or "", path), Source(files.files[path], path)
            )
        except CodegenError:
            continue  # no schema, or unreadable
        for finding in findings:
            found.setdefault((finding.rule, finding.id, finding.old, finding.new), finding)
    yield from found.values()


def _compare_sources(
    config: Config, reference: Reference, display: Callable[[str], str]
) -> Iterator[Results]:
    """Compare each source with its second one, and pages of one language with those of another."""
    pairs = list(config.against)
    known = {frozenset(pair) for pair in pairs}
    languages = {
        source: _detect_language(source, reference, config.languages)
        for source in config.sources
        if any(_list_pages(source, reference))
    }
    for first, second in combinations(languages, 2):
        if languages[first] == languages[second] or frozenset((first, second)) in known:
            continue
        if not _list_sections(first, reference).isdisjoint(_list_sections(second, reference)):
            pairs.append((first, second))
    if not pairs:
        return
    from codegen.drift import (
        diff,
    )  # only for a project with second sources or pages of two languages

    @cache
    def read(source: SourcePath) -> ComparisonInput:
        return replace(diff.read(source, languages=config.languages), name=display(source.shown))

    for first, second in pairs:
        yield diff.compare_pair(read(first), read(second))
    for second in dict.fromkeys(second for _, second in config.against):
        findings = findings_about_inputs(read(second).diagnostics)
        yield Results(command="check", findings=findings)


def _detect_language(source: SourcePath, reference: Reference, languages: Languages) -> str:
    """Return the configured language of a source, that of its pages, or that of its path."""
    path = f"{source.shown.rstrip('/')}/page" if opening.is_folder(source.path) else source.shown
    return (
        source.locale or main_locale(_list_pages(source, reference)) or languages.detect("", path)
    )


def _list_sections(source: SourcePath, reference: Reference) -> set[str]:
    """List the definitions with a section on a page of a source."""
    pages = _list_pages(source, reference)
    return {section.key for page in pages for section in page.sections}


def _list_pages(source: SourcePath, reference: Reference) -> Iterator[Page]:
    """Yield the pages of a source: of its folder, or the file itself."""
    folder = f"{source.shown.rstrip('/')}/"
    return (page for page in reference.pages if f"{page.span.path}/".startswith(folder))


def _count_untranslated(config: Config, reference: Reference) -> Iterator[Results]:
    """Count the untranslated texts of each language with a limit, and report an exceeded limit."""
    wanted = {text_id for texts in reference.prose.values() for text_id in texts}
    for locale in config.locales:
        limit = config.check.allowed_share(locale)
        if limit is None or locale == ENGLISH or not wanted:
            continue
        missing = sum(not reference.text(locale, text_id) for text_id in wanted)
        share = missing / len(wanted)
        counted = f"the translation is missing for {missing} of {count_noun(len(wanted), 'text')} ({share:.1%}); {limit:.1%} are allowed"
        rule = CHECKS["untranslated-share-exceeded"]
        path = (
            f"{config.translations}/{locale}.po" if config.translations else config.sources[0].shown
        )
        finding = Finding(
            rule=rule.id,
            level=rule.gravest,
            message=counted,
            id=locale,
            span=Span(path=path),
            direction="both",
            locale=locale,
            old=f"{limit:.4f}",
            new=f"{share:.4f}",
            meaning=rule.why.rstrip("."),
            hint="translate them, or raise the limit in the configuration",
        )
        found = (finding,) if share > limit else ()
        yield Results(command="check", findings=found, summary=(f"{locale}: {counted}",))
