"""Records of source forms, such as page layouts and documents."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from codegen.core.diagnostics import Report
from codegen.core.locales import Locale
from codegen.core.source import Source
from codegen.model import Reference
from codegen.readers.page_tree import PageTree

# Facts that only documents state; no layout of pages can express them.
DOCUMENT_FACTS = frozenset(("keywords", "media-types", "deprecated", "operation-kinds"))


class SourceForm(Struct, frozen=True, kw_only=True):
    """A form of source. `recognises` decides by the text alone, and is cheap: every file is shown to it.

    `precedence` is its place among those that are asked, lower first: a form whose sign others have too comes after them. `exactness` says
    whose structure counts where several sources document one type, lower first. `unsupported_facts` are the facts that it cannot
    express, so that their absence means nothing to `drift.compare`, which knows them by these names. `noun` is what people call it.
    """

    name: str
    noun: str = "reference page"
    recognises: Callable[[Source], bool]
    precedence: int = 100
    exactness: int = 5
    unsupported_facts: frozenset[str] = frozenset()

    def supports(self, fact: str) -> bool:
        """Return whether this form can express a fact."""
        return fact not in self.unsupported_facts and fact not in DOCUMENT_FACTS


class Layout(SourceForm, frozen=True, kw_only=True):
    """A page layout. `read` gives a page as a tree whose `layout` is `name`; deviations from the grammar go to the report.

    `links_by_name` says that its pages look link targets up by the bare name, so that a link may lead to another group's type.
    """

    read: Callable[[Source, Locale, Report], PageTree]
    links_by_name: bool = False


class DocumentForm(SourceForm, frozen=True, kw_only=True):
    """A form of documents with full keys. `read` gives a reference whose prose is of the locale of this tag."""

    read: Callable[[Source, Report, str], Reference]

    def supports(self, fact: str) -> bool:
        """Return whether this form can express a fact."""
        return fact not in self.unsupported_facts
