"""Restoring the line breaks of flattened lists if item boundaries are certain."""

from __future__ import annotations

import pytest

from codegen.outputs.escaping.cells import cell
from codegen.outputs.escaping.flat_lists import split_list_items
from codegen.outputs.escaping.html_prose import block

LISTS = [
    "Leave out:\n- spec.a\n- spec.b[*].c",
    "Then:\n- It is red.\n- `b` is blue.\n\nMore.",
    "默认：\n值:\n- 红\n- 蓝",
]
NO_LISTS = [
    "A bed: - one",
    "A bed - a plot - a yard",
    "Use `a: - b - c` there",
    ": - a - b",
    "Then: -  - b",
]
AMBIGUOUS_DASHES = "Then: - Red is warm - as is orange - Blue is cold"
AMBIGUOUS_ENDS = [
    "Then: - It is red. - It is blue. Both are colours.",
    "Then: - 红。 - 蓝。两者都是颜色。",
]


@pytest.mark.parametrize("text", LISTS)
def test_list_line_breaks_are_restored(text: str) -> None:
    assert split_list_items(text.replace("\n- ", " - ")) == split_list_items(text) == text


@pytest.mark.parametrize("text", [*NO_LISTS, AMBIGUOUS_DASHES, *AMBIGUOUS_ENDS])
def test_uncertain_items_stay_in_one_line(text: str) -> None:
    assert split_list_items(text) == text


def test_restored_list_is_list_in_cells_and_on_site() -> None:
    assert cell("Then: - one - two") == "Then:<ul><li>one</li><li>two</li></ul>"
    assert block("Then: - one - two") == "<p>Then:</p><ul><li>one</li><li>two</li></ul>"
