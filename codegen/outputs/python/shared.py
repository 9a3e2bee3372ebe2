"""The modules of the run time as text: they go into each generated package as they are, and say which names there are."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from codegen.core.patterns import lazy_pattern
from codegen.outputs.python import runtime

_NAME = lazy_pattern(r"^(?:class |def )?([A-Za-z]\w*)(?=[(:]| = )")  # of a line that defines one


@cache
def text_of(module: str) -> str:
    """The text of a module of the run time."""
    return Path(runtime.__path__[0], f"{module}.py").read_text(encoding="utf-8")


@cache
def names_of(module: str) -> frozenset[str]:
    """The public names that a module of the run time defines."""
    return frozenset(found[1] for line in text_of(module).split("\n") if (found := _NAME.match(line)))
