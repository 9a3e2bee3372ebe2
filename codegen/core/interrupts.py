"""Handling of Ctrl-C and other termination signals, raised as exceptions or deferred."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Self

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
_Handler = Callable[[int, FrameType | None], object] | int


class Terminated(BaseException):
    """Raised for a termination signal other than Ctrl-C. `status` is the exit status for shells."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = 128 + number


@contextmanager
def raise_on_termination() -> Iterator[None]:
    """Raise `Terminated` in the block on SIGTERM or SIGHUP, so that open files are closed."""

    def end(number: int, _: FrameType | None) -> None:
        raise Terminated(number)

    is_main = threading.current_thread() is threading.main_thread()
    handled = [
        number for number in _SIGNALS[1:] if is_main and signal.getsignal(number) is signal.SIG_DFL
    ]
    for number in handled:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in handled:
            signal.signal(number, signal.SIG_DFL)


class DeferredSignals:
    """Defers termination signals until the block ends. Has an effect only in the main thread."""

    def __init__(self) -> None:
        self._received: list[int] = []
        self._handlers: dict[int, _Handler] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                handler = signal.getsignal(number)
                # Ignored signals, as below nohup, stay ignored; None is a handler that Python did
                # not install.
                if handler is not None and handler != signal.SIG_IGN:
                    self._handlers[number] = handler
                    signal.signal(number, lambda received, _: self._received.append(received))
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        for number in dict.fromkeys(self._received):
            signal.raise_signal(number)

    def raise_if_interrupted(self) -> None:
        """Raise `KeyboardInterrupt` after a signal.

        The signal itself takes effect at the end of the block.
        """
        if self._received:
            raise KeyboardInterrupt
