"""Search for sources in a folder: reference pages, OpenAPI documents and custom resources."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import detection, manifest, opening, source
from codegen.core.detection import UNDETERMINED
from codegen.core.diagnostics import CodegenError, Span, count_noun, failure
from codegen.core.locales import ENGLISH, SHIPPED
from codegen.core.writing import read_text
from codegen.readers import registry, releases
from codegen.readers.form import Layout
from codegen.readers.sources import DOCUMENT_ENDINGS, PAGE_ENDINGS

MAX_FILES = 5_000  # larger folders need --source
_SKIPPED = frozenset(("node_modules", "venv", "build", "dist"))  # written by tools
_MAX_DEPTH = 8
_NO_NAME = "its name is not UTF-8, and cannot stand in codegen.yaml"
_MOST_ENTRIES = 8  # more sources of pages become one of several languages
_OTHER_WAY = "or name the sources alone: codegen init --source PATH"


class FoundSource(Struct, frozen=True, kw_only=True):
    """A source that was found, with its path, its description and its language."""

    path: str
    what: str
    locale: str = ""


class _File(Struct, frozen=True, kw_only=True):
    """A readable file: its form, and its language by text and by path."""

    noun: str
    is_page: bool = False
    language: str = ""
    named_language: str = ""


def named_source(folder: Path, path: Path) -> FoundSource:
    """Return the source at a path. Raises `CodegenError` if it is missing, unreadable or empty."""
    shown = os.path.relpath(path.absolute(), folder.absolute()).replace(os.sep, "/")
    if not opening.exists(path):
        raise failure("source-missing", f"there is no file or folder {shown!r}", Span(path=shown), "check the path")
    if not _is_yaml_text(shown):
        raise failure("source-unreadable", _NO_NAME, Span(path=shown), "rename it")
    if opening.is_folder(path):
        return _read_named_folder(path, shown)
    file = _examine(path, shown)
    if not file.noun:
        raise failure(
            "source-unrecognised",
            "this is not a reference page, an OpenAPI document or a CustomResourceDefinition",
            Span(path=shown, line=1, column=1),
            "`kubectl get --raw /openapi/v2` prints a document; pages come from the documentation site's repository",
        )
    if file.language == UNDETERMINED:
        message = "no locale file describes the language of this page"
        raise failure(
            "source-unrecognised", message, Span(path=shown), "write codegen.yaml with `locale` for it, see the README"
        )
    if not file.is_page:
        return FoundSource(path=shown, what=file.noun)
    return _group_pages({shown: file}, set())[0]


def _read_named_folder(path: Path, shown: str) -> FoundSource:
    found = SourceSearch(path, above=shown).sources()
    if not found:
        raise failure(
            "source-empty",
            "no reference page, OpenAPI document or CustomResourceDefinition was found",
            Span(path=shown),
            "name a page, an OpenAPI document, a file of CustomResourceDefinitions, or a folder of them",
        )
    locales = {each.locale for each in found}
    return FoundSource(path=shown, what=found[0].what, locale=locales.pop() if len(locales) == 1 else "")


class SourceSearch:
    """A search for sources in a folder.

    Documents are sources one by one, or together if their folder has nothing else. Pages are grouped by language.
    Files in the lists of earlier runs are no sources. `above` is the path of the folder in messages.
    """

    def __init__(self, folder: Path, above: str = "") -> None:
        self._folder = folder
        self._above = above
        self._skipped: list[str] = []
        self._written: list[str] = []
        self._listed: set[str] = set()  # files in lists of earlier runs
        self._odd: dict[str, str] = {}
        self._older: dict[str, str] = {}  # path of an older release -> path of the newest
        self.history: tuple[str, ...] = ()  # the releases of a single document

    def sources(self) -> tuple[FoundSource, ...]:
        """Return all sources. Raises `CodegenError` for empty and unreadable files, since any may be meant."""
        documents: dict[str, str] = {}
        pages: dict[str, _File] = {}
        unknown: list[str] = []
        errors: list[CodegenError] = []
        for path in self._find_paths():
            try:
                file = _examine(self._folder / path, f"{self._above}/{path}" if self._above else path)
            except CodegenError as error:
                errors.append(error)
                continue
            if path in self._listed:
                self._written.append(path)
            elif file.language == UNDETERMINED:
                self._odd[path] = "no locale file describes its language"
            elif file.is_page:
                pages[path] = file
            elif file.noun:
                documents[path] = file.noun
            else:
                unknown.append(path)
        if errors:
            raise CodegenError(
                *(replace(each, hint=f"{each.hint}; {_OTHER_WAY}") for error in errors for each in error.diagnostics)
            )
        others = {*documents, *self._written, *unknown}
        self._leave_out_older(documents)
        found = _group_files(documents, dict.fromkeys(documents, ""), others.union(pages))
        return (*found, *_group_pages(pages, others))

    def _leave_out_older(self, documents: dict[str, str]) -> None:
        """Leave out older releases of the same document, which would not fit the newest."""
        count = len(documents)
        for one in releases.group_releases(documents):
            *older, newest = one
            if len({documents[path] for path in one}) == 1:
                self.history = one if len(one) == count else ()
                self._older.update(dict.fromkeys(older, newest))
                for path in older:
                    del documents[path]

    def passed_over(self) -> Iterator[str]:
        """Yield a line for each path that was skipped or cannot be read."""
        if self._skipped:
            yield f"{', '.join(self._skipped)}: not searched; name a source there with --source"
        for path, why in self._odd.items():
            yield f"{path}: {why}"
        if self._older:
            path, newest = next(iter(self._older.items()))
            more = f", and {count_noun(len(self._older) - 1, 'more older file')}" if len(self._older) > 1 else ""
            yield f"{path}: an older release of {newest}{more}"
        if self._written:
            yield f"{count_noun(len(self._written), 'file')} that codegen wrote"

    def _find_paths(self) -> Iterator[str]:
        """Yield the files with names of sources."""
        for file in self._find_files():
            path = file.relative_to(self._folder).as_posix()
            if not _is_yaml_text(path):
                self._odd[path] = f"{_NO_NAME}; rename it"
            elif why := opening.describe_non_regular_file(file):
                self._odd[path] = why
            else:
                yield path

    def _find_files(self) -> Iterator[Path]:
        count = 0
        for place, folders, names in os.walk(self._folder):
            here = Path(place).relative_to(self._folder)
            hidden = [name for name in folders if name.startswith(".") or name == "__pycache__"]
            deep = len(here.parts) >= _MAX_DEPTH
            skipped = [name for name in folders if name not in hidden and (deep or name in _SKIPPED)]
            self._skipped += sorted((here / name).as_posix() for name in skipped)
            folders[:] = sorted(set(folders).difference(hidden, skipped))
            for name in sorted(names):
                if name.startswith(manifest.NAME) and (text := read_text(Path(place), name)) is not None:
                    self._listed |= {(here / path).as_posix() for path in manifest.parse_manifest(text)}
                if not name.startswith(".") and name.lower().endswith((*DOCUMENT_ENDINGS, *PAGE_ENDINGS)):
                    count += 1
                    if count > MAX_FILES:
                        raise failure(
                            "init-too-many-files",
                            f"more than {MAX_FILES} files could be sources",
                            Span(path=self._above or "."),
                            "name the source: codegen init --source PATH",
                        )
                    yield Path(place, name)


def _is_yaml_text(path: str) -> bool:
    return re.search("[\ud800-\udfff]", path) is None


def _examine(file: Path, shown: str) -> _File:
    """Read a file and detect its form. Raises `CodegenError` if it is empty or unreadable."""
    text = source.load(file, shown)
    if not text.text.strip():
        raise failure("source-unrecognised", "the file is empty", Span(path=shown), "remove it")
    form = registry.recognize_form(text)
    if not isinstance(form, Layout):
        return _File(noun=form.noun if form is not None else "")
    language = SHIPPED.detect(text.text)
    named = detection.language_of_path(shown, SHIPPED.available())
    return _File(noun=form.noun, is_page=True, language=language, named_language=named)


def _group_pages(pages: Mapping[str, _File], others: set[str]) -> list[FoundSource]:
    """Return the sources of pages, by language or all languages together.

    The text decides the language. In a tree of translations, untranslated pages get the language of their path.
    """
    found = {
        path: file.named_language if file.named_language and file.language == ENGLISH else file.language
        for path, file in pages.items()
    }
    nouns = {path: file.noun for path, file in pages.items()}
    apart = list(_group_files(nouns, found, others))
    return apart if len(apart) <= _MOST_ENTRIES else list(_group_files(nouns, dict.fromkeys(pages, ""), others))


def _group_files(nouns: Mapping[str, str], languages: Mapping[str, str], others: set[str]) -> Iterator[FoundSource]:
    """Yield the fewest sources with the files of one form and language each, and without any of the others."""
    for form in sorted({(noun, languages[path]) for path, noun in nouns.items()}):
        own = [path for path, noun in nouns.items() if (noun, languages[path]) == form]
        for place, inside in _find_fewest_folders(own, others.union(nouns).difference(own)):
            what = form[0] if len(inside) == 1 else f"{len(inside)} files, {form[0]}"
            yield FoundSource(path=place, what=what, locale=form[1])


def _find_fewest_folders(paths: list[str], others: set[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the fewest files and folders with all these paths and none of the others."""
    if len(paths) == 1:
        yield paths[0], paths
        return
    top = os.path.commonpath(paths)
    if not any(PurePosixPath(other).is_relative_to(top) for other in others):
        yield top or ".", paths
        return
    parts: dict[str, list[str]] = {}
    for path in paths:
        parts.setdefault(PurePosixPath(path).relative_to(top).parts[0], []).append(path)
    for inside in parts.values():
        yield from _find_fewest_folders(inside, others)
