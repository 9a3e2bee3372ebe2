"""The code of the package as trees, each parsed once in a process, for the tests that are about its shape."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from support.corpus import ROOT

CODE = sorted((ROOT / "codegen").rglob("*.py"))
MODULES = {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in CODE}


@cache
def parsed(name: str) -> ast.Module:
    """The tree of a module."""
    with collector_at_rest():
        return ast.parse(MODULES[name].read_text(encoding="utf-8"))


@cache
def nodes(name: str) -> tuple[ast.AST, ...]:
    """All nodes of a module, from the outermost inwards."""
    tree = parsed(name)
    with collector_at_rest():
        return tuple(ast.walk(tree))


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """What is made here is kept: the collector does not look for circles in it, now or later, which takes longer than to make it."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if running:
            gc.enable()


def code_of(name: str) -> str:
    """The file of a module, as messages name it."""
    return MODULES[name].relative_to(ROOT).as_posix()
