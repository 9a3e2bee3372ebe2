"""The contents of reference pages, in page order."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable

from codegen.core.diagnostics import Span
from codegen.model.definitions import Field
from codegen.model.record import Record, TaggedRecord


class PageSection(Record, frozen=True, kw_only=True):
    """A heading of a page and the definition below it.

    An empty `anchor` is a page without that heading.

    On a page of shared parameters, `key` is the prose id of the parameter. `fields` has the order
    of this section if it differs from the order of the definition.
    """

    key: str
    anchor: str
    fields: tuple[Field, ...] = ()


class Page(TaggedRecord, frozen=True, kw_only=True):
    """The contents of a reference page, in its order.

    `path` is relative to the source folder, with `/`.

    `auto_generated` marks a machine-made source, which can be reproduced byte for byte.
    """

    path: str
    layout: str
    locale: str
    kind: str
    api_version: str
    import_path: str
    title: str
    description: str
    weight: int | None
    auto_generated: bool = False
    sections: tuple[PageSection, ...] = ()
    operations: tuple[str, ...] = ()
    span: Span

    @property
    def section_keys(self) -> tuple[str, ...]:
        """The keys of its sections, in their order."""
        return tuple([section.key for section in self.sections])


def main_locale(pages: Iterable[Page]) -> str:
    """Return the locale with the most documented content, or empty without pages."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts[page.locale] += len(page.sections) + len(page.operations)
    return min(counts, key=lambda tag: (-counts[tag], tag), default="")


def page_key(path: str) -> str:
    """Return a page path without ending and locale, such as `a/b` for `a/b.zh-cn.md`."""
    folder, _, name = path.rpartition("/")
    return posixpath.join(folder, name.split(".")[0])
