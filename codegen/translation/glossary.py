"""Glossaries with the terms of a language, one TOML file each.

A term has accepted translations and words to avoid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from codegen.core import resources
from codegen.core.diagnostics import failure
from codegen.core.escaping.documents import json_text
from codegen.core.source import load
from codegen.core.toml import locate_entry, parse_toml

_HINT = '[[term]] has english = "...", use = ["..."], and may have avoid = ["..."] and consistent = true; [[word]] has use and avoid'
_Text = Annotated[str, Meta(min_length=1)]


class Term(Struct, frozen=True, kw_only=True):
    """A term with its English `name`, the first of several, and pattern.

    Terms without a name apply to every text.

    A page keeps to one translation of a `consistent` term.
    """

    use: tuple[str, ...]
    avoid: tuple[str, ...]
    name: str = ""
    english: re.Pattern[str] | None = None
    consistent: bool = False


class _WordTable(Struct, kw_only=True):
    """A table `[[word]]` of a glossary. One text stands for a list of one."""

    use: _Text | Annotated[list[_Text], Meta(min_length=1)]
    avoid: _Text | list[_Text]


class _TermTable(_WordTable, kw_only=True):
    """A table `[[term]]` of a glossary."""

    english: _Text | Annotated[list[_Text], Meta(min_length=1)]
    avoid: _Text | list[_Text] = []
    consistent: bool = False


class _GlossaryFile(Struct, kw_only=True):
    """The terms of a language. A team adds its own to the bundled ones."""

    term: list[_TermTable] = []
    word: list[_WordTable] = []


Glossary = tuple[Term, ...]


def schema() -> str:
    """Write the JSON Schema of a glossary for editors, `schemas/glossary.schema.json`."""
    described = msgspec.json.schema(_GlossaryFile)
    text = {"$schema": "https://json-schema.org/draft/2020-12/schema", **described}
    return json_text(text)


def load_glossary(locale: str, extra: Path | None = None) -> Glossary:
    """Load the bundled terms of a language and a team's file.

    Raises `CodegenError` for an invalid file.
    """
    shipped = resources.templates() / "glossaries" / f"{locale}.toml"
    files = [shipped] if shipped.is_file() else []
    return tuple(
        term for file in (*files, *([extra] if extra else [])) for term in _read_terms(file)
    )


def _read_terms(file: Path) -> Iterator[Term]:
    text = load(file).text
    data = parse_toml(file, text, "glossary-unreadable", "correct it at this place")
    for name, table in (("term", _TermTable), ("word", _WordTable)):
        entries = data.get(name, [])
        for number, entry in enumerate(entries if isinstance(entries, list) else (entries,)):
            try:
                yield _make_term(msgspec.convert(entry, table))
            except msgspec.ValidationError as error:
                span = locate_entry(file, text, name, number)
                raise failure(
                    "glossary-unreadable",
                    f"[[{name}]]: {error}",
                    span,
                    _HINT,
                    arguments=(name,),
                ) from None


def _make_term(table: _WordTable) -> Term:
    texts = (table.use, table.avoid, getattr(table, "english", []))
    use, avoid, names = (tuple([words] if isinstance(words, str) else words) for words in texts)
    if not isinstance(table, _TermTable):
        return Term(use=use, avoid=avoid)
    pattern = re.compile(
        rf"(?<![\w.-])(?:{'|'.join(map(re.escape, names))})(?:e?s)?(?![\w-])", re.IGNORECASE
    )
    return Term(
        name=names[0].casefold(), use=use, avoid=avoid, english=pattern, consistent=table.consistent
    )
