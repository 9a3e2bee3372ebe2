"""Reading of table pages, English and translated, into page trees.

    ## Plot {#Plot} ... <hr> <table> Field | Description ... ## Operations {#Operations} ### `post` Create ...

A page is cut at its headings. `tables` finds the tables below each heading, and `rows` and `cells`
read them. The layout loses the values of maps, the formats of integers and some types. These are
marked as lost and never guessed. Each deviation is reported at its location, and the reading goes
on.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from codegen.core.diagnostics import Report
from codegen.core.locales import Locale
from codegen.core.source import Source
from codegen.readers.page_tree import FieldRow, OperationBlock, PageTree, Section, nest_rows
from codegen.readers.shared.blocks import Block, find_blocks
from codegen.readers.shared.front_matter import IMPORT, read_head
from codegen.readers.shared.page import PageText
from codegen.readers.shared.page_checks import check_page
from codegen.readers.table.cells import clean_section, unescape_html
from codegen.readers.table.operations import read_operation
from codegen.readers.table.rows import (
    RULE,
    read_fields,
    read_texts,
    report_leftover,
    report_leftovers,
)
from codegen.readers.table.tables import find_pipe_tables, find_tables

# The first line of a section of another package, in pages written by this tool.
_OWN_IMPORT = re.compile(rf"\s*+{IMPORT.pattern}[ \t]*+(?:\n|\Z)")


def read(source: Source, locale: Locale, report: Report) -> PageTree:
    """Read one page, reporting deviations from the grammar. Never raises for the text of a page."""
    page = PageText(source, locale, report)
    head = read_head(page)
    check_page(page, head.start)
    if head.start and not (head.has_version and head.has_import):
        page.warn(
            "head-incomplete",
            f"the page has no {'import' if head.has_version else 'apiVersion'} line above its first section",
            head.end,
            'write `apiVersion: group/version` and `import "package"` below the front matter',
        )
    sections, operations = _read_blocks(page, head.end)
    if not sections and not operations:
        page.error(
            "page-empty",
            "no definition or operation was found",
            max(0, len(page.text.rstrip()) - 1),
            "is the page cut off after its front matter? get it again from its source",
            is_cut=True,
        )
    return PageTree(
        path=source.relative,
        layout="table",
        locale=locale.tag,
        front=replace(head.front, description=unescape_html(head.front.description)),
        sections=tuple(sections),
        operations=tuple(operations),
        is_cut=page.is_cut,
        span=source.whole,
    )


def _read_blocks(page: PageText, start: int) -> tuple[list[Section], list[OperationBlock]]:
    """Read each block.

    A comment anywhere after the previous heading may have the English of a heading.
    """
    sections: list[Section] = []
    operations: list[OperationBlock] = []
    english_from = start
    announced: Block | None = None
    for block in find_blocks(page, start, "")[1:]:
        if block.kind == "section":
            sections.append(_read_section(page, block))
            english_from = block.body
        elif block.kind == "operations":
            announced = block
            report_leftover(page, block.body, block.end, "below the heading of the operations")
        elif block.kind == "operation":
            if operation := read_operation(page, block, english_from):
                operations.append(operation)
            english_from = block.body
    if announced and not operations:
        page.report_missing(
            "operations-missing",
            "there is no operation below the heading of the operations",
            announced.start,
            announced.end,
            "remove the heading, or check whether the page is cut off here",
            arguments=(announced.name,),
        )
    return sections, operations


def _read_section(page: PageText, block: Block) -> Section:
    rule = RULE.search(page.text, block.body, block.end)
    tables = find_tables(page, block.body, block.end)
    if rule is None and not tables and page.ends_at(block.end):
        page.error(
            "page-cut",
            f"the page ends in the description of {block.name!r}",
            block.start,
            "get the whole page again from its source; a definition without fields ends in <hr>",
            is_cut=True,
            arguments=(block.name,),
        )
    elif rule is None:
        page.warn(
            "rule-missing",
            f"there is no <hr> after the description of {block.name!r}",
            block.start,
            "write <hr> before the table, or check whether the page is cut off here",
            arguments=(block.name,),
        )
    begin, end = block.body, min([block.end, *(table.start for table in tables[:1])])
    if rule is not None:
        end = min(end, rule.start())
        tables = tables or find_pipe_tables(page, rule.end(), block.end)
        report_leftovers(page, (rule.end(), block.end), tables)
    package = _OWN_IMPORT.match(page.text, begin, end)
    rows: dict[str, FieldRow] = {}
    for table in tables:
        for row in read_fields(page, table):
            page.add_row(rows, row.path, row)
    return Section(
        name=block.name,
        anchor=block.anchor,
        texts=read_texts(page, (package.end() if package else begin, end), clean_section),
        rows=nest_rows(rows, page.report),
        import_path=package["value"] if package else "",
        span=page.span(block.start),
    )
