"""The terms of a language: how each is translated, and what is written instead by mistake. One TOML file for each language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from codegen.core import resources
from codegen.core.source import load
from codegen.findings.diagnostics import Span, failure


class Term(Struct, frozen=True, kw_only=True):
    """One term: its English `name` and where that is found. Without a name it holds whatever the English is."""

    use: tuple[str, ...]
    avoid: tuple[str, ...]
    name: str = ""
    english: re.Pattern[str] | None = None


def terms_of(locale: str, extra: Path | None = None) -> tuple[Term, ...]:
    """The terms that ship with a language, if any, and those of the file of a team. Raises `CodegenError` for a file that is not a glossary."""
    shipped = resources.templates() / "glossaries" / f"{locale}.toml"
    files = [shipped] if shipped.is_file() else []
    return tuple(term for file in (*files, *([extra] if extra else [])) for term in _terms(file))


def advice_of(locale: str) -> tuple[str, ...]:
    """What people or machines who translate into a language are told beside its terms; in that language, a sentence each."""
    file = resources.templates() / "glossaries" / f"{locale}.toml"
    return _strings(tomllib.loads(load(file).text).get("advice", ())) if file.is_file() else ()


def _terms(file: Path) -> Iterator[Term]:
    source = load(file)
    try:
        data = tomllib.loads(source.text)
        for entry in data.get("term", ()):
            yield Term(
                name=entry["english"].casefold(),
                use=_strings(entry["use"]),
                avoid=_strings(entry.get("avoid", ())),
                english=re.compile(rf"(?<![\w.-]){re.escape(entry['english'])}(?:e?s)?(?![\w-])", re.IGNORECASE),
            )
        for entry in data.get("word", ()):
            yield Term(use=_strings(entry["use"]), avoid=_strings(entry["avoid"]))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise failure(
            "glossary-unreadable",
            f"this is not a valid glossary: {error}",
            Span(path=source.path),
            '[[term]] has english = "...", use = ["..."], and may have avoid = ["..."]; [[word]] has use and avoid',
        ) from None


def _strings(value: Any) -> tuple[str, ...]:
    strings = (value,) if isinstance(value, str) else tuple(value)
    if not all(isinstance(text, str) and text for text in strings):
        raise TypeError("a text is empty or not a string")
    return strings
