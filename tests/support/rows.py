"""Tables whose rows are too many and too small to be tests of their own: one test tries all, and names each row that fails."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import wraps

import pytest

Rows = Iterable[tuple[object, ...]]


def for_rows(rows: Rows | Callable[[], Rows]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The test with the values of each row as its arguments; keyword-only arguments are fixtures, the same for all rows.

    Rows are tried to the end. Those that take long to make are made by a function, when the test runs.
    """
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
        del all_rows.__wrapped__  # by which pytest would ask for the values of rows
        return all_rows

    return decorated
