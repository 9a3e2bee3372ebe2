"""Test budgets: the fast suite tries a fifth of Hypothesis examples, and files are kept in memory
if possible.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

_FAST, _WHOLE = "fast", "whole"
_PART, _FEWEST = 5, 20
_EXAMPLES = 100  # the default number of examples
_MEMORY = Path("/dev/shm")  # noqa: S108  - a file system of Linux
_ROOM = 4 * 2**30  # bytes, enough for the slow tests


def load_profile(config: pytest.Config) -> None:
    """Load the Hypothesis profile of the run.

    Deadlines are off, since they would measure the machine.
    """
    settings.register_profile(
        _WHOLE, deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=_EXAMPLES
    )
    settings.register_profile(_FAST, settings.get_profile(_WHOLE), max_examples=_share(_EXAMPLES))
    settings.load_profile(_FAST if "not slow" in config.option.markexpr else _WHOLE)


def example_settings(count: int, **further: Any) -> settings:
    """Return settings with this number of examples in full runs."""
    is_whole = settings().max_examples == _EXAMPLES  # the settings of the loaded profile
    return settings(max_examples=count if is_whole else _share(count), **further)


def _share(count: int) -> int:
    return min(count, max(count // _PART, _FEWEST))


def keep_files_in_memory() -> None:
    """Put temporary folders into memory, where file operations take a third of the time, unless a
    folder is configured, space is low, or programs cannot be started there.
    """
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK):
        return
    if shutil.disk_usage(_MEMORY).free > _ROOM and not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
