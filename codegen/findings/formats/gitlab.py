"""Code quality reports for GitLab, which compares issues by their fingerprints."""

from __future__ import annotations

import hashlib

from codegen.core.diagnostics import Level, Span
from codegen.core.escaping.documents import json_text
from codegen.core.json_types import JsonObject
from codegen.findings.finding import PLAIN, Results, View, number_fingerprints

_SEVERITIES = {Level.ERR: "major", Level.WARN: "minor", Level.INFO: "info"}


def render(results: Results, _view: View = PLAIN) -> str:
    """Render the code quality report."""
    issues: list[JsonObject] = [
        {
            "description": results.join(finding.message, finding.meaning),
            "check_name": finding.rule,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[finding.level],
            "location": {
                "path": finding.path.removeprefix("./"),
                "lines": {"begin": max(finding.line, 1)},
            },
        }
        for finding, fingerprint in number_fingerprints(results.findings)
    ]
    issues += [
        _build_blocker(
            f"could not compare: {results.describe(error)}", error.rule, error.span, error.identity
        )
        for error in results.errors
    ]
    omissions = () if results.errors else zip(results.left_out, results.not_compared, strict=True)
    for text, entry in omissions:
        first = entry.warnings[0] if entry.warnings else None
        place = (first.rule, first.span) if first else ("not-compared", Span(path="."))
        issues.append(_build_blocker(text, *place, entry.identity))
    return json_text(issues)


def _build_blocker(text: str, rule: str, span: Span, identity: str) -> JsonObject:
    """Make a blocking issue, so that an incomplete run does not look clean."""
    name = "\0".join((rule, span.path, identity))
    return {
        "description": text,
        "check_name": rule,
        "fingerprint": hashlib.sha256(name.encode("utf-8", errors="surrogatepass")).hexdigest()[
            :40
        ],
        "severity": "blocker",
        "location": {"path": span.path.removeprefix("./"), "lines": {"begin": max(span.line, 1)}},
    }
