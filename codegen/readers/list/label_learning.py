"""Learning of labels from a page in an unknown language.

An operation has a heading for its request, one for its parameters if it has any, and one for its response. The word for *required* follows
the type of a field, behind a comma. A parameter is in the path if the request line has its name in braces.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from msgspec.structs import replace

from codegen.core.locales import Locale
from codegen.readers.shared.blocks import REQUEST

_OPERATION = re.compile(r"^###\s+`[A-Za-z]+`", re.MULTILINE)
_PART = re.compile(r"^####\s+(?P<label>\S(?:.*\S)?)", re.MULTILINE)
_PARTS = {2: ("http_request", "response"), 3: ("http_request", "parameters", "response")}
_REQUIRED = re.compile(
    r"^[^\S\n]*-\s\*\*[^*\n]+\*\*.*[,，、;；]\s*(?P<label>[^\W\d_][^,，、;；()（）<>*\n]{0,40})$", re.MULTILINE
)
_PLACE = re.compile(
    r"^[^\S\n]*-\s\*\*(?P<name>[^*\n]+)\*\*\s*[(（]\s*\*(?P<label>[^*\n]{1,40})\*\s*[)）]\s*[:：]", re.MULTILINE
)


def learn_labels(text: str, locale: Locale) -> Locale:
    """Return the locale with the labels of this page among its spellings."""
    spellings = dict(locale.spellings)
    words: dict[str, str] = {}
    for (word, label), _ in Counter(_find_labels(text)).most_common():
        words.setdefault(label, word)  # the most frequent meaning
    for label, _ in Counter(found["label"] for found in _REQUIRED.finditer(text)).most_common(1):
        words.setdefault(label, "required")
    for label, word in words.items():
        spellings[word] = (*spellings[word], label)
    return replace(locale, spellings=spellings)


def _find_labels(text: str) -> Iterator[tuple[str, str]]:
    """Yield the labels of operations and of places, each with its word."""
    for block in _OPERATION.split(text)[1:]:
        labels = [found["label"] for found in _PART.finditer(block)]
        yield from zip(_PARTS.get(len(labels), ()), labels, strict=False)
        request = REQUEST.search(block)
        for found in _PLACE.finditer(block):
            in_path = request is not None and f"{{{found['name']}}}" in request["path"]
            yield ("in_path" if in_path else "in_query"), found["label"]
