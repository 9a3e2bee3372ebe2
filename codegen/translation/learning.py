"""Learning of translations from pages and catalogs.

The English of a translation is the text that was translated. It is found in the comment beside the
translation, else on the English page, else in the document of that release. Only texts that can
belong together are paired. The others are reported with their location.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, filterfalse

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import opening
from codegen.core.diagnostics import Finding, Report, Span, failure
from codegen.core.escaping.controls import shorten
from codegen.core.locales import SHIPPED, Languages, Locale
from codegen.model import find_written, is_category
from codegen.readers import registry
from codegen.readers.sources import Progress, SourcePath
from codegen.translation import po
from codegen.translation.adaptation import remove_english_tail
from codegen.translation.lint.leftovers import (
    find_translated_comment,
    find_unbalanced_emphasis,
    find_untranslated,
)
from codegen.translation.lint.urls import find_lost_urls
from codegen.translation.normalization import (
    count_words,
    fold_markup,
    fold_punctuation,
    measure_overlap,
    measure_similarity,
)
from codegen.translation.po import Entry
from codegen.translation.prose_ids import ReferencePart, classify_id
from codegen.translation.provenance import Origin, Provenance
from codegen.translation.segments import Segment, read_segments

# Below this share of common words two English texts are about different things (measured on pages
# of several releases: edits of one text stay above, texts of two fields lie below).
_UNLIKE = 0.5
# An older edition of a text has most of its words in the newer one.
_EDITED = 0.75
_LONG_ENOUGH = 30
CATALOG_SUFFIX = ".po"
# A translation is a slip here if it is used this many times as often for another English text.
_MANY = 3


class LearningResult(Struct, frozen=True, kw_only=True):
    """The learned entries of each source, with the findings about its texts.

    An entry with a fault that a reviewer would mark is fuzzy.
    """

    sources: tuple[tuple[Entry, ...], ...]
    rejected: tuple[Finding, ...]
    reading: tuple[Finding, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of all sources."""
        return tuple(chain.from_iterable(self.sources))


class Pair(Struct, frozen=True, kw_only=True):
    """A learned entry with the location of its translation."""

    entry: Entry
    span: Span


def learn(
    sources: Sequence[SourcePath],
    locale: Locale,
    progress: Progress | None = None,
    *,
    languages: Languages = SHIPPED,
) -> LearningResult:
    """Read translations from pages, with English from comments or other sources, and from PO files.

    Raises `CodegenError`.
    """
    report, rejected = Report(), Report()
    learned: dict[str, list[Entry]] = {source.display_path: [] for source in sources}
    if pages := [source for source in sources if source.path.suffix != CATALOG_SUFFIX]:
        segments, english_texts = read_segments(
            pages, locale, report, progress, languages=languages
        )
        for pair in pair_segments(filterfalse(_is_title, segments), english_texts, rejected):
            # a page belongs to the source with the longest path above it
            path = pair.span.path
            above = [
                shown
                for shown in learned
                if path == shown or path.startswith(f"{shown.rstrip('/')}/")
            ]
            learned[max(above, key=len)].append(pair.entry)
    for source in sources:
        if source.path.suffix == CATALOG_SUFFIX:
            learned[source.display_path] += _read_catalog(source, locale)
    return LearningResult(
        sources=tuple(map(tuple, learned.values())),
        rejected=rejected.diagnostics,
        reading=report.diagnostics,
    )


def _is_title(segment: Segment) -> bool:
    """Return whether a text is the title of an operation.

    Layouts without texts of operations write titles in their own words.
    """
    if segment.tree is None or classify_id(segment.id) is not ReferencePart.OPERATIONS:
        return False
    return not registry.get(segment.tree.layout).supports("operation-texts")


def _read_catalog(source: SourcePath, locale: Locale) -> Iterator[Entry]:
    """Yield the translations of a PO file that a person wrote or confirmed."""
    if not opening.is_file(source.path):
        raise failure(
            "source-missing",
            "there is no such file",
            Span(path=source.display_path),
            "correct the path",
        )
    catalog = po.open_catalog(source.path, locale.tag, source.display_path)
    for entry in catalog.entries.values():
        if entry.translation and not entry.fuzzy and entry.provenance.origin is not Origin.REUSED:
            place = Span(path=source.path.name, line=catalog.span(entry.id).line)
            yield Entry(
                id=entry.id,
                english=entry.english,
                translation=entry.translation,
                places=(str(place),),
            )


def pair_segments(
    segments: Iterable[Segment], english_texts: Mapping[str, str], rejected: Report
) -> list[Pair]:
    """Pair the texts of pages with their English, and report the others with their location.

    `english_texts` is the English of each id in other sources.
    """
    by_page: dict[str, list[Segment]] = defaultdict(list)
    for segment in segments:
        wrong = find_translated_comment(segment)
        rejected.extend([wrong] if wrong else [])
        by_page[segment.span.path].append(
            replace(segment, english=segment.page) if wrong else segment
        )
    everywhere = _group_ids(english_texts.items())
    pairs: list[Pair] = []
    for on_page in by_page.values():
        ids_on_page = _group_ids((segment.id, segment.english) for segment in on_page)
        candidates = [
            _make_pair(segment)
            for segment in on_page
            if _has_translation(segment, rejected)
            and _is_own_english(segment, ids_on_page, everywhere, rejected)
            and segment.english
        ]
        pairs += _drop_copies(candidates, rejected)
    return _drop_mistakes(pairs, rejected)


def _make_pair(segment: Segment) -> Pair:
    """Make the entry of a text. One with a fault in addresses or markup is fuzzy."""
    text = segment.text
    span = find_written(text.partition("\n")[0], segment.written, segment.span) or segment.span
    # An escape of Markdown, which the English does without.
    if "\\_" in text and "\\" not in segment.english:
        text = text.replace("\\_", "_")
    english, translation = remove_english_tail(
        segment.english, text, segment.locale.labels["listed_values"]
    )
    place = Span(path=segment.tree.path if segment.tree else span.path, line=span.line)
    learned = replace(segment, english=english, text=translation)
    faults = (*find_lost_urls(learned), *find_unbalanced_emphasis(learned))
    doubt = "the translation has a fault: "
    entry = Entry(
        id=segment.id,
        english=english,
        translation=translation,
        places=(str(place),),
        flags=(po.FUZZY,) if faults else (),
        provenance=Provenance(origin=Origin.CANDIDATE, reason=doubt + faults[0].message)
        if faults
        else Provenance(),
    )
    return Pair(entry=entry, span=span)


def _group_ids(texts: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    ids: dict[str, set[str]] = defaultdict(set)
    for prose_id, english in texts:
        if english:
            ids[fold_markup(english)].add(prose_id)
    return ids


def _has_translation(segment: Segment, rejected: Report) -> bool:
    """Return whether a text is in the language, and report why not.

    A text of names alone (`PodSpec`) is the same in each language.
    """
    text, locale = segment.text, segment.locale
    if not text:
        rejected.warning(
            "translation-empty",
            f"{segment.id!r} has English here but no translation",
            segment.english_span,
            "write the translation below its English, or remove the comment",
            arguments=(segment.id,),
        )
        return False
    before, _, after = map(fold_punctuation, locale.labels["draft"].partition("{text}"))
    if fold_punctuation(text).startswith(before) and fold_punctuation(text).endswith(after):
        rejected.warning(
            "translation-draft",
            f"the text of {segment.id!r} is marked as a draft, so it is not learned",
            segment.span,
            "confirm it in the catalog, by removing `fuzzy`, and write the page again",
            arguments=(segment.id,),
        )
        return False
    if find_untranslated(segment):
        rejected.warning(
            "translation-english",
            f"the text of {segment.id!r} is not translated: {shorten(text, 60)!r}",
            segment.span,
            f"translate it into {locale.name}",
            arguments=(segment.id, shorten(text, 60)),
        )
        return False
    return True


def _is_own_english(
    segment: Segment,
    ids_on_page: Mapping[str, set[str]],
    everywhere: Mapping[str, set[str]],
    rejected: Report,
) -> bool:
    """Return whether the English in a comment belongs to the id of its text.

    It may be an older edition, or a text of no other id.
    """
    commented, true = segment.english, segment.page
    if not true or fold_markup(commented) == fold_markup(true):
        return True
    if measure_overlap(commented, true) >= _EDITED and len(true) > len(commented):
        return True
    same_english = ids_on_page.get(fold_markup(commented), set()) - {segment.id}
    if not same_english and len(commented) >= _LONG_ENOUGH:
        same_english = everywhere.get(fold_markup(commented), set()) - {segment.id}
    if not same_english:
        return True
    rejected.warning(
        "comment-of-another",
        f"the English beside {segment.id!r} belongs to {min(same_english)!r}: {shorten(commented, 60)!r}",
        segment.english_span,
        f"its own English is {shorten(true, 60)!r}: correct the comment and translate that",
        arguments=(segment.id, min(same_english), shorten(commented, 60)),
    )
    return False


def _drop_copies(pairs: list[Pair], rejected: Report) -> list[Pair]:
    """Drop pairs of a page whose translation is also used for another English text.

    Texts that differ by a few words may share a translation. If they are about different things,
    the text whose names occur in the translation keeps it. If that does not decide it, none does.
    """
    by_translation: dict[str, list[Entry]] = defaultdict(list)
    for pair in pairs:
        # A heading may say in one word what a text below it says in several.
        if not is_category(pair.entry.id):
            by_translation[fold_punctuation(pair.entry.translation)].append(pair.entry)
    wrong: set[Entry] = set()
    for alike in by_translation.values():
        if all(measure_similarity(alike[0].english, entry.english) >= _UNLIKE for entry in alike):
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


def _drop_mistakes(pairs: list[Pair], rejected: Report) -> list[Pair]:
    """Drop pairs whose translation nearly always belongs to another English text.

    `Standard list metadata` with the translation of `Standard object's metadata` is too similar to
    be noticed on its page alone.
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
                pair,
                "used for a different English text elsewhere",
                "other pages translate it differently",
                rejected,
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
        arguments=(pair.entry.id, use, shorten(pair.entry.translation, 60)),
    )


def _has_its_names(entry: Entry) -> bool:
    """Return whether a translation has Latin words and its English has them all."""
    names = [word for word in count_words(entry.translation) if len(word) > 1]
    english = entry.english.lower()
    return bool(names) and all(name in english for name in names)
