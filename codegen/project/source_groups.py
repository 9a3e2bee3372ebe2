"""Grouping of recognized files into the fewest sources of a configuration."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from msgspec import Struct

from codegen.core.locales import ENGLISH

_MOST_ENTRIES = 8  # more sources of pages become one of several languages


class FoundSource(Struct, frozen=True, kw_only=True):
    """A source with its path, its description and its language.

    `url` is the address of one that is fetched.
    """

    path: str
    what: str
    locale: str = ""
    url: str = ""


class RecognizedFile(Struct, frozen=True, kw_only=True):
    """A recognized file: its form, and its language by text and by path."""

    noun: str
    is_page: bool = False
    language: str = ""
    named_language: str = ""

    @property
    def likely_language(self) -> str:
        """The language of its text, or for English in a tree of translations that of its path."""
        if self.language == ENGLISH and self.named_language:
            return self.named_language
        return self.language


def group_pages(pages: Mapping[str, RecognizedFile], other_paths: set[str]) -> list[FoundSource]:
    """Return the sources of pages, by language or all languages together.

    The text decides the language. In a tree of translations, untranslated pages get the language of
    their path.
    """
    nouns = {path: file.noun for path, file in pages.items()}
    languages = {path: file.likely_language for path, file in pages.items()}
    by_language = list(group_files(nouns, languages, other_paths))
    if len(by_language) <= _MOST_ENTRIES:
        return by_language
    return list(group_files(nouns, dict.fromkeys(pages, ""), other_paths))


def group_files(
    nouns: Mapping[str, str], languages: Mapping[str, str], other_paths: set[str]
) -> Iterator[FoundSource]:
    """Yield the fewest sources with the files of one form and language each, and without any of the
    others.
    """
    for form in sorted({(noun, languages[path]) for path, noun in nouns.items()}):
        same_form = [path for path, noun in nouns.items() if (noun, languages[path]) == form]
        for place, inside in _find_fewest_folders(
            same_form, other_paths.union(nouns).difference(same_form)
        ):
            if len(inside) == 1:
                kinds = form[0]
            else:
                kinds = f"{len(inside)} files, {form[0]}"
            yield FoundSource(path=place, what=kinds, locale=form[1])


def _find_fewest_folders(
    paths: list[str], other_paths: set[str]
) -> Iterator[tuple[str, list[str]]]:
    """Yield the fewest files and folders with all these paths and none of the others."""
    if len(paths) == 1:
        yield paths[0], paths
        return
    top = os.path.commonpath(paths)
    if not any(PurePosixPath(path).is_relative_to(top) for path in other_paths):
        yield top or ".", paths
        return
    parts: dict[str, list[str]] = {}
    for path in paths:
        parts.setdefault(PurePosixPath(path).relative_to(top).parts[0], []).append(path)
    for inside in parts.values():
        yield from _find_fewest_folders(inside, other_paths)
