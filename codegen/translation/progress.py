"""Translation progress of one language by page, kind and part.

A text is *stale* if its English has changed since it was translated, *fuzzy* if a person has yet to choose or confirm its translation,
*missing* if there is none. Work is counted by distinct English, since one decision settles a text everywhere. Only the new sentences of a
stale text count. A text counts for the first of its pages. Pages and kinds are sorted by their words to do, the finished ones last.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from codegen.core.locales import ENGLISH
from codegen.model import Reference, field_id
from codegen.translation.adaptation import compose_page_text
from codegen.translation.normalization import count_words, fold_markup
from codegen.translation.po import Entry, adopt_bundled
from codegen.translation.prose_ids import ReferencePart, classify_id
from codegen.translation.signals import Assessment, Signal, assess


class TextState(StrEnum):
    """The state of the translation of one text."""

    TRANSLATED = "translated"
    FUZZY = "fuzzy"
    STALE = "stale"
    MISSING = "missing"


class WorkItem(Struct, frozen=True, kw_only=True):
    """An English text for a person to translate or review, with its ids and pages.

    `words` is the number of words to do, and `old` the translated English if it has changed.
    """

    english: str
    state: TextState
    ids: tuple[str, ...]
    pages: tuple[str, ...]
    words: int
    assessment: Assessment = Assessment(signal=Signal.NONE)
    old: str = ""
    translation: str = ""


class TextCounts(Struct, kw_only=True):
    """The counts of texts of one page, kind or part.

    `texts` has the words to do of each distinct open text.
    """

    name: str
    counts: dict[TextState, int] = field(default_factory=lambda: dict.fromkeys(TextState, 0))
    texts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The number of texts, including repetitions."""
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        """The number of texts to do, including repetitions."""
        return self.total - self.counts[TextState.TRANSLATED]

    @property
    def words(self) -> int:
        """The words to do in distinct texts."""
        return sum(self.texts.values())


class TranslationStatus(Struct, frozen=True, kw_only=True):
    """The tallies of all texts, and the work items in order of use.

    `orphans` are the ids of translations without a text in the source.
    """

    total: TextCounts
    pages: tuple[TextCounts, ...]
    kinds: tuple[TextCounts, ...]
    parts: tuple[TextCounts, ...]
    work: tuple[WorkItem, ...]
    orphans: tuple[str, ...]

    @property
    def signals(self) -> dict[Signal, int]:
        """The number of distinct texts to review by signal, including orphans."""
        counts = Counter(
            work.assessment.signal for work in self.work if work.state is not TextState.MISSING
        )
        counts[Signal.ORPHAN] = len(self.orphans)
        return {
            signal: counts[signal] for signal in (Signal.ORPHAN, Signal.STRONG, Signal.MODERATE)
        }

    @property
    def missing(self) -> int:
        """The number of distinct texts without a translation."""
        return sum(work.state is TextState.MISSING for work in self.work)


def compute_status(reference: Reference, entries: Mapping[str, Entry]) -> TranslationStatus:
    """Compare the English of a source with the entries of a catalog."""
    english = {
        prose_id: prose.text
        for prose_id, prose in reference.prose.get(ENGLISH, {}).items()
        if prose.text.strip()
    }
    entries = {
        prose_id: adopt_bundled(entry, english[prose_id]) if prose_id in english else entry
        for prose_id, entry in entries.items()
    }
    total = TextCounts(name="all")
    parts = {part: TextCounts(name=part) for part in ReferencePart}
    pages: dict[str, TextCounts] = {}
    kinds: dict[str, TextCounts] = {}
    page_of, kind_of = _map_pages(reference), _map_kinds(reference)
    open_ids: dict[str, list[str]] = defaultdict(list)
    states = {
        prose_id: find_state(text, entries.get(prose_id)) for prose_id, text in english.items()
    }
    for prose_id, state in states.items():
        if state is not TextState.TRANSLATED:
            open_ids[fold_markup(english[prose_id])].append(prose_id)
    work: list[WorkItem] = []
    for ids in open_ids.values():
        # The first id has the draft that goes out: by it an import sees that nobody touched it.
        ids.sort(key=lambda prose_id: states[prose_id] is TextState.MISSING)
        on_pages = tuple(
            dict.fromkeys(page for prose_id in ids for page in page_of.get(prose_id, ()))
        )
        work.append(
            _make_item(english[ids[0]], states[ids[0]], entries.get(ids[0]), tuple(ids), on_pages)
        )
    words = {fold_markup(item.english): item.words for item in work}
    for prose_id, state in states.items():
        page, kind = next(iter(page_of.get(prose_id, ())), ""), kind_of.get(prose_id, "")
        on_page = pages.setdefault(page, TextCounts(name=page or "(no page)"))
        of_kind = kinds.setdefault(kind, TextCounts(name=kind or "(no kind)"))
        folded = fold_markup(english[prose_id])
        for tally in (total, parts[classify_id(prose_id)], on_page, of_kind):
            tally.counts[state] += 1
            if state is not TextState.TRANSLATED:
                tally.texts[folded] = words[folded]
    work.sort(key=lambda item: (-len(item.ids), item.words, item.ids))
    orphans = sorted(
        prose_id
        for prose_id, entry in entries.items()
        if entry.translation and prose_id not in english
    )
    return TranslationStatus(
        total=total,
        pages=_sort_tallies(pages) if page_of else (),
        kinds=_sort_tallies(kinds),
        parts=tuple(tally for tally in parts.values() if tally.total),
        work=tuple(work),
        orphans=tuple(orphans),
    )


def _make_item(
    english: str,
    state: TextState,
    entry: Entry | None,
    ids: tuple[str, ...],
    pages: tuple[str, ...],
) -> WorkItem:
    words = count_words(english).total()
    if state is TextState.MISSING or entry is None:
        return WorkItem(english=english, state=state, ids=ids, pages=pages, words=words)
    assessment = assess(english, entry)
    is_stale = state is TextState.STALE
    return WorkItem(
        english=english,
        state=state,
        assessment=assessment,
        ids=ids,
        pages=pages,
        words=assessment.words if is_stale else words,
        old=entry.translated_english if is_stale else "",
        translation=(compose_page_text(entry) if entry.fuzzy else "") or entry.translation,
    )


def find_state(english: str, entry: Entry | None) -> TextState:
    """Return the state of one text with this entry in the catalog."""
    if entry is None or entry.obsolete or not entry.translation:
        return TextState.MISSING
    if fold_markup(entry.english) != fold_markup(english) or (
        entry.fuzzy and entry.previous is not None
    ):
        return TextState.STALE
    if entry.fuzzy:
        return TextState.FUZZY
    return TextState.TRANSLATED


def _sort_tallies(tallies: Mapping[str, TextCounts]) -> tuple[TextCounts, ...]:
    return tuple(
        sorted(
            tallies.values(),
            key=lambda tally: (not tally.open, tally.words, tally.open, tally.name),
        )
    )


def _map_pages(reference: Reference) -> dict[str, list[str]]:
    """Map each text to the pages with it.

    A definition without a section is written out on several pages.
    """
    pages: dict[str, list[str]] = defaultdict(list)
    with_section = reference.section_keys
    for page in reference.pages:
        if page.locale == ENGLISH:
            sections = set(page.section_keys)
            inside = reference.closure(*sections) if sections else ()
            keys = sections.union(key for key in inside if key not in with_section)
            ids = [prose_id for key in keys for prose_id in _list_field_ids(reference, key)]
            ids += [
                prose_id
                for operation in page.operations
                for prose_id in _list_operation_ids(reference, operation)
            ]
            for prose_id in dict.fromkeys(ids):
                pages[prose_id].append(page.path)
    return pages


def _map_kinds(reference: Reference) -> dict[str, str]:
    """Map each text to the name of its kind as `apiVersion Kind`.

    A definition belongs to the kind of its package with the longest name that its own begins with
    (`PlotSpec` -> Plot), a list to its items. Other types have their own name. Common parameters
    have none.
    """
    kinds: dict[str, str] = {}
    gvks = {
        key: str(definition.gvk)
        for key, definition in reference.definitions.items()
        if definition.gvk and definition.fields
    }
    for key in reference.definitions:
        beginnings = (key[:end] for end in range(len(key), key.rfind("."), -1))
        owner = next(
            (
                beginning
                for beginning in (key.removesuffix("List"), *beginnings)
                if beginning in gvks
            ),
            "",
        )
        kinds.update(dict.fromkeys(_list_field_ids(reference, key), gvks.get(owner, key)))
    for operation in reference.operations.values():
        if operation.gvk is not None:
            kinds.update(
                dict.fromkeys(_list_operation_ids(reference, operation.id), str(operation.gvk))
            )
    return kinds


def _list_field_ids(reference: Reference, key: str) -> list[str]:
    if key in reference.definitions:
        fields = reference.definitions[key].fields
    else:
        fields = ()
    return [key, *(field_id(key, item.name) for item in fields)]


def _list_operation_ids(reference: Reference, operation_id: str) -> list[str]:
    operation = reference.operations.get(operation_id)
    if operation is not None:
        parameters = operation.parameters
    else:
        parameters = ()
    return [
        operation_id,
        *(
            operation.parameter_id(parameter)
            for parameter in parameters
            if operation and not parameter.common
        ),
    ]
