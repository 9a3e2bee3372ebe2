"""Several References of one API become one: structure from the most exact source, words from each, disagreement said.

How exact a form is stands in its record; English is more exact than its translation. Order and categories of
fields, which only pages have, come from the first page that has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from codegen.core.locales import ENGLISH
from codegen.findings.diagnostics import Report
from codegen.model import (
    Definition,
    Field,
    Operation,
    Page,
    Prose,
    Reference,
    category_id,
    may_be,
)
from codegen.readers import registry


def rank(layout: str, locale: str) -> int:
    """How exact a source of this form and language is; lower is more exact."""
    return registry.get(layout).exactness + (locale != ENGLISH)


def merge(references: Sequence[Reference], report: Report) -> Reference:
    """Join references, the most exact first. Says for each field in which a less exact one disagrees."""
    if len(references) == 1:
        return references[0]
    definitions: dict[str, Definition] = {}
    operations: dict[str, Operation] = {}
    prose: dict[str, dict[str, Prose]] = {}
    pages: dict[tuple[str, str], Page] = {}
    for reference in references:
        for key, definition in reference.definitions.items():
            known = definitions.get(key)
            if known is None or (definition.documented and not known.documented):
                definitions[key] = definition
            elif definition.documented:
                _pair_categories(known, definition, reference, prose)
                definitions[key] = _joined(known, definition, report)
        _merge_operations(operations, reference.operations, report)
        for locale, texts in reference.prose.items():
            known_texts = prose.setdefault(locale, {})
            for prose_id, text in texts.items():
                known_texts.setdefault(prose_id, text)
        for page in reference.pages:
            pages.setdefault((page.path, page.locale), page)
    return Reference(
        definitions=MappingProxyType(definitions),
        operations=MappingProxyType(operations),
        pages=tuple(pages.values()),
        prose=MappingProxyType({locale: MappingProxyType(texts) for locale, texts in prose.items()}),
    )


def _joined(exact: Definition, loose: Definition, report: Report) -> Definition:
    """The exact definition in the order of the page, after saying where the page disagrees."""
    theirs = {each.name: each for each in exact.fields}
    for each in loose.fields:
        mine = theirs.get(each.name)
        if mine is None:
            report.warning(
                "sources-disagree",
                f"{loose.name}.{each.name} is not in the more exact source ({exact.span})",
                each.span,
                "the field is left out; `codegen diff` lists all differences",
            )
        elif not may_be(each.type, mine.type):
            report.warning(
                "sources-disagree",
                f"{loose.name}.{each.name} has another type in the more exact source ({mine.span})",
                each.span,
                "the more exact one is used; `codegen diff` lists all differences",
            )
        elif mine.required != each.required:
            word = "required" if mine.required else "optional"
            report.warning(
                "sources-disagree",
                f"{loose.name}.{each.name} is {word} in the more exact source ({mine.span})",
                each.span,
                "the more exact one is used; `codegen diff` lists all differences",
            )
    if loose.fields and (lacking := [name for name in theirs if loose.field(name) is None]):
        report.warning(
            "sources-disagree",
            f"{loose.name} lacks {', '.join(lacking)}, which the more exact source has ({exact.span})",
            loose.span,
            "does the page follow an older release? `codegen diff` lists all differences",
        )
    has_order = any(each.category for each in exact.fields) or [each.name for each in exact.fields] != sorted(theirs)
    if has_order or not loose.fields:
        return exact
    places = {each.name: place for place, each in enumerate(loose.fields)}
    categories = {each.name: each.category for each in loose.fields}
    ordered = sorted(exact.fields, key=lambda each: places.get(each.name, len(places)))
    return replace(exact, fields=tuple(_with_category(each, categories.get(each.name, "")) for each in ordered))


def _pair_categories(
    exact: Definition, loose: Definition, reference: Reference, prose: dict[str, dict[str, Prose]]
) -> None:
    """Headings above fields in another language than those of the more exact source are their translations."""
    if not any(each.category for each in loose.fields) or not reference.pages:
        return
    locale = reference.pages[0].locale
    headings = {each.name: each.category for each in exact.fields if each.category}
    for each in loose.fields:
        heading = headings.get(each.name)
        if heading and each.category and heading != each.category and locale != ENGLISH:
            texts = prose.setdefault(locale, {})
            texts.setdefault(category_id(heading), Prose(text=each.category, span=each.span))


def _with_category(field: Field, category: str) -> Field:
    return replace(field, category=category) if category else field


def _merge_operations(known: dict[str, Operation], more: Mapping[str, Operation], report: Report) -> None:
    for operation_id, operation in more.items():
        first = known.setdefault(operation_id, operation)
        if first is operation:
            continue
        mine = {(each.name, each.place) for each in first.parameters}
        for each in operation.parameters:
            if (each.name, each.place) not in mine:
                report.warning(
                    "sources-disagree",
                    f"{operation_id} has no {each.place} parameter {each.name} in the more exact source ({first.span})",
                    each.span,
                    "the parameter is left out; `codegen diff` lists all differences",
                )
