"""What a translation keeps when only addresses, the subject or a list of values of its English changed: the rest need not be translated again."""

from __future__ import annotations

import re

from codegen.model.kubernetes import LISTED_VALUES
from codegen.translation.po import PARTIAL, Entry
from codegen.translation.text import URL, loose

# Servers put this behind a description where they also write the values as `enum`.
_VALUES = re.compile(rf"\n[^\S\n]*{LISTED_VALUES}\s*\n")
_ITEM = re.compile(r"^[^\S\n]*[-*•][^\S\n][^\n]*", re.MULTILINE)
_VALUE = re.compile(r"^[^\S\n]*-[^\S\n]+`\"([^\"\n]*)\"`", re.MULTILINE)
_STOPS = ".。"
_COLONS = ":： "
_SUBJECT = re.compile(r"\s*`?(?P<name>\w+)`?\s+(?:is|are)\s+")
_ARTICLE = re.compile(r"(?:the|an?)\s+", re.IGNORECASE)


def with_addresses(old: str, new: str, translation: str) -> str | None:
    """The translation of `old` with the addresses of `new`; None if the two differ in more than addresses and a last full stop.

    An address that the translation does not have as it is, as one that leads to the site's own language, cannot be replaced,
    nor one that stands twice and became two.
    """
    if without_addresses(old) != without_addresses(new):
        return None
    became: dict[str, str] = {}
    for was, now in zip(URL.findall(old), URL.findall(new), strict=True):
        if became.setdefault(was, now) != now:
            return None
    own = set(URL.findall(translation))
    if any(was != now and was not in own for was, now in became.items()):
        return None
    # each as a whole and once: an address may begin another one, and two may change places
    return URL.sub(lambda found: became.get(found[0], found[0]), translation)


def without_addresses(english: str) -> str:
    """An English text in the form in which only addresses and a last full stop do not count."""
    return loose(URL.sub("://", english).strip().rstrip(_STOPS))


def names_its_field(old: str, new: str, name: str) -> bool:
    """Whether one of two English texts is the other with its field as the subject: `The name of a bed`, `name is the name of a bed`."""
    return old != new and predicate(old, name) == predicate(new, name)


def predicate(english: str, name: str) -> str:
    """What an English text says of a field, in the form in which it does not count whether the field `name` is its subject."""
    if (subject := _SUBJECT.match(english)) is not None and subject["name"].casefold() == name.casefold():
        english = english[subject.end() :]
    english = english.strip()
    article = _ARTICLE.match(english)
    return loose(english[article.end() if article else 0 :].rstrip(_STOPS))


def has_new_values(old: str, new: str) -> bool:
    """Whether `new` is `old` with a list of values behind it: a translation of `old` is that of all before the list."""
    head, *lists = _VALUES.split(new, maxsplit=1)
    if not lists or _VALUES.search(old):
        return False
    return loose(head.strip().rstrip(_STOPS)) == loose(old.strip().rstrip(_STOPS))


def missing_values(english: str, translation: str) -> str:
    """The list of values behind an English text, if its translation has fewer list items about one of them; else an empty text."""
    found = _VALUES.search(english)
    if found is None:
        return ""
    values = english[found.start() :].strip("\n")
    items, translated = _ITEM.findall(english), _ITEM.findall(translation)
    for value in _VALUE.findall(values):
        if sum(value in item for item in translated) < sum(value in item for item in items):
            return values
    return ""


def translated_part(entry: Entry, label: str) -> str:
    """The English that the translation of an entry is of: the earlier one of a fuzzy entry, else without a list of values that it lacks.

    `label` is what stands before such a list in the language.
    """
    if entry.fuzzy and entry.previous:
        return entry.previous
    if label.strip(_COLONS) in entry.translation:
        return entry.english
    return _VALUES.split(entry.english, maxsplit=1)[0]


def is_partial(entry: Entry) -> bool:
    """Whether the translation of an entry was carried without a list of values that its English has now."""
    return entry.marks == PARTIAL and bool(missing_values(entry.english, entry.translation))
