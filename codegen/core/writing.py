"""Writing several files as one: all of them or none, whatever happens in between.

A text is first written beside its place, and all are synced to the disk; then each takes its place by one rename, so that whoever reads a file
meanwhile sees its old text or its new one. Of a set it may be seen that some are new and some are old while the renames run, and only then: no file
system swaps many files at once. A `journal` says what is going on: a run that is killed is undone by the next one, and two runs wait for each other.
Ctrl-C never interrupts a step: it is checked for between two files.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Thread

from codegen.core import journal, opening
from codegen.core.interrupts import Held, held
from codegen.core.journal import Journal, Plan, Step
from codegen.findings.diagnostics import CodegenError, Report, Span, failure

_MODE = 0o644
_PRIVATE = 0o600
# Files that are synced to the disk side by side: a journal of a file system is flushed once for all of them.
_AT_ONCE = 16
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def read_text(root: Path, path: str) -> str | None:
    """The text of a file, None if there is none. Raises `CodegenError` if it cannot be read."""
    try:
        return opening.read_bytes(root / path).decode("utf-8", errors="surrogateescape")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise failure(
            "output-unreadable",
            f"cannot be read: {error.strerror or error}",
            Span(path=path),
            "check its permissions" if isinstance(error, PermissionError) else "check the path, and what lies there",
        ) from None


class Writer:
    """Writes below a folder, while no other run does."""

    def __init__(self, root: Path, log: Journal, asked: Held) -> None:
        self._root = root
        self._log = log
        self._asked = asked

    def write(
        self, texts: Mapping[str, str | bytes | None], *, private: Collection[str] = (), only_new: bool = False
    ) -> None:
        """Write each text to its path below the folder; None removes the file. Once for each writer.

        A new file may be read by everybody; those named in `private`, old ones too, by their owner alone. With `only_new` a file that exists already is an error.
        Raises `CodegenError`, or `KeyboardInterrupt` after Ctrl-C; the files are then as before. Ctrl-C that comes when the new
        files are being put in place is raised when they are.
        """
        root = self._root
        _refuse_links(root, texts)
        contents = {path: text.encode("utf-8") if isinstance(text, str) else text for path, text in texts.items()}
        with _refusals(root, texts):
            plan = self._begin(contents, only_new=only_new)
            try:
                _stage(root, plan, contents.values(), self._asked, private)
                for number in range(len(plan.steps)):
                    _put_in_place(root, plan, number)
                self._log.done()
            except BaseException:
                self._undo(plan)
                raise
            try:
                journal.clear(root, plan)
            except OSError:
                self._log.leave()  # by which the next run clears the rest

    def _begin(self, contents: Mapping[str, bytes | None], *, only_new: bool) -> Plan:
        root = self._root
        steps = [
            Step(path=path, old=journal.digest_of(root / path), new=None if data is None else journal.digest(data))
            for path, data in contents.items()
        ]
        if only_new and (taken := [step.path for step in steps if step.old is not None]):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(root / taken[0]))
        folders = journal.missing_folders((root / path).parent for path in contents)
        return self._log.begin(steps, [folder.relative_to(root).as_posix() for folder in folders])

    def _undo(self, plan: Plan) -> None:
        try:
            journal.undo(self._root, plan)
        except OSError as error:
            self._log.leave()
            raise failure(
                "write-interrupted",
                f"cannot be written, nor put back as it was: {error.strerror or error}",
                Span(path=str(error.filename or self._root)),
                "free the path and run again: that run puts it back first",
            ) from None


@contextmanager
def writing(root: Path, folders: Sequence[Path] = (), report: Report | None = None) -> Iterator[Writer]:
    """The right to write below a folder, which one run has at a time; what a killed run has left is undone first.

    The journal lies in `root`, or in one of `folders` where nobody may write to that. The report is told of what was undone.
    Raises `CodegenError` where another run writes for too long, or the folder cannot be written to.
    """
    with held() as asked, closing(_opened(root, folders, journal.NAME, asked)) as log:
        if report is not None and log.undone:
            left = f"; left as they are, since somebody has changed them: {', '.join(log.kept)}" if log.kept else ""
            report.warning(
                "write-interrupted",
                f"a run that wrote here was killed; what it had done was undone first{left}",
                Span(path=str(root)),
                "look at these files" if left else "nothing is left of it",
            )
        yield Writer(root, log, asked)


def write_all(
    root: Path,
    texts: Mapping[str, str | bytes | None],
    *,
    private: Collection[str] = (),
    only_new: bool = False,
    report: Report | None = None,
) -> None:
    """Write each text to its path below `root`; None removes the file. As `writing` and `Writer.write`."""
    with writing(root, report=report) as here:
        here.write(texts, private=private, only_new=only_new)


def write_one(target: Path, text: str, shown: str, *, private: bool = False) -> None:
    """Write one text in a single step: whoever reads the file meanwhile sees the old text or the new one.

    A link stays, and what it leads to is written; so is what is no file, such as a terminal or a pipe, in its own way.
    Raises `CodegenError` with the path `shown`; the file is then as before.
    """
    resolved = opening.resolved(target)
    try:
        if resolved.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        if resolved.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), shown)
        # `/dev/stdout` leads to a pipe whose name is no path: the path that was given is asked.
        if opening.exists(target) and not opening.is_file(target):
            with target.open("w", encoding="utf-8", newline="") as stream:
                stream.write(text)
            return
    except OSError as error:
        raise _cannot_write(error, shown) from None
    try:
        write_all(resolved.parent, {resolved.name: text}, private=(resolved.name,) if private else ())
    except CodegenError as error:
        if error.diagnostics[0].rule != "cannot-write":
            raise
        found = error.diagnostics[0]
        raise failure(found.rule, found.message, Span(path=shown), found.hint) from None


@contextmanager
def replaced_folder(to: Path) -> Iterator[tuple[Path, int]]:
    """An empty folder in which a body makes `new`, which then takes the place of the folder `to`; all else in it goes.

    The number is the descriptor of the lock: a program that writes to the folder has to inherit it, so that nobody takes the folder
    from it when this process is killed.

    Whoever reads meanwhile sees the old folder or the new one; where the system cannot exchange two folders, none for a moment. Without a `new`
    nothing is replaced. Raises OSError, and `CodegenError` where another run makes this folder.
    """
    log = plan = None
    try:
        with held() as asked:
            log = _opened(to.parent, (), f".{to.name}{journal.NAME}", asked)
            plan = log.begin(place=to.name)
            space = journal.space_of(to.parent, plan)
            space.mkdir()
        yield space, log.lock
        if (space / "new").is_dir():
            with held():
                _exchange(space / "new", to, space / "old")
    finally:
        if log is not None:
            with held(), closing(log):
                _put_back(log, plan)


def _put_back(log: Journal, plan: Plan | None) -> None:
    try:
        if plan is not None:
            journal.put_back(log.root, plan)
    except OSError:
        log.leave()
        raise


def is_settled(folders: Iterable[Path]) -> bool:
    """Whether no run writes in the folders, and none was killed while it did, or before it began to."""
    return not any(os.path.lexists(folder / journal.NAME) for folder in folders)


def holds_one_set(folders: Iterable[Path]) -> bool:
    """Whether no run writes in the folders, and what is there is not between two sets."""
    return not any(map(journal.found_in, folders))


def recover(folders: Iterable[Path], report: Report | None = None, *, journals: Sequence[Path] = ()) -> None:
    """Undo what a run that was killed has left in the folders, before one reads what it wrote. Raises as `writing` does.

    `journals` are the folders in which the journal of such a run lies where nobody may write in its own.
    """
    for folder in dict.fromkeys(folders):
        if not is_settled([folder, *journals]):
            with writing(folder, journals, report):
                pass


def refuse_interrupted(folders: Iterable[Path], repair: str) -> None:
    """Raise `CodegenError` where a run has left one of the folders between two sets, or another run writes there all the time."""
    for folder in dict.fromkeys(folders):
        if reason := journal.left_in(folder):
            hints = {
                journal.BUSY: "wait until it has ended",
                journal.LEFT: f"run: {repair}, which undoes that first",
            }
            raise failure(
                "output-busy" if reason == journal.BUSY else "write-interrupted",
                reason,
                Span(path=str(folder / journal.NAME)),
                hints.get(reason, "permit reading it, or remove what stands there if no codegen runs"),
            )


def _opened(root: Path, folders: Sequence[Path], name: str, asked: Held) -> Journal:
    try:
        return journal.opened(root, folders, name, asked.stop_if_asked)
    except OSError as error:
        place = Path(error.filename or root)
        # A journal that cannot be made is a matter of its folder; what stands in its place is to be named.
        hidden = place.name == name and not os.path.lexists(place)
        raise _cannot_write(error, str(place.parent if hidden else place)) from None


@contextmanager
def _refusals(root: Path, texts: Iterable[str]) -> Iterator[None]:
    """What the operating system refuses, as a message about a file that users know."""
    try:
        yield
    except OSError as error:
        place = Path(error.filename or root)
        if place.name.startswith(".codegen-"):
            inside = place.parent.relative_to(root) if place.parent.is_relative_to(root) else Path()
            place = next((root / path for path in texts if Path(path).parent == inside), place.parent)
        raise _cannot_write(error, str(place)) from None


def _cannot_write(error: OSError, shown: str) -> CodegenError:
    if error.errno in _FULL:
        hint = "nothing was changed; free some space and run again"
    elif isinstance(error, PermissionError):
        hint = "nothing was changed; permit it, or close the program that has it open, and run again"
    else:
        hint = "nothing was changed; free the path and run again"
    return failure("cannot-write", f"cannot be written: {error.strerror or error}", Span(path=shown), hint)


def _refuse_links(root: Path, paths: Iterable[str]) -> None:
    within = opening.resolved(root)
    is_below: dict[Path, bool] = {}  # many files have few folders
    for path in paths:
        target = root / path
        if target.parent not in is_below:
            is_below[target.parent] = opening.resolved(target.parent).is_relative_to(within)
        if not is_below[target.parent] or target.is_symlink():
            raise failure(
                "path-outside-output",
                f"{path} is a symbolic link, or below one",
                Span(path=path),
                "replace the link with a folder, or change `to`",
            )


def _stage(root: Path, plan: Plan, contents: Iterable[bytes | None], asked: Held, private: Collection[str]) -> None:
    """Write the new texts beside their places, and let the disk have them."""
    staged: dict[Path, None] = {}
    folders: set[Path] = set()
    for number, data in enumerate(contents):
        asked.stop_if_asked()
        if data is None:
            continue
        step, new = plan.steps[number], journal.beside(root, plan, number, "new")
        if (folder := new.parent) not in folders:
            folder.mkdir(parents=True, exist_ok=True)
            folders.add(folder)
        staged[new] = None
        with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE), "wb") as stream:
            stream.write(data)
        if step.path not in private:
            target = None if step.old is None else root / step.path
            new.chmod(target.stat().st_mode & 0o777 if target is not None and target.exists() else _MODE)
    _sync(staged)
    asked.stop_if_asked()


def _sync(files: Iterable[Path]) -> None:
    """Let the disk have files, many of them side by side. Raises OSError for the first that it refuses."""
    left, failed = deque(files), list[OSError]()

    def work() -> None:
        with suppress(IndexError):
            while not failed:
                file = left.popleft()
                try:
                    _sync_one(file)
                except OSError as error:
                    failed.append(error)

    # A pool of the standard library takes three times as long for its own sake; where no thread is to be had, this one does it all.
    others: list[Thread] = []
    with suppress(RuntimeError):
        while len(left) >= _AT_ONCE - len(others) > 1:
            other = Thread(target=work)
            other.start()
            others.append(other)
    work()
    for other in others:
        other.join()
    if failed:
        raise failed[0]


def _sync_one(file: Path) -> None:
    descriptor = os.open(file, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put_in_place(root: Path, plan: Plan, number: int) -> None:
    """One rename, with the old file kept under a second name."""
    step = plan.steps[number]
    target = root / step.path
    old, new = (journal.beside(root, plan, number, ending) for ending in ("old", "new"))
    if step.new is None:
        with suppress(FileNotFoundError):
            target.replace(old)
        return
    if step.old is not None:
        _keep(target, old)
    elif os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    new.replace(target)


def _keep(target: Path, old: Path) -> None:
    try:
        os.link(target, old, follow_symlinks=False)
    except (OSError, NotImplementedError):  # FAT has no links, others allow few
        if os.path.lexists(old):
            raise
        import shutil  # few systems need it, and it is large

        shutil.copy2(target, old, follow_symlinks=False)
        _sync_one(old)


def _exchange(new: Path, to: Path, aside: Path) -> None:
    """Put a folder in the place of another one, if there is one."""
    if os.path.lexists(to):
        if _exchanged(new, to):
            return
        to.rename(aside)
    new.rename(to)


def _exchanged(first: Path, second: Path) -> bool:
    """Whether the system has exchanged two folders in one step: Linux can, on most of its file systems."""
    import ctypes

    if os.name != "posix":
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    call = getattr(ctypes.CDLL(None), "renameat2", None)
    return call is not None and call(here, os.fsencode(first), here, os.fsencode(second), exchange) == 0
