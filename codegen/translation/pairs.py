"""Learns translations from pages and catalogues: which text of the language translates which English of which prose id.

The English of a pair is what was translated: the comment beside it, else the English page, else the document of that release.
A pair is learnt only if its two texts can belong together; the others are reported, each with its place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import opening
from codegen.core.locales import ENGLISH, SHIPPED, Languages, Locale
from codegen.findings.diagnostics import Diagnostic, Report, Span, failure
from codegen.model import Prose, is_category
from codegen.readers import registry
from codegen.readers.page_tree import PageTree, Texts
from codegen.readers.sources import Progress, SourcePath, read_sources
from codegen.translation import po
from codegen.translation.adaptation import remove_english_tail
from codegen.translation.lint.addresses import find_lost_urls
from codegen.translation.lint.prose import find_unbalanced_emphasis
from codegen.translation.lint.text import Piece
from codegen.translation.places import Places
from codegen.translation.provenance import Origin
from codegen.translation.text import agreed, is_only_names, likeness, loose, share, shorten, words

# Below this share of common words two English texts are about different things (measured on pages of several releases:
# edits of one text stay above, texts of two fields lie below).
_UNLIKE = 0.5
# An older edition of a text has most of its words in the newer one.
_EDITED = 0.75
_LONG_ENOUGH = 30
CATALOG_SUFFIX = ".po"
# A translation is a slip here if it is used this many times as often for another English text.
_MANY = 3


class Pair(Struct, frozen=True, kw_only=True):
    """A translation, the English that was translated, and the place of the translation as `page:line`.

    `source` is the number of the source that has it: a later one corrects those before it. `fault` is what a reviewer would mark.
    """

    id: str
    english: str
    translation: str
    place: str
    span: Span
    source: int = 0
    fault: str = ""


class Learnt(Struct, frozen=True, kw_only=True):
    """All pairs in page order, an id as often as pages show it; rejected texts; and findings of reading."""

    pairs: tuple[Pair, ...]
    rejected: tuple[Diagnostic, ...] = ()
    reading: tuple[Diagnostic, ...] = ()


class Occurrence(Struct, frozen=True, kw_only=True):
    """A description at one place of a page of the language that is learnt."""

    tree: PageTree
    id: str
    own: Prose | None
    english: Prose | None


def learn(
    sources: Sequence[SourcePath],
    locale: Locale,
    progress: Progress | None = None,
    *,
    languages: Languages = SHIPPED,
) -> Learnt:
    """Read pages of a language, with their English from comments, other pages or documents, and PO files. Raises `CodegenError`."""
    report, rejected = Report(), Report()
    numbers = {source.shown: number for number, source in enumerate(sources)}
    pairs: list[Pair] = []
    if pages := [source for source in sources if source.path.suffix != CATALOG_SUFFIX]:
        descriptions, known = occurrences(pages, locale.tag, report, progress, languages=languages)
        taught = [occurrence for occurrence in descriptions if not _is_title(occurrence)]
        pairs += (replace(pair, source=_number(pair, numbers)) for pair in pairs_of(taught, known, locale, rejected))
    for source in sources:
        if source.path.suffix == CATALOG_SUFFIX:
            pairs += _of_catalog(source, numbers[source.shown], locale)
    return Learnt(pairs=tuple(pairs), rejected=rejected.diagnostics, reading=report.diagnostics)


def _is_title(occurrence: Occurrence) -> bool:
    """Whether this is the title of an operation in a layout that has no texts of operations: its words are those of the layout."""
    is_of_operation = " /" in occurrence.id and "#" not in occurrence.id
    return is_of_operation and not registry.get(occurrence.tree.layout).supports("operation-texts")


def _number(pair: Pair, numbers: Mapping[str, int]) -> int:
    """The number of the source that a pair stands in: the longest of those whose path its own begins with."""
    path = pair.span.path
    inside = [shown for shown in numbers if path == shown or path.startswith(f"{shown.rstrip('/')}/")]
    return numbers[max(inside, key=len)] if inside else 0


def _of_catalog(source: SourcePath, number: int, locale: Locale) -> Iterator[Pair]:
    """The translations of a PO file that a person wrote or confirmed."""
    if not opening.is_file(source.path):
        raise failure("source-missing", "there is no such file", Span(path=source.shown), "correct the path")
    catalog = po.read(source.path, locale.tag, source.shown)
    for entry in catalog.entries.values():
        if entry.translation and not entry.fuzzy and entry.provenance.origin is not Origin.REUSED:
            span = catalog.span(entry.id)
            place = f"{source.path.name}:{span.line}" if span.line else source.path.name
            pair = Pair(
                id=entry.id, english=entry.english, translation=entry.translation, place=place, span=span, source=number
            )
            yield replace(pair, fault=_fault(pair, locale))


def occurrences(
    sources: Sequence[SourcePath],
    locale: str,
    report: Report,
    progress: Progress | None = None,
    *,
    languages: Languages = SHIPPED,
) -> tuple[list[Occurrence], dict[str, str]]:
    """All descriptions of the pages of a language, and the English of each id that documents and English pages give."""
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
            descriptions.append(Occurrence(tree=tree, id=prose_id, own=texts.own, english=texts.english))
        elif tree.locale == ENGLISH and texts.own is not None:
            known.setdefault(prose_id, texts.own.text)
    return descriptions, known


def pairs_of(
    descriptions: Iterable[Occurrence], known: Mapping[str, str], locale: Locale, rejected: Report
) -> list[Pair]:
    """The descriptions that are translations of their English; the report gets the others, each with its place."""
    by_page: dict[str, list[Occurrence]] = defaultdict(list)
    for occurrence in descriptions:
        by_page[occurrence.tree.span.path].append(occurrence)
    everywhere = _ids_by_english(known.items())
    places = Places()
    pairs: list[Pair] = []
    for on_page in by_page.values():
        here = _ids_by_english((occurrence.id, _english(occurrence, known)) for occurrence in on_page)
        candidates = [
            pair
            for occurrence in on_page
            if _has_translation(occurrence, known, locale, rejected)
            and _is_own_english(occurrence, known, here, everywhere, rejected)
            and (pair := _pair(occurrence, known, places, locale)) is not None
        ]
        pairs.extend(_without_neighbours(candidates, rejected))
    return _without_mistaken(pairs, rejected)


def _english(occurrence: Occurrence, known: Mapping[str, str]) -> str:
    return (
        occurrence.english.text
        if occurrence.english is not None and occurrence.english.text
        else known.get(occurrence.id, "")
    )


def _pair(occurrence: Occurrence, known: Mapping[str, str], places: Places, locale: Locale) -> Pair | None:
    english = _english(occurrence, known)
    if occurrence.own is None or not english:
        return None
    span = places.of(occurrence.own.text.partition("\n")[0], occurrence.own.span)
    own = occurrence.own.text
    if "\\_" in own and "\\" not in english:  # an escape of Markdown, which the English does without
        own = own.replace("\\_", "_")
    english, translation = remove_english_tail(english, own, locale.labels["listed_values"])
    pair = Pair(
        id=occurrence.id,
        english=english,
        translation=translation,
        place=f"{occurrence.tree.path}:{span.line}",
        span=span,
    )
    fault = _fault(pair, locale)
    return replace(pair, fault=fault) if fault else pair


def _fault(pair: Pair, locale: Locale) -> str:
    """The first fault of a translation that its readers would meet: an address that is broken or lost, a mark that never closes."""
    if "://" not in pair.english and "*" not in pair.translation and "`" not in pair.translation:
        return ""
    piece = Piece(id=pair.id, text=pair.translation, english=pair.english, span=pair.span, locale=locale)
    return next((finding.message for finding in (*find_lost_urls(piece), *find_unbalanced_emphasis(piece))), "")


def _ids_by_english(texts: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    ids: dict[str, set[str]] = defaultdict(set)
    for prose_id, english in texts:
        if english:
            ids[loose(english)].add(prose_id)
    return ids


def _has_translation(occurrence: Occurrence, known: Mapping[str, str], locale: Locale, rejected: Report) -> bool:
    """Whether there is a text in the language. A text of names alone (`PodSpec`) is the same in occurrence language."""
    if occurrence.own is None or not occurrence.own.text:
        if occurrence.english is not None:
            rejected.warning(
                "translation-empty",
                f"{occurrence.id!r} has English here but no translation",
                occurrence.english.span,
                "write the translation below its English, or remove the comment",
            )
        return False
    english = _english(occurrence, known)
    before, _, after = locale.labels["draft"].partition("{text}")
    shown = agreed(occurrence.own.text)
    if shown.startswith(agreed(before)) and shown.endswith(agreed(after)):
        rejected.warning(
            "translation-draft",
            f"the text of {occurrence.id!r} is shown as a draft, so it is not learnt",
            occurrence.own.span,
            "confirm it in the catalogue, by removing `fuzzy`, and write the page again",
        )
        return False
    still_english = (
        not locale.letters.search(occurrence.own.text)
        if locale.letters
        else loose(english) == loose(occurrence.own.text)
    )
    if still_english and not (loose(english) == loose(occurrence.own.text) and is_only_names(english)):
        rejected.warning(
            "translation-english",
            f"the text of {occurrence.id!r} is not translated: {shorten(occurrence.own.text, 60)!r}",
            occurrence.own.span,
            f"translate it into {locale.name}",
        )
        return False
    return True


def _is_own_english(
    occurrence: Occurrence,
    known: Mapping[str, str],
    here: Mapping[str, set[str]],
    everywhere: Mapping[str, set[str]],
    rejected: Report,
) -> bool:
    """Whether the English in the comment belongs to this id: it is its English, an older edition of it, or that of no other id."""
    if occurrence.english is None or occurrence.own is None or not (true := known.get(occurrence.id)):
        return True
    commented = occurrence.english.text
    if loose(commented) == loose(true):
        return True
    if share(commented, true) >= _EDITED and len(true) > len(commented):
        return True
    others = here.get(loose(commented), set()) - {occurrence.id}
    if not others and len(commented) >= _LONG_ENOUGH:
        others = everywhere.get(loose(commented), set()) - {occurrence.id}
    if not others:
        return True
    rejected.warning(
        "comment-of-another",
        f"the English beside {occurrence.id!r} belongs to {min(others)!r}: {shorten(commented, 60)!r}",
        occurrence.english.span,
        f"its own English is {shorten(true, 60)!r}: correct the comment and translate that",
    )
    return False


def _without_neighbours(pairs: list[Pair], rejected: Report) -> list[Pair]:
    """The pairs of a page without those whose translation is used for another English text as well.

    Texts that differ by a few words may share a translation. If they are about different things, the text whose names
    occur in the translation keeps it; if that does not decide it, none does.
    """
    by_translation: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if not is_category(pair.id):  # a heading may say in one word what a text below it says in several
            by_translation[agreed(pair.translation)].append(pair)
    wrong: set[int] = set()
    for alike in by_translation.values():
        if len({loose(pair.english) for pair in alike}) < 2:
            continue
        first = alike[0]
        if all(likeness(first.english, pair.english) >= _UNLIKE for pair in alike):
            continue
        fitting = {loose(pair.english) for pair in alike if _fits(pair)}
        keep = fitting if len(fitting) == 1 else set()
        for pair in alike:
            if loose(pair.english) not in keep:
                wrong.add(id(pair))
                rejected.warning(
                    "translation-of-another",
                    f"the translation of {pair.id!r} is also used for a different English text here: {shorten(pair.translation, 60)!r}",
                    pair.span,
                    f"the English here is {shorten(pair.english, 60)!r}: was the translation copied from a neighbouring text?",
                )
    return [pair for pair in pairs if id(pair) not in wrong]


def _without_mistaken(pairs: list[Pair], rejected: Report) -> list[Pair]:
    """The pairs without slips: a translation nearly always used for another English text, where this one has its own.

    `Standard list metadata` with the translation of `Standard object's metadata` is too similar to be noticed on its page alone.
    """
    counts = Counter((agreed(pair.english), agreed(pair.translation)) for pair in pairs)
    best_translation: dict[str, int] = defaultdict(int)
    best_english: dict[str, int] = defaultdict(int)
    for (english, translation), count in counts.items():
        best_translation[english] = max(best_translation[english], count)
        best_english[translation] = max(best_english[translation], count)
    kept = []
    for pair in pairs:
        english, translation = agreed(pair.english), agreed(pair.translation)
        count = counts[english, translation]
        if best_translation[english] > count and best_english[translation] >= _MANY * count:
            rejected.warning(
                "translation-of-another",
                f"the translation of {pair.id!r} is used for a different English text elsewhere: {shorten(pair.translation, 60)!r}",
                pair.span,
                f"the English here is {shorten(pair.english, 60)!r}, which other pages translate differently",
            )
        else:
            kept.append(pair)
    return kept


def _fits(pair: Pair) -> bool:
    """Whether the Latin words of a translation occur in its English, and there are some."""
    names = [word for word in words(pair.translation) if len(word) > 1]
    english = pair.english.lower()
    return bool(names) and all(name in english for name in names)
