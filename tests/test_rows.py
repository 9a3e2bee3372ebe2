"""A table that is one test fails for each row that does, by its name, and for no other."""

from __future__ import annotations

from inspect import signature
from pathlib import Path

import pytest

from rows import for_rows


def test_each_row_that_fails_is_named() -> None:
    tried = []

    @for_rows([(1, "a"), (2, "b"), (3, "c"), (4, "d")])
    def judged(number: int, name: str) -> None:
        tried.append(name)
        assert number != 2
        if number == 3:
            with pytest.raises(ValueError, match="never"):
                tried.append("no error")

    with pytest.raises(BaseExceptionGroup, match="2 of 4 rows fail") as failed:
        judged()
    assert [fault.__notes__ for fault in failed.value.exceptions] == [["in the row (2, 'b')"], ["in the row (3, 'c')"]]
    assert tried == ["a", "b", "c", "no error", "d"]


def test_a_table_without_rows_is_no_success() -> None:
    with pytest.raises(AssertionError):
        for_rows([])(lambda: None)()


def test_rows_share_fixtures_and_may_be_made_late(tmp_path: Path) -> None:
    tried = []

    @for_rows(lambda: [(number,) for number in range(2)])
    def judged(number: int, *, tmp_path: Path) -> None:
        tried.append((number, tmp_path))

    assert list(signature(judged).parameters) == ["tmp_path"]
    judged(tmp_path=tmp_path)
    assert tried == [(0, tmp_path), (1, tmp_path)]
