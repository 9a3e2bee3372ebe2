"""The results of one run, as every format shows them: findings, notes, totals, and what was not compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from codegen.core.diagnostics import MOST_SHOWN, Finding, Level

VERSION = 1


class NotCompared(Struct, frozen=True, kw_only=True):
    """Something that no comparison or check saw: what, in words that name its source, and how often.

    Where a reader left it out, `warnings` are what it said, and `says` is their rule in words.
    """

    what: str
    count: int
    says: str = ""
    warnings: tuple[Finding, ...] = ()


def left_out(says: str, warnings: tuple[Finding, ...]) -> NotCompared:
    """What a reader left out with these warnings of one rule, which `says` tells in words."""
    first = warnings[0]
    what = f"{says} [{first.rule}], {'first ' * (len(warnings) > 1)}at {first.span}"
    return NotCompared(what=what, count=len(warnings), says=says, warnings=warnings)


class Results(Struct, frozen=True, kw_only=True):
    """All findings of a run. `notes` say what is no finding and why, `summary` has the totals; `repair` is a command.

    `not_compared` is what could not be compared or checked: where there
    is any, the run is not `complete`, and no format may look like a clean one. `full_width` says that the messages are in a language with full-width punctuation.
    `diagnostics` are what reading the sources reported: warnings, and errors of what could not be compared.
    """

    command: str
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    fail_on: Level = Level.ERR
    not_compared: tuple[NotCompared, ...] = ()
    repair: str = ""
    clean: str = "no drift"
    full_width: bool = False
    diagnostics: tuple[Finding, ...] = ()
    more: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def complete(self) -> bool:
        """Whether everything was compared."""
        return not self.not_compared

    @property
    def checks_objects(self) -> bool:
        """Whether the command checks objects, where others compare sources."""
        return self.command in {"validate", "upgrade"}

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was not compared, then the notes: for formats that people read."""
        return (*self.left_out, *self.notes)

    @property
    def left_out(self) -> tuple[str, ...]:
        """What was not compared, a sentence each."""
        word = "not checked" if self.checks_objects else "not compared"
        return tuple(
            f"{word}: {entry.what}" + (f" ({entry.count} times)" if entry.count > 1 else "")
            for entry in self.not_compared
        )

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Why something could not be compared."""
        return tuple(found for found in self.diagnostics if found.level is Level.ERR)

    @property
    def failing(self) -> tuple[Finding, ...]:
        """The findings at or above the level that fails the run."""
        return tuple(finding for finding in self.findings if finding.level.rank <= self.fail_on.rank)

    def counted(self) -> str:
        """`3 ERR, 1 WARN, 0 INFO`."""
        return ", ".join(f"{sum(finding.level is level for finding in self.findings)} {level}" for level in Level)


class View(Struct, frozen=True, kw_only=True):
    """How results are shown: `quiet` without notes and totals, `counts` without the single findings.

    `width` is that of a terminal; 0 stands for a pipe or a file, whose readers are programs.
    """

    quiet: bool = False
    counts: bool = False
    width: int = 0
    colour: bool = False


PLAIN = View()


class Tally(Struct, frozen=True, kw_only=True):
    """How often a rule was found at a level and in a direction."""

    level: Level
    rule: str
    direction: str
    count: int


def limit_findings(results: Results) -> tuple[Results, tuple[str, ...]]:
    """The results with no more findings than people are shown, and a line that says how many are left out."""
    count = len(results.findings) - MOST_SHOWN
    if count <= 0:
        return results, ()
    left_out = (
        f"note: {count} more findings are left out here; --format json has all, --summary counts them, "
        "--level and --rule choose among them"
    )
    return replace(results, findings=results.findings[:MOST_SHOWN]), (left_out,)


def tally_findings(findings: Iterable[Finding]) -> tuple[Tally, ...]:
    """The findings counted, the gravest level first, in it the most frequent rule."""
    counts = Counter((finding.level, finding.rule, finding.direction or "both") for finding in findings)
    ordered = sorted(counts.items(), key=lambda item: (item[0][0].rank, -item[1], item[0][1:]))
    return tuple(
        Tally(level=level, rule=rule, direction=direction, count=count) for (level, rule, direction), count in ordered
    )


def number_fingerprints(findings: Iterable[Finding]) -> list[tuple[Finding, str]]:
    """Findings with unique fingerprints: a second one of the same thing gets a number, in order."""
    seen: dict[str, int] = {}
    pairs = []
    for finding in findings:
        count = seen[finding.fingerprint] = seen.get(finding.fingerprint, 0) + 1
        pairs.append((finding, finding.fingerprint if count == 1 else f"{finding.fingerprint}-{count}"))
    return pairs


def format_direction(direction: str) -> str:
    """Whom a change concerns, behind the name of its rule; nothing where it concerns both."""
    return f" ({direction})" if direction in {"request", "response"} else ""
