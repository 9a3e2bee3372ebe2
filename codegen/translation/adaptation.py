"""Adaptation of translations to a changed English text.

The two may differ in addresses, the kind, or sentences at the end. Entries have the adapted text,
so that whoever confirms one sees what pages will show. New sentences are shown in English until
then.
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
from codegen.translation.prose_ids import last_name
from codegen.translation.provenance import Origin, Provenance
from codegen.translation.small_changes import cut_translation, is_spelling_correction

_VALUE = re.compile(r"^[^\S\n]*-[^\S\n]+`\"([^\"\n]*)\"`", re.MULTILINE)
# A translation may list a value in code alone, in other quotes or plain.
_LISTED = re.compile(r"^[^\S\n]*[-*][^\S\n]+[`\"“'‘]*([A-Za-z][\w./-]*)", re.MULTILINE)
_STOPS = ".。"
_SUBJECT = re.compile(r"\s*`?(?P<name>\w+)`?\s+(?:is|are)\s+")
_ARTICLE = re.compile(r"\A(?:the|an?)\s+", re.IGNORECASE)
# The place of the name of a kind. No text has this character.
SLOT = "\N{SYMBOL FOR SUBSTITUTE}"
NAME = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z0-9]*(?![A-Za-z0-9])")
# A head or a tail with fewer words says too little by itself.
MIN_WORDS = 3
# What stays as it is in a translation, and the words of a sentence: no name, and no function of a
# formula.
_QUOTED = re.compile(r"`[^`\n]*`|\"[^\"\n]*\"|(?<![\w+.-])[\w+.-]++://\S+")
_PROSE = re.compile(r"(?<![\w.])[A-Za-z][a-z]+(?![\w.]*[\w(])")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]+")
_LOCALIZED = re.compile(
    r"[A-Za-z][\w+.-]*://(?P<site>[^/]+)/(?P<language>[a-z]{2,3}(?:-[A-Za-z]{2,4})?)(?P<path>/.*)"
)
_OPEN_ENDS = (":", ",", ";", "：", "，", "；")
_AN = re.compile(rf"\b([Aa])n(?=\s+{SLOT})")


def make_partial(entry: Entry, english: str, reason: Provenance | None = None) -> Entry | None:
    """Carry an entry to an English with new sentences behind its own, as a fuzzy entry.

    Returns None if the English differs otherwise, or the translation seems to have more than its
    English. `reason` is the provenance of a translation of another id.
    """
    old = entry.translated_english
    head = find_head(old, english)
    if head is None:
        text = None
    else:
        text = replace_addresses(old, head, entry.translation)
    if text is None:
        return None
    partial = replace(
        entry,
        english=english,
        translation=text,
        previous=old,
        flags=add_fuzzy(entry.flags),
        provenance=provenance.mark_partial(reason),
        obsolete=False,
    )
    if compose_page_text(partial):
        return partial
    return None


def is_partial(entry: Entry) -> bool:
    """Return whether an entry was carried to an English with new sentences, and nobody confirmed it
    since.
    """
    return entry.fuzzy and entry.provenance.origin is Origin.PARTIAL


def compose_page_text(entry: Entry) -> str:
    """Return the translation for pages, with new sentences in English.

    Other fuzzy entries have none.
    """
    if not entry.fuzzy or entry.provenance.origin is Origin.ADAPTED:
        return entry.translation
    if is_partial(entry) and entry.previous:
        head = find_head(entry.previous, entry.english)
    else:
        head = None
    tail = entry.english[len(head or "") :]
    is_new = tail.lstrip().startswith(LISTED_VALUES) and not any(
        map(entry.translation.count, _VALUE.findall(tail))
    )
    if head is None or (
        not is_new and len(find_sentences(entry.translation)) > len(find_sentences(head))
    ):
        return ""
    blank = tail[: -len(tail.lstrip())]
    # New sentences have lines of their own. Paragraphs and indented items stay as they are.
    indent = blank.rpartition("\n")[2] if "\n" in blank else ""
    return entry.translation + ("\n\n" if blank.count("\n") > 1 else "\n") + indent + tail.strip()


def adapt_translation(
    old: str, new: str, translation: str, name: str
) -> tuple[str, Provenance] | None:
    """Translate `new` by the translation of `old`.

    Returns None if a translator has to decide. The two may differ in addresses, in a list of values
    that the translation has, in the field `name` as the subject, in the spelling of a word, or in
    sentences that the end of `new` has lost.
    """
    if old != new and fold_subject(old, name) == fold_subject(new, name):
        return trim_text(translation), provenance.SUBJECT_DIFFERS
    if (text := replace_addresses(old, new, translation)) is not None:
        return trim_text(text), provenance.ADDRESSES_DIFFER
    if is_spelling_correction(old, new):
        return trim_text(translation), provenance.SPELLING_DIFFERS
    if (kept := cut_translation(old, new, translation)) is not None:
        return kept, provenance.END_DROPPED
    if find_head(old, new) is not None:
        values = set(_VALUE.findall(new))
    else:
        values = set()
    if values and values.issubset([*_VALUE.findall(translation), *_LISTED.findall(translation)]):
        return trim_text(translation), provenance.VALUES_TRANSLATED
    return None


def replace_addresses(old: str, new: str, translation: str) -> str | None:
    """Put the addresses of `new` into the translation of `old`.

    Returns None for other differences than those and a last full stop. An address of the site's own
    language stays in that language. An address is not replaced if the translation spells it in
    another way, or if it is repeated and became two.
    """
    if fold_addresses(old) != fold_addresses(new):
        return None
    became: dict[str, str] = {}
    for before, after in zip(URL.findall(old), URL.findall(new), strict=True):
        if became.setdefault(before, after) != after:
            return None
    replaced: dict[str, str] = {}
    matched: set[str] = set()
    for url in set(URL.findall(translation)):
        for before, after in became.items():
            address = after if url == before else _localize_like(url, before, after)
            if address is not None:
                replaced[url] = address
                matched.add(before)
                break
    if any(before != after and before not in matched for before, after in became.items()):
        return None
    # each as a whole and once: an address may begin another one, and two may change places
    return URL.sub(lambda match: replaced.get(match[0], match[0]), translation)


def _localize_like(url: str, before: str, after: str) -> str | None:
    """Return the new address in the language of `url`, if that is `before` in a language.

    A site has a path for each language, such as `example.io/zh-cn/docs` for `example.io/docs`.
    """
    localized = _LOCALIZED.fullmatch(url)
    if localized is None:
        return None
    site = localized["site"]
    if f"{site}{localized['path']}" != before.partition("://")[2]:
        return None
    scheme, _, address = after.partition("://")
    if address.partition("/")[0] != site:
        return None  # nobody knows the paths of another site
    return f"{scheme}://{site}/{localized['language']}{address.removeprefix(site)}"


def fold_addresses(english: str) -> str:
    """Normalize an English text without its addresses and its last full stop."""
    return _fold_last_stop(URL.sub("://", english))


def _fold_last_stop(english: str) -> str:
    return fold_markup(english.strip().rstrip(_STOPS))


def fold_subject(english: str, name: str) -> str:
    """Normalize the description of the field `name` without that name as its subject."""
    if (subject := _SUBJECT.match(english)) is not None and subject[
        "name"
    ].casefold() == name.casefold():
        english = english[subject.end() :]
    return _fold_last_stop(_ARTICLE.sub("", english.strip()))


def fits_everywhere(translation: str, english: str, prose_id: str) -> bool:
    """Return whether the English has every Latin name of a translation, so that this is right for
    all texts with it.

    The name of the field may be there too. Addresses do not count: a site has a path of its own for
    each language.
    """
    lower, name = english.lower(), last_name(prose_id).lower()
    names = _LATIN.findall(URL.sub(" ", translation))
    return all(latin.lower() in lower or latin.lower() == name for latin in names)


def insert_slots(text: str, names: Collection[str]) -> str:
    """Replace each of some names by a slot."""
    return NAME.sub(lambda match: SLOT if match[0] in names else match[0], text)


def fold_template(text: str) -> str:
    """Normalize a text with slots without the form of the article before a slot."""
    return fold_markup(_AN.sub(r"\1", text)).rstrip(".")


def find_head(old: str, new: str) -> str | None:
    """Return the part of `new` that repeats `old` before further whole sentences.

    Addresses may differ.
    """
    last_head = {key for _, key in list(hash_heads(old))[-1:]}
    return next((new[:end] for end in find_head_ends(new, last_head)), None)


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
    shared = takewhile(
        lambda begin: compact.endswith("".join(english[begin:].split())), reversed(begins)
    )
    start = min(shared, default=len(english))
    head, tail = english[:start].strip(), english[start:]
    if not head or len(_PROSE.findall(_QUOTED.sub(" ", tail))) < MIN_WORDS:
        return english, translation
    pattern = r"\s*".join(map(re.escape, tail.split()))
    translated = re.sub(rf"{pattern}\s*\Z", "", translation).strip()
    if head.endswith(LISTED_VALUES) and translated.endswith(listed_values):
        head = head.removesuffix(LISTED_VALUES).strip()
        translated = translated.removesuffix(listed_values).strip()
    if head and translated:
        return (head, translated)
    return (english, translation)
