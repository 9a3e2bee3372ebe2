"""JSON reports, described by `schemas/findings.schema.json`."""

from __future__ import annotations

from msgspec import to_builtins

from codegen.core.diagnostics import Finding
from codegen.core.escaping.documents import json_text
from codegen.core.json_types import JsonObject
from codegen.findings.finding import (
    PLAIN,
    VERSION,
    Results,
    View,
    number_fingerprints,
    tally_findings,
)


def render(results: Results, view: View = PLAIN) -> str:
    """Render the JSON report."""
    listed = () if view.counts else results.findings
    report: JsonObject = {
        "version": VERSION,
        "command": results.command,
        "complete": results.complete,
        "findings": [
            _convert_finding(results, finding, print_)
            for finding, print_ in number_fingerprints(listed)
        ],
        "not_compared": [
            {"what": entry.what, "count": entry.count} for entry in results.not_compared
        ],
        "tally": [to_builtins(tally) for tally in tally_findings(results.findings)],
        "notes": list(results.notes),
        "summary": list(results.summary),
        "diagnostics": [diagnostic.as_json() for diagnostic in results.diagnostics],
        **results.more,
    }
    return json_text(report)


def _convert_finding(results: Results, finding: Finding, fingerprint: str) -> JsonObject:
    entry: JsonObject = {
        "rule": finding.rule,
        "level": str(finding.level),
        "direction": finding.direction or "both",
        "request": finding.request,
        "response": finding.response,
        "id": finding.id,
        "old": finding.old,
        "new": finding.new,
        "path": finding.path,
        "line": finding.line or None,
        "column": finding.column or None,
        "count": finding.count,
        "message": finding.message,
        "fingerprint": fingerprint,
    }
    optional = {
        "locale": finding.locale,
        "cause": finding.cause,
        "meaning": finding.meaning,
        "hint": finding.hint
        or finding.meaning
        * (results.work == "checked"),  # objects have requirements, changes effects
        "diff": finding.detail,
        "ids": list(finding.ids),
        "places": list(finding.places),
    }
    return entry | {name: value for name, value in optional.items() if value} | dict(finding.extra)
