"""How prose of a language is written, as far as a linter can tell: the table `[usage]` of a locale's file. Words, never expressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct


class Opposites(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two senses of which neither may stand for the other: the words of English for each, and those of the language.

    Where a sentence of either has one of the words of `unsure`, nothing follows. Of `contrary` senses the one denied is the other. Words
    of English letters are looked for as whole words.
    """

    english: tuple[tuple[str, ...], tuple[str, ...]]
    own: tuple[tuple[str, ...], tuple[str, ...]]
    unsure: tuple[str, ...] = ()
    contrary: bool = False


class Implied(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words of the language that deny a sentence, but only tell what English says with one of its words where it has one.

    `plain` are words that tell the same and deny nothing: where a translation has one, no negation of it tells that word of English.
    A translation has a negation or one of both kinds for each of `needed`, words of English too.
    """

    english: tuple[str, ...]
    own: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


class Lists(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a comma that ends a clause is known from one between the members of an enumeration.

    `openings` begin a clause and no member, but as part of the words of `members`; `verbs` are letters that clauses have and members have
    not; `endings` end what no member follows; `rests` stand for further members (`etc.`). What ends with `binder` describes what follows,
    if that has `binder` too and none of `copulas`; a clause with `frame` only ends so (`是 ... 的`), which
    matters where what follows begins with one of `prepositions`, or has a copula as a part of the words of `members`.
    """

    openings: tuple[str, ...]
    verbs: str = ""
    members: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    rests: tuple[str, ...] = ()
    copulas: tuple[str, ...] = ()
    binder: str = ""
    frame: str = ""
    prepositions: tuple[str, ...] = ()


class Twice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which letters are typed twice by mistake. `fine` are words and joints of words in which they rightly stand twice.

    `never` are letters that no word begins and ends with. Of a language that lists its words any other letter is one too many unless the
    first of the two ends a word, or is one of `first`, which are words themselves, and the second begins one, or is one of `last`; of any
    other language where no word goes on beyond the two: behind a mark, a blank or one of `edges`, and before those.
    """

    never: str = ""
    edges: str = ""
    first: str = ""
    last: str = ""
    fine: tuple[str, ...] = ()


class Site(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A site with pages in the language at `/<tag>/`: its names, and the parts (`/docs/`) that the language has nearly whole."""

    hosts: tuple[str, ...]
    parts: tuple[str, ...] = ()


class Wordings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When two translations of one English say the same in other words: it has at least so many `words`, and they have at least the
    share `alike` of their letters in common, in their order.
    """

    words: int
    alike: float


class Usage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is usual in a language; a rule of the linter that needs a fact which a language does not state is not applied to it.

    `blanks` says whether one blank stands between letters of English and its own, or none. A sentence has one of `negations` for each
    that English has; words of `harmless` hold one of them and deny nothing, those of `implied` are negations only
    beyond what they tell. One of `denials` stands in no sentence that denies nothing. All are looked for as the words of `Opposites` are.
    `numbers` are the words for
    numbers, by digits; `bounds` are the opposites that limit a value. Before the last of several, which one of `joints` joins, an
    enumeration has `pause`; `lists` tells where a comma is wrong. Without `wordings` translations agree only where they are the same.
    """

    blanks: Literal["", "one", "none"] = ""
    stop: str = ""
    pause: str = ""
    joints: tuple[str, ...] = ()
    negations: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    implied: tuple[Implied, ...] = ()
    denials: tuple[str, ...] = ()
    numbers: Mapping[str, tuple[str, ...]] = {}
    bounds: tuple[Opposites, ...] = ()
    opposites: tuple[Opposites, ...] = ()
    lists: Lists | None = None
    twice: Twice = Twice()
    sites: tuple[Site, ...] = ()
    wordings: Wordings | None = None


def usage_of(data: Any) -> Usage:
    """The usage that a table states. Raises `ValueError` that says what is wrong with it, and where."""
    try:
        return msgspec.convert(data, Usage)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None
