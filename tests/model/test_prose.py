"""Locations inside a text of a source."""

from __future__ import annotations

import pytest

from codegen.core.diagnostics import Span
from codegen.model import find_written


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ("One bed.", (7, 5)),
        ("bed", (7, 9)),
        (" Two beds. ", (8, 3)),
        ("beds", (8, 7)),
        ("Three beds.", None),
    ],
)
def test_location_of_a_part_of_a_text(part: str, place: tuple[int, int] | None) -> None:
    found = find_written(part, "One bed.\n  Two beds.", Span(path="plot.md", line=7, column=5))
    assert (found and (found.line, found.column)) == place
