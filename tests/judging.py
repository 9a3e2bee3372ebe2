"""Tools of others that judge what is written here. Without one a test is skipped, which says so; in CI, which installs all, that is a failure."""

from __future__ import annotations

import importlib
import os
from types import ModuleType
from typing import NoReturn

import pytest


def missing(name: str) -> NoReturn:
    """A judge that is not installed."""
    said = f"`make judges` has not installed {name}"
    if os.environ.get("CODEGEN_JUDGES") == "required":
        pytest.fail(said)
    pytest.skip(said)


def library(name: str) -> ModuleType:
    """A judge that is a module of Python."""
    try:
        return importlib.import_module(name)
    except ImportError:
        missing(name)
