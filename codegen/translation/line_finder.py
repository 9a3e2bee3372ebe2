"""Search for the line of a text on its page.

Readers give the location of a description, but people need the line of the fault.
"""

from __future__ import annotations

from pathlib import Path

from codegen.core.diagnostics import CodegenError, Span
from codegen.core.source import load

# How many lines below the place of a description its text is looked for: annotations and comments may come first.
_NEAR = 400
# How far into a line: a flattened page is one line of megabytes.
_WIDE = 20_000


class LineFinder:
    """Search in pages with a cache of their lines."""

    def __init__(self) -> None:
        self._pages: dict[str, list[str]] = {}

    def find(self, text: str, span: Span) -> Span | None:
        """Find a line at or below a location, or return None if the page words it differently."""
        wanted = text.strip()
        lines = self._lines(span.path)
        for number in range(max(span.line - 1, 0), min(span.line + _NEAR, len(lines))):
            start = max(span.column - 1, 0) if number == span.line - 1 else 0
            column = lines[number].find(wanted, start, start + _WIDE)
            if column >= 0:
                return Span(path=span.path, line=number + 1, column=column + 1)
        return None

    def _lines(self, path: str) -> list[str]:
        if path not in self._pages:
            try:
                self._pages[path] = load(Path(path)).text.split("\n")
            except CodegenError:  # messages name it differently from the file
                self._pages[path] = []
        return self._pages[path]
