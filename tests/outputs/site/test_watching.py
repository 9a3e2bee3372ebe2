"""Edits that a served site is built again after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from codegen.outputs.site.serving import wait_for_edits


def count_edits(named: Iterable[Path], edits: Sequence[Callable[[], object]]) -> int:
    """How many of the edits are noticed, of which one is made in each pause."""
    left = iter(edits)
    noticed = wait_for_edits(lambda: named, lambda: next(left)())
    count = 0
    while True:
        try:
            next(noticed)
        except RuntimeError:  # no edit is left
            return count
        count += 1


def replace(file: Path, text: str) -> None:
    """Write a file as most editors do it: another file takes the place."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def test_files_that_are_replaced_are_seen_again_and_again(tmp_path: Path) -> None:
    source, linked = tmp_path / "in/plot.json", tmp_path / "linked.json"
    source.parent.mkdir()
    source.write_text("", encoding="utf-8")
    linked.symlink_to(source)
    edits = [lambda: replace(source, "a"), lambda: None, lambda: replace(source, "bc")]
    assert count_edits([linked], edits) == 2


def test_what_a_folder_gets_and_what_an_edit_names_is_watched_from_then_on(tmp_path: Path) -> None:
    folder, other = tmp_path / "pages", tmp_path / "plot.json"
    folder.mkdir()
    other.write_text("{}", encoding="utf-8")
    named = [folder]
    edits: list[Callable[[], object]] = [
        (folder / "one").mkdir,
        lambda: replace(folder / "one/a.md", "a"),
        (folder / "one/a.md").unlink,
        lambda: named.append(other),
        lambda: replace(other, "[]"),
    ]
    assert count_edits(named, edits) == 4


def test_files_beside_those_that_are_named_are_none_of_it(tmp_path: Path) -> None:
    source = tmp_path / "plot.json"
    source.write_text("", encoding="utf-8")
    edits = [lambda: replace(tmp_path / "plot.json.bak", "a")]
    assert count_edits([source, tmp_path / "missing.json"], edits) == 0
