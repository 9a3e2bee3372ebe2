"""Conversion of HTML elements to the Markdown of descriptions.

Only what descriptions have is converted: emphasis, code, links, lists, quotations and blocks of
code. Other elements are their text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element
from lxml.html import defs

from codegen.core.limits import HTML_LEVELS
from codegen.readers.rendered.parts import Link

HIDDEN = frozenset(
    (
        "title",
        "script",
        "style",
        "noscript",
        "template",
        "button",
        "svg",
        "iframe",
        "select",
        "input",
    )
)
# The elements that stand on lines of their own.
BLOCKS = (
    frozenset(
        (
            "address",
            "article",
            "aside",
            "body",
            "center",
            "details",
            "dialog",
            "div",
            "fieldset",
            "figcaption",
        )
    )
    | frozenset(("figure", "footer", "form", "header", "html", "main", "nav", "section", "summary"))
    | frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "hr", "p", "pre", "blockquote"))
    | frozenset(("dl", "dt", "dd", "ol", "ul", "li"))
    | frozenset(("table", "thead", "tbody", "tfoot", "tr", "td", "th"))
)
_EMPHASIS = {"em": "*", "i": "*", "strong": "**", "b": "**"}
_PERMANENT_LINK = re.compile(
    r"\b(?:headerlink|header-?anchor|heading-?link|hash-link|self-link|anchor(?:js)?-?link|td-heading-self-link|permalink|subheading-anchor)\b"
)
_LINK_SIGNS = frozenset(("", "¶", "#", "§", "🔗", "\u200b", "\u200c"))
_BLANKS = re.compile(r"[ \t\r\f]*\n[ \t\r\f\n]*|[ \t\r\f]+")
_TICKS = re.compile("`+")
_LANGUAGE = re.compile(r"\blanguage-([\w+-]+)")
_REF = re.compile(r"\{\{[<%]\s*(?:rel)?ref\s+[\"']?(?P<target>[^\"'<>{}\s]*)[\"']?\s*[%>]\}\}")
_SEGMENTS = 2  # of the path of a page: its folder and its name


def tag_of(element: _Element) -> str:
    """Return the tag of an element in lower case, or an empty string for a comment."""
    if isinstance(element.tag, str):
        return element.tag.lower()
    return ""


def is_hidden(element: _Element) -> bool:
    """Return whether an element shows no text of the page, such as a script or a permanent link."""
    tag = tag_of(element)
    if not tag or tag in HIDDEN:
        return True
    if element.get("hidden") is not None:
        return True
    return tag == "a" and is_permanent_link(element)


def is_permanent_link(element: _Element) -> bool:
    """Return whether a link shows a sign for the place that it stands in."""
    href = element.get("href") or ""
    if not href.partition("#")[2]:
        return False
    text = "".join(str(piece) for piece in element.itertext()).strip()
    return text in _LINK_SIGNS or (
        len(text) < 20 and _PERMANENT_LINK.search(element.get("class") or "") is not None
    )


def read_link(element: _Element, file_name: str, text: str = "") -> Link:
    """Read the target of a link. `file_name` is the last part of the URL of the page itself."""
    href = (element.get("href") or "").strip()
    if reference := _REF.search(href):
        href = reference["target"]
    target, _, anchor = href.partition("#")
    segments = [
        segment
        for segment in target.partition("?")[0].rstrip("/").split("/")
        if segment not in ("", ".", "..")
    ]
    segments = [segment.removesuffix(".html").removesuffix(".md") for segment in segments]
    if not segments or segments[-1] == file_name:
        return Link(text=text, anchor=anchor)
    if len(segments) == 1:
        return Link(
            text=text,
            page=segments[0] if "/" not in target.strip("/") else f"../{segments[0]}",
            anchor=anchor,
        )
    return Link(text=text, page="../" + "/".join(segments[-_SEGMENTS:]), anchor=anchor)


def inline_markdown(element: _Element, *, level: int = 0) -> str:
    """Convert the inline content of an element to Markdown."""
    return "".join(_convert_inline(element, level)).strip(" \n")


def _convert_inline(element: _Element, level: int) -> Iterator[str]:
    yield _collapse(element.text)
    for child in element:
        yield convert_inline_element(child, level + 1)
        yield _collapse(child.tail)


def convert_inline_element(element: _Element, level: int = 0) -> str:
    """Convert one inline element to Markdown, without the text behind it."""
    tag = tag_of(element)
    if is_hidden(element) or level > HTML_LEVELS:
        return ""
    if tag == "br":
        return "\n"
    if tag in ("code", "tt", "kbd", "samp"):
        return quote_code("".join(str(piece) for piece in element.itertext()))
    if tag == "img":
        return f"![{element.get('alt') or ''}]({element.get('src') or ''})"
    content = "".join(_convert_inline(element, level))
    if tag == "a":
        return _format_link(element, content)
    if tag not in defs.tags and "-" not in tag:
        # words in angle brackets, which a browser takes for a tag
        words = " ".join([tag, *(str(name) for name in element.attrib)])
        return f"<{words}>{content}"
    mark = _EMPHASIS.get(tag, "")
    inner = content.strip(" \n")
    if not mark or not inner:
        return content
    before = content[: len(content) - len(content.lstrip(" \n"))]
    after = content[len(content.rstrip(" \n")) :]
    return f"{before}{mark}{inner}{mark}{after}"


def _format_link(element: _Element, content: str) -> str:
    href, name = element.get("href"), element.get("name")
    if href is None:
        # the anchor of an inlined definition
        if name and '"' not in name:
            return f'<a name="{name}"></a>{content}'
        return content
    text = content.strip(" \n")
    if text in (href, href.removeprefix("mailto:")) or href.rstrip("/") == text.rstrip("/"):
        return content
    if text:
        return f"[{text}]({href})"
    return ""


def quote_code(code: str) -> str:
    """Quote code by as many backticks as none of its runs has."""
    code = " ".join(code.split("\n"))
    widths = {len(run) for run in _TICKS.findall(code)}
    ticks = "`" * next(number for number in range(1, len(widths) + 2) if number not in widths)
    if code[:1] == "`" or code[-1:] == "`":
        blank = " "
    else:
        blank = ""
    if code.strip():
        return f"{ticks}{blank}{code}{blank}{ticks}"
    return code


def _collapse(text: str | None) -> str:
    """Collapse the blanks of a text. A line break stays one."""
    return _BLANKS.sub(lambda run: "\n" if "\n" in run[0] else " ", text or "")


def tidy_lines(text: str) -> str:
    """Remove blanks around the line breaks of a converted text."""
    lines = text.strip(" \n").split("\n")
    return "\n".join(line.strip(" ") for line in lines).rstrip(" \n\u00a0")


def block_markdown(element: _Element, level: int = 0) -> str:
    """Convert a block element to Markdown."""
    tag = tag_of(element)
    if is_hidden(element) or level > HTML_LEVELS:
        return ""
    if tag == "pre":
        return _convert_code_block(element)
    if tag in ("ul", "ol"):
        return _convert_list(element, level)
    if tag == "hr":
        return "---"
    if tag == "table":
        return _convert_table(element, level)
    if tag == "blockquote":
        lines = "\n\n".join(_convert_blocks(element, level)).split("\n")
        return "\n".join(f"> {line}".rstrip() for line in lines)
    if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        return f"{'#' * int(tag[1])} {tidy_lines(inline_markdown(element))}"
    return "\n\n".join(_convert_blocks(element, level))


def _convert_blocks(element: _Element, level: int) -> Iterator[str]:
    """Yield the Markdown of the blocks inside an element, and of the texts between them."""
    run: list[str] = [_collapse(element.text)]
    for child in element:
        if tag_of(child) in BLOCKS:
            if text := tidy_lines("".join(run)):
                yield text
            run = []
            if block := block_markdown(child, level + 1):
                yield block
        else:
            run.append(convert_inline_element(child, level + 1))
        run.append(_collapse(child.tail))
    if text := tidy_lines("".join(run)):
        yield text


def _convert_code_block(element: _Element) -> str:
    language = ""
    for child in element.iter():
        if class_name := _LANGUAGE.search(child.get("class") or ""):
            language = class_name[1]
            break
    code = "".join(str(piece) for piece in element.itertext()).strip("\n")
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{language}\n{code}\n{fence}"


def _convert_list(element: _Element, level: int) -> str:
    """Write each item with the mark or the number of its list. Items of paragraphs are apart."""
    is_numbered = tag_of(element) == "ol"
    start = element.get("start") or "1"
    if start.isascii() and start.isdigit() and len(start) < 7:
        number = int(start)
    else:
        number = 1
    items = []
    is_loose = False
    for child in element:
        if tag_of(child) != "li":
            continue
        is_loose |= any(tag_of(part) == "p" for part in child)
        mark = f"{number}. " if is_numbered else "- "
        number += 1
        if any(tag_of(part) == "p" for part in child):
            separator = "\n\n"
        else:
            separator = "\n"
        content = separator.join(_convert_blocks(child, level))
        items.append(
            mark
            + content.replace("\n", "\n" + " " * len(mark)).replace(
                "\n" + " " * len(mark) + "\n", "\n\n"
            )
        )
    return ("\n\n" if is_loose else "\n").join(items)


def find_rows(table: _Element) -> Iterator[_Element]:
    """Yield the rows of a table, without those of tables inside."""
    for child in table:
        if tag_of(child) == "tr":
            yield child
        elif tag_of(child) in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if tag_of(row) == "tr")


def _convert_table(element: _Element, level: int) -> str:
    """Write a table of a description with bars."""
    lines = []
    for row in find_rows(element):
        cells = [
            tidy_lines(inline_markdown(cell, level=level + 1))
            .replace("\n", " ")
            .replace("|", "\\|")
            for cell in row
        ]
        lines.append(f"| {' | '.join(cells)} |")
        if len(lines) == 1:
            lines.append("|" + " --- |" * len(cells))
    return "\n".join(lines)
