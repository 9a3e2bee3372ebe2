"""Comments with other English than the English page, at the words that differ."""

from __future__ import annotations

import pytest

from codegen.core.diagnostics import Span
from codegen.translation.lint.outdated import find_outdated_english
from gardens.translation import segment

START = Span(path="plot.md", line=10, column=3)


def locate(written: str, page: str, english: str = "") -> tuple[int, int]:
    """The line and column of the finding about a comment that begins at `START`."""
    checked = segment(
        "译文。",
        english or written,
        page=page,
        english_span=START,
        english_written=written,
    )
    (finding,) = find_outdated_english(checked)
    assert finding.rule == "translation-outdated"
    return (finding.span.line, finding.span.column)


@pytest.mark.parametrize(
    ("written", "page", "expected"),
    [
        ("At most 3 beds.", "At most 4 beds.", (10, 11)),
        ("Beds of it.\n\n  At most 3 beds.", "Beds of it.\n\nAt most 4 beds.", (12, 11)),
        ("Beds of it. They\n  must not be wet.", "Beds of it. They must be wet.", (11, 8)),
        ("Beds of it.\n  It is old.", "Beds of it. New ones. It is old.", (10, 11)),
        ("Beds of it.\n  It is old.", "Beds of it.", (11, 3)),
        ("-->\n  花坛。\n  <!--\n  It has 2 beds.", "It has 3 beds.", (13, 10)),
        ("Beds of\n  it.", "Beds of it. No shed.", (11, 3)),
    ],
    ids=["word", "paragraph", "line", "added", "dropped", "second comment", "added at the end"],
)
def test_finding_stands_at_the_first_other_word(
    written: str, page: str, expected: tuple[int, int]
) -> None:
    english = written.rpartition("<!--")[2].strip()
    assert locate(written, page, english) == expected


def test_finding_stands_at_the_comment_if_its_words_are_written_otherwise() -> None:
    written = "It has two&nbsp;beds and 2 sheds."
    page = "It has two beds and 3 sheds."
    assert locate(written, page, "It has two beds and 2 sheds.") == (10, 3)


def test_second_sentence_with_the_same_beginning_is_found() -> None:
    written = "The bed is dry.\n  The bed is never wet."
    assert locate(written, "The bed is dry. The bed is wet.") == (11, 14)
