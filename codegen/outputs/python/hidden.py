"""The fields that hold credentials, which generated classes do not show (`hidden.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from codegen.core.escaping import python as escape
from codegen.outputs.python.hover import Shape

_FILE = Path(__file__).with_name("hidden.toml")


@cache
def _hidden() -> Mapping[str, tuple[str, ...]]:
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {key: tuple(names) for key, names in data["fields"].items()}


def is_hidden(shape: Shape, name: str) -> bool:
    """Whether a class does not show the field with this wire name."""
    return name in _hidden().get(shape.definition.key, ())


def line_of(shape: Shape) -> str:
    """The line of a class that says which attributes are not shown; nothing for most classes."""
    listed = [
        escape.literal(shape.names[name]) for name in _hidden().get(shape.definition.key, ()) if name in shape.names
    ]
    if not listed:
        return ""
    return f"_hides = ({', '.join(listed)}{',' * (len(listed) == 1)})"
