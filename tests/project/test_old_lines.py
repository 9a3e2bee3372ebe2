"""Lines of an earlier text in the present one."""

from __future__ import annotations

import pytest

from codegen.project import old_lines
from codegen.project.old_lines import find_new_line

OLD = "a\nb\nc\nd\ne\n"


@pytest.mark.parametrize(
    ("new", "line", "expected"),
    [
        (OLD, 3, 3),
        ("a\nb\nd\ne\n", 3, 2),  # removed: the line before
        ("a\nb\nx\nd\ne\n", 3, 3),  # replaced
        ("x\ny\na\nb\nc\nd\ne\n", 3, 5),  # moved down
        ("x\na\nb\nd\ne\ny\n", 4, 4),  # between two changes
        ("b\nc\nd\ne\n", 1, 1),  # removed at the top
        ("", 4, 1),
    ],
    ids=["same", "removed", "replaced", "moved", "between", "first", "empty"],
)
def test_old_line_has_a_place_in_new_text(new: str, line: int, expected: int) -> None:
    assert find_new_line(OLD, new, line) == expected


def test_large_changes_are_located_at_their_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_lines, "_MOST", 3)
    assert find_new_line("a\nb\nc\nd\n", "a\nx\ny\nz\nd\n", 3) == 1
