"""A run of `codegen translate`, from learning to the new catalog, with its counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Report, SourceError, Span, failure
from codegen.core.locales import ENGLISH, SHIPPED, Languages, Locale
from codegen.model import Prose, Reference, selection
from codegen.readers.sources import Location, Progress, SourcePath, read_sources
from codegen.translation import po
from codegen.translation.carry import CarriedText, CarryResult, carry
from codegen.translation.glossary import load_glossary
from codegen.translation.learning import learn as learn_translations
from codegen.translation.lint.linter import lint_segment
from codegen.translation.po import Entry
from codegen.translation.prose_ids import ReferencePart, classify_id
from codegen.translation.segments import Segment

_COUNTS = (CarriedText.CARRIED, CarriedText.CASE_ONLY, CarriedText.REUSED, CarriedText.UNTRANSLATED)
_FUZZY_KINDS = (CarriedText.CHANGED, CarriedText.SEVERAL, CarriedText.UNSURE, CarriedText.PARTIAL)


class Update(Struct, frozen=True, kw_only=True):
    """The new catalog with the findings about translations and of reading.

    `text` is the PO file, `path` its location.
    """

    path: Path
    text: str
    carried: CarryResult
    pairs: int
    rejected: tuple[Finding, ...]
    reading: tuple[Finding, ...]

    def write(self) -> bool:
        """Write a changed catalog, and return whether it has changed.

        Raises `CodegenError` on failure.
        """
        return po.write_catalog(self.path, self.text)


def translate(
    learn: Sequence[Location],
    target: Location,
    locale: str,
    catalog: str | Path,
    *,
    select: Sequence[str] = (),
    languages: Languages = SHIPPED,
    progress: Progress | None = None,
) -> Update:
    """Carry translations from other sources to a source, as a PO file.

    Args:
        learn: Pages of the language or PO files. Where pages have no English in comments, add English pages or an OpenAPI document of their
            release. Later sources correct earlier ones. None are needed if the catalog has their translations.
        target: The source to translate.
        locale: The tag of the language.
        catalog: The PO file to update or create. `Update.write` writes it.
        select: Patterns of definitions, such as `apps/v1/Deployment`; default: all. Entries of other texts of the source stay as they are.
        languages: Languages of a project (`Config.languages`); default: the bundled ones.
        progress: Called with the number of files of one source read so far, and of all.

    Raises `CodegenError` for unreadable input, and `SourceError` for a target with errors, since
    unread texts would look removed.

    """
    language = languages.get(locale)
    learn_from = [SourcePath.of(location) for location in learn]
    if locale == ENGLISH:
        raise failure(
            "locale-english",
            "English is the language to translate from, not into",
            Span(path=locale),
            f"name one of {', '.join(tag for tag in languages.available() if tag != ENGLISH)}",
        )
    old = po.open_catalog(Path(catalog), locale, str(catalog))
    report = Report()
    source = SourcePath.of(target)
    reference = _read_english(source, languages, report, progress)
    patterns = [selection.pattern(text) for text in select]
    english = _list_english(selection.select(reference, patterns))
    learned = learn_translations(learn_from, language, progress, languages=languages)
    if learn and not learned.entries:
        report.warning(
            "nothing-learnt",
            f"the sources have no translations into {locale!r} with their English",
            Span(path=", ".join(source.display_path for source in learn_from)),
            "name pages in this language; if they have no English in comments, also name an OpenAPI document of their release",
            arguments=(locale,),
        )
    carried = _carry_texts(english, learned.sources, old, language)
    unselected = _list_english(reference).keys() - english.keys()
    carried = replace(carried, entries=_restore_entries(carried.entries, old, unselected))
    entries = _add_places(carried, english, partial(_path_below, source))
    return Update(
        path=Path(catalog),
        text=po.format_catalog(entries, locale, old),
        carried=carried,
        pairs=len(learned.entries),
        rejected=(*report.diagnostics, *learned.rejected),
        reading=learned.reading,
    )


def carry_catalog(
    reference: Reference,
    part: Reference,
    locale: str,
    catalog: Path,
    display_path: str,
    *,
    languages: Languages = SHIPPED,
) -> Update:
    """Carry the translations of a catalog to a part of a reference. `Update.write` writes it.

    Entries of other texts of the reference stay as they are. Raises `CodegenError` for an
    unreadable catalog.
    """
    old = po.load_catalog(catalog, locale, display_path)
    english = _list_english(part)
    carried = _carry_texts(english, [], old, languages.get(locale))
    unselected = _list_english(reference).keys() - english.keys()
    carried = replace(carried, entries=_restore_entries(carried.entries, old, unselected))
    return Update(
        path=catalog,
        text=po.format_catalog(_add_places(carried, english, str), locale, old),
        carried=carried,
        pairs=0,
        rejected=(),
        reading=(),
    )


def _read_english(
    source: SourcePath, languages: Languages, report: Report, progress: Progress | None
) -> Reference:
    reference = read_sources([source], report, progress, languages=languages)
    if report.has_errors:
        raise SourceError(*report.diagnostics)
    if not _list_english(reference):
        raise failure(
            "no-english",
            "the source has no English text to translate",
            Span(path=source.display_path),
            "name an OpenAPI document or English pages",
        )
    return reference


def _restore_entries(
    entries: Mapping[str, Entry], old: po.Catalog, unselected: Collection[str]
) -> dict[str, Entry]:
    """Return the entries, those of unselected texts as the old catalog has them."""
    restored: dict[str, Entry] = {}
    for text_id, entry in entries.items():
        if text_id not in unselected:
            restored[text_id] = entry
        elif text_id in old.entries:
            restored[text_id] = old.entries[text_id]
    return restored


def _list_english(reference: Reference) -> dict[str, Prose]:
    """Return the English texts of a reference by id, without empty ones."""
    texts = reference.prose.get(ENGLISH, {})
    return {prose_id: prose for prose_id, prose in texts.items() if prose.text.strip()}


def _carry_texts(
    english: Mapping[str, Prose],
    learned: Sequence[Sequence[Entry]],
    old: po.Catalog,
    language: Locale,
) -> CarryResult:
    """Carry the learned translations and those of an old catalog to English texts."""
    texts = [Entry(id=prose_id, english=prose.text) for prose_id, prose in english.items()]
    terms = load_glossary(language.tag)

    def has_flaw(entry: Entry) -> bool:
        segment = Segment(
            id=entry.id,
            text=entry.translation,
            english=entry.english,
            span=Span(path=""),
            locale=language,
        )
        return any(True for _ in lint_segment(segment, terms))

    return carry(learned, texts, old.entries, language.usage.wordings, has_flaw)


def _add_places(
    carried: CarryResult, english: Mapping[str, Prose], convert_path: Callable[[str], str]
) -> list[Entry]:
    """Return the entries, those without a translation with the location of their English."""
    entries: list[Entry] = []
    for entry in carried.entries.values():
        if entry.translation or entry.id not in english:
            entries.append(entry)
            continue
        span = english[entry.id].span
        path = convert_path(span.path)
        place = f"{path}:{span.line}" if span.line else path
        entries.append(replace(entry, places=(place,)))
    return entries


def _path_below(source: SourcePath, path: str) -> str:
    """Return a path below the folder of a source, to be the same on every machine."""
    if path == source.display_path and source.stream is None:
        return source.path.name
    return path.removeprefix(f"{source.display_path.rstrip('/')}/")


def count_outcomes(carried: CarryResult) -> dict[str, object]:
    """Count the outcomes of all texts and of each part."""
    parts: dict[ReferencePart, Counter[CarriedText]] = {part: Counter() for part in ReferencePart}
    for prose_id, outcome in carried.outcomes.items():
        parts[classify_id(prose_id)][outcome] += 1
    living = Counter(carried.outcomes.values())
    return {
        **_format_counts(living),
        "choices": carried.choices,
        "kept": len(carried.kept),
        "obsolete": sum(entry.obsolete for entry in carried.entries.values()),
        "by_part": {part.value: _format_counts(counter) for part, counter in parts.items()},
    }


def _format_counts(outcomes: Mapping[CarriedText, int]) -> dict[str, int]:
    counts = {outcome.value: outcomes.get(outcome, 0) for outcome in _COUNTS}
    kinds = {outcome.value: outcomes.get(outcome, 0) for outcome in _FUZZY_KINDS}
    return {**counts, "fuzzy": sum(kinds.values()), "total": sum(outcomes.values()), **kinds}
