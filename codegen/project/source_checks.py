"""Checks of the sources of a project: second sources, languages and untranslated texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import combinations

from msgspec.structs import replace

from codegen.core import opening
from codegen.core.diagnostics import Finding, Span, count_noun
from codegen.core.locales import ENGLISH, Languages
from codegen.drift import diff
from codegen.drift.compare.inputs import ComparisonInput
from codegen.findings.finding import Results
from codegen.findings.input_findings import findings_about_inputs
from codegen.findings.rules.catalogue import CHECKS
from codegen.model import Page, Reference
from codegen.model.pages import main_locale
from codegen.readers.sources import SourcePath


def compare_sources(
    sources: Sequence[SourcePath],
    against: Sequence[tuple[SourcePath, SourcePath]],
    reference: Reference,
    languages: Languages,
    display: Callable[[str], str],
) -> Iterator[Results]:
    """Compare each source with its second one, and pages of one language with those of another.

    `against` are the pairs of a source and its second one. `display` converts paths for totals.
    """
    pairs = list(against)
    known_pairs = {frozenset(pair) for pair in pairs}
    locales = {
        source: _detect_language(source, reference, languages)
        for source in sources
        if any(_list_pages(source, reference))
    }
    for first, second in combinations(locales, 2):
        if locales[first] == locales[second] or frozenset((first, second)) in known_pairs:
            continue
        if not _list_sections(first, reference).isdisjoint(_list_sections(second, reference)):
            pairs.append((first, second))

    @cache
    def read(source: SourcePath) -> ComparisonInput:
        return replace(diff.read(source, languages=languages), name=display(source.display_path))

    for first, second in pairs:
        yield diff.compare_pair(read(first), read(second))
    for second in dict.fromkeys(second for _, second in against):
        findings = findings_about_inputs(read(second).diagnostics)
        yield Results(command="check", findings=findings)


def _detect_language(source: SourcePath, reference: Reference, languages: Languages) -> str:
    """Return the configured language of a source, that of its pages, or that of its path."""
    if opening.is_folder(source.path):
        path = f"{source.display_path.rstrip('/')}/page"
    else:
        path = source.display_path
    return (
        source.locale or main_locale(_list_pages(source, reference)) or languages.detect("", path)
    )


def _list_sections(source: SourcePath, reference: Reference) -> set[str]:
    """List the definitions with a section on a page of a source."""
    keys: set[str] = set()
    for page in _list_pages(source, reference):
        keys.update(page.section_keys)
    return keys


def _list_pages(source: SourcePath, reference: Reference) -> Iterator[Page]:
    """Yield the pages of a source: of its folder, or the file itself."""
    folder = f"{source.display_path.rstrip('/')}/"
    return (page for page in reference.pages if f"{page.span.path}/".startswith(folder))


def count_untranslated(
    reference: Reference, limits: dict[str, float], path_of_texts: Callable[[str], str]
) -> Iterator[Results]:
    """Count the untranslated texts of each language with a limit, and report an exceeded limit.

    `limits` are the permitted shares by language, and `path_of_texts` names the file to translate.
    """
    wanted = reference.text_ids
    for locale, limit in limits.items():
        if locale == ENGLISH or not wanted:
            continue
        missing = sum(not reference.text(locale, text_id) for text_id in wanted)
        share = missing / len(wanted)
        counted = (
            f"the translation is missing for {missing} of {count_noun(len(wanted), 'text')} "
            f"({share:.1%}); {limit:.1%} are allowed"
        )
        rule = CHECKS["untranslated-share-exceeded"]
        exceeded = Finding(
            rule=rule.id,
            level=rule.most_severe,
            message=counted,
            id=locale,
            span=Span(path=path_of_texts(locale)),
            direction="both",
            locale=locale,
            old=f"{limit:.4f}",
            new=f"{share:.4f}",
            meaning=rule.why.rstrip("."),
            hint="translate them, or raise the limit in the configuration",
        )
        findings = (exceeded,) if share > limit else ()
        yield Results(command="check", findings=findings, summary=(f"{locale}: {counted}",))
