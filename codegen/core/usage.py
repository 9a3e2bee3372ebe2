"""The conventions of prose in a language, from the table `[usage]` of its locale file."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class DoublingRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Letters typed twice by mistake.

    `fine` are words, and ends and beginnings of words, that rightly have a letter twice. `never`
    are letters that no word both begins and ends with. If the language has a list of words, another
    letter is doubled by mistake unless the first one ends a word or is one of `first`, and the
    second one begins a word or is one of `last`; both are words of one letter. A repeated word does
    not begin with one of `edges`.
    """

    never: str = ""
    edges: str = ""
    first: str = ""
    last: str = ""
    fine: tuple[str, ...] = ()


class PublishedSite(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A site with pages in the language at `/<tag>/`.

    `parts`, such as `/docs/`, are nearly completely translated.
    """

    hosts: tuple[str, ...]
    parts: tuple[str, ...] = ()


class WordingSimilarity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The similarity of two translations of one text that mean the same.

    The English has at least so many `words`, and the translations have at least the share `alike`
    of their letters in common, in order.
    """

    words: int
    alike: float


class Usage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The conventions of a language. The linter skips rules without a fact here.

    `blanks` is the number of spaces between English and other letters, and `stop` ends a sentence.
    `negations` are words of which a translation has one for each negation of its English.
    Without `wordings` only equal translations agree.
    """

    blanks: Literal["", "one", "none"] = ""
    stop: str = ""
    negations: tuple[str, ...] = ()
    twice: DoublingRules = DoublingRules()
    sites: tuple[PublishedSite, ...] = ()
    wordings: WordingSimilarity | None = None
