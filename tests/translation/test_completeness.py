"""Sentences that a carried translation lacks."""

from __future__ import annotations

import pytest

from codegen.translation.completeness import find_missing_sentences
from codegen.translation.po import Entry
from codegen.translation.provenance import mark_partial

GATE, BEDS = "The gate is open.", "The beds are wet."


@pytest.mark.parametrize(
    ("old", "new", "translation", "missing"),
    [
        pytest.param(GATE, f"{GATE} {BEDS}", "门开着。", [BEDS], id="at the end"),
        pytest.param(
            f"{GATE} {BEDS}",
            f"{GATE} Nobody shuts it. {BEDS}",
            "门开着。花坛是湿的。",
            ["Nobody shuts it."],
            id="in the middle",
        ),
        pytest.param(
            GATE,
            f"The gate is wide open. {BEDS}",
            "门开着。",
            [BEDS],
            id="beside a changed sentence",
        ),
        pytest.param(GATE, "The gate is shut.", "门开着。", [], id="only changed"),
        pytest.param(f"{GATE} {BEDS}", GATE, "门开着。花坛是湿的。", [], id="removed"),
        pytest.param(GATE, f"{GATE} {BEDS}", "门开着。花坛是湿的。", [], id="complete"),
        pytest.param(None, f"{GATE} {BEDS}", "门开着。", [], id="no previous English"),
    ],
)
def test_new_sentences_are_missing(
    old: str | None, new: str, translation: str, missing: list[str]
) -> None:
    entry = Entry(id="K#f", english=new, translation=translation, previous=old, flags=("fuzzy",))
    assert find_missing_sentences(entry, translation) == missing


def test_text_written_for_the_new_english_lacks_nothing() -> None:
    entry = Entry(
        id="K#f",
        english=f"{GATE} {BEDS}",
        translation="门开着。",
        previous=GATE,
        flags=("fuzzy",),
        provenance=mark_partial(),
    )
    assert find_missing_sentences(entry, "门开着，花坛是湿的。") == []
    assert find_missing_sentences(entry, f"门开着。\n{BEDS}") == [BEDS]
