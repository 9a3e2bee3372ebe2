"""Reading of the blocks of an HTML page: headings, paragraphs, lists of fields, and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element
from msgspec.structs import replace

from codegen.core.diagnostics import Span
from codegen.core.limits import HTML_LEVELS
from codegen.readers.rendered.html_markdown import (
    BLOCKS,
    block_markdown,
    convert_inline_element,
    find_rows,
    inline_markdown,
    is_hidden,
    read_link,
    tag_of,
    tidy_lines,
)
from codegen.readers.rendered.html_text import (
    find_name,
    find_name_without_type,
    has_field_names,
    is_unfinished,
    plain_text,
    visible_text,
)
from codegen.readers.rendered.parts import (
    Bullet,
    Cell,
    Heading,
    HorizontalLine,
    Link,
    Omitted,
    Part,
    RenderedTable,
    TextBlock,
)

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
CONTAINERS = BLOCKS - HEADINGS - frozenset(("p", "pre", "ul", "ol", "table", "hr", "blockquote"))
_ATTRIBUTES = re.compile(r"\s*\{#(?P<anchor>[^{}\s]*)\s*\}\s*\Z")
_SPACE = re.compile(r"\s+")
_LISTS = ("ul", "ol")
_TABLE_PARTS = ("thead", "tbody", "tfoot")


class BlockReader:
    """A reader of blocks. `page_name` is the last part of the URL of the page."""

    def __init__(self, path: str, page_name: str) -> None:
        self.path = path
        self.page_name = page_name

    def span(self, element: _Element) -> Span:
        """Return the location of an element."""
        return Span(path=self.path, line=element.sourceline or 1, column=1)

    def read_run(self, run: list[_Element | str], near: _Element) -> Iterator[Part]:
        """Read a text that stands between blocks."""
        first: _Element | None = None
        pieces: list[str] = []
        texts: list[str] = []
        links: list[Link] = []
        for node in run:
            if isinstance(node, str):
                pieces.append(node)
                texts.append(node)
                continue
            first = node if first is None else first
            pieces.append(convert_inline_element(node))
            texts.append(visible_text(node))
            links.extend(self._find_links(node))
        markdown = tidy_lines("".join(pieces))
        if markdown.strip():
            yield TextBlock(
                markdown=markdown,
                plain=plain_text("".join(texts)),
                links=tuple(links),
                span=self.span(near if first is None else first),
            )

    def read_block(self, element: _Element, *, is_inside: bool) -> Iterator[Part]:
        """Read a block that is no container."""
        tag = tag_of(element)
        if tag in HEADINGS:
            yield self._read_heading(element)
        elif tag == "hr":
            yield HorizontalLine(span=self.span(element))
        elif tag == "table" and not is_inside:
            yield self._read_table(element)
            yield from self._find_text_outside_cells(element)
        elif tag in ("ul", "ol"):
            yield from self._read_list(element, is_inside=is_inside)
        else:
            yield from self._read_text(element, is_inside=is_inside)

    def _read_text(self, element: _Element, *, is_inside: bool) -> Iterator[TextBlock]:
        if tag_of(element) == "p":
            markdown = tidy_lines(inline_markdown(element))
        else:
            markdown = block_markdown(element)
        if markdown:
            yield TextBlock(
                markdown=markdown,
                plain=plain_text(visible_text(element)),
                links=self._find_links(element),
                is_inside=is_inside,
                span=self.span(element),
            )

    def _read_heading(self, element: _Element) -> Heading:
        anchor = element.get("id") or ""
        for child in element.iter("a", "span"):
            anchor = anchor or child.get("id") or child.get("name") or ""
        parent = element.getparent()
        if not anchor and parent is not None and tag_of(parent) in ("section", "div"):
            anchor = parent.get("id") or ""
        code = ""
        for child in element:
            if is_hidden(child):
                continue
            first = child
            while tag_of(first) == "a" and len(first) and not (first.text or "").strip():
                first = first[0]
            if tag_of(first) == "code" and not (element.text or "").strip():
                code = plain_text(visible_text(first))
            break
        text = plain_text(visible_text(element))
        if attributes := _ATTRIBUTES.search(text):  # GitHub shows them
            anchor = attributes["anchor"]
            text = text[: attributes.start()]
        if code:
            text = text.removeprefix(code).strip()
        return Heading(
            level=int(tag_of(element)[1]),
            text=text,
            anchor=anchor,
            code=code,
            span=self.span(element),
        )

    def _find_links(self, element: _Element) -> tuple[Link, ...]:
        links = [link for link in element.iter("a") if link.get("href") and not is_hidden(link)]
        return tuple(
            read_link(link, self.page_name, plain_text(visible_text(link))) for link in links
        )

    def _find_type_link(self, element: _Element) -> Link | None:
        for link in element.iter("a"):
            if link.get("href") and not is_hidden(link):
                return read_link(link, self.page_name)
        return None

    def _read_list(
        self, element: _Element, *, is_inside: bool, owner: str = "", level: int = 0
    ) -> Iterator[Part]:
        """Read a list of fields or parameters, with the lists inside. Any other list is a text.

        `owner` is the field that has the list.
        """
        items = [child for child in element if tag_of(child) == "li"]
        if not has_field_names(items, owner) or level > HTML_LEVELS:
            if markdown := block_markdown(element):
                plain = plain_text(visible_text(element))
                yield TextBlock(
                    markdown=markdown,
                    plain=plain,
                    links=self._find_links(element),
                    is_inside=is_inside,
                    span=self.span(element),
                )
            return
        for item in items:
            yield from self._read_item(item, level)

    def _read_item(self, item: _Element, level: int) -> Iterator[Part]:
        start = find_name(item) or find_name_without_type(item)
        if start is None:
            if markdown := block_markdown(item):
                text = "- " + markdown.replace("\n", "\n  ")
                yield TextBlock(
                    markdown=text,
                    plain=plain_text(visible_text(item)),
                    is_inside=True,
                    span=self.span(item),
                )
            return
        line, name = start.line, start.name
        run = [child for child in line if line is not item or tag_of(child) not in BLOCKS]
        links = map(self._find_type_link, run)
        link = next((link for link in links if link is not None), None)
        # a text on the line below is the description
        first, _, below = start.rest.strip(" \n").partition("\n")
        if is_unfinished(first):
            first, below = _SPACE.sub(" ", start.rest).strip(), ""
        yield Bullet(
            name=name,
            rest=plain_text(first),
            markdown=f"**{name}** {plain_text(start.rest)}",
            link=link,
            span=self.span(start.element),
        )
        if below.strip():
            yield TextBlock(
                markdown=tidy_lines(below),
                plain=plain_text(below),
                is_inside=True,
                span=self.span(start.element),
            )
        following = line is not item
        if following:
            inner: list[_Element | str] = [line.tail or ""]
        else:
            inner = []
        for child in item:
            if child is line:
                continue
            if not following:
                following = tag_of(child) in BLOCKS
            if not following:
                continue
            if tag_of(child) not in BLOCKS:
                inner += [child, child.tail or ""]
                continue
            yield from self._read_inner_run(inner, item)
            yield from self._read_inner_block(child, name, level)
            inner = [child.tail or ""]
        yield from self._read_inner_run(inner, item)

    def _read_inner_block(self, element: _Element, owner: str, level: int) -> Iterator[Part]:
        """Read a block below the first line of an item, such as a list of the fields of its type."""
        tag = tag_of(element)
        if tag in _LISTS:
            yield from self._read_list(element, is_inside=True, owner=owner, level=level + 1)
        elif tag in CONTAINERS and level < HTML_LEVELS and _holds_field_list(element, owner):
            yield from self._read_inner_run([element.text or ""], element)
            for child in element:
                yield from self._read_inner_block(child, owner, level + 1)
                yield from self._read_inner_run([child.tail or ""], element)
        elif tag not in BLOCKS:
            yield from self._read_inner_run([element], element)
        elif not is_hidden(element):
            yield from self.read_block(element, is_inside=True)

    def _read_inner_run(self, run: list[_Element | str], near: _Element) -> Iterator[Part]:
        for part in self.read_run(run, near):
            if isinstance(part, TextBlock):
                yield replace(part, is_inside=True)

    def _read_table(self, element: _Element) -> RenderedTable:
        heads: tuple[str, ...] = ()
        rows: list[tuple[Cell, ...]] = []
        for row in find_rows(element):
            cells = [child for child in row if tag_of(child) in ("td", "th")]
            if cells and not heads and not rows and all(tag_of(cell) == "th" for cell in cells):
                heads = tuple(plain_text(visible_text(cell)) for cell in cells)
            elif cells:
                rows.append(tuple(self._read_cell(cell) for cell in cells))
        return RenderedTable(heads=heads, rows=tuple(rows), span=self.span(element))

    def _read_cell(self, element: _Element) -> Cell:
        if any(tag_of(child) in BLOCKS for child in element):
            markdown = block_markdown(element)
        else:
            markdown = tidy_lines(inline_markdown(element))
        plain = "\n".join(
            _SPACE.sub(" ", line).strip() for line in visible_text(element, breaks=True).split("\0")
        )
        return Cell(
            markdown=markdown,
            plain=plain,
            link=self._find_type_link(element),
            span=self.span(element),
        )

    def _find_text_outside_cells(self, table: _Element) -> Iterator[Omitted]:
        """Yield the texts of a table that stand in no cell, because it has lost a tag."""
        rows = list(find_rows(table))
        parents = [table, *(child for child in table if tag_of(child) in _TABLE_PARTS), *rows]
        for parent in parents:
            texts = [parent.text, *(child.tail for child in parent)]
            if words := plain_text(" ".join(text for text in texts if text)):
                yield Omitted(reason="outside of the cells", plain=words, span=self.span(parent))


def _holds_field_list(element: _Element, owner: str) -> bool:
    """Return whether a list of fields is inside an element, as in a part that readers open."""
    for inner in element.iter(*_LISTS):
        items = [child for child in inner if tag_of(child) == "li"]
        if has_field_names(items, owner):
            return True
    return False
