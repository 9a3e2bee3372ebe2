"""Records of `codegen.yaml` as users write it. Its JSON Schema has checked the values."""

from __future__ import annotations

from msgspec import Struct


class Source(Struct, frozen=True, kw_only=True):
    """A source with its language.

    `check` compares it with the sources in `against`. A source of the history has the name and the date of its release.
    """

    path: str
    locale: str = ""
    against: tuple[Source, ...] = ()
    release: str = ""
    date: str = ""


class Check(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of `codegen check`.

    `untranslated` is the permitted share of untranslated texts, for all languages or by locale. `baseline` is the
    file of accepted findings.
    """

    untranslated: float | dict[str, float] = {}
    baseline: str = ""

    def allowed_share(self, locale: str) -> float | None:
        """Return the share of texts in a language that may be untranslated, or None without a limit."""
        shares = self.untranslated
        return shares.get(locale, shares.get("*")) if isinstance(shares, dict) else shares


class Site(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the site, such as its address and title."""

    base: str = ""
    title: str = ""
    fragments: bool = False


class Output(Struct, frozen=True, kw_only=True):
    """An entry of `outputs`. Its other keys are checked against its record."""

    target: str
    to: str
    select: tuple[str, ...] = ()


class File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contents of `codegen.yaml`."""

    sources: tuple[Source, ...]
    outputs: list[Output]
    select: tuple[str, ...] = ()
    locales: tuple[str, ...] = ("en",)
    translations: str = ""
    templates: str = ""
    kubernetes: str = ""
    check: Check = Check()
    history: tuple[Source, ...] = ()
    site: Site = Site()
