"""Waiting for a state that another process has locked, while other requests are answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from codegen.endpoint.state import Locked

_PATIENCE = 2.0  # seconds
_FIRST_PAUSE, _LONGEST_PAUSE = 0.002, 0.05  # seconds between two tries
T = TypeVar("T")


async def retry_while_locked(action: Callable[[], T]) -> T:
    """Call an action again as long as it raises `Locked`, for two seconds. It has to change all or nothing."""
    end, pause = asyncio.get_running_loop().time() + _PATIENCE, _FIRST_PAUSE
    while True:
        try:
            return action()
        except Locked:
            if asyncio.get_running_loop().time() > end:
                raise
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
