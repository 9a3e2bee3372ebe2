"""Generated files against the disk: missing, stale and orphaned ones."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.findings.finding import Finding
from codegen.findings.rules.checks import CHECK_RULES
from codegen.outputs.files import Comparison as Files


def of_files(files: Files, repair: str) -> Iterator[Finding]:
    """Missing, stale and orphaned files, in this order, each with the command that repairs it."""
    found = [
        *(("file-missing", path, "") for path in files.missing),
        *(("file-stale", path, diff) for path, diff in files.stale),
        *(("file-orphaned", path, "") for path in files.orphaned),
    ]
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
