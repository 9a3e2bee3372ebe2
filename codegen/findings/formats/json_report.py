"""For programs: one object, described by `diff.schema.json` and `check.schema.json` beside this module."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from codegen.findings.finding import VERSION, Finding, Results, numbered


def render(results: Results) -> str:
    """The object of `diff --format json` or `check --format json`."""
    name = "changes" if results.command == "diff" else "findings"
    made: dict[str, Any] = {
        "version": VERSION,
        "complete": results.complete,
        name: [_finding(each, print_) for each, print_ in numbered(results.findings)],
        "notes": list(results.notes),
        "summary": list(results.summary),
        **results.more,
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _finding(each: Finding, fingerprint: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "rule": each.rule,
        "level": str(each.level),
        "direction": each.direction or "both",
        "id": each.id,
        "old": each.old,
        "new": each.new,
        "path": each.path,
        "line": each.line or None,
        "column": each.column or None,
        "message": each.message,
        "fingerprint": fingerprint,
    }
    optional = {
        "locale": each.locale,
        "cause": each.cause,
        "meaning": each.meaning,
        "hint": each.hint,
        "diff": each.detail,
    }
    return made | {name: value for name, value in optional.items() if value} | dict(each.extra)


def schema(command: str) -> dict[str, Any]:
    """The published JSON Schema of the output of `diff` or `check`."""
    return dict(json.loads(Path(__file__).with_name(f"{command}.schema.json").read_text(encoding="utf-8")))
