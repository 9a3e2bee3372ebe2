"""Names of the translation that its English does not have: of another field, or spelt with other capitals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from codegen.model import holder_of
from codegen.translation.lint.text import LintFinding, Piece, squeezed

# `fooBar`, `FooBar`, `fooURLs`: capitals inside.
_NAME = re.compile(r"(?<![\w.$/<-])(?=[A-Za-z]+[a-z0-9][A-Z])\w++(?![./-]*+\w)", re.ASCII)
_FIRST = re.compile(r"[\s*_]*(?P<tick>`?)(?P<name>[A-Za-z][\w-]*+)(?P=tick)(?![\w./(-]*\w)", re.ASCII)
_PLURAL = re.compile(r"(?:es|s|y)\Z")


def strange_names(piece: Piece) -> Iterator[LintFinding]:
    """The name of another field as the subject of a text, and names that neither the English nor the id has."""
    if not piece.english:
        return
    subject = _other_subject(piece)
    if subject is not None:
        yield subject
    known = squeezed(f"{piece.english} {piece.page} {piece.id.replace('#', ' ')}")
    seen: set[str] = set()
    for found in _NAME.finditer(piece.prose):
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


def _other_subject(piece: Piece) -> LintFinding | None:
    """The name of another field of the same definition at the beginning of a text, where the English does not begin with it."""
    own = holder_of(piece.id)[0].rpartition("#")[2].rpartition(".")[2]
    found = _FIRST.match(piece.text)
    if found is None or "#" not in piece.id:
        return None
    name = found["name"]
    if name.casefold() == own.casefold() or name not in piece.siblings or _has_word(piece.english, name):
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


STRANGE_RULES: tuple[Callable[[Piece], Iterator[LintFinding]], ...] = (strange_names,)
