"""What a run of the tests may take: examples of Hypothesis, of which the fast suite tries a fifth, and files, which are in memory where they fit."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

_FAST, _WHOLE = "fast", "whole"
_PART, _FEWEST = 5, 20
_EXAMPLES = 100  # of a test that says nothing
_MEMORY = Path("/dev/shm")  # noqa: S108  - a file system of Linux
_ROOM = 4 * 2**30  # bytes, of which the slow tests take a part


def choose(config: pytest.Config) -> None:
    """Before tests are loaded, take the profile of the run. How long an example takes says more about the machine than about the code."""
    settings.register_profile(
        _WHOLE, deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=_EXAMPLES
    )
    settings.register_profile(_FAST, settings.get_profile(_WHOLE), max_examples=_share(_EXAMPLES))
    settings.load_profile(_FAST if "not slow" in config.option.markexpr else _WHOLE)


def tries(count: int, **further: Any) -> settings:
    """The settings of a test that tries so many examples where all tests are run."""
    is_whole = settings().max_examples == _EXAMPLES  # those of the profile that was taken
    return settings(max_examples=count if is_whole else _share(count), **further)


def _share(count: int) -> int:
    return min(count, max(count // _PART, _FEWEST))


def keep_files_in_memory() -> None:
    """Have the folders of tests there, if nobody has said where they are to be: to make and remove a file takes a third of the time.

    Not where there is little room, and not where no program may be started, as in containers: some tests build one.
    """
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK):
        return
    if shutil.disk_usage(_MEMORY).free > _ROOM and not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
