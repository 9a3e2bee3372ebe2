"""Names and code of the English that the translation must have."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import cached_property

from codegen.translation.glossary import Glossary
from codegen.translation.lint.text import LintFinding, Piece, Words, squeezed
from codegen.translation.text import URL

_CODE = re.compile(r"`([^`\n]+)`")
# `fooBar`, `FooBar`, `FOO_BAR`, `foo.bar/baz`: a name by its letters. A plural ending or a full stop after it is not part of it.
_NAME = re.compile(r"(?<![\w./$-])[A-Za-z]\w*(?:[./-]\w+)*", re.ASCII)
# `<pod name>`: words in code that stand for a value are translated.
_PLACEHOLDER = re.compile(r"<[a-z]+[ -][a-z -]+>")
_HUMP = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+|[0-9]+")
_WORD = re.compile(r"(?<![\w./-])[A-Za-z][A-Za-z0-9]{3,}(?![\w/-])", re.ASCII)
# Names of at least this likeness are one of which the other is a slip: `evenTime` and `eventTime`, not `minReplicas` and `maxReplicas`.
_NEAR = 0.85
_LONG_PART = 4
_LONGEST = 253  # characters of a name, as servers take them: a longer one is a text of its own
MAX_LIKENESSES = 2_000  # pairs of a lost name and a strange word of one text that are compared
_HUMPS = re.compile(r"[a-z0-9][A-Z]|(?<![A-Z])[A-Z]{2,}+[a-z]*+_|_[A-Z]|[a-z]_[a-z]")


def lost_names(piece: Piece, terms: Glossary) -> Iterator[LintFinding]:
    """Code spans and names of the English that are missing from the translation, or are spelt differently there.

    A name may be translated that consists of words of the glossary (`labelSelector`), or that is the subject of its own text; of a
    constant that repeats its type (`PlotShapeRound`) the rest is enough.
    """
    if not piece.english:
        return
    text = piece.squeezed
    slips = _Slips(piece)
    reported: set[str] = set()
    for name, is_code in dict.fromkeys(_names(piece.english)):
        plain = squeezed(name)
        if not plain or plain in reported:
            continue
        if any(form in text for form in (plain, *_singular(plain))):
            if not is_code and (split := _split(name, piece)) is not None:
                reported.add(plain)
                yield split
            continue
        if (misspelt := slips.of(name)) is not None:
            reported.add(plain)
            yield misspelt
        elif is_code or slips.exhausted or not (_is_subject(name, piece) or _is_translated(name, piece, terms)):
            reported.add(plain)
            yield LintFinding(
                rule="name-lost",
                message=f"the English names {name!r}, but the translation does not",
                at=piece.sentence_of(name),
                repair=f"names are not translated: write {name}",
                lost=name,
            )


def _split(name: str, piece: Piece) -> LintFinding | None:
    """A name that stands in the translation with a blank inside, and nowhere without."""
    humps = _HUMP.findall(name)
    if len(humps) < 2 or len(name) > _LONGEST or name.casefold() in piece.folded:
        return None
    parted = re.compile(r"(?<![\w.])" + r"[^\S\n]*".join(map(re.escape, humps)) + r"(?![\w])", re.IGNORECASE | re.ASCII)
    found = next(piece.unspaced.matches(parted, "".join(humps)), None)
    if found is None or " " not in found[0]:
        return None
    if any(each[0] != name for each in piece.unspaced_english.matches(parted, "".join(humps))):
        return None
    return LintFinding(
        rule="name-split",
        message=f"the name {name!r} is split: {found[0]!r}",
        at=found.start(),
        repair=f"write {name}",
        written=found[0],
        correct=name,
    )


class _Slips:
    """Words of a translation that its English does not have, of which one may be a name with a slip.

    Each is compared with each lost name, up to `MAX_LIKENESSES`; then the names are reported as lost.
    """

    def __init__(self, piece: Piece) -> None:
        self._piece, self._left = piece, MAX_LIKENESSES

    @property
    def exhausted(self) -> bool:
        """Whether no more is compared."""
        return self._left <= 0

    @cached_property
    def _strange(self) -> list[re.Match[str]]:
        """The first place of each."""
        piece = self._piece
        english = f"{piece.english} {piece.id.rpartition('#')[2]}".casefold()
        first: dict[str, re.Match[str]] = {}
        for found in _WORD.finditer(piece.without_addresses):
            if len(found[0]) <= _LONGEST:
                first.setdefault(found[0], found)
        return [found for word, found in first.items() if word.casefold() not in english]

    def of(self, name: str) -> LintFinding | None:
        """A name of the translation that is nearly this one and that the English does not have."""
        best, ratio = None, _NEAR
        matcher = difflib.SequenceMatcher(None, "", name.casefold(), autojunk=False)
        for found in self._strange:
            if self.exhausted:
                return None
            self._left -= 1
            if abs(len(found[0]) - len(name)) > 4:
                continue
            matcher.set_seq1(found[0].casefold())
            if matcher.real_quick_ratio() < ratio or matcher.quick_ratio() < ratio:
                continue
            if (likeness := matcher.ratio()) >= ratio:
                best, ratio = found, likeness
        if best is None:
            return None
        return LintFinding(
            rule="name-misspelt",
            message=f"{best[0]!r} is {name!r} in English",
            at=best.start(),
            repair=f"names are not translated: write {name}",
            written=best[0],
            correct=name,
            lost=name,
        )


def _is_subject(name: str, piece: Piece) -> bool:
    """Whether a name begins the English of a field, whose translation may leave its subject out or write the field's own name."""
    return "#" in piece.id and piece.english.lstrip("`* ").startswith(name)


def _is_translated(name: str, piece: Piece, terms: Glossary) -> bool:
    """Whether each word of a name is translated by the glossary or stands as it is, or a part of it is a word of the translation."""
    if len(name) > _LONGEST:
        return False
    known = terms.uses
    if name.casefold() in known and any(word in piece.text for word in known[name.casefold()]):
        return True
    humps = [hump.casefold() for part in name.split(".") for hump in _HUMP.findall(part)]
    at = translated = 0
    while at < len(humps):
        for size in range(len(humps) - at, 0, -1):
            phrase = " ".join(humps[at : at + size])
            is_known = any(word in piece.text for word in known.get(phrase, ()))
            if is_known or piece.words.has(phrase):
                at, translated = at + size, translated + is_known
                break
        else:
            break
    if at == len(humps) and translated:
        return True
    if "." in name:
        return False
    parts = _HUMP.findall(name)
    pieces = {"".join(parts[:count]) for count in range(1, len(parts))} | {
        "".join(parts[count:]) for count in range(1, len(parts))
    }
    return any(
        len(part) >= _LONG_PART
        and piece.words.has(folded := part.casefold())
        and not _is_elsewhere(folded, name, piece)
        for part in pieces
    )


def _is_elsewhere(part: str, name: str, piece: Piece) -> bool:
    """Whether a part of a name stands in the English as a word outside of that name."""
    return piece.english_words.has(part) and Words(piece.english.replace(name, " ").casefold()).has(part)


def _singular(name: str) -> tuple[str, ...]:
    """The names of which this name may be the plural."""
    endings = (("ies", "y"), ("es", ""), ("s", ""))
    return tuple(name.removesuffix(plural) + singular for plural, singular in endings if name.endswith(plural))


def _names(english: str) -> Iterator[tuple[str, bool]]:
    """The names of an English text, and whether each is marked as code."""
    rest = URL.sub(" ", english)
    for found in _CODE.finditer(rest):
        if not _PLACEHOLDER.search(found[1]):
            yield found[1].strip(), True
    for found in _NAME.finditer(_CODE.sub(" ", rest)):
        for part in found[0].split("-"):
            if _HUMPS.search(name := part.strip("_.")):
                yield name, False
