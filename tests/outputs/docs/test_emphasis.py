"""A description below a field is emphasised so that Markdown shows it, and is read back as it was."""

from __future__ import annotations

import pytest

from codegen.outputs.docs.bullets.bullet_texts import emphasize
from codegen.readers.shared.descriptions import split_inlined, strip_emphasis


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("苗床。", "**苗床。**"),
        ("苗床是一块地，\n在院子里。", "**苗床是一块地，\n在院子里。**"),
        ("苗床。\n\n它是空的。", "**苗床。**\n\n**它是空的。**"),
        ("有：\n\n- 红\n- 蓝\n\n没有别的。", "**有：**\n\n- 红\n- 蓝\n\n**没有别的。**"),
        ("有：\n1. 红\n2. 蓝\n\n没有别的。", "**有：**\n1. 红\n2. 蓝\n\n**没有别的。**"),
        ("有：\n\n    code\n\n没有别的。", "**有：**\n\n    code\n\n**没有别的。**"),
        ("苗床。\n\n有：\n- 红\n- 蓝", "**苗床。**\n\n有：\n- 红\n- 蓝"),
        ("- 红\n- 蓝", "**- 红\n- 蓝**"),
        ("一个**粗**字。\n\n它。", "**一个**粗**字。\n\n它。**"),
        ("如：\n\n```\na\n```\n\n它。", "**如：\n\n```\na\n```\n\n它。**"),
    ],
)
def test_each_paragraph_is_emphasised_and_read_back(text: str, wanted: str) -> None:
    assert emphasize(text, "**") == wanted
    if "**" not in text:
        assert strip_emphasis(wanted) == text
        assert split_inlined(f'字段。\n\n<a name="Bed"></a>\n{wanted}', "Bed") == ("字段。", text)


def test_without_an_anchor_a_text_is_split_by_its_marks() -> None:
    text = "Bed 有：\n\n- 红\n- 蓝\n\n没有别的。"
    assert split_inlined(f"字段。\n\n{emphasize(text, '**')}", "Bed") == ("字段。", text)
