"""The modules of the run time as text: they go into each generated package as they are, and say which names there are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_RUN_TIME = Path(__file__).with_name("runtime")  # as text: to import it takes longer
_IMPORT = re.compile(r"^ *from \.(\w+) import", re.MULTILINE)
_NAME = re.compile(r"^(?:class |def )?([A-Za-z]\w*)(?=[(:]| = )")  # of a line that defines one


@cache
def text_of(module: str) -> str:
    """The text of a module of the run time."""
    return _RUN_TIME.joinpath(f"{module}.py").read_text(encoding="utf-8")


def with_imports(modules: Iterable[str]) -> tuple[str, ...]:
    """Add the modules of the run time that these import, directly or not."""
    found = list(dict.fromkeys(modules))
    for module in found:  # which grows
        found += [name for name in dict.fromkeys(_IMPORT.findall(text_of(module))) if name not in found]
    return tuple(found)


@cache
def names_of(module: str) -> frozenset[str]:
    """The public names that a module of the run time defines."""
    lines = (line for line in text_of(module).split("\n") if line[:1].isalpha())
    return frozenset(found[1] for line in lines if (found := _NAME.match(line)))
