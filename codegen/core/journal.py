"""The journal of a folder in which files are replaced: the lock of the run that does it, and all that is needed to undo it.

It is a file, `.codegen-write`, that exists while a run writes. The run holds a lock on it, which ends with the process however that ends:
a journal without a lock is what a killed run left, and the next run undoes what it says. Before anything is touched it lists
each file, the digests of its old and its new text, and by a token the names of what lies beside it meanwhile: `.codegen-TOKEN-N.new`,
and `.codegen-TOKEN-N.old`, a second link to the old file. A line `done` says that the new files are in place and only these links are left to be removed.

To undo is idempotent, and touches only what the digests know: a file that somebody has changed since stays as it is. A journal also names
its own inode, so that one which came with a copy or a clone of a folder, or which somebody made up, moves no file.
"""

from __future__ import annotations

import errno
import json
import os
import re
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import msgspec

from codegen.findings.diagnostics import Span, failure

NAME = ".codegen-write"
PATIENCE = 30.0  # seconds that a run waits for another one
_PAUSE = 0.02
_HEAD = b"# codegen is replacing files here. If no codegen runs, one was killed: the next one undoes it by this list.\n"
_DONE = b"done\n"
_TOKEN = re.compile(r"[0-9a-f]{16}")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One file: its path below the folder, and the digests of its old and new text; None where there is no file."""

    path: str
    old: str | None
    new: str | None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is going to do: to files, or, with `place`, to a whole folder of that name, made below `.codegen-TOKEN`.

    `folders` are those that it creates, the deepest first; `inode` is that of the journal itself. `root` leads from the folder of the journal to that
    from which the paths are counted: it is never followed, only compared, so that nobody undoes elsewhere what was done here.
    """

    token: str
    inode: int
    steps: tuple[Step, ...] = ()
    folders: tuple[str, ...] = ()
    place: str = ""
    root: str = "."


class Journal:
    """The journal of a folder, while this run alone may write there. `undone` is whether a killed run had to be undone.

    `kept` are the files of that run that somebody has changed since, which were left.
    """

    def __init__(self, file: Path, root: Path, stream: BinaryIO, created: Sequence[Path]) -> None:
        self.file = file
        self.root = root
        self._stream = stream
        self._created = created
        self._keep = False
        self.undone = False
        self.kept: tuple[str, ...] = ()

    def begin(self, steps: Iterable[Step] = (), folders: Iterable[str] = (), place: str = "") -> Plan:
        """Write down what is going to be done, so that it outlives this process and a loss of power. Raises OSError."""
        plan = Plan(
            token=os.urandom(8).hex(),
            inode=os.fstat(self._stream.fileno()).st_ino,
            steps=tuple(steps),
            folders=tuple(folders),
            place=place,
            root=self._way,
        )
        # Names may be no UTF-8: this library writes halves of surrogate pairs as escapes, that of the records refuses them.
        self._append(_HEAD + json.dumps(msgspec.to_builtins(plan)).encode() + b"\n")
        return plan

    @property
    def _way(self) -> str:
        return Path(os.path.relpath(self.root, self.file.parent)).as_posix()

    @property
    def lock(self) -> int:
        """The descriptor that holds the lock: a process that inherits it holds the lock too, as long as it runs."""
        return self._stream.fileno()

    def done(self) -> None:
        """What was planned is in place."""
        self._append(_DONE)

    def recover(self) -> None:
        """Undo what a killed run has left, by its journal. Raises `CodegenError` where that is not possible."""
        text = self._stream.read()
        if not text:
            return
        shown = str(self.file)
        plan = plan_of(text, shown, os.fstat(self._stream.fileno()).st_ino)
        # A run that had its journal where its paths begin is undone by whoever comes there.
        root = self.file.parent if plan is not None and plan.root == "." else self.root
        if plan is not None and plan.root not in (".", self._way):
            raise failure(
                "write-interrupted",
                f"a run was killed that wrote in {plan.root!r}, seen from here",
                Span(path=shown),
                "run that command again, with the same pages or the same configuration: it undoes that first",
            )
        if plan is not None:
            try:
                if _is_done(text):
                    clear(root, plan)
                else:
                    self.kept = undo(root, plan)
                    self.undone = True
            except OSError as error:
                raise failure(
                    "write-interrupted",
                    f"a run that was killed cannot be undone: {error.strerror or error}: {error.filename}",
                    Span(path=shown),
                    "free that path, and run again",
                ) from None
        self._stream.seek(0)
        self._stream.truncate()

    def leave(self) -> None:
        """Keep the journal for the next run: this one could not undo what it did."""
        self._keep = True

    def close(self) -> None:
        """Remove the journal, and let others write."""
        if self._keep:
            self._stream.close()
            return
        if os.name == "nt":  # where an open file cannot be removed
            self._stream.close()
        with suppress(OSError):
            self.file.unlink()
        self._stream.close()
        _remove_empty(self._created)

    def _append(self, data: bytes) -> None:
        self._stream.seek(0, os.SEEK_END)
        while data:
            data = data[self._stream.write(data) :]
        os.fsync(self._stream.fileno())


def opened(
    root: Path, folders: Sequence[Path] = (), name: str = NAME, stop: Callable[[], None] = lambda: None
) -> Journal:
    """The journal of a folder, once no other run writes there; what a killed run has left is undone first.

    Where `root` cannot be written to, the journal lies in the first of `folders` that can. `stop` is called while it waits. Raises `CodegenError`
    where another run writes for too long, and for a journal that is not of a run here, and OSError.
    """
    created = missing_folders([root])
    try:
        root.mkdir(parents=True, exist_ok=True)
        file, stream = _locked([root, *folders], name, stop)
    except BaseException:
        _remove_empty(created)
        raise
    found = Journal(file, root, stream, created)
    try:
        found.recover()
    except BaseException:
        found.leave()
        found.close()
        raise
    return found


def left_in(folder: Path) -> str:
    """Why nobody should read the outputs in a folder: a run writes there, or one was killed; empty if neither. Waits for the former a while."""
    until = time.monotonic() + PATIENCE
    while (found := found_in(folder)) == BUSY and time.monotonic() <= until:
        time.sleep(_PAUSE)
    return found


def found_in(folder: Path) -> str:
    """The same at this moment. A run that was killed before it wrote its plan did nothing: its journal is empty, and says nothing."""
    file = folder / NAME
    try:
        stream = _open(file, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        return f"what looks like the journal of a run cannot be read: {error.strerror or error}"
    with stream:
        if not _lock(stream, shared=True):
            return BUSY
        return LEFT if stream.read(1) and file.exists() else ""


LEFT = "a run that wrote here was killed: some files may be of its set, others of the one before"
BUSY = "another run of codegen is writing here"


def plan_of(text: bytes, shown: str, inode: int) -> Plan | None:
    """What a journal says; None if its run was killed before it had written it, and so before it did anything.

    Raises `CodegenError` for one that no run here has written.
    """
    body = text.removeprefix(_HEAD)
    if _HEAD.startswith(text) or (len(body) < len(text) and b"\n" not in body):
        return None
    try:
        plan = msgspec.convert(json.loads(body.partition(b"\n")[0]), Plan)
    except (ValueError, RecursionError):
        plan = None
    if len(body) == len(text) or plan is None or plan.inode != inode or not _is_plain(plan):
        raise failure(
            "write-interrupted",
            "it looks like the journal of a run that was killed, but no run has written it here",
            Span(path=shown),
            "it came with a copy of the folder, or somebody else made it: remove it, and files `.codegen-*.old` and `.codegen-*.new`",
        )
    return plan


def _is_plain(plan: Plan) -> bool:
    """Whether a plan names nothing outside its folder."""
    paths = [*(step.path for step in plan.steps), *plan.folders, *([plan.place] if plan.place else ())]
    plain = (not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts for path in paths)
    return _TOKEN.fullmatch(plan.token) is not None and all(plain)


def _is_done(text: bytes) -> bool:
    return text.endswith(b"\n" + _DONE)


# ------------------------------------------------------------------------------------------------- what lies beside


def beside(root: Path, plan: Plan, number: int, ending: str) -> Path:
    """Where the new text of a step waits (`new`), or its old one is kept (`old`)."""
    return Path(root, os.path.dirname(plan.steps[number].path), f".codegen-{plan.token}-{number}.{ending}")  # noqa: PTH120 - asked for each file five times


def space_of(root: Path, plan: Plan) -> Path:
    """The folder in which a new folder is made."""
    return root / f".codegen-{plan.token}"


def undo(root: Path, plan: Plan) -> tuple[str, ...]:
    """Bring back what was there before a plan was begun, as far as it got. Returns the files that somebody has changed since. Raises OSError."""
    if plan.place:
        put_back(root, plan)
        return ()
    changed = []
    for number, step in reversed(list(enumerate(plan.steps))):
        target, old = root / step.path, beside(root, plan, number, "old")
        now = digest_of(target)
        if now != step.old:
            if now not in (None, step.new):
                changed.append(step.path)
            elif step.old is None:
                target.unlink()
            elif digest_of(old) == step.old:
                old.replace(target)
            else:
                changed.append(step.path)
    clear(root, plan)
    _remove_empty(root / folder for folder in plan.folders)
    return tuple(reversed(changed))


def clear(root: Path, plan: Plan) -> None:
    """Remove what lies beside the files of a plan. Raises OSError."""
    for number in range(len(plan.steps)):
        for ending in ("new", "old"):
            with suppress(FileNotFoundError, NotADirectoryError):
                beside(root, plan, number, ending).unlink()


def put_back(root: Path, plan: Plan) -> None:
    """Remove the folder in which another one was made; the one that it was to replace is put back if nothing stands in its place. Raises OSError."""
    import shutil

    place, space = root / plan.place, space_of(root, plan)
    old = space / "old"
    if old.is_dir() and not os.path.lexists(place):
        old.rename(place)
    if os.path.lexists(space):
        shutil.rmtree(space)


def digest_of(file: Path) -> str | None:
    """The digest of a file's content; None if there is none. A link, a folder, a device has one of its own kind. Raises OSError."""
    import stat

    try:
        mode = file.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    return digest(file.read_bytes()) if stat.S_ISREG(mode) else f"no file: {stat.S_IFMT(mode)}"


def digest(content: bytes) -> str:
    """What stands for a content."""
    from hashlib import sha256

    return sha256(content).hexdigest()


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        with suppress(OSError):  # it holds something
            folder.rmdir()


def missing_folders(folders: Iterable[Path]) -> list[Path]:
    """Those of the folders, and of the folders above them, that have to be created, the deepest first."""
    missing = set()
    for folder in folders:
        for parent in (folder, *folder.parents):
            if parent in missing or parent.exists():
                break
            missing.add(parent)
    return sorted(missing, key=lambda path: len(path.parts), reverse=True)


# ------------------------------------------------------------------------------------------------- the lock


def _locked(folders: Sequence[Path], name: str, stop: Callable[[], None]) -> tuple[Path, BinaryIO]:
    """The journal, in the first of the folders that can be written to, once no other run has it."""
    until = time.monotonic() + PATIENCE
    while True:
        file, stream = _opened(folders, name)
        if _lock(stream):
            if _is_at(stream, file):
                return file, stream
            stream.close()  # the other run has ended, and its journal with it
            continue
        stream.close()
        if time.monotonic() > until:
            raise failure(
                "output-busy",
                BUSY,
                Span(path=str(file.parent)),
                "nothing was changed; wait until it has ended, and run again",
            )
        stop()
        time.sleep(_PAUSE)


def _opened(folders: Sequence[Path], name: str) -> tuple[Path, BinaryIO]:
    # One that lies there already comes first: a run that could write there alone may have been killed, or may be writing.
    folders = sorted(folders, key=lambda folder: not os.path.lexists(folder / name))
    for folder in folders[:-1]:
        with suppress(PermissionError):
            return folder / name, _open(folder / name)
    return folders[-1] / name, _open(folders[-1] / name)


def _open(file: Path, flags: int = os.O_RDWR | os.O_CREAT) -> BinaryIO:
    """The journal; a link is not followed, and what is no file, such as a pipe, not waited for. Raises OSError."""
    import stat

    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
        flags |= getattr(os, name, 0)
    try:
        descriptor = os.open(file, flags, 0o666)
    except OSError as error:
        if error.errno == errno.EROFS:  # for a caller it is the same
            raise PermissionError(error.errno, error.strerror, str(file)) from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "this is not a file", str(file))
    return os.fdopen(descriptor, "r+b" if flags & os.O_RDWR else "rb", buffering=0)


def _is_at(stream: BinaryIO, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), file.stat())
    except FileNotFoundError:
        return False


def _lock(stream: BinaryIO, *, shared: bool = False) -> bool:
    """Whether this process has the lock on a file now. A file system that has no locks lets everybody in."""
    try:
        import fcntl
    except ImportError:  # Windows
        return _lock_on_windows(stream)
    try:
        fcntl.flock(stream, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _lock_on_windows(stream: BinaryIO) -> bool:
    from importlib import import_module

    msvcrt = import_module("msvcrt")
    try:
        stream.seek(2**30)  # far behind the text, which others may read
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    finally:
        stream.seek(0)
    return True
