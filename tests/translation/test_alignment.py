"""Sentences of a translation beside those of the English where they are not as many."""

from __future__ import annotations

import pytest

from codegen.translation.lint.units import units
from growth import grows_linearly


def pairs(english: str, text: str) -> list[tuple[str, str]]:
    return [(unit.english.strip(), text[unit.start : unit.end].strip()) for unit in units(english, text, wide=True)]


def test_sentences_that_are_taken_together_are_found_by_their_names() -> None:
    english = "bedCount is the number of beds. It is set once. wayWidth is how wide a way of the garden may be at most."
    text = "bedCount 是花坛的数量，只设置一次。wayWidth 是花园中道路的最大宽度。"
    assert pairs(english, text) == [
        ("bedCount is the number of beds. It is set once.", "bedCount 是花坛的数量，只设置一次。"),
        ("wayWidth is how wide a way of the garden may be at most.", "wayWidth 是花园中道路的最大宽度。"),
    ]


def test_one_sentence_may_become_two() -> None:
    english = "bedCount is the number of beds, which is set once and for all. The gardener is named by gardenerName."
    text = "bedCount 是花坛的数量。该值只能设置一次。gardenerName 是园丁的名称。"
    assert [own for _, own in pairs(english, text)] == [
        "bedCount 是花坛的数量。该值只能设置一次。",
        "gardenerName 是园丁的名称。",
    ]


@pytest.mark.parametrize(
    "text",
    ["花坛的数量，只设置一次。花园中道路的最大宽度。", "wayWidth 是最大宽度。bedCount 是花坛的数量，只设置一次。"],
)
def test_what_no_name_ties_together_stays_one(text: str) -> None:
    english = "bedCount is the number of beds. It is set once. wayWidth is how wide a way of the garden may be."
    assert pairs(english, text) == [(english, text)]


def test_the_items_of_a_list_on_one_line_are_sentences() -> None:
    english = "Note of bedCount. * beds are watered. * ways are not."
    assert [one for one, _ in pairs(english, "bedCount 的说明。花坛会浇水。道路不会。")] == [
        "Note of bedCount.",
        "* beds are watered.",
        "* ways are not.",
    ]


@pytest.mark.timing
def test_many_sentences_take_linear_time() -> None:
    def align(count: int) -> None:
        units("".join(f"Bed{n} is wet. It is set. " for n in range(count)), "花坛湿。" * (count + 1), wide=True)

    assert grows_linearly(align)
