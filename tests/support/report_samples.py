"""Findings and results for the tests of report formats."""

from __future__ import annotations

import json
from typing import Any

from codegen.core.diagnostics import Finding, Level, Span
from codegen.findings.finding import Results
from support.corpus import ROOT

FINDINGS_SCHEMA = json.loads((ROOT / "schemas/findings.schema.json").read_text(encoding="utf-8"))
HOSTILE = [
    "plain",
    "a % b\r\nc: d, e ::error::x",
    "]]> --> </failure> & < > \" '",
    "\x00\x07\x1b[31m \u202etxet \u2028 \x85 \ud800",
    "| cell ` * _ [x](javascript:y) <img onerror=z>",
    "#" * 3000,
]


def finding(number: int = 0, level: Level = Level.ERR, text: str = "plain", **more: Any) -> Finding:
    facts: dict[str, Any] = {
        "rule": "field-removed",
        "level": level,
        "message": text,
        "id": f"io.example.api.garden.v1.Plot#f{number}",
        "path": "pages/plot v1.md",
        "line": number + 1,
        "column": 3,
        "direction": "both",
        "old": text,
    }
    facts |= more
    span = Span(**{name: facts.pop(name) for name in ("path", "line", "column")})
    return Finding(span=span, **facts)


def results(*found: Finding, **more: Any) -> Results:
    facts: dict[str, Any] = {
        "command": "diff",
        "takes_baseline": True,
        "findings": found,
        "notes": ("a note",),
        "summary": ("a summary",),
    }
    return Results(**(facts | more))


def hostile() -> Results:
    findings = [
        finding(
            number,
            level,
            text,
            meaning=text,
            hint=text,
            detail=text,
            locale="zh-cn",
            cause="stale",
            new=text,
        )
        for number, (text, level) in enumerate((text, level) for text in HOSTILE for level in Level)
    ]
    return results(*findings, notes=tuple(HOSTILE), summary=tuple(HOSTILE))
