"""Signals that a translation needs a review."""

from __future__ import annotations

import pytest

from codegen.translation.po import Entry
from codegen.translation.provenance import decode_comment
from codegen.translation.signals import Assessment, Signal, assess


@pytest.mark.parametrize(
    ("old", "new", "signal", "sentences"),
    [
        ("A bed. It is wide.", "a `bed`.\nIt is wide.", Signal.NONE, []),
        ("A bed. It is wide.", "A bed. It is wide. It has roses.", Signal.STRONG, [("", "It has roses.")]),
        ("A bed. It is wide.", "A bed.", Signal.STRONG, [("It is wide.", "")]),
        (
            "The bed of a plot is wide.",
            "The bed in a plot is wide.",
            Signal.MODERATE,
            [("The bed of a plot is wide.", "The bed in a plot is wide.")],
        ),
        (
            "It may hold 5 roses.",
            "It may hold 6 roses.",
            Signal.STRONG,
            [("It may hold 5 roses.", "It may hold 6 roses.")],
        ),
        ("It is a bed here.", "It is not a bed here.", Signal.STRONG, [("It is a bed here.", "It is not a bed here.")]),
        (
            "See bedName for it.",
            "See plotName for it.",
            Signal.STRONG,
            [("See bedName for it.", "See plotName for it.")],
        ),
    ],
)
def test_why_a_text_needs_a_look_is_said_by_sentence(
    old: str, new: str, signal: Signal, sentences: list[tuple[str, str]]
) -> None:
    found = assess(new, Entry(id="K", english=old, translation="译文。"))
    assert (found.signal, [(change.old, change.new) for change in found.changes]) == (signal, sentences)


def test_a_choice_is_a_moderate_signal_with_its_question() -> None:
    entry = Entry(
        id="K",
        english="A bed.",
        translation="花坛。",
        flags=("fuzzy",),
        provenance=decode_comment("candidates: two\n1 x y"),
    )
    assert assess("A bed.", entry) == Assessment(signal=Signal.MODERATE, note="candidates: two")
