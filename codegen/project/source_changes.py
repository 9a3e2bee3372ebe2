"""The changes of the sources of a project since an earlier state, and what has to follow them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import opening
from codegen.core.diagnostics import Finding, Span, count_noun
from codegen.core.generated_files import Comparison
from codegen.core.locales import ENGLISH
from codegen.core.name_lists import list_first
from codegen.core.source import load
from codegen.drift.compare.changes import Change, make_finding
from codegen.findings.finding import NotCompared, Results
from codegen.model import Prose, Reference
from codegen.project.config.configuration import Config
from codegen.project.old_lines import find_new_line

_OUTDATED = "translation-outdated"
# Warnings about translations as they are, whatever changed last.
_STATE_OF_TRANSLATION = frozenset((_OUTDATED, "untranslated"))
_MOST_NAMED = 3  # generated files in a hint


class SourceChanges(Struct, frozen=True, kw_only=True):
    """The changes of the sources of a project since an earlier state.

    `findings` are located on the files of now. `old_texts` has the earlier texts by language, if
    they are known, and `old_warnings` are those of reading the earlier sources. `new_warnings` are those of reading the
    sources of now that the changes caused.
    """

    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    not_compared: tuple[NotCompared, ...] = ()
    diagnostics: tuple[Finding, ...] = ()
    old_texts: Mapping[str, Mapping[str, Prose]] | None = None
    old_warnings: tuple[Finding, ...] = ()
    new_warnings: tuple[Finding, ...] = ()

    def follow_up(
        self,
        warnings: Iterable[Finding],
        reference: Reference,
        comparison: Comparison,
        display: Callable[[str], str],
        repair: str,
    ) -> SourceChanges:
        """Add the translations that became outdated, and the generated files that have to follow.

        Warnings that have another cause are counted in a note.
        """
        follow = _name_generated_files(comparison, display, repair)
        findings = [_add_hint(finding, follow) for finding in self.findings]
        if self.old_texts is None:
            return replace(self, findings=tuple(findings), new_warnings=tuple(warnings))
        old_identities = {(warning.rule, warning.identity) for warning in self.old_warnings}
        outdated: list[Finding] = []
        new: list[Finding] = []
        count = 0
        for warning in warnings:
            if warning.rule == _OUTDATED and self._has_new_text(warning.id, reference):
                english = reference.prose[ENGLISH][warning.id].span
                outdated.append(replace(warning, span=english, counterpart=warning.span))
            elif (
                warning.rule in _STATE_OF_TRANSLATION
                or (warning.rule, warning.identity) in old_identities
            ):
                count += 1
            else:
                new.append(warning)
        notes = list(self.notes)
        if count:
            left_out = count_noun(count, "warning is", "warnings are")
            notes.append(f"{left_out} older than this change; `codegen check` lists them")
        return replace(
            self,
            findings=(*findings, *outdated),
            notes=tuple(notes),
            new_warnings=tuple(new),
        )

    def as_results(self) -> Results:
        """Return the notes and totals, and what was not compared."""
        return Results(
            command="check",
            findings=(),
            notes=self.notes,
            summary=self.summary,
            not_compared=self.not_compared,
            diagnostics=self.diagnostics,
        )

    def _has_new_text(self, text_id: str, reference: Reference) -> bool:
        """Return whether the changes altered an English text."""
        old = (self.old_texts or {}).get(ENGLISH, {}).get(text_id)
        new = reference.prose.get(ENGLISH, {}).get(text_id)
        return old is not None and new is not None and old.text != new.text


def _name_generated_files(
    comparison: Comparison, display: Callable[[str], str], repair: str
) -> str:
    stale = [*comparison.missing, *(path for path, _ in comparison.stale)]
    if not stale:
        return ""
    files = list_first([display(path) for path in stale], _MOST_NAMED)
    return f"generated files have to follow: {files}; run: {repair}"


def _add_hint(finding: Finding, hint: str) -> Finding:
    return replace(finding, hint="; ".join(filter(None, (finding.hint, hint))))


def locate_finding(config: Config, change: Change, old_folder: Path | None = None) -> Finding:
    """Make the finding of a change, at a line of the files of now.

    `old_folder` has the earlier files below the same paths. What is gone is located where it was.
    """
    finding = make_finding(change)
    if change.in_new:
        return finding
    present = config.root / finding.path
    if not opening.is_file(present):
        return replace(finding, span=Span(path=config.sources[0].display_path, line=1, column=1))
    line = 1
    if old_folder is not None and opening.is_file(old_folder / finding.path):
        old = load(old_folder / finding.path, finding.path).text
        line = find_new_line(old, load(present, finding.path).text, change.span.line)
    return replace(finding, span=Span(path=finding.path, line=line, column=1))
