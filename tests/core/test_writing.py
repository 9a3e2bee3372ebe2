"""Files are written all or none: whatever fails, and whenever Ctrl-C comes."""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.core import journal
from codegen.core.writing import (
    holds_one_set,
    is_settled,
    read_text,
    refuse_interrupted,
    replaced_folder,
    write_all,
    write_one,
    writing,
)
from codegen.findings.diagnostics import CodegenError, Report
from faults import killed, moments

TEXTS = {"a.txt": "new a\n", "deep/er/b.txt": "new b\n", "gone.txt": None, "own/c.txt": "new c\n"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    filled(tmp_path)
    (tmp_path / "own/foreign.txt").write_text("old own/foreign.txt\n")
    return tmp_path


def filled(folder: Path) -> None:
    (folder / "own").mkdir(parents=True)
    for name in ("a.txt", "gone.txt", "own/c.txt"):
        (folder / name).write_text(f"old {name}\n")


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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_asked_to_end_before_any_step_leaves_the_old_set_or_the_new_one(
    tmp_path: Path, number: signal.Signals
) -> None:
    class Ended(BaseException):
        pass

    def end(*_: object) -> None:
        raise Ended

    ends = []
    handler = signal.signal(number, end)
    try:
        for step in range(1, 100):
            here = tmp_path / str(step)
            filled(here)
            old = contents(here)
            with moments.before(step, here, number):
                try:
                    write_all(here, TEXTS)
                except Ended:
                    ends.append("old" if contents(here) == old else "new")
                else:
                    break
            assert signal.getsignal(number) is end
            assert is_settled([here])
            if ends[-1] == "new":
                assert {name: text for name, text in contents(here).items() if text} == {
                    k: v for k, v in TEXTS.items() if v
                }
    finally:
        signal.signal(number, handler)
    assert ends == sorted(ends, reverse=True)
    assert ends.count("old") > 5
    assert ends.count("new") > 5


def test_a_handler_that_lets_ctrl_c_pass_does_not_make_an_undone_write_a_done_one(folder: Path) -> None:
    old = contents(folder)
    handler = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        with moments.before(4, folder), pytest.raises(KeyboardInterrupt):
            write_all(folder, TEXTS)
    finally:
        signal.signal(signal.SIGINT, handler)
    assert contents(folder) == old


@pytest.mark.parametrize("call", ["replace", "link", "open", "fsync"])
def test_a_step_that_fails_leaves_the_old_set(tmp_path: Path, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = getattr(os, call)
    steps: list[int] = []
    failing_at = 0

    def failing(*arguments: object, **more: object) -> object:
        steps.append(1)
        if len(steps) == failing_at:
            raise OSError(errno.ENOSPC, "No space left on device", str(here / "a.txt"))
        return real(*arguments, **more)

    monkeypatch.setattr(os, call, failing)
    said: list[str] = []
    for number in range(1, 50):
        here = tmp_path / str(number)
        filled(here)
        old = contents(here)
        failing_at = number
        steps.clear()
        try:
            write_all(here, TEXTS)
        except CodegenError as error:
            said.append(str(error))
            assert contents(here) == old
        else:
            assert contents(here)["deep/er/b.txt"] == "new b\n"
        if len(steps) < number:
            break
    assert all("No space left" in text and "free some space" in text for text in said)
    # on a file system without links the old file is copied
    assert len(said) == {"replace": 4, "open": 7, "fsync": 5, "link": 0}[call]


def test_where_nothing_can_be_put_back_the_next_run_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = contents(folder)
    real, broken = os.replace, False

    def failing(source: str | Path, target: str | Path) -> None:
        nonlocal broken
        broken = broken or Path(target).name == "c.txt"
        if broken:
            raise OSError(errno.EIO, "Input/output error", str(target))
        real(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(CodegenError, match="nor put back as it was") as failed:
        write_all(folder, TEXTS)
    assert failed.value.diagnostics[0].rule == "write-interrupted"
    with pytest.raises(CodegenError, match="cannot be undone: Input/output error"):
        write_all(folder, TEXTS)
    assert (folder / journal.NAME).exists()
    monkeypatch.undo()
    with writing(folder, report=(report := Report())):
        pass
    assert contents(folder) == old
    assert [found.rule for found in report.diagnostics] == ["write-interrupted"]


# ------------------------------------------------------------------------------------------------- what was left


def left_by_killed(folder: Path, at: int) -> bool:
    """Write in a child that is killed before the n-th thing that it does to a file. Returns whether it came to its end before."""
    return killed(lambda: write_all(folder, TEXTS), folder, at)


def test_what_a_killed_run_has_done_the_next_one_undoes(tmp_path: Path) -> None:
    between, left = 0, 0
    for at in range(1, 100):
        here = tmp_path / str(at)
        filled(here)
        old = contents(here)
        if left_by_killed(here, at):
            break
        if not is_settled([here]) and (here / journal.NAME).read_bytes():
            left += 1
            with pytest.raises(CodegenError, match=r"write-interrupted.*run: codegen it"):
                refuse_interrupted([here], "codegen it")
        seen = {name: text for name, text in contents(here).items() if not Path(name).name.startswith(".codegen-")}
        between += 0 < sum(text.startswith("new") for text in seen.values()) < 3
        with writing(here):
            pass
        after = {name: text for name, text in contents(here).items() if text}
        assert after in ({name: text for name, text in old.items() if text}, {k: v for k, v in TEXTS.items() if v})
        assert not list(here.rglob(".*"))
        refuse_interrupted([here], "codegen it")
    assert between > 2
    assert left > 10
    assert contents(here)["a.txt"] == "new a\n"


def test_files_that_look_like_ours_stay(folder: Path) -> None:
    own = (".a.txt.codegen-new", ".a.txt.codegen-old", "own/.c.txt.before", ".codegen-0123456789abcdef-0.new")
    for name in own:
        (folder / name).write_text("mine\n")
    left_by_killed(folder, 12)
    write_all(folder, TEXTS)
    assert {name for name, text in contents(folder).items() if text == "mine\n"} == set(own)


def interrupted(folder: Path) -> None:
    """Leave a folder between two sets: a.txt is new, gone.txt and c.txt are old."""
    for at in range(1, 100):
        shutil.rmtree(folder)
        filled(folder)
        left_by_killed(folder, at)
        if (folder / "a.txt").read_text().startswith("new") and (folder / "gone.txt").exists():
            return
    raise AssertionError


def test_what_somebody_has_changed_since_stays_and_is_named(folder: Path) -> None:
    interrupted(folder)
    (folder / "a.txt").write_text("by hand\n")
    with writing(folder, report=(report := Report())):
        pass
    assert {name: text for name, text in contents(folder).items() if text} == {
        "a.txt": "by hand\n",
        "gone.txt": "old gone.txt\n",
        "own/c.txt": "old own/c.txt\n",
    }
    assert "since somebody has changed them: a.txt" in str(report.diagnostics[0])


def test_a_journal_that_came_with_a_copy_moves_nothing(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    interrupted(folder)
    copy = tmp_path_factory.mktemp("copy") / "it"
    shutil.copytree(folder, copy)
    before = contents(copy)
    with pytest.raises(CodegenError, match="no run has written it here"):
        write_all(copy, TEXTS)
    assert contents(copy) == before


@pytest.mark.parametrize("path", ["../outside.txt", "/outside.txt", "own/../../outside.txt"])
def test_a_journal_that_leads_outside_moves_nothing(tmp_path: Path, path: str) -> None:
    folder, outside = tmp_path / "it", tmp_path / "outside.txt"
    folder.mkdir()
    outside.write_text("x")
    log = journal.opened(folder)
    log.begin([journal.Step(path=path, old=None, new=journal.digest(b"x"))])
    log.leave()
    log.close()
    with pytest.raises(CodegenError, match="no run has written it here"):
        write_all(folder, TEXTS)
    assert outside.read_text() == "x"


def test_a_file_of_that_name_that_is_no_journal_stays(folder: Path) -> None:
    (folder / journal.NAME).write_text("notes\n")
    with pytest.raises(CodegenError, match="no run has written it here"):
        write_all(folder, TEXTS)
    assert (folder / journal.NAME).read_text() == "notes\n"
    (folder / journal.NAME).unlink()
    (folder / journal.NAME).symlink_to("a.txt")
    with pytest.raises(CodegenError, match="cannot-write"):
        write_all(folder, TEXTS)
    assert (folder / "a.txt").read_text() == "old a.txt\n"


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("nowhere")])
def test_what_stands_in_the_place_of_a_journal_is_not_waited_for(folder: Path, make: Callable[[Path], object]) -> None:
    make(folder / journal.NAME)
    with pytest.raises(CodegenError, match=rf"{re.escape(journal.NAME)}: error\[write-interrupted\].*cannot be read"):
        refuse_interrupted([folder], "codegen it")
    assert not holds_one_set([folder])
    with pytest.raises(CodegenError, match=rf"{re.escape(journal.NAME)}: error\[cannot-write\]"):
        write_all(folder, TEXTS)


def test_a_run_that_was_killed_before_it_wrote_its_plan_left_nothing_to_undo(folder: Path) -> None:
    (folder / journal.NAME).touch()
    assert holds_one_set([folder])
    refuse_interrupted([folder], "codegen it")
    write_all(folder, TEXTS)
    assert is_settled([folder])


def test_a_journal_in_a_folder_of_the_output_is_undone_by_who_may_write_above_it_too(folder: Path) -> None:
    own = folder / "own"
    log = journal.opened(folder)
    log.file = log.file.rename(own / journal.NAME)  # as by somebody who may write there alone
    log.begin([journal.Step(path="own/new.txt", old=None, new=journal.digest(b"x"))])
    (own / "new.txt").write_text("x")
    log.leave()
    log.close()
    with (
        pytest.raises(CodegenError, match=r"a run was killed that wrote in '\.\.', seen from here") as other,
        writing(own),
    ):
        pass  # from where its paths lead elsewhere
    assert "run that command again" in other.value.diagnostics[0].hint
    assert (own / "new.txt").exists()
    with writing(folder, [own]):
        pass
    assert not (own / "new.txt").exists()
    assert is_settled([folder, own])


# ------------------------------------------------------------------------------------------------- two at once


def test_the_second_writer_waits_for_the_first(folder: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with writing(folder):
            order.append("second")

    with writing(folder) as here:
        other = threading.Thread(target=second)
        other.start()
        other.join(0.2)
        order.append("first")
        here.write({"a.txt": "first\n"})
    other.join()
    assert order == ["first", "second"]
    assert is_settled([folder])


def test_a_writer_does_not_wait_for_ever(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "PATIENCE", 0.1)
    old = contents(folder)
    with writing(folder):
        with pytest.raises(CodegenError, match="output-busy"):
            write_all(folder, TEXTS)
        (folder / journal.NAME).read_bytes()
        with pytest.raises(CodegenError, match="another run of codegen is writing"):
            refuse_interrupted([folder], "codegen it")
    assert contents(folder) == old


def test_a_file_that_appears_meanwhile_is_not_overwritten(folder: Path) -> None:
    with pytest.raises(CodegenError, match="File exists"):
        write_all(folder, {"a.txt": "new\n", "b.txt": "new\n"}, only_new=True)
    assert (folder / "a.txt").read_text() == "old a.txt\n"
    assert not (folder / "b.txt").exists()


# ------------------------------------------------------------------------------------------------- odd places


def test_a_link_is_not_written_through(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (folder / "link").symlink_to(elsewhere)
    for path in ("link/b.txt", "../b.txt", "own/../../b.txt"):
        with pytest.raises(CodegenError, match="symbolic link"):
            write_all(folder, {"a.txt": "new\n", path: "new\n"})
    assert (folder / "a.txt").read_text() == "old a.txt\n"
    assert not any(elsewhere.iterdir())


def test_a_file_that_another_program_has_open_is_said_to_be_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where an open file is neither replaced nor given a second name."""
    old = contents(folder)
    real = os.replace

    def refusing(source: Path, target: Path) -> None:
        if Path(target).name == "c.txt":
            raise PermissionError(errno.EACCES, "The process cannot access the file", str(target))
        real(source, target)

    monkeypatch.setattr(os, "replace", refusing)
    with pytest.raises(CodegenError, match=r"own/c\.txt: .*cannot access the file.*close the program that has it open"):
        write_all(folder, TEXTS)
    assert contents(folder) == old
    assert is_settled([folder])


def test_a_name_as_long_as_names_may_be(folder: Path) -> None:
    name = "x" * 251 + ".txt"
    for text in ("one\n", "two\n"):
        write_all(folder, {name: text})
        assert (folder / name).read_text() == text


def test_a_folder_that_goes_while_its_files_are_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.link

    def going(*arguments: object, **more: object) -> None:
        shutil.rmtree(folder)
        real(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "link", going)
    with pytest.raises(CodegenError, match=r"cannot-write.*No such file"):
        write_all(folder, TEXTS)


def test_private_files_are_so_from_the_start(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.txt").chmod(0o644)
    modes = []
    real = os.replace

    def noted(source: Path, target: Path) -> None:
        modes.append(stat.S_IMODE(source.stat().st_mode))
        real(source, target)

    monkeypatch.setattr(os, "replace", noted)
    write_all(folder, {"a.txt": "key\n", "b.txt": "key\n", "c.txt": "open\n"}, private=("a.txt", "b.txt"))
    assert modes == [0o600, 0o600, 0o644]
    write_one(folder / "d.txt", "key\n", "d.txt", private=True)
    assert stat.S_IMODE((folder / "d.txt").stat().st_mode) == 0o600


def test_one_file_may_be_a_link_a_pipe_or_no_file_at_all(folder: Path) -> None:
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
    os.mkfifo(folder / "pipe")
    with pytest.raises(CodegenError, match="named pipe"):
        read_text(folder, "pipe")


def test_a_pipe_that_has_no_path_is_written_to() -> None:
    """`--output /dev/stdout | less`, `--output >(command)`."""
    reading, to = os.pipe()
    path = Path(f"/dev/fd/{to}")
    if not path.exists():
        pytest.skip("the system names no open files")
    write_one(path, "text\n", "found")
    os.close(to)
    with os.fdopen(reading) as stream:
        assert stream.read() == "text\n"


# ------------------------------------------------------------------------------------------------- whole folders


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_folder_takes_the_place_of_another(
    tmp_path: Path, can_exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not can_exchange:
        monkeypatch.setattr("codegen.core.writing._exchanged", lambda *_: False)
    to = tmp_path / "in/site"
    for number in range(3):
        with replaced_folder(to) as (space, _):
            (space / "new").mkdir()
            (space / f"new/{number}.txt").write_text("x")
            (space / "beside").write_text("x")
        assert [path.name for path in to.iterdir()] == [f"{number}.txt"]
        assert [path.name for path in to.parent.iterdir()] == ["site"]

    def failing() -> None:
        with replaced_folder(to) as (space, _):
            (space / "new").mkdir()
            (space / "new").mkdir()

    with pytest.raises(FileExistsError):
        failing()
    with replaced_folder(to):
        pass
    assert [path.name for path in to.iterdir()] == ["2.txt"]
    assert [path.name for path in to.parent.iterdir()] == ["site"]


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_folder_is_the_old_one_or_the_new_one_whenever_its_maker_is_killed(
    tmp_path: Path, can_exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not can_exchange:
        monkeypatch.setattr("codegen.core.writing._exchanged", lambda *_: False)
    seen: set[str] = set()
    for at in range(1, 60):
        to = tmp_path / str(at) / "site"
        to.mkdir(parents=True)
        (to / "old.txt").write_text("x")

        def made(to: Path = to) -> None:
            with replaced_folder(to) as (space, _):
                (space / "new").mkdir()
                (space / "new/new.txt").write_text("x")

        ended = killed(made, to.parent, at)
        now = sorted(path.name for path in to.iterdir()) if to.exists() else ["none"]
        seen.update(now)
        with replaced_folder(to):
            pass
        assert sorted(path.name for path in to.iterdir()) in (["old.txt"], ["new.txt"])
        assert [path.name for path in to.parent.iterdir()] == ["site"]
        if ended:
            break
    assert ended
    assert seen == ({"old.txt", "new.txt"} if can_exchange else {"old.txt", "new.txt", "none"})
