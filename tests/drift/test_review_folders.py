"""Repaired pages are one set, also where nobody may write in the folder that they have in common."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from codegen.core import journal, writing
from codegen.core.writing import holds_one_set, recover
from codegen.drift.review.review import Review, written_folders
from codegen.findings.diagnostics import CodegenError
from codegen.findings.finding import Results
from codegen.readers.sources import SourcePath


def _pages(folder: Path) -> Review:
    pages = {}
    for name in ("a", "b"):
        page = folder / name / "plot.md"
        page.parent.mkdir()
        page.write_text("old", encoding="utf-8")
        pages[page] = "new"
    results = Results(command="review", findings=(), rules=dict)
    root, *folders = written_folders([SourcePath.of(folder)])
    assert (root, folders) == (folder, [folder / "a", folder / "b"])
    return Review(results=results, pages=pages, root=root, folders=folders)


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Review:
    """Two pages in folders of their own, in one that nobody may write in."""
    opening = journal._open

    def opened(file: Path, flags: int = os.O_RDWR | os.O_CREAT) -> object:
        if file.parent == tmp_path and flags & os.O_CREAT:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))
        return opening(file, flags)

    monkeypatch.setattr(journal, "_open", opened)
    return _pages(tmp_path)


def _texts(found: Review) -> list[str]:
    return [page.read_text(encoding="utf-8") for page in found.pages]


def _left(found: Review) -> set[str]:
    return {path.name for path in found.root.rglob("*")}


def test_only_the_folders_of_the_pages_have_to_be_writable(found: Review) -> None:
    assert found.write() == 2
    assert _texts(found) == ["new", "new"]
    assert _left(found) == {"a", "b", "plot.md"}


def test_a_disk_that_fills_up_in_the_last_folder_leaves_the_first_as_it_was(
    found: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path, plan: journal.Plan, number: int) -> None:
        if number == 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder / plan.steps[number].path))
        putting(folder, plan, number)

    putting = writing._put_in_place
    monkeypatch.setattr(writing, "_put_in_place", full)
    with pytest.raises(CodegenError, match="nothing was changed"):
        found.write()
    assert _texts(found) == ["old", "old"]
    assert _left(found) == {"a", "b", "plot.md"}


def test_a_run_that_was_killed_is_undone_by_one_with_the_same_pages(
    found: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched:
        patched.setattr(journal.Journal, "done", killed)
        patched.setattr(journal, "undo", killed)
        with pytest.raises(CodegenError):
            found.write()
    assert _texts(found) == ["new", "new"]
    assert not holds_one_set([found.root, *found.folders])
    with pytest.raises(CodegenError, match="run that command again"):
        recover([found.folders[0]])
    recover([found.root], journals=found.folders)
    assert _texts(found) == ["old", "old"]
    assert _left(found) == {"a", "b", "plot.md"}
