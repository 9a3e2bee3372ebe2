"""Fuzzy matches of new texts with translated English.

The two differ only in the addresses, the kind, or the last sentences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cached_property

from msgspec.structs import replace

from codegen.core.escaping.controls import on_one_line
from codegen.translation.adaptation import (
    MIN_WORDS,
    NAME,
    SLOT,
    find_head_ends,
    fold_addresses,
    fold_template,
    hash_heads,
    insert_slots,
)
from codegen.translation.normalization import URL, count_words
from codegen.translation.po import Entry

# A text about a kind says enough if it has so many other words.
_MIN_OTHER_WORDS = 2


class FuzzyMatcher:
    """Indexes of all translations by parts of their English. `kinds` are the names of all kinds."""

    def __init__(self, entries: Sequence[Entry], kinds: Collection[str]) -> None:
        self._entries = entries
        self._names = frozenset(kinds)

    def match_addresses(self, english: str) -> Sequence[Entry]:
        """Find translations whose English differs in addresses alone, if it has enough other words."""
        if "://" not in english or count_words(URL.sub(" ", english)).total() < MIN_WORDS:
            return ()
        return self._address_index.get(fold_addresses(english), ())

    def match_kind(self, english: str) -> Sequence[Entry]:
        """Find the texts of other kinds, with their translations for this one."""
        key, kinds = self._fold_kind(english)
        templates = self._kind_index.get(key, ())
        return [
            replace(entry, translation=entry.translation.replace(SLOT, min(kinds)))
            for entry in templates
        ]

    def match_head(self, english: str) -> str | None:
        """Find the longest translated part of an English text before further whole sentences."""
        ends = list(find_head_ends(english, self._head_hashes))
        if ends:
            return english[: ends[-1]]
        return None

    @cached_property
    def _address_index(self) -> dict[str, list[Entry]]:
        entries: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._entries:
            if "://" in entry.english:
                entries[fold_addresses(entry.english)].append(entry)
        return dict(entries)

    @cached_property
    def _head_hashes(self) -> set[int]:
        """The hashes of all English texts that say enough."""
        texts = (
            entry.english
            for entry in self._entries
            if count_words(entry.english).total() >= MIN_WORDS
        )
        return {key for text in texts for _, key in list(hash_heads(text))[-1:]}

    @cached_property
    def _kind_index(self) -> dict[str, list[Entry]]:
        """All texts about one kind, with a slot for its name in the translation."""
        templates: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._entries:
            english, kinds = self._fold_kind(entry.english)
            kept_names = self._names.intersection(NAME.findall(entry.translation))
            if english and not entry.fuzzy and kept_names == kinds:
                templates[english].append(
                    replace(entry, translation=insert_slots(entry.translation, kept_names))
                )
        return dict(templates)

    def _fold_kind(self, english: str) -> tuple[str, frozenset[str]]:
        """Normalize a text about one kind without its name. Also return the kinds it names."""
        line = on_one_line(english)
        names = self._names.intersection(NAME.findall(line))
        text = insert_slots(line, names)
        is_of_one = len(names) == 1 and count_words(text).total() >= _MIN_OTHER_WORDS
        return (fold_template(text) if is_of_one else ""), names
