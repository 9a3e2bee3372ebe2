"""GitLab code quality: a list of issues, each with a fingerprint by which GitLab distinguishes new from known."""

from __future__ import annotations

import json

from codegen.findings.finding import Results, numbered
from codegen.findings.levels import Level

_SEVERITIES = {Level.ERR: "major", Level.WARN: "minor", Level.INFO: "info"}


def render(results: Results) -> str:
    """The code quality report."""
    issues = [
        {
            "description": finding.message + (f". {finding.meaning}" if finding.meaning else ""),
            "check_name": finding.rule,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[finding.level],
            "location": {"path": finding.path.removeprefix("./"), "lines": {"begin": max(finding.line, 1)}},
        }
        for finding, fingerprint in numbered(results.findings)
    ]
    return json.dumps(issues, ensure_ascii=False, indent=1) + "\n"
