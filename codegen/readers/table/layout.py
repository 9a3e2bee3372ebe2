"""Reading of table pages, English and translated, into page trees.

    ## Plot {#Plot} ... <hr> <table> Field | Description ... ## Operations {#Operations} ### `post` Create ...

A page is cut at its headings; `table_scanner` finds the tables below each, `rows` and `cells` read them.
What the layout lost is reported, not guessed: the values of maps, the formats of integers, types that are not printed. What
does not fit is reported at its place, and the reading goes on.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from codegen.core.diagnostics import Report
from codegen.core.locales import Locale
from codegen.core.source import Source
from codegen.readers.page_tree import FieldRow, FrontMatter, OperationBlock, PageTree, Section
from codegen.readers.shared import front_matter
from codegen.readers.shared.comments import Comments
from codegen.readers.shared.front_matter import API_VERSION, IMPORT
from codegen.readers.table.cells import unescape_html
from codegen.readers.table.headings import NAME, Heading, find_blocks, report_unknown_heading
from codegen.readers.table.operations import OperationReader
from codegen.readers.table.rows import RULE, TableRows

LAYOUT = "table"
_MAX_DOTS = 16

# A section of another package than the page says so in its first line: pages that this tool writes do.
_OWN_IMPORT = re.compile(rf"\s*+{IMPORT.pattern}[ \t]*+(?:\n|\Z)")


def read(source: Source, locale: Locale, report: Report) -> PageTree:
    """Read one page, reporting deviations from the grammar. Never raises for the text of a page."""
    return _PageReader(source, locale, report).page()


class _PageReader:
    def __init__(self, source: Source, locale: Locale, report: Report) -> None:
        self.source = source
        self.locale = locale
        self.report = report
        self.comments = Comments(source, report)
        self.text = self.comments.shown
        self.rows = TableRows(source, self.comments, locale, report)
        self.front = FrontMatter()
        self.english_front = FrontMatter()

    # ------------------------------------------------------------------------------------------------- the page

    def page(self) -> PageTree:
        start, headed = self._front_matter()
        found = find_blocks(self.rows, start)
        self._head(start, found[0].start if found else len(self.text), headed=headed)
        sections, operations = self._contents(found, start)
        if not sections and not operations:
            self.report.warning(
                "page-empty",
                "no definition or operation was found",
                self.source.whole,
                "is the page cut off after its head?",
            )
        return PageTree(
            path=self.source.relative,
            layout=LAYOUT,
            locale=self.locale.tag,
            front=self.front,
            sections=tuple(sections),
            operations=tuple(operations),
            span=self.source.whole,
            english_front=self.english_front,
        )

    def _contents(self, found: list[Heading], start: int) -> tuple[list[Section], list[OperationBlock]]:
        """Read each block. The English of a heading may stand in a comment anywhere after the heading before it."""
        sections: list[Section] = []
        operations: list[OperationBlock] = []
        anchors: dict[str, str] = {}
        reader = OperationReader(self.rows)
        english_from = start
        announced: Heading | None = None
        for block in found:
            if block.kind == "section":
                sections.append(self._section(block, anchors))
                english_from = block.body
            elif block.kind == "operations":
                announced = block
                self.rows.leftover(block.body, block.own_end, "below the heading of the operations")
                for part in block.parts:
                    report_unknown_heading(self.rows, part, "### `verb` Title before it")
            elif block.kind == "operation":
                if operation := reader.read(block, english_from):
                    operations.append(operation)
                english_from = block.body
            else:
                report_unknown_heading(self.rows, block, "`## Kind {#Kind}` or ### `verb` Title")
        if announced and not operations:
            self.report.warning(
                "operations-missing",
                "there is no operation below the heading of the operations",
                self.source.span(announced.start),
                "remove the heading, or check whether the page is cut off here",
            )
        return sections, operations

    def _front_matter(self) -> tuple[int, bool]:
        """Read the front matter and return its end, and whether there is one."""
        head = front_matter.checked_head(self.text, self.source, self.report)
        if head is None:
            return 0, False
        self.front = replace(head.front, description=unescape_html(head.front.description))
        return head.end, True

    def _head(self, start: int, end: int, *, headed: bool) -> None:
        """Read the lines between front matter and first heading, and the English front matter in a comment."""
        for _, content in self.comments.between(start, end):
            if "api_metadata:" in content and not self.english_front.kind:
                english = front_matter.parse(content)
                self.english_front = replace(english, description=unescape_html(english.description))
        found = API_VERSION.search(self.text, start, end)
        if found:
            front_matter.compare("apiVersion", self.front.api_version, found, self.source, self.report)
            self.front = replace(self.front, api_version=self.front.api_version or found["value"])
        package = IMPORT.search(self.text, start, end)
        if package:
            front_matter.compare("import", self.front.import_path, package, self.source, self.report)
            self.front = replace(self.front, import_path=self.front.import_path or package["value"])
        if headed and not (found and package):
            what = "apiVersion" if not found else "import"
            self.report.warning(
                "head-incomplete",
                f"the page has no {what} line above its first section",
                self.source.span(min(end, len(self.text))),
                'write `apiVersion: group/version` and `import "package"` below the front matter',
            )

    # ------------------------------------------------------------------------------------------------ sections

    def _section(self, block: Heading, anchors: dict[str, str]) -> Section:
        span = self.source.span(block.start)
        name = self._section_name(block, anchors)
        rule = RULE.search(self.text, block.body, block.own_end)
        tables = self.rows.scanner.tables(block.body, block.own_end)
        if rule is None:
            self.report.warning(
                "rule-missing",
                f"there is no <hr> after the description of {name!r}",
                span,
                "write <hr> before the table, or check whether the page is cut off here",
            )
        begin, end = block.body, min([block.own_end, *(table.start for table in tables[:1])])
        if rule is not None:
            end = min(end, rule.start())
            tables = tables or self.rows.scanner.pipe_tables(rule.end(), block.own_end)
            self.rows.leftovers(rule.end(), block.own_end, tables)
        package = _OWN_IMPORT.match(self.text, begin, end)
        rows = [row for table in tables for row in self.rows.field_rows(table)]
        return Section(
            name=name,
            anchor=block.anchor,
            texts=self.rows.section_texts(package.end() if package else begin, end),
            rows=self._nest_rows(rows),
            import_path=package["value"] if package else "",
            span=span,
        )

    def _section_name(self, block: Heading, anchors: dict[str, str]) -> str:
        """Return the name of a section, reporting problems of its heading. `anchors` are those of the sections before it."""
        name, anchor, span = block.name, block.anchor, self.source.span(block.start)
        if not NAME.fullmatch(name):
            self.report.warning(
                "name-unreadable",
                f"{name[:60]!r} is not a definition name; its anchor {anchor!r} is used",
                span,
                "names are never translated; take the name from the English page",
            )
            return anchor
        if not anchor:
            self.report.warning(
                "anchor-missing",
                f"the heading {name!r} has no anchor",
                span,
                f"write `## {name} {{#{name}}}`: links lead to the anchor",
            )
        elif anchors.setdefault(anchor, name) != name:
            self.report.warning(
                "anchor-twice",
                f"two sections have the anchor {anchor!r}; links lead to the first",
                span,
                f"write `## {name} {{#{name}}}`",
            )
        return name

    def _nest_rows(self, rows: list[FieldRow]) -> tuple[FieldRow, ...]:
        """Put rows with dots in their names below the row that their prefix names, if there is one."""
        if not any("." in row.path for row in rows):
            return tuple(rows)
        by_path = {row.path: row for row in rows}
        below: dict[str, list[str]] = {}
        for path, row in by_path.items():
            if path.count(".") > _MAX_DOTS:
                self.report.warning(
                    "name-too-deep", f"{path[:60]!r} has more than {_MAX_DOTS} dots", row.span, "correct the name"
                )
                continue
            parent = path.rpartition(".")[0]
            while parent and parent not in by_path:
                parent = parent.rpartition(".")[0]
            if parent:
                below.setdefault(parent, []).append(path)
        for parent in sorted(below, key=lambda path: -path.count(".")):
            by_path[parent] = replace(by_path[parent], children=tuple(by_path[path] for path in below[parent]))
        nested = {path for paths in below.values() for path in paths}
        return tuple(row for path, row in by_path.items() if path not in nested)
