"""Rules of API servers for outputs: what generated code carries, and what schemas can state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from codegen.core.diagnostics import Report, Span, count_noun
from codegen.model import Reference

OPTION = "server_rules"
_MOST_NAMES = 10  # rules that a note names


class CarriedRules(Struct, frozen=True, kw_only=True):
    """The rules of some definitions as JSON data, and of everything inside them.

    Attributes:
        data: What `ServerRules` of the run time reads.
        keys: The definitions for whose objects there are rules.
        count: The number of rules.
        left_out: The ids of rules that the object alone does not decide.
        release: The release of the servers, or the range of all known releases.
        is_one_release: Whether `release` is a single one.
        checks: The classes that the run time needs to check these rules, by their modules.

    """

    data: dict[str, Any]
    keys: frozenset[str]
    count: int
    left_out: frozenset[str]
    release: str
    is_one_release: bool
    checks: dict[str, str]


class StatedRules(Struct, frozen=True, kw_only=True):
    """A reference whose fields have keywords for rules of servers.

    Attributes:
        reference: The reference with these keywords.
        count: The number of rules that keywords say.
        left_out: The ids of rules that no keyword says.
        release: The release of the servers, or the range of all known releases.

    """

    reference: Reference
    count: int
    left_out: frozenset[str]
    release: str

    @property
    def title(self) -> str:
        """Return a sentence for the head of schemas, or an empty text without rules."""
        if not self.count:
            return ""
        return f"With {count_noun(self.count, 'rule')} of servers of Kubernetes {self.release}."

    def report_left_out(self, report: Report, origin: str) -> None:
        """Report the rules that no keyword says, with their number."""
        if not self.left_out:
            return
        names = sorted(self.left_out)
        listed = ", ".join(names[:_MOST_NAMES])
        if len(names) > _MOST_NAMES:
            listed += " ..."
        report.note(
            "server-rules-left-out",
            f"schemas leave out {count_noun(len(names), 'rule')} of servers that no keyword says: {listed}",
            Span(path=origin),
            "`codegen validate` and generated validators check them",
            id=origin,
            arguments=tuple(names),
        )


StateRules = Callable[[Reference], StatedRules]
"""The reference with the rules of servers that keywords of schemas say."""


def state_no_rules(reference: Reference) -> StatedRules:
    """Return the reference as it is."""
    return StatedRules(reference=reference, count=0, left_out=frozenset(), release="")


CarryRules = Callable[[Reference, Sequence[str], Sequence[str]], CarriedRules]
"""The rules for objects of definitions of a reference, with their meanings in some languages."""


def carry_no_rules(
    reference: Reference,  # noqa: ARG001 - see `CarryRules`
    keys: Sequence[str],  # noqa: ARG001
    locales: Sequence[str],  # noqa: ARG001
) -> CarriedRules:
    """Return no rules."""
    return CarriedRules(
        data={},
        keys=frozenset(),
        count=0,
        left_out=frozenset(),
        release="",
        is_one_release=False,
        checks={},
    )
