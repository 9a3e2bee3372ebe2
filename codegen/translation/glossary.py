"""The terms of a language: how each is translated, and what is written instead by mistake. One TOML file for each language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct

from codegen.core import resources
from codegen.core.source import load
from codegen.core.toml import locate_entry, parse_toml
from codegen.findings.diagnostics import failure

_HINT = '[[term]] has english = "...", use = ["..."], and may have avoid = ["..."]; [[word]] has use and avoid'


class Term(Struct, frozen=True, kw_only=True):
    """One term: its English `name` and where that is found. Without a name it holds whatever the English is."""

    use: tuple[str, ...]
    avoid: tuple[str, ...]
    name: str = ""
    english: re.Pattern[str] | None = None


class Glossary(tuple[Term, ...]):
    """Terms, found by what stands in a text rather than one after the other."""

    @cached_property
    def _find_avoided(self) -> dict[str, list[int]]:
        """The numbers of the terms instead of which a word is written."""
        numbers: dict[str, list[int]] = {}
        for number, term in enumerate(self):
            for word in filter(None, term.avoid):
                numbers.setdefault(word, []).append(number)
        return numbers

    @cached_property
    def _lengths(self) -> list[int]:
        return sorted({len(word) for word in self._find_avoided})

    def find_avoided(self, text: str, english: str) -> Iterator[tuple[Term, str]]:
        """The terms of an English text whose words to avoid stand in its translation, with each of those words, in the order of the glossary."""
        found = {
            segment
            for length in self._lengths
            for at in range(len(text) - length + 1)
            if (segment := text[at : at + length]) in self._find_avoided
        }
        numbers = {number for word in found for number in self._find_avoided[word]}
        for number in sorted(self._match_terms(numbers, english)) if numbers else ():
            term = self[number]
            yield from ((term, word) for word in term.avoid if word in found)

    def _match_terms(self, numbers: Iterable[int], english: str) -> set[int]:
        """Which of these terms an English text holds; the text is gone through once for all of them."""
        held: set[int] = set()
        named: dict[str, list[tuple[int, re.Pattern[str]]]] = {}
        for number in numbers:
            name, pattern = self[number].name, self[number].english
            if pattern is None:
                held.add(number)
            else:
                named.setdefault(name, []).append((number, pattern))
        lengths = sorted({len(name) for name in named})
        lower_text = english.casefold()
        if len(lower_text) != len(english):  # a letter became two, so places are others
            return held.union(number for each in named.values() for number, pattern in each if pattern.search(english))
        for start in _BEGINNING.finditer(english) if named else ():
            at = start.start()
            for length in lengths:
                for number, pattern in named.get(lower_text[at : at + length], ()):
                    if number not in held and pattern.match(english, at):
                        held.add(number)
        return held


_BEGINNING = re.compile(r"(?<![\w.-])(?=\S)")


def load_glossary(locale: str, extra: Path | None = None) -> Glossary:
    """The terms that ship with a language, if any, and those of the file of a team. Raises `CodegenError` for a file that is not a glossary."""
    shipped = resources.templates() / "glossaries" / f"{locale}.toml"
    files = [shipped] if shipped.is_file() else []
    return Glossary(term for file in (*files, *([extra] if extra else [])) for term in _terms(file))


def _terms(file: Path) -> Iterator[Term]:
    text = load(file).text
    data = parse_toml(file, text, "glossary-unreadable", "correct it at this place")
    for table, read in (("term", _term), ("word", _word)):
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


def _term(entry: Any) -> Term:
    english, *others = _read_strings(entry, "english")
    if others:
        raise TypeError("english is more than one text")
    return Term(
        name=english.casefold(),
        use=_read_strings(entry, "use"),
        avoid=_read_strings(entry, "avoid") if "avoid" in entry else (),
        english=re.compile(rf"(?<![\w.-]){re.escape(english)}(?:e?s)?(?![\w-])", re.IGNORECASE),
    )


def _word(entry: Any) -> Term:
    return Term(use=_read_strings(entry, "use"), avoid=_read_strings(entry, "avoid"))


def _read_strings(entry: Any, key: str) -> tuple[str, ...]:
    """The texts of a key: one, or a list. Raises `KeyError` where there is none, `TypeError` for anything else."""
    if not isinstance(entry, dict):
        raise TypeError("this is not a table")
    value = entry[key]
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
        raise TypeError(f"{key} is neither a text nor a list of texts")
    if not texts and key != "avoid":
        raise TypeError(f"{key} is empty")
    return tuple(texts)
