"""The checks of `codegen check`: files on disk, sources against second sources, languages against each other, untranslated texts.

The comparison is loaded only when there is something to compare, so that an unchanged project is checked fast. Everything is in memory; nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING

from msgspec import Struct, field

from codegen.config.configuration import Config
from codegen.core import opening
from codegen.core.locales import ENGLISH, Languages
from codegen.core.writing import read_text
from codegen.drift.check.files import file_findings
from codegen.findings.diagnostics import Diagnostic
from codegen.findings.finding import Finding, NotCompared, Results, RuleText
from codegen.findings.levels import Level
from codegen.model import Reference
from codegen.model.pages import main_locale
from codegen.outputs.files import Comparison, FileSet
from codegen.readers.sources import DOCUMENT_ENDINGS, SourcePath

if TYPE_CHECKING:
    from codegen.drift.compare.side import Side


class _Outcome(Struct):
    """What has been found so far; `errors` prevented some comparison."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    errors: list[Diagnostic] = field(default_factory=list)
    not_compared: list[NotCompared] = field(default_factory=list)


def check_project(
    config: Config,
    reference: Reference,
    files: FileSet,
    *,
    repair: str,
    fail_on: Level,
    warnings: tuple[Diagnostic, ...] = (),
) -> Results:
    """Run all checks of a project; `warnings` are those of reading its sources."""
    comparison = files.compare()
    outcome = _Outcome(findings=[*file_findings(comparison, repair), *_changes_of_schemas(files, comparison)])
    _compare_sources(config, reference, outcome)
    _count_untranslated(config, reference, outcome)
    return Results(
        command="check",
        findings=tuple(outcome.findings),
        rules=_rules,
        notes=tuple(outcome.notes),
        summary=(*outcome.summary, *_count_files(comparison, repair)),
        fail_on=fail_on,
        not_compared=tuple(dict.fromkeys(outcome.not_compared)),
        clean="no drift: all generated files are as the sources give them",
        diagnostics=(*warnings, *outcome.errors),
    )


def _rules() -> Mapping[str, RuleText]:
    from codegen.drift.findings import rule_texts

    return rule_texts()


def _count_files(comparison: Comparison, repair: str) -> Iterator[str]:
    if not comparison.clean:
        missing, stale, orphaned = map(len, (comparison.missing, comparison.stale, comparison.orphaned))
        yield f"{missing} missing, {stale} stale, {orphaned} orphaned; run: {repair}"


def _changes_of_schemas(files: FileSet, comparison: Comparison) -> Iterator[Finding]:
    """Compare a stale schema with its source: the finding is the change itself, and not only the lines of the file."""
    schemas = [path for path, _ in comparison.stale if path.endswith((".json", ".yaml", ".yml"))]
    if not schemas:
        return
    from codegen.drift import diff, findings
    from codegen.drift.compare.engine import NothingShared, compare

    reported = set[tuple[str, str, str | None, str | None]]()  # several files are schemas of one definition
    for path in schemas:
        committed = read_text(files.root, path) or ""
        old, new = diff.read_schema(committed, path), diff.read_schema(files.files[path], path)
        if old is None or new is None:
            continue
        try:
            changes = compare(old, new).changes
        except NothingShared:
            continue
        for finding in (findings.of_change(change, at_old=True) for change in changes):
            fact = (finding.rule, finding.id, finding.old, finding.new)
            if fact not in reported:
                reported.add(fact)
                yield finding


# ----------------------------------------------------------------------------------------------- second sources


def _compare_sources(config: Config, reference: Reference, outcome: _Outcome) -> None:
    """Compare each source with its second one, and pages of one language with those of another."""
    read: dict[SourcePath, Side] = {}
    pairs = [(pair.source, pair.second) for pair in config.against]
    known = {frozenset(pair) for pair in pairs}
    languages = {
        source: _language(source, reference, config.languages)
        for source in config.sources
        if source.path.suffix not in DOCUMENT_ENDINGS
    }
    for first, second in combinations(languages, 2):
        if languages[first] != languages[second] and frozenset((first, second)) not in known:
            pairs.append((first, second))
    if not pairs:
        return
    from codegen.drift import diff

    for first, second in pairs:
        for source in (first, second):
            if source not in read:
                read[source] = diff.read(source, languages=config.languages)
        _compare(read[first], read[second], outcome)


def _language(source: SourcePath, reference: Reference, languages: Languages) -> str:
    """Return the language of a source: as configured, of its pages, or by its path if the reference has other pages instead."""
    folder = f"{source.shown.rstrip('/')}/"
    pages = (page for page in reference.pages if f"{page.span.path}/".startswith(folder))
    named = f"{folder}page" if opening.is_folder(source.path) else source.shown
    return source.locale or main_locale(pages) or languages.detect("", named)


def _compare(first: Side, second: Side, outcome: _Outcome) -> None:
    from codegen.drift import diff, findings

    old, new = diff.original_first(first, second)
    comparison = diff.compared(old, new)
    # The finding is reported where it can be corrected: in the project's own source, or in the translation.
    at_old = not comparison.translated and old is first
    outcome.findings += [findings.of_change(change, at_old=at_old) for change in comparison.changes]
    outcome.notes += comparison.notes
    outcome.summary += findings.summary(comparison)
    outcome.summary.append(f"{old.name} against {new.name}: {len(comparison.changes)} changes")
    outcome.not_compared += comparison.not_compared
    outcome.errors += diff.errors_of(old, new)


# ------------------------------------------------------------------------------------------------- untranslated


def _count_untranslated(config: Config, reference: Reference, outcome: _Outcome) -> None:
    """Report the share of texts without a translation if there is a limit; add a finding if it is exceeded."""
    wanted = {text_id for texts in reference.prose.values() for text_id in texts}
    for locale in config.locales:
        limit = config.check.untranslated.get(locale, config.check.untranslated.get("*"))
        if limit is None or locale == ENGLISH or not wanted:
            continue
        lacking = sum(not reference.text(locale, text_id) for text_id in wanted)
        share = lacking / len(wanted)
        counted = f"{lacking} of {len(wanted)} texts ({share:.1%}) have no translation; {limit:.1%} are allowed"
        outcome.summary.append(f"{locale}: {counted}")
        if share > limit:
            from codegen.findings.rules.checks import CHECK_RULES

            rule = CHECK_RULES["untranslated-share-exceeded"]
            path = f"{config.translations}/{locale}.po" if config.translations else config.sources[0].shown
            outcome.findings.append(
                Finding(
                    rule=rule.id,
                    level=rule.gravest,
                    message=counted,
                    id=locale,
                    path=path,
                    direction="both",
                    locale=locale,
                    old=f"{limit:.4f}",
                    new=f"{share:.4f}",
                    meaning=rule.why.rstrip("."),
                    hint="translate them, or raise the limit in the configuration",
                )
            )
