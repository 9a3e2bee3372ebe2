"""What became of an API from release to release, as the outputs tell it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct


class Step(Struct, frozen=True, kw_only=True):
    """One change between a release and the one `before` it, by its rule of the catalogue and its level (ERR, WARN, INFO).

    `id` is the prose id that what changed has in the last release, `ids` are all things that changed alike; `name` is what people call it, and `says` the whole
    in one English sentence. `old` and `new` are the values in words, empty where a side has none.
    """

    release: str
    before: str
    rule: str
    level: str
    id: str
    name: str
    says: str
    ids: tuple[str, ...] = ()
    old: str = ""
    new: str = ""


class Past(Struct, frozen=True, kw_only=True):
    """The steps of an API over several releases, from the oldest.

    `dates` has the days of those whose day is known, as `2026-01-31`; `about` has the steps of each thing by its prose id, also of those that changed with others.
    """

    releases: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    dates: Mapping[str, str] = MappingProxyType({})
    about: Mapping[str, tuple[Step, ...]] = MappingProxyType({})
