"""The terms of a language: how each is translated, and what is written instead by mistake. One TOML file a language."""

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
    """One term: its English `name` and where that is found. Without one it is looked for whatever the English says."""

    use: tuple[str, ...]
    avoid: tuple[str, ...]
    name: str = ""
    english: re.Pattern[str] | None = None


def terms_of(locale: str, extra: Path | None = None) -> tuple[Term, ...]:
    """The terms that ship with a language, if any, and those of a team's own file. Raises `CodegenError` for a file that is none."""
    shipped = resources.templates() / "glossaries" / f"{locale}.toml"
    files = [shipped] if shipped.is_file() else []
    return tuple(term for file in (*files, *([extra] if extra else [])) for term in _terms(file))


def _terms(file: Path) -> Iterator[Term]:
    source = load(file)
    try:
        data = tomllib.loads(source.text)
        for each in data.get("term", ()):
            yield Term(
                name=each["english"].casefold(),
                use=_strings(each["use"]),
                avoid=_strings(each.get("avoid", ())),
                english=re.compile(rf"(?<![\w.-]){re.escape(each['english'])}(?:e?s)?(?![\w-])", re.IGNORECASE),
            )
        for each in data.get("word", ()):
            yield Term(use=_strings(each["use"]), avoid=_strings(each["avoid"]))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise failure(
            "glossary-unreadable",
            f"this is no glossary: {error}",
            Span(path=source.path),
            '[[term]] has english = "...", use = ["..."], and may have avoid = ["..."]; [[word]] has use and avoid',
        ) from None


def _strings(value: Any) -> tuple[str, ...]:
    found = (value,) if isinstance(value, str) else tuple(value)
    if not all(isinstance(each, str) and each for each in found):
        raise TypeError("an empty text, or none at all")
    return found
