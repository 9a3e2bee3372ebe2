"""Learns translations from pages: which text of the language stands for which English of which prose id.

The English of a pair is what the translation was made from: the comment beside it, else the English page, else the document of
that release. A pair is learnt only if its two texts can belong together; the others are reported, each with its place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from codegen.core.locales import ENGLISH, SHIPPED, Languages, Locale
from codegen.findings.diagnostics import Diagnostic, Report, Span
from codegen.model import Prose
from codegen.readers.page_tree import PageTree, Texts
from codegen.readers.sources import Progress, SourcePath, read_sources
from codegen.translation.places import Places
from codegen.translation.text import agreed, is_only_names, likeness, loose, same, share, words

# Below this share of common words two English texts are about different things (measured on pages of several releases:
# edits of one text stay above, texts of two fields lie below).
_UNLIKE = 0.5
# An older edition of a text has most of its words in the newer one.
_EDITED = 0.75
_LONG_ENOUGH = 30
# How many times as often a translation must stand for another English to be a slip here.
_MANY = 3


class Pair(Struct, frozen=True, kw_only=True):
    """A translation, the English that it was made from, and the place of the translation as `page:line`."""

    id: str
    english: str
    translation: str
    place: str
    span: Span


class Learnt(Struct, frozen=True, kw_only=True):
    """All pairs in page order, an id as often as pages show it, and what was found on the way."""

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
    """Read pages of a language, with their English from comments, other pages or documents. Raises `CodegenError`."""
    report = Report()
    found, known = occurrences(sources, locale.tag, report, progress, languages=languages)
    rejected = Report()
    pairs = _pairs(found, known, locale, rejected)
    return Learnt(pairs=tuple(pairs), rejected=rejected.diagnostics, reading=report.diagnostics)


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
    found = []
    for tree, prose_id, texts in heard:
        if tree.locale == locale:
            found.append(Occurrence(tree=tree, id=prose_id, own=texts.own, english=texts.english))
        elif tree.locale == ENGLISH and texts.own is not None:
            known.setdefault(prose_id, texts.own.text)
    return found, known


def _pairs(found: Iterable[Occurrence], known: Mapping[str, str], locale: Locale, rejected: Report) -> list[Pair]:
    by_page: dict[str, list[Occurrence]] = defaultdict(list)
    for each in found:
        by_page[each.tree.span.path].append(each)
    everywhere = _ids_by_english(known.items())
    places = Places()
    pairs: list[Pair] = []
    for occurring in by_page.values():
        here = _ids_by_english((each.id, _english(each, known)) for each in occurring)
        made = [
            pair
            for each in occurring
            if _has_translation(each, known, locale, rejected)
            and _is_own_english(each, known, here, everywhere, rejected)
            and (pair := _pair(each, known, places)) is not None
        ]
        pairs.extend(_without_neighbours(made, rejected))
    return _without_mistaken(pairs, rejected)


def _english(each: Occurrence, known: Mapping[str, str]) -> str:
    return each.english.text if each.english is not None and each.english.text else known.get(each.id, "")


def _pair(each: Occurrence, known: Mapping[str, str], places: Places) -> Pair | None:
    english = _english(each, known)
    if each.own is None or not english:
        return None
    span = places.of(each.own.text.partition("\n")[0], each.own.span)
    return Pair(
        id=each.id, english=english, translation=each.own.text, place=f"{each.tree.path}:{span.line}", span=span
    )


def _ids_by_english(texts: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    ids: dict[str, set[str]] = defaultdict(set)
    for prose_id, english in texts:
        if english:
            ids[loose(english)].add(prose_id)
    return ids


def _has_translation(each: Occurrence, known: Mapping[str, str], locale: Locale, rejected: Report) -> bool:
    """Whether there is a text of the language at all. A text of names alone (`PodSpec`) is the same in each language."""
    if each.own is None or not each.own.text:
        if each.english is not None:
            rejected.warning(
                "translation-empty",
                f"{each.id!r} has its English here and no translation",
                each.english.span,
                "write the translation below its English, or remove the comment",
            )
        return False
    english = _english(each, known)
    still_english = (
        not locale.letters.search(each.own.text) if locale.letters else loose(english) == loose(each.own.text)
    )
    if still_english and not (loose(english) == loose(each.own.text) and is_only_names(english)):
        rejected.warning(
            "translation-english",
            f"the text of {each.id!r} is not translated: {_short(each.own.text)!r}",
            each.own.span,
            f"translate it into {locale.name}",
        )
        return False
    return True


def _is_own_english(
    each: Occurrence,
    known: Mapping[str, str],
    here: Mapping[str, set[str]],
    everywhere: Mapping[str, set[str]],
    rejected: Report,
) -> bool:
    """Whether the English in the comment is of this id: not another one's, unless it is an older edition of this one's."""
    if each.english is None or each.own is None or not (true := known.get(each.id)):
        return True
    said = each.english.text
    if loose(said) == loose(true):
        return True
    if share(said, true) >= _EDITED and len(true) > len(said):
        return True
    others = here.get(loose(said), set()) - {each.id}
    if not others and len(said) >= _LONG_ENOUGH:
        others = everywhere.get(loose(said), set()) - {each.id}
    if not others:
        return True
    rejected.warning(
        "comment-of-another",
        f"the English beside {each.id!r} is that of {min(others)!r}: {_short(said)!r}",
        each.english.span,
        f"this one's is {_short(true)!r}: correct the comment and translate it",
    )
    return False


def _without_neighbours(pairs: list[Pair], rejected: Report) -> list[Pair]:
    """The pairs of a page without those whose translation stands below another English as well.

    Texts that differ by a few words may share a translation. Where they are about different things the one whose names
    occur in the translation keeps it; where that tells nothing, none does.
    """
    by_translation: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
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
                    f"the translation of {pair.id!r} stands below another English too: {_short(pair.translation)!r}",
                    pair.span,
                    f"the English here is {_short(pair.english)!r}: is the translation that of a neighbour?",
                )
    return [pair for pair in pairs if id(pair) not in wrong]


def _without_mistaken(pairs: list[Pair], rejected: Report) -> list[Pair]:
    """The pairs without slips: a translation that nearly everywhere stands for another English, where this one has its own.

    `Standard list metadata` with the translation of `Standard object's metadata` is too like to be seen on its page alone.
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
                f"the translation of {pair.id!r} is used for another English elsewhere: {_short(pair.translation)!r}",
                pair.span,
                f"the English here is {_short(pair.english)!r}, which is translated otherwise on other pages",
            )
        else:
            kept.append(pair)
    return kept


def _fits(pair: Pair) -> bool:
    """Whether the Latin words of a translation occur in its English, and there are some."""
    names = [word for word in words(pair.translation) if len(word) > 1]
    english = pair.english.lower()
    return bool(names) and all(name in english for name in names)


def _short(text: str) -> str:
    plain = same(text)
    return plain if len(plain) <= 60 else f"{plain[:59]}…"
