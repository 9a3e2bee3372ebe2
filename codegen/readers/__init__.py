"""The page layouts that are read. One layout = one module with `recognises` and `read`, and one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from codegen.diagnostics import Report
from codegen.page_tree import PageTree
from codegen.readers import list_layout, table_layout
from codegen.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReader:
    """`recognises` decides by the text alone; `read` takes source, locale and report, and returns the page."""

    recognises: Callable[[Source], bool]
    read: Callable[[Source, str, Report], PageTree]


READERS: dict[str, PageReader] = {
    table_layout.LAYOUT: PageReader(recognises=table_layout.recognises, read=table_layout.read),
    list_layout.LAYOUT: PageReader(recognises=list_layout.recognises, read=list_layout.read),
}


def layout_of(source: Source) -> str:
    """The layout of a page, or an empty string for a text that is no reference page."""
    return next((layout for layout, reader in READERS.items() if reader.recognises(source)), "")
