"""Escaping of untrusted text in Markdown, HTML and YAML."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from ruamel.yaml import YAML

from codegen.core.escaping.controls import shorten, visible
from codegen.core.escaping.documents import quote_yaml, yaml_block
from codegen.core.name_lists import list_first
from codegen.outputs.escaping import html_prose
from codegen.outputs.escaping.html import attribute, comment, target
from codegen.outputs.escaping.markdown import (
    markdown,
    markdown_code,
    markdown_heading,
    markdown_line,
    markdown_name,
    markdown_with_code,
    markdown_with_entities,
    markdown_with_placeholders,
)
from support.budget import example_settings

ORDINARY = [
    "The bed that a plot lies in. More info: https://garden.example.io/docs#beds",
    "Possible values are:\n- `Sun`: full sun\n- `Shade`: none\n\n1. first\n2. second",
    "Names look like \"bed-1\", 'bed-2' or `bed[0]`, and cost 5 > 3 * 2 & more_or_less\\n.",
    "The form is:\n\n```\nbed:\n  - a\n```\n\nand nothing else.",
    "See [the guide](https://garden.example.io:443/guide?a=1&b=%20#c:d), [it](http://garden.example.io) and [the rest](/docs/rest?a=1&b#x:y).",
    "Each key is `{.spec}` or {{name}}; *not* required.",
    "\tindented by a tab",
]
# Fragments of hostile texts.
PIECES = [
    "<script>",
    "</script>",
    "<img src=x onerror=y>",
    "<",
    ">",
    "\\",
    "{{<",
    ">}}",
    "{{%",
    "%}}",
    "{{",
    "/*",
    "*/",
    "-->",
    "--!>",
    "#",
    "## a {#b}",
    "- **a** (string)",
    "---",
    "===",
    "-",
    "=",
    "```",
    "~~~",
    "`",
    "\n",
    "\n\n",
    " ",
    "    ",
    "\t",
    "> ",
    "1. ",
    "* ",
    "[a]",
    "[a]: javascript:b",
    "[a](javascript:b)",
    "](&#106;avascript:b)",
    "![a](https://b)",
    "(",
    ")",
    "word",
    "*",
    "**",
    "<!--",
    "<name>",
    "`<name>`",
    "``",
    "|",
    "\u202e",
    "\x00",
    "\r",
    "\u2028",
    '<a name="x">',
    "<hr>",
]
hostile = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
# Fragments of links, and characters between them.
LINK_PIECES = [
    "[",
    "]",
    "(",
    ")",
    "](",
    "[a](",
    "\\",
    "\\\\",
    "`",
    "``",
    "<",
    ">",
    "!",
    ":",
    "&colon;",
    "&#58;",
    "\\:",
    "&Tab;",
    "javascript",
    "java",
    "script",
    "javascript:",
    "JavaScript:b)",
    "&#106;avascript:",
    "data:text/html,b)",
    "https://",
    "https:",
    "/",
    "b)",
    "\n",
    "\n> ",
    "> ",
    "- ",
    ": ",
    " ",
    "    ",
    "\t",
    "\x01",
    "\u00a0",
    "'c'",
    "*",
    "_",
    "]:",
    "[a]: ",
    "[^1]",
    "{",
    "}",
    "https://[a](",
]
linked = st.lists(st.sampled_from(LINK_PIECES), max_size=12).map("".join)
RULE = "<hr>"


def permissive_parser() -> MarkdownIt:
    """Return a Markdown parser that accepts every link target, like the site's."""
    parser = MarkdownIt("commonmark")
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


def tokens_of(block: str) -> tuple[set[str], list[str]]:
    """Return all token types of a block and its HTML, parsed above a thematic break as on a page."""
    parsed = permissive_parser().parse(f"{block}\n\n{RULE}\n")
    every = [part for token in parsed for part in (token, *(token.children or ()))]
    return {part.type for part in every}, [
        part.content.strip() for part in every if part.type in ("html_block", "html_inline")
    ]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_descriptions_are_unchanged(text: str) -> None:
    assert markdown(text) == text
    assert markdown_with_placeholders(text) == text


def test_long_texts_and_lists_are_cut_at_their_limit() -> None:
    assert [shorten(" a\n b\u202e", length) for length in (9, 8, 1)] == [
        "a bU+202E",
        "a bU+20…",
        "…",
    ]
    assert [list_first("abc", most) for most in (4, 3, 2)] == [
        "a, b, c",
        "a, b, c",
        "a, b and 1 more",
    ]


def test_less_than_sign_is_escaped() -> None:
    assert markdown("0 < x, <name>") == r"0 \< x, \<name>"


def test_backslashes_before_tag_do_not_undo_escape() -> None:
    assert tokens_of(markdown("\\<script>"))[1] == [RULE]
    assert tokens_of(markdown("\\\\<script>"))[1] == [RULE]


@example_settings(400)
@given(hostile)
@example("a\n- ")
@example("a\n> - \t")
def test_text_never_becomes_html_heading_image_or_shortcode(text: str) -> None:
    for write in (markdown, markdown_with_code):
        block = write(text)
        kinds, html = tokens_of(block)
        assert html == [RULE]
        assert not kinds & {"heading_open", "image"}
        assert "{{<" not in block
        assert "{{%" not in block


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Keys are `f:<name>` and <value>.", r"Keys are `f:<name>` and \<value>."),
        (
            "```\n<digit> ::= 0 | 1 < 2 && 3\n```\n\n0 < x",
            "```\n<digit> ::= 0 | 1 < 2 && 3\n```\n\n0 \\< x",
        ),
        ("one ` mark, `<a>` and `<name>`", r"one ` mark, `\<a>` and `\<name>`"),
        ("open `\n- `<name>`", "open `\n- `\\<name>`"),
        (r"\`<name>` is no code", r"\`\<name>` is no code"),
        ("`</td>`, `<!--`, `<td y>` and `<?x>`", r"`\</td>`, `\<!--`, `\<td y>` and `\<?x>`"),
        (
            "`<x y>`, `<Pod 名称>`, `<a.b>`, `<x y=z>`",
            r"`<x y>`, `<Pod 名称>`, `<a.b>`, `\<x y=z>`",
        ),
        ("`<script>`, `{{< x >}}` and `&lt;<x>`", r"`\<script>`, `{{\< x >}}` and `&lt;\<x>`"),
        ("- a\n  ```\n<name>\n```\nb", "- a\n  \\```\n\\<name>\n\\```\nb"),
        ("a | b\n- | -\n`<x> | ` `", "a | b\n- | -\n`\\<x> | ` `"),
        ("a[*].b - c[*].d, `e[*].f`", r"a[\*].b - c[\*].d, `e[*].f`"),
    ],
)
def test_unambiguous_code_is_unchanged(text: str, written: str) -> None:
    assert markdown_with_code(text) == written
    assert tokens_of(written)[1] == [RULE]


def test_code_of_sections_keeps_special_characters() -> None:
    assert markdown_with_entities("`<name>` & <b>\n\n```\na && <b\n```") == (
        "`<name>` &amp; &lt;b&gt;\n\n```\na &amp;&amp; &lt;b\n```"
    )
    for code in ("a && 1 < 2", "<digit> </br>", "<.spec.name>.<key,value>"):
        assert markdown_with_entities(f"```\n{code}\n```") == f"```\n{code}\n```"


LINKS = [
    "[a](javascript:b)",
    "[a](\njavascript:b)",
    "[a](<javascript:b>)",
    "[a](&#106;avascript:b)",
    "[a](JavaScript:b 'c')",
    "[a](data:text/html,b)",
    "[a]: javascript:b\n\n[a] [string]",
    "> 1. [a\nb]: javascript:c\n\n[a b]",
    "word\n\n [a\\]b]: javascript:c\n\n[a\\]b]",
    "[a](javascript\\:b)",
    "[a](javascript&colon;b)",
    "[a\\\\](javascript:b)",
    "> [a](\n> javascript:b)",
    "> [a](\n> <javascript:b>)",
]


@pytest.mark.parametrize("text", LINKS)
def test_script_links_become_text(text: str) -> None:
    assert "link_open" in tokens_of(text)[0]
    assert "link_open" not in tokens_of(markdown(text))[0]


def targets_outside_the_web(block: str) -> list[str]:
    """Return link targets with a scheme other than http and https in browsers."""
    tokens = [
        part
        for token in permissive_parser().parse(block)
        for part in (token, *(token.children or ()))
    ]
    targets = [str(part.attrs["href"]) for part in tokens if part.type == "link_open"]
    return [
        address
        for address in targets
        if re.match(r"[a-z][a-z0-9+.-]*:", address.strip(), re.IGNORECASE)
        and not address.startswith(("http:", "https:"))
    ]


@pytest.mark.slow
@example_settings(600)
@given(st.one_of(hostile, linked))
@example("[a](javascript:b)\\](&#106;avascript:b)")
@example("[a\\](javascript:b)")
@example("> [a](\n> javascript:b)")
def test_links_have_web_schemes_only(text: str) -> None:
    for write in (
        markdown,
        markdown_with_placeholders,
        markdown_with_entities,
        markdown_line,
        markdown_heading,
    ):
        assert targets_outside_the_web(write(text)) == []


ATTRIBUTES = ["word\n\\{.a}", "- \\{ #a }", "> \\{a=b} word", "word\n: \\{}", "\\{\n.a}"]
STRUCTURE = [
    "\\## Bed {#Bed}",
    "a\n\\- **spec** (string)",
    "title\n\\---",
    "\\```\nopen",
    "{{\\% x %}}",
]
REMARK = "\\*Atomic: will be replaced during a merge*\n\ntext"


@pytest.mark.parametrize("written", [*ATTRIBUTES, *STRUCTURE, REMARK])
def test_page_structure_cannot_be_forged(written: str) -> None:
    assert markdown(written.replace("\\", "")) == written


def test_attributes_of_fences_and_invisible_characters_are_escaped() -> None:
    assert markdown("```sh {#a}\nb\n```") == "```sh &#123;#a}\nb\n```"
    assert markdown("1. ~~~{.a}\n    b") == "1. ~~~&#123;.a}\n    b"
    assert markdown('{"a": 1}\n{a: b}\n{a}\n```{a}```') == '{"a": 1}\n{a: b}\n{a}\n```{a}```'
    assert markdown("a\u202eb\x00") == "aU+202EbU+0000"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("list {#a}", "list \\{#a}"),
        ("list {.a} # {#b style='c'}\n", "list \\{.a} # \\{#b style='c'}"),
        ("list \\{#a}", "list \\{#a}"),
        ("list \\\\{#a}", "list \\\\\\{#a}"),
        ("list {a} of `{b}`", "list {a} of `{b}`"),
    ],
)
def test_heading_attributes_become_text(text: str, written: str) -> None:
    assert markdown_heading(text) == written


@example_settings(150)
@given(hostile)
@example("<name>\n<script>")
@example("> <name> \n> <script>")
@example("- 1. <name>\n     <script>")
def test_only_placeholder_tags_are_kept(text: str) -> None:
    html = tokens_of(markdown_with_placeholders(text))[1]
    assert [tag for tag in html if tag != "<name>"] == [RULE]
    assert "{{<" not in markdown_with_placeholders(text)


def test_placeholder_is_no_known_html_element() -> None:
    assert markdown_with_placeholders("f:<name> <key,value>") == "f:<name> <key,value>"
    assert markdown_with_placeholders("<Script> <svg> <b>") == r"\<Script> \<svg> \<b>"
    assert markdown_with_placeholders("<name onclick=x>") == r"\<name onclick=x>"


@example_settings(150)
@given(hostile)
def test_name_is_one_line_of_plain_text(text: str) -> None:
    inline = permissive_parser().parse(f"- **x{markdown_name(text)}** (string)")
    kinds = {part.type for token in inline for part in token.children or ()}
    assert "\n" not in markdown_name(text)
    assert not kinds & {"html_inline", "link_open", "image", "code_inline", "softbreak"}
    assert "{{<" not in markdown_name(text)


@example_settings(150)
@given(hostile)
def test_code_and_phrases_stay_on_one_line(text: str) -> None:
    for written in (markdown_code(text), markdown_line(text)):
        assert "\n" not in written
        assert "{{<" not in written
        assert "{{%" not in written
    assert "`" not in markdown_code(text)


@example_settings(200)
@given(hostile)
@example("{{%/**/>}}")
@example("{{</* a */%}}")
def test_comment_cannot_be_closed_early(text: str) -> None:
    inside = comment(text)
    assert "-->" not in inside
    assert "--!>" not in inside
    rest = inside
    for mark, end in (("<", ">"), ("%", "%")):
        for part in rest.split("{{" + mark)[1:]:
            assert part.startswith("/*")
            assert f"*/{end}}}}}" in part


def test_shortcodes_in_comments_are_escaped() -> None:
    assert comment('<a href="{{< ref "x#y" >}}">y</a>') == '<a href="{{</* ref "x#y" */>}}">y</a>'
    assert (
        comment("{{% a %}} {{< a /* >}} {{% */ %}}")
        == "{{%/* a */%}} {&#123;< a /* >}} {&#123;% */ %}}"
    )


@example_settings(200)
@given(hostile)
def test_attributes_and_targets_contain_no_delimiters(text: str) -> None:
    assert not set('<>"\n') & set(attribute(text))
    assert not set("<>\"'`{}()\\ \n") & set(target(text))


@example_settings(150)
@given(st.one_of(hostile, st.text(max_size=40)))
def test_yaml_strings_round_trip(text: str) -> None:
    shown = visible(text)
    assert YAML(typ="safe").load(f"description: {quote_yaml(text)}\nweight: 1\n") == {
        "description": shown,
        "weight": 1,
    }
    assert "\n" not in quote_yaml(text)


@example_settings(60)
@given(st.lists(st.sampled_from(["a", "b" * 30, ""]), min_size=30, max_size=60))
def test_folded_yaml_texts_round_trip(words: list[str]) -> None:
    text = " ".join(words)
    assert YAML(typ="safe").load(yaml_block({"description": text})) == {"description": text}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a <b> & `c < d`", "<p>a &lt;b&gt; &amp; <code>c &lt; d</code></p>"),
        (
            "see https://kubernetes.io/a_b.",
            '<p>see <a href="https://kubernetes.io/a_b" rel="nofollow">https://kubernetes.io/a_b</a>.</p>',
        ),
        (
            "[here](https://kubernetes.io) [no](javascript:alert)",
            '<p><a href="https://kubernetes.io" rel="nofollow">here</a> [no](javascript:alert)</p>',
        ),
        (
            "Values:\n- one\n- two\n\nend",
            "<p>Values:</p><ul><li>one</li><li>two</li></ul><p>end</p>",
        ),
        ("```\n<x>\n```", "<pre><code>&lt;x&gt;</code></pre>"),
        (
            "It is one line that was wrapped at a bed\nplace. Two:\nb",
            "<p>It is one line that was wrapped at a bed place. Two:<br>b</p>",
        ),
        (
            "It is one line that ended at a cold bed\nplace",
            "<p>It is one line that ended at a cold bed<br>place</p>",
        ),
        (
            "It is one line that ended there, by a dot.\nb",
            "<p>It is one line that ended there, by a dot.<br>b</p>",
        ),
        ("令牌的\n受众", "<p>令牌的受众</p>"),
        ("**bold** 2 ** 3", "<p><strong>bold</strong> 2 ** 3</p>"),
        ("它**没有**顺序。", "<p>它<strong>没有</strong>顺序。</p>"),
        ("\u202eevil", "<p>U+202Eevil</p>"),
    ],
)
def test_descriptions_become_escaped_html(text: str, html: str) -> None:
    assert html_prose.block(text) == html
