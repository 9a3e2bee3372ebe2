"""Round trip of descriptions as HTML cells in upstream's notation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.outputs.escaping.cells import cell, cell_name
from codegen.outputs.escaping.cells_upstream import upstream_cell, upstream_section
from codegen.outputs.escaping.markdown import markdown_with_entities
from codegen.readers.table.cells import clean_cell, clean_section, read_type
from support.budget import example_settings


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("Use `spec.x<y>` and ``a`b``.", "Use <code>spec.x&lt;y&gt;</code> and <code>a`b</code>."),
        ("one ` tick", "one ` tick"),
        (f"{'`' * 9}a{'`' * 9}", f"{'`' * 9}a{'`' * 9}"),
        ("` a ` and `` ` ``", "<code> a </code> and <code>`</code>"),
        (
            "See https://example.io/a_(b)?c=d#e.",
            'See <a href="https://example.io/a_(b)?c=d#e">https://example.io/a_(b)?c=d#e</a>.',
        ),
        ("(https://example.io/a)", '(<a href="https://example.io/a">https://example.io/a</a>)'),
        ("https://$host:$port/path", "https://$host:$port/path"),
        (
            "[the docs](https://example.io/x) and [here](/docs/y/)",
            '<a href="https://example.io/x">the docs</a> and <a href="/docs/y/">here</a>',
        ),
        (
            "[x](javascript:alert(1)) [y](//example.io)",
            "[x](javascript:alert(1)) [y](//example.io)",
        ),
        (
            "**Note:** an *important* one, but '*' and a/* are not",
            "<strong>Note:</strong> an <em>important</em> one, but '*' and a/* are not",
        ),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("one\ntwo\n\nthree", "one<br/>two<br/><br/>three"),
        (
            "Values:\n - `A` is a\n - `B` is b\nend",
            "Values:<ul><li><code>A</code> is a</li><li><code>B</code> is b</li></ul>end",
        ),
        ("* a\n* b", '<ul data-mark="*"><li>a</li><li>b</li></ul>'),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("`` ` `` and ` a `", "<code>`</code> and <code> a </code>"),
        ("a\n01. b\n٢. c", "a<br/>01. b<br/>٢. c"),  # numbers that a list would not show
        (
            "3. a\n4. b\n9. c",
            '<ol start="3"><li>a</li><li>b</li></ol><ol start="9"><li>c</li></ol>',
        ),
        ("- a\n  goes on\n\n- b", "<ul><li>a<br/>goes on</li></ul><ul><li>b</li></ul>"),
        (
            "```yaml\na: <b>\n\nc\n```\nend",
            '<pre><code class="language-yaml">a: &lt;b&gt;<br/><br/>c</code></pre>end',
        ),
        ("```\nnever closed", "```<br/>never closed"),
        ('{{< ref "x" >}} {{% y %}}', '{&#123;&lt; ref "x" &gt;}} {&#123;% y %}}'),
        ("", ""),
    ],
)
def test_cell_renders_markdown_of_description(text: str, html: str) -> None:
    assert cell(text) == html
    assert " ".join(clean_cell(html).split()) == " ".join(text.split())


def test_name_in_cell_is_escaped() -> None:
    assert cell_name("a<b>\n`c`{{x") == "a&lt;b&gt; `c`{&#123;x"


@example_settings(300)
@given(st.text(alphabet="ab`*<>&[]()\\{}%:/. \n-1#|~_'\"", max_size=80))
def test_arbitrary_text_becomes_one_line_of_balanced_tags(text: str) -> None:
    """Only own tags, no line break and no shortcode; reading it back gives the same text except for
    whitespace.
    """
    html = cell(text)
    assert "\n" not in html
    assert "{{" not in html
    bare = html
    for tag in ("code", "strong", "em", "ul", "ol", "li", "pre", "a"):
        assert html.count(f"<{tag}>") + html.count(f"<{tag} ") == html.count(f"</{tag}>")
        bare = bare.replace(f"</{tag}>", "")
    assert bare.count("<") == bare.count(">")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("'*' and a/*' and '*/b", "'\\*' and a/\\*' and '\\*/b"),
        ("under `/apis/<group>/...`", "under `/apis/\\<group>/...`"),
        ("<pod name>.<cluster.domain> < 5", "\\<pod name>.\\<cluster.domain> \\< 5"),
        (
            "<img src=x onerror=y> </td> <!-- <b> <form>",
            "&lt;img src=x onerror=y> &lt;/td> &lt;!-- &lt;b> &lt;form>",
        ),
        (
            'Is.\n\nPossible enum values:\n - `"A"` is a\n - `"B"`',
            'Is.<br/><br/>Possible enum values:<br/> - `"A"` is a<br/> - `"B"`',
        ),
    ],
)
def test_upstream_cells_are_exact(text: str, written: str) -> None:
    assert upstream_cell(text) == written


def test_upstream_sections_keep_lines() -> None:
    assert (
        upstream_section("a's \"b\"\n\n<c> & '*'")
        == "a&#39;s &#34;b&#34;\n\n&lt;c&gt; &amp; &#39;\\*&#39;"
    )


@pytest.mark.parametrize(
    "text",
    [
        'a < b & `c` "d"',
        "# no heading\n\n- a\n- b",
        "``` never closed",
        "x\n=====\ny",
        "[a]: https://example.io",
    ],
)
def test_section_round_trips(text: str) -> None:
    written = markdown_with_entities(text)
    assert clean_section(written) == text
    assert not written.startswith(("#", "```"))


@pytest.mark.parametrize(
    ("words", "name", "wrappers"),
    [
        ("int64", "int64", ()),
        ("map[string]string", "string", ("map",)),
        ("map[string][]string array", "string", ("[]", "map", "[]")),
        ('<a href="{{< ref "x#Bed" >}}">map[string]Bed array</a>', "Bed", ("[]", "map")),
        ("map[string]any", "", ("map",)),
        ("any", "", ()),
    ],
)
def test_types_are_more_exact_than_upstream(
    words: str, name: str, wrappers: tuple[str, ...]
) -> None:
    found = read_type(words)
    assert found is not None
    assert (found.name, found.wrappers) == (name, wrappers)
