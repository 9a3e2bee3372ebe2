"""A clean check, remembered: equal inputs give an equal answer, so they are compared byte by byte and not read again.

The record is in the user's cache folder, never in the project. It counts only if everything that the answer depends on is
the same: the program and its templates, the Python and its packages, the options, the day, and every byte of the configuration,
sources, translations and outputs. Whatever is wrong with the record or the folder, the check simply runs.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

_SKIPPED = "__pycache__"


class Question(Struct, frozen=True):
    """What is asked: the configuration as it was named, the options that the answer depends on, and the day."""

    config_file: Path
    options: tuple[str, ...]
    day: str

    @property
    def record(self) -> Path:
        """The file of the record."""
        name = "\0".join((str(self.config_file.absolute()), str(self.config_file), *self.options))
        return _folder() / f"check-{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.json"


class Answer(Struct, frozen=True):
    """What a clean check printed, on both streams."""

    out: str
    err: str


def recall(question: Question) -> Answer | None:
    """The answer of the last clean check, if nothing has changed since."""
    try:
        known = json.loads(question.record.read_text(encoding="utf-8"))
        if known["digest"] == digest(question, known["roots"]):
            return Answer(out=str(known["out"]), err=str(known["err"]))
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return None


def remember(question: Question, roots: Iterable[str], before: str, answer: Answer) -> None:
    """Keep the answer of a clean check; `before` is the digest of its inputs, taken before they were read."""
    known = {"digest": before, "roots": list(roots), "out": answer.out, "err": answer.err}
    fresh = question.record.with_suffix(f".{os.getpid()}")
    try:
        fresh.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(known), encoding="utf-8")
        fresh.replace(question.record)
    except (OSError, ValueError):
        return


def digest(question: Question, roots: Iterable[str]) -> str:
    """The digest of all that the answer depends on: the size and time of the files of the program, the bytes of the inputs."""
    found = hashlib.sha256(repr((sys.version, question)).encode())
    for folder in _program():
        for path in _files(folder):
            stat = Path(path).stat()
            found.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\0".encode("utf-8", "surrogateescape"))
    for folder in sys.path:
        if folder.endswith("-packages") and os.path.isdir(folder):  # noqa: PTH112
            found.update(f"{folder}\0{Path(folder).stat().st_mtime_ns}\0".encode("utf-8", "surrogateescape"))
    for root in roots:
        found.update(f"{root}\0".encode("utf-8", "surrogateescape"))
        for path in _files(root):
            found.update(f"{path}\0".encode("utf-8", "surrogateescape"))
            found.update(hashlib.sha256(Path(path).read_bytes()).digest())
    return found.hexdigest()


def _program() -> tuple[str, ...]:
    own = Path(__file__).resolve().parents[2]
    return str(own), str(own.parent / "templates")


def _files(root: str) -> Iterator[str]:
    """A file, or all files below a folder but hidden ones and bytecode, in an order independent of the file system."""
    if not os.path.isdir(root):  # noqa: PTH112 - pathlib is the slower half of a fast check
        if os.path.lexists(root):
            yield root
        return
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith(".") and name != _SKIPPED)
        for name in sorted(files):
            yield f"{folder}/{name}"


def _folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "apiref-codegen"
