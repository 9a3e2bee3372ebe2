"""Short texts that a pattern and a length permit, for examples. The validation of examples decides whether they are right."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

_CLASSES = {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_NOT_WORD": "-"}
_OTHER = "x"  # of any letter, and of all but some
_MOST = 1000


def make_texts(limits: Mapping[str, Any]) -> Iterator[str]:
    """Yield texts for the `pattern` and the `minLength` of a schema."""
    with suppress(re.error, RecursionError, OverflowError), warnings.catch_warnings():  # RE2 has other syntax too
        warnings.simplefilter("ignore")
        yield _spell(import_module("re._parser").parse(limits.get("pattern", "")))
    yield "example".ljust(min(limits.get("minLength", 0), _MOST), "x")


def _spell(tokens: Iterable[tuple[Any, Any]]) -> str:
    """Spell the shortest text of a parsed pattern, with the first of alternatives."""
    return "".join(_spell_token(str(name), value) for name, value in tokens)


def _spell_token(name: str, value: Any) -> str:
    match name:
        case "LITERAL":
            return chr(value)
        case "IN":
            return _spell(value[:1])
        case "RANGE":
            return chr(value[0])
        case "CATEGORY":
            return _CLASSES.get(str(value), _OTHER)
        case "BRANCH":
            return _spell(value[1][0])
        case "SUBPATTERN":
            return _spell(value[-1])
        case "MAX_REPEAT" | "MIN_REPEAT":
            least: int = min(value[0], _MOST)
            return (_spell(value[2]) * least)[:_MOST]
    return "" if name == "AT" else _OTHER
