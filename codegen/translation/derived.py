"""What pages show of a fuzzy entry whose English differs in something that needs no translator: addresses, a kind, sentences behind it.

The catalogue keeps what a person wrote, for the English that it was written for; what pages show is made from it each time.
"""

from __future__ import annotations

import re
from zlib import crc32

from msgspec.structs import replace

from codegen.translation.common_part import is_partial, missing_values, with_addresses
from codegen.translation.heads import head_of
from codegen.translation.po import FUZZY, Entry
from codegen.translation.text import loose

ADDED = "partial: sentences behind the text are new, pages show them in English; translate them too"
OTHER_ADDRESSES = "changed: only addresses differ from the English that was translated for {}; pages show the new ones"
OTHER_KIND = "changed: only the kind differs from the English that was translated for {}; pages show this one"
# Where the name of a kind stood: no text has this sign.
SLOT = "\N{SYMBOL FOR SUBSTITUTE}"
NAME = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z0-9]*(?![A-Za-z0-9])")
_WORDS = re.compile(r"[A-Za-z0-9]+")
_ARTICLES = frozenset(("a", "an"))
# The last line of the marks, with a number of the translation as it was carried: what somebody has changed since, and not
# confirmed, is shown on no page.
_SEAL = "as carried: "
_AN = re.compile(rf"\b([Aa])n(?=\s+{SLOT})")


def carried(entry: Entry, english: str, marks: str) -> Entry | None:
    """The entry of `english` that is made from one of another English; None where that needs a translator.

    It is fuzzy: a person has a look at it. What the given entry translates is its `previous`, else its English.
    """
    translated = entry.english if entry.previous is None else entry.previous
    seal = f"{_SEAL}{_number(entry.translation)}"
    flags = (FUZZY, *(flag for flag in entry.flags if flag != FUZZY))
    made = replace(entry, english=english, previous=translated, flags=flags, marks=f"{marks}\n{seal}", obsolete=False)
    return made if shown(made) else None


def is_carried(entry: Entry) -> bool:
    """Whether a fuzzy entry has the translation with which it was made here."""
    is_sealed = entry.marks.rpartition("\n")[2] == f"{_SEAL}{_number(entry.translation)}"
    return is_sealed and entry.fuzzy and entry.previous is not None


def is_added(entry: Entry) -> bool:
    """Whether an entry is that of a text that got sentences behind it, as it was made here."""
    return entry.marks.startswith(ADDED) and is_carried(entry)


def _number(translation: str) -> str:
    return f"{crc32(translation.encode()):08x}"


def shown(entry: Entry) -> str:
    """What pages show of an entry: its translation, with what is new behind it in English; nothing of another fuzzy entry."""
    if not entry.fuzzy:
        lacking = missing_values(entry.english, entry.translation) if is_partial(entry) else ""
        return f"{entry.translation}\n\n{lacking}" if lacking else entry.translation
    if not is_carried(entry) or entry.previous is None:
        return ""
    head = head_of(entry.previous, entry.english)
    whole = entry.english if head is None else head
    text = with_addresses(entry.previous, whole, entry.translation)
    if text is None and head is None:
        text = with_kind(entry.previous, whole, entry.translation)
    return "" if text is None else text + _behind(entry.english[len(whole) :])


def _behind(rest: str) -> str:
    """New sentences as they follow a translation: on a line of their own, as items or as a paragraph if they are that."""
    text = rest.strip()
    if not text:
        return ""
    blank = rest[: rest.index(text)]
    indent = blank.rpartition("\n")[2] if "\n" in blank else ""
    return ("\n\n" if blank.count("\n") > 1 else "\n") + indent + text


def with_kind(old: str, new: str, translation: str) -> str | None:
    """The translation of `old` with the name of the kind of `new`; None if the two differ in more, or the translation has no such name."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) != len(after):
        return None
    others = {
        (one, other)
        for one, other in zip(before, after, strict=True)
        if one.casefold() != other.casefold() and not _ARTICLES.issuperset((one.casefold(), other.casefold()))
    }
    if len(others) != 1:
        return None
    ((name, other),) = others
    if not (NAME.fullmatch(name) and NAME.fullmatch(other)) or form(slotted(old, {name})) != form(
        slotted(new, {other})
    ):
        return None
    swapped = slotted(translation, {name})
    return swapped.replace(SLOT, other) if SLOT in swapped else None


def slotted(text: str, names: set[str]) -> str:
    """A text with a slot for each of some names."""
    return NAME.sub(lambda found: SLOT if found[0] in names else found[0], text)


def form(text: str) -> str:
    """A text with slots in the form in which texts of several kinds are the same: the article before a slot does not count."""
    return loose(_AN.sub(r"\1", text)).rstrip(".")
