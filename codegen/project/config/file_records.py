"""Records of `codegen.yaml` as users write it.

The JSON Schema explains files that do not fit them.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Text = Annotated[str, Meta(min_length=1)]
Patterns = Annotated[tuple[Text, ...], Meta(min_length=1)]
Pin = Annotated[str, Meta(pattern=r"^[0-9A-Za-z._+-]+$")]
Share = Annotated[float, Meta(ge=0, le=1)]


class Source(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A source with its language.

    `codegen update` fetches it from `url`. `check` compares it with the sources in `against`. A source of the history has the name and the
    date of its release.
    """

    path: Text
    url: Text = ""
    locale: Text = ""
    against: tuple[Source, ...] = ()
    release: Text = ""
    date: Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")] = ""


class Check(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of `codegen check`.

    `untranslated` is the permitted share of untranslated texts, for all languages or by locale.
    `baseline` is the file of accepted findings.
    """

    untranslated: Share | dict[str, Share] = {}
    baseline: Text = ""

    def allowed_share(self, locale: str) -> float | None:
        """Return the share of texts in a language that may be untranslated, or None without a
        limit.
        """
        shares = self.untranslated
        return shares.get(locale, shares.get("*")) if isinstance(shares, dict) else shares


class Site(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the site, such as its address and title.

    `releases` asks for pages of the earlier ones in `history`.
    """

    base: Annotated[str, Meta(pattern=r"^https?://[^\s/]+(/\S*)?$")] = ""
    title: Text = ""
    attribution: Text = ""
    fragments: bool = False
    releases: bool = False


class Output(Struct, frozen=True, kw_only=True):
    """An entry of `outputs`. Its other keys are checked against its record."""

    target: str
    to: Text
    select: Patterns = ()


class File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contents of `codegen.yaml`."""

    sources: Annotated[tuple[Source, ...], Meta(min_length=1)]
    outputs: list[Output]
    pins: dict[str, Pin] = {}
    manifests: tuple[Text, ...] = ()
    select: Patterns = ()
    locales: Annotated[tuple[Text, ...], Meta(min_length=1)] = ("en",)
    translations: Text = ""
    messages: Text = ""
    templates: Text = ""
    examples: Text = ""
    kubernetes: Text = ""
    check: Check = Check()
    history: tuple[Source, ...] = ()
    site: Site = Site()
