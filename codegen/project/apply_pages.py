"""Brings translated pages up to date with English ones, in place."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from difflib import unified_diff
from pathlib import Path, PurePosixPath

from msgspec import Struct

from codegen.core import opening
from codegen.core.diagnostics import Finding, Level, Report, SourceError, Span, failure
from codegen.core.line_ends import encode_like
from codegen.core.locales import ENGLISH, SHIPPED, Languages, Locale
from codegen.core.source import Source, decode, load, read_data
from codegen.core.writing import write_all
from codegen.model import Reference
from codegen.project.config.configuration import load as load_config
from codegen.project.emit import generate
from codegen.readers import registry
from codegen.readers.damaged_text import refuse_merge_conflict
from codegen.readers.form import DocumentForm
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation import po
from codegen.translation.pages.list_parts import find_parts
from codegen.translation.pages.page_comparison import PageVersion
from codegen.translation.pages.page_parts import PagePart, PartKind, fold_english
from codegen.translation.pages.page_update import FoundTranslation, OpenText, update_page

_LIST = "list"
_COMPANIONS = {"toc": "toc.yaml", "fields": "fields.yaml"}  # of a document, as upstream names them


class AppliedPage(Struct, frozen=True, kw_only=True):
    """A page with its bytes before and after, and what an update of it left open."""

    shown: str
    path: Path
    before: bytes
    after: bytes
    open_texts: tuple[OpenText, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether the update changes the page."""
        return self.before != self.after

    def format_diff(self) -> str:
        """Return the changes as a unified diff."""
        old, new = (
            Source(decode(data, self.shown), self.shown).text.splitlines(keepends=True)
            for data in (self.before, self.after)
        )
        lines = unified_diff(old, new, f"a/{self.shown}", f"b/{self.shown}")
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in lines
        )


class AppliedPages(Struct, frozen=True, kw_only=True):
    """The updates of some pages, which `write` puts in place."""

    pages: tuple[AppliedPage, ...]

    @property
    def changed_pages(self) -> tuple[AppliedPage, ...]:
        """The pages that change."""
        return tuple(page for page in self.pages if page.is_changed)

    def write(self) -> None:
        """Write all changed pages, or none. Raises `CodegenError`."""
        paths = {page.path: page.after for page in self.changed_pages}
        if not paths:
            return
        root = _common_folder(list(paths))
        write_all(root, {path.relative_to(root).as_posix(): data for path, data in paths.items()})


def _common_folder(paths: Sequence[Path]) -> Path:
    folder = paths[0].parent
    while not all(path.is_relative_to(folder) for path in paths):
        folder = folder.parent
    return folder


def apply_pages(
    pages: Sequence[SourcePath],
    target: SourcePath,
    locale: str,
    catalog: SourcePath | None = None,
    *,
    languages: Languages = SHIPPED,
) -> AppliedPages:
    """Update translated pages to an English page, a folder of pages or an OpenAPI document.

    Texts come from the confirmed translations of a catalog. Raises `CodegenError` for unreadable
    input, before any page is changed.
    """
    language = languages.get(locale)
    english = _read_english(target, languages)
    entries: Mapping[str, po.Entry] = {}
    if catalog is not None:
        entries = po.open_catalog(catalog.path, locale, catalog.display_path).entries
    translations = Translations(english.reference, entries)
    return AppliedPages(
        pages=tuple(_apply_page(page, english, translations, language) for page in pages)
    )


class EnglishPages(Struct, frozen=True, kw_only=True):
    """The English pages by their path, and the reference that they document."""

    pages: Mapping[str, Source]
    reference: Reference

    def find(self, path: Path) -> Source | None:
        """Return the page for a translated one: the only one, or that with the longest common end.

        Returns None if several are alike.
        """
        if len(self.pages) == 1:
            return next(iter(self.pages.values()))
        translated = PurePosixPath(path.as_posix())
        counts = {name: _count_common_parts(PurePosixPath(name), translated) for name in self.pages}
        most = max(counts.values(), default=0)
        names = [name for name, count in counts.items() if count == most]
        if most == 0 or len(names) > 1:
            return None
        return self.pages[names[0]]


def _count_common_parts(first: PurePosixPath, second: PurePosixPath) -> int:
    """Count the equal names at the ends of two paths. A language in a file name does not count."""
    count = 0
    names = (_without_language(first), _without_language(second))
    for first_part, second_part in zip(reversed(names[0]), reversed(names[1]), strict=False):
        if first_part != second_part:
            break
        count += 1
    return count


def _without_language(path: PurePosixPath) -> tuple[str, ...]:
    return (*path.parent.parts, path.name.partition(".")[0])


def _read_english(target: SourcePath, languages: Languages) -> EnglishPages:
    """Read the English pages of a source, or write them for a document."""
    report = Report()
    reference = read_sources([target], report, languages=languages)
    if report.has_errors:
        raise SourceError(*report.diagnostics)
    if not opening.is_folder(target.path):
        source = load(target.path, target.display_path)
        if isinstance(registry.recognize_form(source), DocumentForm):
            return EnglishPages(pages=_write_english_pages(target), reference=reference)
        return EnglishPages(pages={target.path.name: source}, reference=reference)
    pages: dict[str, Source] = {}
    for file in target.find_files("*.md"):
        source = load(file.path, file.display_path)
        form = registry.recognize_form(source)
        if form is not None and form.name == _LIST:
            pages[file.path.relative_to(target.path).as_posix()] = source
    if not pages:
        raise failure(
            "no-english",
            "the source has no English pages of the list layout",
            Span(path=target.display_path),
            "name an English page, a folder of them, or an OpenAPI document",
        )
    return EnglishPages(pages=pages, reference=reference)


def _write_english_pages(document: SourcePath) -> dict[str, Source]:
    """Write the pages of a document in memory, in the order of the tables of contents beside it."""
    output: dict[str, str] = {"target": "docs", "layout": _LIST, "to": "pages"}
    for option, name in _COMPANIONS.items():
        beside = document.path.resolve().with_name(name)
        if beside.is_file():
            output[option] = str(beside)
    if "toc" not in output:
        output.pop("fields", None)
    config = {
        "sources": [str(document.path.resolve())],
        "locales": [ENGLISH],
        "outputs": [output],
    }
    with tempfile.TemporaryDirectory(prefix="codegen-apply-") as folder:
        write_all(Path(folder), {"codegen.yaml": json.dumps(config)})
        files = generate(load_config(Path(folder) / "codegen.yaml")).files
    return {
        path.removeprefix("pages/"): Source(text, path)
        for path, text in files.items()
        if path.endswith(".md")
    }


class Translations:
    """Confirmed translations of the texts of a reference, by the places of English pages."""

    def __init__(self, reference: Reference, entries: Mapping[str, po.Entry]) -> None:
        self._entries = entries
        self._ids: dict[str, list[str]] = {}
        for prose_id, prose in reference.prose.get(ENGLISH, {}).items():
            self._ids.setdefault(fold_english(prose.text), []).append(prose_id)

    def find(self, part: PagePart, english: str) -> FoundTranslation:
        """Return the id of an English text of a part, and its confirmed translation or nothing."""
        normalized = fold_english(english)
        ids = sorted(
            self._ids.get(normalized, []), key=lambda prose_id: not _belongs_to(prose_id, part)
        )
        for prose_id in ids:
            entry = self._entries.get(prose_id)
            if entry is not None and _is_confirmed(entry, normalized):
                return FoundTranslation(id=prose_id, translation=entry.translation)
        return FoundTranslation(id=ids[0] if ids else "", translation="")


def _belongs_to(prose_id: str, part: PagePart) -> bool:
    """Return whether an id has the name of a part, and of the definition or operation around it."""
    key, _, name = prose_id.partition("#")
    last = key.rpartition(".")[2] if " " not in key else key
    if part.kind in (PartKind.SECTION, PartKind.OPERATION):
        return not name and last == part.name
    return name == part.name and last == part.owner


def _is_confirmed(entry: po.Entry, normalized: str) -> bool:
    has_translation = bool(entry.translation) and not entry.fuzzy and not entry.obsolete
    return has_translation and fold_english(entry.english) == normalized


def _apply_page(
    page: SourcePath, english: EnglishPages, translations: Translations, language: Locale
) -> AppliedPage:
    before = read_data(page.path, page.display_path)
    source = Source(decode(before, page.display_path), page.display_path, page.path.name)
    refuse_merge_conflict(source)
    path = opening.resolve_path(page.path)
    form = registry.recognize_form(source)
    if form is None or form.name != _LIST:
        return _leave_page(page, path, before, "only pages of the list layout are updated in place")
    original = english.find(page.path)
    if original is None:
        return _leave_page(page, path, before, "the source has no English page for this one")
    update = update_page(
        _read_version(source, language),
        _read_version(original, language.english),
        language,
        translations.find,
    )
    return AppliedPage(
        shown=page.display_path,
        path=path,
        before=before,
        after=encode_like(before, source.text, update.text),
        open_texts=update.open_texts,
        findings=update.findings,
    )


def _leave_page(page: SourcePath, path: Path, data: bytes, message: str) -> AppliedPage:
    finding = Finding(
        rule="part-kept",
        level=Level.WARN,
        message=message,
        span=Span(path=page.display_path),
        hint="update it by hand, or generate it",
    )
    return AppliedPage(
        shown=page.display_path, path=path, before=data, after=data, findings=(finding,)
    )


def _read_version(source: Source, language: Locale) -> PageVersion:
    report = Report()
    parts = find_parts(source, language, report)
    return PageVersion(source=source, parts=parts, findings=report.diagnostics)
