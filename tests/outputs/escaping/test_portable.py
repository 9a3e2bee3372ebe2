"""Portable Markdown renders as the same text in every dialect."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.core.escaping.controls import visible
from codegen.outputs.escaping import portable
from support.budget import example_settings

WORDS = [
    "|\n|",
    "The bed that a plot lies in. More info: https://garden.example.io/docs#beds_of_roses",
    "one of '__dot__', *.example.io and *.example.com, 5*3*2 and some_name",
    '<quantity> ::= <sign><digits>\n\n\t(Note that <digits> may be empty.)\n\n<sign> ::= "+" | "-"',
    "Set it to $(NAME), or $$(NAME) to keep it; a ~~b~~ c ==d== ^^e^^ ++f++ :smile: &lt; &copy;",
    "Foo\n===\nBar\n---\na | b\n--|--\n1 | 2",
    "[^1] [x]: y\n[x]: z\n{: .red} {#id} {{ name }} {% if %} ${a} $a$ \\(b\\) \\[c\\]",
    '!!! note\n    x\n??? y\n=== "Tab"\n::: m\n+++\n% hidden\n: defined\n(target)=\n--8<-- "file"\n///x',
    "import a from 'b'\nexport default 1\n<div>\n<!-- \n-->\n<script>",
    "# heading\n- **bed** (string)\n* * *\n- - -\n___\n+ x\n-",
    "```yaml\na: <b>\n```",
    "1)",
    "a\n\n2.",
    "> 3) ",
    "- 4.\n- 5)\tx",
]
PIECES = [
    *"`*_{}[]<>&#+-.!()|~$^=:%/?\\ \t\n1ab\"'",
    "``",
    "```",
    "{{",
    "![",
    "](https://x.y/z)",
    "[a](https://x.y/z)",
    "import ",
    "export ",
    "&lt;",
    "&amp;",
    "- ",
    "* ",
    "1. ",
    "    ",
    "---",
    "***",
    "|-",
    '<a id="x">',
    "<script>",
    "<!--",
    "-->",
    ":::",
    "!!!",
    "???",
    "=== ",
    "+++",
    "% ",
    ": x",
    "`a`",
    "[^1]",
    "[x]: y",
    "\n\n",
    "<div>",
    "{.x}",
    ":a:",
    "==a==",
    "^^a^^",
    "~~a~~",
    "$a$",
    "__a__",
    "*a*",
    "++a++",
    "a | b\n--|--\n1 | 2",
    "<https://x.y>",
    "\\`a\\`",
    "`<b>`",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
# Elements allowed in a description: paragraphs, lists, quotes, inline code and web links.
TAGS = {"p", "ul", "ol", "li", "code", "a", "blockquote", "br"}
# Extensions that Zensical enables by default.
PLAIN = "abbr admonition attr_list def_list footnotes md_in_html tables toc"
PYMDOWNX = "arithmatex betterem caret details highlight inlinehilite keys magiclink mark superfences tabbed tasklist tilde"
EXTENSIONS = [*PLAIN.split(), *(f"pymdownx.{name}" for name in PYMDOWNX.split())]


def markdown_it_renderer(preset: str) -> Callable[[str], str]:
    markdown_it = pytest.importorskip("markdown_it", reason="needs markdown-it-py")
    return lambda text: str(markdown_it.MarkdownIt(preset, {"html": True}).render(text))


def python_markdown_renderer(*extensions: str) -> Callable[[str], str]:
    markdown = pytest.importorskip("markdown", reason="needs Markdown")
    for name in extensions:
        if name.startswith("pymdownx"):
            pytest.importorskip("pymdownx", reason="needs pymdown-extensions")
    return lambda text: str(markdown.Markdown(extensions=list(extensions)).convert(text))


DIALECTS: dict[str, Callable[[], Callable[[str], str]]] = {
    "CommonMark": lambda: markdown_it_renderer("commonmark"),
    "GitHub": lambda: markdown_it_renderer("js-default"),
    "Python-Markdown": python_markdown_renderer,
    "MkDocs": lambda: python_markdown_renderer("toc", "tables", "fenced_code"),
    "Zensical": lambda: python_markdown_renderer(*EXTENSIONS),
}


class PageParser(HTMLParser):
    """A parser that collects the tags, comments and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, _: object) -> None:
        self.tags.add(tag)

    def handle_comment(self, _: str) -> None:
        self.tags.add("!--")

    def handle_data(self, data: str) -> None:
        self.words += data.split()


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("nested", [False, True])
def test_every_dialect_shows_the_text_only(dialect: str, nested: bool) -> None:
    render = DIALECTS[dialect]()

    @example_settings(60)
    @given(TEXTS)
    def check(text: str) -> None:
        judge(text)

    def judge(text: str) -> None:
        page = portable.block(visible(text))
        if nested:
            page = "-   first\n\n    " + page.replace("\n", "\n    ")
        seen = PageParser(render(f"{page}\n\nend"))
        # highlighted code and indented code blocks
        extra = {"span", "div", "pre"} if dialect == "Zensical" else {"pre"}
        assert seen.tags <= TAGS | extra, page
        assert seen.words[-1] == "end", page
        # No code, link, quote or list item, whose markup is not shown.
        if not re.search(r"[`>]|\]\(|(?m:^\s*(?:[-*+]|\d+[.)])\s)|://", text):
            shown = "".join(seen.words[:-1]).removeprefix("first" if nested else "")
            assert shown == "".join(visible(text).split()), page

    for words in WORDS:
        judge(words)
    check()


def test_plain_text_is_unchanged() -> None:
    text = "The bed that a plot lies in, see `spec.bed` & more_info (or not).\n- one\n- two"
    assert portable.block(text) == text


@pytest.mark.parametrize(
    ("before", "address", "behind"),
    [
        ("More info: ", "https://garden.example.io/x/y.md#a_b", "."),
        ("(see ", "http://garden.example.io:8080", ")"),
        ("", "https://garden.example.io/a,b?c=d;e=%20/", ", or not"),
        ("- ", "https://garden", ": a"),
    ],
)
def test_address_is_link_in_every_dialect(before: str, address: str, behind: str) -> None:
    assert portable.block(f"{before}{address}{behind}") == f"{before}[{address}]({address}){behind}"


@pytest.mark.parametrize(
    "text",
    [
        "`https://a.b`",
        "[x](https://a.b/c)",
        "xhttps://a.b",
        "https://a.b:c",
        "https://",
        "https://$a.b",
        "https://a.b]",
        "https://a.b/~u",
        "https://a.b/c(d)",
        "https://a.b/<c>",
        "https://a.b/c&d",
    ],
)
def test_ambiguous_address_is_no_link(text: str) -> None:
    assert "[http" not in portable.block(text)
    assert not text.startswith("[x]") or portable.block(text) == text
