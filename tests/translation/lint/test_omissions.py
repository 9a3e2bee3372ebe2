"""Numbers, negations and sentences that a translation lacks."""

from __future__ import annotations

import pytest

from codegen.core.diagnostics import Span
from codegen.core.locales import SHIPPED
from codegen.translation.lint.omissions import (
    find_lost_negation,
    find_lost_numbers,
    find_lost_sentence,
)
from codegen.translation.segments import Segment

CHINESE = SHIPPED.get("zh-cn")
LONG = "Name of the gate, as it is painted on both of its sides. It must be unique in its garden."


def make(english: str, text: str) -> Segment:
    return Segment(
        id="Plot#gate", text=text, english=english, span=Span(path="plot.md"), locale=CHINESE
    )


@pytest.mark.parametrize(
    ("english", "text", "lost"),
    [
        ("At most 253 gates.", "最多 2537 个门。", ["253"]),
        ("At most 253 gates.", "最多一些门。", ["253"]),
        ("At most 253 gates.", "最多 253 个门。", []),
        ("At most 2 gates.", "最多两个门。", []),
        ("At most 2 gates.", "最多 3 个门。", ["2"]),
        ("Set `limit: 20`.", "设置 `limit`。", []),
        ("One of 10.0.0.1/24.", "一个地址。", []),
    ],
    ids=["changed", "gone", "kept", "in words", "small and changed", "code", "address"],
)
def test_numbers_of_the_english_are_kept(english: str, text: str, lost: list[str]) -> None:
    assert [finding.shown for finding in find_lost_numbers(make(english, text))] == lost


@pytest.mark.parametrize(
    ("english", "text", "at"),
    [
        ("A gate. It must not be open.", "门。必须开着。", [2]),
        ("A gate. It must not be open.", "门，必须开着。", [0]),
        ("It must not be open.", "不得打开。", []),
        ("It cannot be open.", "无法打开。", []),
        ("One of Always, Never.", "`Always`、`Never` 之一。", []),
    ],
    ids=["in its sentence", "in the text", "kept", "another word", "a value"],
)
def test_negations_of_the_english_are_kept(english: str, text: str, at: list[int]) -> None:
    assert [finding.at for finding in find_lost_negation(make(english, text))] == at


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("门的名称，写在两侧。", 1),
        ("门的名称，写在两侧。在花园中必须唯一。", 0),
        ("写在大门两侧的名称，在花园中必须是唯一的，不得与另外一个门同名。", 0),
        ("门的名称", 0),
    ],
    ids=["lost", "kept", "joined", "without a full stop"],
)
def test_sentences_of_the_english_are_kept(text: str, count: int) -> None:
    assert len(list(find_lost_sentence(make(LONG, text)))) == count
