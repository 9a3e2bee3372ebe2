"""Rules in CEL, compiled and run by a library that is installed: that of Google in C++, else the one in Python.

What a rule means is the same in both; what only one of them can run is `CannotRun` in the other, and never a verdict.
"""

import importlib
from functools import cache
from types import ModuleType
from typing import Final

from .cel_native import NativeEngine
from .cel_program import Engine
from .cel_pure import PureEngine

LIBRARIES: Final = ("cel_expr_python", "celpy")  # the modules, in the order in which they are taken


@cache
def engine() -> Engine | None:
    """The best library that is installed, or None."""
    for library in LIBRARIES:
        if (found := engine_of(library)) is not None:
            return found
    return None


@cache
def engine_of(library: str) -> Engine | None:
    """The engine of a library, if that is installed."""
    if _module(library) is None:
        return None
    return PureEngine() if library == "celpy" else NativeEngine()


def _module(library: str) -> ModuleType | None:
    try:
        return importlib.import_module(library)
    except ImportError:
        return None
