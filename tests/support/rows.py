"""Table-driven tests that try all rows and report each failing row."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import wraps

import pytest

Rows = Iterable[Sequence[object]]


def for_rows(rows: str | Rows | Callable[[], Rows]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Call the test with the values of each row; keyword-only arguments are fixtures. All rows are tried.

    A text is a table: one row a line, with cells between `|`. A function as `rows` is called when the test runs.
    """
    if isinstance(rows, str):
        rows = [[cell.strip() for cell in line.split("|")] for line in rows.strip().splitlines()]
    table = rows if callable(rows) else list(rows)

    def decorated(test: Callable[..., None]) -> Callable[..., None]:
        @wraps(test)
        def all_rows(**fixtures: object) -> None:
            faults: list[BaseException] = []
            tried = list(table()) if callable(table) else table
            for row in tried:
                try:
                    test(*row, **fixtures)
                except (Exception, pytest.fail.Exception) as fault:  # noqa: BLE001 - whatever a test can fail by
                    fault.add_note(f"in the row {row!r:.500}")
                    faults.append(fault)
            assert tried
            if faults:
                raise BaseExceptionGroup(f"{len(faults)} of {len(tried)} rows fail", faults)

        own = inspect.signature(test)
        asked = [each for each in own.parameters.values() if each.kind is each.KEYWORD_ONLY]
        all_rows.__signature__ = own.replace(parameters=asked)  # type: ignore[attr-defined]
        del all_rows.__wrapped__  # otherwise pytest would request row values as fixtures
        return all_rows

    return decorated
