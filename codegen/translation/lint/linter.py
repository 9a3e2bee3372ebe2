"""Reads translated prose for what a reviewer would mark: names that were lost or translated, spacing, punctuation, terms.

Rules for letters and punctuation hold for languages with full-width punctuation; the others hold for all. Code, addresses, tags
and shortcodes are not prose and are hidden from the rules about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from msgspec import Struct

from codegen.core import opening
from codegen.core.limits import LINTED_TEXT
from codegen.core.locales import SHIPPED, Languages, Locale
from codegen.findings.diagnostics import CodegenError, Correction, Diagnostic, Report, Severity, Span, failure
from codegen.model import holder_of
from codegen.readers.sources import Progress, SourcePath
from codegen.translation import po
from codegen.translation.adaptation import find_translated_english
from codegen.translation.glossary import Glossary, Term
from codegen.translation.lint.addresses import find_english_addresses, find_lost_urls
from codegen.translation.lint.names import find_misspelt_names, find_unknown_names
from codegen.translation.lint.prose import find_leftover_english, find_unbalanced_emphasis, find_untranslated
from codegen.translation.lint.site import with_sites
from codegen.translation.lint.text import LintFinding, Piece, places_of
from codegen.translation.lint.typography import (
    find_doubled_words,
    find_ideographic_blanks,
    find_marks_in_code,
    find_missing_stop,
    find_mixed_brackets,
    find_punctuation_faults,
    find_spacing_faults,
    find_unbalanced_brackets,
)
from codegen.translation.lint.values import find_changed_values
from codegen.translation.pairs import CATALOG_SUFFIX, Occurrence, occurrences
from codegen.translation.places import Places

# What is said about a word of the translation that is not one of the English.
_ABOUT_WORDS = ("name-misspelt", "subject-differs", "value-differs", "name-unknown")
_RULES: tuple[Callable[[Piece], Iterator[LintFinding]], ...] = (
    find_unbalanced_emphasis,
    find_leftover_english,
    find_misspelt_names,
    find_changed_values,
    find_unknown_names,
    find_lost_urls,
    find_english_addresses,
)
# For languages without blanks between words.
_DENSE_RULES: tuple[Callable[[Piece], Iterator[LintFinding]], ...] = (
    find_spacing_faults,
    find_punctuation_faults,
    find_unbalanced_brackets,
    find_ideographic_blanks,
    find_doubled_words,
    find_marks_in_code,
    find_mixed_brackets,
    find_missing_stop,
)


class Linted(Struct, frozen=True, kw_only=True):
    """The findings in the order of their places, and the number of texts that were checked."""

    findings: tuple[Diagnostic, ...]
    texts: int


def lint(
    sources: Sequence[SourcePath],
    locale: str,
    terms: Glossary,
    progress: Progress | None = None,
    *,
    languages: Languages = SHIPPED,
) -> Linted:
    """Findings in pages and PO files (`.po`) of a language. Raises `CodegenError` for what cannot be read, and if there is nothing to read."""
    language = languages.get(locale)
    pieces: list[Piece] = []
    catalogs = [catalog for source in sources for catalog in _catalogs(source, locale)]
    pages = [source for source in sources if source.path.suffix != CATALOG_SUFFIX]
    if pages:
        pieces += pieces_of(*_of_pages(pages, locale, progress, languages, required=not catalogs), language)
    for file in catalogs:
        pieces.extend(_of_catalog(file.path, file.shown, language))
    if not pieces:
        raise failure(
            "nothing-to-check",
            f"no text in {language.name} was found",
            Span(path=", ".join(source.shown for source in sources)),
            "name translated pages or PO files, and their language as --locale",
        )
    found = with_sites(findings_in(pieces, terms), pages, language)
    return Linted(findings=_in_order(found), texts=sum(piece.others + 1 for piece in pieces))


def pieces_of(descriptions: Iterable[Occurrence], known: Mapping[str, str], locale: Locale) -> list[Piece]:
    """The translated descriptions of pages with their English: that of the comment, else the known one of the id."""
    chosen = [occurrence for occurrence in descriptions if occurrence.own is not None and occurrence.own.text]
    siblings = _siblings(chain(known, (occurrence.id for occurrence in chosen)))
    return [
        Piece(
            id=occurrence.id,
            text=occurrence.own.text,
            english=occurrence.english.text if occurrence.english is not None else known.get(occurrence.id, ""),
            span=occurrence.own.span,
            locale=locale,
            siblings=siblings.get(occurrence.id.rpartition("#")[0], frozenset()),
            page=known.get(occurrence.id, ""),
        )
        for occurrence in chosen
        if occurrence.own is not None
    ]


def _siblings(ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """The names of the fields of each definition."""
    names: dict[str, set[str]] = {}
    for key, separator, field in (holder_of(prose_id)[0].rpartition("#") for prose_id in ids):
        if separator:
            names.setdefault(key, set()).add(field)
    return {key: frozenset(fields) for key, fields in names.items()}


def findings_in(pieces: Iterable[Piece], terms: Glossary) -> tuple[Diagnostic, ...]:
    """All findings in texts, each once, in the order of their places."""
    places = Places()
    findings = {
        _diagnostic(piece, finding, places): None for piece in pieces for finding in findings_of_piece(piece, terms)
    }
    return _in_order(findings)


def _in_order(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(findings, key=lambda diagnostic: (diagnostic.span, diagnostic.rule, diagnostic.message)))


def _of_pages(
    pages: Sequence[SourcePath], locale: str, progress: Progress | None, languages: Languages, *, required: bool
) -> tuple[Sequence[Occurrence], Mapping[str, str]]:
    """The descriptions of the pages, and the English that other sources give; a folder of catalogs needs no pages."""
    try:
        return occurrences(pages, locale, Report(), progress, languages=languages)
    except CodegenError as error:
        if required or {diagnostic.rule for diagnostic in error.diagnostics} != {"source-empty"}:
            raise
        return (), {}


def _catalogs(source: SourcePath, locale: str) -> list[SourcePath]:
    """The PO file that a source names, or those of the language that its folder holds."""
    if not opening.is_folder(source.path):
        return [source] if source.path.suffix == CATALOG_SUFFIX else []
    return [
        SourcePath(path=file, shown=f"{source.shown.rstrip('/')}/{file.relative_to(source.path).as_posix()}")
        for file in sorted(source.path.rglob(f"{locale}.po"))
        if file.is_file()
    ]


def _of_catalog(file: Path, shown: str, locale: Locale) -> Iterator[Piece]:
    """The translations of a catalogue, each once: a text that stands below many ids is one to correct."""
    catalog = po.read(file, locale.tag, shown)
    siblings = _siblings(catalog.entries)
    same: dict[tuple[str, str, str], list[str]] = {}
    for entry in catalog.entries.values():
        if entry.translation and not entry.obsolete:
            field = entry.id.rpartition("#")[2] if "#" in entry.id else ""
            same.setdefault(
                (find_translated_english(entry, locale.labels["listed_values"]), entry.translation, field), []
            ).append(entry.id)
    for (english, translation, _), (first, *others) in same.items():
        yield Piece(
            id=first,
            text=translation,
            english=english,
            span=catalog.span(first),
            locale=locale,
            siblings=siblings.get(first.rpartition("#")[0], frozenset()),
            others=len(others),
        )


def findings_of_piece(piece: Piece, terms: Glossary) -> Iterator[LintFinding]:
    """The findings of all rules in one text. One that is untranslated, or too long to be looked at, gets that finding only."""
    if max(len(piece.text), len(piece.english)) > LINTED_TEXT:
        yield _too_long(piece)
        return
    if leftover := find_untranslated(piece):
        yield leftover
        return
    rules = (*_RULES, *_DENSE_RULES) if piece.locale.is_dense else _RULES
    yield from _without_repetitions([finding for rule in rules for finding in rule(piece)])
    yield from _avoided(piece, terms)


def _without_repetitions(found: Sequence[LintFinding]) -> Iterator[LintFinding]:
    """Leave out second findings about one word: about what is lost, and about what stands in its place."""
    replaced = {finding.lost for finding in found if finding.rule in _ABOUT_WORDS}
    places: set[int] = set()
    for finding in found:
        if finding.rule in _ABOUT_WORDS:
            if finding.at in places:
                continue
            places.add(finding.at)
        elif finding.lost and finding.lost in replaced:
            continue
        yield finding


def _too_long(piece: Piece) -> LintFinding:
    """What is said of a text that would be compared with its English for minutes."""
    length = max(len(piece.text), len(piece.english))
    return LintFinding(
        rule="text-too-long",
        message=f"text skipped: it or its English has {length:,} characters",
        at=0,
        repair=f"is it one text? at most {LINTED_TEXT:,} characters of one are read",
    )


def _avoided(piece: Piece, terms: Glossary) -> Iterator[LintFinding]:
    for term, word in terms.avoided(piece.prose, piece.english):
        at = next((at for at in places_of(word, piece.prose) if not _is_good(piece.prose, at, word, term)), -1)
        if at >= 0:
            yield LintFinding(
                rule="glossary",
                message=f"{word!r} is not the term to use",
                at=at,
                repair=f"write {' or '.join(term.use)}",
            )


def _is_good(text: str, at: int, word: str, term: Term) -> bool:
    return any(_holds(text, at, word, good) for good in term.use)


def _holds(text: str, at: int, word: str, good: str) -> bool:
    """Whether the word found is only a part of an accepted term at this place: `特性门` in `特性门控`."""
    start = good.find(word)
    return start >= 0 and text.startswith(good, at - start)


def _in_others(count: int) -> str:
    return f"; {count} other {'entries have' if count > 1 else 'entry has'} the same text" if count else ""


def _diagnostic(piece: Piece, finding: LintFinding, places: Places) -> Diagnostic:
    start = piece.text.rfind("\n", 0, finding.at) + 1
    end = piece.text.find("\n", finding.at)
    line = piece.text[start : end if end >= 0 else len(piece.text)]
    place, correction = places.find(line, piece.span), None
    if place is not None:
        column = place.column + finding.at - start - (len(line) - len(line.lstrip()))
        place = Span(path=place.path, line=place.line, column=max(column, 1))
        if finding.written:
            correction = Correction(written=finding.written, correct=finding.correct)
    return Diagnostic(
        severity=Severity.WARNING,
        rule=finding.rule,
        message=finding.message,
        span=place or piece.span,
        hint=finding.repair + _in_others(piece.others),
        correction=correction,
    )
