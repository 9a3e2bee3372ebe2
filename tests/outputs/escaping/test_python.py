from __future__ import annotations

import ast
import re
import unicodedata
from itertools import pairwise

import black
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codegen.outputs.escaping.python import comment, docstring, literal, wrap_text
from support.budget import example_settings

HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
PIECES = [
    *"\"'\\\n\r\t {}a\x00\x0b\x0c\x1b\x85\u2028\u202e\u200b\ufeff\ud800五，。",
    "N{BULLET}",
    '"""',
    "'''",
]
HARD = st.lists(st.sampled_from(PIECES)).map("".join)
BUDGET = example_settings(60)


@BUDGET
@given(HARD)
@example('"""\nopen("canary", "w")\n"""')
@example("ends with \\")
def test_string_literal_has_value_of_text_without_hidden_characters(text: str) -> None:
    code = literal(text)
    assert ast.literal_eval(code) == text
    assert not any(unicodedata.category(character) in HIDDEN for character in code)


def test_hidden_characters_are_escaped() -> None:
    hidden = "".join(
        chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in HIDDEN
    )
    assert literal(hidden).isascii()


@BUDGET
@given(HARD)
@example('"')
@example('x"""')
@example('"a" b "')
@example("a\\")
def test_literals_are_black_stable(text: str) -> None:
    line = f"x = {literal(text)}\n"
    assert black.format_str(line, mode=black.Mode()) == line


@BUDGET
@given(HARD, st.sampled_from([0, 4]))
@example('x"""\nopen("canary", "w")\n"""', 4)
@example('"', 0)
@example("", 4)
def test_docstrings_are_black_stable(text: str, indent: int) -> None:
    shown = wrap_text("T " + text, 60)
    code = docstring(shown, indent)
    source = f"{code}\n" if not indent else f"class A:\n    {code}\n\n    x = 1\n"
    tree = ast.parse(source)
    body = tree.body if not indent else tree.body[0].body  # type: ignore[attr-defined]
    assert isinstance(body[0], ast.Expr)
    assert isinstance(body[0].value, ast.Constant)
    assert "".join(str(body[0].value.value).split()) == "".join(
        shown.replace("\ud800", "U+D800").split()
    )
    assert not any(
        unicodedata.category(character) in HIDDEN for character in code.replace("\n", "")
    )
    assert black.format_str(source, mode=black.Mode()) == source


@pytest.mark.parametrize("text", ['"quoted" first', 'last "quoted"', "ends with \\", '"""'])
def test_quotes_at_docstring_ends_are_escaped(text: str) -> None:
    source = f"class A:\n    {docstring(text, 4)}\n"
    assert str(ast.get_docstring(ast.parse(source).body[0], clean=False)).strip() == text  # type: ignore[arg-type]
    once = black.format_str(source, mode=black.Mode())
    assert black.format_str(once, mode=black.Mode()) == once


def test_comment_stays_on_one_line() -> None:
    assert comment("a\nimport os\r\u2028b\u202e") == "a\\nimport os\\r\\u2028b\\u202e"


@pytest.mark.parametrize("text", ["coding: utf-7", "-*- coding=utf-7", "fileencoding=utf-7:x"])
def test_comment_declares_no_encoding(text: str) -> None:
    assert not re.match(r"[ \t\f]*#.*?coding[:=]", f"# {comment(text)}")
    assert "utf-7" in comment(text)


def test_lines_are_wrapped_by_columns() -> None:
    assert wrap_text("one two three four", 9) == "one two\nthree\nfour"
    assert wrap_text("一二三四，五六七八九", 8) == "一二三\n四，五六\n七八九"
    assert wrap_text("a\n\n\n\nb\n\n", 20) == "a\n\nb"
    assert wrap_text("first second", 8, "  ") == "first\n  second"
    assert wrap_text("a far-too-long-word b c", 3) == "a\nfar-too-long-word\nb c"
    assert wrap_text("one two", 2, "    ") == "one\n    two"


@BUDGET
@given(
    st.lists(st.text("ab", min_size=1, max_size=12), min_size=1),
    st.integers(1, 20),
    st.integers(0, 25),
)
def test_lines_are_filled_to_width(words: list[str], width: int, indent: int) -> None:
    lines = wrap_text(" ".join(words), width, " " * indent).split("\n")
    assert [word for line in lines for word in line.split()] == words
    assert all(len(line) <= width or len(line.split()) == 1 for line in lines)
    for line, following in pairwise(lines):
        assert len(line) + 1 + len(following.split()[0]) > width
