"""Ctrl-C and the other ways to ask a process to end, held back while a step must not be left half done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class Interruption(BaseException):
    """Somebody asked the process to end: whoever is inside `held` raises it where it can stop."""


class Terminated(BaseException):
    """Somebody has told the process to end, otherwise than by Ctrl-C; `status` is what a shell shows for it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = 128 + number


@contextmanager
def raised() -> Iterator[None]:
    """Being told to end raises `Terminated` in the block, as Ctrl-C raises `KeyboardInterrupt`, so that what is open is closed."""

    def end(number: int, _: FrameType | None) -> None:
        raise Terminated(number)

    numbers = [getattr(signal, name) for name in _NAMES[1:] if hasattr(signal, name)]
    is_main = threading.current_thread() is threading.main_thread()
    handled = [number for number in numbers if is_main and signal.getsignal(number) is signal.SIG_DFL]
    for number in handled:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in handled:
            signal.signal(number, signal.SIG_DFL)


class Held:
    """What was asked for while it is held back."""

    def __init__(self) -> None:
        self.signals: list[int] = []

    def stop_if_asked(self) -> None:
        """Raise `Interruption` if the process is asked to end."""
        if self.signals:
            raise Interruption


@contextmanager
def held() -> Iterator[Held]:
    """What asks this process to end takes effect at the end of the block, or where the block calls `stop_if_asked`."""
    found = Held()
    if threading.current_thread() is not threading.main_thread():
        yield found  # only the main thread is interrupted
        return

    def note(number: int, _: FrameType | None) -> None:
        found.signals.append(number)

    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    handlers = {number: signal.getsignal(number) for number in numbers}
    # Not those that are ignored, as by nohup, nor those that something else than Python handles.
    handlers = {number: handler for number, handler in handlers.items() if handler not in (signal.SIG_IGN, None)}
    for number in handlers:
        signal.signal(number, note)
    stopped = False
    try:
        yield found
    except Interruption:
        stopped = True
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in dict.fromkeys(found.signals):
            signal.raise_signal(number)
    if stopped:
        raise KeyboardInterrupt  # whatever handles the signal has let it pass, and the work is not done
