"""What `check` finds besides changes: files on disk, untranslated texts, entries of the baseline."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from codegen.findings.levels import Level
from codegen.findings.rules.rule import Rule


def _rule(name: str, says: str, level: Level, means: str, example: str) -> Rule:
    return Rule(id=name, says=says, request=level, response=level, sends=means, reads=means, example=example)


CHECK_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        each.id: each
        for each in (
            _rule(
                "file-missing",
                "the sources give this file, and it is not there",
                Level.ERR,
                "It was deleted, or never generated.",
                "`generated/docs/en/plot-v1.md` was deleted",
            ),
            _rule(
                "file-stale",
                "the file differs from what the sources give",
                Level.ERR,
                "It was edited by hand, or its source changed.",
                "a field was added to the page, and the schema not regenerated",
            ),
            _rule(
                "file-orphaned",
                "no source gives this file any more",
                Level.ERR,
                "Its source is gone; generate removes the file.",
                "a page was removed, and its schema is still there",
            ),
            _rule(
                "untranslated-share-exceeded",
                "more texts than allowed have no translation",
                Level.ERR,
                "Translate them, or raise the limit in the configuration.",
                "12 % of the texts are without Chinese, 10 % are allowed",
            ),
            _rule(
                "baseline-expired",
                "an accepted finding is past its last day",
                Level.ERR,
                "The finding counts again: correct it, or give it a new day and reason.",
                "`until: 2026-01-31`, and it is February",
            ),
            _rule(
                "baseline-unused",
                "an accepted finding is not found any more",
                Level.WARN,
                "Remove the entry, so that it cannot hide a new finding.",
                "the field was corrected, and its entry stayed",
            ),
        )
    }
)
