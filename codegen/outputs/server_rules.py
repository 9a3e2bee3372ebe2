"""Rules of API servers for outputs: what generated code carries, and what schemas can state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from codegen.model import Reference

OPTION = "server_rules"


class CarriedRules(Struct, frozen=True, kw_only=True):
    """The rules of some definitions as JSON data, and of everything inside them.

    Attributes:
        data: What `ServerRules` of the run time reads.
        keys: The definitions for whose objects there are rules.
        count: The number of rules.
        left_out: The ids of rules that the object alone does not decide.
        release: The release of the servers, or the range of all known releases.
        is_one_release: Whether `release` is a single one.

    """

    data: dict[str, Any]
    keys: frozenset[str]
    count: int
    left_out: frozenset[str]
    release: str
    is_one_release: bool


CarryRules = Callable[[Reference, Sequence[str], Sequence[str]], CarriedRules]
"""The rules for objects of definitions of a reference, with their meanings in some languages."""


def carry_no_rules(
    reference: Reference,  # noqa: ARG001 - see `CarryRules`
    keys: Sequence[str],  # noqa: ARG001
    locales: Sequence[str],  # noqa: ARG001
) -> CarriedRules:
    """Return no rules."""
    return CarriedRules(
        data={}, keys=frozenset(), count=0, left_out=frozenset(), release="", is_one_release=False
    )
