"""Lines of an earlier text in the present one, for findings about what is gone."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

_MOST = 4_000_000  # pairs of lines that are compared


def find_new_line(old: str, new: str, line: int) -> int:
    """Return the line of the new text where a line of the old one is, was or would be.

    That is the line that replaced it, or the one before it if it was removed. Lines count from 1.
    """
    before, after = old.splitlines(), new.splitlines()
    prefix = _count_equal(before, after)
    if line <= prefix:
        return max(line, 1)
    old_rest, new_rest = before[prefix:], after[prefix:]
    suffix = _count_equal(old_rest[::-1], new_rest[::-1])
    if line > len(before) - suffix:
        return line + len(after) - len(before)
    old_middle = old_rest[: len(old_rest) - suffix]
    new_middle = new_rest[: len(new_rest) - suffix]
    if len(old_middle) * len(new_middle) > _MOST:
        return max(prefix, 1)
    return max(prefix + _match_line(old_middle, new_middle, line - prefix - 1), 1)


def _count_equal(old: Sequence[str], new: Sequence[str]) -> int:
    """Return the number of equal lines at the beginning of both."""
    count = 0
    for before, after in zip(old, new, strict=False):
        if before != after:
            break
        count += 1
    return count


def _match_line(old: Sequence[str], new: Sequence[str], index: int) -> int:
    """Return the number of the new line for the index of an old one; 0 is the line before all."""
    for kind, start, end, new_start, _ in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if not start <= index < end:
            continue
        if kind == "equal":
            return new_start + index - start + 1
        if kind == "replace":
            return new_start + 1
        return new_start
    return 0
