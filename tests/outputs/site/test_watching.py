"""Edits that a served site is built again after."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from codegen.outputs.site.serving import edits

pytestmark = pytest.mark.slow

_LONG = 20  # seconds until an edit that nobody noticed is given up


class Watch:
    """Counts edits in a thread of its own, until the test ends."""

    def __init__(self, named: Callable[[], list[Path]]) -> None:
        self.noticed = Event()
        self._over = False
        self._thread = Thread(target=self._run, args=(named,), daemon=True)
        self._thread.start()

    def _run(self, named: Callable[[], list[Path]]) -> None:
        with suppress(OSError):  # folders go when their test has ended
            for _ in edits(named):
                self.noticed.set()

    def sees(self, edit: Callable[[], object]) -> bool:
        """Whether it notices an edit, which is made until it does, as the watch may only begin."""
        for _ in range(_LONG):
            edit()
            if self.noticed.wait(1):
                self.noticed.wait(0.3)
                self.noticed.clear()
                return True
        return False


def replaced(file: Path, text: str) -> None:
    """Written as most editors do it: another file takes the place."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def test_files_that_are_replaced_are_seen_again_and_again(tmp_path: Path) -> None:
    source, linked = tmp_path / "in/plot.json", tmp_path / "linked.json"
    source.parent.mkdir()
    source.write_text("", encoding="utf-8")
    linked.symlink_to(source)
    watch = Watch(lambda: [linked])
    for _ in range(3):
        assert watch.sees(lambda: replaced(source, "another text"))


def test_what_a_folder_gets_and_what_an_edit_names_is_watched_from_then_on(tmp_path: Path) -> None:
    folder, other = tmp_path / "pages", tmp_path / "other/plot.json"
    (folder / "one").mkdir(parents=True)
    other.parent.mkdir()
    named = [folder]
    watch = Watch(lambda: named)
    assert watch.sees(lambda: replaced(folder / "one/a.md", "a"))

    def new_folder() -> None:
        (folder / "two").mkdir(exist_ok=True)
        replaced(folder / "two.md", "a")

    assert watch.sees(new_folder)
    assert watch.sees(lambda: replaced(folder / "two/b.md", "b"))
    named.append(other)
    assert watch.sees(lambda: replaced(folder / "one/a.md", "b"))
    assert watch.sees(lambda: replaced(other, "c"))


def test_files_beside_those_that_are_named_are_none_of_it(tmp_path: Path) -> None:
    source = tmp_path / "plot.json"
    watch = Watch(lambda: [source])
    assert watch.sees(lambda: replaced(source, "a"))
    watch.noticed.wait(1)
    watch.noticed.clear()
    (tmp_path / "plot.json.bak").write_text("", encoding="utf-8")
    assert not watch.noticed.wait(2)
