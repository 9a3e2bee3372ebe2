"""Records of source forms, such as page layouts and documents."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from codegen.core.diagnostics import Report
from codegen.core.locales import Locale
from codegen.core.source import Source
from codegen.model import Reference
from codegen.readers.page_tree import PageTree

# Facts that documents can state and pages cannot.
DOCUMENT_FACTS = frozenset(("keywords", "media-types", "deprecated", "operation-kinds"))


class SourceForm(Struct, frozen=True, kw_only=True):
    """A form of source.

    `recognises` decides by the text alone. It has to be cheap, since it sees every file. Forms with
    a lower `precedence` are asked first. Where several sources document one type, the form with the
    lowest `exactness` decides its structure. `unsupported_facts` are facts that the form cannot
    express, so their absence is no difference. `Context.supports` in `drift.compare` takes the
    same names. `noun` names the form in messages.
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
    """A page layout.

    `read` returns a page as a tree whose `layout` is `name`, and reports deviations from the
    grammar. `links_by_name` is true if the pages find link targets by the bare name, so that a link
    may lead to a type of another group.
    """

    read: Callable[[Source, Locale, Report], PageTree]
    links_by_name: bool = False


class DocumentForm(SourceForm, frozen=True, kw_only=True):
    """A form of documents with full keys.

    `read` returns a reference with its prose in the locale of the given tag.
    """

    read: Callable[[Source, Report, str], Reference]

    def supports(self, fact: str) -> bool:
        """Return whether this form can express a fact."""
        return fact not in self.unsupported_facts
