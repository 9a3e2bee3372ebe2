"""The changes of the sources of a project since an earlier state, and the findings about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Finding, list_first
from codegen.core.generated_files import Comparison
from codegen.core.locales import ENGLISH
from codegen.findings.finding import NotCompared
from codegen.model import Prose, Reference

_OUTDATED = "translation-outdated"
# Warnings about translations as they are, whatever changed last.
_STATE_OF_TRANSLATION = frozenset((_OUTDATED, "untranslated"))
_MOST_NAMED = 3  # generated files in a hint


class SourceChanges(Struct, frozen=True, kw_only=True):
    """The changes of the sources of a project since an earlier state.

    `findings` are located on the files of now. `old_texts` has the earlier texts by language, and
    `old_warnings` are those of reading the earlier sources.
    """

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    summary: tuple[str, ...]
    not_compared: tuple[NotCompared, ...]
    diagnostics: tuple[Finding, ...]
    old_texts: Mapping[str, Mapping[str, Prose]]
    old_warnings: tuple[Finding, ...] = ()


class NewWarnings(Struct, frozen=True, kw_only=True):
    """The warnings about sources that a change caused.

    `outdated` are the translations of changed texts, `others` new warnings, and `count` the number
    of warnings that have another cause.
    """

    outdated: tuple[Finding, ...]
    others: tuple[Finding, ...]
    count: int


def choose_new_warnings(
    warnings: Iterable[Finding], changes: SourceChanges, reference: Reference
) -> NewWarnings:
    """Choose the warnings that these changes caused."""
    known = {(each.rule, each.identity) for each in changes.old_warnings}
    outdated: list[Finding] = []
    others: list[Finding] = []
    count = 0
    for warning in warnings:
        if warning.rule == _OUTDATED and _is_changed_text(warning.id, changes, reference):
            english = reference.prose[ENGLISH][warning.id].span
            outdated.append(replace(warning, span=english, counterpart=warning.span))
        elif warning.rule in _STATE_OF_TRANSLATION or (warning.rule, warning.identity) in known:
            count += 1
        else:
            others.append(warning)
    return NewWarnings(outdated=tuple(outdated), others=tuple(others), count=count)


def _is_changed_text(text_id: str, changes: SourceChanges, reference: Reference) -> bool:
    """Return whether the changes altered an English text."""
    old = changes.old_texts.get(ENGLISH, {}).get(text_id)
    new = reference.prose.get(ENGLISH, {}).get(text_id)
    return old is not None and new is not None and old.text != new.text


def name_generated_files(
    findings: Iterable[Finding],
    comparison: Comparison,
    display: Callable[[str], str],
    repair: str,
) -> Iterator[Finding]:
    """Add the generated files that have to follow to the hints of changes."""
    stale = [*comparison.missing, *(path for path, _ in comparison.stale)]
    follow = ""
    if stale:
        files = list_first([display(path) for path in stale], _MOST_NAMED)
        follow = f"generated files have to follow: {files}; run: {repair}"
    for finding in findings:
        yield replace(finding, hint="; ".join(filter(None, (finding.hint, follow))))
