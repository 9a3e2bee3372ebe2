"""Findings about missing parts stand at the bullets that a comment has swallowed."""

from __future__ import annotations

import pytest

from codegen.core.diagnostics import Finding, Level, Span
from codegen.core.source import Source
from codegen.drift.review.swallowed import SwallowedBullets

LINES = (
    "### `get` 读取 Plot",
    "<!--",
    "- **depth** (*in query*): integer",
    "",
    "- **depth**（**查询参数**）：integer",
    "-->",
    "### `list` 列出 Plot",
    "<!--",
    "- **limit** (*in query*): integer",
    "-->",
)


def locate(name: str, line: int = 1) -> int:
    """The line of a finding about a missing parameter of the operation in a line."""
    finding = Finding(
        rule="parameter-removed",
        level=Level.WARN,
        message="",
        span=Span(path="plot.md", line=line, column=1),
        id=f"GET /plots#{name}",
    )
    source = Source("\n".join(LINES), "plot.md")
    return SwallowedBullets(source).locate(finding).span.line


@pytest.mark.parametrize(
    ("name", "operation", "line"),
    [("depth", 1, 5), ("limit", 7, 9), ("limit", 1, 1), ("dep", 1, 1), ("depth", 7, 7)],
    ids=["translated", "English alone", "of another operation", "part of a name", "before it"],
)
def test_swallowed_bullet_is_found(name: str, operation: int, line: int) -> None:
    assert locate(name, operation) == line
