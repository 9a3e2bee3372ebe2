"""What `check` finds besides changes: files on disk, untranslated texts, entries of the baseline."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from codegen.core.diagnostics import Level
from codegen.findings.rules.rule import Rule

_FILES = (
    Rule(
        id="file-missing",
        levels=(Level.ERR,),
        says="the sources give this file, and it does not exist",
        why="It was deleted, or never generated.",
        example="`generated/docs/en/plot-v1.md` was deleted",
        repair="Run `codegen generate` and commit the file.",
    ),
    Rule(
        id="file-stale",
        levels=(Level.ERR,),
        says="the file differs from what the sources give",
        why="It was edited by hand, or its source changed.",
        example="a field was added to the page, and the schema not regenerated",
        repair="Run `codegen generate` and commit the file. Edits belong in the sources or the templates.",
    ),
    Rule(
        id="file-orphaned",
        levels=(Level.ERR,),
        says="no source gives this file any longer",
        why="Its source is gone; generate removes the file.",
        example="a page was removed, and its schema is still there",
        repair="Run `codegen generate`, which removes it, and commit that.",
    ),
)
_TRANSLATIONS = (
    Rule(
        id="untranslated-share-exceeded",
        levels=(Level.ERR,),
        says="more texts than allowed have no translation",
        why="Readers of the language meet English in more places than the project allows.",
        example="12 % of the texts have no Chinese, 10 % are allowed",
        repair="Translate them (`codegen translate status` says which pages need the least work), or raise the limit, `check: {untranslated: ...}`.",
    ),
)
_BASELINE = (
    Rule(
        id="baseline-expired",
        levels=(Level.ERR,),
        says="an accepted finding has passed its last day",
        why="It was accepted for a time alone, and counts again.",
        example="`until: 2026-01-31`, and it is February",
        repair="Correct what was found. If it is to be accepted longer, write a new `until` and look at the reason again.",
    ),
    Rule(
        id="baseline-unused",
        levels=(Level.WARN,),
        says="an accepted finding no longer occurs",
        why="It would hide the next finding that it fits.",
        example="the field was corrected, and its entry was left in the baseline",
        repair="Remove the entry from the baseline; `--write-baseline` removes all such entries.",
    ),
)

CHECK_RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in (*_FILES, *_TRANSLATIONS, *_BASELINE)})
FILE_RULES = frozenset(rule.id for rule in _FILES)
BASELINE_RULES = frozenset(rule.id for rule in _BASELINE)
