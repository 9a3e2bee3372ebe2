"""Findings about generated files that differ from those on the disk."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from codegen.core.diagnostics import CodegenError, Finding, Span, count_noun
from codegen.core.generated_files import Comparison, FileSet
from codegen.core.source import Source
from codegen.core.writing import read_text
from codegen.drift.diff import compare_schemas
from codegen.findings.rules.catalogue import CHECKS
from codegen.readers.source_files import DOCUMENT_ENDINGS


def count_differences(comparison: Comparison, repair: str) -> str:
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


def describe_line_ends(comparison: Comparison) -> str:
    """Describe files that differ in line ends alone, or return an empty string."""
    if not comparison.other_line_ends:
        return ""
    count = count_noun(
        len(comparison.other_line_ends), "generated file differs", "generated files differ"
    )
    return f"{count} only in line ends, as after a checkout with core.autocrlf; this is no drift"


def find_file_differences(
    comparison: Comparison, repair: str, *, with_diff: bool
) -> Iterator[Finding]:
    """Yield a finding for each file that differs, with the command that repairs it.

    The command writes nothing while a file is in the way, so the others do not name it then.
    """
    for obstacle in comparison.obstacles:
        yield replace(obstacle, direction="both")
    run = ""
    removal = ""
    correction = "make the change in a source or a template"
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
        level=CHECKS[rule].most_severe,
        message=CHECKS[rule].says,
        id=path,
        span=Span(path=path),
        direction="both",
        hint=hint,
        detail=detail,
    )


def find_schema_changes(files: FileSet, comparison: Comparison) -> Iterator[Finding]:
    """Compare stale and edited schemas with the generated ones; report a change that several files
    share once.
    """
    differing = (*comparison.stale, *comparison.edited)
    paths = [path for path, _ in differing if path.endswith(DOCUMENT_ENDINGS)]
    if not paths:
        return
    distinct: dict[tuple[str, str, str | None, str | None], Finding] = {}
    for path in paths:
        try:
            findings = compare_schemas(
                Source(read_text(files.root, path) or "", path), Source(files.files[path], path)
            )
        except CodegenError:
            continue  # no schema, or unreadable
        for finding in findings:
            distinct.setdefault((finding.rule, finding.id, finding.old, finding.new), finding)
    yield from distinct.values()
