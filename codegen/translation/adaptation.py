"""Adaptation of translations to a changed English text.

The two may differ in addresses, the kind, a list of values, or sentences at the end. The catalog keeps a translation with the English it
was written for. Pages show a text made from both.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import takewhile

from msgspec.structs import replace

from codegen.model.kubernetes import LISTED_VALUES
from codegen.translation import provenance
from codegen.translation.normalization import URL, find_sentences, fold_markup, trim_text
from codegen.translation.po import Entry, add_fuzzy
from codegen.translation.provenance import Origin, Provenance

# Servers append this to a description if they also write the values as `enum`.
_VALUES = re.compile(rf"\n[^\S\n]*{LISTED_VALUES}\s*\n")
_ITEM = re.compile(r"^[^\S\n]*[-*•][^\S\n][^\n]*", re.MULTILINE)
_VALUE = re.compile(r"^[^\S\n]*-[^\S\n]+`\"([^\"\n]*)\"`", re.MULTILINE)
_STOPS = ".。"
_COLONS = ":： "
_SUBJECT = re.compile(r"\s*`?(?P<name>\w+)`?\s+(?:is|are)\s+")
_ARTICLE = re.compile(r"(?:the|an?)\s+", re.IGNORECASE)
# The place of the name of a kind. No text has this character.
SLOT = "\N{SYMBOL FOR SUBSTITUTE}"
NAME = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z0-9]*(?![A-Za-z0-9])")
_WORDS = re.compile(r"[A-Za-z0-9]+")
_ARTICLES = frozenset(("a", "an"))
# A head or a tail with fewer words says too little by itself.
MIN_WORDS = 3
# What stays as it is in a translation, and the words of a sentence: no name, and no function of a formula.
_QUOTED = re.compile(r"`[^`\n]*`|\"[^\"\n]*\"|(?<![\w+.-])[\w+.-]++://\S+")
_PROSE = re.compile(r"(?<![\w.])[A-Za-z][a-z]+(?![\w.]*[\w(])")
_OPEN_ENDS = (":", ",", ";", "：", "，", "；")
_AN = re.compile(rf"\b([Aa])n(?=\s+{SLOT})")


# ------------------------------------------------------------------------------------------------------ entries


def adapt_entry(entry: Entry, english: str, origin: Provenance) -> Entry | None:
    """Adapt an entry to another English, as a fuzzy entry for a review.

    Returns None if a translator has to do it.
    """
    adapted = replace(
        entry,
        english=english,
        previous=entry.translated_english,
        flags=add_fuzzy(entry.flags),
        provenance=origin.seal(entry.translation),
        obsolete=False,
    )
    return adapted if compose_page_text(adapted) else None


def is_adapted(entry: Entry) -> bool:
    """Return whether a fuzzy entry was adapted by this program and not edited since."""
    is_sealed = entry.provenance.checksum == provenance.checksum(entry.translation)
    return is_sealed and entry.fuzzy and entry.previous is not None


def has_new_sentences(entry: Entry) -> bool:
    """Return whether an entry was adapted to an English with new sentences at its end."""
    return entry.provenance.origin is Origin.NEW_SENTENCES and is_adapted(entry)


def lacks_new_values(entry: Entry) -> bool:
    """Return whether an entry was carried without the new list of values of its English."""
    is_marked = entry.provenance.origin is Origin.NEW_VALUES
    return is_marked and bool(find_missing_values(entry.english, entry.translation))


def compose_page_text(entry: Entry) -> str:
    """Return the translation for pages, with new parts in English. Other fuzzy entries have none."""
    if not entry.fuzzy:
        missing = find_missing_values(entry.english, entry.translation) if lacks_new_values(entry) else ""
        return f"{entry.translation}\n\n{missing}" if missing else entry.translation
    if not is_adapted(entry) or entry.previous is None:
        return ""
    head = find_head(entry.previous, entry.english)
    whole = entry.english if head is None else head
    text = replace_addresses(entry.previous, whole, entry.translation)
    if text is None and head is None:
        text = replace_kind(entry.previous, whole, entry.translation)
    return "" if text is None else text + _format_tail(entry.english[len(whole) :])


def _format_tail(tail: str) -> str:
    """Put new sentences on lines of their own. Paragraphs and indented items stay as they are."""
    text = tail.strip()
    if not text:
        return ""
    blank = tail[: tail.index(text)]
    indent = blank.rpartition("\n")[2] if "\n" in blank else ""
    return ("\n\n" if blank.count("\n") > 1 else "\n") + indent + text


def find_translated_english(entry: Entry, label: str) -> str:
    """Return the English of a translation without later changes.

    This is the previous one of a fuzzy entry, or the text before a list of values. `label` introduces such a list in the language.
    """
    if entry.fuzzy and entry.previous:
        return entry.previous
    if label.strip(_COLONS) in entry.translation:
        return entry.english
    return _VALUES.split(entry.english, maxsplit=1)[0]


# ------------------------------------------------------------------------------------------------------ texts


def adapt_translation(old: str, new: str, translation: str, name: str) -> tuple[str, Provenance] | None:
    """Translate `new` by the translation of `old`.

    Returns None if a translator has to decide. The two may differ in addresses, in a list of values, or in the field `name` as the subject.
    """
    if old != new and fold_subject(old, name) == fold_subject(new, name):
        return trim_text(translation), provenance.SUBJECT_DIFFERS
    if (text := replace_addresses(old, new, translation)) is not None:
        return trim_text(text), provenance.ADDRESSES_DIFFER
    if _adds_values(old, new):
        is_translated = not find_missing_values(new, translation)
        return trim_text(translation), provenance.VALUES_TRANSLATED if is_translated else provenance.NEW_VALUES
    return None


def replace_addresses(old: str, new: str, translation: str) -> str | None:
    """Put the addresses of `new` into the translation of `old`.

    Returns None for other differences than those and a last full stop. An address is not replaced if the translation spells it differently, as one of the site's own language, or
    if it is repeated and became two.
    """
    if fold_addresses(old) != fold_addresses(new):
        return None
    became: dict[str, str] = {}
    for before, after in zip(URL.findall(old), URL.findall(new), strict=True):
        if became.setdefault(before, after) != after:
            return None
    own = set(URL.findall(translation))
    if any(before != after and before not in own for before, after in became.items()):
        return None
    # each as a whole and once: an address may begin another one, and two may change places
    return URL.sub(lambda found: became.get(found[0], found[0]), translation)


def fold_addresses(english: str) -> str:
    """Normalize an English text without its addresses and its last full stop."""
    return _fold_last_stop(URL.sub("://", english))


def _fold_last_stop(english: str) -> str:
    return fold_markup(english.strip().rstrip(_STOPS))


def fold_subject(english: str, name: str) -> str:
    """Normalize the description of the field `name` without that name as its subject."""
    if (subject := _SUBJECT.match(english)) is not None and subject["name"].casefold() == name.casefold():
        english = english[subject.end() :]
    english = english.strip()
    article = _ARTICLE.match(english)
    return _fold_last_stop(english[article.end() if article else 0 :])


def _adds_values(old: str, new: str) -> bool:
    """Return whether `new` is `old` with a list of values at its end."""
    head, *lists = _VALUES.split(new, maxsplit=1)
    return bool(lists) and not _VALUES.search(old) and _fold_last_stop(head) == _fold_last_stop(old)


def find_missing_values(english: str, translation: str) -> str:
    """Return the list of values of an English text if the translation lacks one.

    Each value needs as many list items in the translation as in the English.
    """
    found = _VALUES.search(english)
    if found is None:
        return ""
    values = english[found.start() :].strip("\n")
    items, translated = _ITEM.findall(english), _ITEM.findall(translation)
    for value in _VALUE.findall(values):
        if sum(value in item for item in translated) < sum(value in item for item in items):
            return values
    return ""


def replace_kind(old: str, new: str, translation: str) -> str | None:
    """Put the kind of `new` into the translation of `old`. Returns None for other differences."""
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
    if not (NAME.fullmatch(name) and NAME.fullmatch(other)):
        return None
    if fold_template(insert_slots(old, {name})) != fold_template(insert_slots(new, {other})):
        return None
    template = insert_slots(translation, {name})
    return template.replace(SLOT, other) if SLOT in template else None


def insert_slots(text: str, names: Collection[str]) -> str:
    """Replace each of some names by a slot."""
    return NAME.sub(lambda found: SLOT if found[0] in names else found[0], text)


def fold_template(text: str) -> str:
    """Normalize a text with slots without the form of the article before a slot."""
    return fold_markup(_AN.sub(r"\1", text)).rstrip(".")


# ------------------------------------------------------------------------------------------------------ sentences


def find_head(old: str, new: str) -> str | None:
    """Return the part of `new` that repeats `old` before further whole sentences. Addresses may differ."""
    whole = {key for _, key in list(hash_heads(old))[-1:]}
    return next((new[:end] for end in find_head_ends(new, whole)), None)


def find_head_ends(english: str, keys: Collection[int]) -> Iterator[int]:
    """Find the ends of heads with one of these hashes before further whole sentences."""
    last = len(english.rstrip())
    for end, key in hash_heads(english):
        if key in keys and end < last and not english.endswith(_OPEN_ENDS, 0, end):
            yield end


def hash_heads(english: str) -> Iterator[tuple[int, int]]:
    """Yield the end of each sentence with a hash of the text up to there."""
    key = 0
    for start, end in find_sentences(english):
        key = hash((key, fold_addresses(english[start:end])))
        yield end, key


def remove_english_tail(english: str, translation: str, listed_values: str) -> tuple[str, str]:
    """Remove last sentences that are English in the translation from both texts.

    Pages show new sentences so. `listed_values` introduces a list of values in the language.
    """
    compact = "".join(translation.split())
    begins = [begin for begin, _ in find_sentences(english)]
    shared = takewhile(lambda begin: compact.endswith("".join(english[begin:].split())), reversed(begins))
    start = min(shared, default=len(english))
    head, tail = english[:start].strip(), english[start:]
    if not head or len(_PROSE.findall(_QUOTED.sub(" ", tail))) < MIN_WORDS:
        return english, translation
    pattern = r"\s*".join(map(re.escape, tail.split()))
    translated = re.sub(rf"{pattern}\s*\Z", "", translation).strip()
    if head.endswith(LISTED_VALUES) and translated.endswith(listed_values):
        head = head.removesuffix(LISTED_VALUES).strip()
        translated = translated.removesuffix(listed_values).strip()
    return (head, translated) if head and translated else (english, translation)
