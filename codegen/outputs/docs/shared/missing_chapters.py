"""Kinds without a chapter, as the upstream generator finds them."""

from __future__ import annotations

from collections.abc import Iterable

from codegen.model.kubernetes import REPLACED_GROUPS, VERSION, version_rank

PART = "Other Resources"

Kind = tuple[str, str, str]  # group, version, kind


def missing_chapters(kinds: Iterable[Kind], shown: Iterable[Kind], skipped: Iterable[str]) -> list[Kind]:
    """Of the kinds those that are neither shown, nor skipped on purpose, nor replaced by another one of their name, sorted by name."""
    known, passed = set(kinds), {*skipped}
    by_name: dict[str, list[Kind]] = {}
    for kind in known:
        by_name.setdefault(kind[2], []).append(kind)
    left = [
        kind
        for kind in known - {*shown}
        if kind[2] not in passed and not any(_replaces(other, kind) for other in by_name[kind[2]])
    ]
    return sorted(left, key=lambda kind: (kind[2], kind[0], kind[1]))


def _replaces(kind: Kind, other: Kind) -> bool:
    """Whether a kind takes the place of another one of its name: by its group, or by a later stage of the same version of any group."""
    if (kind[0], other[0]) in REPLACED_GROUPS or (other[0] == "extensions" and kind[0] != "extensions"):
        return True
    new, old = VERSION.fullmatch(kind[1]), VERSION.fullmatch(other[1])
    if new is None or old is None or new["number"] != old["number"]:
        return False
    return version_rank(kind[1]) < version_rank(other[1])
