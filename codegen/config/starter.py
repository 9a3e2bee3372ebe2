"""The first `codegen.yaml` of a project: written for what its folder holds, with a comment for each choice.

A folder that holds nothing gets the page that ships with the package, so that there is something to generate from.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from msgspec import Struct

from codegen.core import opening, resources, source
from codegen.core.escaping.documents import yaml_quoted
from codegen.core.locales import ENGLISH
from codegen.findings.diagnostics import CodegenError, Span, failure
from codegen.outputs.files import is_generated
from codegen.readers import registry, releases
from codegen.readers.sources import DOCUMENT_ENDINGS, PAGE_ENDINGS

_SKIPPED = frozenset(("node_modules", "venv", "build", "dist"))  # what tools write: copies, and the files of others
MAX_FILES = 5_000  # in a larger folder the source has to be named with --source
_MAX_DEPTH = 8
_NO_NAME = "its name is not UTF-8, and cannot stand in codegen.yaml"
_MANY = 4  # documents of a folder that become one source
_PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./+-]*\Z")
_LANGUAGE_FOLDER = re.compile(r"(?:^|/)content/(?P<tag>[a-z]{2}(?:-[a-z]{2,4})?)(?=/|$)")


class Found(Struct, frozen=True, kw_only=True):
    """One source: its path from the folder of the configuration, its language if that is known, and what it is."""

    path: str
    what: str
    locale: str = ""


class Starter(Struct, frozen=True, kw_only=True):
    """A configuration to be written: its text, what it reads, and further files that go with it, by path.

    `passed_over` says what of the folder was not looked at or is not read, a line each.
    """

    text: str
    sources: tuple[Found, ...]
    files: Mapping[str, str]
    passed_over: tuple[str, ...] = ()


def starter(folder: Path, named: Path | None = None) -> Starter:
    """The configuration for a source that is named, else for what the folder holds, else for the page that ships.

    Raises `CodegenError` where the named source is missing or cannot be read as a source.
    """
    if named is not None:
        sources: tuple[Found, ...] = (_named(folder, named),)
        return Starter(text=_text(sources), sources=sources, files={})
    search = _Search(folder)
    if sources := tuple(search.sources()):
        text = _text(sources, history=search.history)
        return Starter(text=text, sources=sources, files={}, passed_over=tuple(search.passed_over()))
    shipped = resources.schemas()
    pages = sorted((shipped / "sources").glob("*.txt"))
    catalogues = sorted((shipped / "translations").glob("*.po"))
    sources = tuple(
        Found(path=f"sources/{page.name}", what="the page that ships with codegen", locale=page.name.split(".")[-2])
        for page in pages
    )
    files = {
        **{f"sources/{page.name}": source.load(page).text for page in pages},
        **{f"translations/{catalogue.name}": source.load(catalogue).text for catalogue in catalogues},
    }
    return Starter(
        text=_text(sources, translations="translations"),
        sources=sources,
        files=files,
        passed_over=tuple(search.passed_over()),
    )


# ------------------------------------------------------------------------------------------------------ searching


def _named(folder: Path, path: Path) -> Found:
    shown = os.path.relpath(path.absolute(), folder.absolute()).replace(os.sep, "/")
    if not opening.exists(path):
        raise failure(
            "source-missing", f"there is no file or folder {str(path)!r}", Span(path=str(path)), "check the path"
        )
    if not _can_stand_in_yaml(shown):
        raise failure("source-unreadable", _NO_NAME, Span(path=str(path)), "rename it")
    if opening.is_folder(path):
        found = list(_Search(path).sources())
        if not found:
            raise failure(
                "source-empty",
                "no reference page, OpenAPI document or CustomResourceDefinition was found",
                Span(path=str(path)),
                "name a page, an OpenAPI document, a file of CustomResourceDefinitions, or a folder of them",
            )
        return Found(path=shown, what=found[0].what, locale=_language(shown))
    what = _what(path)
    if not what:
        raise failure(
            "source-unrecognised",
            "this is not a reference page, an OpenAPI document or a CustomResourceDefinition",
            Span(path=str(path), line=1, column=1),
            "`kubectl get --raw /openapi/v2` prints a document; pages come from the documentation site's repository",
        )
    return Found(path=shown, what=what, locale=_language(shown))


class _Search:
    """The sources in a folder: documents one by one, those of a folder that has nothing else together; pages by language.

    What codegen wrote itself is no source.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._skipped: list[str] = []
        self._written = 0
        self._unnamed: list[str] = []
        self._older: dict[str, str] = {}  # documents of older releases, by path that of the newest
        self.history: tuple[str, ...] = ()  # the releases of what is read, if it is one document

    def sources(self) -> Iterator[Found]:
        documents: dict[str, str] = {}
        pages: dict[str, list[str]] = {}
        for file in self._files():
            path = file.relative_to(self._folder).as_posix()
            if not _can_stand_in_yaml(path):
                self._unnamed.append(path)
                continue
            match _what(file, unless_generated=True):
                case "reference page":
                    pages.setdefault(_language(path), []).append(path)
                case "generated":
                    self._written += 1
                case "":
                    pass
                case noun:
                    documents[path] = noun
        others = [path for paths in pages.values() for path in paths]
        self._leave_out_older(documents)
        for path, what in _together(documents, others):
            yield Found(path=path, what=what)
        for locale, paths in sorted(pages.items()):
            together = paths[0] if len(paths) == 1 else os.path.commonpath(paths) or "."
            what = "reference page" if len(paths) == 1 else f"{len(paths)} reference pages"
            yield Found(path=together, what=what, locale=locale)

    def _leave_out_older(self, documents: dict[str, str]) -> None:
        """Of documents that are one thing in several releases the newest is read: two of them would not fit each other."""
        count = len(documents)
        for one in releases.of_one_thing(documents):
            *older, newest = one
            if len({documents[path] for path in one}) == 1:
                self.history = one if len(one) == count else ()
                self._older.update(dict.fromkeys(older, newest))
                for path in older:
                    del documents[path]

    def passed_over(self) -> Iterator[str]:
        """What was not looked at, and what codegen wrote."""
        if self._skipped:
            yield f"{', '.join(self._skipped)}: not searched; name a source there with --source"
        for path in self._unnamed:
            yield f"{path}: {_NO_NAME}; rename it"
        for path, newest in self._older.items():
            yield f"{path}: an older release of {newest}"
        if self._written:
            yield f"{self._written} {'file' if self._written == 1 else 'files'} that codegen wrote"

    def _files(self) -> Iterator[Path]:
        count = 0
        for place, folders, names in os.walk(self._folder):
            here = Path(place).relative_to(self._folder)
            hidden = [name for name in folders if name.startswith(".") or name == "__pycache__"]
            deep = len(here.parts) >= _MAX_DEPTH
            skipped = [name for name in folders if name not in hidden and (deep or name in _SKIPPED)]
            self._skipped += sorted((here / name).as_posix() for name in skipped)
            folders[:] = sorted(set(folders).difference(hidden, skipped))
            for name in sorted(names):
                if not name.startswith(".") and name.lower().endswith((*DOCUMENT_ENDINGS, *PAGE_ENDINGS)):
                    count += 1
                    if count > MAX_FILES:
                        raise failure(
                            "init-too-many-files",
                            f"more than {MAX_FILES} files could be sources",
                            Span(path=str(self._folder)),
                            "name the source: codegen init --source PATH",
                        )
                    yield Path(place, name)


def _can_stand_in_yaml(path: str) -> bool:
    return all(not "\ud800" <= each <= "\udfff" for each in path)


def _what(file: Path, *, unless_generated: bool = False) -> str:
    """What a file is to codegen, or an empty string for one that is nothing to it."""
    try:
        text = source.load(file, file.name)
    except CodegenError:
        return ""
    if unless_generated and is_generated(text.text):
        return "generated"
    form = registry.form_of(text)
    return form.noun if form is not None else ""


def _together(documents: Mapping[str, str], others: list[str]) -> Iterator[tuple[str, str]]:
    """Each source with what it is: a folder for the documents of one kind that are alone in it, else each document."""
    folders: dict[str, dict[str, str]] = {}
    for path, what in documents.items():
        for above in PurePosixPath(path).parents[:-1]:
            folders.setdefault(str(above), {})[path] = what
    with_others = {str(above) for path in others for above in PurePosixPath(path).parents}
    done: set[str] = set()
    for path, what in documents.items():
        folder = path.rpartition("/")[0]
        if path in done:
            continue
        below = folders.get(folder, {})
        if len(below) < _MANY or {*below.values()} != {what} or folder in with_others:
            yield path, what
            continue
        done.update(below)
        yield folder, f"{len(below)} files, {what}"


def _language(path: str) -> str:
    """The language that the folders of a documentation site name; elsewhere it is detected from the letters of a page."""
    found = _LANGUAGE_FOLDER.search(path)
    return found["tag"] if found else ""


# -------------------------------------------------------------------------------------------------------- writing


def _text(sources: tuple[Found, ...], translations: str = "", history: tuple[str, ...] = ()) -> str:
    locales = list(dict.fromkeys([ENGLISH, *(found.locale for found in sources if found.locale)]))
    folder = (
        f"translations: {translations}"
        if translations
        else "# translations: translations   # PO files, <locale>.po: `codegen translate` writes them"
    )
    told = (
        f"\n# The releases of `codegen history`, from the oldest.\nhistory: [{', '.join(map(_path, history))}]\n"
        if history
        else ""
    )
    return f"""\
# What codegen reads and what it writes. Paths are relative to this file.
# `codegen generate` writes all outputs; `codegen check` says what is missing, stale or orphaned, for CI.

# Pages, OpenAPI documents, CustomResourceDefinitions, and folders of them; together they become one reference.
sources:
{"".join(map(_source, sources))}
# Leave this out for everything. A kind, a group version, a group or a definition key; ! excludes.
# select: [batch/v1, apps/v1/Deployment, "!*List"]

# Languages of the pages; the first is that of schemas and docstrings.
locales: [{", ".join(locales)}]
{folder}

outputs:
  - {{target: json-schema, to: schemas}}             # for editors, kubeconform and validators
  - {{target: dataclasses, to: generated/python}}    # classes with from_dict and to_dict; also pydantic, msgspec, typeddict
  - {{target: validators, to: generated/python}}     # functions that return all errors of an object
  - {{target: docs, layout: list, to: "generated/docs/{{locale}}"}}   # pages; layouts: list, table, plain
  # - {{target: openapi, to: schemas}}               # for linters, mocks and client generators
{told}"""


def _source(found: Found) -> str:
    locale = f"\n    locale: {found.locale}" if found.locale else ""
    return f"  - path: {_path(found.path)}   # {found.what}{locale}\n"


def _path(path: str) -> str:
    return path if _PLAIN.match(path) else yaml_quoted(path)
