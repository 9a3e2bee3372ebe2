"""Two sources of any kind: read, compared, and reported as findings. What cannot be compared raises an exception, and is never ignored."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from codegen.core import opening
from codegen.core.locales import ENGLISH, SHIPPED, Languages
from codegen.core.source import Source
from codegen.drift import findings
from codegen.drift.compare.changes import TextChange
from codegen.drift.compare.engine import Comparison, NothingShared, compare
from codegen.drift.compare.side import Side, side
from codegen.findings.diagnostics import CodegenError, Diagnostic, Report, Severity, Span, failure
from codegen.findings.formats import Results
from codegen.findings.levels import Level
from codegen.model.selection import pattern, select_alike
from codegen.readers import registry
from codegen.readers.form import DocumentForm
from codegen.readers.sources import Location, Progress, SourcePath, read_sources


def diff(
    old: Location,
    new: Location,
    *,
    releases: Sequence[Location] = (),
    select: Sequence[str] = (),
    fail_on: Level = Level.ERR,
    languages: Languages = SHIPPED,
    progress: Progress | None = None,
) -> Results:
    """Compare two sources of any kind: pages, folders of pages, OpenAPI documents.

    Args:
        old: The source to compare with: a path, or a `SourcePath`, which may give its language.
        new: The source whose changes are found.
        releases: Sources of one release each; the summary says which one `new` is nearest to.
        select: Patterns of what is compared, with the types that it needs, instead of everything.
        fail_on: The lowest level of `Results.failing`.
        languages: Those of a project (`Config.languages`) instead of those that ship.
        progress: Called with the number of files of one source read so far, and of all.

    Raises `CodegenError` for what cannot be read, and for two sources that have nothing in common. What has errors is not compared:
    then `Results.not_compared` names it, and `Results.diagnostics` has the errors. So does it for what a reader left out.

    """
    sides = [read(SourcePath.of(location), progress, languages=languages) for location in (old, new, *releases)]
    parts = select_alike([side.reference for side in sides], [pattern(text) for text in select])
    first, second, *others = (replace(side, reference=part) for side, part in zip(sides, parts, strict=True))
    return results(compared(first, second), first, second, fail_on=fail_on, releases=others)


def read(
    source: SourcePath,
    progress: Progress | None = None,
    *,
    languages: Languages = SHIPPED,
) -> Side:
    """One side of a comparison. Raises `CodegenError` for what cannot be read at all."""
    report = Report()
    reference = read_sources([source], report, progress, languages=languages)
    return side(reference, report.diagnostics, source.shown, folder=opening.is_folder(source.path))


def read_schema(text: str, name: str) -> Side | None:
    """A committed or generated schema as a side of a comparison; None if it is not a schema or cannot be read."""
    source, report = Source(text, name), Report()
    try:
        form = registry.form_of(source)
        if not isinstance(form, DocumentForm):
            return None
        return side(form.read(source, report, ENGLISH), report.diagnostics, name, folder=False)
    except CodegenError:
        return None


def compared(old: Side, new: Side) -> Comparison:
    """All changes. Raises `CodegenError` if the two have nothing in common, or errors leave nothing to compare."""
    try:
        return compare(old, new)
    except NothingShared:
        pass
    if errors := errors_of(old, new):
        broken = ", ".join(source.name for source in (old, new) if source.broken)
        raise CodegenError(
            *errors,
            Diagnostic(
                severity=Severity.ERROR,
                rule="side-has-errors",
                message="it has errors, and nothing comparable is left without the parts they concern",
                span=Span(path=broken),
                hint="correct them; `codegen inspect` shows what was read",
            ),
        )
    raise nothing_shared(old, new)


def nothing_shared(old: Side, new: Side) -> CodegenError:
    """The error of two sources that cannot be compared."""
    return failure(
        "nothing-shared",
        f"it shares no definition and no operation with {old.name}",
        Span(path=new.name),
        "compare two sources of the same API; `codegen inspect` shows what each holds",
    )


def errors_of(*sides: Side) -> tuple[Diagnostic, ...]:
    """The errors of both sides: the content of those files was not compared."""
    return tuple(
        diagnostic for source in sides for diagnostic in source.diagnostics if diagnostic.severity is Severity.ERROR
    )


def results(comparison: Comparison, old: Side, new: Side, *, fail_on: Level, releases: Sequence[Side] = ()) -> Results:
    """A comparison as the results of `codegen diff`; of several releases, which one the second side follows."""
    summary = list(findings.summary(comparison))
    if releases:
        summary.append(follows(new, releases))
    return Results(
        command="diff",
        findings=tuple(findings.of_change(change) for change in comparison.changes),
        rules=findings.rule_texts,
        notes=comparison.notes,
        summary=tuple(summary),
        fail_on=fail_on,
        not_compared=comparison.not_compared,
        diagnostics=errors_of(old, new),
        clean="no drift in what both sides state" if comparison.notes else "no drift: both sides agree",
    )


def follows(pages: Side, releases: Sequence[Side]) -> str:
    """Which of several releases a source is nearest to, by the number of differences in structure."""
    counted = []
    for place, release in enumerate(releases):
        changes = compared(release, pages).changes
        counted.append((sum(not isinstance(change, TextChange) for change in changes), place, release.name))
    counted.sort()
    others = "; ".join(f"{name} {count}" for count, _, name in counted[1:])
    count, _, name = counted[0]
    return f"{pages.name} is closest to {name}: {count} differences in structure" + (f"; {others}" if others else "")


def original_first(first: Side, second: Side) -> tuple[Side, Side]:
    """Of a page and its translation the English one first, otherwise in the given order."""
    if second.is_pages and first.is_pages and second.locale == ENGLISH != first.locale:
        return second, first
    return first, second
