"""Generated files against the disk, as `codegen check` prints it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from codegen.diagnostics import Diagnostic
from codegen.files import Comparison
from codegen.inspection import diagnostic_json


def as_text(comparison: Comparison, repair: str) -> Iterator[str]:
    """One line a finding with the command that repairs it, and a unified diff below each stale file."""
    for path in comparison.missing:
        yield f"{path}: file-missing: the sources give this file, and it is not there; run: {repair}"
    for path, diff in comparison.stale:
        yield f"{path}: file-stale: the file differs from what the sources give; run: {repair}"
        yield diff.rstrip("\n")
    for path in comparison.orphaned:
        yield f"{path}: file-orphaned: no source gives this file any more; run: {repair} (it removes the file)"
    if comparison.clean:
        yield "no drift: all generated files are as the sources give them"
    else:
        yield f"{len(comparison.missing)} missing, {len(comparison.stale)} stale, {len(comparison.orphaned)} orphaned; run: {repair}"


def as_json(comparison: Comparison, diagnostics: Iterable[Diagnostic], repair: str) -> dict[str, Any]:
    """The object of `check --format json`."""
    findings = [
        *({"rule": "file-missing", "level": "ERR", "path": path} for path in comparison.missing),
        *({"rule": "file-stale", "level": "ERR", "path": path, "diff": diff} for path, diff in comparison.stale),
        *({"rule": "file-orphaned", "level": "ERR", "path": path} for path in comparison.orphaned),
    ]
    return {
        "clean": comparison.clean,
        "findings": findings,
        "repair": repair,
        "diagnostics": [diagnostic_json(each) for each in diagnostics],
    }
