"""Rules for names in a translation that its English does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.model import split_held_id, split_prose_id
from codegen.translation.lint.findings import LintFinding, match_slips, squeeze
from codegen.translation.normalization import URL
from codegen.translation.segments import Segment

_CODE = re.compile(r"`([^`\n]+)`")
# `<pod name>`: words in code that stand for a value are translated.
_PLACEHOLDER = re.compile(r"<[a-z]+[ -][a-z -]+>")
_WORD = re.compile(r"(?<![\w./-])[A-Za-z][A-Za-z0-9]{3,}(?![\w/-])", re.ASCII)
# `fooBar`, `FooBar`, `fooURLs`: capitals inside. A plural ending after it is not part of it.
_CAMEL_CASE = re.compile(r"(?<![\w.$/<-])(?=[A-Za-z]+[a-z0-9][A-Z])\w++(?![./-]*+\w)", re.ASCII)
_FIRST = re.compile(r"[\s*_]*(?P<tick>`?)(?P<name>[A-Za-z][\w-]*+)(?P=tick)(?![\w./(-]*\w)", re.ASCII)
_PLURAL = re.compile(r"(?:es|s|y)\Z")
# Names of at least this likeness are one of which the other is a slip: `evenTime` and `eventTime`, not `minReplicas` and `maxReplicas`.
_NEAR = 0.85
_LONGEST = 253  # characters of a name, as servers take them


def find_misspelt_names(segment: Segment) -> Iterator[LintFinding]:
    """Find words that resemble a missing name of the English."""
    english = f"{segment.english} {segment.id.rpartition('#')[2]}".casefold()
    unknown: dict[str, int] = {}
    for found in _WORD.finditer(URL.sub(lambda url: " " * len(url[0]), segment.text)):
        if found[0].casefold() not in english and len(found[0]) <= _LONGEST:
            unknown.setdefault(found[0], found.start())
    missing = _list_missing_names(segment)
    slips = match_slips(missing, unknown, _NEAR)
    if slips is None:
        yield LintFinding(
            rule="text-too-long",
            message=f"{len(missing):,} names were not checked for misspellings",
            at=0,
            repair="divide the text, or compare its names yourself",
        )
        return
    for name, word in slips.items():
        yield LintFinding(
            rule="name-misspelt",
            message=f"{word!r} is {name!r} in English",
            at=unknown[word],
            repair=f"names are not translated: write {name}",
            written=word,
            correct=name,
            lost=name,
        )


def _list_missing_names(segment: Segment) -> list[str]:
    """List code and names of the English that are missing in the translation.

    A singular counts for its plural.
    """
    english = URL.sub(" ", segment.english)
    codes = (found[1].strip() for found in _CODE.finditer(english) if not _PLACEHOLDER.search(found[1]))
    names = {squeeze(name): name for name in (*_CAMEL_CASE.findall(_CODE.sub(" ", english)), *codes)}
    text = squeeze(segment.text)
    return [name for plain, name in names.items() if plain and _PLURAL.sub("", plain) not in text]


def find_unknown_names(segment: Segment) -> Iterator[LintFinding]:
    """Find names absent from the English and the id."""
    if not segment.english:
        return
    known = squeeze(f"{segment.english} {segment.page} {segment.id.replace('#', ' ')}")
    first = {found[0]: found.start() for found in reversed(list(_CAMEL_CASE.finditer(segment.prose)))}
    for name, at in first.items():
        if _PLURAL.sub("", name.casefold()) not in known:
            yield LintFinding(
                rule="name-unknown",
                message=f"the translation names {name!r}, but the English does not",
                at=at,
                repair="write the name as in the English",
            )


def find_other_subject(segment: Segment) -> Iterator[LintFinding]:
    """Find the name of a sibling field at the beginning, unless the English has it."""
    own = split_prose_id(split_held_id(segment.id)[0])[1].rpartition(".")[2]
    found = _FIRST.match(segment.text)
    if not segment.english or found is None or "#" not in segment.id:
        return
    name = found["name"]
    in_english = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", segment.english, re.IGNORECASE | re.ASCII)
    if name in segment.siblings and name.casefold() != own.casefold() and not in_english:
        yield LintFinding(
            rule="subject-differs",
            message=f"the text of {own!r} begins with {name!r}, which is another field",
            at=found.start("name"),
            repair=f"write {own}",
            written=name,
            correct=own,
        )
