"""Views of pages with bullets, as templates see them.

Every text is already escaped. Templates add only labels and blank lines.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from codegen.outputs.docs.shared.builder import FrontView


class RowView(Struct, kw_only=True):
    """A bullet with its first line, its text and an inline definition, all indented.

    `english` is the same row for the comment before it, if a part of it is translated.
    """

    head: str
    text: str = ""
    inlined: str = ""
    indent: str = ""
    english: RowView | None = None


class CategoryView(Struct, frozen=True, kw_only=True):
    """Rows below a heading of their own."""

    heading: str
    english_heading: str
    rows: list[RowView]


class SectionView(Struct, frozen=True, kw_only=True):
    """A definition. `english` is its description for the comment, or empty."""

    heading: str
    text: str
    english: str
    rows: Sequence[RowView]
    categories: Sequence[CategoryView]


class OperationView(Struct, frozen=True, kw_only=True):
    """View of an operation."""

    heading: str
    english_heading: str
    request: str
    parameters: Sequence[RowView]
    responses: Sequence[str]


class PageView(Struct, frozen=True, kw_only=True):
    """A page. `exact` pages name their origin as machine-made ones do, others by `notice`."""

    exact: bool
    notice: str
    front: FrontView
    english_front: FrontView
    api_version: str
    import_path: str
    sections: Sequence[SectionView]
    operations: Sequence[OperationView]
