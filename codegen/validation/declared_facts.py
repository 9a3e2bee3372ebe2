"""Facts about the rules that Kubernetes' types declare, from the bundled file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

FILE = Path(__file__).with_name("declared_rules.json")


class DeclaredRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stable tag of a field, with the first and the last release that has it.

    Without `until`, the newest release has it. `go` is the type of the field in Go.
    """

    definition: str
    field: str
    go: str
    tag: str
    since: str
    until: str = ""


class GatedField(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A field that servers drop unless a feature gate is enabled."""

    definition: str
    field: str
    since: str
    until: str = ""


class KindRemoval(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The releases of a kind that Kubernetes removed, and its successor."""

    api_version: str
    kind: str
    introduced: str
    removed: str
    deprecated: str = ""
    replacement: str = ""


class UncheckedTags(Struct, frozen=True, kw_only=True):
    """How many tags of a release do not reject, by name and reason."""

    release: str
    tag: str
    reason: str
    count: int


class DeclaredFacts(Struct, frozen=True, kw_only=True):
    """All facts of the bundled file."""

    releases: tuple[str, ...] = ()
    rules: tuple[DeclaredRule, ...] = ()
    gated: tuple[GatedField, ...] = ()
    removed: tuple[KindRemoval, ...] = ()
    left_out: tuple[UncheckedTags, ...] = ()


@cache
def declared_facts() -> DeclaredFacts:
    """Return the facts of the bundled file."""
    return msgspec.json.decode(FILE.read_bytes(), type=DeclaredFacts)
