"""Reading of source files and folders into one Reference.

A source is a page, an OpenAPI document, a file of CustomResourceDefinitions, or a folder of those. What a file is can be seen from its text alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import opening
from codegen.core.detection import UNDETERMINED
from codegen.core.diagnostics import CodegenError, Finding, Level, Report, Span, failure
from codegen.core.locales import ENGLISH, SHIPPED, Languages
from codegen.core.source import Source, load
from codegen.model import Reference, selection
from codegen.readers import registry
from codegen.readers.form import DocumentForm, Layout
from codegen.readers.link import Listener, link
from codegen.readers.merge import merge, rank
from codegen.readers.page_tree import PageIndex, PageTree, documented_keys
from codegen.readers.shared.front_matter import find_front_matter

PAGE_ENDINGS = (".md", ".markdown", ".txt")
DOCUMENT_ENDINGS = (".json", ".yaml", ".yml")

# A language as the folders of a documentation site name it.
_LANGUAGE_FOLDER = re.compile(r"(?:^|/)content/(?P<tag>[a-z]{2,3}(?:-[a-z]{2,4})?)(?=/|$)")
_SHOWN = 3  # files that one message names

Progress = Callable[[int, int], None]


class SourcePath(Struct, frozen=True, kw_only=True):
    """A configured source, with its path, display name, locale and location.

    `outputs` are files that the project wrote: a folder of sources may hold them, and they are not read.
    """

    path: Path
    shown: str
    locale: str = ""
    place: Span | None = None
    outputs: frozenset[Path] = frozenset()

    @classmethod
    def of(cls, location: Location, *, locale: str = "") -> SourcePath:
        """Return a source for a path, displayed as written."""
        return (
            location
            if isinstance(location, SourcePath)
            else cls(path=Path(location), shown=str(location), locale=locale)
        )


Location = str | Path | SourcePath


def read(
    *locations: Location,
    locale: str = "",
    select: Sequence[str] = (),
    languages: Languages = SHIPPED,
    report: Report | None = None,
    progress: Progress | None = None,
) -> Reference:
    """Read pages, OpenAPI documents, CustomResourceDefinitions and folders of them into one reference.

    Args:
        locations: Paths of files and folders, or `SourcePath`s, which may each have a language of its own.
        locale: The tag of the language of the pages, where it is not seen from their paths or letters.
        select: Patterns of what is wanted, with the types that it needs, instead of everything: `apps/v1/Deployment`, `!*List`.
        languages: Those of a project (`Config.languages`) instead of those that ship.
        report: Receives what is found while reading, also before an exception; the reference has the same as `diagnostics`.
        progress: Called with the number of files that are read, and of all.

    Raises `CodegenError` for what cannot be read at all. Errors in a page do not raise: they are in `diagnostics`.

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
    """Read all sources into one Reference. Raises `CodegenError` for what cannot be read at all.

    `languages` have the words that pages are read by. `listener` hears every description of the pages, of which a Reference keeps one
    for each id. Findings go to the report; an error about structure that a more exact source has as well is only a warning.
    """
    odd: list[tuple[str, str]] = []
    files = [(source, file, relative) for source in paths for file, relative in _files(source, odd)]
    trees: list[PageTree] = []
    documents: list[Reference] = []
    found = Report()
    passed: list[Source] = []
    for count, (source, file, relative) in enumerate(files):
        if progress is not None:
            progress(count, len(files))
        text = load(file, _display_path(source, relative), relative or file.name)
        _read_one(source, text, relative, languages, trees, documents, found, passed)
    if progress is not None:
        progress(len(files), len(files))
    if not trees and not documents:
        _report_skipped_files([*odd, *_skipped_files(passed, has_documents=False)], found)
        report.extend(found.diagnostics)  # why none of the files is a source
        raise failure(
            "source-empty",
            "no reference page, OpenAPI document or CustomResourceDefinition was found",
            Span(path=paths[0].shown if paths else "."),
            "name a page, an OpenAPI document, a file of CustomResourceDefinitions, or a folder of them",
        )
    reference = _link_and_merge(trees, documents, found, listener)
    _report_skipped_files([*odd, *_skipped_files(passed, bool(documents))], found)
    _report_unknown_languages(trees, found)
    report.extend(_finalize_diagnostics(found.diagnostics, _tolerated_pages(trees, documents), whole=len(files) > 1))
    return reference


def _read_one(
    source: SourcePath,
    text: Source,
    relative: str,
    languages: Languages,
    trees: list[PageTree],
    documents: list[Reference],
    report: Report,
    passed: list[Source],
) -> None:
    failed: list[Finding] = []  # of layouts of other packages: reported only if one may have been for this page
    form = registry.recognize_form(text, failed)
    if isinstance(form, DocumentForm):
        documents.append(form.read(text, report, source.locale or ENGLISH))
    elif isinstance(form, Layout):
        if (conflict := _conflict(text.text)) >= 0:
            raise failure(
                "merge-unresolved",
                "the file contains an unresolved merge conflict",
                text.span(conflict),
                "resolve it: keep one of the two sides, and remove the lines that begin with <, = and >",
            )
        locale = languages.get(source.locale or languages.detect(text.text, text.path))
        trees.append(form.read(text, locale, report))
    elif not relative:
        what = (
            "the file is empty"
            if not text.text.strip()
            else "this is not a reference page, an OpenAPI document or a CustomResourceDefinition"
        )
        unrecognised = failure(
            "source-unrecognised",
            what,
            Span(path=text.path, line=1, column=1),
            "expected front matter with api_metadata and sections `## Kind {#Kind}`, an OpenAPI document (swagger: 2.0, openapi: 3.x), "
            "or manifests of apiextensions.k8s.io/v1; pages of the layout `plain` are written but not read",
        )
        raise CodegenError(*unrecognised.diagnostics, *failed)
    elif _claims_a_kind(text):
        report.warning(
            "source-unrecognised",
            "the layout of this page is not known; the page is left out",
            Span(path=text.path, line=1, column=1),
            "codegen reads the layouts `list` and `table`; see CONTRIBUTING for how to add a layout",
        )
        for fault in failed:
            report.warning("plugin-broken", fault.message, fault.span, fault.hint)
    elif not text.text.strip() or (
        relative.lower().endswith(DOCUMENT_ENDINGS) and not _is_own_configuration(source, text)
    ):
        passed.append(text)


def _is_own_configuration(source: SourcePath, text: Source) -> bool:
    """Return whether a file is the configuration naming its own folder."""
    return source.place is not None and Path(source.place.path) == Path(text.path)


def _skipped_files(passed: Iterable[Source], has_documents: bool) -> Iterator[tuple[str, str]]:
    """Yield the path of each file that is reported as passed over, and why: an empty one, and beside documents any other."""
    for text in passed:
        if not text.text.strip():
            yield text.path, "it is empty"
        elif has_documents:
            yield text.path, ""


def _report_unknown_languages(trees: Iterable[PageTree], report: Report) -> None:
    """Warn of pages whose texts no output can use, since no locale file describes their language."""
    pages = [tree for tree in trees if tree.locale == UNDETERMINED]
    if not pages:
        return
    folder = _LANGUAGE_FOLDER.search(pages[0].span.path)
    tag = folder["tag"] if folder else "<tag>"
    report.warning(
        "language-unknown",
        f"no locale file describes the language of {'this page' if len(pages) == 1 else f'{len(pages)} pages'}; "
        "the structure is read, the texts are left out",
        Span(path=pages[0].span.path),
        f"add templates/locales/{tag}.toml, laid out as codegen's own en.toml, with `templates: templates` and {tag} in "
        f"`locales`; or name the language of the source: `locale: {tag}`",
    )


def _report_skipped_files(passed: list[tuple[str, str]], report: Report) -> None:
    """Report skipped files in one warning."""
    if not passed:
        return
    names = ", ".join(f"{path} ({why})" if why else path for path, why in passed[:_SHOWN])
    more = f" and {len(passed) - _SHOWN} more" if len(passed) > _SHOWN else ""
    report.warning(
        "file-passed-over",
        f"{len(passed)} file{'s are' if len(passed) > 1 else ' is'} passed over: {names}{more}",
        Span(path=passed[0][0], line=1, column=1),
        "nothing to do, if it is neither an OpenAPI document nor a file of CustomResourceDefinitions",
    )


def _conflict(text: str) -> int:
    """Return the offset of an unresolved merge conflict, or -1."""
    at = 0 if text.startswith("<<<<<<< ") else text.find("\n<<<<<<< ") + 1
    return at if (at or text.startswith("<<<<<<< ")) and text.find("\n>>>>>>> ", at) >= 0 else -1


def _claims_a_kind(text: Source) -> bool:
    """Return whether a page's head names a kind."""
    if "api_metadata:" in text.text[:2000]:
        return True
    found = find_front_matter(text.text)
    return found is not None and bool(found[0].kind)


def _link_and_merge(
    trees: list[PageTree], documents: list[Reference], report: Report, listener: Listener | None
) -> Reference:
    """Link pages by layout and locale against all pages, and merge, the most exact first."""
    exact = [key for document in documents for key in document.definitions]
    index = PageIndex(sorted(trees, key=lambda tree: rank(tree.layout, tree.locale)), exact)
    groups: dict[tuple[int, str, str], list[PageTree]] = {}
    for tree in trees:
        groups.setdefault((rank(tree.layout, tree.locale), tree.layout, tree.locale), []).append(tree)
    linked = [link(groups[group], report, index, listener) for group in sorted(groups)]
    return merge([*documents, *linked], report)


def _finalize_diagnostics(found: Iterable[Finding], covered: set[str], *, whole: bool) -> Iterator[Finding]:
    """Deduplicate diagnostics and lower the severity of tolerated errors.

    A page of a whole tree may be nothing but its head, which is not an error: it is left out with a warning.
    """
    unknown: set[str] = set()
    for diagnostic in found:
        if diagnostic.rule in ("type-undocumented", "plugin-broken"):
            if diagnostic.message in unknown:
                continue
            unknown.add(diagnostic.message)
        empty = whole and diagnostic.rule == "page-empty"
        if diagnostic.level is Level.ERR and (empty or diagnostic.span.path in covered):
            yield replace(diagnostic, level=Level.WARN)
        else:
            yield diagnostic


def _tolerated_pages(trees: Iterable[PageTree], documents: Iterable[Reference]) -> set[str]:
    """Return the pages whose errors do not prevent output.

    A more exact source documents all that they do, so that they give words only; or nobody knows the words of their language.
    """
    trees = tuple(trees)
    known = {key for document in documents for key in document.definitions}
    ranks: dict[int, list[PageTree]] = {}
    for tree in trees:
        ranks.setdefault(rank(tree.layout, tree.locale), []).append(tree)
    covered = {tree.span.path for tree in trees if tree.locale == UNDETERMINED}
    for number in sorted(ranks):
        keys = {tree.span.path: documented_keys(tree) for tree in ranks[number]}
        covered |= {path for path, documented in keys.items() if documented and documented <= known}
        known |= set().union(*keys.values())
    return covered


def _files(source: SourcePath, odd: list[tuple[str, str]] | None = None) -> Iterator[tuple[Path, str]]:
    """Yield the files of a source in a fixed order. A single file has no relative path.

    `odd` receives what is named like one and is no file, as links that lead nowhere and named pipes are, with the reason.
    """
    if not opening.exists(source.path):
        raise missing_source_error(source)
    if not opening.is_folder(source.path):
        yield source.path, ""
        return
    for file in sorted(source.path.rglob("*"), key=lambda path: path.relative_to(source.path).as_posix()):
        # A name may begin with a dot: that of the document of `/.well-known` does. macOS writes `._NAME` beside files, which is no text.
        if file.suffix.lower() not in (*PAGE_ENDINGS, *DOCUMENT_ENDINGS) or file.name.startswith("._"):
            continue
        relative = file.relative_to(source.path).as_posix()
        if file in source.outputs:
            continue
        if file.is_file():
            yield file, relative
        elif odd is not None and (why := opening.describe_non_regular_file(file)):
            odd.append((_display_path(source, relative), why))


def missing_source_error(source: SourcePath) -> CodegenError:
    """Return the error of a missing source."""
    address = re.match(r"[a-z]+:/", source.shown) is not None
    return failure(
        "source-missing",
        f"there is no file or folder {source.shown!r}",
        source.place or Span(path=source.shown),
        "URLs are not fetched: download the file and name it here"
        if address
        else "check the path; relative ones start at codegen.yaml, or at the current folder on the command line",
    )


def _display_path(source: SourcePath, relative: str) -> str:
    return f"{source.shown.rstrip('/')}/{relative}" if relative else source.shown


def find_file(paths: Iterable[SourcePath], shown: str) -> Path | None:
    """Return the file with this display name, or None."""
    for source in paths:
        if shown == source.shown:
            return source.path
        if shown.startswith(start := f"{source.shown.rstrip('/')}/"):
            return source.path / shown.removeprefix(start)
    return None
