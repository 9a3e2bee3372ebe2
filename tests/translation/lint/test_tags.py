"""Broken tags of HTML in translations."""

from __future__ import annotations

import pytest

from codegen.translation.lint.tags import find_broken_tags
from gardens.translation import segment


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("花坛 beds</ 的大小。", ["</"]),
        ("<code>花坛</code 的大小。", ["</code"]),
        ("<code>花坛</ code> 的大小。", ["</ code"]),
        ("<code花坛</code> 的大小。", ["<code", "</code>"]),
        ("< b>花坛</b> 的大小。", ["< b>", "</b>"]),
        ("<b>花坛的大小。", ["<b>"]),
        ("花坛</i>的大小。", ["</i>"]),
        ("<code>花坛</b> 的 <i>大小</i>。", ["</b>"]),
        ("<b>花坛<i>的</b>大小。", ["<i>"]),
        ("<EM>花坛</STRONG>。", ["</STRONG>"]),
    ],
    ids=[
        "cut",
        "without its end",
        "blank",
        "opening",
        "blank before the name",
        "unclosed",
        "unopened",
        "other",
        "crossed",
        "capitals",
    ],
)
def test_broken_tags_are_found(text: str, tags: list[str]) -> None:
    findings = list(find_broken_tags(segment(text)))
    assert [finding.shown for finding in findings] == tags
    assert all(text.startswith(finding.shown, finding.at) for finding in findings)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ('<b>花坛</b>，<a href="x">小路</a>，<br>，<br/>。', ""),
        ("路径为 <name>/beds，或 </name>。", ""),
        ("`<code>` 和 <!-- <b> -->。", ""),
        ("当 a < b 且 b > c 时。", ""),
        ("<p>花坛<li>小路", ""),
        ("<b>花坛的大小。", "<b>The size of the bed."),
    ],
    ids=["pairs", "placeholder", "code", "comparison", "optional ends", "as in English"],
)
def test_right_tags_have_no_findings(text: str, english: str) -> None:
    assert list(find_broken_tags(segment(text, english))) == []
