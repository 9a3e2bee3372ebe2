"""Learning of translations from pages and catalogs.

The English of a translation is the text that was translated. It is found in the comment beside the translation, else on the English page,
else in the document of that release. Only texts that can belong together are paired. The others are reported with their location.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from codegen.core import opening
from codegen.core.diagnostics import Finding, Report, Span, failure
from codegen.core.escaping.controls import shorten
from codegen.core.locales import ENGLISH, SHIPPED, Languages, Locale
from codegen.model import Prose, find_written, is_category
from codegen.readers import registry
from codegen.readers.page_tree import PageTree, Texts
from codegen.readers.sources import Progress, SourcePath, read_sources
from codegen.translation import po
from codegen.translation.adaptation import remove_english_tail
from codegen.translation.lint.leftovers import find_unbalanced_emphasis
from codegen.translation.lint.segments import Segment
from codegen.translation.lint.urls import find_lost_urls
from codegen.translation.normalization import (
    count_words,
    fold_markup,
    fold_punctuation,
    is_only_names,
    measure_likeness,
    measure_overlap,
)
from codegen.translation.po import Entry
from codegen.translation.prose_ids import ReferencePart, classify_id
from codegen.translation.provenance import Origin, Provenance, mark_doubtful

# Below this share of common words two English texts are about different things (measured on pages of several releases:
# edits of one text stay above, texts of two fields lie below).
_UNLIKE = 0.5
# An older edition of a text has most of its words in the newer one.
_EDITED = 0.75
_LONG_ENOUGH = 30
CATALOG_SUFFIX = ".po"
# A translation is a slip here if it is used this many times as often for another English text.
_MANY = 3


class Learned(Struct, frozen=True, kw_only=True):
    """Entries of each source in order, with the findings about rejected texts and of reading.

    An entry with a fault that a reviewer would mark is fuzzy.
    """

    sources: tuple[tuple[Entry, ...], ...]
    rejected: tuple[Finding, ...] = ()
    reading: tuple[Finding, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of all sources."""
        return tuple(entry for entries in self.sources for entry in entries)


class Description(Struct, frozen=True, kw_only=True):
    """A description on a page, with the English beside it."""

    tree: PageTree
    id: str
    own: Prose | None
    english: Prose | None


class Pair(Struct, frozen=True, kw_only=True):
    """An entry made from a description, with the location of its translation."""

    entry: Entry
    span: Span


def learn(
    sources: Sequence[SourcePath],
    locale: Locale,
    progress: Progress | None = None,
    *,
    languages: Languages = SHIPPED,
) -> Learned:
    """Read translations from pages, with English from comments or other sources, and from PO files. Raises `CodegenError`."""
    report, rejected = Report(), Report()
    learned: dict[str, list[Entry]] = {source.shown: [] for source in sources}
    if pages := [source for source in sources if source.path.suffix != CATALOG_SUFFIX]:
        descriptions, known = read_descriptions(pages, locale.tag, report, progress, languages=languages)
        taught = [description for description in descriptions if not _is_title(description)]
        for pair in pair_descriptions(taught, known, locale, rejected):
            learned[_find_source(pair.span.path, learned)].append(pair.entry)
    for source in sources:
        if source.path.suffix == CATALOG_SUFFIX:
            learned[source.shown] += _read_catalog(source, locale)
    return Learned(
        sources=tuple(map(tuple, learned.values())), rejected=rejected.diagnostics, reading=report.diagnostics
    )


def _is_title(description: Description) -> bool:
    """Return whether a description is the title of an operation in a layout without texts of operations.

    Its words are those of the layout.
    """
    is_of_operation = classify_id(description.id) is ReferencePart.OPERATIONS
    return is_of_operation and not registry.get(description.tree.layout).supports("operation-texts")


def _find_source(path: str, sources: Collection[str]) -> str:
    """Return the source with the longest path above a page, else the first one."""
    inside = [shown for shown in sources if path == shown or path.startswith(f"{shown.rstrip('/')}/")]
    return max(inside, key=len, default=next(iter(sources)))


def _read_catalog(source: SourcePath, locale: Locale) -> Iterator[Entry]:
    """Yield the translations of a PO file that a person wrote or confirmed."""
    if not opening.is_file(source.path):
        raise failure("source-missing", "there is no such file", Span(path=source.shown), "correct the path")
    catalog = po.open_catalog(source.path, locale.tag, source.shown)
    for entry in catalog.entries.values():
        if entry.translation and not entry.fuzzy and entry.provenance.origin is not Origin.REUSED:
            span = Span(path=source.path.name, line=catalog.span(entry.id).line)
            yield _make_entry(entry.id, entry.english, entry.translation, span, locale)


def _make_entry(prose_id: str, english: str, translation: str, place: Span, locale: Locale) -> Entry:
    """Make a learned entry. One with a fault in addresses or markup is fuzzy."""
    segment = Segment(id=prose_id, text=translation, english=english, span=place, locale=locale)
    faults = (*find_lost_urls(segment), *find_unbalanced_emphasis(segment))
    return Entry(
        id=prose_id,
        english=english,
        translation=translation,
        places=(str(place),),
        flags=(po.FUZZY,) if faults else (),
        provenance=mark_doubtful(faults[0].message) if faults else Provenance(),
    )


def read_descriptions(
    sources: Sequence[SourcePath],
    locale: str,
    report: Report,
    progress: Progress | None = None,
    *,
    languages: Languages = SHIPPED,
) -> tuple[list[Description], dict[str, str]]:
    """Read all descriptions of a language, and the English of each id from other sources."""
    heard: list[tuple[PageTree, str, Texts]] = []
    reference = read_sources(
        sources,
        report,
        progress,
        lambda tree, prose_id, texts: heard.append((tree, prose_id, texts)),
        languages=languages,
    )
    pages = {tree.span.path for tree, _, _ in heard}
    known = {
        prose_id: prose.text
        for prose_id, prose in reference.prose.get(ENGLISH, {}).items()
        if prose.span.path not in pages
    }
    descriptions = []
    for tree, prose_id, texts in heard:
        if tree.locale == locale:
            descriptions.append(Description(tree=tree, id=prose_id, own=texts.own, english=texts.english))
        elif tree.locale == ENGLISH and texts.own is not None:
            known.setdefault(prose_id, texts.own.text)
    return descriptions, known


def pair_descriptions(
    descriptions: Iterable[Description], known: Mapping[str, str], locale: Locale, rejected: Report
) -> list[Pair]:
    """Pair descriptions with their English, and report the others with their location."""
    by_page: dict[str, list[Description]] = defaultdict(list)
    for description in descriptions:
        by_page[description.tree.span.path].append(description)
    everywhere = _group_ids(known.items())
    pairs: list[Pair] = []
    for on_page in by_page.values():
        here = _group_ids((description.id, _find_english(description, known)) for description in on_page)
        candidates = [
            pair
            for description in on_page
            if _has_translation(description, known, locale, rejected)
            and _is_own_english(description, known, here, everywhere, rejected)
            and (pair := _make_pair(description, known, locale)) is not None
        ]
        pairs.extend(_drop_copies(candidates, rejected))
    return _drop_slips(pairs, rejected)


def _find_english(description: Description, known: Mapping[str, str]) -> str:
    return (
        description.english.text
        if description.english is not None and description.english.text
        else known.get(description.id, "")
    )


def _make_pair(description: Description, known: Mapping[str, str], locale: Locale) -> Pair | None:
    english = _find_english(description, known)
    if description.own is None or not english:
        return None
    own = description.own.text
    span = find_written(own.partition("\n")[0], description.own.written, description.own.span) or description.own.span
    if "\\_" in own and "\\" not in english:  # an escape of Markdown, which the English does without
        own = own.replace("\\_", "_")
    english, translation = remove_english_tail(english, own, locale.labels["listed_values"])
    place = Span(path=description.tree.path, line=span.line)
    return Pair(entry=_make_entry(description.id, english, translation, place, locale), span=span)


def _group_ids(texts: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    ids: dict[str, set[str]] = defaultdict(set)
    for prose_id, english in texts:
        if english:
            ids[fold_markup(english)].add(prose_id)
    return ids


def _has_translation(description: Description, known: Mapping[str, str], locale: Locale, rejected: Report) -> bool:
    """Return whether a description has a text in the language.

    A text of names alone (`PodSpec`) is the same in each language.
    """
    if description.own is None or not description.own.text:
        if description.english is not None:
            rejected.warning(
                "translation-empty",
                f"{description.id!r} has English here but no translation",
                description.english.span,
                "write the translation below its English, or remove the comment",
            )
        return False
    english = _find_english(description, known)
    before, _, after = locale.labels["draft"].partition("{text}")
    shown = fold_punctuation(description.own.text)
    if shown.startswith(fold_punctuation(before)) and shown.endswith(fold_punctuation(after)):
        rejected.warning(
            "translation-draft",
            f"the text of {description.id!r} is shown as a draft, so it is not learnt",
            description.own.span,
            "confirm it in the catalogue, by removing `fuzzy`, and write the page again",
        )
        return False
    still_english = (
        not locale.letters.search(description.own.text)
        if locale.letters
        else fold_markup(english) == fold_markup(description.own.text)
    )
    if still_english and not (fold_markup(english) == fold_markup(description.own.text) and is_only_names(english)):
        rejected.warning(
            "translation-english",
            f"the text of {description.id!r} is not translated: {shorten(description.own.text, 60)!r}",
            description.own.span,
            f"translate it into {locale.name}",
        )
        return False
    return True


def _is_own_english(
    description: Description,
    known: Mapping[str, str],
    here: Mapping[str, set[str]],
    everywhere: Mapping[str, set[str]],
    rejected: Report,
) -> bool:
    """Return whether the English in a comment belongs to the id of its description.

    It may be an older edition, or a text of no other id.
    """
    if description.english is None or description.own is None or not (true := known.get(description.id)):
        return True
    commented = description.english.text
    if fold_markup(commented) == fold_markup(true):
        return True
    if measure_overlap(commented, true) >= _EDITED and len(true) > len(commented):
        return True
    others = here.get(fold_markup(commented), set()) - {description.id}
    if not others and len(commented) >= _LONG_ENOUGH:
        others = everywhere.get(fold_markup(commented), set()) - {description.id}
    if not others:
        return True
    rejected.warning(
        "comment-of-another",
        f"the English beside {description.id!r} belongs to {min(others)!r}: {shorten(commented, 60)!r}",
        description.english.span,
        f"its own English is {shorten(true, 60)!r}: correct the comment and translate that",
    )
    return False


def _drop_copies(pairs: list[Pair], rejected: Report) -> list[Pair]:
    """Drop pairs of a page whose translation is also used for another English text.

    Texts that differ by a few words may share a translation. If they are about different things, the text whose names occur in the translation
    keeps it. If that does not decide it, none does.
    """
    by_translation: dict[str, list[Entry]] = defaultdict(list)
    for pair in pairs:
        if not is_category(pair.entry.id):  # a heading may say in one word what a text below it says in several
            by_translation[fold_punctuation(pair.entry.translation)].append(pair.entry)
    wrong: set[Entry] = set()
    for alike in by_translation.values():
        if all(measure_likeness(alike[0].english, entry.english) >= _UNLIKE for entry in alike):
            continue
        fitting = {fold_markup(entry.english) for entry in alike if _has_its_names(entry)}
        keep = fitting if len(fitting) == 1 else set()
        wrong.update(entry for entry in alike if fold_markup(entry.english) not in keep)
    for pair in pairs:
        if pair.entry in wrong:
            _report_other(
                pair,
                "also used for a different English text here",
                "was the translation copied from a neighbouring text?",
                rejected,
            )
    return [pair for pair in pairs if pair.entry not in wrong]


def _drop_slips(pairs: list[Pair], rejected: Report) -> list[Pair]:
    """Drop pairs whose translation nearly always belongs to another English text.

    `Standard list metadata` with the translation of `Standard object's metadata` is too similar to be noticed on its page alone.
    """
    counts = Counter(_fold_texts(pair.entry) for pair in pairs)
    best_translation: dict[str, int] = defaultdict(int)
    best_english: dict[str, int] = defaultdict(int)
    for (english, translation), count in counts.items():
        best_translation[english] = max(best_translation[english], count)
        best_english[translation] = max(best_english[translation], count)
    kept = []
    for pair in pairs:
        english, translation = _fold_texts(pair.entry)
        count = counts[english, translation]
        if best_translation[english] > count and best_english[translation] >= _MANY * count:
            _report_other(
                pair, "used for a different English text elsewhere", "other pages translate it differently", rejected
            )
        else:
            kept.append(pair)
    return kept


def _fold_texts(entry: Entry) -> tuple[str, str]:
    return fold_punctuation(entry.english), fold_punctuation(entry.translation)


def _report_other(pair: Pair, use: str, advice: str, rejected: Report) -> None:
    rejected.warning(
        "translation-of-another",
        f"the translation of {pair.entry.id!r} is {use}: {shorten(pair.entry.translation, 60)!r}",
        pair.span,
        f"the English here is {shorten(pair.entry.english, 60)!r}: {advice}",
    )


def _has_its_names(entry: Entry) -> bool:
    """Return whether a translation has Latin words and its English has them all."""
    names = [word for word in count_words(entry.translation) if len(word) > 1]
    english = entry.english.lower()
    return bool(names) and all(name in english for name in names)
