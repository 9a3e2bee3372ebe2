"""Translation memory with all translations of pages and catalogs.

Matches for a new text, best first: the same id and English; the same id with an English that
differs in nothing a translator has to decide; the same English under another id, if a person or
most places agree; a fuzzy match under another id, from which pages make their text; the same id
with another English. The last two wait for a person, whose answer about one kind holds for the
others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.escaping.controls import on_one_line
from codegen.core.limits import CANDIDATES_SHOWN
from codegen.core.usage import WordingSimilarity
from codegen.translation import provenance
from codegen.translation.adaptation import (
    MIN_WORDS,
    adapt_translation,
    fits_everywhere,
    make_partial,
    replace_addresses,
)
from codegen.translation.fuzzy_match import FuzzyMatcher
from codegen.translation.normalization import (
    count_words,
    fold_markup,
    fold_punctuation,
    measure_similarity,
    trim_text,
)
from codegen.translation.po import FUZZY, Entry
from codegen.translation.prose_ids import last_name
from codegen.translation.provenance import Origin, Provenance

# A translation is taken for one more kind if it is that of most kinds, and of at least so many.
_MIN_KINDS = 3
# An entry of these origins waits for a person; one of those is taken from another id.
_FUZZY_ORIGINS = frozenset((Origin.CHANGED, Origin.ADAPTED, Origin.CANDIDATES, Origin.CANDIDATE))
_OTHER_IDS = frozenset((Origin.REUSED, Origin.ADAPTED, Origin.CANDIDATES, Origin.CANDIDATE))


class Candidates(Struct, frozen=True, kw_only=True):
    """The translations of one English, the most used first.

    Those of a group differ in punctuation alone. `best` has the most used spelling of the first
    group. `agreeing` entries have its translation or a similar one. `flawed` ones have findings of
    the linter, and are only named.
    """

    groups: tuple[tuple[Entry, ...], ...]
    best: Entry
    agreeing: int
    flawed: tuple[tuple[Entry, ...], ...] = ()

    @property
    def is_choice(self) -> bool:
        """Whether there are other translations than the first one."""
        return len(self.groups) + len(self.flawed) > 1

    @property
    def total(self) -> int:
        """The number of entries."""
        return sum(map(len, self.groups))

    @property
    def places(self) -> tuple[str, ...]:
        """The locations of the first translation, the chosen spelling first."""
        return tuple(
            dict.fromkeys(place for entry in (self.best, *self.groups[0]) for place in entry.places)
        )

    def describe(self) -> list[str]:
        """Return a line for each translation with its number of uses and first id.

        Long lists end with the number of the others.
        """
        lines = []
        every = (*self.groups, *self.flawed)
        for number, group in enumerate(every[:CANDIDATES_SHOWN]):
            entry = _choose_spelling(group)
            line = f"{len(group)} × {on_one_line(entry.translation)} ({entry.id})"
            if number >= len(self.groups):
                line += ", which has findings of the linter"
            lines.append(line)
        left_out = len(every) - len(lines)
        if left_out:
            return [*lines, f"... {left_out} other translations"]
        return lines


def rank_candidates(entries: Iterable[Entry]) -> Candidates:
    """Group the translations of one English by use.

    Fuzzy ones, which have a fault, count only if all are.
    """
    groups: dict[str, list[Entry]] = defaultdict(list)
    every = list(entries)
    for entry in [entry for entry in every if not entry.fuzzy] or every:
        groups[fold_punctuation(entry.translation)].append(entry)
    ranked = tuple(tuple(group) for group in sorted(groups.values(), key=lambda group: -len(group)))
    return Candidates(groups=ranked, best=_choose_spelling(ranked[0]), agreeing=len(ranked[0]))


def _choose_spelling(group: Sequence[Entry]) -> Entry:
    """Return the first entry with the most used spelling of a translation."""
    spellings = Counter(on_one_line(entry.translation) for entry in group)
    most = max(spellings.values())
    return next(entry for entry in group if spellings[on_one_line(entry.translation)] == most)


def _prefer_typical(candidates: Candidates, alike: float) -> Candidates:
    """Put the translation first that resembles most others.

    Several people translated one long sentence, each well but in other words. Only the most used
    translations are compared.
    """
    texts = [
        fold_punctuation(group[0].translation) for group in candidates.groups[:CANDIDATES_SHOWN]
    ]
    weights = [
        sum(
            len(group)
            for group, other_text in zip(candidates.groups, texts, strict=False)
            if other_text == text
            or SequenceMatcher(None, text, other_text, autojunk=False).ratio() >= alike
        )
        for text in texts
    ]
    agreeing = max(weights)
    best = candidates.groups[weights.index(agreeing)]
    groups = (best, *(group for group in candidates.groups if group is not best))
    return replace(candidates, groups=groups, best=_choose_spelling(best), agreeing=agreeing)


# Returns whether a reviewer would mark the translation of an entry.
FlawFinder = Callable[[Entry], bool]


def is_never_flawed(_: Entry) -> bool:
    """Return that a translation has no findings, where no linter is asked."""
    return False


def rank_sound_candidates(entries: Iterable[Entry], has_flaw: FlawFinder) -> Candidates:
    """Rank the translations of one English without those that have findings, unless all have."""
    every = list(entries)
    ranked = rank_candidates(every)
    if len({on_one_line(entry.translation) for entry in every}) == 1:
        return ranked
    sound: list[Entry] = []
    flawed: list[Entry] = []
    for entry in every:
        if entry.fuzzy or has_flaw(entry):
            flawed.append(entry)
        else:
            sound.append(entry)
    if not sound or not flawed:
        return ranked
    return replace(rank_candidates(sound), flawed=rank_candidates(flawed).groups)


class TranslationMemory:
    """Learned entries by id and by English, with the confirmed entries of the catalog.

    An entry of the catalog is left out if a page taught it or it was reused. `wordings` says when
    two translations of one English agree.
    """

    def __init__(
        self,
        learned: Sequence[Sequence[Entry]],
        entries: Mapping[str, Entry],
        wordings: WordingSimilarity | None = None,
        kinds: Collection[str] = (),
        has_flaw: FlawFinder = is_never_flawed,
    ) -> None:
        self._has_flaw = has_flaw
        self._wordings = wordings
        self.by_id: dict[str, list[Entry]] = defaultdict(list)
        self.by_english: dict[str, list[Entry]] = defaultdict(list)
        answers: dict[str, list[Entry]] = defaultdict(list)
        self._taught = {
            (entry.id, fold_punctuation(entry.translation))
            for entry in chain.from_iterable(learned)
        }
        for entry in _keep_latest(learned):
            self._add(entry)
        for entry in sorted(entries.values(), key=lambda entry: entry.id):
            if not entry.translation or entry.fuzzy or entry.provenance.origin is Origin.REUSED:
                continue  # no person wrote or confirmed it as a whole
            entry = replace(entry, places=())
            if not self.is_learned_from_source(entry):
                self._add(entry)
            if entry.provenance.is_answerable:
                answers[fold_markup(entry.english)].append(entry)
        # Answers of a person to questions of the catalog, by English: they hold for all texts
        # without a translation of their own.
        self._answers = {english: rank_candidates(answer) for english, answer in answers.items()}
        self._fuzzy = FuzzyMatcher(list(chain.from_iterable(self.by_id.values())), kinds)
        self._answered = FuzzyMatcher(list(chain.from_iterable(answers.values())), kinds)
        self._ranked: dict[str, Candidates] = {}

    def _add(self, entry: Entry) -> None:
        self.by_id[entry.id].append(entry)
        self.by_english[fold_markup(entry.english)].append(entry)

    @property
    def has_learned(self) -> bool:
        """Whether a source taught anything."""
        return bool(self._taught)

    def is_answered(self, english: str) -> bool:
        """Return whether a person confirmed a translation of this English, or of the same about
        another kind.
        """
        return fold_markup(english) in self._answers or bool(self._answered.match_kind(english))

    def is_learned_from_source(self, entry: Entry) -> bool:
        """Return whether a source taught this translation for the id."""
        return (entry.id, fold_punctuation(entry.translation)) in self._taught

    def propose(self, text: Entry) -> Entry:
        """Return the entry for an untranslated text, which is the text itself without a match."""
        english = trim_text(text.english)
        if own_entries := self.by_id.get(text.id):
            return self._match_id(text.id, english, own_entries)
        return (
            self._match_other_ids(text.id, english)
            or self._match_head(text.id, english)
            or replace(text, english=english)
        )

    def _match_id(self, prose_id: str, english: str, own_entries: list[Entry]) -> Entry:
        """Match the nearest English of the same id."""
        for fold, origin in ((on_one_line, Provenance()), (fold_markup, provenance.CASE_DIFFERS)):
            if fitting := [entry for entry in own_entries if fold(entry.english) == fold(english)]:
                candidates = rank_sound_candidates(fitting, self._has_flaw)
                return _make_entry(prose_id, english, candidates, origin)
        alike = [measure_similarity(entry.english, english) for entry in own_entries]
        nearest = max(alike)
        candidates = rank_candidates(
            entry for entry, near in zip(own_entries, alike, strict=True) if near == nearest
        )
        return self._match_changed(prose_id, english, candidates)

    def _match_changed(self, prose_id: str, english: str, candidates: Candidates) -> Entry:
        """Match an id with a changed English, by their common part.

        Else its translation is marked as changed. Those of other ids are candidates in its comment,
        and never replace it.
        """
        best = candidates.best
        common = adapt_translation(best.english, english, best.translation, last_name(prose_id))
        if common is not None:
            translation, origin = common
            entry = _make_entry(prose_id, english, candidates, origin)
            if entry.fuzzy:
                return entry
            return replace(entry, translation=translation)
        details: Sequence[str] = ()
        if fold_markup(english) in self.by_english:
            details = (
                "the English of now is translated elsewhere:",
                *self._rank_english(english).describe(),
            )
        if not best.fuzzy:
            entry = _make_entry(prose_id, trim_text(best.english), candidates, Provenance())
            if (part := make_partial(entry, english)) is not None:
                return part
        entry = _make_entry(prose_id, english, candidates, provenance.mark_changed(details))
        return replace(entry, previous=trim_text(best.english))

    def _match_other_ids(self, prose_id: str, english: str) -> Entry | None:
        """Match the English of other ids, also with other addresses, or another kind."""
        if fold_markup(english) in self.by_english:
            return self._match_english(prose_id, english)
        if matches := self._fuzzy.match_addresses(english):
            return _replace_addresses(prose_id, english, rank_candidates(matches))
        answers = self._answered.match_kind(english)
        if matches := answers or self._fuzzy.match_kind(english):
            candidates = rank_candidates(matches)
            kinds = {fold_markup(entry.english) for entry in candidates.groups[0]}
            if 2 * candidates.agreeing > candidates.total and (answers or len(kinds) >= _MIN_KINDS):
                best = candidates.best.id
                answered = provenance.mark_reused(best, " but for the kind, where it is confirmed")
                return _make_entry(
                    prose_id,
                    english,
                    candidates,
                    answered if answers else provenance.mark_adapted(best),
                )
        return None

    def _match_head(self, prose_id: str, english: str) -> Entry | None:
        """Match the first sentences of a text, or return None if their translation is uncertain."""
        head = self._fuzzy.match_head(english)
        if head is None or (entry := self._match_other_ids(prose_id, trim_text(head))) is None:
            return None
        is_sure = entry.provenance.origin in (Origin.REUSED, Origin.ADAPTED)
        if is_sure:
            return make_partial(entry, english, entry.provenance)
        return None

    def _match_english(self, prose_id: str, english: str) -> Entry:
        """Reuse a translation of the same English."""
        candidates = self._rank_english(english)
        origin = _judge_reuse(
            prose_id, english, candidates, is_answer=fold_markup(english) in self._answers
        )
        return _make_entry(prose_id, english, candidates, origin)

    def _rank_english(self, english: str) -> Candidates:
        """Rank the translations of an English, or only the answers of a person.

        Similar wordings of long texts agree.
        """
        key = fold_markup(english)
        if key not in self._ranked:
            ranked = self._answers.get(key) or rank_sound_candidates(
                self.by_english[key], self._has_flaw
            )
            wordings = self._wordings
            is_open = 2 * ranked.agreeing <= ranked.total
            if wordings is not None and is_open and count_words(english).total() >= wordings.words:
                ranked = _prefer_typical(ranked, wordings.alike)
            self._ranked[key] = ranked
        return self._ranked[key]


def _judge_reuse(
    prose_id: str, english: str, candidates: Candidates, *, is_answer: bool
) -> Provenance:
    """Decide whether the best candidate is reused, and say why if not.

    No text is reused with another meaning: a person has settled its translation, or more than half
    of the places agree. The translation names nothing that the English does not: a translator who
    wrote `the name of the Secret` for `name of the referent` looked at the place. The English is
    long enough to mean the same everywhere, or the field has the same name.
    """
    best, name = candidates.best, last_name(prose_id).lower()
    names = {last_name(entry.id).lower() for entry in candidates.groups[0]}
    if 2 * candidates.agreeing <= candidates.total:
        reason = "the same English has several translations"
        return Provenance(
            origin=Origin.CANDIDATES, reason=reason, details=tuple(candidates.describe())
        )
    if not fits_everywhere(best.translation, english, prose_id):
        return provenance.mark_candidate(best.id, "the translation names what the English does not")
    if count_words(english).total() < MIN_WORDS and not is_answer and name not in names:
        return provenance.mark_candidate(
            best.id, "the English is short, and no field of this name has it"
        )
    if is_answer:
        return provenance.mark_reused(best.id, ", where it is confirmed")
    if not candidates.is_choice:
        return provenance.mark_reused(best.id)
    share = (
        f"; {candidates.agreeing} of {candidates.total} translations say so, in these or like words"
    )
    if candidates.flawed:
        share += "; others have findings of the linter"
    return provenance.mark_reused(best.id, share, candidates.describe()[1:])


def _replace_addresses(prose_id: str, english: str, candidates: Candidates) -> Entry:
    """Reuse a translation with other addresses, with those of this English if most of such
    translations agree.
    """
    best = candidates.best
    text = replace_addresses(best.english, english, best.translation)
    is_agreed = 2 * candidates.agreeing > candidates.total and not best.fuzzy
    if (
        text is None
        or not is_agreed
        or not fits_everywhere(best.translation, best.english, prose_id)
    ):
        doubt = _make_entry(
            prose_id,
            english,
            candidates,
            provenance.mark_candidate(best.id, "only addresses differ"),
        )
        return replace(doubt, previous=trim_text(best.english))
    entry = _make_entry(
        prose_id,
        english,
        candidates,
        provenance.mark_reused(best.id, "; the addresses are the new ones"),
    )
    return replace(entry, translation=trim_text(text))


def _make_entry(prose_id: str, english: str, candidates: Candidates, origin: Provenance) -> Entry:
    """Make an entry of the best candidate. One with a fault is fuzzy."""
    best = candidates.best
    if best.fuzzy and origin.origin not in _FUZZY_ORIGINS:
        origin = best.provenance
    return Entry(
        id=prose_id,
        english=english,
        translation=trim_text(best.translation),
        flags=(FUZZY,) if origin.origin in _FUZZY_ORIGINS else (),
        places=candidates.places[:1] if origin.origin in _OTHER_IDS else candidates.places,
        provenance=origin,
    )


def _keep_latest(learned: Sequence[Sequence[Entry]]) -> list[Entry]:
    """Keep the entries of the last source for each English of each id.

    It corrects the sources before it.
    """
    last = {
        (entry.id, fold_markup(entry.english)): number
        for number, source in enumerate(learned)
        for entry in source
    }
    return [
        entry
        for number, source in enumerate(learned)
        for entry in source
        if last[entry.id, fold_markup(entry.english)] == number
    ]
