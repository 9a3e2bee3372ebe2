"""Files are written all or none: whatever fails, and whenever Ctrl-C comes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from codegen.core.writing import read_text, remove_leftovers, write_all
from codegen.findings.diagnostics import CodegenError

TEXTS = {"a.txt": "new a\n", "deep/er/b.txt": "new b\n", "gone.txt": None, "own/c.txt": "new c\n"}
TOUCHING = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod"}


class Interruption:
    """Presses Ctrl-C before the n-th thing that is done to a file; an audit hook cannot be taken away again."""

    left = 0

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.left or event not in TOUCHING:
            return
        self.left -= 1
        if not self.left:
            signal.raise_signal(signal.SIGINT)

    @contextmanager
    def before(self, step: int) -> Iterator[None]:
        self.left = step
        try:
            yield
        finally:
            self.left = 0


INTERRUPTION = Interruption()
sys.addaudithook(INTERRUPTION)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "own").mkdir()
    for name in ("a.txt", "gone.txt", "own/c.txt", "own/foreign.txt"):
        (tmp_path / name).write_text(f"old {name}\n")
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    """Every file with its text, every folder with none."""
    return {
        path.relative_to(folder).as_posix(): path.read_text() if path.is_file() else ""
        for path in sorted(folder.rglob("*"))
    }


def test_all_is_written_and_nothing_else_is_left(folder: Path) -> None:
    (folder / "own/c.txt").chmod(0o600)
    write_all(folder, TEXTS)
    assert contents(folder) == {
        "a.txt": "new a\n",
        "deep": "",
        "deep/er": "",
        "deep/er/b.txt": "new b\n",
        "own": "",
        "own/c.txt": "new c\n",
        "own/foreign.txt": "old own/foreign.txt\n",
    }
    assert (folder / "own/c.txt").stat().st_mode & 0o777 == 0o600
    assert read_text(folder, "a.txt") == "new a\n"
    assert read_text(folder, "gone.txt") is None


def test_ctrl_c_before_any_step_leaves_the_old_set_or_the_new_one(tmp_path: Path) -> None:
    ends = []
    for step in range(1, 100):
        here = tmp_path / str(step)
        (here / "own").mkdir(parents=True)
        for name in ("a.txt", "gone.txt", "own/c.txt"):
            (here / name).write_text(f"old {name}\n")
        old = contents(here)
        handler = signal.getsignal(signal.SIGINT)
        with INTERRUPTION.before(step):
            try:
                write_all(here, TEXTS)
            except KeyboardInterrupt:
                ends.append("old" if contents(here) == old else "new")
            else:
                break
        assert signal.getsignal(signal.SIGINT) is handler
        if ends[-1] == "new":
            assert {name: text for name, text in contents(here).items() if text} == {
                k: v for k, v in TEXTS.items() if v
            }
    assert ends == sorted(ends, reverse=True)
    assert ends.count("old") > 5
    assert ends.count("new") > 5


@pytest.mark.parametrize("step", range(1, 9))
def test_a_step_that_fails_leaves_the_old_set(folder: Path, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    old = contents(folder)
    steps = []
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        steps.append(self)
        if len(steps) == step:
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    if step > 6:  # two files are replaced, one is new, one goes
        write_all(folder, TEXTS)
        assert len(steps) == 6
        return
    with pytest.raises(CodegenError, match="No space left"):
        write_all(folder, TEXTS)
    assert contents(folder) == old


def test_what_a_killed_run_left_goes(folder: Path) -> None:
    for name in (".a.txt.codegen-new", ".a.txt.codegen-old", "own/.c.txt.codegen-old"):
        (folder / name).write_text("left\n")
    remove_leftovers([folder / "a.txt", folder / "own/c.txt"])
    assert set(contents(folder)) == {"a.txt", "gone.txt", "own", "own/c.txt", "own/foreign.txt"}


def test_a_link_is_not_written_through(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (folder / "link").symlink_to(elsewhere)
    with pytest.raises(CodegenError, match="symbolic link"):
        write_all(folder, {"a.txt": "new\n", "link/b.txt": "new\n"})
    assert (folder / "a.txt").read_text() == "old a.txt\n"
    assert not any(elsewhere.iterdir())
