"""Signals of translations that need review."""

from __future__ import annotations

import pytest

from codegen.translation.po import Entry
from codegen.translation.provenance import Origin, decode_comment
from codegen.translation.signals import Assessment, Signal, assess


# Half of the words.
@pytest.mark.parametrize(
    ("old", "new", "signal", "sentences"),
    [
        ("A bed. It is wide.", "a `bed`.\nIt is wide.", Signal.NONE, []),
        (
            "A bed. It is wide.",
            "A bed. It is wide. It has roses.",
            Signal.STRONG,
            [("", "It has roses.", "added")],
        ),
        (
            "A bed. Paths.",
            "A bed. Roses!",
            Signal.STRONG,
            [("", "Roses!", "added"), ("Paths.", "", "removed")],
        ),
        (
            "Red roses grow here.",
            "Red roses bloom there.",
            Signal.MODERATE,
            None,
        ),
        ("It may hold 5 roses.", "It may hold 6 roses.", Signal.STRONG, None),
        ("It is a bed here.", "It is not a bed here.", Signal.STRONG, None),
        ("See bedName for it.", "See plotName for it.", Signal.STRONG, None),
    ],
)
def test_reasons_name_sentences(
    old: str, new: str, signal: Signal, sentences: list[tuple[str, ...]] | None
) -> None:
    """Without `sentences`, the whole text is one changed sentence."""
    found = assess(new, Entry(id="K", english=old, translation="译文。"))
    kind = "changed" if signal is Signal.STRONG else "reworded"
    wanted = [(old, new, kind)] if sentences is None else sentences
    assert (found.signal, [(each.old, each.new, each.kind) for each in found.changes]) == (
        signal,
        wanted,
    )


def test_choice_is_moderate_signal_with_question() -> None:
    question = decode_comment("candidates: two\n1 x y")
    entry = Entry(
        id="K", english="A bed.", translation="花坛。", flags=("fuzzy",), provenance=question
    )
    assert assess("A bed.", entry) == Assessment(
        signal=Signal.MODERATE, origin=Origin.CANDIDATES, note="candidates: two"
    )
