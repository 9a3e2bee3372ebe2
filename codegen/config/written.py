"""The shape of `codegen.yaml` as it is written. What does not fit it is explained by the JSON Schema, which has the words for it."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

Text = Annotated[str, Meta(min_length=1)]
Patterns = Annotated[tuple[Text, ...], Meta(min_length=1)]
Share = Annotated[float, Meta(ge=0, le=1)]


class Second(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A source to compare another one with."""

    path: Text
    locale: Text | UnsetType = UNSET


class Source(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A source, and what `check` compares it with: a path, a source, or a list of these."""

    path: Text
    locale: Text | UnsetType = UNSET
    against: Text | Second | Annotated[list[Text | Second], Meta(min_length=1)] | UnsetType = UNSET


class Release(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A source of one release, the name of the release where its path has no version, and its day."""

    path: Text
    locale: Text | UnsetType = UNSET
    release: Text | UnsetType = UNSET
    date: Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")] | UnsetType = UNSET


class Check(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `check` looks at besides files."""

    untranslated: Share | dict[str, Share] = {}
    baseline: Text | UnsetType = UNSET


class Site(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a site says of itself."""

    base: Annotated[str, Meta(pattern=r"^https?://[^\s/]+(/\S*)?$")] | UnsetType = UNSET
    title: Text | UnsetType = UNSET
    fragments: bool = False


class Output(Struct, frozen=True, kw_only=True):
    """What every output has; its other keys are checked against its record."""

    target: str
    to: Text
    select: Patterns | UnsetType = UNSET


class File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    sources: Annotated[list[Text | Source], Meta(min_length=1)]
    outputs: list[Output]
    select: Patterns = ()
    locales: Annotated[tuple[Text, ...], Meta(min_length=1)] = ("en",)
    translations: Text | UnsetType = UNSET
    templates: Text | UnsetType = UNSET
    kubernetes: Text | UnsetType = UNSET
    check: Check = Check()
    history: tuple[Text | Release, ...] = ()
    site: Site = Site()
