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

from codegen.core.diagnostics import Report, Span
from codegen.core.limits import HTML_LEVELS
from codegen.core.locales import Locale
from codegen.core.name_lists import list_first
from codegen.core.source import Source
from codegen.readers.page_tree import PageTree
from codegen.readers.rendered.html_blocks import CONTAINERS, BlockReader
from codegen.readers.rendered.html_markdown import BLOCKS, HIDDEN, is_hidden, tag_of
from codegen.readers.rendered.html_text import plain_text, visible_text
from codegen.readers.rendered.page import read_parts
from codegen.readers.rendered.parts import Heading, Omitted, Part, RenderedPage, TextBlock

_BOILERPLATE = frozenset(("nav", "aside", "footer", "dialog", "menu"))
_BOILERPLATE_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "complementary", "search", "dialog")
)
_API_VERSION = re.compile(r"apiVersion:\s*+(\S+)")
_IMPORT = re.compile(r"import\s++[\"“”]([^\"“”\s]++)[\"“”]")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->")
# Elements whose end tag is required, and texts in which a tag is none.
_PAIRED = re.compile(
    r"<!--.*?(?:-->|(?P<comment>\Z))"
    r"|<(?P<raw>script|style|textarea|title)\b[^>]*>.*?(?:</(?P=raw)\b[^>]*>|(?P<cut_raw>\Z))"
    r"|<(?P<close>/?)(?P<tag>ul|ol|table|main|article|section|blockquote|pre|div|body|html)\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*+(?:>|(?P<inside>\Z))",
    re.DOTALL | re.IGNORECASE,
)
_CONTENT_TAGS = ("table", "ul", "ol", "blockquote", "pre", "section", "article", "main")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# The bold name of a field, or the first cell of one in a table.
_HIDDEN_FIELD = re.compile(
    r"<(?:strong|b)>\s*+(?P<bold>[\w.$-]{1,200}+)\s*+</(?:strong|b)>\s*+[(（]"
    r"|<td>\s*+<code>(?P<cell>[\w.$-]{1,200}+)</code>",
    re.IGNORECASE,
)
_MOST_NAMED = 3
_STYLE = "font"  # an element that only styles its content
_KEPT_ATTRIBUTES = frozenset(("id", "name", "hidden", "role"))
_OFFICE_TAG = re.compile(r"(?:o|w|v|m|st1):")
_NEXT_PAGE = re.compile(r"</html\s*>.*?(?P<next><!doctype\b|<html\b)", re.IGNORECASE | re.DOTALL)
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
    if reader.unclosed_table is not None:
        report.error(
            "tag-unclosed",
            "this table is not closed: a heading is inside of it",
            reader.unclosed_table,
            "write `</table>` behind its last row, or save the page again",
        )
    _report_hidden_fields(source, report)
    return read_parts(source, locale, report, rendered, is_cut=cut is not None)


def _report_hidden_fields(source: Source, report: Report) -> None:
    """Report comments with fields inside, which browsers hide.

    A Markdown comment that begins below a line of HTML is rendered as far as its first empty line,
    and so ends at the end of the next one.
    """
    for comment in _COMMENT.finditer(source.text):
        names = [field["bold"] or field["cell"] for field in _HIDDEN_FIELD.finditer(comment[0])]
        if names:
            report.warning(
                "fields-in-comment",
                f"a comment hides fields, which are left out: {list_first(names, _MOST_NAMED)}",
                source.span(comment.start()),
                "if they belong to the page, get its Markdown source instead of the HTML",
                arguments=tuple(names),
            )


def _find_cut(source: Source) -> str | None:
    """Describe where an HTML text is cut off, or return None for a whole one."""
    text = source.text
    opened: dict[str, int] = {}
    ended = False
    for match in _PAIRED.finditer(text):
        if match["comment"] is not None:
            return "it ends inside a comment"
        if match["cut_raw"] is not None:
            return f"it ends inside <{match['raw'].lower()}>"
        if not match["tag"]:
            continue
        if match["inside"] is not None:
            return "it ends inside a tag"
        tag = match["tag"].lower()
        opened[tag] = opened.get(tag, 0) + (-1 if match["close"] else 1)
        ended |= bool(match["close"]) and tag in ("body", "html")
    if _OPEN_TAG.search(text[-10_000:].rstrip()):
        return "it ends inside a tag"
    if ended:
        return None  # a page that is whole may lack the end of an element
    unclosed = [tag for tag in (*_CONTENT_TAGS, "div") if opened.get(tag, 0) > 0]
    if unclosed:
        return f"<{unclosed[0]}> is not closed"
    return None


class _Head:
    """The lines `apiVersion: ...` and `import "..."` of a page."""

    def __init__(self) -> None:
        self.api_version = ""
        self.import_path = ""

    def read(self, text: TextBlock) -> bool:
        """Read the values in a text, and return whether it has any."""
        version, imported = _API_VERSION.match(text.plain), _IMPORT.search(text.plain)
        if version is not None:
            self.api_version = self.api_version or version[1]
        if imported is not None:
            self.import_path = self.import_path or imported[1]
        return version is not None or imported is not None

    def is_of_another_page(self, text: TextBlock) -> bool:
        """Return whether a text below the definitions is the import line of a second page."""
        return bool(self.import_path) and _IMPORT.fullmatch(text.plain) is not None


def _is_heading_below_title(part: Part) -> bool:
    return isinstance(part, Heading) and part.level > 1


class _HtmlReader:
    """A reader of one HTML text. `is_too_deep` is set if a part of it is nested too deeply.

    `second_page` is the location of a second page in the same file.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.is_too_deep = False
        self.unclosed_table: Span | None = None
        following = _NEXT_PAGE.search(source.text)
        self.second_page = source.span(following.start("next")) if following else None
        self.blocks = BlockReader(source.path, "")
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
            _strip_styles(root)
            self.unclosed_table = self._find_unclosed_table(root)
        return root

    def _find_unclosed_table(self, root: _Element) -> Span | None:
        """Return the location of a table of fields that has swallowed a heading, or None."""
        for table in root.iter("table"):
            if next(table.iter("code"), None) is None:
                continue
            heads = next(table.iter("thead"), None)
            if heads is not None and next(table.iter("h2", "h3", "h4"), None) is not None:
                return self.blocks.span(table)
        return None

    def read_page(self, root: _Element | None) -> RenderedPage:
        """Divide the page into its parts."""
        end = self.source.span(max(0, len(self.source.text.rstrip()) - 1))
        if root is None:
            return RenderedPage(title="", api_version="", import_path="", parts=(), end=end)
        self.blocks.page_name = self._find_own_name(root)
        head = _Head()
        outside: list[Part] = []
        parts: list[Part] = []
        previous: Part | None = None
        for part in self._walk(root):
            above, previous = previous, part
            if isinstance(part, TextBlock):
                if not any(map(_is_heading_below_title, parts)):
                    if head.read(part):
                        outside += parts  # words of the site
                        parts.clear()
                    else:
                        parts.append(part)
                    continue
                # a definition of another package has its line directly below its heading
                is_below_heading = above is not None and _is_heading_below_title(above)
                if head.is_of_another_page(part) and not is_below_heading:
                    self.second_page = self.second_page or part.span
            if isinstance(part, Heading) and part.level == 1:
                self.title = self.title or part.text
            else:
                parts.append(part)
        return RenderedPage(
            title=self.title,
            api_version=head.api_version,
            import_path=head.import_path,
            outside=tuple(outside),
            parts=tuple(parts),
            end=end,
            second_page=self.second_page,
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

    def _walk(self, root: _Element) -> Iterator[Part]:
        """Yield the parts below an element in order."""
        opened: list[tuple[_Element, Iterator[_Element]]] = []
        run: list[_Element | str] = [root.text or ""]
        opened.append((root, iter(root)))
        while opened:
            element, children = opened[-1]
            child = next(children, None)
            if child is None:
                yield from self.blocks.read_run(run, element)
                opened.pop()
                if opened:
                    run = [element.tail or ""]
                else:
                    run = []
                continue
            tag = tag_of(child)
            if _is_boilerplate(child):
                if _shows_text(child):
                    words = plain_text(visible_text(child))
                else:
                    words = ""
                if words:
                    span = self.blocks.span(child)
                    yield Omitted(reason=f"inside <{tag}>", plain=words, span=span)
                run.append(child.tail or "")
                continue
            if tag not in BLOCKS and not _holds_blocks(child):
                run += [child, child.tail or ""]
                continue
            yield from self.blocks.read_run(run, element)
            run = []
            if tag in CONTAINERS or tag not in BLOCKS:
                if len(opened) > HTML_LEVELS:
                    run = [child.tail or ""]
                    continue
                opened.append((child, iter(child)))
                run = [child.text or ""]
                continue
            yield from self.blocks.read_block(child, is_inside=False)
            run = [child.tail or ""]


def _strip_styles(root: _Element) -> None:
    """Put the content of elements that only style it in their place.

    Word writes `<b><span lang=EN-US>spec</span></b>` and `<o:p></o:p>`.
    """
    for element in root.iter():
        tag = tag_of(element)
        is_code = "language-" in (element.get("class") or "")
        is_plain_span = tag == "span" and not _KEPT_ATTRIBUTES & set(element.keys())
        if (is_plain_span and not is_code) or _OFFICE_TAG.match(tag):
            element.tag = _STYLE
    etree.strip_tags(root, _STYLE)


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
    if tag in ("header", "form"):  # some servers put a whole page into a form
        return not any(tag_of(inner) in ("h1", "h2") for inner in element.iter())
    return (element.get("role") or "").lower() in _BOILERPLATE_ROLES


def _shows_text(element: _Element) -> bool:
    """Return whether a passed over element may have words, unlike a script or a permanent link."""
    return tag_of(element) not in HIDDEN and tag_of(element) not in ("", "a")


def _holds_blocks(element: _Element) -> bool:
    """Return whether an inline element has blocks inside, as in hand-made pages."""
    return any(tag_of(inner) in BLOCKS for inner in element.iter() if inner is not element)
