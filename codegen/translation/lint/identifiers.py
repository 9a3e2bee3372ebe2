"""Rules for names in a translation that its English does not have."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from codegen.model import split_held_id, split_prose_id
from codegen.translation.lint.segments import LintFinding, Segment, squeeze
from codegen.translation.normalization import URL

_CODE = re.compile(r"`([^`\n]+)`")
# `fooBar`, `FooBar`, `FOO_BAR`, `foo.bar/baz`: a name by its letters. A plural ending or a full stop after it is not part of it.
_NAME = re.compile(r"(?<![\w./$-])[A-Za-z]\w*(?:[./-]\w+)*", re.ASCII)
_HUMPS = re.compile(r"[a-z0-9][A-Z]|(?<![A-Z])[A-Z]{2,}+[a-z]*+_|_[A-Z]|[a-z]_[a-z]")
# `<pod name>`: words in code that stand for a value are translated.
_PLACEHOLDER = re.compile(r"<[a-z]+[ -][a-z -]+>")
_WORD = re.compile(r"(?<![\w./-])[A-Za-z][A-Za-z0-9]{3,}(?![\w/-])", re.ASCII)
# `fooBar`, `FooBar`, `fooURLs`: capitals inside.
_CAMEL_CASE = re.compile(r"(?<![\w.$/<-])(?=[A-Za-z]+[a-z0-9][A-Z])\w++(?![./-]*+\w)", re.ASCII)
_FIRST = re.compile(r"[\s*_]*(?P<tick>`?)(?P<name>[A-Za-z][\w-]*+)(?P=tick)(?![\w./(-]*\w)", re.ASCII)
_PLURAL = re.compile(r"(?:es|s|y)\Z")
# Names of at least this likeness are one of which the other is a slip: `evenTime` and `eventTime`, not `minReplicas` and `maxReplicas`.
_NEAR = 0.85
_LONGEST = 253  # characters of a name, as servers take them: a longer one is a text of its own
MAX_LIKENESSES = 2_000  # pairs of a name that is missing and an unknown word of one text that are compared


def find_misspelt_names(segment: Segment) -> Iterator[LintFinding]:
    """Find words that resemble a missing name of the English."""
    missing = _find_missing_names(segment)
    unknown = _find_unknown_words(segment) if missing else []
    if not unknown:
        return
    compared = MAX_LIKENESSES // len(unknown)
    for name in missing[:compared]:
        if (found := _find_most_similar(name, unknown)) is not None:
            yield LintFinding(
                rule="name-misspelt",
                message=f"{found[0]!r} is {name!r} in English",
                at=found.start(),
                repair=f"names are not translated: write {name}",
                written=found[0],
                correct=name,
                lost=name,
            )
    if missing[compared:]:
        yield LintFinding(
            rule="text-too-long",
            message=f"names were not checked for slips: {len(missing) - compared:,} of {len(missing):,}",
            at=0,
            repair="shorten the text, or compare its names yourself",
        )


def _find_missing_names(segment: Segment) -> list[str]:
    """Return the names of the English without a singular or plural in the translation."""
    text = segment.compact_text
    names: dict[str, str] = {}
    for name in _extract_names(segment.english):
        names.setdefault(squeeze(name), name)
    return [
        name
        for plain, name in names.items()
        if plain and not any(form in text for form in (plain, *_list_singulars(plain)))
    ]


def _find_unknown_words(segment: Segment) -> list[re.Match[str]]:
    """Find the first occurrence of each word that is not in the English."""
    english = f"{segment.english} {segment.id.rpartition('#')[2]}".casefold()
    first: dict[str, re.Match[str]] = {}
    for found in _WORD.finditer(segment.text_without_urls):
        if len(found[0]) <= _LONGEST:
            first.setdefault(found[0], found)
    return [found for word, found in first.items() if word.casefold() not in english]


def _find_most_similar(name: str, words: Iterable[re.Match[str]]) -> re.Match[str] | None:
    """Find the word most similar to a name, if one is nearly the same."""
    best, ratio = None, _NEAR
    matcher = difflib.SequenceMatcher(None, "", name.casefold(), autojunk=False)
    for found in words:
        if abs(len(found[0]) - len(name)) > 4:
            continue
        matcher.set_seq1(found[0].casefold())
        if matcher.real_quick_ratio() < ratio or matcher.quick_ratio() < ratio:
            continue
        if (likeness := matcher.ratio()) >= ratio:
            best, ratio = found, likeness
    return best


def _list_singulars(name: str) -> tuple[str, ...]:
    """List the possible singulars of a plural name."""
    endings = (("ies", "y"), ("es", ""), ("s", ""))
    return tuple(name.removesuffix(plural) + singular for plural, singular in endings if name.endswith(plural))


def _extract_names(english: str) -> Iterator[str]:
    """Yield the code and the names of an English text."""
    rest = URL.sub(" ", english)
    for found in _CODE.finditer(rest):
        if not _PLACEHOLDER.search(found[1]):
            yield found[1].strip()
    for found in _NAME.finditer(_CODE.sub(" ", rest)):
        for part in found[0].split("-"):
            if _HUMPS.search(name := part.strip("_.")):
                yield name


def find_unknown_names(segment: Segment) -> Iterator[LintFinding]:
    """Find names absent from the English and the id, among them another field as the subject."""
    if not segment.english:
        return
    subject = _find_other_subject(segment)
    if subject is not None:
        yield subject
    known = squeeze(f"{segment.english} {segment.page} {segment.id.replace('#', ' ')}")
    seen: set[str] = set()
    for found in _CAMEL_CASE.finditer(segment.prose):
        name = found[0]
        plain = _PLURAL.sub("", name.casefold())
        if plain in known or name in seen or (subject is not None and found.start() == subject.at):
            continue
        seen.add(name)
        yield LintFinding(
            rule="name-unknown",
            message=f"the translation names {name!r}, but the English does not",
            at=found.start(),
            repair="write the name that the English has here",
        )


def _find_other_subject(segment: Segment) -> LintFinding | None:
    """Find the name of a sibling field at the beginning, unless the English has it."""
    own = split_prose_id(split_held_id(segment.id)[0])[1].rpartition(".")[2]
    found = _FIRST.match(segment.text)
    if found is None or "#" not in segment.id:
        return None
    name = found["name"]
    if name.casefold() == own.casefold() or name not in segment.siblings or _has_word(segment.english, name):
        return None
    return LintFinding(
        rule="subject-differs",
        message=f"the text of {own!r} begins with {name!r}, which is another field",
        at=found.start("name"),
        repair=f"write {own}",
        written=name,
        correct=own,
    )


def _has_word(english: str, name: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", english, re.IGNORECASE | re.ASCII) is not None
