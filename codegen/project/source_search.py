"""Search for sources in a folder: reference pages, OpenAPI documents and custom resources.

The content of a file decides, not its name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from codegen.core import detection, manifest, opening, source
from codegen.core.detection import UNDETERMINED
from codegen.core.diagnostics import CodegenError, Finding, Level, Span, count_noun, failure
from codegen.core.locales import SHIPPED
from codegen.core.ownership import has_mark, is_generated_page
from codegen.core.source import Source
from codegen.core.writing import read_text
from codegen.project.source_groups import FoundSource, RecognizedFile, group_files, group_pages
from codegen.readers import registry, releases
from codegen.readers.form import Layout
from codegen.readers.source_files import (
    PassedOver,
    is_foreign_folder,
    is_named_like_source,
    load_if_text,
    read_beginning,
)
from codegen.readers.sources import SourcePath
from codegen.readers.unreadable_text import describe_binary_data, describe_unknown_text

MAX_FILES = 20_000  # larger folders need --source
_SKIPPED = frozenset(("node_modules", "venv", "build", "dist"))  # written by tools
_MAX_DEPTH = 8
_NO_NAME = "its name is not UTF-8, and cannot stand in codegen.yaml"
_MOST_NAMED = 12  # files without a source; more are counted by name ending and reason
_HIDDEN_SOURCE = PassedOver(
    reason="files whose names begin with a dot are not read: rename it, or name it with --source"
)
_LEADS_OUT = "this symbolic link leads out of the folder: replace it with what it leads to"
_APART_FROM_HIDDEN = ", apart from names that begin with a dot, which are not read"
_OTHER_WAY = "or name the sources alone: codegen init --source PATH"


def named_source(folder: Path, path: Path) -> FoundSource:
    """Return the source at a path. Raises `CodegenError` if it is missing, unreadable or empty."""
    shown = os.path.relpath(path.absolute(), folder.absolute()).replace(os.sep, "/")
    if not opening.exists(path):
        raise failure(
            "source-missing",
            f"there is no file or folder {shown!r}",
            Span(path=shown),
            "check the path",
        )
    if not _is_yaml_text(shown):
        raise failure("source-unreadable", _NO_NAME, Span(path=shown), "rename it")
    SourcePath(path=path.absolute(), display_path=shown, project=folder.absolute()).refuse_link()
    if opening.is_folder(path):
        return _read_named_folder(path, shown)
    file = _examine_named_file(path, shown)
    if file.language == UNDETERMINED:
        message = "no locale file describes the language of this page"
        raise failure(
            "source-unrecognised",
            message,
            Span(path=shown),
            "write codegen.yaml with `locale` for it",
        )
    if not file.is_page:
        return FoundSource(path=shown, what=file.noun)
    return group_pages({shown: file}, set())[0]


def _examine_named_file(path: Path, shown: str) -> RecognizedFile:
    """Recognize a named file. Raises `CodegenError` if it is no source."""
    if reason := describe_binary_data(read_beginning(path)):
        raise failure(
            "source-unrecognised", f"this is {reason}", Span(path=shown), "name a file of text"
        )
    text = source.load(path, shown)
    if not text.text.strip():
        raise failure("source-unrecognised", "the file is empty", Span(path=shown), "name another")
    file = _recognize(text)
    if file is None:
        raise failure(
            "source-unrecognised",
            f"this is {describe_unknown_text(text.text)}",
            Span(path=shown, line=1, column=1),
            "`kubectl get --raw /openapi/v2` prints a document; pages come from the documentation site's repository",
        )
    return file


def _read_named_folder(path: Path, shown: str) -> FoundSource:
    search = SourceSearch(path, above=shown)
    sources = search.sources()
    if not sources:
        raise search.no_source_error()
    locales = {source.locale for source in sources}
    return FoundSource(
        path=shown, what=sources[0].what, locale=locales.pop() if len(locales) == 1 else ""
    )


class SourceSearch:
    """A search for sources in a folder.

    Documents are sources one by one, or together if their folder has nothing else. Pages are
    grouped by language. Files in the lists of earlier runs are no sources. `above` is the path of
    the folder in messages.
    """

    def __init__(self, folder: Path, above: str = "") -> None:
        self._folder = folder
        self._above = above
        self._skipped: list[str] = []
        self._written: list[str] = []
        self._listed: set[str] = set()  # files in lists of earlier runs
        self._unread: dict[str, PassedOver] = {}
        # Folders and sources whose names begin with a dot, which are not used.
        self._hidden_folders: set[str] = set()
        self._hidden_sources: set[str] = set()
        self._older: dict[str, str] = {}  # path of an older release -> path of the newest
        self.history: tuple[str, ...] = ()  # the releases of a single document

    def sources(self) -> tuple[FoundSource, ...]:
        """Return all sources. Raises `CodegenError` for a source that cannot be read."""
        documents: dict[str, str] = {}
        pages: dict[str, RecognizedFile] = {}
        errors: list[CodegenError] = []
        for path in self._find_paths():
            try:
                file = self._examine(path)
            except CodegenError as error:
                errors.append(error)
                continue
            if file is None:
                self._written.append(path)
            elif isinstance(file, PassedOver):
                self._unread[path] = file
            elif PurePosixPath(path).name.startswith("."):
                self._hidden_sources.add(path)
            elif file.is_page:
                pages[path] = file
            else:
                documents[path] = file.noun
        if errors:
            raise CodegenError(
                *(
                    replace(finding, hint=f"{finding.hint}; {_OTHER_WAY}")
                    for error in errors
                    for finding in error.diagnostics
                )
            )
        self._leave_out_generated_pages(pages)
        other_paths = {
            *documents,
            *self._written,
            *self._skipped,
            *self._hidden_folders,
            *self._hidden_sources,
            *self._disturbing_files(),
        }
        self._leave_out_older(documents)
        sources = group_files(documents, dict.fromkeys(documents, ""), other_paths.union(pages))
        return (*sources, *group_pages(pages, other_paths))

    def _examine(self, path: str) -> RecognizedFile | PassedOver | None:
        """Recognize a file, or tell why it is no source; return None for one that codegen wrote.

        Raises `CodegenError` for a broken source.
        """
        if not _is_yaml_text(path):
            return PassedOver(reason=f"{_NO_NAME}; rename it", is_expected=False)
        file = self._folder / path
        if opening.exists(file) and not opening.is_within(file, self._folder):
            return PassedOver(reason=_LEADS_OUT, is_expected=False)
        try:
            beginning = read_beginning(file)
        except OSError as error:
            reason = opening.describe_non_regular_file(file) or f"cannot be read: {error.strerror}"
            return PassedOver(reason=reason, is_expected=False)
        if has_mark(beginning):
            return None
        text = load_if_text(file, self._shown_path(path), path)
        if isinstance(text, PassedOver):
            return text
        recognized = _recognize(text)
        if recognized is None:
            return PassedOver(reason=describe_unknown_text(text.text))
        if recognized.language == UNDETERMINED:
            return PassedOver(reason="no locale file describes its language", is_expected=False)
        return recognized

    def _leave_out_generated_pages(self, pages: dict[str, RecognizedFile]) -> None:
        """Leave out pages of earlier runs, also where the list of their files was removed.

        Such a page has no mark, and its front matter is that of Kubernetes' pages. So a file with
        the mark has to be in the same folder beside the configuration.
        """
        folders = {path.partition("/")[0] for path in self._written if "/" in path}
        for path in list(pages):
            if path.partition("/")[0] not in folders:
                continue
            if is_generated_page(read_beginning(self._folder / path)):
                self._written.append(path)
                del pages[path]

    def _shown_path(self, path: str) -> str:
        if self._above:
            return f"{self._above}/{path}"
        return path

    def _disturbing_files(self) -> Iterator[str]:
        """Yield files that a run over their folder would report or stop at."""
        for path, unread in self._unread.items():
            if not unread.is_expected or is_named_like_source(PurePosixPath(path)):
                yield path

    def _leave_out_older(self, documents: dict[str, str]) -> None:
        """Leave out older releases of the same document, which would not fit the newest."""
        count = len(documents)
        for release in releases.group_releases(documents):
            *older, newest = release
            if len({documents[path] for path in release}) == 1:
                self.history = release if len(release) == count else ()
                self._older.update(dict.fromkeys(older, newest))
                for path in older:
                    del documents[path]

    def no_source_error(self) -> CodegenError:
        """Return the error of a folder without a source, with the reason of each file."""
        span = Span(path=self._above or ".")
        unread = {path: entry for path, entry in self._unread.items() if not _is_hidden(path)}
        unread.update(
            dict.fromkeys(
                self._written, PassedOver(reason="codegen wrote it: name it with --source")
            )
        )
        unread.update(dict.fromkeys(sorted(self._hidden_sources), _HIDDEN_SOURCE))
        unread.update(
            dict.fromkeys(
                self._skipped,
                PassedOver(reason="this folder is not searched: name a source there with --source"),
            )
        )
        hint = "save a page of kubernetes.io, an OpenAPI document or CustomResourceDefinitions here"
        hint += ", or name a file: codegen init --source PATH"
        hint += "; `codegen init --example` begins with a bundled page"
        message = "no file here is a source"
        if not unread:
            has_hidden = bool(self._unread or self._hidden_folders)
            message = "there is no file here" + (_APART_FROM_HIDDEN if has_hidden else "")
        findings = [
            Finding(
                rule="source-unrecognised",
                level=Level.ERR,
                message=reason,
                span=Span(path=self._shown_path(path)),
            )
            for path, reason in _summarize(unread)
        ]
        return CodegenError(*findings, *failure("source-empty", message, span, hint).diagnostics)

    def passed_over(self) -> Iterator[str]:
        """Yield a line for each path that was skipped or that somebody may expect to be read."""
        if self._skipped:
            yield f"{', '.join(self._skipped)}: not searched; name a source there with --source"
        for path, unread in self._unread.items():
            if not unread.is_expected and not _is_hidden(path):
                yield f"{path}: {unread.reason}"
        if self._older:
            path, newest = next(iter(self._older.items()))
            if len(self._older) > 1:
                more = f", and {count_noun(len(self._older) - 1, 'more older file')}"
            else:
                more = ""
            yield f"{path}: an older release of {newest}{more}"
        if self._written:
            yield f"{count_noun(len(self._written), 'file')} that codegen wrote"

    def other_files(self) -> Iterator[str]:
        """Yield lines for the files that nobody expects to be read, such as code and pictures."""
        expected = {path: unread for path, unread in self._unread.items() if unread.is_expected}
        for path, reason in _summarize(expected):
            yield f"{path}: {reason}"

    def _find_paths(self) -> Iterator[str]:
        """Yield the paths of all files that an earlier run has not written."""
        for number, file in enumerate(self._walk(), start=1):
            if number > MAX_FILES:
                raise failure(
                    "init-too-many-files",
                    f"there are more than {MAX_FILES} files",
                    Span(path=self._above or "."),
                    "name the source: codegen init --source PATH",
                )
            path = file.relative_to(self._folder).as_posix()
            if path in self._listed:
                self._written.append(path)
            else:
                yield path

    def _walk(self) -> Iterator[Path]:
        """Yield the files of all folders that may have sources, and read the lists of earlier runs."""
        for place, folders, names in os.walk(self._folder):
            folder = Path(place)
            relative = folder.relative_to(self._folder)
            searched = []
            for name in sorted(folders):
                if name.startswith(".") or name == "__pycache__":
                    self._hidden_folders.add((relative / name).as_posix())
                elif (
                    len(relative.parts) >= _MAX_DEPTH
                    or name in _SKIPPED
                    or is_foreign_folder(folder / name)
                ):
                    self._skipped.append((relative / name).as_posix())
                else:
                    searched.append(name)
            folders[:] = searched
            for name in sorted(names):
                if name.startswith(manifest.NAME) and (text := read_text(folder, name)) is not None:
                    self._listed |= {
                        (relative / path).as_posix() for path in manifest.parse_manifest(text)
                    }
            yield from (folder / name for name in sorted(names))


def _is_yaml_text(path: str) -> bool:
    return re.search("[\ud800-\udfff]", path) is None


def _is_hidden(path: str) -> bool:
    return PurePosixPath(path).name.startswith(".")


def _summarize(unread: Mapping[str, PassedOver]) -> Iterable[tuple[str, str]]:
    """Return each path with its reason.

    Many are counted by name ending and reason, with the first path.
    """
    if len(unread) <= _MOST_NAMED:
        return [(path, entry.reason) for path, entry in unread.items()]
    groups: dict[tuple[str, str], list[str]] = {}
    for path, entry in unread.items():
        groups.setdefault((PurePosixPath(path).suffix, entry.reason), []).append(path)
    summary = []
    for (ending, reason), paths in groups.items():
        if len(paths) > 1:
            more = count_noun(len(paths) - 1, "more file")
        else:
            more = ""
        counted = f", as {more} *{ending}" if more else ""
        summary.append((paths[0], f"{reason}{counted}"))
    return summary


def _recognize(text: Source) -> RecognizedFile | None:
    """Recognize the form and the language of a text."""
    form = registry.recognize_form(text)
    if form is None:
        return None
    if not isinstance(form, Layout):
        return RecognizedFile(noun=form.noun)
    language = SHIPPED.detect(text.text)
    named = detection.language_of_path(text.path, SHIPPED.available())
    return RecognizedFile(noun=form.noun, is_page=True, language=language, named_language=named)
