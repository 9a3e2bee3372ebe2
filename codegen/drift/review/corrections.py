"""Applies certain repairs to texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from codegen.core.diagnostics import Correction, Span


class CorrectedText(NamedTuple):
    """A text, and the number of corrections applied to it."""

    text: str
    applied: int


def apply_corrections(text: str, corrections: Iterable[tuple[Span, Correction]]) -> CorrectedText:
    """Apply corrections to a text.

    A correction applies at its column, or at the next occurrence of `written` in the line. Without
    an occurrence, or if it overlaps with another one, it is left for a later round.
    """
    lines = text.split("\n")
    taken: dict[int, list[tuple[int, int, str]]] = {}
    for span, correction in corrections:
        if not 0 < span.line <= len(lines) or not correction.written or "\n" in correction.written:
            continue
        line = lines[span.line - 1]
        at = line.find(correction.written, max(span.column - 1, 0))
        end = at + len(correction.written)
        edits = taken.setdefault(span.line - 1, [])
        if at >= 0 and all(end <= start or at >= stop for start, stop, _ in edits):
            edits.append((at, end, correction.correct))
    for number, edits in taken.items():
        line = lines[number]
        for start, end, new in sorted(edits, reverse=True):
            line = line[:start] + new + line[end:]
        lines[number] = line
    return CorrectedText("\n".join(lines), sum(map(len, taken.values())))
