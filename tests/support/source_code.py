"""Syntax trees of the package, parsed once per process, for tests of its structure."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from support.corpus import ROOT

CODE = sorted((ROOT / "codegen").rglob("*.py"))
MODULES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for file in CODE
}


@cache
def parse_module(name: str) -> ast.Module:
    """Return the syntax tree of a module."""
    with collector_at_rest():
        return ast.parse(MODULES[name].read_text(encoding="utf-8"))


@cache
def nodes(name: str) -> tuple[ast.AST, ...]:
    """Return all nodes of a module in breadth-first order."""
    tree = parse_module(name)
    with collector_at_rest():
        return tuple(ast.walk(tree))


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Exclude objects created here from garbage collection, which would take longer than creating
    them.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if running:
            gc.enable()


@cache
def module_path(name: str) -> str:
    """Return the file of a module as shown in messages."""
    return MODULES[name].relative_to(ROOT).as_posix()
