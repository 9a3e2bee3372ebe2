"""Findings in the formats that people, programs and CI servers read. One module a format, imported when it is needed."""

from __future__ import annotations

from importlib import import_module

from codegen.findings.finding import Finding, NotCompared, Results, RuleText

FORMATS = {
    "text": "text",
    "json": "json_report",
    "github": "github",
    "sarif": "sarif",
    "junit": "junit",
    "gitlab": "gitlab",
}


def render(results: Results, shape: str) -> str:
    """The text of all findings in a format."""
    text: str = import_module(f"codegen.findings.formats.{FORMATS[shape]}").render(results)
    return text


__all__ = ["FORMATS", "Finding", "NotCompared", "Results", "RuleText", "render"]
