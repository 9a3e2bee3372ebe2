"""Reading of the text that a browser copies from a rendered page into the parts of the page.

    PlotSpec               spec (PlotSpec), required         Field    Description
    PlotSpec is ...        What the owner wants.             size *
                                                             int32    The length of a side.

Marks of headings, bullets and emphasis are lost, and so are the targets of links. Lines are told
apart by their words: a field is `name (type)`, a heading names a type of the page, and the cells of
a table are apart by tabs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.core.diagnostics import Report, Span
from codegen.core.locales import Locale
from codegen.core.source import Source
from codegen.model.kubernetes import PRIMITIVES
from codegen.readers.list.grammar import compile_grammar
from codegen.readers.page_tree import PageTree
from codegen.readers.rendered.copied_annotations import restore_annotations
from codegen.readers.rendered.copied_doubts import report_doubtful_lines, report_doubtful_tables
from codegen.readers.rendered.copied_lines import CopiedHead, Line, ends_sentence
from codegen.readers.rendered.copied_rows import begins_row, has_tab_below
from codegen.readers.rendered.line_grammar import LineGrammar
from codegen.readers.rendered.page import read_parts
from codegen.readers.rendered.parts import (
    Bullet,
    Cell,
    Heading,
    Part,
    RenderedPage,
    RenderedTable,
    TextBlock,
)
from codegen.readers.shared.blocks import PARTS, REQUEST
from codegen.readers.shared.tokens import NAME

_API_VERSION = re.compile(r"apiVersion:\s*+(\S++)")
_IMPORT = re.compile(r"import\s++[\"“”]([\w./-]++)[\"“”]")
_OPERATION = re.compile(r"(?P<verb>[A-Za-z]{3,20})(?:\s++(?P<title>\S.*))?")
_CATEGORY = re.compile(r"[A-Z][\w-]*+(?: (?:[\w-]++|[/&])){0,6}")
_WIDE_CATEGORY = re.compile(r"(?:[A-Z][a-z]+ )?[^\s\x00-\x7f][^.,:;。，：；（）()`\"“”]{0,23}")
_TRANSLATED_SECTION = re.compile(r"[^\x00-\x7f]{1,24} (?P<name>[A-Z]\w*+)", re.ASCII)
_TRANSLATED_HEADING = re.compile(r"[^\s\x00-\x7f。，：；、（）“”]{1,12}")
_LONGEST_DESCRIPTION = 50  # lines


def read(source: Source, locale: Locale, report: Report) -> PageTree:
    """Read the copied text of one page, reporting deviations from its layout.

    Never raises for the text of a page.
    """
    page = _CopiedPage(source, locale)
    rendered = page.read()
    report_doubtful_lines(report, source.path, page.grammar, page.lines, page.text_lines)
    report_doubtful_tables(
        report, source.path, page.grammar, page.lines, rendered, page.rows_without_tab
    )
    return read_parts(source, locale, report, rendered, is_cut=False)


class _CopiedPage:
    """A copied text during reading, whose lines are read in order."""

    def __init__(self, source: Source, locale: Locale) -> None:
        self.source = source
        self.locale = locale
        self.grammar = LineGrammar(locale)
        self.response = compile_grammar(locale).response
        lines = (Line(number, written) for number, written in enumerate(source.text.split("\n"), 1))
        self.lines = list(lines)
        self.parts: list[Part] = []
        self.is_parameter_page = not any(_IMPORT.fullmatch(line.text) for line in self.lines)
        self.types = self.grammar.find_type_names(self.lines)
        self.title = ""
        self.section = ""
        self.kind = ""
        self.in_operations = False
        self.rows_without_tab: list[Line] = []
        self.text_lines: list[Line] = []

    def read(self) -> RenderedPage:
        """Divide the text into its parts."""
        head = self._read_head()
        self.title = head.title
        number = head.end
        while number < len(self.lines):
            number = self._read_line(number)
        return RenderedPage(
            title=head.title,
            api_version=head.api_version,
            import_path=head.import_path,
            parts=tuple(self.parts),
            end=self._span(self.lines[-1]),
            is_copied=True,
            second_page=self._find_second_page(head.end),
        )

    def _find_second_page(self, start: int) -> Span | None:
        """Return the location of the head of another page in the same text, or None."""
        previous = ""
        for line in self.lines[start:]:
            if _IMPORT.fullmatch(line.text) and _API_VERSION.fullmatch(previous):
                return self._span(line)
            previous = line.text or previous
        return None

    def _read_head(self) -> CopiedHead:
        """Read the two lines of the head, with the title above them.

        A page of common parameters has neither of them.
        """
        if self.is_parameter_page:
            return self._read_parameter_title()
        api_version = import_path = title = ""
        number = 0
        for number, line in enumerate(self.lines):  # noqa: B007 - the last one is used
            if imported := _IMPORT.fullmatch(line.text):
                import_path = imported[1]
                break
            if version := _API_VERSION.fullmatch(line.text):
                api_version = version[1]
            elif line.text and not api_version and NAME.fullmatch(line.text):
                title = line.text
        return CopiedHead(
            title=title, api_version=api_version, import_path=import_path, end=number + 1
        )

    def _read_parameter_title(self) -> CopiedHead:
        """Read the title of a page of common parameters, which may be lost."""
        number = next((number for number, line in enumerate(self.lines) if line.text), 0)
        if self._is_parameter_heading(number):
            return CopiedHead(title="", api_version="", import_path="", end=number)
        title = self.lines[number].text
        return CopiedHead(title=title, api_version="", import_path="", end=number + 1)

    def _span(self, line: Line) -> Span:
        return Span(path=self.source.path, line=line.number, column=line.column)

    def _following(self, number: int) -> Line | None:
        """Return the next line that is not blank."""
        for line in self.lines[number + 1 : number + 50]:
            if line.text:
                return line
        return None

    def _match_bullet(self, line: Line) -> re.Match[str] | None:
        if self.in_operations:
            return self.grammar.match_parameter(line.text)
        field = self.grammar.match_field(line.text) or self._match_described_field(line)
        if field is not None and self._is_part_of_sentence(line, field["name"]):
            return None
        return field

    def _is_part_of_sentence(self, line: Line, name: str) -> bool:
        """Return whether a line such as `Plot (PL)` is one of the lines of a description.

        It begins the description of its definition, or goes on with the line above. Names of fields
        begin with a small letter.
        """
        if not name[0].isupper():
            return False
        is_first = not self.parts or isinstance(self.parts[-1], Heading)
        if is_first and name == (self.section or self.title):
            return True
        return self._follows_text(line) and not ends_sentence(self.lines[line.number - 2].text)

    def _match_described_field(self, line: Line) -> re.Match[str] | None:
        """Match a field whose description begins on its own line.

        A sentence looks alike, so the field must be below another one of the same definition. In dense
        scripts a primitive type in brackets begins no sentence.
        """
        field = self.grammar.described_field.fullmatch(line.text)
        if field is None:
            return None
        parent = field["name"].rpartition(".")[0]
        if parent:
            names = {part.name for part in self._current_parts() if isinstance(part, Bullet)}
            is_field = parent in names
        elif self.locale.is_dense:
            is_field = field["word"] in PRIMITIVES and not self._follows_text(line)
        else:
            is_field = False
        if is_field:
            return field
        return None

    def _follows_text(self, line: Line) -> bool:
        """Return whether a line goes on with the text of the line above."""
        return line.number > 1 and bool(self.lines[line.number - 2].text)

    def _read_line(self, number: int) -> int:
        """Read the part that begins at a line, and return the number of the line behind it."""
        line = self.lines[number]
        if not line.text:
            return number + 1
        heading = self._read_heading(number)
        if heading is not None:
            self.parts.append(heading)
            return number + 1
        if self.grammar.is_table_head(line):
            return self._read_table(number)
        bullet = self._match_bullet(line)
        if bullet is not None:
            self.parts.append(
                Bullet(
                    name=bullet["name"],
                    rest=bullet["rest"],
                    markdown=line.text,
                    span=self._span(line),
                )
            )
            return number + 1
        return self._read_text(number)

    def _read_heading(self, number: int) -> Heading | None:
        line = self.lines[number]
        span = self._span(line)
        if self.is_parameter_page:
            if not self._is_parameter_heading(number):
                return None
            return Heading(level=2, text=line.text, anchor=line.text, span=span)
        following = self._following(number)
        operation = _OPERATION.fullmatch(line.text)
        is_part = any(self.grammar.means(line.text, part) for part in PARTS)
        if operation and following is not None and not is_part and self._is_request(following):
            self.in_operations = True
            return Heading(
                level=3, text=operation["title"] or "", code=operation["verb"], span=span
            )
        if self.in_operations and is_part:
            return Heading(level=4, text=line.text, span=span)
        if self.grammar.means(line.text, "operations") and (
            following is None or self._begins_operation(number)
        ):
            self.in_operations = True
            return Heading(level=2, text=line.text, anchor="Operations", span=span)
        if self.in_operations:
            return None
        translated = _TRANSLATED_SECTION.fullmatch(line.text)
        name = translated["name"] if translated else line.text
        if self._is_section(number, name, following):
            self.section = name
            self.kind = self.kind or name
            return Heading(level=2, text=line.text, anchor=name, span=span)
        if self._has_lost_name(number):
            self.section = line.text
            return Heading(level=2, text=line.text, span=span)
        if self._is_category(line, following):
            return Heading(level=3, text=line.text, span=span)
        return None

    def _is_parameter_heading(self, number: int) -> bool:
        """Return whether a line is the name of a common parameter: a word between two sentences."""
        text = self.lines[number].text
        if not NAME.fullmatch(text) or not text[0].islower():
            return False
        following = self._following(number)
        return following is not None and NAME.fullmatch(following.text) is None

    def _is_request(self, line: Line) -> bool:
        """Return whether a line is the heading of a request, or a request without its heading."""
        return self.grammar.means(line.text, "http_request") or bool(REQUEST.fullmatch(line.text))

    def _begins_operation(self, number: int) -> bool:
        """Return whether the next two lines are the headings of an operation and of its request."""
        below = [line for line in self.lines[number + 1 : number + 50] if line.text][:2]
        return len(below) == 2 and self._is_request(below[1])

    def _is_section(self, number: int, name: str, following: Line | None) -> bool:
        """Return whether a line is the name of a definition, by the types of the page or by what is
        below.
        """
        if not NAME.fullmatch(name) or not name[0].isupper() or following is None:
            return False
        if "\t" in following.raw and not self.grammar.is_table_head(following):
            return False  # the name of a field, with its type below
        if name == self.section and self.parts and isinstance(self.parts[-1], Heading):
            return False  # a description of nothing but the name
        if self.section and self.grammar.field.fullmatch(following.text):
            # without a description it is a heading among the fields, or the definition of a type of
            # the kind
            return name in self.types and name.startswith(self.kind)
        if name in self.types or not (self.section or self.parts) or self._has_table_below(number):
            return True
        return (
            following.text.startswith((f"{name} ", f"{name}是", f"{name}是"))
            or name.removesuffix("List") in self.types
        )

    def _has_lost_name(self, number: int) -> bool:
        """Return whether a line is the translated heading of a definition, whose name was in its
        anchor.

        It stands between two sentences, the second of which describes a definition with fields.
        """
        if not self.locale.is_dense or not _TRANSLATED_HEADING.fullmatch(self.lines[number].text):
            return False
        above = self.parts[-1] if self.parts else None
        if (
            not isinstance(above, TextBlock)
            or not above.is_inside
            or not ends_sentence(above.plain)
        ):
            return False
        below = [line for line in self.lines[number + 1 : number + 50] if line.text][:2]
        if len(below) < 2 or not ends_sentence(below[0].text):
            return False
        field = self.grammar.field.fullmatch(below[1].text)
        return field is not None and "." not in field["name"]

    def _has_table_below(self, number: int) -> bool:
        """Return whether the next line with tabs is the head of a table, so that only a description
        is between.
        """
        for line in self.lines[number + 1 : number + 1 + _LONGEST_DESCRIPTION]:
            if "\t" in line.raw:
                return self.grammar.is_table_head(line)
        return False

    def _is_category(self, line: Line, following: Line | None) -> bool:
        """Return whether a line is a heading among the fields: some words without a stop between a
        text and a field.
        """
        if following is None or not self.parts or not isinstance(self.parts[-1], TextBlock):
            return False
        field = self.grammar.field.fullmatch(following.text)
        if field is None or "." in field["name"]:
            return False  # a type with headings among its fields has a definition of its own
        if _CATEGORY.fullmatch(line.text):
            return True
        return self.locale.is_dense and _WIDE_CATEGORY.fullmatch(line.text) is not None

    def _read_text(self, number: int) -> int:
        """Read a paragraph, up to a blank line or the next heading or bullet."""
        begin = number
        lines = [self.lines[number]]
        number += 1
        while number < len(self.lines) and self.lines[number].text:
            line = self.lines[number]
            if (
                self._match_bullet(line)
                or self._read_heading_softly(number)
                or self.grammar.is_table_head(line)
            ):
                break
            lines.append(line)
            number += 1
        self.text_lines += lines
        text = "\n".join(line.text for line in lines)
        is_first = bool(self.parts) and (
            isinstance(self.parts[-1], Bullet)
            or (isinstance(self.parts[-1], TextBlock) and self.parts[-1].markdown.startswith("*"))
        )
        if is_first:
            markdown = restore_annotations(text, self.locale)
        else:
            markdown = text
        inside = any(
            isinstance(part, Bullet) for part in self._current_parts()
        ) and not self._is_response(text)
        self.parts.append(
            TextBlock(
                markdown=markdown, plain=text, is_inside=inside, span=self._span(self.lines[begin])
            )
        )
        return number

    def _read_heading_softly(self, number: int) -> bool:
        """Return whether a line is a heading, without reading it."""
        before = self.section, self.kind, self.in_operations
        heading = self._read_heading(number)
        self.section, self.kind, self.in_operations = before
        return heading is not None

    def _is_response(self, text: str) -> bool:
        return self.in_operations and self.response.match(text) is not None

    def _current_parts(self) -> Iterator[Part]:
        """Yield the parts from the last one back to the heading above."""
        for part in reversed(self.parts):
            if isinstance(part, Heading) and part.level != 3:
                return
            yield part

    def _read_table(self, number: int) -> int:
        """Read a table, up to the next heading.

        The cell of a name goes on below it, and texts have lines of their own.
        """
        head = self.lines[number]
        heads = tuple(head.cells())
        rows: list[list[list[str]]] = []
        spans: list[Span] = []
        number += 1
        while number < len(self.lines):
            line = self.lines[number]
            if self.grammar.is_table_head(line):
                break
            name = rows[-1][0][0] if rows else ""
            if not begins_row(self.lines, number, len(heads), name, self.grammar):
                if self._read_heading_softly(number):
                    break
                if rows:
                    rows[-1][-1].append(line.text)
                elif line.text:
                    break
                number += 1
                continue
            cells: list[list[str]] = [[]]
            if "\t" not in line.raw and not has_tab_below(self.lines, number, self.grammar):
                self.rows_without_tab.append(line)
                rows.append([[line.text], []])
                spans.append(self._span(line))
                number += 1
                continue
            while "\t" not in self.lines[number].raw:
                cells[0].append(self.lines[number].text)
                number += 1
            for at, text in enumerate(self.lines[number].raw.split("\t", len(heads) - 1)):
                if at:
                    cells.append([])
                cells[-1].append(" ".join(text.split()))
            rows.append(cells)
            spans.append(self._span(line))
            number += 1
        self.parts.append(
            RenderedTable(
                heads=heads,
                rows=tuple(
                    tuple(
                        Cell(
                            markdown="\n".join(cell).strip(),
                            plain="\n".join(cell).strip(),
                            span=span,
                        )
                        for cell in row
                    )
                    for row, span in zip(rows, spans, strict=True)
                ),
                span=self._span(head),
            )
        )
        return number
