"""Rendered pages: HTML as sites serve it, and the text that a browser copies from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from support.flattening import COMMENT

_RENDERER = MarkdownIt("commonmark", {"html": True}).enable("table")
_REF = re.compile(r'\{\{<\s*ref\s+"(?:\.\./)*(?P<page>[^"#]*)#?(?P<anchor>[^"]*)"\s*>\}\}')
_ANCHORED = re.compile(r"<h(\d)>(.*?)\s*\{#([\w.-]*)\}</h\1>")
_HEADING = re.compile(r"<h(\d)>(.*?)</h\1>")
_EVIL = "- **evil** (string)"  # words of the site that must not be read


def render(page: str, link: str = "") -> str:
    """Render a Markdown page without its front matter.

    `link` is added to each heading, with `ID` for its anchor.
    """
    body = page.lstrip().split("\n---\n", 1)[1]
    html = COMMENT.sub("", _RENDERER.render(_REF.sub(_format_target, body)))
    html = _ANCHORED.sub(lambda found: _format_heading(found[1], found[3], found[2], link), html)
    return _HEADING.sub(
        lambda found: _format_heading(found[1], f"h{found.start()}", found[2], link), html
    )


def _format_target(found: re.Match[str]) -> str:
    return (
        f"/docs/reference/{found['page']}/#{found['anchor']}"
        if found["page"]
        else f"#{found['anchor']}"
    )


def _format_heading(level: str, anchor: str, text: str, link: str) -> str:
    return f'<h{level} id="{anchor}">{text}{link.replace("ID", anchor)}</h{level}>'


def docsy(page: str) -> str:
    """Return a page as kubernetes.io serves it: attributes without quotes, feedback inside of the
    content.
    """
    content = render(
        page, '<a class="td-heading-self-link" href="#ID" aria-label="Heading self-link"></a>'
    )
    return (
        "<!doctype html><html lang=en class=no-js><head><meta charset=utf-8><title>Plot | Garden</title>"
        f"<script>var page = '{_EVIL}'</script></head><body class=td-page><header><nav class=td-navbar>"
        "<ul><li><a href=/docs/>Docs</a></li></ul></nav></header><div class=td-main>"
        "<aside class=td-sidebar><ul><li><b>evil</b> (string)</li></ul></aside>"
        "<main role=main><nav aria-label=breadcrumb><ol><li>Reference</li></ol></nav>"
        f"<div class=td-content><h1>Plot</h1><div class=lead>Evil lead.</div>{content}"
        "<div class=feedback><h2 class=feedback--title>Feedback</h2><p>Was this evil page helpful?</p>"
        "<button>Yes</button></div><div class=td-page-meta__lastmod>Last modified by an evil gnome</div>"
        "</div></main></div><footer><p>Evil footer</p></footer></body></html>"
    )


def mkdocs(page: str) -> str:
    """Return a page as MkDocs serves it."""
    content = render(page, '<a class="headerlink" href="#ID" title="Permanent link">&para;</a>')
    return (
        '<!DOCTYPE html>\n<html>\n<body>\n<nav class="md-nav"><a href="#Plot">Plot</a></nav>\n<div class="md-content">\n'
        f'<article class="md-content__inner md-typeset">\n<h1>Plot</h1>\n{content}\n</article>\n</div>\n'
        '<footer class="md-footer">Made with evil</footer>\n</body>\n</html>\n'
    )


def docusaurus(page: str) -> str:
    """Return a page as Docusaurus serves it: the title in a header of the article, links of words
    in headings.
    """
    content = render(page, '<a href="#ID" class="hash-link" aria-label="Direct link">\u200b</a>')
    return (
        '<!doctype html><html><body><div id="__docusaurus"><nav class="navbar">Evil</nav><main><article>'
        f'<div class="theme-doc-markdown markdown"><header><h1>Plot</h1></header>{content}</div>'
        '<footer class="theme-doc-footer">Edit this evil page</footer></article></main></div></body></html>'
    )


def github(page: str) -> str:
    """Return a page as GitHub shows a file: anchors in headings stay text, and links stand beside
    headings.
    """
    content = re.sub(
        r'<h(\d) id="([^"]*)">(.*?)</h\1>',
        lambda found: (
            f'<div class="markdown-heading"><h{found[1]} class="heading-element">{found[3]}'
            f"{'' if found[2].startswith('h') else f' {{#{found[2]}}}'}</h{found[1]}>"
            f'<a id="user-content-x" class="anchor" href="#x"><svg class="octicon"></svg></a></div>'
        ),
        render(page),
    )
    return f'<html><body><article class="markdown-body entry-content"><h1>Plot</h1>{content}</article></body></html>'


def pandoc(page: str) -> str:
    """Return a page as pandoc writes it with sections."""
    content = re.sub(
        r'(<h2 id="([^"]*)">.*?)(?=<h2|\Z)',
        r'<section id="\2" class="level2">\1</section>',
        render(page),
        flags=re.DOTALL,
    )
    return f"<html>\n<body>\n<h1>Plot</h1>\n{content}\n</body>\n</html>\n"


def upper_case(page: str) -> str:
    """Return a page of an old tool: tags in upper case, and no head."""
    html = re.sub(r"</?[a-z][a-z0-9]*(?=[ >])", lambda found: found[0].upper(), render(page))
    return f"<HTML><BODY><H1>Plot</H1>{html}</BODY></HTML>"


def without_end_tags(page: str) -> str:
    """Return a page whose optional end tags a minifier has removed."""
    html = re.sub(r"</(?:p|li|thead|tbody)>", "", render(page))
    return f"<!doctype html><title>Plot</title><main><h1>Plot</h1>{html}</main>"


SHELLS: dict[str, Callable[[str], str]] = {
    "Docsy": docsy,
    "MkDocs": mkdocs,
    "Docusaurus": docusaurus,
    "GitHub": github,
    "pandoc": pandoc,
    "upper case": upper_case,
    "without end tags": without_end_tags,
    "one line": lambda page: " ".join(docsy(page).split("\n")),
    "CRLF": lambda page: mkdocs(page).replace("\n", "\r\n"),
    "saved": lambda page: (
        f"<!-- saved from url=(0026)https://garden.example.io/ -->\n{mkdocs(page)}"
    ),
    "fragment": lambda page: f"<div><h1>Plot</h1>{render(page)}</div>",
}


class _InnerText(HTMLParser):
    """The text that a browser copies.

    A paragraph has blank lines around it, and cells are apart by tabs.
    """

    def __init__(self, mark: str) -> None:
        super().__init__()
        self.text = ""
        self.mark = mark
        self.cells = 0

    def _break(self, count: int) -> None:
        if not self.text.endswith(self.mark or "\0"):
            self.text = self.text.rstrip(" ")
            self.text += "\n" * (count - (len(self.text) - len(self.text.rstrip("\n"))))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("p", "h1", "h2", "h3", "h4"):
            self._break(2)
        elif tag in ("li", "tr", "table", "hr", "ul"):
            self._break(1)
        if tag == "li":
            self.text += self.mark
        elif tag == "br":
            self.text += "\n"
        elif tag == "tr":
            self.cells = 0
        elif tag in ("td", "th"):
            self.text += "\t" if self.cells else ""
            self.cells += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "h1", "h2", "h3", "h4"):
            self._break(2)
        elif tag in ("li", "tr", "table", "hr", "ul"):
            self._break(1)

    def handle_data(self, data: str) -> None:
        words = re.sub(r"[ \n]+", " ", data)
        if words.strip() or not self.text.endswith(("\n", "\t", self.mark or "\n")):
            self.text += words.lstrip(" ") if self.text.endswith(("\n", "\t")) else words


def copy_text(page: str, mark: str = "") -> str:
    """Return the text that a browser copies from a page.

    `mark` stands before the items of lists.
    """
    parser = _InnerText(mark)
    parser.feed(f"<h1>Plot</h1>{render(page)}")
    return parser.text.strip("\n") + "\n"
