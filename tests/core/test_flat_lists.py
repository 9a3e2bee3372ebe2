"""Restoring the line breaks of flattened lists if item boundaries are certain."""

from __future__ import annotations

import re

import pytest

from codegen.core.escaping.cells import cell
from codegen.core.escaping.flat_lists import split_list_items
from codegen.core.escaping.html_prose import block


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Leave out: - spec.a - spec.b[*].c", "Leave out:\n- spec.a\n- spec.b[*].c"),
        ("Then: - It is red. - `b` is blue.\n\nMore.", "Then:\n- It is red.\n- `b` is blue.\n\nMore."),
        ("默认：\n值: - 红 - 蓝", "默认：\n值:\n- 红\n- 蓝"),
        ("A bed: - one", None),
        ("A bed - a plot - a yard", None),
        ("Then: - Red is warm - as is orange - Blue is cold", None),  # ambiguous dashes
        ("Then: - It is red. - It is blue. Both are colours.", None),  # ambiguous last sentence
        *(("Then: - 红。 - 蓝。两者都是颜色。", None), ("Use `a: - b - c` there", None), (": - a - b", None)),
        *(("Then: -  - b", None), ("Beds:\n- one\n- two", None)),
    ],
)  # fmt: skip
def test_list_line_breaks_are_restored(text: str, wanted: str | None) -> None:
    assert split_list_items(text) == (wanted or text)
    assert re.sub(r"\s", "", split_list_items(text)) == re.sub(r"\s", "", text)


def test_restored_list_is_list_in_cells_and_on_site() -> None:
    assert cell("Then: - one - two") == "Then:<ul><li>one</li><li>two</li></ul>"
    assert block("Then: - one - two") == "<p>Then:</p><ul><li>one</li><li>two</li></ul>"
