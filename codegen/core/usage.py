"""How prose of a language is written, as far as a linter can tell: the table `[usage]` of a locale's file. Words, never expressions."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


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

    `blanks` says whether one blank stands between letters of English and its own, or none; `stop` ends a sentence. Without `wordings`
    translations agree only where they are the same.
    """

    blanks: Literal["", "one", "none"] = ""
    stop: str = ""
    twice: Twice = Twice()
    sites: tuple[Site, ...] = ()
    wordings: Wordings | None = None
