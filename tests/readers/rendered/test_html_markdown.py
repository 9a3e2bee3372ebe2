"""Elements of descriptions become the Markdown that they came from."""

from __future__ import annotations

import pytest
from lxml import etree

from codegen.readers.rendered.html_markdown import block_markdown, read_link
from codegen.readers.rendered.parts import Link


def parse(html: str) -> etree._Element:
    root = etree.fromstring(f"<div>{html}</div>".encode(), etree.HTMLParser(encoding="utf-8"))
    return root.find(".//div")


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a <code>b</code> <em>c</em> <strong>d</strong></p>", "a `b` *c* **d**"),
        ("<p>a<em> b </em>c</p>", "a *b* c"),
        ("<p><code>a`b</code></p>", "``a`b``"),
        ('<p><a href="https://a.example/b">https://a.example/b</a></p>', "https://a.example/b"),
        ('<p><a href="/b">c</a></p>', "[c](/b)"),
        ('<p><a name="Bed"></a><em>Bed is a part.</em></p>', '<a name="Bed"></a>*Bed is a part.*'),
        ('<p>Plot<a href="#Plot">¶</a></p>', "Plot"),
        ('<p>Plot<a href="#Plot"></a></p>', "Plot"),
        ('<p>Plot<a class="headerlink" href="#Plot">link</a></p>', "Plot"),
        ("<p>a &lt; b &amp; c</p>", "a < b & c"),
        ("<p>a<br/>b</p>", "a\nb"),
        ("<p>one\n  two</p>", "one\ntwo"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ('<ol start="3"><li>a</li><li>b</li></ol>', "3. a\n4. b"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b"),
        ("<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n\n- b"),
        ("<blockquote><p>a</p></blockquote>", "> a"),
        ('<pre><code class="language-yaml">a:\n  b\n</code></pre>', "```yaml\na:\n  b\n```"),
        ("<table><tr><th>a</th></tr><tr><td>b|c</td></tr></table>", "| a |\n| --- |\n| b\\|c |"),
        ("<p>a<script>evil</script><button>evil</button></p>", "a"),
        ("<p>with key &lt;zone&gt; and <zone>more</p>", "with key <zone> and <zone>more"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("<") else "",
)
def test_element_becomes_markdown(html: str, markdown: str) -> None:
    assert block_markdown(parse(html)) == markdown


@pytest.mark.parametrize(
    ("href", "page", "anchor"),
    [
        ("#Plot", "", "Plot"),
        ("/docs/garden/plot-v1/#Plot", "", "Plot"),
        ("/docs/garden/bed-v1/#Bed", "../garden/bed-v1", "Bed"),
        ("https://a.example/docs/garden/bed-v1/#Bed", "../garden/bed-v1", "Bed"),
        ("../garden/bed-v1.html#Bed", "../garden/bed-v1", "Bed"),
        ('{{< ref "../garden/bed-v1#Bed" >}}', "../garden/bed-v1", "Bed"),
        ("../bed-v1/#Bed", "bed-v1", "Bed"),
    ],
    ids=str,
)
def test_link_has_page_and_anchor(href: str, page: str, anchor: str) -> None:
    link = etree.Element("a", href=href)
    found = read_link(link, "plot-v1")
    assert isinstance(found, Link)
    assert (found.page.removeprefix("../"), found.anchor) == (page.removeprefix("../"), anchor)
