"""Reading of source files and folders into one Reference.

A source is a page, an OpenAPI document, a file of CustomResourceDefinitions, or a folder of these.
The text of a file decides its form.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import opening
from codegen.core.detection import UNDETERMINED
from codegen.core.diagnostics import (
    CodegenError,
    Finding,
    Level,
    Report,
    SourceError,
    Span,
    count_noun,
    failure,
)
from codegen.core.locales import ENGLISH, SHIPPED, Languages
from codegen.core.name_lists import list_first
from codegen.core.source import FILES_READ, Source, decode, read_data
from codegen.model import Reference, selection
from codegen.readers import registry
from codegen.readers.damaged_text import refuse_merge_conflict, refuse_page_numbers
from codegen.readers.form import DocumentForm, Layout
from codegen.readers.link import Listener, link
from codegen.readers.merge import merge
from codegen.readers.page_tree import (
    DocumentedNames,
    PageTree,
    documented_keys,
    inline_shared_objects,
)
from codegen.readers.shared.front_matter import find_front_matter
from codegen.readers.shared.missing_kind import restore_kind
from codegen.readers.source_files import (
    DOCUMENT_ENDINGS,
    PassedOver,
    load_if_text,
    walk_files,
)
from codegen.readers.unreadable_text import (
    HEAD_BYTES,
    describe_format,
    describe_unknown_text,
    find_enclosing_text,
)

# The language in the path of a page of a documentation site.
_LANGUAGE_FOLDER = re.compile(r"(?:^|/)content/(?P<tag>[a-z]{2,3}(?:-[a-z]{2,4})?)(?=/|$)")
_BEGINS_WITH_METADATA = re.compile(r"\s*---\s[\s\S]{0,2000}?api_metadata:")
_SHOWN = 3  # the most files that a message names

Progress = Callable[[int, int], None]


class SourcePath(Struct, frozen=True, kw_only=True):
    """A configured source, with its path, display name, locale and location.

    `outputs` are files of the project itself, its configuration and what it wrote. They are not
    read as parts of a folder. Links in a folder may lead to other files of it, and to those of the
    folder `project`. `unproven` files are in lists without digests: they are not read either, and
    reported. A `stream` is read instead of the path, once. `codegen update` fetches a source that
    `is_fetched`.
    """

    path: Path
    display_path: str
    locale: str = ""
    place: Span | None = None
    outputs: frozenset[Path] = frozenset()
    unproven: frozenset[Path] = frozenset()
    stream: BinaryIO | None = None
    project: Path | None = None
    is_fetched: bool = False

    @classmethod
    def of(cls, location: Location, *, locale: str = "") -> SourcePath:
        """Return a source for a path, displayed as written."""
        if isinstance(location, SourcePath):
            return location
        return cls(path=Path(location), display_path=str(location), locale=locale)

    @property
    def folders(self) -> Sequence[Path]:
        """The folders to whose files links of this source may lead."""
        if self.project is None:
            return [self.path]
        return [self.path, self.project]

    def refuse_link(self) -> None:
        """Raise `CodegenError` for a path in a project that leads out of it by a link."""
        written = Path(os.path.normpath(self.path))
        if self.project is None or not written.is_relative_to(self.project):
            return  # named on the command line, or outside of the project on purpose
        if not opening.is_within(self.path, self.project):
            raise failure(
                "link-leads-out",
                "this source is a symbolic link that leads out of the project, and is not read",
                Span(path=self.display_path),
                "replace the link with what it leads to, or name that as the source",
            )

    def find_files(self, pattern: str) -> Iterator[SourcePath]:
        """Yield the file itself, or the files of a folder by path."""
        self.refuse_link()
        if not opening.is_folder(self.path):
            yield self
            return
        for file in sorted(
            file for file in self.path.rglob(pattern) if not opening.is_folder(file)
        ):
            display_path = (
                f"{self.display_path.rstrip('/')}/{file.relative_to(self.path).as_posix()}"
            )
            yield SourcePath(path=file, display_path=display_path, locale=self.locale)


Location = str | Path | SourcePath


def read(
    *locations: Location,
    locale: str = "",
    select: Sequence[str] = (),
    languages: Languages = SHIPPED,
    report: Report | None = None,
    progress: Progress | None = None,
) -> Reference:
    """Read pages, OpenAPI documents, CustomResourceDefinitions and folders of them into one
    reference.

    Args:
        locations: Paths of files and folders, or `SourcePath`s, each with its own language.
        locale: The language of the pages; default: detected by paths and letters.
        select: Patterns of definitions, such as `apps/v1/Deployment` and `!*List`; default: everything. Types that they need are added.
        languages: The languages of a project (`Config.languages`); default: the bundled ones.
        report: Receives the findings of reading, also before an exception. The reference has them as `diagnostics` too.
        progress: Called with the number of files read so far, and of all.

    Raises `CodegenError` for unreadable sources. Errors in a page do not raise: they are in
    `diagnostics`.

    """
    report = Report() if report is None else report
    paths = [SourcePath.of(location, locale=locale) for location in locations]
    reference = read_sources(paths, report, progress, languages=languages)
    if select:
        reference = selection.select(reference, [selection.pattern(text) for text in select])
    return replace(reference, diagnostics=report.diagnostics)


def read_sources(
    paths: Sequence[SourcePath],
    report: Report,
    progress: Progress | None = None,
    listener: Listener | None = None,
    *,
    languages: Languages = SHIPPED,
) -> Reference:
    """Read all sources into one Reference. Raises `CodegenError` for unreadable sources.

    `languages` give the words of the layouts. `listener` receives every description of the pages,
    while a Reference keeps one for each id. Findings go to the report. An error about a structure
    that a more exact source has too becomes a warning.
    """
    files = [(source, file, relative) for source in paths for file, relative in _find_files(source)]
    reader = _SourceReader(languages)
    for count, (source, file, relative) in enumerate(files, 1):
        reader.read_file(source, file, relative)
        if progress is not None:
            progress(count, len(files))
    reader.report_skipped_files()
    reader.report_unknown_languages()
    if not reader.trees and not reader.documents:
        report.extend(reader.report.diagnostics)  # they say why no file is a source
        if report.has_errors:
            raise SourceError(*report.diagnostics)
        raise failure(
            "source-empty",
            "no reference page, OpenAPI document or CustomResourceDefinition was found",
            Span(path=paths[0].display_path if paths else "."),
            "name a page, an OpenAPI document, a file of CustomResourceDefinitions, or a folder of them",
        )
    reference = reader.link_and_merge(listener)
    report.extend(reader.finalize_diagnostics(whole=len(files) > 1))
    return reference


class _SourceReader:
    """A reader that collects pages, documents and skipped files with the reasons."""

    def __init__(self, languages: Languages) -> None:
        self.languages = languages
        self.trees: list[PageTree] = []
        self.documents: list[Reference] = []
        self.report = Report()
        self.skipped: list[tuple[str, str]] = []
        self.foreign: list[str] = []

    def read_file(self, source: SourcePath, file: Path, relative: str) -> None:
        """Read a file, or note why it is skipped.

        A file of a folder, which has a relative path, need not be a source.
        """
        if relative:
            shown = f"{source.display_path.rstrip('/')}/{relative}"
        else:
            shown = source.display_path
        if relative and self._refuse_file(source, file, shown):
            return
        text = _load_file(source, file, relative, shown)
        if isinstance(text, PassedOver):
            if not text.is_expected:
                self.skipped.append((shown, text.reason))
            return
        failed: list[Finding] = []  # of plug-ins, and reported only for a page in an unknown layout
        form = registry.recognize_form(text, failed)
        if relative and form is not None:
            FILES_READ.info("%s", shown)
        if form is not None:
            self._read_text(form, text, source.locale)
        elif not relative:
            refuse_merge_conflict(text)
            raise CodegenError(*_unrecognised_error(text).diagnostics, *failed)
        elif _BEGINS_WITH_METADATA.match(text.text) or (
            (head := find_front_matter(text.text)) and head[0].kind
        ):
            self.report.warning(
                "source-unrecognised",
                "the layout of this page is not known; the page is left out",
                text.span(0),
                "codegen reads the layouts `list` and `table`; see CONTRIBUTING for how to add a layout",
            )
            for fault in failed:
                self.report.warning("plugin-broken", fault.message, fault.span, fault.hint)
        elif file.suffix.lower() in DOCUMENT_ENDINGS:
            self.skipped.append((shown, ""))

    def _read_text(self, form: DocumentForm | Layout, text: Source, locale: str) -> None:
        refuse_merge_conflict(text)
        if isinstance(form, DocumentForm):
            self.documents.append(form.read(text, self.report, locale or ENGLISH))
        else:
            self._read_page(form, text, locale)

    def _read_page(self, layout: Layout, text: Source, locale: str) -> None:
        """Read a page, by default in the language of its text."""
        refuse_page_numbers(text)
        tag = locale or self.languages.detect(text.text, text.path)
        if tag == UNDETERMINED:
            self.foreign.append(text.path)
            return
        tree = layout.read(text, self.languages.get(tag), self.report)
        named = restore_kind(tree, text, self.report)
        if named is not None:
            self.trees.append(inline_shared_objects(named, self.report))

    def _refuse_file(self, source: SourcePath, file: Path, display_path: str) -> bool:
        """Report a file of a folder that is not read for its path alone."""
        if file in source.unproven:
            self.skipped.append(
                (display_path, "a list of generated files has it, without a digest")
            )
            return True
        return file.is_symlink() and self._refuse_link(source, file, display_path)

    def _refuse_link(self, source: SourcePath, file: Path, display_path: str) -> bool:
        """Report a link that is not followed: one to a folder, or out of the project and of the
        folder of the source.
        """
        hint = "replace the link with what it leads to, or name that as a source"
        if not any(opening.is_within(file, folder) for folder in source.folders):
            message = "this symbolic link leads out of the project, and is not read"
            self.report.warning("link-leads-out", message, Span(path=display_path), hint)
            return True
        if opening.is_folder(file):
            message = "this symbolic link leads to a folder, and is not followed"
            self.report.warning("link-to-folder", message, Span(path=display_path), hint)
            return True
        return False

    def report_skipped_files(self) -> None:
        """Report skipped files in one warning.

        Without documents, only empty and irregular files are reported.
        """
        skipped = [(path, why) for path, why in self.skipped if why or self.documents]
        if not skipped:
            return
        described = tuple(f"{path} ({why})" if why else path for path, why in skipped)
        names = list_first(described, _SHOWN)
        self.report.warning(
            "file-passed-over",
            f"{count_noun(len(skipped), 'file is', 'files are')} passed over: {names}",
            Span(path=skipped[0][0], line=1, column=1),
            "nothing to do, if it is neither an OpenAPI document nor a file of CustomResourceDefinitions",
            id=skipped[0][0],
            arguments=tuple(path for path, _ in skipped),
        )

    def report_unknown_languages(self) -> None:
        """Warn of pages in a language without a locale file, which are left out."""
        if not self.foreign:
            return
        folder = _LANGUAGE_FOLDER.search(self.foreign[0])
        tag = folder["tag"] if folder else "<tag>"
        pages = count_noun(len(self.foreign), "page, which is", "pages, which are")
        self.report.warning(
            "language-unknown",
            f"no locale file describes the language of {pages} left out",
            Span(path=self.foreign[0]),
            id=self.foreign[0],
            arguments=tuple(self.foreign),
            hint=f"add templates/locales/{tag}.toml, laid out as codegen's own en.toml, with `templates: templates` and {tag} in "
            f"`locales`; or name the language of the source: `locale: {tag}`",
        )

    def link_and_merge(self, listener: Listener | None) -> Reference:
        """Link pages by layout and locale against all pages, and merge them with the most exact
        first.
        """
        index = DocumentedNames(
            sorted(self.trees, key=_tree_rank),
            [key for document in self.documents for key in document.definitions],
        )
        groups: dict[tuple[int, str, str], list[PageTree]] = {}
        for tree in self.trees:
            groups.setdefault((_tree_rank(tree), tree.layout, tree.locale), []).append(tree)
        linked = [link(groups[group], self.report, index, listener) for group in sorted(groups)]
        return merge([*self.documents, *linked], self.report)

    def finalize_diagnostics(self, *, whole: bool) -> Iterator[Finding]:
        """Lower errors to warnings on pages whose absence would not matter.

        These are pages with nothing but their head in a source of several files, and pages whose
        definitions a more exact source has.
        """
        known_keys = {key for document in self.documents for key in document.definitions}
        tolerated = {
            tree.span.path
            for tree in self.trees
            if whole and not tree.sections and not tree.operations
        }
        for _, trees in groupby(sorted(self.trees, key=_tree_rank), key=_tree_rank):
            keys = {tree.span.path: documented_keys(tree) for tree in trees}
            tolerated |= {
                path for path, documented in keys.items() if documented and documented <= known_keys
            }
            known_keys |= set().union(*keys.values())
        for diagnostic in self.report.diagnostics:
            is_lowered = diagnostic.level is Level.ERR and diagnostic.span.path in tolerated
            yield replace(diagnostic, level=Level.WARN) if is_lowered else diagnostic


def _tree_rank(tree: PageTree) -> int:
    """Return the exactness of a page by its form and language. Lower is more exact."""
    return registry.get(tree.layout).exactness + (tree.locale != ENGLISH)


def _load_file(
    source: SourcePath, file: Path, relative: str, display_path: str
) -> Source | PassedOver:
    """Read a file of a folder, which has a relative path, or a source itself."""
    if relative:
        return load_if_text(file, display_path, relative)
    FILES_READ.info("%s", display_path)
    data = read_data(source.stream or file, display_path)
    if format_name := describe_format(data[:HEAD_BYTES]):
        raise failure(
            "source-unrecognised",
            f"this is {format_name}",
            Span(path=display_path),
            "name a file of text",
        )
    return Source(decode(data, display_path), display_path, file.name)


def _unrecognised_error(text: Source) -> CodegenError:
    message = f"this is {describe_unknown_text(text.text)}"
    enclosing = find_enclosing_text(text.text)
    return failure(
        "source-unrecognised",
        message if text.text.strip() else "the file is empty",
        text.span(enclosing.offset if enclosing is not None else 0),
        "expected front matter with api_metadata and sections `## Kind {#Kind}`, an OpenAPI document (swagger: 2.0, openapi: 3.x), "
        "a JSON Schema with `$schema` or `$defs`, or manifests of apiextensions.k8s.io/v1; pages of the layout `plain` are written but not read",
    )


def _find_files(source: SourcePath) -> Iterator[tuple[Path, str]]:
    """Yield the files of a source in a fixed order, with their paths below it.

    A single file has none.
    """
    if source.stream is not None:
        yield source.path, ""
        return
    source.refuse_link()
    if not opening.exists(source.path):
        raise missing_source_error(source)
    if not opening.is_folder(source.path):
        yield source.path, ""
        return
    for file in walk_files(source.path):
        if file not in source.outputs:
            yield file, file.relative_to(source.path).as_posix()


def missing_source_error(source: SourcePath) -> CodegenError:
    """Return the error of a missing source."""
    hint = "check the path; relative ones start at codegen.yaml, or at the current folder on the command line"
    if re.match(r"[a-z]+:/", source.display_path):
        hint = "URLs are not fetched: download the file and name it here"
    elif "\\" in source.display_path:
        slashes = source.display_path.replace("\\", "/")
        hint = f"a backslash separates no folders here: write {slashes}"
    elif source.is_fetched:
        hint = "fetch it: codegen update"
    return failure(
        "source-missing",
        f"there is no file or folder {source.display_path!r}",
        source.place or Span(path=source.display_path),
        hint,
        arguments=(source.display_path,),
    )


def find_file(paths: Iterable[SourcePath], display_path: str) -> Path | None:
    """Return the file with this display name, or None."""
    for source in paths:
        if display_path == source.display_path:
            return source.path
        if display_path.startswith(start := f"{source.display_path.rstrip('/')}/"):
            return source.path / display_path.removeprefix(start)
    return None
