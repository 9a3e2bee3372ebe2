"""Writes sets of files. Each file is whole at any time, and one process writes at a time.

New files are first written to a staging folder, `.codegen-staging`, and then moved into place.
Signals are deferred while they move, so Ctrl-C leaves the old set or the new one. A killed process
leaves whole files and its staging folder, which the next process removes.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from msgspec import Struct

from codegen.core import opening
from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.interrupts import DeferredSignals
from codegen.core.staging import UNCHANGED, cannot_write, explain_os_errors, locked_staging

STAGING = ".codegen-staging"
_MODE = 0o644
_PRIVATE = 0o600
_BINARY = getattr(os, "O_BINARY", 0)


def read_text(root: Path, path: str) -> str | None:
    """Return the text of a file, None if there is none.

    Raises `CodegenError` if it cannot be read.
    """
    data = read_bytes(root, path)
    if data is None:
        return None
    return data.decode("utf-8", errors="surrogateescape")


def read_bytes(root: Path, path: str) -> bytes | None:
    """Return the bytes of a file, None if there is none.

    Raises `CodegenError` if it cannot be read.
    """
    try:
        return opening.read_bytes(root / path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise failure(
            "output-unreadable",
            f"cannot be read: {error.strerror or error}",
            Span(path=path),
            "check its permissions" if isinstance(error, PermissionError) else "check the path",
            arguments=(error.strerror or str(error),),
        ) from None


class Writer:
    """Writes below a folder while this process holds its lock."""

    def __init__(self, root: Path, staging: Path, signals: DeferredSignals) -> None:
        self._root = root
        self._staging = staging
        self._signals = signals

    def write(
        self,
        texts: Mapping[str, str | bytes | None],
        *,
        private: Collection[str] = (),
        only_new: bool = False,
        new: Collection[str] = (),
    ) -> None:
        """Write each text to its path below the folder, or remove the file for None.

        New files are readable by everybody, or by their owner alone if they are in `private`. With
        `only_new` an existing file is an error. A file at a path in `new` is one too, if somebody
        creates it while the others are written. Raises `CodegenError`, or `KeyboardInterrupt` after
        Ctrl-C, and then nothing has changed: files that were moved already are put back.
        """
        _refuse_links(self._root, texts)
        staged = self._stage(texts, private=private, only_new=only_new)
        replaced: list[_ReplacedFile] = []
        try:
            for number, (path, staged_file) in enumerate(staged.items()):
                target = self._root / path
                with explain_os_errors(target, UNCHANGED):
                    if path in new and os.path.lexists(target):
                        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
                    replaced.append(_keep_file(target, self._staging / f"{number}.old"))
                    if staged_file is None:
                        target.unlink(missing_ok=True)
                    else:
                        _move(staged_file, target)
        except CodegenError:
            _restore(replaced)
            raise

    def remove_empty_folders(self, removed: Iterable[str], *, kept: Collection[Path] = ()) -> None:
        """Remove the folders that removed files have left empty, except the `kept` ones."""
        for path in removed:
            for parent in PurePosixPath(path).parents:
                folder = self._root / parent
                if folder == self._root or folder in kept:
                    break
                try:
                    folder.rmdir()
                except OSError:
                    break  # it has other files

    def _stage(
        self, texts: Mapping[str, str | bytes | None], *, private: Collection[str], only_new: bool
    ) -> dict[str, Path | None]:
        """Write the new texts to the staging folder, and create the folders that they will stand
        in.
        """
        staged: dict[str, Path | None] = {}
        for number, (path, text) in enumerate(texts.items()):
            target = self._root / path
            with explain_os_errors(target, UNCHANGED):
                if os.path.lexists(target):
                    old = target.lstat().st_mode
                else:
                    old = None
                if old is not None and (only_new or stat.S_ISDIR(old)):
                    code = errno.EEXIST if only_new else errno.EISDIR
                    raise OSError(code, os.strerror(code))
                staged[path] = None
                if text is not None:
                    new = staged[path] = self._staging / str(number)
                    if path in private:
                        mode = _PRIVATE
                    elif old is None:
                        mode = _MODE
                    else:
                        mode = old & 0o777
                    _create(new, text.encode() if isinstance(text, str) else text, mode)
            self._signals.raise_if_interrupted()
        for folder in dict.fromkeys(
            (self._root / path).parent for path, new in staged.items() if new is not None
        ):
            with explain_os_errors(folder, UNCHANGED):
                folder.mkdir(parents=True, exist_ok=True)
                if not os.access(folder, os.W_OK | os.X_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return staged


@contextmanager
def writing(root: Path, folders: Sequence[Path] = ()) -> Iterator[Writer]:
    """Yield a writer for a folder, with the lock on it. Signals are deferred.

    The staging folder is in `root`, or in the first of `folders` where this user may not write to
    `root`. Raises `CodegenError` where another process holds the lock for too long, or the folder
    cannot be written to.
    """
    with (
        DeferredSignals() as signals,
        locked_staging((root, *folders), STAGING, signals) as staging,
    ):
        yield Writer(root, staging, signals)


def write_all(
    root: Path,
    texts: Mapping[str, str | bytes | None],
    *,
    private: Collection[str] = (),
    only_new: bool = False,
) -> None:
    """Write each text to its path below `root`, or remove the file for None.

    Raises as `writing` and `Writer.write` do.
    """
    with writing(root) as writer:
        writer.write(texts, private=private, only_new=only_new)


def write_one(target: Path, text: str, display_path: str, *, private: bool = False) -> None:
    """Write one file at a path of the user.

    A symbolic link stays, and the file that it leads to is written. A terminal, a pipe or a device
    is written to directly. Raises `CodegenError` that names `display_path`.
    """
    resolved = opening.resolve_path(target)
    try:
        if resolved.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        # `/dev/stdout` leads to a pipe whose resolved name is no path, so the given path decides.
        if opening.exists(target) and not opening.is_file(target) and not opening.is_folder(target):
            with target.open("w", encoding="utf-8", newline="") as stream:
                stream.write(text)
            return
        write_all(
            resolved.parent, {resolved.name: text}, private=(resolved.name,) if private else ()
        )
    except OSError as error:
        raise cannot_write(error, display_path, UNCHANGED) from None
    except CodegenError as error:
        finding = error.diagnostics[0]
        raise failure(
            finding.rule, finding.message, Span(path=display_path), finding.hint
        ) from None


@contextmanager
def swap_directory(to: Path) -> Iterator[Path]:
    """Yield a temporary folder, and replace `to` by the folder `new` that the block creates in it.

    Without a folder `new` nothing is replaced, and the old folder returns if the new one cannot
    move. Raises OSError, and `CodegenError` if another process writes this folder.
    """
    with locked_staging((to.parent,), f".{to.name}{STAGING}", DeferredSignals()) as staging:
        # A child of a killed process may still write to its own folder.
        space = Path(tempfile.mkdtemp(dir=staging))
        yield space
        if (space / "new").is_dir():
            with DeferredSignals():
                if os.path.lexists(to):
                    to.rename(space / "old")
                try:
                    (space / "new").rename(to)
                except OSError:
                    with suppress(FileNotFoundError):
                        (space / "old").rename(to)
                    raise


def _create(file: Path, data: bytes, mode: int) -> None:
    with os.fdopen(
        os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _BINARY, _PRIVATE), "wb"
    ) as stream:
        stream.write(data)
    if mode != _PRIVATE:
        file.chmod(mode)


class _ReplacedFile(Struct, frozen=True, kw_only=True):
    """A path that is written, with a copy of its old file, or None where there was none."""

    target: Path
    copy: Path | None


def _keep_file(target: Path, copy: Path) -> _ReplacedFile:
    """Keep the old file of a path as a second link to it, or as a copy where links do not work."""
    if not os.path.lexists(target):
        return _ReplacedFile(target=target, copy=None)
    try:
        os.link(target, copy, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(target, copy, follow_symlinks=False)
    return _ReplacedFile(target=target, copy=copy)


def _restore(replaced: Sequence[_ReplacedFile]) -> None:
    """Put back the old files, the last one first, as far as possible."""
    for file in reversed(replaced):
        with suppress(OSError):
            if file.copy is None:
                file.target.unlink(missing_ok=True)
            else:
                _move(file.copy, file.target)


def _move(new: Path, target: Path) -> None:
    try:
        new.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f"{STAGING}.new")  # the target is on another file system
        beside.unlink(missing_ok=True)
        _create(beside, new.read_bytes(), stat.S_IMODE(new.stat().st_mode))
        beside.replace(target)


def _refuse_links(root: Path, paths: Collection[str]) -> None:
    within = opening.resolve_path(root)
    folders = {(root / path).parent for path in paths}
    outside = {
        folder for folder in folders if not opening.resolve_path(folder).is_relative_to(within)
    }
    for path in paths:
        if (root / path).parent in outside or (root / path).is_symlink():
            raise failure(
                "path-outside-output",
                f"{path} is a symbolic link, or below one",
                Span(path=path),
                "replace the link with a folder, or change `to`",
            )
