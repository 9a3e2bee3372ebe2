"""How many examples Hypothesis tries of a test: a fifth in the fast suite, beside the slow tests all of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings

_FAST, _WHOLE = "fast", "whole"
_PART, _FEWEST = 5, 20
_EXAMPLES = 100  # of a test that says nothing


def choose(config: pytest.Config) -> None:
    """Before tests are loaded, take the profile of the run. How long an example takes says more about the machine than about the code."""
    settings.register_profile(
        _WHOLE, deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=_EXAMPLES
    )
    settings.register_profile(_FAST, settings.get_profile(_WHOLE), max_examples=_share(_EXAMPLES))
    settings.load_profile(_FAST if "not slow" in config.option.markexpr else _WHOLE)


def tries(count: int, **further: Any) -> settings:
    """The settings of a test that tries so many examples where all tests are run."""
    fast = settings.get_current_profile_name() == _FAST
    return settings(max_examples=_share(count) if fast else count, **further)


def _share(count: int) -> int:
    return min(count, max(count // _PART, _FEWEST))
