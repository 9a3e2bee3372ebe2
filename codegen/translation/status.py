"""The work left for one language: each text of a source is translated, fuzzy, stale or missing; by page, kind and part.

A text is *stale* if its English has changed since it was translated, *fuzzy* if a person has yet to choose or confirm its
translation, *missing* if there is none. Pages and kinds stand in the order of their open work, the cheapest first, the finished
ones last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct, field

from codegen.core.locales import ENGLISH
from codegen.model import Definition, Reference, common_parameter_id, field_id, parameter_id
from codegen.translation.po import Entry
from codegen.translation.text import loose, words
from codegen.translation.update import part_of


class State(StrEnum):
    """The state of the translation of one text."""

    TRANSLATED = "translated"
    FUZZY = "fuzzy"
    STALE = "stale"
    MISSING = "missing"


class Tally(Struct, kw_only=True):
    """The texts of one page, kind or part. `words` counts the English words of those that are open."""

    name: str
    counts: dict[State, int] = field(default_factory=lambda: dict.fromkeys(State, 0))
    words: int = 0

    @property
    def total(self) -> int:
        """All texts."""
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        """Texts that a person has to see before the page is done."""
        return self.total - self.counts[State.TRANSLATED]

    def add(self, state: State, english: str) -> None:
        """Count one text."""
        self.counts[state] += 1
        if state is not State.TRANSLATED:
            self.words += words(english).total()


class Status(Struct, frozen=True, kw_only=True):
    """The tallies of all texts, and by page, kind and part."""

    total: Tally
    pages: tuple[Tally, ...]
    kinds: tuple[Tally, ...]
    parts: tuple[Tally, ...]


def status(reference: Reference, entries: Mapping[str, Entry]) -> Status:
    """Compare the English of a source with the entries of a catalogue."""
    total = Tally(name="all")
    pages: dict[str, Tally] = {}
    kinds: dict[str, Tally] = {}
    parts: dict[str, Tally] = {}
    page_of, kind_of = _pages(reference), _kinds(reference)
    for prose_id, prose in reference.prose.get(ENGLISH, {}).items():
        if not prose.text.strip():
            continue
        state = state_of(prose.text, entries.get(prose_id))
        tallies = [total, _at(parts, part_of(prose_id))]
        tallies += [_at(pages, name) for name in page_of.get(prose_id, ())]
        tallies += [_at(kinds, name) for name in kind_of.get(prose_id, ())]
        for tally in tallies:
            tally.add(state, prose.text)
    return Status(total=total, pages=_ordered(pages), kinds=_ordered(kinds), parts=tuple(parts.values()))


def state_of(english: str, entry: Entry | None) -> State:
    """The state of one text, of which the catalogue has this entry."""
    if entry is None or entry.obsolete or not entry.translation:
        return State.MISSING
    if loose(entry.english) != loose(english) or (entry.fuzzy and entry.previous is not None):
        return State.STALE
    return State.FUZZY if entry.fuzzy else State.TRANSLATED


def _at(tallies: dict[str, Tally], name: str) -> Tally:
    return tallies.setdefault(name, Tally(name=name))


def _ordered(tallies: Mapping[str, Tally]) -> tuple[Tally, ...]:
    return tuple(sorted(tallies.values(), key=lambda tally: (not tally.open, tally.open, tally.words, tally.name)))


# ----------------------------------------------------------------------------------------------- where texts belong


def _pages(reference: Reference) -> dict[str, list[str]]:
    """The pages that show a text: one for a section, several for a definition that is written out where it is used."""
    pages: dict[str, dict[str, None]] = {}
    for page in reference.pages:
        if page.locale != ENGLISH:
            continue
        for key in _shown(reference, [section.key for section in page.sections]):
            for prose_id in _ids_of(reference.definitions.get(key), key):
                pages.setdefault(prose_id, {})[page.path] = None
        for prose_id in _operation_ids(reference, page.operations):
            pages.setdefault(prose_id, {})[page.path] = None
    return {prose_id: list(names) for prose_id, names in pages.items()}


def _shown(reference: Reference, keys: list[str]) -> Iterable[str]:
    """The keys of a page's sections and of the definitions that have no section of their own anywhere."""
    own = {section.key for page in reference.pages for section in page.sections}
    return keys if not keys else [key for key in reference.closure(*keys) if key in keys or key not in own] or keys


def _kinds(reference: Reference) -> dict[str, list[str]]:
    """The kind that each text belongs to, as `apiVersion Kind`: of its operation, or the one nearest to its definition.

    Nearest is the kind of the package with the longest name that the definition's begins with (`PlotSpec` -> Plot), else the
    one kind that alone leads to it; types that several kinds share are listed by themselves.
    """
    roots = {
        key: definition
        for key, definition in reference.definitions.items()
        if definition.gvk is not None and definition.fields
    }
    owners = _owners(reference, roots)
    kinds: dict[str, list[str]] = {}
    for key, definition in reference.definitions.items():
        name = owners.get(key) or key
        for prose_id in _ids_of(definition, key):
            kinds[prose_id] = [name]
    for operation in reference.operations.values():
        if operation.gvk is not None:
            name = f"{operation.gvk.api_version} {operation.gvk.kind}"
            for prose_id in _operation_ids(reference, (operation.id,)):
                if not prose_id.startswith(common_parameter_id("")):
                    kinds[prose_id] = [name]
    return kinds


def _owners(reference: Reference, roots: Mapping[str, Definition]) -> dict[str, str]:
    names = {
        key: f"{definition.gvk.api_version} {definition.gvk.kind}"
        for key, definition in roots.items()
        if definition.gvk is not None
    }
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
        alone = {root for root in leading.get(key, ()) if not _is_list_of(root, roots)}
        if begins:
            begins = begins.removesuffix("List") if begins.removesuffix("List") in roots else begins
            owners[key] = names[begins]
        elif len(alone) == 1:
            owners[key] = names[next(iter(alone))]
    return owners


def _is_list_of(key: str, roots: Mapping[str, Definition]) -> bool:
    return key.endswith("List") and key.removesuffix("List") in roots


def _ids_of(definition: Definition | None, key: str) -> list[str]:
    return [key, *(field_id(key, item.name) for item in definition.fields)] if definition is not None else [key]


def _operation_ids(reference: Reference, operations: Iterable[str]) -> list[str]:
    ids = []
    for operation_id in operations:
        ids.append(operation_id)
        if (operation := reference.operations.get(operation_id)) is not None:
            ids += [
                parameter_id(operation_id, parameter.name) for parameter in operation.parameters if not parameter.common
            ]
    return ids


# ----------------------------------------------------------------------------------------------------- for programs


def as_json(result: Status) -> dict[str, object]:
    """The status as plain data; pages and kinds in the order of their open work."""
    return {
        **_row(result.total),
        "by_part": [_row(tally) for tally in result.parts],
        "by_page": [_row(tally) for tally in result.pages],
        "by_kind": [_row(tally) for tally in result.kinds],
    }


def _row(tally: Tally) -> dict[str, object]:
    return {
        "name": tally.name,
        **{state.value: count for state, count in tally.counts.items()},
        "total": tally.total,
        "open_words": tally.words,
    }
