"""Tables of rows for tests. Each row is a test of its own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

Rows = Iterable[Sequence[object]]
Test = TypeVar("Test", bound=Callable[..., None])
_LONGEST_ID = 60


def each_row(rows: str | Rows) -> Callable[[Test], Test]:
    """Run the test once for each row. Keyword-only parameters of the test are fixtures.

    A text is a table: one row a line, with cells between `|`.
    """
    table = read_table(rows) if isinstance(rows, str) else [tuple(row) for row in rows]
    assert table

    def decorate(test: Test) -> Test:
        parameters = inspect.signature(test).parameters.values()
        names = [
            parameter.name
            for parameter in parameters
            if parameter.kind is not parameter.KEYWORD_ONLY
        ]
        marked = [pytest.param(*row, id=make_id(number, row)) for number, row in enumerate(table)]
        decorated: Test = pytest.mark.parametrize(names, marked)(test)
        return decorated

    return decorate


def read_table(text: str) -> list[tuple[str, ...]]:
    """Split a table into rows of cells."""
    return [tuple(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()]


def make_id(number: int, row: Sequence[object]) -> str:
    """Return the number of a row, and the beginning of its texts."""
    texts = [cell.name if isinstance(cell, Path) else cell for cell in row]
    text = " ".join(text for text in texts if isinstance(text, str))
    return f"{number} {ascii(text[:_LONGEST_ID])[1:-1]}".rstrip()
