"""Compares stale schemas and second sources.

`checks` loads this module, and with it the whole comparison, only where there is something to compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codegen.core.generated_files import FileSet
from codegen.core.locales import Languages
from codegen.core.writing import read_text
from codegen.drift import diff, findings
from codegen.drift.check.outcome import Outcome
from codegen.drift.compare.engine import NothingShared, compare
from codegen.drift.compare.side import Side
from codegen.findings.finding import Finding
from codegen.readers.sources import SourcePath


def changes_of_schemas(files: FileSet, paths: list[str]) -> Iterator[Finding]:
    """Find how stale schemas differ from their sources: the changes themselves, and not only the lines of the files."""
    reported = set[tuple[str, str, str | None, str | None]]()  # several files are schemas of one definition
    for path in paths:
        committed = read_text(files.root, path) or ""
        old, new = diff.read_schema(committed, path), diff.read_schema(files.files[path], path)
        if old is None or new is None:
            continue
        try:
            changes = compare(old, new).changes
        except NothingShared:
            continue
        for finding in (findings.of_change(change, at_old=True) for change in changes):
            fact = (finding.rule, finding.id, finding.old, finding.new)
            if fact not in reported:
                reported.add(fact)
                yield finding


def compare_sources(pairs: Sequence[tuple[SourcePath, SourcePath]], languages: Languages, outcome: Outcome) -> None:
    """Compare the two sources of each pair."""
    read: dict[SourcePath, Side] = {}
    for first, second in pairs:
        for source in (first, second):
            if source not in read:
                read[source] = diff.read(source, languages=languages)
        _compare(read[first], read[second], outcome)


def _compare(first: Side, second: Side, outcome: Outcome) -> None:
    old, new = diff.original_first(first, second)
    comparison = diff.compared(old, new)
    # The finding is reported where it can be corrected: in the project's own source, or in the translation.
    at_old = not comparison.translated and old is first
    outcome.findings += [findings.of_change(change, at_old=at_old) for change in comparison.changes]
    outcome.notes += comparison.notes
    outcome.summary += findings.summary(comparison)
    outcome.summary.append(f"{old.name} against {new.name}: {len(comparison.changes)} changes")
    outcome.not_compared += comparison.not_compared
    outcome.errors += diff.errors_of(old, new)
