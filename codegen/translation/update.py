"""One run of `codegen translate`: learn from sources, carry to another, keep the catalogue; and its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from codegen.core.locales import ENGLISH, SHIPPED, Languages
from codegen.findings.diagnostics import CodegenError, Diagnostic, Report, Span, failure
from codegen.model import Reference
from codegen.readers.sources import Progress, SourcePath, read_sources
from codegen.translation import po
from codegen.translation.carry import Carried, Outcome, Text, carry
from codegen.translation.pairs import learn

_COUNTS = (Outcome.CARRIED, Outcome.CASE_ONLY, Outcome.REUSED, Outcome.UNTRANSLATED)
_FUZZY_KINDS = (Outcome.CHANGED, Outcome.SEVERAL, Outcome.UNSURE)


class Update(Struct, frozen=True, kw_only=True):
    """The catalogue as it should be, what became of each id, the findings about translations, and those of reading the pages."""

    text: str
    carried: Carried
    pairs: int
    rejected: tuple[Diagnostic, ...]
    reading: tuple[Diagnostic, ...]


def update(
    learn_from: Sequence[SourcePath],
    target: SourcePath,
    locale: str,
    catalog: Path,
    shown: str,
    progress: Progress | None = None,
    *,
    languages: Languages = SHIPPED,
) -> Update:
    """Build the catalogue of a language for the texts of one source. Raises `CodegenError`; writes nothing."""
    if locale == ENGLISH:
        raise failure(
            "locale-english",
            "English is what is translated, no language to translate into",
            Span(path=locale),
            f"name one of {', '.join(tag for tag in languages.available() if tag != ENGLISH)}",
        )
    old = po.read(catalog, locale, shown)
    report = Report()
    reference = read_sources([target], report, progress, languages=languages)
    if report.has_errors:  # what could not be read would look as if it were gone
        raise CodegenError(*report.diagnostics)
    texts = list(texts_of(reference, target))
    if not texts:
        raise failure(
            "no-english",
            "the source has no English text that could be translated",
            Span(path=target.shown),
            "name an OpenAPI document or English pages",
        )
    learnt = learn(learn_from, languages.get(locale), progress, languages=languages)
    if not learnt.pairs:
        report.warning(
            "nothing-learnt",
            f"the sources have no translation into {locale!r} with its English",
            Span(path=", ".join(each.shown for each in learn_from)),
            "name pages of this language; where they have no English in comments, also an OpenAPI document of their release",
        )
    carried = carry(learnt.pairs, texts, old.entries)
    return Update(
        text=po.text_of(carried.entries, locale, old),
        carried=carried,
        pairs=len(learnt.pairs),
        rejected=(*report.diagnostics, *learnt.rejected),
        reading=learnt.reading,
    )


def texts_of(reference: Reference, source: SourcePath) -> Iterator[Text]:
    """What is to be translated: the English of definitions, fields, operations and parameters that say something."""
    for prose_id, prose in reference.prose.get(ENGLISH, {}).items():
        if prose.text.strip():
            yield Text(id=prose_id, english=prose.text, place=_place(prose.span, source))


def _place(span: Span, source: SourcePath) -> str:
    """A place below the source folder, so that it is the same wherever that lies."""
    path = span.path.removeprefix(f"{source.shown.rstrip('/')}/")
    if path == source.shown:
        path = source.path.name
    return f"{path}:{span.line}" if span.line else path


def figures(carried: Carried) -> dict[str, object]:
    """The counts of all texts, the kinds of fuzzy among them, and the same counts by what the texts describe."""
    parts: dict[str, Counter[Outcome]] = {
        name: Counter() for name in ("definitions", "fields", "operations", "parameters")
    }
    for prose_id, outcome in carried.outcomes.items():
        parts[part_of(prose_id)][outcome] += 1
    living = Counter(carried.outcomes.values())
    return {
        **_counts(living),
        "kept": len(carried.kept),
        "obsolete": sum(entry.obsolete for entry in carried.entries),
        "by_part": {name: _counts(counter) for name, counter in parts.items()},
    }


def part_of(prose_id: str) -> str:
    """What a text describes, by the form of its id: definitions, fields, operations or parameters."""
    head, has_name, _ = prose_id.partition("#")
    if head.startswith("parameter ") or (has_name and " " in head):
        return "parameters"
    if " " in head:
        return "operations"
    return "fields" if has_name else "definitions"


def _counts(found: Mapping[Outcome, int]) -> dict[str, int]:
    counts = {each.value: found.get(each, 0) for each in _COUNTS}
    kinds = {each.value: found.get(each, 0) for each in _FUZZY_KINDS}
    return {**counts, "fuzzy": sum(kinds.values()), "total": sum(found.values()), **kinds}
