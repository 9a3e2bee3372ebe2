"""Shipped templates are rendered strictly, and an edited one is seen by the next rendering."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from codegen.outputs.render import Renderer


@pytest.mark.parametrize(
    ("text", "message"), [("{{ nam }}", "'nam' is undefined"), ("{{ row.nam }}", "has no attribute 'nam'")]
)
def test_a_misspelt_name_fails(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "page.j2").write_text(text, encoding="utf-8")
    with pytest.raises(UndefinedError, match=message):
        Renderer("docs", {}, home=tmp_path).render("page.j2", row={"name": 1})


def test_templates_reach_no_globals_and_only_the_filters_of_their_target(tmp_path: Path) -> None:
    (tmp_path / "page.j2").write_text("{{ name|comment }}", encoding="utf-8")
    (tmp_path / "loop.j2").write_text("{{ range(3) }}", encoding="utf-8")
    renderer = Renderer("docs", {"comment": "<{}>".format}, home=tmp_path)
    assert renderer.render("page.j2", name="a") == "<a>"
    with pytest.raises(UndefinedError, match="'range' is undefined"):
        renderer.render("loop.j2")
