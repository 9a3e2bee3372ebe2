"""What a page of bullets prints, in its order, as finished values.

Every text in a view has passed its filter; the templates add nothing but the words and blank lines of the layout.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from codegen.outputs.docs.shared.builder import FrontView


class RowView(Struct, kw_only=True):
    """One bullet: its first line, the text below, and the definition written out below that; all indented.

    `english` is the same row for the comment before it, where the row says something that is translated.
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
    """One definition; `english` is its description for the comment, or empty."""

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
    """One page. `exact` pages say what the machine-made pages of kubernetes.io say about their origin, others `notice`."""

    exact: bool
    notice: str
    front: FrontView
    english_front: FrontView
    api_version: str
    import_path: str
    sections: Sequence[SectionView]
    operations: Sequence[OperationView]
