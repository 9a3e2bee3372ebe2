"""Comparison of two sources of any kind, reported as findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from operator import itemgetter

from msgspec.structs import replace

from codegen.core import opening
from codegen.core.diagnostics import CodegenError, Finding, Level, Report, count_noun
from codegen.core.locales import ENGLISH, SHIPPED, Languages
from codegen.core.source import Source
from codegen.drift.compare.changes import Cause, Change, make_finding
from codegen.drift.compare.engine import ComparisonResult, compare
from codegen.drift.compare.inputs import ComparisonInput, select_inputs
from codegen.findings.finding import Results
from codegen.findings.input_findings import findings_about_inputs
from codegen.model.selection import pattern
from codegen.readers import registry
from codegen.readers.form import DocumentForm
from codegen.readers.sources import Location, Progress, SourcePath, read_sources


def diff(
    old: Location,
    new: Location,
    *,
    releases: Sequence[Location] = (),
    select: Sequence[str] = (),
    expand: bool = False,
    fail_on: Level = Level.ERR,
    languages: Languages = SHIPPED,
    progress: Progress | None = None,
) -> Results:
    """Compare two sources, such as pages, folders of pages, OpenAPI documents or CRDs.

    Args:
        old: The source to compare with: a path, or a `SourcePath`, which may give its language.
        new: The source whose changes are found.
        releases: Sources of one release each; the summary names the one closest to `new`.
        select: Patterns of the compared definitions, which come with the types that they need;
            default: everything.
        expand: Report each change by itself, also those with one cause.
        fail_on: The lowest level of `Results.failing`.
        languages: Languages of a project (`Config.languages`); default: the bundled ones.
        progress: Called with the number of files of one source read so far, and of all.

    Raises `CodegenError` for sources that cannot be read or have nothing in common. Files with
    errors and parts that a reader left out are not compared: `Results.not_compared` names them, and
    `Results.diagnostics` has the errors. Warnings about the sources are findings.

    """
    sides = [
        read(SourcePath.of(location), progress, languages=languages)
        for location in (old, new, *releases)
    ]
    first, second, *remaining = select_inputs(sides, [pattern(text) for text in select])
    comparison = compare(first, second, expand=expand)
    summary = [
        *summarize(comparison),
        *([describe_closest_release(second, remaining)] if remaining else []),
    ]
    return Results(
        command="diff",
        takes_baseline=True,
        findings=(
            *(_make_finding(change, expand=expand) for change in comparison.changes),
            *findings_about_inputs((*first.diagnostics, *second.diagnostics)),
        ),
        notes=comparison.notes,
        summary=tuple(summary),
        fail_on=fail_on,
        not_compared=comparison.not_compared,
        diagnostics=(*first.errors, *second.errors),
        clean="no drift in the facts of both sides"
        if comparison.notes
        else "no drift: both sides agree",
    )


def _make_finding(change: Change, *, expand: bool) -> Finding:
    """Make the finding of a change, with all its paths in the message if it is expanded."""
    finding = make_finding(change)
    if not expand or not finding.places:
        return finding
    return replace(finding, message=f"{finding.message}, at {', '.join(finding.places)}")


def read(
    source: SourcePath, progress: Progress | None = None, *, languages: Languages = SHIPPED
) -> ComparisonInput:
    """Read one source of a comparison. Raises `CodegenError` for an unreadable source."""
    report = Report()
    reference = read_sources([source], report, progress, languages=languages)
    return ComparisonInput(
        name=source.display_path,
        reference=reference,
        whole=reference,
        diagnostics=report.diagnostics,
        folder=opening.is_folder(source.path),
    )


def summarize(comparison: ComparisonResult) -> Iterator[str]:
    """Count the differences between two languages by cause."""
    if not comparison.translated:
        return
    counts = Counter(change.cause for change in comparison.changes)
    pages = len({change.span.path for change in comparison.changes if change.in_new})
    parts = [
        f"{count_noun(counts[Cause.DEFECT], 'defect')} (errors on the page)",
        f"{counts[Cause.STALE]} stale (the page follows another release)",
    ]
    if counts[Cause.UNDECIDED]:
        parts.append(f"{counts[Cause.UNDECIDED]} undecided (the page has no English text)")
    yield f"{comparison.translated}: {', '.join(parts)}, on {count_noun(pages, 'page')}"
    if comparison.outdated_count:
        count = comparison.outdated_count
        yield f"{comparison.translated}: texts translated from an older original: {count}"


def describe_closest_release(pages: ComparisonInput, releases: Sequence[ComparisonInput]) -> str:
    """Name the release with the fewest structural differences from a source, with all counts."""
    counted: list[tuple[int, str]] = []
    for release in releases:
        changes = compare(release, pages).changes
        counted.append((sum(not change.locale for change in changes), release.name))
    (count, name), *remaining = sorted(counted, key=itemgetter(0))
    differences = f"{count_noun(count, 'difference')} in structure"
    return "; ".join(
        (
            f"{pages.name} is closest to {name}: {differences}",
            *(f"{name} {count}" for count, name in remaining),
        )
    )


def compare_pair(first: ComparisonInput, second: ComparisonInput) -> Results:
    """Compare two sources, and report changes in the project's own source or its translation."""
    old, new = original_first(first, second)
    comparison = compare(old, new)
    at_old = not comparison.translated and old is first
    count = count_noun(len(comparison.changes), "change")
    return Results(
        command="check",
        findings=tuple(make_finding(change, at_old=at_old) for change in comparison.changes),
        notes=comparison.notes,
        summary=(*summarize(comparison), f"{old.name} against {new.name}: {count}"),
        not_compared=comparison.not_compared,
        diagnostics=(*old.errors, *new.errors),
    )


def original_first(
    first: ComparisonInput, second: ComparisonInput
) -> tuple[ComparisonInput, ComparisonInput]:
    """Order two sources, the original before its translation, otherwise as given."""
    if second.is_pages and first.is_pages and second.locale == ENGLISH != first.locale:
        return second, first
    return first, second


def compare_schemas(old: Source, new: Source) -> list[Finding]:
    """Compare two texts of a generated schema.

    Raises `CodegenError` for other and unreadable files.
    """
    changes = compare(_read_schema(old), _read_schema(new)).changes
    return [make_finding(change, at_old=True) for change in changes]


def _read_schema(source: Source) -> ComparisonInput:
    report, form = Report(), registry.recognize_form(source)
    if not isinstance(form, DocumentForm):
        raise CodegenError
    reference = form.read(source, report, ENGLISH)
    return ComparisonInput(
        name=source.path, reference=reference, whole=reference, diagnostics=report.diagnostics
    )
