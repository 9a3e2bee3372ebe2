"""For programs: one object, described by `diff.schema.json` and `check.schema.json` beside this module."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from codegen.findings.finding import VERSION, Finding, Results, numbered


def render(results: Results) -> str:
    """The object of `diff --format json` or `check --format json`."""
    report: dict[str, Any] = {
        "version": VERSION,
        "complete": results.complete,
        "findings": [_finding(finding, print_) for finding, print_ in numbered(results.findings)],
        "not_compared": [{"what": entry.what, "count": entry.count} for entry in results.not_compared],
        "notes": list(results.notes),
        "summary": list(results.summary),
        **results.more,
    }
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def _finding(finding: Finding, fingerprint: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "rule": finding.rule,
        "level": str(finding.level),
        "direction": finding.direction or "both",
        "id": finding.id,
        "old": finding.old,
        "new": finding.new,
        "path": finding.path,
        "line": finding.line or None,
        "column": finding.column or None,
        "message": finding.message,
        "fingerprint": fingerprint,
    }
    optional = {
        "locale": finding.locale,
        "cause": finding.cause,
        "meaning": finding.meaning,
        "hint": finding.hint,
        "diff": finding.detail,
    }
    return entry | {name: value for name, value in optional.items() if value} | dict(finding.extra)


def schema(command: str) -> dict[str, Any]:
    """The published JSON Schema of the output of `diff` or `check`."""
    return dict(json.loads(Path(__file__).with_name(f"{command}.schema.json").read_text(encoding="utf-8")))
