"""The release tools matrix, SBOM, licences and manual.

Their runs need a network and are not tested.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support import judging
from support.corpus import ROOT
from tools.release import inventory, manual, matrix


def test_first_python_of_classifiers_is_lowest() -> None:
    stated = matrix.pythons(matrix.project())
    assert stated[0] == matrix.project()["requires-python"].removeprefix(">=")


def test_inventory_excludes_developer_extras_only() -> None:
    extras = set(matrix.project()["optional-dependencies"])
    assert extras > inventory.OF_DEVELOPERS
    pages = (*ROOT.glob("docs/*.md"), ROOT / "README.md")
    readable = "\n".join(path.read_text(encoding="utf-8") for path in pages)
    for name in extras - inventory.OF_DEVELOPERS:  # pages mention all user extras
        assert f"[{name}]" in readable or f"extra `{name}`" in readable, name


def test_manual_links_stay_in_language() -> None:
    english, chinese = manual.LANGUAGES
    text = "[a](../schemas/x.json#b) [c](commands.zh-cn.md#d) [e](#f) [g](https://x.example.io) [h](api.md#i)\n```\n[j](no)\n```\n"
    wanted = text.replace("[a](../schemas/x.json#b)", "a").replace(
        "commands.zh-cn.md#d", "commands.md#d"
    )
    wanted = wanted.replace("[h](api.md#i)", '<a href="../../docs/api.html#i" hreflang="en">h</a>')
    assert manual.relink(text, "docs/index.zh-cn.md", chinese) == wanted
    switch = '<a href="../zh-cn/docs/index.html" hreflang="zh-cn">a</a> [b](../README.md)'
    assert (
        manual.relink("[a](index.zh-cn.md) [b](../README.md)", "docs/index.md", english) == switch
    )


@pytest.mark.parametrize("language", manual.LANGUAGES, ids=lambda language: language.tag)
def test_manual_has_all_pages_in_index_order(language: manual.Language, tmp_path: Path) -> None:
    nav = list(manual.navigation(language, manual.assemble(tmp_path, language)))
    groups = [
        pages
        for each in nav
        if isinstance(each, dict)
        for pages in each.values()
        if isinstance(pages, list)
    ]
    shown = [manual.HOME, manual.INDEX, *(page for pages in groups for page in pages)]
    assert set(manual.pages(language).values()) <= set(shown)
    assert len(shown) == len(set(shown))
    assert groups[0][0] == "docs/get-started.md"
    assert all((tmp_path / name).is_file() for name in shown)


@pytest.mark.slow
def test_manual_is_built_without_warnings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judging.import_or_skip("material")
    monkeypatch.setattr(manual, "FOLDER", tmp_path / "manual")
    said = manual.build()
    site = tmp_path / "manual/site"
    for folder, tag in (("", "en"), ("zh-cn/", "zh")):
        assert (site / f"{folder}search/search_index.json").stat().st_size > 50_000
        home = (site / f"{folder}index.html").read_text(encoding="utf-8")
        assert f'<html lang="{tag}"' in home
        assert "(prefers-color-scheme: dark)" in home
    assert int(said.rpartition(": ")[2].split()[0]) > sum(
        len(manual.pages(each)) for each in manual.LANGUAGES
    )
