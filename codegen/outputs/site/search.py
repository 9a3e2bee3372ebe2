"""Data for the search: names of pages and fields, and texts of each language, loaded on demand.

One file has the names for all languages. The texts of a language are scanned as a whole, in parts
that load in parallel. This finds single characters and whole sentences in any language, and is
smaller than an index of character pairs. A repeated text is stored once.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import msgspec

from codegen.core import resources
from codegen.core.escaping.controls import on_one_line
from codegen.core.json_types import JsonList
from codegen.core.letter_variants import load_variants
from codegen.core.locales import ENGLISH
from codegen.model import Reference
from codegen.outputs.escaping import html_prose
from codegen.outputs.site.common_kinds import is_of_kubernetes, parts_of_kinds
from codegen.outputs.site.page_index import IndexEntry, PageIndex
from codegen.outputs.site.records import Content, SitePage, walk
from codegen.translation.glossary import load_glossary

FOLDER = "search-index"
_PART = 96 * 1024  # bytes of texts in one file
_UNCOMMON = 999
_TAG = re.compile(r"<[^<>]*>")
_NUMBER = re.compile(r"\d\d")


def files(content: Content, reference: Reference, places: PageIndex) -> Iterator[tuple[str, str]]:
    """Yield the files of the index by path, names and texts of each language."""
    tags = tuple(content.pages)
    entries = places.entries
    parts = {
        tag: tuple(_split_texts(_list_texts(entries, reference, (tag, *tags)))) for tag in tags
    }
    for tag, made in parts.items():
        for number, part in enumerate(made):
            yield data_script(f"{FOLDER}/{tag}-{number}.js", part)
        yield data_script(f"{FOLDER}/rules-{tag}.js", _json(_list_rules(content.pages[tag])))
    state = hashlib.sha256(
        "".join(part for made in parts.values() for part in made).encode()
    ).hexdigest()[:12]
    facts = {
        "state": state,
        "parts": {tag: len(made) for tag, made in parts.items()},
        "terms": {tag: _map_terms(tag) for tag in dict.fromkeys((ENGLISH, *tags))},
        "variants": _map_variants(parts),
        "pages": _build_rows(places, reference),
    }
    yield data_script(f"{FOLDER}/names.js", _json(facts))


class DataScript(NamedTuple):
    """The path and text of a script that hands over JSON."""

    path: str
    text: str


def data_script(path: str, data: str) -> DataScript:
    """Write a script that hands over JSON.

    A page that is opened from a disk can load scripts, but fetch nothing.
    """
    return DataScript(path, f"loadReferencePart({json.dumps(path)},{data});\n")


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _build_rows(places: PageIndex, reference: Reference) -> list[JsonList]:
    """Build a row for each page.

    A row has the place, name and version of the page, its rank among kinds (0 for other types), its
    key, its other names, its fields as paths with the number of their type's page, its operations,
    and the release that added it if it is known.
    """
    listed = chain.from_iterable(kinds.items() for kinds in parts_of_kinds().values())
    common = {kind: (rank, short) for rank, (kind, short) in enumerate(listed, start=1)}
    rows: list[JsonList] = []
    for page in places.pages:
        definition = reference.definitions.get(page.key)
        resource = definition.resource if definition is not None else None
        plurals = (operation.resource.partition("/")[0] for operation in page.operations)
        rank, short = (
            common.get(page.title, (_UNCOMMON, ""))
            if is_of_kubernetes(page.key)
            else (_UNCOMMON, "")
        )
        short_forms = (resource.plural, *resource.short_names) if resource is not None else ()
        names = sorted({*short.split(), *short_forms, *plurals} - {""}) if page.is_kind else []
        calls = [
            [operation.id, f"{operation.verb} {operation.method} {operation.path}"]
            for operation in page.operations
        ]
        version = page.api_version or page.version
        rows.append(
            [
                page.path,
                page.title,
                version,
                page.is_kind and rank,
                page.key,
                " ".join(names),
                [],
                calls,
            ]
        )
    for entry in places.entries:
        if entry.path:
            rows[entry.page][6].append(_build_field(entry))
        elif entry.since:
            rows[entry.page].append(entry.since)
    return rows


def _build_field(entry: IndexEntry) -> str | list[str | int]:
    """Build the row of a field: its path, the page of its type, its flags and its release."""
    values: list[str | int] = [entry.path, -1 if entry.target is None else entry.target]
    if entry.flags or entry.since:
        values += [entry.flags, entry.since]
    elif entry.target is None:
        return entry.path
    return values


def _list_rules(pages: Sequence[SitePage]) -> list[JsonList]:
    """List the rules and limits with numbers, each with the numbers of its page and its path.

    Server messages are compared with them. A repeated text is stored once.
    """
    texts: dict[str, int] = {}
    places: list[list[int | str]] = []
    for number, page in enumerate(pages):
        for path, node in walk(page.fields) if page.is_kind else ():
            current = (rule.html for rule in node.rules if not rule.outdated)
            for html in (*current, *node.notes):
                text = html_prose.unescape(_TAG.sub("", html))
                if _NUMBER.search(text):
                    places.append([texts.setdefault(text, len(texts)), number, path])
    return [list(texts), places]


def _map_terms(tag: str) -> dict[str, list[str]]:
    """Map words of a language to the names in the API that they mean."""
    names_by_word: dict[str, list[str]] = {}
    file = resources.templates() / "site" / "search" / f"{tag}.toml"
    for word, name in (
        tomllib.loads(file.read_text(encoding="utf-8")).items() if file.is_file() else ()
    ):
        names_by_word.setdefault(word.lower(), []).extend(name.split())
    for term in load_glossary(tag):
        for word in term.use if term.name else ():
            if word != term.name:
                names_by_word.setdefault(word.lower(), []).append(term.name)
    return names_by_word


def _map_variants(parts: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Map other forms of the letters of the texts to the forms that these have."""
    forms: dict[str, str] = {}
    for tag, texts in parts.items():
        file = resources.templates() / "locales" / f"{tag}.variants"
        if not file.is_file():
            continue
        variants, letters = load_variants(file), set[str]().union(*texts)
        variant_pairs = chain(variants.foreign.items(), variants.accepted.items())
        forms.update((variant, usual) for variant, usual in variant_pairs if usual in letters)
    return forms


def _list_texts(
    entries: Iterable[IndexEntry], reference: Reference, tags: Sequence[str]
) -> Iterator[str | int]:
    """Yield the text of each entry, or the number of an earlier entry with the same text."""
    first: dict[str, int] = {}
    for number, entry in enumerate(entries):
        text = on_one_line(reference.first_text(tags, entry.id)).replace("`", "")
        text = " ".join((text, *(value for value in entry.values if value not in text))).strip()
        earlier = first.setdefault(text, number) if text else number
        yield text if earlier == number else earlier


def _split_texts(texts: Iterable[str | int]) -> Iterator[str]:
    """Split texts into lists of similar size."""
    part: list[str | int] = []
    size = 0
    for text in texts:
        part.append(text)
        size += len(text.encode()) if isinstance(text, str) else 0
        if size > _PART:
            yield _json(part)
            part, size = [], 0
    if part:
        yield _json(part)
