"""Line breaks in full-width prose: kept if a translator set them well, else replaced."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.outputs.docs.shared.line_filling import fill_line, join_wrapped_lines, wrap_paragraphs
from support.budget import example_settings

SENTENCE = "这块苗床用来种植番茄和罗勒。"  # 28 columns
LONG = "如果 Plot 的 spec.fence 字段未设置，则园丁会使用默认的木栅栏；如果设置了该字段，则必须提供与之相符的材料清单和尺寸说明。"


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def test_good_line_breaks_are_kept() -> None:
    text = f"{SENTENCE * 4}很好看。\n{SENTENCE}\n{LONG[:40]}，\n（参见 Fence）。\n更多信息：\nhttps://garden.example.io/docs/plots"
    assert wrap_paragraphs(text) == text


# 120 columns together.
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"{SENTENCE}\n只读。", [f"{SENTENCE}只读。"]),
        (
            f"{SENTENCE * 4}\n很好看。",
            [SENTENCE * 3, f"{SENTENCE}很好看。"],
        ),
        (f"（苗\n{'苗' * 29}、{'苗' * 26}）。", [f"（{'苗' * 30}、{'苗' * 26}）。"]),  # 120 columns
        (f"苗\n{'苗' * 30}，{'苗' * 22}。", [f"{'苗' * 31}，", f"{'苗' * 22}。"]),
        (f"{SENTENCE * 3}{LONG}", [SENTENCE * 3, *LONG.replace("；", "；\n").split("\n")]),
        (
            f"{SENTENCE * 2}（{LONG[:40]}、{LONG[:20]}）就可以了。",
            [f"{SENTENCE * 2}", f"（{LONG[:40]}、{LONG[:20]}）就可以了。"],
        ),
        (
            "用来\n种植。\n# 苗\n用来\n种植。\n- 用来\n  种植。\n\n用来\n种植。\n\n用来\n种植。\n~~~\n苗\n床\n~~~",
            [
                "用来种植。",
                "# 苗",
                "用来种植。",
                "- 用来种植。",
                "",
                "用来种植。",
                "",
                "用来种植。",
                "~~~",
                "苗",
                "床",
                "~~~",
            ],
        ),
        ("见 Bed。更多信息：https://a.example", ["见 Bed。更多信息：", "https://a.example"]),
        (
            f"- {SENTENCE * 3}苗\n  {'苗' * 6}。\n苗床。",
            [f"- {SENTENCE * 3}", f"  {'苗' * 7}。", "苗床。"],
        ),
    ],
)
def test_bad_line_breaks_are_replaced(text: str, lines: list[str]) -> None:
    assert wrap_paragraphs(text).split("\n") == lines


@pytest.mark.parametrize(
    "text",
    [
        f"```\n\n{SENTENCE * 6}\n只读。\n```",
        f"    {SENTENCE * 6}",
        f"# {SENTENCE * 6}",
        "群组=a\nresource=plots\nverb=attest",
        f"`{SENTENCE * 6}`",
        f"[{SENTENCE * 6}](/docs)",
    ],
)
def test_code_and_structure_keep_their_lines(text: str) -> None:
    assert wrap_paragraphs(text).replace("\n", "") == text.replace("\n", "")
    if not text.startswith("["):
        assert wrap_paragraphs(text) == text


def test_only_lines_of_a_paragraph_are_joined() -> None:
    text = "  一段\n文字。\n\nUse\nit.\n- 项\n  续\n```\na\n b\n```\nend\nmore"
    assert join_wrapped_lines(text) == "  一段文字。\n\nUse it.\n- 项续\n```\na\n b\n```\nend more"


def test_cells_break_with_indent_and_never_inside_code() -> None:
    cell = f"{LONG}<pre><code>{SENTENCE * 4}</code></pre>{LONG}"
    lines = fill_line(cell, "      ").split("\n      ")
    assert "".join("".join(lines).split()) == "".join(cell.split())
    assert [f"<code>{SENTENCE * 4}</code>" in line for line in lines] == [False, True, False, False]
    assert max(columns(line) for line in lines if "<pre>" not in line) <= 120


@example_settings(150)
@given(st.text(alphabet="苗床的a1 \n。，：、（）“”`-.#[]<", max_size=160))
def test_only_line_breaks_and_adjacent_spaces_change(text: str) -> None:
    assert "".join(wrap_paragraphs(text).split()) == "".join(text.split())
    assert "".join(fill_line(join_wrapped_lines(text)).split()) == "".join(text.split())
