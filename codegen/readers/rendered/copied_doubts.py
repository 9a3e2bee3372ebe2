"""Lines and tables of copied text that may be read wrongly, because a program has changed them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegen.core.diagnostics import Report, Span
from codegen.readers.rendered.copied_lines import Line
from codegen.readers.rendered.line_grammar import LineGrammar
from codegen.readers.rendered.parts import RenderedPage, RenderedTable
from codegen.readers.shared.tokens import NAME

# Text browsers write the number of a link before its words.
_NUMBERED_LINK = re.compile(r"[\w.$-]+ \((?:\[\]|map\[string\])*\[\d+\][A-Z]\w*\)")

# A mark of a list that no other program writes.
_SIGN = re.compile(r"[^\w\s\"'`“”‘’()（）\[\]{}<>$]{1,2}\s+")


def report_doubtful_lines(
    report: Report,
    path: str,
    grammar: LineGrammar,
    lines: Sequence[Line],
    text_lines: Sequence[Line],
) -> None:
    """Report numbers of links, marks of required fields that are apart from their fields, and
    fields behind an unknown sign among the lines of texts.
    """
    numbered = next((line for line in lines if _NUMBERED_LINK.match(line.text)), None)
    if numbered is not None:
        report.error(
            "text-unexpected",
            f"numbers of links stand before the names of types: {numbered.text[:60]!r}",
            Span(path=path, line=numbered.number, column=numbered.column),
            "save the page as HTML, or write its text without the numbers, as `lynx -nolist` does",
            arguments=(numbered.text,),
        )
    for line in lines:
        if grammar.required_alone.fullmatch(line.text):
            report.error(
                "text-unexpected",
                f"this mark stands on a line of its own, apart from its field: {line.text[:60]!r}",
                Span(path=path, line=line.number, column=line.column),
                "put it behind the type of its field, or save the page as HTML",
                arguments=(line.text,),
            )
    _report_fields_in_texts(report, path, grammar, text_lines)


def _report_fields_in_texts(
    report: Report, path: str, grammar: LineGrammar, text_lines: Sequence[Line]
) -> None:
    for number, line in enumerate(text_lines):
        above = text_lines[number - 1].text if number else ""
        if grammar.type_alone.fullmatch(line.text) and NAME.fullmatch(above.rpartition(" ")[2]):
            report.error(
                "text-unexpected",
                f"the type of a field is on a line of its own: {line.text[:60]!r}",
                Span(path=path, line=line.number, column=line.column),
                "write it behind the name of the field, on the line above, or save the page as HTML",
                arguments=(line.text,),
            )
        sign = _SIGN.match(line.text)
        field = grammar.field.fullmatch(line.text, sign.end()) if sign is not None else None
        if field is not None:
            report.error(
                "text-unexpected",
                f"a field stands behind an unknown sign, and is read as a text: {line.text[:60]!r}",
                Span(path=path, line=line.number, column=line.column),
                "remove the sign at the start of this line and of the lines like it",
                arguments=(line.text,),
            )


def report_doubtful_tables(
    report: Report,
    path: str,
    grammar: LineGrammar,
    lines: Sequence[Line],
    rendered: RenderedPage,
    rows_without_tab: Sequence[Line],
) -> None:
    """Report tables and rows without tabs, and lines below the last row of a page."""
    for number, line in enumerate(lines):
        below = next((each for each in lines[number + 1 : number + 4] if each.text), None)
        if grammar.is_head_without_tabs(line, below):
            report.error(
                "text-unexpected",
                "no tabs are between the columns of this table, so its rows cannot be read",
                Span(path=path, line=line.number, column=line.column),
                "save the page as HTML, or copy it from a browser, which sets tabs between columns",
            )
    for line in rows_without_tab:
        report.warning(
            "row-incomplete",
            f"the row of {line.text[:60]!r} has neither a type nor a tab; the lines below it are its description",
            Span(path=path, line=line.number, column=line.column),
            "nothing to do, if it is a field; otherwise save the page as HTML",
            arguments=(line.text,),
        )
    last = rendered.parts[-1] if rendered.parts else None
    if isinstance(last, RenderedTable) and last.rows:
        _report_lines_below(report, path, lines)


def _report_lines_below(report: Report, path: str, lines: Sequence[Line]) -> None:
    """Report lines below the last row, which a site may have there.

    Nothing separates them from the description in the row.
    """
    rows = [number for number, line in enumerate(lines) if "\t" in line.raw]
    below = [line for line in lines[rows[-1] + 1 :] if line.text] if rows else []
    if below:
        report.error(
            "text-unexpected",
            f"what is below the last row may belong to its description or to the site: {below[0].text[:60]!r}",
            Span(path=path, line=below[0].number, column=below[0].column),
            "remove the lines of the site; if they describe the field, save the page as HTML",
        )
