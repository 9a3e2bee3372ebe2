"""Expressions that are compiled late: each of the package is a right one, and stays what `re.compile` gives."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module

import pytest

import codegen
from codegen.core.patterns import LazyPattern, lazy_pattern

MODULES = [
    module.name for module in pkgutil.walk_packages(codegen.__path__, "codegen.") if "__main__" not in module.name
]


def test_every_expression_of_the_package_compiles() -> None:
    found = {
        f"{name}.{attribute}": value
        for name in MODULES
        for attribute, value in vars(import_module(name)).items()
        if isinstance(value, LazyPattern)
    }
    assert len(found) > 100
    for name, value in found.items():
        assert isinstance(value.groups, int), name  # which compiles it


def test_a_late_expression_is_the_real_one() -> None:
    late, real = lazy_pattern(r"(?P<a>b+)", re.IGNORECASE), re.compile(r"(?P<a>b+)", re.IGNORECASE)
    for text in ("xBb", "", "bbb"):
        assert [match.groupdict() for match in late.finditer(text)] == [
            match.groupdict() for match in real.finditer(text)
        ]
        assert late.sub("-", text) == real.sub("-", text)
    assert (late.pattern, late.flags, late.groupindex) == (real.pattern, real.flags, real.groupindex)


def test_a_mistake_is_raised_where_it_is_used() -> None:
    wrong = lazy_pattern("(")
    with pytest.raises(re.error):
        wrong.match("")
