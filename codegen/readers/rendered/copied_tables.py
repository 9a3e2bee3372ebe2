"""Tables of copied text that may be read wrongly."""

from __future__ import annotations

from collections.abc import Sequence

from codegen.core.diagnostics import Report, Span
from codegen.readers.rendered.copied_lines import Line
from codegen.readers.rendered.line_grammar import LineGrammar
from codegen.readers.rendered.parts import RenderedPage, RenderedTable


def report_doubtful_tables(
    report: Report,
    path: str,
    grammar: LineGrammar,
    lines: Sequence[Line],
    rendered: RenderedPage,
) -> None:
    """Report tables without tabs, and lines below the last row of a page."""
    for line in lines:
        if grammar.is_head_without_tabs(line):
            report.error(
                "text-unexpected",
                "the columns of this table are apart by blanks, so its rows cannot be read",
                Span(path=path, line=line.number, column=line.column),
                "save the page as HTML, or copy it from a browser, which sets tabs between columns",
            )
    last = rendered.parts[-1] if rendered.parts else None
    if isinstance(last, RenderedTable) and last.rows:
        _report_lines_below(report, path, lines)


def _report_lines_below(report: Report, path: str, lines: Sequence[Line]) -> None:
    """Report lines below the last row, which a site may have there."""
    rows = [number for number, line in enumerate(lines) if "\t" in line.raw]
    below = [line for line in lines[rows[-1] + 1 :] if line.text] if rows else []
    if below:
        report.note(
            "text-unexpected",
            f"what is below the last row is read as its description: {below[0].text[:60]!r}",
            Span(path=path, line=below[0].number, column=below[0].column),
            "nothing to do, if it describes the field; otherwise remove these lines",
        )
