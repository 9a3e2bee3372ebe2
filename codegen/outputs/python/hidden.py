"""Fields that hold credentials, which generated classes do not show (`hidden.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from codegen.model import Definition

_FILE = Path(__file__).with_name("hidden.toml")


@cache
def _hidden_fields() -> Mapping[str, tuple[str, ...]]:
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {key: tuple(names) for key, names in data["fields"].items()}


def hidden_fields(definition: Definition) -> tuple[str, ...]:
    """Return the wire names of the hidden fields of a definition."""
    return _hidden_fields().get(definition.key, ())
