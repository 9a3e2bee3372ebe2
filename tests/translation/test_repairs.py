"""Repairs of translated prose keep its sentences and are idempotent."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codegen.core.diagnostics import Correction, Span
from codegen.drift.review.corrections import apply_corrections
from codegen.translation.glossary import load_glossary
from codegen.translation.lint.linter import lint_segments
from codegen.translation.segments import CODE_SPAN
from gardens.translation import segment

_PARTS = (
    "花坛",
    "的",
    "的的",
    "此外",
    "诸如",
    "名称",
    "等",
    "服务帐户",
    "，",
    "。",
    "、",
    "：",
    "；",
    "（",
    "）",
    "“",
    "”",
    " ",
    "  ",
    "\u3000",
    ",",
    ".",
    "(",
    ")",
    "Bed",
    "beds",
    "bedCont",
    "Plot",
    "128",
    "`bed.Name`",
    "`bed`",
    "`[“Round”]`",
    "`",
    "https://a.example/b",
    "**",
    "\n",
)
_ENGLISH = (
    "The bed.",
    "See `bed.name`.",
    'May be ["Round"], with bedCount Plots.',
    "See https://a.example/b.",
)
TERMS = load_glossary("zh-cn")


def find_corrections(text: str, english: str) -> list[tuple[Span, Correction]]:
    found = lint_segments([segment(text, english, written=text)], TERMS)
    return [(one.span, one.correction) for one in found if one.correction]


def remove_spaces_and_code(text: str) -> str:
    """Remove spaces, and code with a letter. Other backticks may enclose sentence punctuation."""
    return "".join(
        CODE_SPAN.sub(lambda code: "" if re.search(r"\w", code[0]) else code[0], text).split()
    )


@example("`bed.Name``bed.Name`，`bed.Name`", "The bed.")
@example("`bed` 和 Plot`，`Bed`。", "See `bed`, `Plot` and `Bed`.")
@example("`bed.Name``bed.Name`bedCont`bed.Name`", 'May be ["Round"], with bedCount Plots.')
@example("`bed.Name`\u3000`bed`", "The bed.")
@example("（https://a.example/b ）", "See https://a.example/b.")
@example("https://a.example/b）", "See https://a.example/b.")
@given(
    st.lists(st.sampled_from(_PARTS), min_size=1, max_size=14).map("".join),
    st.sampled_from(_ENGLISH),
)
def test_repair_never_changes_sentences(text: str, english: str) -> None:
    before = text
    for _ in range(5):
        text, count = apply_corrections(text, find_corrections(text, english))
        if not count:
            break
    assert remove_spaces_and_code(text) == remove_spaces_and_code(before)
    assert apply_corrections(text, find_corrections(text, english)) == (text, 0)


@pytest.mark.parametrize(
    "text",
    [
        "参阅（https://a.example/b ）。",
        "参阅 https://a.example/b （花坛）。",
        "参阅 https://a.example/b 。",
    ],
    ids=["closing bracket", "opening bracket", "stop"],
)
def test_space_behind_an_address_stays(text: str) -> None:
    assert find_corrections(text, "See https://a.example/b.") == []


def test_repair_puts_a_space_between_address_and_bracket() -> None:
    found = find_corrections("（https://a.example/b）", "See https://a.example/b.")
    assert [correction.correct for _, correction in found] == ["b ）"]
