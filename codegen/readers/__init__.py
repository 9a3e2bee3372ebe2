"""The page layouts that are read.

One layout = one module with `read`, its sign in `recognise`, and one line in `READERS`. A reader is loaded when its first page comes.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from msgspec import Struct

from codegen.core.locales import Locale
from codegen.core.source import Source
from codegen.findings.diagnostics import Report
from codegen.readers import recognise
from codegen.readers.page_tree import PageTree


class PageReader(Struct, frozen=True, kw_only=True):
    """`recognises` decides by the text alone; `module` has `read`, which takes source, locale and report."""

    recognises: Callable[[Source], bool]
    module: str

    def read(self, source: Source, locale: Locale, report: Report) -> PageTree:
        """The page as a tree. Deviations from the grammar go to the report."""
        page: PageTree = import_module(self.module).read(source, locale, report)
        return page


READERS: dict[str, PageReader] = {
    "table": PageReader(recognises=recognise.is_table_page, module="codegen.readers.table.layout"),
    "list": PageReader(recognises=recognise.is_list_page, module="codegen.readers.list.layout"),
}


def layout_of(source: Source) -> str:
    """The layout of a page, or an empty string for a text that is no reference page."""
    return next((layout for layout, reader in READERS.items() if reader.recognises(source)), "")
