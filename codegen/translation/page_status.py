"""Status of translated pages against English ones: up to date, outdated or missing.

The English in the comments of a page is what was translated. It is compared with the English of
now, text by text. Pages are found by their path, and moved ones by the texts that they share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from codegen.core.diagnostics import Finding, Report, Span
from codegen.core.locales import ENGLISH, SHIPPED, Languages
from codegen.model import Reference, selection, split_prose_id
from codegen.model.selection import Pattern
from codegen.readers.page_tree import PageTree, Texts
from codegen.readers.sources import Progress, SourcePath, read_sources
from codegen.translation.normalization import is_only_names
from codegen.translation.pages.new_parts import is_link
from codegen.translation.pages.page_parts import fold_english


class PageState(StrEnum):
    """The state of a translated page."""

    UP_TO_DATE = "up to date"
    OUTDATED = "outdated"
    MISSING = "missing"
    REMOVED = "removed in English"
    NOT_COMPARED = "not compared"


class TextChangeKind(StrEnum):
    """What happened to a text of a page."""

    CHANGED = "changed"
    NEW = "new"
    REMOVED = "removed"
    UNTRANSLATED = "untranslated"


class TextChange(Struct, frozen=True, kw_only=True):
    """A text to work on, with its old and new English and its line on the translated page."""

    id: str
    kind: TextChangeKind
    old: str = ""
    new: str = ""
    span: Span


class PageStatus(Struct, frozen=True, kw_only=True):
    """The state of one page.

    `path` is that of the translated page, or of the English one if that has no translation.
    `without_english` counts the translations that have no English beside them.
    """

    path: str
    locale: str
    state: PageState
    changes: tuple[TextChange, ...] = ()
    without_english: int = 0

    def count(self, kind: TextChangeKind) -> int:
        """Count the changes of a kind."""
        return sum(change.kind is kind for change in self.changes)


class PageStatuses(Struct, frozen=True, kw_only=True):
    """The states of all pages, with the findings of reading them."""

    pages: tuple[PageStatus, ...]
    reading: tuple[Finding, ...]

    def count(self, state: PageState) -> int:
        """Count the pages in a state."""
        return sum(page.state is state for page in self.pages)


class _Page(Struct, kw_only=True):
    tree: PageTree
    texts: dict[str, Texts]


def compute_page_status(
    pages: Sequence[SourcePath],
    english: Sequence[SourcePath],
    locale: str = "",
    progress: Progress | None = None,
    *,
    select: Sequence[Pattern] = (),
    languages: Languages = SHIPPED,
) -> PageStatuses:
    """Compare translated pages with English pages or documents. Raises `CodegenError`.

    Pages in several languages are compared one language after the other. `locale` selects one.
    With patterns only the texts of selected kinds count, and pages without one are left out.
    """
    report = Report()
    by_path: dict[str, _Page] = {}

    def collect(tree: PageTree, prose_id: str, texts: Texts) -> None:
        page = by_path.setdefault(tree.span.path, _Page(tree=tree, texts={}))
        page.texts.setdefault(prose_id, texts)

    reference = read_sources([*pages, *english], report, progress, collect, languages=languages)
    if select:
        reference = selection.select(reference, select)
        by_path = _select_pages(by_path, reference)
    originals = [page for page in by_path.values() if page.tree.locale == ENGLISH]
    by_locale: dict[str, list[_Page]] = {locale: []} if locale else {}
    translated_paths: set[str] = set()
    for page in by_path.values():
        if page.tree.locale != ENGLISH:
            translated_paths.add(page.tree.span.path)
            by_locale.setdefault(page.tree.locale, []).append(page)
    document_texts = {
        prose_id: prose.text
        for prose_id, prose in reference.prose.get(ENGLISH, {}).items()
        if prose.span.path not in translated_paths
    }
    statuses: list[PageStatus] = []
    for tag in [locale] if locale else sorted(by_locale):
        comparison = _Comparison(tag, by_locale[tag], originals, document_texts)
        statuses += comparison.compare_all()
    return PageStatuses(pages=tuple(statuses), reading=report.diagnostics)


def _select_pages(pages: Mapping[str, _Page], reference: Reference) -> dict[str, _Page]:
    """Keep the texts of the definitions and operations of a reference, and their pages."""
    owners = set(reference.definitions)
    for texts in reference.prose.values():
        owners.update(split_prose_id(prose_id)[0] for prose_id in texts)
    selected: dict[str, _Page] = {}
    for path, page in pages.items():
        kept = {
            prose_id: texts
            for prose_id, texts in page.texts.items()
            if split_prose_id(prose_id)[0] in owners
        }
        if kept:
            selected[path] = _Page(tree=page.tree, texts=kept)
    return selected


class _Comparison:
    """The comparison of the pages of one language with English pages or a document."""

    def __init__(
        self,
        locale: str,
        translated: Sequence[_Page],
        originals: Sequence[_Page],
        document_texts: Mapping[str, str],
    ) -> None:
        self._locale = locale
        self._translated = translated
        self._originals = originals
        self._document_texts = document_texts
        self._texts_by_id = {**document_texts, **_collect_english(originals)}

    def compare_all(self) -> list[PageStatus]:
        """Return the states of all pages by path."""
        matches = _match_pages(self._translated, self._originals)
        statuses: list[PageStatus] = []
        for page in self._translated:
            original = matches.get(page.tree.span.path)
            english: Mapping[str, str] = {}
            if original is not None:
                english = _collect_english([original])
            elif not self._originals:
                english = _select_texts(self._document_texts, page)
            statuses.append(self._compare_page(page, english))
        matched = {original.tree.span.path for original in matches.values()}
        for original in self._originals:
            path = original.tree.span.path
            if path not in matched:
                missing = PageStatus(path=path, locale=self._locale, state=PageState.MISSING)
                statuses.append(missing)
        return sorted(statuses, key=lambda status: status.path)

    def _compare_page(self, page: _Page, english: Mapping[str, str]) -> PageStatus:
        """Compare the texts of a page with those of its English page.

        A text that this page lacks may stand on another one now.
        """
        path = page.tree.span.path
        if not english:
            return PageStatus(path=path, locale=self._locale, state=PageState.REMOVED)
        changes: list[TextChange] = []
        compared = 0
        without_english = 0
        for prose_id, texts in page.texts.items():
            now = english.get(prose_id, self._texts_by_id.get(prose_id))
            compared += texts.english is not None
            change = _compare_text(prose_id, texts, now, page.tree.span)
            if change is not None:
                changes.append(change)
            elif texts.english is None and _needs_translation(now or ""):
                without_english += 1
        for prose_id, text in english.items():
            if prose_id not in page.texts and (text or split_prose_id(prose_id).name):
                new = TextChange(
                    id=prose_id, kind=TextChangeKind.NEW, new=text, span=page.tree.span
                )
                changes.append(new)
        changes.sort(key=lambda change: change.span.line)
        state = PageState.OUTDATED if changes else PageState.UP_TO_DATE
        if not compared and without_english:
            state = PageState.NOT_COMPARED
        return PageStatus(
            path=path,
            locale=self._locale,
            state=state,
            changes=tuple(changes),
            without_english=without_english,
        )


def _collect_english(pages: Sequence[_Page]) -> dict[str, str]:
    """Map the ids of English pages to their texts."""
    english: dict[str, str] = {}
    for page in pages:
        for prose_id, texts in page.texts.items():
            english.setdefault(prose_id, texts.own.text if texts.own is not None else "")
    return english


def _select_texts(texts: Mapping[str, str], page: _Page) -> dict[str, str]:
    """Select the texts of a document whose definition or operation a page has."""
    owners = {split_prose_id(prose_id).owner for prose_id in page.texts}
    return {
        prose_id: text
        for prose_id, text in texts.items()
        if split_prose_id(prose_id).owner in owners
    }


def _match_pages(translated: Sequence[_Page], originals: Sequence[_Page]) -> dict[str, _Page]:
    """Find the English page of each translated one, by its path or by most of its texts."""
    by_path = {original.tree.path: original for original in originals}
    matches: dict[str, _Page] = {}
    moved: list[_Page] = []
    for page in translated:
        if page.tree.path in by_path:
            matches[page.tree.span.path] = by_path.pop(page.tree.path)
        else:
            moved.append(page)
    owners: dict[str, list[_Page]] = {}
    for original in by_path.values():
        for prose_id in original.texts:
            owners.setdefault(prose_id, []).append(original)
    for page in moved:
        shared = Counter(
            original.tree.path
            for prose_id in page.texts
            for original in owners.get(prose_id, ())
            if original.tree.path in by_path
        )
        if not shared:
            continue
        path, count = shared.most_common(1)[0]
        if 2 * count >= len(page.texts):
            matches[page.tree.span.path] = by_path.pop(path)
    return matches


def _compare_text(prose_id: str, texts: Texts, now: str | None, page: Span) -> TextChange | None:
    """Compare the English of a text with that of now, which is None if the text is gone."""
    old = texts.english
    first = old or texts.own
    span = first.span if first is not None else page
    old_text = old.text if old is not None else ""
    if now is None:
        return TextChange(id=prose_id, kind=TextChangeKind.REMOVED, old=old_text, span=span)
    if old is None or not now:
        return None
    if fold_english(old_text) != fold_english(now):
        kind = TextChangeKind.CHANGED
    elif not _needs_translation(now) or _is_translated(texts, now):
        return None
    else:
        kind = TextChangeKind.UNTRANSLATED
    return TextChange(id=prose_id, kind=kind, old=old_text, new=now, span=span)


def _needs_translation(english: str) -> bool:
    """Return whether a text has more than names and a link."""
    return bool(english) and not is_link(english) and not is_only_names(english)


def _is_translated(texts: Texts, english: str) -> bool:
    """Return whether a page has another text than the English."""
    return texts.own is not None and fold_english(texts.own.text) != fold_english(english)
