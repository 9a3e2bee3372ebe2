"""Merging of several References of one API.

The record of a form says how exact it is. English is more exact than a translation. Only pages have
an order and categories of fields: these come from the first page that has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from codegen.core.diagnostics import Report, Span
from codegen.core.locales import ENGLISH
from codegen.model import (
    Definition,
    GroupVersionKind,
    Operation,
    Page,
    Prose,
    Reference,
    category_id,
    field_id,
    may_be,
)

_EXACT_IS_USED = "the more exact one is used;"


def merge(references: Sequence[Reference], report: Report) -> Reference:
    """Join references, given with the most exact first, and report each field in which a less exact
    one disagrees.
    """
    if len(references) == 1:
        return references[0]
    definitions: dict[str, Definition] = {}
    operations: dict[str, Operation] = {}
    prose: dict[str, dict[str, Prose]] = {}
    pages: dict[tuple[str, str], Page] = {}
    for reference in references:
        for key, definition in reference.definitions.items():
            present = definitions.get(key)
            if present is None or (definition.documented and not present.documented):
                definitions[key] = definition
            elif definition.documented:
                if present.resource is not None and definition.resource is not None:
                    same = _is_same_resource(present, definition, prose, reference.prose)
                    report_duplicate_definition(
                        definition.gvks[0], definition.span, present.span, report, same=same
                    )
                _pair_categories(present, definition, reference, prose)
                definitions[key] = _merge_definition(present, definition, report)
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
        prose=MappingProxyType(
            {locale: MappingProxyType(texts) for locale, texts in prose.items()}
        ),
    )


def _is_same_resource(
    first: Definition,
    second: Definition,
    first_prose: Mapping[str, Mapping[str, Prose]],
    texts: Mapping[str, Mapping[str, Prose]],
) -> bool:
    """Return whether a custom resource is defined twice equally, with its texts in each language."""
    ids = [first.key, *(field_id(first.key, path) for path, _ in first.paths)]
    for locale in first_prose.keys() & texts.keys():
        sides = (first_prose[locale], texts[locale])
        first_texts, second_texts = (
            {name: side[name].text for name in ids if name in side} for side in sides
        )
        if first_texts != second_texts:
            return False
    first_keywords, second_keywords = (
        [(path, field.keywords) for path, field in definition.paths]
        for definition in (first, second)
    )
    return first.resource == second.resource and first_keywords == second_keywords


def report_duplicate_definition(
    gvk: GroupVersionKind, span: Span, first: Span, report: Report, *, same: bool
) -> None:
    """Report a custom resource defined twice, as a warning if both are equal."""
    report_one = report.warning if same else report.error
    message = f"{gvk} is defined a second time; the first is at {first}, and {'both say the same' if same else 'they differ'}"
    hint = "remove one of the two, or name only one of them as a source"
    report_one("crd-twice", message, span, hint, mentions=(first,), arguments=(str(gvk),))


def _merge_definition(exact: Definition, loose: Definition, report: Report) -> Definition:
    """Report disagreements and return the exact definition in page order."""
    exact_fields = {field.name: field for field in exact.fields}
    for field in loose.fields:
        exact_field = exact_fields.get(field.name)
        name = f"{loose.name}.{field.name}"
        if exact_field is None:
            _report_disagreement(
                f"{name} is not in", exact.span, field.span, "the field is left out;", name, report
            )
        elif not may_be(field.type, exact_field.type):
            _report_disagreement(
                f"{name} has another type in",
                exact_field.span,
                field.span,
                _EXACT_IS_USED,
                name,
                report,
            )
        elif exact_field.required != field.required:
            word = "required" if exact_field.required else "optional"
            _report_disagreement(
                f"{name} is {word} in", exact_field.span, field.span, _EXACT_IS_USED, name, report
            )
    if loose.fields and (missing := [name for name in exact_fields if loose.field(name) is None]):
        message = f"{loose.name} has no {', '.join(missing)}, unlike"
        _report_disagreement(
            message,
            exact.span,
            loose.span,
            "does the page follow an older release?",
            loose.name,
            report,
        )
    has_order = any(field.category for field in exact.fields) or list(exact_fields) != sorted(
        exact_fields
    )
    if has_order or not loose.fields:
        return exact
    places = {field.name: place for place, field in enumerate(loose.fields)}
    categories = {field.name: field.category for field in loose.fields}
    ordered = sorted(exact.fields, key=lambda field: places.get(field.name, len(places)))
    return replace(
        exact,
        fields=tuple(replace(field, category=categories.get(field.name, "")) for field in ordered),
    )


def _report_disagreement(
    message: str, exact: Span, loose: Span, consequence: str, name: str, report: Report
) -> None:
    report.warning(
        "sources-disagree",
        f"{message} the more exact source ({exact})",
        loose,
        f"{consequence} `codegen diff` lists all differences",
        mentions=(exact,),
        arguments=(name,),
    )


def _pair_categories(
    exact: Definition, loose: Definition, reference: Reference, prose: dict[str, dict[str, Prose]]
) -> None:
    """Pair headings above fields with their translations."""
    if not any(field.category for field in loose.fields) or not reference.pages:
        return
    locale = reference.pages[0].locale
    headings = {field.name: field.category for field in exact.fields if field.category}
    for field in loose.fields:
        heading = headings.get(field.name)
        if heading and field.category and heading != field.category and locale != ENGLISH:
            texts = prose.setdefault(locale, {})
            texts.setdefault(category_id(heading), Prose(text=field.category, span=field.span))


def _merge_operations(
    operations: dict[str, Operation], more: Mapping[str, Operation], report: Report
) -> None:
    for operation_id, operation in more.items():
        first = operations.setdefault(operation_id, operation)
        parameters = {(parameter.name, parameter.place) for parameter in first.parameters}
        for parameter in operation.parameters:
            if (parameter.name, parameter.place) not in parameters:
                message = f"{operation_id} has no {parameter.place} parameter {parameter.name} in"
                _report_disagreement(
                    message,
                    first.span,
                    parameter.span,
                    "the parameter is left out;",
                    operation.parameter_id(parameter),
                    report,
                )
