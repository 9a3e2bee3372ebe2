"""Learning of translation pairs from pages and catalogs.

The English of a pair is the text that was translated. It is found in the comment beside the translation, else on the English page, else
in the document of that release. Only texts that can belong together are paired. The others are reported with their location.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

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
from codegen.translation.prose_ids import ReferencePart, classify_id
from codegen.translation.provenance import Origin

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
    """A translation with its English and its location as `page:line`.

    `source` is the number of its source, and a later source corrects earlier ones. `fault` is a fault that a reviewer would mark.
    """

    id: str
    english: str
    translation: str
    place: str
    span: Span
    source: int = 0
    fault: str = ""


class LearnedPairs(Struct, frozen=True, kw_only=True):
    """Pairs in page order, with the findings about rejected texts and of reading."""

    pairs: tuple[Pair, ...]
    rejected: tuple[Finding, ...] = ()
    reading: tuple[Finding, ...] = ()


class Description(Struct, frozen=True, kw_only=True):
    """A description on a page, with the English beside it."""

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
) -> LearnedPairs:
    """Read translations from pages, with English from comments or other sources, and from PO files. Raises `CodegenError`."""
    report, rejected = Report(), Report()
    numbers = {source.shown: number for number, source in enumerate(sources)}
    pairs: list[Pair] = []
    if pages := [source for source in sources if source.path.suffix != CATALOG_SUFFIX]:
        descriptions, known = read_descriptions(pages, locale.tag, report, progress, languages=languages)
        taught = [description for description in descriptions if not _is_title(description)]
        pairs += (
            replace(pair, source=_find_source(pair, numbers))
            for pair in pair_descriptions(taught, known, locale, rejected)
        )
    for source in sources:
        if source.path.suffix == CATALOG_SUFFIX:
            pairs += _read_catalog(source, numbers[source.shown], locale)
    return LearnedPairs(pairs=tuple(pairs), rejected=rejected.diagnostics, reading=report.diagnostics)


def _is_title(description: Description) -> bool:
    """Return whether a description is the title of an operation in a layout without texts of operations.

    Its words are those of the layout.
    """
    is_of_operation = classify_id(description.id) is ReferencePart.OPERATIONS
    return is_of_operation and not registry.get(description.tree.layout).supports("operation-texts")


def _find_source(pair: Pair, numbers: Mapping[str, int]) -> int:
    """Return the number of the source with the longest path above a pair."""
    path = pair.span.path
    inside = [shown for shown in numbers if path == shown or path.startswith(f"{shown.rstrip('/')}/")]
    return numbers[max(inside, key=len)] if inside else 0


def _read_catalog(source: SourcePath, number: int, locale: Locale) -> Iterator[Pair]:
    """Yield the translations of a PO file that a person wrote or confirmed."""
    if not opening.is_file(source.path):
        raise failure("source-missing", "there is no such file", Span(path=source.shown), "correct the path")
    catalog = po.open_catalog(source.path, locale.tag, source.shown)
    for entry in catalog.entries.values():
        if entry.translation and not entry.fuzzy and entry.provenance.origin is not Origin.REUSED:
            span = catalog.span(entry.id)
            place = f"{source.path.name}:{span.line}" if span.line else source.path.name
            pair = Pair(
                id=entry.id, english=entry.english, translation=entry.translation, place=place, span=span, source=number
            )
            yield replace(pair, fault=_find_fault(pair, locale))


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
    first_line = description.own.text.partition("\n")[0]
    span = find_written(first_line, description.own.written, description.own.span) or description.own.span
    own = description.own.text
    if "\\_" in own and "\\" not in english:  # an escape of Markdown, which the English does without
        own = own.replace("\\_", "_")
    english, translation = remove_english_tail(english, own, locale.labels["listed_values"])
    pair = Pair(
        id=description.id,
        english=english,
        translation=translation,
        place=f"{description.tree.path}:{span.line}",
        span=span,
    )
    fault = _find_fault(pair, locale)
    return replace(pair, fault=fault) if fault else pair


def _find_fault(pair: Pair, locale: Locale) -> str:
    """Return the first fault in addresses or markup of a translation."""
    if "://" not in pair.english and "*" not in pair.translation and "`" not in pair.translation:
        return ""
    segment = Segment(id=pair.id, text=pair.translation, english=pair.english, span=pair.span, locale=locale)
    return next((finding.message for finding in (*find_lost_urls(segment), *find_unbalanced_emphasis(segment))), "")


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
    by_translation: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if not is_category(pair.id):  # a heading may say in one word what a text below it says in several
            by_translation[fold_punctuation(pair.translation)].append(pair)
    wrong: set[int] = set()
    for alike in by_translation.values():
        if len({fold_markup(pair.english) for pair in alike}) < 2:
            continue
        first = alike[0]
        if all(measure_likeness(first.english, pair.english) >= _UNLIKE for pair in alike):
            continue
        fitting = {fold_markup(pair.english) for pair in alike if _has_its_names(pair)}
        keep = fitting if len(fitting) == 1 else set()
        for pair in alike:
            if fold_markup(pair.english) not in keep:
                wrong.add(id(pair))
                rejected.warning(
                    "translation-of-another",
                    f"the translation of {pair.id!r} is also used for a different English text here: {shorten(pair.translation, 60)!r}",
                    pair.span,
                    f"the English here is {shorten(pair.english, 60)!r}: was the translation copied from a neighbouring text?",
                )
    return [pair for pair in pairs if id(pair) not in wrong]


def _drop_slips(pairs: list[Pair], rejected: Report) -> list[Pair]:
    """Drop pairs whose translation nearly always belongs to another English text.

    `Standard list metadata` with the translation of `Standard object's metadata` is too similar to be noticed on its page alone.
    """
    counts = Counter((fold_punctuation(pair.english), fold_punctuation(pair.translation)) for pair in pairs)
    best_translation: dict[str, int] = defaultdict(int)
    best_english: dict[str, int] = defaultdict(int)
    for (english, translation), count in counts.items():
        best_translation[english] = max(best_translation[english], count)
        best_english[translation] = max(best_english[translation], count)
    kept = []
    for pair in pairs:
        english, translation = fold_punctuation(pair.english), fold_punctuation(pair.translation)
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


def _has_its_names(pair: Pair) -> bool:
    """Return whether a translation has Latin words and its English has them all."""
    names = [word for word in count_words(pair.translation) if len(word) > 1]
    english = pair.english.lower()
    return bool(names) and all(name in english for name in names)
