"""Parts of a rendered page, in the order of the page, whatever they were read from.

A page as HTML and a page as copied text become the same parts: headings, rules, texts, the first
lines of bullets, and tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from codegen.core.diagnostics import Span


class Link(Struct, frozen=True, kw_only=True):
    """A link with its text. `page` is empty for a link to the page itself."""

    text: str = ""
    page: str = ""
    anchor: str = ""


class Heading(Struct, frozen=True, kw_only=True):
    """A heading. `code` is the text in backticks at its start, such as the verb of an operation."""

    level: int
    text: str
    anchor: str = ""
    code: str = ""
    span: Span


class HorizontalLine(Struct, frozen=True, kw_only=True):
    """A horizontal line, which ends the description of a definition."""

    span: Span


class TextBlock(Struct, frozen=True, kw_only=True):
    """A paragraph or another block of a description, in Markdown, with its links.

    `plain` is its text without marks. `is_inside` tells whether it is part of a bullet.
    """

    markdown: str
    plain: str
    links: tuple[Link, ...] = ()
    is_inside: bool = False
    span: Span


class Bullet(Struct, frozen=True, kw_only=True):
    """The first line of a field or parameter. `rest` is the plain text behind the name."""

    name: str
    rest: str
    markdown: str
    link: Link | None = None
    span: Span


class Cell(Struct, frozen=True, kw_only=True):
    """A cell of a table, in Markdown and as plain text with its line breaks."""

    markdown: str
    plain: str
    link: Link | None = None
    span: Span


class RenderedTable(Struct, frozen=True, kw_only=True):
    """A table with the words of its head, and the cells of its rows."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    span: Span


class Omitted(Struct, frozen=True, kw_only=True):
    """A block or text that is not read. `reason` says where it is, such as `inside <nav>`."""

    reason: str
    plain: str
    span: Span


Part = Heading | HorizontalLine | TextBlock | Bullet | RenderedTable | Omitted


class PartGroup(Struct, kw_only=True):
    """The parts below one heading.

    `kind` is section, operations, operation, or empty for another heading.

    `is_last` is true for the last group of a page, behind which the site goes on.
    """

    kind: str
    heading: Heading
    name: str = ""
    parts: list[Part] = field(default_factory=list)
    is_last: bool = False


class OperationParts(Struct, frozen=True, kw_only=True):
    """The request of an operation, and its parts by kind.

    Those below no known heading have an empty kind.
    """

    method: str
    path: str
    parts: Mapping[str, Sequence[Part]]

    def list_all(self) -> list[Part]:
        """Return the parts of all kinds, for an operation that lacks a heading."""
        return [part for inner in self.parts.values() for part in inner]


class RenderedPage(Struct, frozen=True, kw_only=True):
    """The parts of a page below the two lines of its head, with the values of these.

    `is_copied` is true for text without links, and without a site around it. `outside` has the
    parts above the two lines, which belong to the site. `second_page` is the location of another
    page in the same file.
    """

    title: str
    api_version: str
    import_path: str
    parts: tuple[Part, ...]
    end: Span
    is_copied: bool = False
    outside: tuple[Part, ...] = ()
    second_page: Span | None = None
