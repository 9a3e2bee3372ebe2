"""Files are written atomically, by one process at a time, despite failures."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
import threading
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from codegen.core import staging
from codegen.core.diagnostics import CodegenError
from codegen.core.interrupts import Terminated, raise_on_termination
from codegen.core.writing import STAGING, read_text, swap_directory, write_all, write_one, writing
from support.faults import moments, run_in_child, tree, without_staging

TEXTS = {"a.txt": "new a\n", "deep/er/b.txt": "new b\n", "gone.txt": None, "own/c.txt": "new c\n"}
OLD = {"a.txt": b"old a.txt\n", "gone.txt": b"old gone.txt\n", "own/c.txt": b"old own/c.txt\n"}
NEW = {path: text.encode() for path, text in TEXTS.items() if text is not None}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path / "folder")


def fill(folder: Path) -> Path:
    (folder / "own").mkdir(parents=True)
    for path, text in OLD.items():
        (folder / path).write_bytes(text)
    return folder


def test_all_files_are_written_without_leftovers(folder: Path) -> None:
    (folder / "own/c.txt").chmod(0o640)
    write_all(folder, TEXTS)
    assert tree(folder) == NEW
    assert stat.S_IMODE((folder / "own/c.txt").stat().st_mode) == 0o640
    assert stat.S_IMODE((folder / "a.txt").stat().st_mode) == 0o644
    assert not (folder / STAGING).exists()
    assert (read_text(folder, "a.txt"), read_text(folder, "gone.txt")) == ("new a\n", None)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_leaves_old_or_new_set(tmp_path: Path, number: signal.Signals) -> None:
    class Ended(BaseException):
        pass

    def end(*_: object) -> None:
        raise Ended

    ends = []
    handler = signal.signal(number, end)
    try:
        for step in range(1, 100):
            here = fill(tmp_path / str(step))
            with moments.before(step, here, number):
                try:
                    write_all(here, TEXTS)
                except Ended:
                    ends.append(
                        "old" if tree(here) == OLD else "new" if tree(here) == NEW else "mixed"
                    )
                else:
                    break
            assert signal.getsignal(number) is end
            assert not (here / STAGING).exists()
    finally:
        signal.signal(number, handler)
    assert set(ends) == {"old", "new"}
    assert ends == sorted(ends, reverse=True)


@pytest.mark.parametrize(("handler", "left"), [(lambda *_: None, OLD), (signal.SIG_IGN, NEW)])
def test_only_ignored_signal_does_not_end_write(
    folder: Path, handler: Any, left: dict[str, bytes]
) -> None:
    before = signal.signal(signal.SIGINT, handler)
    try:
        with (
            moments.before(4, folder),
            pytest.raises(KeyboardInterrupt) if left is OLD else nullcontext(),
        ):
            write_all(folder, TEXTS)
    finally:
        signal.signal(signal.SIGINT, before)
    assert tree(folder) == left


@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.SIG_DFL])
def test_termination_is_raised_unless_it_is_handled(handler: signal.Handlers) -> None:
    before = signal.signal(signal.SIGHUP, handler)
    try:
        with (
            raise_on_termination(),
            pytest.raises(Terminated) if handler is signal.SIG_DFL else nullcontext(),
        ):
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is handler
    finally:
        signal.signal(signal.SIGHUP, before)


def test_kill_leaves_complete_files_and_next_run_repairs(tmp_path: Path) -> None:
    mixed = 0
    for step in range(1, 100):
        here = fill(tmp_path / str(step))
        ended = run_in_child(partial(write_all, here, TEXTS), here, step) == 0
        left = without_staging(tree(here))
        assert all(text in (OLD.get(path), NEW.get(path)) for path, text in left.items())
        assert OLD.keys() & NEW.keys() <= left.keys()
        mixed += left not in (OLD, NEW)
        write_all(here, TEXTS)
        assert tree(here) == NEW
        assert not (here / STAGING).exists()
        if ended:
            break
    assert ended
    assert mixed


def test_staging_failure_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def full(path: Path, *arguments: int) -> int:
        if Path(path).name == "3":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return real(path, *arguments)

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(
        CodegenError, match=r"own/c\.txt: .*No space left.*nothing was changed; free some space"
    ):
        write_all(folder, TEXTS)
    assert tree(folder) == OLD


def test_file_open_in_another_program_is_reported(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Simulates Windows, where an open file cannot be replaced. Files moved before return."""
    real = os.replace

    def refuse(source: Path, target: Path) -> None:
        if Path(target).name == "c.txt":
            raise PermissionError(errno.EACCES, "The process cannot access the file", str(target))
        real(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(
        CodegenError, match=r"own/c\.txt: .*nothing was changed; .*close the program"
    ):
        write_all(folder, TEXTS)
    assert tree(folder) == OLD


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"a.txt": "new\n", "own": "new\n"}, "own: .*Is a directory"),
        (
            {"a.txt": "new\n", "own/c.txt/d.txt": "new\n"},
            r"own/c\.txt: .*(File exists|Not a directory)",
        ),
        ({"a.txt": "new\n", "link/b.txt": "new\n"}, "symbolic link"),
        ({"a.txt": "new\n", "to-file": "new\n"}, "symbolic link"),
        ({"a.txt": "new\n", "../b.txt": "new\n"}, "path-outside-output"),
        ({"a.txt": "new\n", "own/../../b.txt": "new\n"}, "path-outside-output"),
    ],
)
def test_impossible_path_changes_nothing(folder: Path, texts: dict[str, str], said: str) -> None:
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    (folder / "link").symlink_to(elsewhere)
    (folder / "to-file").symlink_to("own/c.txt")
    before = tree(folder)
    with pytest.raises(CodegenError, match=said):
        write_all(folder, texts)
    assert tree(folder) == before
    assert not any(elsewhere.iterdir())


def test_existing_file_is_not_overwritten_with_only_new(folder: Path) -> None:
    with pytest.raises(CodegenError, match="File exists"):
        write_all(folder, {"b.txt": "new\n", "a.txt": "new\n"}, only_new=True)
    assert tree(folder) == OLD


def test_private_files_are_created_private(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes = []
    real = os.replace

    def note(source: Path, target: Path) -> None:
        modes.append(stat.S_IMODE(source.stat().st_mode))
        real(source, target)

    monkeypatch.setattr(os, "replace", note)
    write_all(
        folder, {"a.txt": "key\n", "b.txt": "key\n", "c.txt": "open\n"}, private=("a.txt", "b.txt")
    )
    write_one(folder / "d.txt", "key\n", "d.txt", private=True)
    assert modes == [0o600, 0o600, 0o644, 0o600]


def test_second_writer_waits_for_first(folder: Path) -> None:
    order = []

    def second() -> None:
        write_all(folder, {"a.txt": "second\n"})
        order.append("second")

    with writing(folder) as writer:
        other = threading.Thread(target=second)
        other.start()
        other.join(0.2)
        order.append("first")
        writer.write({"a.txt": "first\n"})
    other.join()
    assert order == ["first", "second"]
    assert (folder / "a.txt").read_text() == "second\n"
    assert not (folder / STAGING).exists()


def test_writer_times_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "LOCK_TIMEOUT", 0.1)
    with writing(folder), pytest.raises(CodegenError, match="output-busy"):
        write_all(folder, TEXTS)
    assert tree(folder) == OLD


@pytest.mark.parametrize("is_replaced", [True, False])
def test_lock_on_removed_file_is_retried(
    folder: Path, monkeypatch: pytest.MonkeyPatch, is_replaced: bool
) -> None:
    """Its owner may have removed the file before it was locked, and a third process may have
    created another.
    """
    file, real = folder / STAGING / "lock", fcntl.flock
    locked: list[bool] = []

    def lock(stream: BinaryIO, operation: int) -> None:
        if not locked:
            file.unlink()
            if is_replaced:
                file.touch()
        real(stream, operation)
        locked.append(file.exists() and os.path.samestat(os.fstat(stream.fileno()), file.stat()))

    monkeypatch.setattr(fcntl, "flock", lock)
    write_all(folder, TEXTS)
    assert locked == [False, True]
    assert tree(folder) == NEW


def test_symlink_as_staging_folder_is_refused(folder: Path) -> None:
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "0").write_text("mine")
    (folder / STAGING).symlink_to(elsewhere)
    with pytest.raises(CodegenError, match=rf"{STAGING}: error\[cannot-write\]"):
        write_all(folder, TEXTS)
    assert tree(elsewhere) == {"0": b"mine"}


def test_symlink_as_lock_file_is_refused(folder: Path) -> None:
    elsewhere = folder.parent / "elsewhere"
    (folder / STAGING).mkdir()
    (folder / STAGING / "lock").symlink_to(elsewhere)
    with pytest.raises(CodegenError, match=rf"{STAGING}: error\[cannot-write\]"):
        write_all(folder, TEXTS)
    assert not elsewhere.exists()


def test_committed_staging_folder_is_harmless(folder: Path) -> None:
    (folder.parent / "precious").write_text("mine")
    (folder / STAGING).mkdir()
    (folder / STAGING / "0").symlink_to(folder.parent / "precious")
    write_all(folder, TEXTS)
    assert tree(folder) == NEW
    assert (folder.parent / "precious").read_text() == "mine"


def test_only_output_folders_must_be_writable(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.mkdir

    def refuse(path: Path, mode: int = 0o777) -> None:
        if Path(path) == folder / STAGING:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        real(path, mode)

    monkeypatch.setattr(os, "mkdir", refuse)
    with writing(folder, [folder / "own"]) as writer:
        assert (folder / "own" / STAGING).exists()
        writer.write({"own/c.txt": "new\n"})
    assert tree(folder) == {**OLD, "own/c.txt": b"new\n"}
    with pytest.raises(CodegenError, match=r"cannot-write.*Permission denied"):
        write_all(folder, TEXTS)


def test_folder_may_be_on_another_file_system(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def refuse(source: Path, target: Path) -> None:
        if Path(source).parent != Path(target).parent:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), str(source))
        real(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    (folder.parent / "precious").write_text("mine")
    (folder / f"own/{STAGING}.new").symlink_to(folder.parent / "precious")
    (folder / "own/c.txt").chmod(0o640)
    write_all(folder, TEXTS)
    assert tree(folder) == NEW
    assert stat.S_IMODE((folder / "own/c.txt").stat().st_mode) == 0o640
    assert (folder.parent / "precious").read_text() == "mine"


def test_single_file_may_be_symlink_device_or_pipe(folder: Path) -> None:
    (folder / "link").symlink_to("own/c.txt")
    write_one(folder / "link", "new\n", "link")
    assert (folder / "link").is_symlink()
    assert (folder / "own/c.txt").read_text() == "new\n"
    write_one(Path("/dev/null"), "new\n", "/dev/null")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    with pytest.raises(CodegenError, match=r"/dev/full: .*No space left.*free some space"):
        write_one(Path("/dev/full"), "new\n", "/dev/full")
    with pytest.raises(CodegenError, match=r"own: .*Is a directory"):
        write_one(folder / "own", "new\n", "own")
    (folder / "loop").symlink_to("loop")
    with pytest.raises(CodegenError, match=r"loop: .*symbolic link"):
        write_one(folder / "loop", "new\n", "loop")
    os.mkfifo(folder / "pipe")
    with pytest.raises(CodegenError, match="named pipe"):
        read_text(folder, "pipe")


def test_longest_file_name_is_written(folder: Path) -> None:
    for text in ("one\n", "two\n"):
        write_one(folder / ("x" * 251 + ".txt"), text, "long")
        assert (folder / ("x" * 251 + ".txt")).read_text() == text


def test_anonymous_pipe_is_written() -> None:
    """`--output /dev/stdout | less`, `--output >(command)`."""
    reading, to = os.pipe()
    path = Path(f"/dev/fd/{to}")
    if not path.exists():
        pytest.skip("the system names no open files")
    write_one(path, "text\n", "found")
    os.close(to)
    with os.fdopen(reading) as stream:
        assert stream.read() == "text\n"


def test_folder_replaces_another(tmp_path: Path) -> None:
    to = tmp_path / "in/site"

    def build(number: int) -> None:
        with swap_directory(to) as space:
            (space / "new").mkdir()
            (space / f"new/{number}.txt").write_text("x")
            if number == 9:
                raise FileExistsError

    for number in range(3):
        build(number)
        assert list(tree(to)) == [f"{number}.txt"]
    with pytest.raises(FileExistsError):
        build(9)
    with swap_directory(to):
        pass
    assert list(tree(to.parent)) == ["site/2.txt"]
    assert run_in_child(lambda: build(3), to.parent, 5) < 0
    build(4)
    assert list(tree(to.parent)) == ["site/4.txt"]


def test_old_folder_is_restored_if_move_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = tmp_path / "site"
    to.mkdir()
    (to / "old.txt").write_text("x")
    rename = Path.rename

    def refuse_new(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise PermissionError(errno.EACCES, "denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_new)
    with pytest.raises(PermissionError), swap_directory(to) as space:
        (space / "new").mkdir()
    assert list(tree(tmp_path)) == ["site/old.txt"]
