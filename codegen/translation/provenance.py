"""Provenance of translations in catalog entries, and the open questions about them.

A PO file keeps it as the extracted comment (`#.`) of an entry. This module alone reads and writes
the form of that comment.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class Origin(StrEnum):
    """The way a translation got into its entry, with the label that begins the comment."""

    AUTO_CARRIED = "auto-carried:"
    REUSED = "reused:"
    CONFIRMED = "confirmed:"
    CHANGED = "changed:"
    PARTIAL = "partial:"
    ADAPTED = "adapted:"
    BUNDLED = "bundled:"
    DRAFT = "draft:"
    CANDIDATE = "candidate:"
    CANDIDATES = "candidates:"
    UNKNOWN = ""


# An entry with one of these asks a person for a decision. If it is not fuzzy, it is the answer.
_QUESTIONS = frozenset(
    (
        Origin.CHANGED,
        Origin.PARTIAL,
        Origin.ADAPTED,
        Origin.DRAFT,
        Origin.CANDIDATE,
        Origin.CANDIDATES,
    )
)
# The comment of an imported draft in catalogs of version 0.3.
_FORMER_DRAFT = "candidate: a draft "
# The translation is that of another id.
_OTHER_IDS = frozenset((Origin.REUSED, Origin.ADAPTED, Origin.CANDIDATE, Origin.CANDIDATES))


class Provenance(Struct, frozen=True, kw_only=True):
    """The origin of a translation with the reason in words.

    `details` are further lines, such as other candidates.
    """

    origin: Origin = Origin.UNKNOWN
    reason: str = ""
    details: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The first line of the comment."""
        return " ".join(filter(None, (self.origin, self.reason)))

    @property
    def is_of_another_id(self) -> bool:
        """Whether the translation was taken from another id."""
        return self.origin in _OTHER_IDS

    @property
    def is_answerable(self) -> bool:
        """Whether a confirmed entry with this provenance is a person's decision."""
        return self.origin is Origin.CONFIRMED or self.origin in _QUESTIONS


def decode_comment(comment: str) -> Provenance:
    """Read the extracted comment of an entry. Comments of other programs have no origin."""
    first, *details = comment.split("\n")
    if first.startswith(_FORMER_DRAFT):
        first = f"{Origin.DRAFT} {first.removeprefix(_FORMER_DRAFT)}"
    origin = next(
        (label for label in Origin if f"{first} ".startswith(f"{label} ")), Origin.UNKNOWN
    )
    if origin:
        reason = first[len(origin) :].removeprefix(" ")
    else:
        reason = first
    return Provenance(origin=origin, reason=reason, details=tuple(details))


def encode_comment(provenance: Provenance) -> str:
    """Write the extracted comment of an entry."""
    return "\n".join(filter(None, (provenance.summary, *provenance.details)))


CONFIRMED = Provenance(
    origin=Origin.CONFIRMED,
    reason="for all texts with this English that have no translation of their own",
)
CASE_DIFFERS = Provenance(
    origin=Origin.AUTO_CARRIED,
    reason="the English differs in case, white space, escapes or backticks only",
)
ADDRESSES_DIFFER = Provenance(
    origin=Origin.AUTO_CARRIED,
    reason="only addresses and the last full stop of the English differ; the addresses are the new ones",
)
SUBJECT_DIFFERS = Provenance(
    origin=Origin.AUTO_CARRIED,
    reason="one English has its field as the subject, the other begins behind that",
)
VALUES_TRANSLATED = Provenance(
    origin=Origin.AUTO_CARRIED,
    reason="the English lists its values now, all of which stand in the translation",
)
SPELLING_DIFFERS = Provenance(
    origin=Origin.AUTO_CARRIED, reason="only the spelling of one word of the English differs"
)
END_DROPPED = Provenance(
    origin=Origin.AUTO_CARRIED,
    reason="the English has lost its last sentences; they were cut out of the translation",
)
_PARTIAL = "sentences behind the text are new, pages show them in English; translate them too"
_CHANGED = "the English is another than that of the translation"


def mark_changed(details: Iterable[str] = ()) -> Provenance:
    """Describe a translation whose English has changed."""
    return Provenance(origin=Origin.CHANGED, reason=_CHANGED, details=tuple(details))


def mark_partial(reason: Provenance | None = None) -> Provenance:
    """Describe a translation of the first sentences alone.

    `reason` is the provenance of that translation if it is of another id.
    """
    details = () if reason is None else (reason.summary,)
    return Provenance(origin=Origin.PARTIAL, reason=_PARTIAL, details=details)


def mark_adapted(prose_id: str) -> Provenance:
    """Describe a translation adapted to another kind."""
    return Provenance(
        origin=Origin.ADAPTED, reason=f"only the kind differs from {prose_id}; pages show this text"
    )


def mark_candidate(prose_id: str, doubt: str) -> Provenance:
    """Describe the translation of another id that may not fit."""
    return Provenance(origin=Origin.CANDIDATE, reason=f"from {prose_id}; {doubt}")


def mark_reused(prose_id: str, addition: str = "", candidates: Iterable[str] = ()) -> Provenance:
    """Describe the translation of another id with the same English."""
    reason = f"the same English as {prose_id}{addition}"
    return Provenance(origin=Origin.REUSED, reason=reason, details=tuple(candidates))
