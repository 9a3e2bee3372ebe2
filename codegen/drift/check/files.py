"""Generated files against the disk: missing, stale and orphaned ones."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from codegen.findings.finding import Finding, Results
from codegen.outputs.files import Comparison as Files

_PLURAL = {
    "file-missing": "that the sources give are missing",
    "file-stale": "differ from what the sources give",
    "file-orphaned": "are no longer given by the sources",
}


def of_files(files: Files, repair: str) -> Iterator[Finding]:
    """Missing, stale and orphaned files, in this order, each with the command that repairs it."""
    found = [
        *(("file-missing", path, "") for path in files.missing),
        *(("file-stale", path, diff) for path, diff in files.stale),
        *(("file-orphaned", path, "") for path in files.orphaned),
    ]
    if not found:
        return
    from codegen.findings.rules.checks import CHECK_RULES  # most projects are clean

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


def told_together(results: Results) -> Results:
    """The results with one finding for all missing files, one for all stale, one for all orphaned: one edit of a source is behind them.

    A baseline accepts single files, so it is applied before.
    """
    alike: dict[str, list[Finding]] = {}
    for finding in results.findings:
        if finding.rule.startswith("file-"):
            alike.setdefault(finding.rule, []).append(finding)
    if all(len(found) == 1 for found in alike.values()):
        return results
    joined = {id(found[0]): _joined(found) for found in alike.values()}
    again = {id(finding) for found in alike.values() for finding in found[1:]}
    kept = tuple(joined.get(id(finding), finding) for finding in results.findings if id(finding) not in again)
    return replace(results, findings=kept)


def _joined(found: list[Finding]) -> Finding:
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
