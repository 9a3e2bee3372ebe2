"""Reports of findings, one module per format, imported on demand."""

from __future__ import annotations

from importlib import import_module

from codegen.core.escaping.terminal import one_line
from codegen.findings.finding import PLAIN, Results, View

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
COUNTING = ("text", "json", "markdown")  # formats with counts instead of single findings


def render(results: Results, shape: str, view: View = PLAIN) -> str:
    """Render results in a format. Only formats for people respect the view."""
    if shape == "text" and view.width:
        module = "terminal"
    else:
        module = FORMATS[shape]
    text: str = import_module(f"codegen.findings.formats.{module}").render(results, view)
    return text


__all__ = ["COUNTING", "FORMATS", "one_line", "render"]
