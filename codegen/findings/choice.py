"""What of the results somebody asked for: findings of some rules, from a level on, with the paths that they need.

What is left out is counted in a note.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level
from codegen.findings.finding import Results


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches a text; only `*` is special, since `?` and brackets occur in paths of operations and names of fields."""
    if "*" not in pattern:
        return pattern == text
    return fnmatchcase(text, "".join(f"[{char}]" if char in "?[" else char for char in pattern))


def covers(patterns: Sequence[str], rule: str) -> bool:
    """Whether patterns cover a rule: one of them, or all where there are only such with a leading `!`; none of those."""
    wanted = [pattern for pattern in patterns if not pattern.startswith("!")]
    refused = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    chosen = not wanted or any(matches(pattern, rule) for pattern in wanted)
    return chosen and not any(matches(pattern, rule) for pattern in refused)


def select_rules(results: Results, patterns: Sequence[str]) -> Results:
    """The results with the findings of some rules only."""
    if not patterns:
        return results
    kept = tuple(finding for finding in results.findings if covers(patterns, finding.rule))
    return _drop_findings(results, len(results.findings) - len(kept), kept, "of other rules are left out (--rule)")


def select_level(results: Results, level: Level) -> Results:
    """The results with the findings at or above a level only."""
    kept = tuple(finding for finding in results.findings if finding.level.rank <= level.rank)
    return _drop_findings(results, len(results.findings) - len(kept), kept, f"below {level} are left out (--level)")


def rename_files(results: Results, new_path: Callable[[str], str]) -> Results:
    """Return the results with other paths of their files; ids and fingerprints stay."""

    def rename(finding: Finding) -> Finding:
        return replace(finding, span=finding.span.with_path(new_path(finding.span.path)))

    return replace(
        results,
        findings=tuple(map(rename, results.findings)),
        diagnostics=tuple(map(rename, results.diagnostics)),
    )


def _drop_findings(results: Results, count: int, kept: tuple[Finding, ...], why: str) -> Results:
    if not count:
        return results
    note = f"{count} finding{'s' * (count != 1)} {why}"
    return replace(results, findings=kept, notes=(*results.notes, note), clean="nothing else was found")
