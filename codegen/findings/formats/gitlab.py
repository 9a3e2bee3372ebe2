"""GitLab code quality: a list of issues, each with a fingerprint by which GitLab tells new from known."""

from __future__ import annotations

import json

from codegen.findings.finding import Results, numbered
from codegen.findings.levels import Level

_SEVERITIES = {Level.ERR: "major", Level.WARN: "minor", Level.INFO: "info"}


def render(results: Results) -> str:
    """The code quality report."""
    issues = [
        {
            "description": each.message + (f". {each.meaning}" if each.meaning else ""),
            "check_name": each.rule,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[each.level],
            "location": {"path": each.path.removeprefix("./"), "lines": {"begin": max(each.line, 1)}},
        }
        for each, fingerprint in numbered(results.findings)
    ]
    return json.dumps(issues, ensure_ascii=False, indent=1) + "\n"
