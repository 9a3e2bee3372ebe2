"""One input tried: nothing but the errors that a surface may raise, in bounded time; what fails is made small and kept."""

from __future__ import annotations

import hashlib
import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from msgspec import Struct

from fuzz.surfaces import ALLOWED, SURFACES

SECONDS = 20  # of the processor, for an input of at most 200,000 characters
_TRIES = 400  # to make an input smaller
_ROOM = f"{os.sep}codegen{os.sep}"


class SlowError(Exception):
    """An input took longer than any may."""


class Failure(Struct, frozen=True, kw_only=True):
    """What an input does that none may: `key` is the same for inputs that fail at the same place in the same way."""

    surface: str
    key: str
    shown: str
    data: bytes


def attempt(surface: str, data: bytes) -> Failure | None:
    """Try an input."""
    try:
        with _bounded():
            SURFACES[surface].run(data)
    except ALLOWED:
        return None
    except Exception as error:  # noqa: BLE001  - each of them is what is looked for
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _ROOM in frame.filename]
        place = f"{frames[-1].filename.rpartition(_ROOM)[2]}:{frames[-1].name}" if frames else ""
        key = (
            f"{surface}: {type(error).__name__} in {place}" if not isinstance(error, SlowError) else f"{surface}: slow"
        )
        shown = "".join(traceback.format_exception(error)[-8:])[-3000:]
        return Failure(surface=surface, key=key, shown=shown, data=data)
    return None


@contextmanager
def _bounded() -> Iterator[None]:
    def late(_number: int, _frame: FrameType | None) -> None:
        raise SlowError

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def smaller(failure: Failure) -> Failure:
    """The same failure by a smaller input, as far as a few hundred tries lead."""
    if failure.key.endswith(": slow"):
        return failure
    left = _TRIES

    def fails(data: bytes) -> bool:
        nonlocal left, failure
        left -= 1
        again = attempt(failure.surface, data)
        if again is None or again.key != failure.key:
            return False
        failure = again
        return True

    for cut in (_lines, _characters):
        _shrink(failure.data, cut, lambda data: left > 0 and fails(data))
    return failure


def _lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def _characters(data: bytes) -> list[bytes]:
    return [data[at : at + 1] for at in range(len(data))]


def _shrink(data: bytes, cut: Callable[[bytes], list[bytes]], fails: Callable[[bytes], bool]) -> None:
    parts = cut(data)
    size = max(1, len(parts) // 2)
    while parts:
        at = 0
        while at < len(parts):
            if fails(b"".join(parts[:at] + parts[at + size :])):
                del parts[at : at + size]
            else:
                at += size
        if size == 1:
            return
        size //= 2


class Kept(Struct, kw_only=True):
    """A folder that gets one small input for each failure."""

    folder: Path
    failures: dict[str, Failure] = {}

    def add(self, failure: Failure) -> bool:
        """Keep a failure; false for one that is known."""
        if failure.key in self.failures:
            return False
        small = smaller(failure)
        self.failures[failure.key] = small
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{small.surface.replace(' ', '-')}.{hashlib.blake2b(small.data, digest_size=5).hexdigest()}"
        (self.folder / name).write_bytes(small.data)
        (self.folder / f"{name}.trace").write_text(
            f"{small.key}\n{small.shown}", encoding="utf-8", errors="backslashreplace"
        )
        return True
