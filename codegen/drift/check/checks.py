"""The checks of `codegen check`: files on disk, sources against second sources, languages against each other, untranslated texts.

The comparison is loaded only when there is something to compare, so that an unchanged project is checked fast. Everything is in memory; nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from codegen.config.configuration import Config
from codegen.core import opening
from codegen.core.generated_files import Comparison, FileSet
from codegen.core.locales import ENGLISH, Languages
from codegen.drift.check.files import file_findings
from codegen.drift.check.outcome import Outcome
from codegen.findings.diagnostics import Diagnostic
from codegen.findings.finding import Finding, Results, RuleText
from codegen.findings.levels import Level
from codegen.findings.rules.checks import CHECK_RULES
from codegen.model import Reference
from codegen.model.pages import main_locale
from codegen.readers.sources import DOCUMENT_ENDINGS, SourcePath


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
    outcome = Outcome(findings=[*file_findings(comparison, repair), *_schema_changes(files, comparison)])
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


def _schema_changes(files: FileSet, comparison: Comparison) -> Iterator[Finding]:
    """Compare stale schemas with what the sources give."""
    schemas = [path for path, _ in comparison.stale if path.endswith((".json", ".yaml", ".yml"))]
    if schemas:
        from codegen.drift.check.comparing import changes_of_schemas

        yield from changes_of_schemas(files, schemas)


# ----------------------------------------------------------------------------------------------- second sources


def _compare_sources(config: Config, reference: Reference, outcome: Outcome) -> None:
    """Compare each source with its second one, and pages of one language with those of another."""
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
    from codegen.drift.check.comparing import compare_sources

    compare_sources(pairs, config.languages, outcome)


def _language(source: SourcePath, reference: Reference, languages: Languages) -> str:
    """Return the language of a source: as configured, of its pages, or by its path if the reference has other pages instead."""
    folder = f"{source.shown.rstrip('/')}/"
    pages = (page for page in reference.pages if f"{page.span.path}/".startswith(folder))
    named = f"{folder}page" if opening.is_folder(source.path) else source.shown
    return source.locale or main_locale(pages) or languages.detect("", named)


# ------------------------------------------------------------------------------------------------- untranslated


def _count_untranslated(config: Config, reference: Reference, outcome: Outcome) -> None:
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
