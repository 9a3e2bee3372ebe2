"""The rule for letters of another way of writing, such as traditional Chinese in simplified."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.core.locales import Locale
from codegen.translation.lint.findings import LintFinding
from codegen.translation.segments import Segment


def find_foreign_letters(segment: Segment) -> Iterator[LintFinding]:
    """Find the letters of each line that the language writes differently."""
    foreign = segment.locale.variants.foreign
    start = 0
    for line in segment.prose.split("\n"):
        places = [
            at
            for at, letter in enumerate(line)
            if letter in foreign and not _is_part_of_word(line, at, segment.locale)
        ]
        if places:
            first, end = start + places[0], start + places[-1] + 1
            written = segment.text[first:end]
            letters = list(written)
            for at in places:
                letters[at - places[0]] = foreign[line[at]]
            correct = "".join(letters)
            yield LintFinding(
                rule="letter-traditional",
                shown=written,
                message=f"traditional letters: {written!r}",
                at=first,
                repair=f"write {correct}",
                written=written,
                correct=correct,
            )
        start += len(line) + 1


def _is_part_of_word(line: str, at: int, locale: Locale) -> bool:
    """Return whether the letter belongs to a word of the language, as 著 does to 著名."""
    pairs = (line[max(at - 1, 0) : at + 1], line[at : at + 2])
    return any(pair in locale.words for pair in pairs)
