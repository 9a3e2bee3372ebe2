"""Statements with many names or values: imports, calls, lists of exports."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable

_WIDTH = 88  # of ruff and black


def write_call(start: str, arguments: Iterable[str], end: str, indent: int = 0) -> str:
    """Write arguments between `start` and `end`, one a line if they are long.

    Black formats a module twice unless it changes nothing, and it changes neither form.
    """
    margin = " " * indent
    listed = list(arguments)
    line = f"{margin}{start}{', '.join(listed)}{end}"
    if len(line) <= _WIDTH or not listed:
        return line
    lines = "".join(f"{margin}    {argument},\n" for argument in listed)
    return f"{margin}{start}\n{lines}{margin}{end}"


def fits_line(start: str, indent: int = 0) -> bool:
    """Return whether the start of a statement ends within a line of both formatters.

    Behind longer ones, black and ruff break an assignment at different places.
    """
    return indent + len(start) <= _WIDTH


def write_tuple(start: str, items: Iterable[str], indent: int = 0) -> str:
    """Write a tuple of expressions behind `start`."""
    listed = list(items)
    if len(listed) == 1:
        return f"{' ' * indent}{start}({listed[0]},)"
    return write_call(f"{start}(", listed, ")", indent)


def import_block(names: Iterable[tuple[str, str]], indent: int = 0) -> str:
    """Write imports, each as module and name, in the order and layout of ruff's default rules.

    They are grouped by the standard library, other packages and modules of the package.
    """
    members: dict[tuple[str, str], set[str]] = {}
    for module, name in names:
        members.setdefault((module, name if " as " in name else ""), set()).add(name)
    margin = " " * indent
    groups: dict[int, list[str]] = {}
    for module, alias in sorted(
        members, key=lambda member: (_import_group(member[0]), _natural_key(member[0]), member[1])
    ):
        listed = sorted(
            sorted(members[module, alias]),
            key=lambda name: (_export_group(name), _natural_key(name.lower())),
        )
        line = f"{margin}from {module} import {', '.join(listed)}"
        if len(line) > _WIDTH:
            rows = [f"{margin}    {name},\n" for name in listed]
            line = f"{margin}from {module} import (\n{''.join(rows)}{margin})"
        groups.setdefault(_import_group(module)[0], []).append(line)
    return "\n\n".join("\n".join(statements) for statements in groups.values())


def _import_group(module: str) -> tuple[int, int]:
    """Return the group of a module, and within the package the outer ones first."""
    if dots := len(module) - len(module.lstrip(".")):
        return 3, -dots
    top = module.partition(".")[0]
    if top == "__future__":
        return 0, 0
    if top in sys.stdlib_module_names:
        return 1, 0
    return 2, 0


def export_key(name: str) -> tuple[int, list[tuple[int, str]]]:
    """Return the sort key of an exported name."""
    return _export_group(name), _natural_key(name)


def _export_group(name: str) -> int:
    """Return the group of an exported name.

    Constants come before classes, and classes before functions.
    """
    if name.isupper() and len(name) > 1:
        return 0
    if name[0].isupper():
        return 1
    return 2


def _natural_key(name: str) -> list[tuple[int, str]]:
    """Return a sort key with numbers by their value."""
    return [
        (int(part), "") if part.isdigit() else (-1, part)
        for part in re.split(r"([0-9]+)", name)
        if part
    ]
