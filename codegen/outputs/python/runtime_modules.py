"""Modules of the run time as text, which generated packages copy into one folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from codegen.outputs.python.statements import import_block

_CODEGEN = Path(__file__).parents[2]
# The folders of the modules, which are copied as text and not imported.
HOMES = tuple(
    _CODEGEN / home
    for home in ("kube", "cel/runtime", "validation/runtime", "outputs/python/runtime")
)
_IMPORT = re.compile(r"^from (\S+) import (?:\(\n([^)]*)\)|(.+))\n", re.MULTILINE)
_OWN = re.compile(
    r"codegen\.(?:kube|cel\.runtime|validation\.runtime|outputs\.python\.runtime)(?=\.)"
)
_RUNTIME_IMPORT = re.compile(r"^from \.+runtime(?:\.(\w+))? import (.+)", re.MULTILINE)
_NAME = re.compile(r"^(?:class |def )?([A-Za-z]\w*)(?=[(:]| = )")  # a name at its definition


@cache
def read_module(module: str) -> str:
    """Return the text of a module for a generated package, with relative imports in the layout of
    ruff's default rules.
    """
    file = next(
        path
        for home in HOMES
        if (path := home / f"{module}.py").is_file() and (module != "__init__" or home is HOMES[-1])
    )
    text = file.read_text(encoding="utf-8")
    imports = list(_IMPORT.finditer(text))
    if not imports:
        return text
    block = import_block(
        (_OWN.sub("", statement[1]), name.strip())
        for statement in imports
        for name in (statement[2] or statement[3]).rstrip(",\n ").split(",")
    )
    return f"{text[: imports[0].start()]}{block}\n{text[imports[-1].end() :]}"


@cache
def imported_modules(module: str) -> tuple[str, ...]:
    """Return the imported run-time modules of a module."""
    return tuple(re.findall(r"^from \.(\w+) import", read_module(module), re.MULTILINE))


def find_imports(texts: Iterable[str]) -> list[str]:
    """Return the run-time modules that modules of units import, sorted."""
    names_used: set[str] = set()
    for text in texts:
        for module, names in _RUNTIME_IMPORT.findall(text):
            names_used.update([module] if module else re.findall(r"(\w+)(?: as \w+)?", names))
    return sorted(names_used)


def add_imports(modules: Iterable[str]) -> tuple[str, ...]:
    """Return these modules with all run-time modules that they import, directly or indirectly."""
    closure = list(dict.fromkeys(modules))
    for module in closure:  # grows
        closure += [name for name in dict.fromkeys(imported_modules(module)) if name not in closure]
    return tuple(closure)


@cache
def public_names(module: str) -> frozenset[str]:
    """Return the public names of a run-time module."""
    lines = (line for line in read_module(module).split("\n") if line[:1].isalpha())
    return frozenset(match[1] for line in lines if (match := _NAME.match(line)))
