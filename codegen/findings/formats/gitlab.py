"""GitLab code quality: a list of issues, each with a fingerprint by which GitLab distinguishes new from known."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from codegen.findings.diagnostics import Diagnostic
from codegen.findings.finding import PLAIN, Results, View, numbered
from codegen.findings.levels import Level

_SEVERITIES = {Level.ERR: "major", Level.WARN: "minor", Level.INFO: "info"}


def render(results: Results, _view: View = PLAIN) -> str:
    """The code quality report."""
    issues: list[dict[str, Any]] = [
        {
            "description": finding.message + (f". {finding.meaning}" if finding.meaning else ""),
            "check_name": finding.rule,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[finding.level],
            "location": {"path": finding.path.removeprefix("./"), "lines": {"begin": max(finding.line, 1)}},
        }
        for finding, fingerprint in numbered(results.findings)
    ]
    issues += [_error(found) for found in results.errors]
    return json.dumps(issues, ensure_ascii=False, indent=1) + "\n"


def _error(found: Diagnostic) -> dict[str, Any]:
    """Why something could not be compared, so that no report without an issue looks like a clean run."""
    name = "\0".join((found.rule, found.span.path, found.message))
    return {
        "description": f"could not compare: {found.message}" + (f"; {found.hint}" if found.hint else ""),
        "check_name": found.rule,
        "fingerprint": hashlib.sha256(name.encode("utf-8", errors="surrogatepass")).hexdigest()[:40],
        "severity": "blocker",
        "location": {"path": found.span.path.removeprefix("./"), "lines": {"begin": max(found.span.line, 1)}},
    }
