"""Translation progress of one language by page, kind and part.

A text is *stale* if its English has changed since it was translated, *fuzzy* if a person has yet to choose or confirm its translation,
*missing* if there is none. Work is counted by distinct English, since one decision settles a text everywhere. Only the new sentences of a
stale text count. Pages and kinds are sorted by their words to do, the finished ones last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from codegen.core.locales import ENGLISH
from codegen.model import Definition, Reference, common_parameter_id, field_id
from codegen.translation.adaptation import compose_page_text, lacks_new_values
from codegen.translation.normalization import count_words, fold_markup
from codegen.translation.po import Entry
from codegen.translation.prose_ids import classify_id
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
    assessment: Assessment
    ids: tuple[str, ...]
    pages: tuple[str, ...]
    words: int
    old: str = ""
    translation: str = ""


class Tally(Struct, kw_only=True):
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

    def add(self, state: TextState, english: str, words_to_do: int) -> None:
        """Count one text."""
        self.counts[state] += 1
        if state is not TextState.TRANSLATED:
            text = fold_markup(english)
            self.texts[text] = max(self.texts.get(text, 0), words_to_do)


class TranslationStatus(Struct, frozen=True, kw_only=True):
    """The tallies of all texts, and the work items in order of use.

    `orphans` are the ids of translations without a text in the source.
    """

    total: Tally
    pages: tuple[Tally, ...]
    kinds: tuple[Tally, ...]
    parts: tuple[Tally, ...]
    work: tuple[WorkItem, ...]
    orphans: tuple[str, ...]

    @property
    def signals(self) -> dict[Signal, int]:
        """The number of distinct texts to review by signal, including orphans."""
        counts = Counter(work.assessment.signal for work in self.work if work.state is not TextState.MISSING)
        counts[Signal.ORPHAN] = len(self.orphans)
        return {signal: counts[signal] for signal in (Signal.ORPHAN, Signal.STRONG, Signal.MODERATE)}

    @property
    def missing(self) -> int:
        """The number of distinct texts without a translation."""
        return sum(work.state is TextState.MISSING for work in self.work)


def compute_status(reference: Reference, entries: Mapping[str, Entry]) -> TranslationStatus:
    """Compare the English of a source with the entries of a catalog."""
    total = Tally(name="all")
    pages: dict[str, Tally] = {}
    kinds: dict[str, Tally] = {}
    parts: dict[str, Tally] = {}
    page_of, kind_of = _map_pages(reference), _map_kinds(reference)
    works: dict[tuple[TextState, str, str], WorkItem] = {}
    ids: dict[tuple[TextState, str, str], list[str]] = {}
    english = {
        prose_id: prose.text for prose_id, prose in reference.prose.get(ENGLISH, {}).items() if prose.text.strip()
    }
    for prose_id, text in english.items():
        entry = entries.get(prose_id)
        state = find_state(text, entry)
        words_to_do = 0
        if state is not TextState.TRANSLATED:
            key = (state, fold_markup(text), "" if entry is None else fold_markup(entry.translation))
            if key not in works:
                works[key] = _make_item(text, state, entry)
            ids.setdefault(key, []).append(prose_id)
            words_to_do = works[key].words
        tallies = [total, _get_tally(parts, classify_id(prose_id))]
        tallies += [_get_tally(pages, name) for name in page_of.get(prose_id, ())]
        tallies += [_get_tally(kinds, name) for name in kind_of.get(prose_id, ())]
        for tally in tallies:
            tally.add(state, text, words_to_do)
    found = [
        replace(
            work,
            ids=tuple(ids[key]),
            pages=tuple(dict.fromkeys(page for prose_id in ids[key] for page in page_of.get(prose_id, ()))),
        )
        for key, work in works.items()
    ]
    found.sort(key=lambda work: (-len(work.ids), work.words, work.ids))
    orphans = sorted(prose_id for prose_id, entry in entries.items() if entry.translation and prose_id not in english)
    return TranslationStatus(
        total=total,
        pages=_sort_tallies(pages),
        kinds=_sort_tallies(kinds),
        parts=tuple(parts.values()),
        work=tuple(found),
        orphans=tuple(orphans),
    )


def _make_item(english: str, state: TextState, entry: Entry | None) -> WorkItem:
    if state is TextState.MISSING or entry is None:
        assessment = Assessment(signal=Signal.NONE)
        return WorkItem(
            english=english, state=state, assessment=assessment, ids=(), pages=(), words=count_words(english).total()
        )
    assessment = assess(english, entry)
    is_stale = state is TextState.STALE
    return WorkItem(
        english=english,
        state=state,
        assessment=assessment,
        ids=(),
        pages=(),
        words=assessment.words if is_stale else count_words(english).total(),
        old=entry.translated_english if is_stale else "",
        translation=(compose_page_text(entry) if entry.fuzzy else "") or entry.translation,
    )


def find_state(english: str, entry: Entry | None) -> TextState:
    """Return the state of one text with this entry in the catalog."""
    if entry is None or entry.obsolete or not entry.translation:
        return TextState.MISSING
    if fold_markup(entry.english) != fold_markup(english) or (entry.fuzzy and entry.previous is not None):
        return TextState.STALE
    if lacks_new_values(entry):
        return TextState.STALE
    return TextState.FUZZY if entry.fuzzy else TextState.TRANSLATED


def _get_tally(tallies: dict[str, Tally], name: str) -> Tally:
    return tallies.setdefault(name, Tally(name=name))


def _sort_tallies(tallies: Mapping[str, Tally]) -> tuple[Tally, ...]:
    return tuple(sorted(tallies.values(), key=lambda tally: (not tally.open, tally.words, tally.open, tally.name)))


# ----------------------------------------------------------------------------------------------- where texts belong


def _map_pages(reference: Reference) -> dict[str, list[str]]:
    """Map each text to the pages with it.

    A definition without a section is written out on several pages.
    """
    pages: dict[str, dict[str, None]] = {}
    for page in reference.pages:
        if page.locale != ENGLISH:
            continue
        for key in _list_shown_keys(reference, [section.key for section in page.sections]):
            for prose_id in _list_field_ids(reference.definitions.get(key), key):
                pages.setdefault(prose_id, {})[page.path] = None
        for prose_id in _list_operation_ids(reference, page.operations):
            pages.setdefault(prose_id, {})[page.path] = None
    return {prose_id: list(names) for prose_id, names in pages.items()}


def _list_shown_keys(reference: Reference, keys: list[str]) -> Iterable[str]:
    """List the definitions of a page, including those without a section of their own."""
    own = {section.key for page in reference.pages for section in page.sections}
    return keys if not keys else [key for key in reference.closure(*keys) if key in keys or key not in own] or keys


def _map_kinds(reference: Reference) -> dict[str, list[str]]:
    """Map each text to its kind as `apiVersion Kind`.

    The kind is that of the operation, or the nearest one to the definition. Nearest is the kind of the package with the longest name that the
    definition's begins with (`PlotSpec` -> Plot), else the one kind that alone leads to it. Types of several kinds have their own name.
    """
    roots = {
        key: definition
        for key, definition in reference.definitions.items()
        if definition.gvk is not None and definition.fields
    }
    owners = _find_owners(reference, roots)
    kinds: dict[str, list[str]] = {}
    for key, definition in reference.definitions.items():
        name = owners.get(key) or key
        for prose_id in _list_field_ids(definition, key):
            kinds[prose_id] = [name]
    for operation in reference.operations.values():
        if operation.gvk is not None:
            name = str(operation.gvk)
            for prose_id in _list_operation_ids(reference, (operation.id,)):
                if not prose_id.startswith(common_parameter_id("")):
                    kinds[prose_id] = [name]
    return kinds


def _find_owners(reference: Reference, roots: Mapping[str, Definition]) -> dict[str, str]:
    names = {key: str(definition.gvk) for key, definition in roots.items() if definition.gvk is not None}
    by_package: dict[str, list[str]] = {}
    for key in roots:
        by_package.setdefault(key.rpartition(".")[0], []).append(key)
    leading: dict[str, set[str]] = {}
    for key in roots:
        for target in reference.closure(key):
            leading.setdefault(target, set()).add(key)
    owners: dict[str, str] = {}
    for key in reference.definitions:
        same_package = by_package.get(key.rpartition(".")[0], [])
        begins = max((root for root in same_package if key.startswith(root)), key=len, default="")
        alone = {root for root in leading.get(key, ()) if not _is_list_kind(root, roots)}
        if begins:
            begins = begins.removesuffix("List") if begins.removesuffix("List") in roots else begins
            owners[key] = names[begins]
        elif len(alone) == 1:
            owners[key] = names[next(iter(alone))]
    return owners


def _is_list_kind(key: str, roots: Mapping[str, Definition]) -> bool:
    return key.endswith("List") and key.removesuffix("List") in roots


def _list_field_ids(definition: Definition | None, key: str) -> list[str]:
    return [key, *(field_id(key, item.name) for item in definition.fields)] if definition is not None else [key]


def _list_operation_ids(reference: Reference, operations: Iterable[str]) -> list[str]:
    ids = []
    for operation_id in operations:
        ids.append(operation_id)
        if (operation := reference.operations.get(operation_id)) is not None:
            ids += [operation.parameter_id(parameter) for parameter in operation.parameters if not parameter.common]
    return ids
