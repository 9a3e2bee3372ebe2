"""Writing several files as one: all of them or none, whatever happens in between.

A text is first written beside its place under a name that says so (`.NAME.codegen-new`), the file that it replaces is kept as
`.NAME.codegen-old` until all are in place. Ctrl-C never interrupts a step: it is checked for between two files. What a
killed process leaves behind, the next run removes.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from codegen.core import opening
from codegen.findings.diagnostics import Span, failure

_NEW = ".codegen-new"
_OLD = ".codegen-old"


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
            "check its permissions",
        ) from None


def write_all(root: Path, texts: Mapping[str, str | None]) -> None:
    """Write each text to its path below `root`; None removes the file.

    Raises `CodegenError`, or `KeyboardInterrupt` after Ctrl-C; the files are then as before. Ctrl-C that comes when the new
    files are being put in place is raised when they are.
    """
    _refuse_links(root, texts)
    targets = {root / path: text for path, text in texts.items()}
    new_folders = _missing_folders(targets)
    with _interrupts_held() as pressed:
        try:
            for target, text in targets.items():
                if pressed:
                    raise KeyboardInterrupt
                if text is not None:
                    _stage(target, text)
            _put_in_place(targets)
            _remove(_beside(target, _OLD) for target in targets)
        except OSError as error:
            raise failure(
                "cannot-write",
                f"cannot be written: {error.strerror or error}",
                Span(path=str(error.filename or root)),
                "nothing was changed; free the path and run again",
            ) from None
        finally:
            _remove(_beside(target, _NEW) for target in targets)
            for folder in new_folders:
                with suppress(OSError):  # it holds what was written
                    folder.rmdir()


def write_one(target: Path, text: str, shown: str) -> None:
    """Write one text in a single step: whoever reads the file meanwhile sees the old text or the new one.

    A link stays, and what it leads to is written. Raises `CodegenError` with the path `shown`; the file is then as before.
    """
    target = opening.resolved(target)
    try:
        if target.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        _stage(target, text)
        _beside(target, _NEW).replace(target)
    except OSError as error:
        raise failure(
            "cannot-write",
            f"cannot be written: {error.strerror or error}",
            Span(path=shown),
            "nothing was changed; free the path and run again",
        ) from None
    finally:
        _remove([_beside(target, _NEW)])


def remove_leftovers(targets: Iterable[Path]) -> None:
    """Remove what a run that was killed kept beside these files."""
    _remove(_beside(target, ending) for target in targets for ending in (_NEW, _OLD))


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        with suppress(OSError):  # usually there is none
            file.unlink()


def _beside(target: Path, ending: str) -> Path:
    return target.with_name(f".{target.name}{ending}")


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


def _missing_folders(targets: Iterable[Path]) -> list[Path]:
    """The folders that have to be created, the deepest first."""
    missing = set()
    for folder in {target.parent for target in targets}:
        for parent in (folder, *folder.parents):
            if parent in missing or parent.exists():
                break
            missing.add(parent)
    return sorted(missing, key=lambda path: len(path.parts), reverse=True)


def _stage(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = _beside(target, _NEW)
    staged.unlink(missing_ok=True)
    with staged.open("xb") as stream:
        stream.write(text.encode("utf-8"))
    staged.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)


def _put_in_place(targets: Mapping[Path, str | None]) -> None:
    """Swap the staged files in, or restore all that was there."""
    done: list[tuple[Path, bool]] = []
    try:
        for target, text in targets.items():
            existed = target.exists()
            if existed:
                target.replace(_beside(target, _OLD))
            done.append((target, existed))
            if text is not None:
                _beside(target, _NEW).replace(target)
    except OSError:
        for target, existed in reversed(done):
            if existed:
                _beside(target, _OLD).replace(target)
            else:
                target.unlink(missing_ok=True)
        raise


@contextmanager
def _interrupts_held() -> Iterator[list[int]]:
    """Ctrl-C is noted in the list, and takes effect at the end of the block."""
    import signal

    pressed: list[int] = []
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield pressed  # only the main thread is interrupted, and only where Ctrl-C is not ignored
        return

    def note(number: int, _: FrameType | None) -> None:
        pressed.append(number)

    signal.signal(signal.SIGINT, note)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, handler)
    if pressed:
        handler(signal.SIGINT, None)
