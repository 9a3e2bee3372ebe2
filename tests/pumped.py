"""Texts that tempt an expression to try in vain: made of the expression itself, a repeated part of it many times, and then what ends the match."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import codegen
from corpus import ROOT

_REPEATS = {ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT}
_OF_CATEGORY = {ops.CATEGORY_DIGIT: "1", ops.CATEGORY_SPACE: " ", ops.CATEGORY_WORD: "a"}
_OTHERS = "a 1!花\n"


@cache
def expressions() -> dict[str, re.Pattern[str]]:
    """All expressions that modules of the package keep, by module and name."""
    found: dict[str, re.Pattern[str]] = {}
    for module in pkgutil.walk_packages(codegen.__path__, "codegen."):
        if module.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found.setdefault(f"{module.name.removeprefix('codegen.')}.{name}", value)
    return found


def searched(name: str) -> bool:
    """Whether an expression is looked for anywhere in a text by its own module, or tried at one place."""
    module, _, own = name.rpartition(".")
    return any(
        re.search(rf"\b{own}\.(?:search|finditer|findall|subn?|split)\(", file.read_text(encoding="utf-8"))
        for file in (
            ROOT / "codegen" / f"{module.replace('.', '/')}.py",
            ROOT / "codegen" / module.replace(".", "/") / "__init__.py",
        )
        if file.is_file()
    )


def pumped(expression: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """What comes before a part that is repeated, and that part, for each of them."""
    yield from dict.fromkeys(_pumps(list(parser.parse(expression.pattern, expression.flags)), ""))


def _pumps(tokens: list[Any], before: str) -> Iterator[tuple[str, str]]:
    for kind, value in tokens:
        if kind in _REPEATS:
            inner = list(value[2])
            part = _sample(inner) or "a"
            if value[1] > 50:
                yield before, part
                yield before, part + part[-1:]
            yield from _pumps(inner, before)
        elif kind is ops.BRANCH:
            for branch in value[1]:
                yield from _pumps(list(branch), before)
        elif kind is ops.SUBPATTERN:
            yield from _pumps(list(value[3]), before)
        elif kind is ops.ATOMIC_GROUP:
            yield from _pumps(list(value), before)
        before += _sample([(kind, value)])


def _sample(tokens: list[Any]) -> str:
    """A short text that some tokens of an expression match, as far as they can be told alone."""
    return "".join(_one(kind, value) for kind, value in tokens)


def _one(kind: Any, value: Any) -> str:
    if kind is ops.LITERAL:
        return chr(value)
    if kind is ops.NOT_LITERAL:
        return next(each for each in _OTHERS if ord(each) != value)
    if kind is ops.IN:
        return _of_class(value)
    if kind is ops.ANY:
        return "a"
    if kind in _REPEATS:
        return _sample(list(value[2])) * int(min(value[0], 50))
    if kind is ops.BRANCH:
        return _sample(list(value[1][0]))
    if kind is ops.SUBPATTERN:
        return _sample(list(value[3]))
    return _sample(list(value)) if kind is ops.ATOMIC_GROUP else ""


def _of_class(items: list[Any]) -> str:
    if items[0][0] is ops.NEGATE:
        return next((each for each in _OTHERS if not _is_in(each, items[1:])), "\x01")
    kind, value = items[0]
    if kind is ops.LITERAL:
        return chr(value)
    return chr(value[0]) if kind is ops.RANGE else _OF_CATEGORY.get(value, "!")


def _is_in(character: str, items: list[Any]) -> bool:
    return any(
        (kind is ops.LITERAL and ord(character) == value)
        or (kind is ops.RANGE and value[0] <= ord(character) <= value[1])
        or (kind is ops.CATEGORY and _OF_CATEGORY.get(value) == character)
        for kind, value in items
    )
