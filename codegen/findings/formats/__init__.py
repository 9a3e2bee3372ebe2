"""Findings in the formats that people, programs and CI servers read. One module a format, imported when it is needed."""

from __future__ import annotations

from importlib import import_module

from codegen.core.escaping.terminal import one_line
from codegen.findings.finding import PLAIN, NotCompared, Results, View

FORMATS = {
    "text": "text",
    "json": "json_report",
    "markdown": "markdown",
    "html": "html",
    "github": "github",
    "sarif": "sarif",
    "junit": "junit",
    "gitlab": "gitlab",
}


COUNTING = ("text", "json", "markdown")  # those that can show counts alone


def render(results: Results, shape: str, view: View = PLAIN) -> str:
    """The text of all findings in a format. What a view leaves out is for people: the other formats do not know it."""
    module = "terminal" if shape == "text" and view.width else FORMATS[shape]
    text: str = import_module(f"codegen.findings.formats.{module}").render(results, view)
    return text


__all__ = ["COUNTING", "FORMATS", "NotCompared", "Results", "View", "one_line", "render"]
