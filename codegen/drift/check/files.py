"""Generated files against the disk: missing, stale and orphaned ones."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from codegen.core.generated_files import Comparison as Files
from codegen.findings.finding import Finding, Results
from codegen.findings.rules.checks import CHECK_RULES

_PLURAL = {
    "file-missing": "that the sources give are missing",
    "file-stale": "differ from what the sources give",
    "file-orphaned": "are no longer given by the sources",
}


def file_findings(files: Files, repair: str) -> Iterator[Finding]:
    """Yield a finding for each missing, stale and orphaned file, in this order, with the command that repairs it."""
    found = [
        *(("file-missing", path, "") for path in files.missing),
        *(("file-stale", path, diff) for path, diff in files.stale),
        *(("file-orphaned", path, "") for path in files.orphaned),
    ]
    if not found:
        return

    for rule, path, diff in found:
        tail = " (it removes the file)" if rule == "file-orphaned" else ""
        yield Finding(
            rule=rule,
            level=CHECK_RULES[rule].gravest,
            message=CHECK_RULES[rule].says,
            id=path,
            path=path,
            direction="both",
            hint=f"run: {repair}{tail}",
            detail=diff,
        )


def group_file_findings(results: Results) -> Results:
    """Join the findings of all missing, all stale and all orphaned files, as one edit of a source is behind them.

    A baseline accepts single files, so it is applied before.
    """
    by_rule: dict[str, list[Finding]] = {}
    for number, finding in enumerate(results.findings):
        by_rule.setdefault(finding.rule if finding.rule in _PLURAL else str(number), []).append(finding)
    return replace(results, findings=tuple(map(_join, by_rule.values())))


def _join(found: list[Finding]) -> Finding:
    first, paths = found[0], tuple(finding.path for finding in found)
    if len(found) == 1:
        return first
    return replace(
        first,
        message=f"{len(paths)} files {_PLURAL[first.rule]}: {', '.join(paths)}",
        hint=first.hint.replace("removes the file", "removes them"),
        detail="".join(finding.detail for finding in found),
        ids=paths,
    )
