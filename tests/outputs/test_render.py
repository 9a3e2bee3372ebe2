"""Rendering of templates: strict variables, restricted globals, and the cache."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from codegen.outputs.render import Renderer


@pytest.mark.parametrize(
    ("text", "message"),
    [("{{ nam }}", "'nam' is undefined"), ("{{ row.nam }}", "has no attribute 'nam'")],
)
def test_misspelt_variable_fails(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "page.j2").write_text(text, encoding="utf-8")
    with pytest.raises(UndefinedError, match=message):
        Renderer("docs", {}, home=tmp_path).render("page.j2", row={"name": 1})


def test_templates_have_no_globals_and_only_filters_of_target(tmp_path: Path) -> None:
    (tmp_path / "page.j2").write_text("{{ name|comment }}", encoding="utf-8")
    (tmp_path / "loop.j2").write_text("{{ range(3) }}", encoding="utf-8")
    renderer = Renderer("docs", {"comment": "<{}>".format}, home=tmp_path)
    assert renderer.render("page.j2", name="a") == "<a>"
    with pytest.raises(UndefinedError, match="'range' is undefined"):
        renderer.render("loop.j2")


def test_templates_are_rendered_without_writable_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_disk(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "page.j2").write_text("{{ name }}", encoding="utf-8")
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", fill_disk)
    assert Renderer("docs", {}, home=tmp_path).render("page.j2", name="full") == "full"
    (tmp_path / "other").mkdir()
    (tmp_path / "other/page.j2").write_text("{{ name }}!", encoding="utf-8")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "page.j2"))
    assert (
        Renderer("docs", {}, home=tmp_path / "other").render("page.j2", name="no folder")
        == "no folder!"
    )


def test_damaged_cache_is_rewritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.j2").write_text("{{ name }}", encoding="utf-8")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    Renderer("docs", {}, home=tmp_path).render("page.j2", name="first")
    (cached,) = tmp_path.glob("_jinja2-cache-*/*")
    whole = cached.read_bytes()
    for number, size in enumerate((0, 25, 40, len(whole) - 1)):
        cached.write_bytes(whole[:size])
        assert (
            Renderer("docs", {str(number): str}, home=tmp_path).render("page.j2", name="again")
            == "again"
        )
        assert cached.read_bytes() == whole


def test_project_cannot_provide_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.j2").write_text("{{ name }}", encoding="utf-8")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert Renderer("docs", {}, home=tmp_path).render("page.j2", name="mine") == "mine"
    assert [file.name for file in tmp_path.iterdir()] == ["page.j2"]
