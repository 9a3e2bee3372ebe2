"""Glossaries with the terms of a language, one TOML file each.

A term has accepted translations and words to avoid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from codegen.core import resources
from codegen.core.diagnostics import failure
from codegen.core.source import load
from codegen.core.toml import locate_entry, parse_toml

_HINT = '[[term]] has english = "...", use = ["..."], and may have avoid = ["..."]; [[word]] has use and avoid'


class Term(Struct, frozen=True, kw_only=True):
    """A term with its English `name` and pattern. Terms without a name apply to every text."""

    use: tuple[str, ...]
    avoid: tuple[str, ...]
    name: str = ""
    english: re.Pattern[str] | None = None


Glossary = tuple[Term, ...]


def load_glossary(locale: str, extra: Path | None = None) -> Glossary:
    """Load the bundled terms of a language and a team's file. Raises `CodegenError` for an invalid file."""
    shipped = resources.templates() / "glossaries" / f"{locale}.toml"
    files = [shipped] if shipped.is_file() else []
    return tuple(term for file in (*files, *([extra] if extra else [])) for term in _read_terms(file))


def _read_terms(file: Path) -> Iterator[Term]:
    text = load(file).text
    data = parse_toml(file, text, "glossary-unreadable", "correct it at this place")
    for table, read in (("term", _read_term), ("word", _read_word)):
        entries = data.get(table, [])
        for number, entry in enumerate(entries if isinstance(entries, list) else (entries,)):
            try:
                yield read(entry)
            except (KeyError, TypeError) as error:
                raise failure(
                    "glossary-unreadable",
                    f"[[{table}]] lacks {error}" if isinstance(error, KeyError) else f"[[{table}]]: {error}",
                    locate_entry(file, text, table, number),
                    _HINT,
                ) from None


def _read_term(entry: Any) -> Term:
    english, *others = _read_strings(entry, "english")
    if others:
        raise TypeError("english is more than one text")
    return Term(
        name=english.casefold(),
        use=_read_strings(entry, "use"),
        avoid=_read_strings(entry, "avoid") if "avoid" in entry else (),
        english=re.compile(rf"(?<![\w.-]){re.escape(english)}(?:e?s)?(?![\w-])", re.IGNORECASE),
    )


def _read_word(entry: Any) -> Term:
    return Term(use=_read_strings(entry, "use"), avoid=_read_strings(entry, "avoid"))


def _read_strings(entry: Any, key: str) -> tuple[str, ...]:
    """Read one string or a list of strings. Raises `KeyError` if absent, `TypeError` for anything else."""
    if not isinstance(entry, dict):
        raise TypeError("this is not a table")
    value = entry[key]
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
        raise TypeError(f"{key} is neither a text nor a list of texts")
    if not texts and key != "avoid":
        raise TypeError(f"{key} is empty")
    return tuple(texts)
