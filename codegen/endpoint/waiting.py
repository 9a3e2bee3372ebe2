"""Waiting for a state that another process holds, while other requests are answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from codegen.endpoint.state import Busy

_PATIENCE = 2.0  # seconds
_FIRST, _LONGEST = 0.002, 0.05  # seconds between two tries
T = TypeVar("T")


async def patient(ask: Callable[[], T]) -> T:
    """What `ask` gives, which is asked again as long as it raises `Busy`. Raises `Busy` when the time is over.

    It has to change all or nothing: what it did before it raised would be done twice.
    """
    try:
        return ask()
    except Busy:
        end = asyncio.get_running_loop().time() + _PATIENCE
    pause = _FIRST
    while True:
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST)
        try:
            return ask()
        except Busy:
            if asyncio.get_running_loop().time() > end:
                raise
