"""The terms of a language: how each is translated, and what is written instead by mistake. One TOML file for each language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct

from codegen.core import resources, tables
from codegen.core.patterns import lazy_pattern
from codegen.core.source import load
from codegen.findings.diagnostics import Span, failure


class Term(Struct, frozen=True, kw_only=True):
    """One term: its English `name` and where that is found. Without a name it holds whatever the English is."""

    use: tuple[str, ...]
    avoid: tuple[str, ...]
    name: str = ""
    english: re.Pattern[str] | None = None


class Glossary(tuple[Term, ...]):
    """Terms, found by what stands in a text rather than one after the other."""

    @cached_property
    def uses(self) -> dict[str, tuple[str, ...]]:
        """How each term that has a name is translated."""
        return {term.name: term.use for term in self if term.name}

    @cached_property
    def _avoided(self) -> dict[str, list[int]]:
        """The numbers of the terms instead of which a word is written."""
        numbers: dict[str, list[int]] = {}
        for number, term in enumerate(self):
            for word in filter(None, term.avoid):
                numbers.setdefault(word, []).append(number)
        return numbers

    @cached_property
    def _lengths(self) -> list[int]:
        return sorted({len(word) for word in self._avoided})

    def avoided(self, text: str, english: str) -> Iterator[tuple[Term, str]]:
        """The terms of an English text whose words to avoid stand in its translation, with each of those words, in the order of the glossary."""
        found = {
            piece
            for length in self._lengths
            for at in range(len(text) - length + 1)
            if (piece := text[at : at + length]) in self._avoided
        }
        numbers = sorted({number for word in found for number in self._avoided[word]})
        runs = frozenset(_RUN.findall(english.casefold())) if numbers else frozenset()
        for number in numbers:
            term = self[number]
            if term.english is None or (_may_hold(term.name, runs) and term.english.search(english)):
                yield from ((term, word) for word in term.avoid if word in found)


_RUN = lazy_pattern(r"(?<![\w.-])[\w-]+")


def _may_hold(name: str, runs: frozenset[str]) -> bool:
    """Whether a text may hold a name, by the runs of letters that it has."""
    first = _RUN.match(name)
    return first is None or not runs.isdisjoint(first[0] + ending for ending in ("", "s", "es"))


def terms_of(locale: str, extra: Path | None = None) -> Glossary:
    """The terms that ship with a language, if any, and those of the file of a team. Raises `CodegenError` for a file that is not a glossary."""
    shipped = resources.templates() / "glossaries" / f"{locale}.toml"
    files = [shipped] if shipped.is_file() else []
    return Glossary(term for file in (*files, *([extra] if extra else [])) for term in _terms(file))


def advice_of(locale: str) -> tuple[str, ...]:
    """What people or machines who translate into a language are told beside its terms; in that language, a sentence each."""
    file = resources.templates() / "glossaries" / f"{locale}.toml"
    return _strings(tables.parsed(file, load(file).text).get("advice", ())) if file.is_file() else ()


def _terms(file: Path) -> Iterator[Term]:
    source = load(file)
    try:
        data = tables.parsed(file, source.text)
        for entry in data.get("term", ()):
            yield Term(
                name=entry["english"].casefold(),
                use=_strings(entry["use"]),
                avoid=_strings(entry.get("avoid", ())),
                english=re.compile(rf"(?<![\w.-]){re.escape(entry['english'])}(?:e?s)?(?![\w-])", re.IGNORECASE),
            )
        for entry in data.get("word", ()):
            yield Term(use=_strings(entry["use"]), avoid=_strings(entry["avoid"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
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
