"""The Markdown of pull requests, as GitHub's dialect reads it: a table first, the gravest next, the rest folded; no text breaks out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import Level
from codegen.core.escaping.gfm import gfm_block, gfm_code, gfm_text
from codegen.findings import formats
from codegen.findings.finding import PLAIN, NotCompared, Results, View
from support.report_samples import HOSTILE, finding, results

MANY = results(*(finding(number, level) for level in (Level.INFO, Level.WARN, Level.ERR) for number in range(30)))


def markdown(found: Results, view: View = PLAIN) -> str:
    return formats.render(found, "markdown", view)


def unfolded(text: str) -> list[str]:
    return re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL).splitlines()


def test_the_table_comes_first_and_err_before_info() -> None:
    text = markdown(MANY)
    lines = text.splitlines()
    assert lines[0] == "## codegen diff: 30 ERR, 30 WARN, 30 INFO"
    assert lines[2:7] == [
        "| level | rule | direction | findings |",
        "| --- | --- | --- | ---: |",
        "| ERR | field-removed | both | 30 |",
        "| WARN | field-removed | both | 30 |",
        "| INFO | field-removed | both | 30 |",
    ]
    assert text.index("### ERR") < text.index("### WARN") < text.index("### INFO")
    text = markdown(results(finding(1), finding(2), finding(rule="rare")))
    assert text.index("**<code>rare") < text.index("**<code>field-removed")


def test_all_findings_are_there_the_first_of_what_breaks_someone_unfolded() -> None:
    text = markdown(MANY)
    assert text.count("pages/plot v1.md:") + text.count("<code>plot v1.md:") == 90
    assert sum(line.startswith("- plain") for line in unfolded(text)) == 20
    assert text.count("<details><summary>20 more</summary>") == 2


def test_a_report_stays_below_its_limit() -> None:
    found = [
        finding(number, level, rule=f"rule-{rule}") for level in Level for rule in range(60) for number in range(40)
    ]
    lines = unfolded(markdown(results(*found)))
    assert len([line for line in lines if not line.startswith("|") and line]) < 300


def test_the_words_of_a_text_that_changed_are_marked() -> None:
    old, new = (
        "The name of the plot is kept for a long time in the book",
        "The label of the plot is kept for a long time in a book",
    )
    text = markdown(results(finding(old=old, new=new, subject="Plot.name")))
    assert "- Plot.name: The <del>name</del> <ins>label</ins> of the plot is kept for" in text
    assert "in <del>the</del> <ins>a</ins> book" in text


def test_omissions_are_announced_above_the_table_and_listed_below() -> None:
    lines = markdown(results(finding(), not_compared=(NotCompared(what="a_b.md", count=2),))).splitlines()
    assert lines[2].startswith("**Not everything could be checked**")
    assert any("a&#95;b.md (2 times)" in line for line in lines)


def test_counts_alone_are_the_table() -> None:
    text = markdown(MANY, View(counts=True))
    assert "| ERR | field-removed | both | 30 |" in text
    assert "###" not in text


def test_the_difference_of_a_file_is_folded_and_cannot_end_its_fence() -> None:
    text = markdown(results(finding(detail="-a\n+```\n+</details>\n+````\n")))
    assert "<details><summary>the difference</summary>" in text
    assert re.search(r"^  `````diff\n  -a\n  \+```\n  \+</details>\n  \+````\n  `````$", text, re.MULTILINE)


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
def test_nothing_in_a_text_is_markdown(text: str, wanted: str) -> None:
    assert gfm_text(text) == wanted
    assert gfm_code(text) == f"<code>{wanted}</code>"


def test_a_fence_is_longer_than_those_inside() -> None:
    assert gfm_block("a\n~~~~\n") == "`````\na\n~~~~\n`````"
    assert gfm_block("a") == "```\na\n```"


# Everything that the report itself writes; what is left of a line without it is text of the findings.
_OWN = re.compile(
    r"</?(?:details|summary|code|b|del|ins|span)>|<!-- -->|^#{2,3} |^\| ?| \|$| \| |^(?:  )?- |^ *`{3,}(?:diff)?$|\*\*|\| --- .*"
)


@pytest.mark.parametrize(
    "text", [*HOSTILE, "</details>", "<script>x</script>", "**", "| a |", "/close", "<!--", "a -->"]
)
def test_texts_stay_inside_their_markup(text: str) -> None:
    values: dict[str, Any] = dict.fromkeys(("old", "new", "meaning", "hint", "id", "subject"), text)
    found = replace(finding(text=text, path=text), **values)
    both = markdown(
        results(found, replace(found, old=f"a b c {text}", new=f"{text} d e f"), notes=(text,), summary=(text,))
    )
    for line in both.splitlines():
        rest = _OWN.sub("", line)
        assert not re.search(r"[<>|`*~\[\]]|@\w|(?<!&)#\d", rest), line
        assert all(char.isprintable() for char in line)
    assert both.count("<details>") == both.count("</details>")
