"""The tools of a release: what the matrix runs, and what is made of SBOM and licences; the runs themselves need a network."""

from __future__ import annotations

from pathlib import Path

import pytest

from release import inventory, manual, matrix
from support import judging
from support.corpus import ROOT


def test_each_python_of_the_classifiers_is_run_with_the_lowest_and_the_newest_versions() -> None:
    stated = matrix.pythons(matrix.project())
    assert stated[0] == matrix.project()["requires-python"].removeprefix(">=")
    names = [cell.name for cell in matrix.cells(stated, matrix.RESOLUTIONS)]
    assert names == [f"{python}-{versions}" for python in stated for versions in ("lowest", "newest")]


def test_a_python_that_is_not_here_is_named_and_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(matrix, "ROOT", tmp_path)
    monkeypatch.setattr(matrix, "pythons", lambda stated: ("3.99",))
    monkeypatch.setattr(matrix, "project", dict)
    assert matrix.main([]) == 1
    assert "3.99-lowest: not run: " in capsys.readouterr().out


def test_extras_of_developers_are_all_that_the_inventory_leaves_out() -> None:
    extras = set(matrix.project()["optional-dependencies"])
    assert extras > inventory.OF_DEVELOPERS
    pages = (*ROOT.glob("docs/*.md"), ROOT / "README.md")
    readable = "\n".join(path.read_text(encoding="utf-8") for path in pages)
    for name in extras - inventory.OF_DEVELOPERS:  # what users install, pages name
        assert f"[{name}]" in readable or f"extra `{name}`" in readable, name


def test_an_sbom_that_lacks_what_is_needed_is_none() -> None:
    components = [{"name": inventory.name_of(each)} for each in matrix.project()["dependencies"]]
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}
    assert inventory.counted(bom, Path("sbom.json")) == f"sbom.json: CycloneDX 1.6, {len(components)} components"
    with pytest.raises(inventory.FailedError, match="black"):
        inventory.counted({**bom, "components": components[1:]}, Path("sbom.json"))


def test_licences_are_counted_and_a_missing_one_is_named() -> None:
    found = [
        {"Name": "apiref-codegen", "License": "Apache-2.0"},
        {"Name": "black", "License": "MIT"},
        {"Name": "soil", "License": "UNKNOWN"},
        {"Name": "click", "License": "MIT"},
    ]
    said = inventory.tallied(found, Path("licences.md")).splitlines()
    assert said[:2] == ["licences.md: 4 packages", "    2 MIT"]
    assert said[-1] == "  soil states its licence only in its own files"
    with pytest.raises(inventory.FailedError):
        inventory.tallied([], Path("licences.md"))


def test_links_of_the_manual_that_leave_it_lead_to_the_repository() -> None:
    text = "[a](../schemas/x.json#b) [c](site.md#d) [e](#f) [g](https://x.example.io)\n```\n[h](no)\n```\n"
    address = matrix.project()["urls"]["Source"]
    assert manual.moved(text, "docs/api.md", frozenset(("docs/site.md",))) == text.replace(
        "../schemas/x.json#b", f"{address}/blob/main/schemas/x.json#b"
    )


def test_the_manual_has_all_pages_and_both_languages_and_each_page_once(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    reference = manual.assemble(source)
    assert all(reference[tag] for tag in manual.LANGUAGES)
    parts = [pages for part in manual.navigation(source, reference) for pages in part.values()]
    shown = {name for part in parts for each in part for name in (each.values() if isinstance(each, dict) else [each])}
    assert set(manual.pages()) <= shown
    assert all((source / name).is_file() for name in shown)


@pytest.mark.slow
def test_the_manual_is_built_without_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judging.library("material")
    monkeypatch.setattr(manual, "FOLDER", tmp_path / "manual")
    said = manual.build()
    assert (tmp_path / "manual/site/search/search_index.json").stat().st_size > 100_000
    assert int(said.rpartition(": ")[2].split()[0]) > len(manual.pages())
