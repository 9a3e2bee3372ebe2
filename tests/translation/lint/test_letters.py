"""Traditional letters in simplified Chinese."""

from __future__ import annotations

import pytest

from codegen.translation.lint.letters import find_foreign_letters
from gardens.translation import segment


@pytest.mark.parametrize(
    ("text", "at", "written", "correct"),
    [
        ("花壇的大小。", 1, "壇", "坛"),
        ("第一行。\n小路與花壇相連。", 7, "與花壇相連", "与花坛相连"),
        ("這意味著著名的花坛。", 0, "這意味著", "这意味着"),
        ("參閱 `花壇` 與小路。", 0, "參閱 `花壇` 與", "参阅 `花壇` 与"),
    ],
    ids=["one", "line", "word", "code"],
)
def test_traditional_letters_are_found_and_repaired(
    text: str, at: int, written: str, correct: str
) -> None:
    (finding,) = find_foreign_letters(segment(text))
    assert (finding.rule, finding.at) == ("letter-traditional", at)
    assert (finding.written, finding.correct) == (written, correct)


@pytest.mark.parametrize(
    ("text", "locale"),
    [("著名的著作显著增多。", "zh-cn"), ("参阅 `花壇`。", "zh-cn"), ("花壇の大きさです。", "ja")],
    ids=["words", "code", "other language"],
)
def test_letters_of_the_language_are_right(text: str, locale: str) -> None:
    assert list(find_foreign_letters(segment(text, "", locale))) == []
