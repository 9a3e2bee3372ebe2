"""Patterns that choose rules and ids of findings."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from codegen.findings.rules.former_ids import current_id


def matches(pattern: str, text: str) -> bool:
    """Return whether a pattern matches a text.

    Only `*` is special, since `?` and brackets occur in paths of operations and names of fields.
    """
    if "*" not in pattern:
        return pattern == text
    return fnmatchcase(text, "".join(f"[{char}]" if char in "?[" else char for char in pattern))


def covers(patterns: Sequence[str], rule: str) -> bool:
    """Return whether patterns choose a rule.

    A pattern with a leading `!` excludes rules. If all patterns do, the others are chosen.
    """
    wanted = [current_id(pattern) for pattern in patterns if not pattern.startswith("!")]
    refused = [current_id(pattern[1:]) for pattern in patterns if pattern.startswith("!")]
    chosen = not wanted or any(matches(pattern, rule) for pattern in wanted)
    return chosen and not any(matches(pattern, rule) for pattern in refused)
