"""Linter of translated prose for lost names, spacing, punctuation and terms.

Rules for letters and punctuation apply to languages with full-width punctuation, the others to all.
Code, addresses, tags and shortcodes are hidden from rules about prose.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product

from msgspec import Struct

from codegen.core.diagnostics import (
    CodegenError,
    Correction,
    Finding,
    Level,
    Report,
    Span,
    count_noun,
    failure,
    identify,
)
from codegen.core.limits import LINTED_TEXT
from codegen.core.locales import SHIPPED, Languages
from codegen.model import find_written
from codegen.readers.sources import Progress, SourcePath
from codegen.translation import po
from codegen.translation.glossary import Glossary, Term
from codegen.translation.learning import CATALOG_SUFFIX
from codegen.translation.lint.findings import LintFinding, belongs_to_word
from codegen.translation.lint.leftovers import (
    find_leftover_english,
    find_translated_comment,
    find_unbalanced_emphasis,
    find_untranslated,
)
from codegen.translation.lint.letter_case import find_changed_values
from codegen.translation.lint.letters import find_foreign_letters
from codegen.translation.lint.names import find_wrong_names
from codegen.translation.lint.omissions import (
    find_lost_negation,
    find_lost_numbers,
    find_lost_sentence,
)
from codegen.translation.lint.outdated import find_outdated_english
from codegen.translation.lint.punctuation import (
    find_bracket_mistakes,
    find_doubled_words,
    find_glued_addresses,
    find_half_width_marks,
    find_marks_in_code,
    find_missing_blanks,
    find_missing_stop,
    find_pattern_mistakes,
)
from codegen.translation.lint.site_links import add_site_findings
from codegen.translation.lint.tags import find_broken_tags
from codegen.translation.lint.urls import find_english_addresses, find_lost_urls
from codegen.translation.segments import Segment, read_catalog_segments, read_segments

_RULES: tuple[Callable[[Segment], Iterator[LintFinding]], ...] = (
    find_unbalanced_emphasis,
    find_broken_tags,
    find_foreign_letters,
    find_leftover_english,
    find_lost_urls,
    find_english_addresses,
    find_changed_values,
    find_lost_numbers,
    find_lost_negation,
    find_lost_sentence,
)
# The rules for languages without blanks between words.
_DENSE_RULES: tuple[Callable[[Segment], Iterator[LintFinding]], ...] = (
    find_pattern_mistakes,
    find_missing_blanks,
    find_half_width_marks,
    find_bracket_mistakes,
    find_doubled_words,
    find_marks_in_code,
    find_missing_stop,
    find_glued_addresses,
)


class LintResult(Struct, frozen=True, kw_only=True):
    """The findings in order of location, and the number of checked texts."""

    findings: tuple[Finding, ...]
    texts: int


def lint(
    sources: Sequence[SourcePath],
    locale: str,
    terms: Glossary,
    progress: Progress | None = None,
    *,
    languages: Languages = SHIPPED,
) -> LintResult:
    """Lint pages and PO files of a language.

    Raises `CodegenError` for unreadable or empty sources.
    """
    language = languages.get(locale)
    segments: list[Segment] = []
    files = [file for source in sources for file in source.find_files(f"{locale}.po")]
    catalogs = [file for file in files if file.path.suffix == CATALOG_SUFFIX]
    pages = [source for source in sources if source.path.suffix != CATALOG_SUFFIX]
    if pages:
        try:
            texts = read_segments(pages, language, Report(), progress, languages=languages)
            segments += [segment for segment in texts.segments if segment.text]
        except CodegenError as error:  # a folder of catalogs needs no pages
            if not catalogs or {diagnostic.rule for diagnostic in error.diagnostics} != {
                "source-empty"
            }:
                raise
    for file in catalogs:
        segments += read_catalog_segments(
            po.open_catalog(file.path, locale, file.display_path), language
        )
    if not segments:
        raise failure(
            "nothing-checked",
            f"no text in {language.name} was found",
            Span(path=", ".join(source.display_path for source in sources)),
            "name translated pages or PO files, and their language with --locale",
            arguments=(language.name,),
        )
    unsorted = add_site_findings(lint_segments(segments, terms), pages, language)
    findings = tuple(
        sorted(unsorted, key=lambda finding: (finding.span, finding.rule, finding.message))
    )
    return LintResult(findings=findings, texts=sum(segment.others + 1 for segment in segments))


def lint_segments(segments: Iterable[Segment], terms: Glossary) -> tuple[Finding, ...]:
    """Lint segments, and return distinct findings."""
    checked = [segment for segment in segments if segment.text]
    located = [
        (segment, finding) for segment in checked for finding in lint_segment(segment, terms)
    ]
    outdated = (finding for segment in checked for finding in find_outdated_english(segment))
    placed = (_locate_finding(*pair) for pair in (*located, *_find_mixed_terms(checked, terms)))
    comments = filter(None, map(find_translated_comment, checked))
    return tuple(dict.fromkeys((*placed, *outdated, *comments)))


def lint_segment(segment: Segment, terms: Glossary) -> Iterator[LintFinding]:
    """Apply all rules to one text.

    An untranslated or too long text has that finding only.
    """
    length = max(len(segment.text), len(segment.english))
    if length > LINTED_TEXT:
        yield LintFinding(
            rule="text-too-long",
            message=f"text skipped: it or its English has {length:,} characters",
            at=0,
            repair=f"divide the text: only texts of at most {LINTED_TEXT:,} characters are checked",
        )
        return
    if leftover := find_untranslated(segment):
        yield leftover
        return
    rules = (*_RULES, *_DENSE_RULES) if segment.locale.is_dense else _RULES
    for rule in rules:
        yield from rule(segment)
    yield from find_wrong_names(segment, terms)
    yield from _find_avoided_terms(segment, terms)


def _find_avoided_terms(segment: Segment, terms: Glossary) -> Iterator[LintFinding]:
    """Find words to avoid if their term occurs in the English, each at its first place.

    Of overlapping words the longest counts.
    """
    avoided = [(word, term) for term in terms for word in term.avoid if word in segment.prose]
    if not avoided:
        return
    named = [term for term in terms if term.english is None or term.english.search(segment.english)]
    accepted = [word for term in named for word in term.use]
    taken: set[int] = set()
    for word, term in sorted(avoided, key=lambda pair: -len(pair[0])):
        places = (
            [match.start() for match in re.finditer(re.escape(word), segment.prose)]
            if term in named
            else []
        )
        places = [
            at
            for at in places
            if at not in taken and not belongs_to_word(segment.prose, at, word, accepted)
        ]
        taken.update(at + number for at in places for number in range(len(word)))
        for at in places[:1]:
            # `服务帐户号` becomes `服务账号`, not `服务账号号`.
            end = at + len(word)
            end += segment.prose.startswith(term.use[0][-1], end)
            yield LintFinding(
                rule="glossary",
                shown=segment.prose[at:end],
                message=f"{segment.prose[at:end]!r} is not the term to use",
                at=at,
                repair=f"write {' or '.join(term.use)}",
                correct=segment.locale.labels["list_separator"].join(term.use),
            )


def _find_mixed_terms(
    segments: Sequence[Segment], terms: Glossary
) -> Iterator[tuple[Segment, LintFinding]]:
    """Find texts without the first translation of a consistent term, on pages with several."""
    pages: dict[str, list[Segment]] = defaultdict(list)
    for segment in segments:
        pages[segment.span.path].append(segment)
    for on_page, term in product(pages.values(), (term for term in terms if term.consistent)):
        uses: dict[str, list[tuple[Segment, int]]] = {}
        for segment in on_page:
            if term.english is not None and term.english.search(segment.english):
                for word in term.use:
                    at = _find_use(segment, word, term)
                    if at is not None:
                        uses.setdefault(word, []).append((segment, at))
        preferred = term.use[0]
        if len(uses) < 2:
            continue
        for word in uses.keys() - {preferred}:
            for segment, at in uses[word]:
                finding = LintFinding(
                    rule="glossary",
                    shown=word,
                    message=f"this page has several translations of {term.name!r}, here {word!r}",
                    at=at,
                    repair=f"write {preferred}, the first one of the glossary",
                    suggestion=preferred,
                )
                yield segment, finding


def _find_use(segment: Segment, word: str, term: Term) -> int | None:
    """Return the first place of a translation that is not a part of a longer one."""
    for match in re.finditer(re.escape(word), segment.prose):
        longer = [accepted for accepted in term.use if len(accepted) > len(word)]
        if not belongs_to_word(segment.prose, match.start(), word, longer):
            return match.start()
    return None


def _locate_finding(segment: Segment, finding: LintFinding) -> Finding:
    start = segment.text.rfind("\n", 0, finding.at) + 1
    line = segment.text[start:].partition("\n")[0]
    place, correction = find_written(line, segment.written, segment.span), None
    if place is not None:
        column = place.column + finding.at - start - (len(line) - len(line.lstrip()))
        place = Span(path=place.path, line=place.line, column=max(column, 1))
        if finding.written:
            correction = Correction(written=finding.written, correct=finding.correct)
    new = finding.correct if finding.written.split() != finding.correct.split() else ""
    facts = (("text", finding.shown), ("correct", new), ("suggestion", finding.suggestion))
    also = f"; {count_noun(segment.others, 'other entry has', 'other entries have')} the same text"
    return Finding(
        level=Level.WARN,
        rule=finding.rule,
        message=finding.message,
        span=place or segment.span,
        id=identify(segment.span, segment.id, finding.shown),
        hint=finding.repair + (also if segment.others else ""),
        correction=correction,
        extra=tuple((name, text) for name, text in facts if text),
    )
