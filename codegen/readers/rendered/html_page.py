"""Reading of the HTML of a rendered page into its parts.

    <h2 id="Plot">Plot</h2> <p>Plot is ...</p> <hr> <ul><li><p><strong>spec</strong> (<a
    href="...">PlotSpec</a>), required</p>

lxml builds the tree, as a browser would. What a site has around a page is passed over: headers,
navigation, sidebars, scripts, footers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element
from msgspec.structs import replace

from codegen.core.diagnostics import Report, Span
from codegen.core.limits import HTML_LEVELS
from codegen.core.locales import Locale
from codegen.core.source import Source
from codegen.readers.page_tree import PageTree
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
    find_bold_name,
    find_name,
    is_unfinished,
    plain_text,
    visible_text,
)
from codegen.readers.rendered.page import read_parts
from codegen.readers.rendered.parts import (
    Bullet,
    Cell,
    Heading,
    HorizontalLine,
    Link,
    Part,
    RenderedPage,
    RenderedTable,
    TextBlock,
)

_BOILERPLATE = frozenset(("nav", "aside", "footer", "dialog", "menu"))
_BOILERPLATE_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "complementary", "search", "dialog")
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CONTAINERS = BLOCKS - _HEADINGS - frozenset(("p", "pre", "ul", "ol", "table", "hr", "blockquote"))
_API_VERSION = re.compile(r"apiVersion:\s*+(\S+)")
_IMPORT = re.compile(r"import\s++[\"“”]([^\"“”\s]++)[\"“”]")
_ATTRIBUTES = re.compile(r"\s*\{#(?P<anchor>[^{}\s]*)\s*\}\s*\Z")
_SPACE = re.compile(r"\s+")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->")
# Elements whose end tag is required, and texts in which a tag is none.
_PAIRED = re.compile(
    r"<!--.*?(?:-->|(?P<comment>\Z))"
    r"|<(?P<raw>script|style|textarea|title)\b[^>]*>.*?(?:</(?P=raw)\b[^>]*>|(?P<cut_raw>\Z))"
    r"|<(?P<close>/?)(?P<tag>ul|ol|table|main|article|section|blockquote|pre|div|body|html)\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*+(?:>|(?P<inside>\Z))",
    re.DOTALL | re.IGNORECASE,
)
_CONTENT_TAGS = ("table", "ul", "ol", "blockquote", "pre", "section", "article", "main")
_OPEN_TAG = re.compile(r"<[a-z/!][^<>]*+\Z", re.IGNORECASE)


def read(source: Source, locale: Locale, report: Report) -> PageTree:
    """Read the HTML of one page, reporting deviations from its layout.

    Never raises for the text of a page.
    """
    reader = _HtmlReader(source)
    rendered = reader.read_page(reader.parse())
    cut = _find_cut(source)
    if cut is not None:
        report.error(
            "page-cut",
            f"the HTML is cut off: {cut}",
            source.span(max(0, len(source.text.rstrip()) - 1)),
            "save the whole page again",
        )
    if reader.is_too_deep:
        report.error(
            "html-too-deep",
            f"the elements of the page are nested more than {HTML_LEVELS} deep; the innermost are left out",
            Span(path=source.path, line=1, column=1),
            "save the page again, or read its Markdown source",
        )
    return read_parts(source, locale, report, rendered, is_cut=cut is not None)


def _find_cut(source: Source) -> str | None:
    """Describe where an HTML text is cut off, or return None for a whole one."""
    text = source.text
    opened: dict[str, int] = {}
    ended = False
    for found in _PAIRED.finditer(text):
        if found["comment"] is not None:
            return "it ends inside a comment"
        if found["cut_raw"] is not None:
            return f"it ends inside <{found['raw'].lower()}>"
        if not found["tag"]:
            continue
        if found["inside"] is not None:
            return "it ends inside a tag"
        tag = found["tag"].lower()
        opened[tag] = opened.get(tag, 0) + (-1 if found["close"] else 1)
        ended |= bool(found["close"]) and tag in ("body", "html")
    if _OPEN_TAG.search(text[-10_000:].rstrip()):
        return "it ends inside a tag"
    if ended:
        return None  # a page that is whole may lack the end of an element
    unclosed = [tag for tag in (*_CONTENT_TAGS, "div") if opened.get(tag, 0) > 0]
    return f"<{unclosed[0]}> is not closed" if unclosed else None


class _HtmlReader:
    """A reader of one HTML text. `is_too_deep` is set if a part of it is nested too deeply."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.is_too_deep = False
        self.own = ""
        self.title = ""

    def parse(self) -> _Element | None:
        """Parse the text as a browser does."""
        parser = etree.HTMLParser(
            encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
        )
        text = self.source.text.replace("\0", "\ufffd")
        root: _Element | None = etree.fromstring(text.encode("utf-8", errors="replace"), parser)
        self.is_too_deep = any("depth" in entry.message for entry in parser.error_log)
        if root is not None:
            self.is_too_deep |= _find_depth(root) > HTML_LEVELS
        return root

    def read_page(self, root: _Element | None) -> RenderedPage:
        """Divide the page into its parts."""
        end = self.source.span(max(0, len(self.source.text.rstrip()) - 1))
        if root is None:
            return RenderedPage(title="", api_version="", import_path="", parts=(), end=end)
        self.own = self._find_own_name(root)
        api_version = import_path = ""
        parts: list[Part] = []
        for part in self._walk(root):
            is_head = isinstance(part, TextBlock) and not any(
                isinstance(above, Heading) and above.level > 1 for above in parts
            )
            if is_head and isinstance(part, TextBlock):
                version, imported = _API_VERSION.match(part.plain), _IMPORT.search(part.plain)
                if version is not None:
                    api_version = api_version or version[1]
                if imported is not None:
                    import_path = import_path or imported[1]
                if version is not None or imported is not None:
                    parts.clear()  # words of the site are above
                else:
                    parts.append(part)
            elif isinstance(part, Heading) and part.level == 1:
                self.title = self.title or part.text
            else:
                parts.append(part)
        return RenderedPage(
            title=self.title,
            api_version=api_version,
            import_path=import_path,
            parts=tuple(parts),
            end=end,
        )

    def _find_own_name(self, root: _Element) -> str:
        """Return the last part of the URL of the page, if the page says it."""
        url = ""
        for element in root.iter("link", "meta"):
            if "canonical" in (element.get("rel") or "").split():
                url = element.get("href") or ""
                break
            if element.get("property") == "og:url":
                url = url or element.get("content") or ""
        if not url and (saved := _SAVED_FROM.search(self.source.text[:2000])):
            url = saved[1]
        name = url.partition("#")[0].partition("?")[0].rstrip("/").rpartition("/")[2]
        return name.removesuffix(".html")

    def _span(self, element: _Element) -> Span:
        return Span(path=self.source.path, line=element.sourceline or 1, column=1)

    def _walk(self, root: _Element) -> Iterator[Part]:
        """Yield the parts below an element in order."""
        opened: list[tuple[_Element, Iterator[_Element]]] = []
        run: list[_Element | str] = [root.text or ""]
        opened.append((root, iter(root)))
        while opened:
            element, children = opened[-1]
            child = next(children, None)
            if child is None:
                yield from self._read_run(run, element)
                opened.pop()
                run = [element.tail or ""] if opened else []
                continue
            tag = tag_of(child)
            if _is_boilerplate(child):
                run.append(child.tail or "")
                continue
            if tag not in BLOCKS and not _holds_blocks(child):
                run += [child, child.tail or ""]
                continue
            yield from self._read_run(run, element)
            run = []
            if tag in _CONTAINERS or tag not in BLOCKS:
                if len(opened) > HTML_LEVELS:
                    run = [child.tail or ""]
                    continue
                opened.append((child, iter(child)))
                run = [child.text or ""]
                continue
            yield from self._read_block(child, is_inside=False)
            run = [child.tail or ""]

    def _read_run(self, run: list[_Element | str], near: _Element) -> Iterator[Part]:
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
                span=self._span(near if first is None else first),
            )

    def _read_block(self, element: _Element, *, is_inside: bool) -> Iterator[Part]:
        """Read a block that is no container."""
        tag = tag_of(element)
        if tag in _HEADINGS:
            yield self._read_heading(element)
        elif tag == "hr":
            yield HorizontalLine(span=self._span(element))
        elif tag == "table" and not is_inside:
            yield self._read_table(element)
        elif tag in ("ul", "ol"):
            yield from self._read_list(element, is_inside=is_inside)
        elif markdown := (
            tidy_lines(inline_markdown(element)) if tag == "p" else block_markdown(element)
        ):
            yield TextBlock(
                markdown=markdown,
                plain=plain_text(visible_text(element)),
                links=self._find_links(element),
                is_inside=is_inside,
                span=self._span(element),
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
            if tag_of(child) == "code" and not (element.text or "").strip():
                code = plain_text(visible_text(child))
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
            span=self._span(element),
        )

    def _find_links(self, element: _Element) -> tuple[Link, ...]:
        links = [link for link in element.iter("a") if link.get("href") and not is_hidden(link)]
        return tuple(read_link(link, self.own, plain_text(visible_text(link))) for link in links)

    def _find_type_link(self, element: _Element) -> Link | None:
        for link in element.iter("a"):
            if link.get("href") and not is_hidden(link):
                return read_link(link, self.own)
        return None

    def _read_list(self, element: _Element, *, is_inside: bool, level: int = 0) -> Iterator[Part]:
        """Read a list of fields or parameters, with the lists inside. Any other list is a text."""
        items = [child for child in element if tag_of(child) == "li"]
        if not any(find_bold_name(item) is not None for item in items) or level > HTML_LEVELS:
            if markdown := block_markdown(element):
                plain = plain_text(visible_text(element))
                yield TextBlock(
                    markdown=markdown, plain=plain, is_inside=is_inside, span=self._span(element)
                )
            return
        for item in items:
            yield from self._read_item(item, level)

    def _read_item(self, item: _Element, level: int) -> Iterator[Part]:
        start = find_name(item)
        if start is None:
            if markdown := block_markdown(item):
                text = "- " + markdown.replace("\n", "\n  ")
                yield TextBlock(
                    markdown=text,
                    plain=plain_text(visible_text(item)),
                    is_inside=True,
                    span=self._span(item),
                )
            return
        line, name, rest = start.line, start.name, start.rest
        run = [child for child in line if line is not item or tag_of(child) not in BLOCKS]
        links = map(self._find_type_link, run)
        link = next((link for link in links if link is not None), None)
        # a text on the line below is the description
        first, _, below = rest.strip(" \n").partition("\n")
        if is_unfinished(first):
            first, _, below = _SPACE.sub(" ", rest).strip(), "", ""
        yield Bullet(
            name=name,
            rest=plain_text(first),
            markdown=f"**{name}** {plain_text(rest)}",
            link=link,
            span=self._span(start.element),
        )
        if below.strip():
            yield TextBlock(
                markdown=tidy_lines(below),
                plain=plain_text(below),
                is_inside=True,
                span=self._span(start.element),
            )
        following = False
        inner: list[_Element | str] = []
        for child in item:
            if child is line:
                following = True
                inner = [child.tail or ""]
                continue
            if line is item and not following:
                following = tag_of(child) in BLOCKS
            if not following:
                continue
            if tag_of(child) not in BLOCKS:
                inner += [child, child.tail or ""]
                continue
            yield from self._read_inner_run(inner, item)
            if tag_of(child) in ("ul", "ol"):
                yield from self._read_list(child, is_inside=True, level=level + 1)
            elif not is_hidden(child):
                yield from self._read_block(child, is_inside=True)
            inner = [child.tail or ""]
        yield from self._read_inner_run(inner, item)

    def _read_inner_run(self, run: list[_Element | str], near: _Element) -> Iterator[Part]:
        for part in self._read_run(run, near):
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
        return RenderedTable(heads=heads, rows=tuple(rows), span=self._span(element))

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
            span=self._span(element),
        )


def _find_depth(root: _Element) -> int:
    """Return the number of elements inside each other at the deepest place."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _is_boilerplate(element: _Element) -> bool:
    """Return whether an element belongs to the site, and not to the page."""
    tag = tag_of(element)
    if tag in _BOILERPLATE or is_hidden(element):
        return True
    if tag == "header":
        return not any(tag_of(inner) == "h1" for inner in element.iter())
    return (element.get("role") or "").lower() in _BOILERPLATE_ROLES


def _holds_blocks(element: _Element) -> bool:
    """Return whether an inline element has blocks inside, as in hand-made pages."""
    return any(tag_of(inner) in BLOCKS for inner in element.iter() if inner is not element)
