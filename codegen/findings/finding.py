"""The results of a run: findings, notes, totals and omissions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level, count_noun
from codegen.core.json_types import JsonMapping
from codegen.core.locales import Locale

VERSION = 1
_PLAIN_ENGLISH = Locale(name="English")
_MOST_TALLIES = 18  # lines of a summary, which fits a screen with its totals


class NotCompared(Struct, frozen=True, kw_only=True):
    """A part of the input that was not compared or checked, and how often it occurs.

    `what` names it with its source. If a reader left it out, `warnings` are its findings, and
    `says` is the text of their rule. If it is a file, `path` is its path, with which `what` begins.
    """

    what: str
    count: int
    says: str = ""
    warnings: tuple[Finding, ...] = ()
    path: str = ""

    @property
    def identity(self) -> str:
        """What was left out, without a location, so that it stays the same when lines move."""
        if not self.warnings:
            return self.what
        return "\0".join((self.says, self.warnings[0].rule, self.warnings[0].path))

    def replace_paths(self, convert: Callable[[str], str]) -> NotCompared:
        """Return the part with other paths."""
        if self.warnings:
            moved = tuple(warning.replace_paths(convert) for warning in self.warnings)
            return describe_omission(self.says, moved)
        if self.path:
            path = convert(self.path)
            return replace(self, what=path + self.what.removeprefix(self.path), path=path)
        return self


def describe_omission(says: str, warnings: tuple[Finding, ...]) -> NotCompared:
    """Describe the omission behind the warnings of one rule, whose text is `says`."""
    first = warnings[0]
    description = f"{says} [{first.rule}], {'first ' * (len(warnings) > 1)}at {first.span}"
    return NotCompared(what=description, count=len(warnings), says=says, warnings=warnings)


class Results(Struct, frozen=True, kw_only=True):
    """The findings of a run.

    `notes` explain things that are no findings, and `summary` has the totals. A run with parts that
    were `not_compared` is not `complete`, and no format shows it as clean. `diagnostics` are errors
    of sources that could not be compared. `validate` and `upgrade` also have the warnings about
    their schemas there, since their findings are about manifests. `reader` is the language of
    messages and totals, `takes_baseline` means that entries of a baseline can name the ids of its
    findings, and `more` has further values for JSON.
    """

    command: str
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    fail_on: Level = Level.ERR
    not_compared: tuple[NotCompared, ...] = ()
    clean: str = "no drift"
    reader: Locale = _PLAIN_ENGLISH
    work: Literal["compared", "checked"] = "compared"
    takes_baseline: bool = False
    diagnostics: tuple[Finding, ...] = ()
    more: JsonMapping = field(default_factory=lambda: MappingProxyType({}))

    @property
    def complete(self) -> bool:
        """Whether everything was compared."""
        return not self.not_compared

    @property
    def left_out(self) -> tuple[str, ...]:
        """The omissions, a sentence each."""
        sentences = []
        for entry in self.not_compared:
            if entry.count > 1:
                template = f"not {self.work}: {{what}} ({{count}} times)"
            else:
                template = f"not {self.work}: {{what}}"
            sentences.append(self.reader.translate(template, what=entry.what, count=entry.count))
        return tuple(sentences)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The errors of sources that could not be compared."""
        return tuple(error for error in self.diagnostics if error.level is Level.ERR)

    @property
    def failing(self) -> tuple[Finding, ...]:
        """The findings that fail the run."""
        return tuple(filter(self.fails, self.findings))

    def fails(self, finding: Finding) -> bool:
        """Return whether a finding fails the run."""
        return finding.level.rank <= self.fail_on.rank

    def join(self, *sentences: str) -> str:
        """Join sentences with a full stop, without a space after a full-width one.

        Empty ones are left out.
        """
        return ("。" if self.reader.full_width else ". ").join(filter(None, sentences))

    def describe(self, finding: Finding) -> str:
        """Join the message, the meaning and the hint of a finding."""
        pause = "；" if self.reader.full_width else "; "
        return pause.join(filter(None, (self.join(finding.message, finding.meaning), finding.hint)))

    def format_line(self, finding: Finding) -> str:
        """Format a finding on one line, beginning with its location."""
        rule = f"{finding.rule}{format_direction(finding.direction)}"
        return f"{finding.span}: {finding.level} {rule}: {self.describe(finding)}"

    def describe_total(self) -> str:
        """Count the findings; of changes, those to act on come first."""
        total = len(self.findings)
        levels = self.count_levels()
        if not self.takes_baseline:
            return self.reader.count(
                total, "{count} finding: {levels}", "{count} findings: {levels}", levels=levels
            )
        act = sum(finding.level is Level.ERR for finding in self.findings)
        return self.reader.count(
            total,
            "{act} to act on, of {count} finding: {levels}",
            "{act} to act on, of {count} findings: {levels}",
            act=act,
            levels=levels,
        )

    def count_levels(self) -> str:
        """Count the findings by level, as in `3 ERR, 1 WARN, 0 INFO`."""
        counts = Counter(finding.level for finding in self.findings)
        return ", ".join(f"{counts[level]} {level}" for level in Level)


class View(Struct, frozen=True, kw_only=True):
    """The presentation of results.

    `quiet` omits notes and totals, `counts` the single findings. `descriptions` lists changed
    descriptions too. `width` is that of a terminal, or 0 for a pipe or a file.
    """

    quiet: bool = False
    counts: bool = False
    descriptions: bool = False
    width: int = 0
    colour: bool = False


PLAIN = View()


class Tally(Struct, frozen=True, kw_only=True):
    """The number of findings of a rule at a level and in a direction."""

    level: Level
    rule: str
    direction: str
    count: int


def tally_findings(findings: Iterable[Finding]) -> tuple[Tally, ...]:
    """Count findings by rule, the most serious level and the most frequent rule first."""
    counts = Counter(
        (finding.level, finding.rule, finding.direction or "both") for finding in findings
    )
    ordered = sorted(counts.items(), key=lambda item: (item[0][0].rank, -item[1], item[0][1:]))
    return tuple(
        Tally(level=level, rule=rule, direction=direction, count=count)
        for (level, rule, direction), count in ordered
    )


def tally_for_screen(findings: Iterable[Finding]) -> tuple[Tally, ...]:
    """Count findings by rule in at most `_MOST_TALLIES` lines; the last line of each level counts
    the findings of its other rules.
    """
    tallies = tally_findings(findings)
    if len(tallies) <= _MOST_TALLIES:
        return tallies
    remaining: dict[Level, list[Tally]] = {}
    for tally in tallies[_MOST_TALLIES - len(Level) :]:
        remaining.setdefault(tally.level, []).append(tally)
    merged = [
        Tally(
            level=level,
            rule=f"of {count_noun(len(group), 'more rule')}; --format json counts each",
            direction="both",
            count=sum(tally.count for tally in group),
        )
        for level, group in remaining.items()
    ]
    return (*tallies[: _MOST_TALLIES - len(Level)], *merged)


def number_fingerprints(findings: Iterable[Finding]) -> list[tuple[Finding, str]]:
    """Pair findings with unique fingerprints. Further findings of the same element get a number."""
    seen: dict[str, int] = {}
    pairs = []
    for finding in findings:
        count = seen[finding.fingerprint] = seen.get(finding.fingerprint, 0) + 1
        pairs.append(
            (finding, finding.fingerprint if count == 1 else f"{finding.fingerprint}-{count}")
        )
    return pairs


def format_direction(direction: str) -> str:
    """Format the direction of a change for the end of a rule id, if it has one direction."""
    if direction in {"request", "response"}:
        return f" ({direction})"
    return ""
