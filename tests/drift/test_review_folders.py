"""Repaired pages are written also where nobody may write in the folder that they have in common."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from codegen.core.writing import write_all
from codegen.drift.review import review as reviewing
from codegen.drift.review.review import Review
from codegen.findings.diagnostics import CodegenError
from codegen.findings.finding import Results


def _pages(folder: Path) -> Review:
    pages = {}
    for name in ("a", "b"):
        page = folder / name / "plot.md"
        page.parent.mkdir()
        page.write_text("old", encoding="utf-8")
        pages[page] = "new"
    return Review(results=Results(command="review", findings=(), rules=dict), pages=pages, root=folder)


def _closed(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) not in folders and may(path, mode))


def test_only_the_folders_of_the_pages_have_to_be_writable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _pages(tmp_path)
    _closed(monkeypatch, tmp_path)
    written: list[Path] = []

    def spied(root: Path, texts: Mapping[str, str]) -> None:
        written.append(root)
        write_all(root, texts)

    monkeypatch.setattr(reviewing, "write_all", spied)
    assert found.write() == 2
    assert written == [tmp_path / "a", tmp_path / "b"]
    assert [page.read_text(encoding="utf-8") for page in found.pages] == ["new", "new"]
    assert {path.name for path in tmp_path.rglob("*")} == {"a", "b", "plot.md"}


def test_where_one_folder_cannot_be_written_none_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _pages(tmp_path)
    _closed(monkeypatch, tmp_path, tmp_path / "b")
    (tmp_path / "b/plot.md").unlink()
    (tmp_path / "b").rmdir()
    (tmp_path / "b").write_text("a file where the folder was", encoding="utf-8")
    with pytest.raises(CodegenError):
        found.write()
    assert (tmp_path / "a/plot.md").read_text(encoding="utf-8") == "old"
