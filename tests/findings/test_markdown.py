"""The Markdown report for pull requests: a table, the most severe findings, the rest folded, and
escaped texts.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import Level
from codegen.findings import formats
from codegen.findings.finding import PLAIN, NotCompared, Results, View
from codegen.findings.formats import markdown
from codegen.findings.formats.gfm import gfm_block, gfm_code, gfm_text
from support.report_samples import HOSTILE, finding, results
from support.rows import each_row

MANY = results(
    *(
        finding(number, level)
        for level in (Level.INFO, Level.WARN, Level.ERR)
        for number in range(30)
    )
)


def render_markdown(found: Results, view: View = PLAIN) -> str:
    return formats.render(found, "markdown", view)


def unfolded(text: str) -> list[str]:
    return re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL).splitlines()


def test_table_comes_first_and_err_before_info() -> None:
    text = render_markdown(MANY)
    lines = text.splitlines()
    assert lines[0] == "## codegen diff: 30 to act on, of 90 findings: 30 ERR, 30 WARN, 30 INFO"
    assert lines[2:7] == [
        "| level | rule | direction | findings |",
        "| --- | --- | --- | ---: |",
        "| ERR | field-removed | both | 30 |",
        "| WARN | field-removed | both | 30 |",
        "| INFO | field-removed | both | 30 |",
    ]
    assert text.index("### ERR") < text.index("### WARN") < text.index("### INFO")
    text = render_markdown(results(finding(1), finding(2), finding(rule="rare")))
    assert text.index("**<code>rare") < text.index("**<code>field-removed")


def test_first_breaking_findings_are_unfolded() -> None:
    text = render_markdown(MANY)
    assert text.count("pages/plot v1.md:") + text.count("<code>plot v1.md:") == 90
    assert sum(line.startswith("- plain") for line in unfolded(text)) == 20
    assert text.count("<details><summary>20 more</summary>") == 2


def test_report_stays_below_size_limit() -> None:
    found = [
        finding(number, level, rule=f"rule-{rule}")
        for level in Level
        for rule in range(60)
        for number in range(40)
    ]
    lines = unfolded(render_markdown(results(*found)))
    assert len([line for line in lines if not line.startswith("|") and line]) < 300


def test_report_that_fits_exactly_is_whole() -> None:
    whole = render_markdown(MANY)
    assert markdown.within(MANY, len(whole.encode())) == whole
    assert "more do not fit here" in markdown.within(MANY, len(whole.encode()) - 1)


@each_row("""
    a/b.md  | a/c/d.md | a/
    a/b.md  | c/d.md   |
    b.md    | c.md     |
    /a/b.md | a/b.md   |
    /a/b.md | /c/d.md  | /
    /b.md   | /c.md    |
""")
def test_places_are_below_common_folder(first: str, second: str, folder: str) -> None:
    text = render_markdown(results(finding(path=first), finding(path=second)))
    assert (
        ("- places are below " in text)
        is (f"- places are below <code>{folder}</code>" in text)
        is bool(folder)
    )
    assert all(f"<code>{path.removeprefix(folder)}:1</code>" in text for path in (first, second))


def test_changed_words_are_marked() -> None:
    old = "The name of the plot is kept for a long time in the book"
    new = "The label of the plot is kept for a long time in a book"
    text = render_markdown(results(finding(old=old, new=new, subject="Plot.name")))
    assert "- Plot.name: The <del>name</del> <ins>label</ins> of the plot is kept for" in text
    assert "in <del>the</del> <ins>a</ins> book" in text


def test_omissions_are_announced_above_table_and_listed_below() -> None:
    lines = render_markdown(
        results(finding(), not_compared=(NotCompared(what="a_b.md", count=2),))
    ).splitlines()
    assert lines[2].startswith("**Not everything could be checked**")
    assert any("a&#95;b.md (2 times)" in line for line in lines)


def test_counts_show_table_only() -> None:
    text = render_markdown(MANY, View(counts=True))
    assert "| ERR | field-removed | both | 30 |" in text
    assert "###" not in text


def test_file_difference_is_folded_and_cannot_end_fence() -> None:
    text = render_markdown(results(finding(detail="-a\n+```\n+</details>\n+````\n")))
    assert "<details><summary>the difference</summary>" in text
    assert re.search(
        r"^  `````diff\n  -a\n  \+```\n  \+</details>\n  \+````\n  `````$", text, re.MULTILINE
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain words, e.g. a.b(c): 1", "plain words, e.g. a.b(c): 1"),
        ("@owner a@b", "@<!-- -->owner a@<!-- -->b"),
        ("#12 and a/b#3, but C# 7", "#<!-- -->12 and a/b#<!-- -->3, but C# 7"),
        ("<b> & |", "&#60;b&#62; &#38; &#124;"),
        ("https://example.io www.example.io", "https&#58;//example.io www&#46;example.io"),
        ("$x$", "<span>$</span>x<span>$</span>"),
        ("a\n\n- b", "a - b"),
        ("![x](y)", "!&#91;x&#93;(y)"),
        ("~~a~~ \\* `b`", "&#126;&#126;a&#126;&#126; &#92;&#42; &#96;b&#96;"),
    ],
)
def test_markdown_in_texts_is_escaped(text: str, wanted: str) -> None:
    assert gfm_text(text) == wanted
    assert gfm_code(text) == f"<code>{wanted}</code>"


def test_fence_is_longer_than_inner_fences() -> None:
    assert gfm_block("a\n~~~~\n") == "`````\na\n~~~~\n`````"
    assert gfm_block("a") == "```\na\n```"


# Markup written by the report itself. The rest of a line is text of findings.
_OWN = re.compile(
    r"</?(?:details|summary|code|b|del|ins|span)>|<!-- -->|^#{2,3} |^\| ?| \|$| \| |^(?:  )?- |^ *`{3,}(?:diff)?$|\*\*|\| --- .*"
)


@pytest.mark.parametrize(
    "text", [*HOSTILE, "</details>", "<script>x</script>", "**", "| a |", "/close", "<!--", "a -->"]
)
def test_texts_stay_inside_their_markup(text: str) -> None:
    values: dict[str, Any] = dict.fromkeys(("old", "new", "meaning", "hint", "id", "subject"), text)
    found = replace(finding(text=text, path=text), **values)
    both = render_markdown(
        results(
            found,
            replace(found, old=f"a b c {text}", new=f"{text} d e f"),
            notes=(text,),
            summary=(text,),
        )
    )
    for line in both.splitlines():
        rest = _OWN.sub("", line)
        assert not re.search(r"[<>|`*~\[\]]|@\w|(?<!&)#\d", rest), line
        assert all(char.isprintable() for char in line)
    assert both.count("<details>") == both.count("</details>")
