"""Tables whose rows are too many and too small to be tests of their own: one test tries all, and names each row that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps

import pytest


def for_rows(rows: Iterable[tuple[object, ...]]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """The test with the values of each row as its arguments. Its rows are tried to the end; fixtures it has none."""
    table = list(rows)

    def decorated(test: Callable[..., None]) -> Callable[[], None]:
        @wraps(test)
        def all_rows() -> None:
            faults: list[BaseException] = []
            for row in table:
                try:
                    test(*row)
                except (Exception, pytest.fail.Exception) as fault:  # noqa: BLE001 - whatever a test can fail by
                    fault.add_note(f"in the row {row!r:.500}")
                    faults.append(fault)
            assert table
            if faults:
                raise BaseExceptionGroup(f"{len(faults)} of {len(table)} rows fail", faults)

        del all_rows.__wrapped__  # by which pytest would ask for its arguments
        return all_rows

    return decorated
