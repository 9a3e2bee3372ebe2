"""Records of the changes of an API from release to release, for pages and the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from codegen.findings.rules.rule import Aspect, Lifecycle
from codegen.model.definitions import GroupVersionKind


class HistoryEntry(Struct, frozen=True, kw_only=True):
    """A change between a release and the one `before` it.

    `rule` is an id of the catalogue with its `aspect`, `life` and `fact`. `level` is ERR, WARN or
    INFO. `id` is the prose id in the newest release, `name` the readable name, and `says` the full
    English sentence. `ids` lists all elements that one entry covers. `old` and `new` are empty if a
    side has no value. Those of a changed text are whole, and `locale` is its language. `rejects`
    says that the level is that of requests: servers refuse objects that they accepted before.
    """

    release: str
    before: str
    rule: str
    aspect: Aspect | None
    life: Lifecycle | None
    fact: str
    level: str
    id: str
    name: str
    says: str
    ids: tuple[str, ...]
    old: str
    new: str
    locale: str
    rejects: bool = False


class RemovedKind(Struct, frozen=True, kw_only=True):
    """A kind of an earlier release, with the `last` one that has it and the first without.

    `successor` is the key of its most stable other version in the newest release.
    """

    key: str
    gvk: GroupVersionKind
    last: str
    release: str
    successor: str = ""


class Changelog(Struct, frozen=True, kw_only=True, dict=True):
    """The entries of an API over several releases, from the oldest.

    `dates` has the known release days, as `2026-01-31`. `keys` are the definitions of any release.
    """

    releases: tuple[str, ...] = ()
    entries: tuple[HistoryEntry, ...] = ()
    dates: Mapping[str, str] = MappingProxyType({})
    removed: tuple[RemovedKind, ...] = ()
    keys: frozenset[str] = frozenset()

    @cached_property
    def about(self) -> Mapping[str, Sequence[HistoryEntry]]:
        """The entries by prose id, including those for several elements."""
        entries: dict[str, list[HistoryEntry]] = {}
        for entry in self.entries:
            for name in dict.fromkeys(entry.ids or (entry.id,)):
                entries.setdefault(name, []).append(entry)
        return entries

    def until(self, release: str) -> Changelog:
        """Return the changes until a release."""
        names = self.releases[: self.releases.index(release) + 1]
        entries = tuple(entry for entry in self.entries if entry.release in names)
        removed = tuple(kind for kind in self.removed if kind.release in names)
        return replace(self, releases=names, entries=entries, removed=removed)
