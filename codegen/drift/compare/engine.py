"""Two sides -> all changes: definitions, fields, types, operations, texts; between two languages pages, and no texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Context
from codegen.drift.compare.definitions import definition_changes
from codegen.drift.compare.documents import document_changes
from codegen.drift.compare.evidence import explain_differences
from codegen.drift.compare.families import by_family
from codegen.drift.compare.group_versions import by_group_version
from codegen.drift.compare.keywords import OF_VERSIONS
from codegen.drift.compare.operations import operation_changes
from codegen.drift.compare.page_match import match_pages
from codegen.drift.compare.pages import page_changes
from codegen.drift.compare.prose import text_changes
from codegen.drift.compare.reach import directions
from codegen.drift.compare.repeats import told_once
from codegen.drift.compare.resources import resource_changes, versions_left_out
from codegen.drift.compare.side import Side
from codegen.drift.compare.texts import alike
from codegen.findings.finding import NotCompared
from codegen.model import has_enum


class NothingShared(Exception):  # noqa: N818 - a result, and an error only for a caller that wanted a comparison
    """Two sides without a definition or operation in common: there is nothing to compare."""


class Comparison(Struct, frozen=True, kw_only=True):
    """What a comparison found. `notes` say what is no drift and why; `not_compared` is what a side left out, or has in files with errors.

    `renamed` has keys of definitions and prose ids of fields, old to new.
    """

    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    translated: str = ""
    retold: int = 0
    not_compared: tuple[NotCompared, ...] = ()
    renamed: Mapping[str, str] = MappingProxyType({})


def compare(old: Side, new: Side) -> Comparison:
    """All changes from one side to the other, in the order of the second source. Raises `NothingShared`."""
    between = old.is_pages and new.is_pages and old.locale != new.locale
    context = Context(
        old=old,
        new=new,
        used=directions((old.reference, new.reference)),
        pages=match_pages(old, new) if between else None,
    )
    found = compare_structure(context)
    translated = ""
    if context.pages is None:
        found = by_family(context, by_group_version(context, [*found, *text_changes(context)]))
    else:
        found += page_changes(context.pages, context)
        found = list(explain_differences(found, old, new))
        translated = new.locale
    require_something(context)
    ordered = sorted(found, key=_order)
    return Comparison(
        changes=tuple(ordered if between else told_once(ordered)),
        notes=tuple(_notes(context)),
        translated=translated,
        retold=_retold(context),
        not_compared=(*not_compared(old, new), *versions_left_out(context)),
        renamed={**context.renamed, **context.renamed_fields},
    )


def compare_structure(context: Context) -> list[Change]:
    """Compare everything except descriptions; each change is listed at each thing that it is about."""
    return [
        *definition_changes(context),
        *operation_changes(context),
        *document_changes(context),
        *resource_changes(context),
    ]


def _order(change: Change) -> tuple[Any, ...]:
    span = change.span
    return (not change.in_new, span.path, span.line, span.column, change.id, change.rule.id, change.direction)


def require_something(context: Context) -> None:
    """Both sides must document something in common, outside of files with errors. Raises `NothingShared`."""
    old, new = context.old, context.new
    if any(old.documents(key) and new.documents(context.renamed.get(key, key)) for key in old.reference.definitions):
        return
    for key in old.reference.operations.keys() & new.reference.operations.keys():
        if all(side.reference.operations[key].span.path not in side.broken for side in (old, new)):
            return
    raise NothingShared


def not_compared(*sides: Side) -> Iterator[NotCompared]:
    """What files with errors document, and what readers left out."""
    for side in sides:
        for path in sorted(side.broken):
            yield NotCompared(what=f"what {path} documents: it has errors", count=1)
        yield from side.left_out()


def _notes(context: Context) -> Iterator[str]:
    for side in (context.old, context.new):
        if context.pages is not None:
            yield from _others(side)
    old, new = context.old, context.new
    if not (old.is_pages or new.is_pages) and context.one_is_of_a_cluster:
        less, more = (old, new) if new.enums else (new, old)
        yield f"{less.name} names no values of any field, so those that {more.name} names are not drift"
    for pages, document in ((old, new), (new, old)):
        if pages.is_pages and not document.is_pages and (unsaid := list(_unsaid(pages, document))):
            yield f"{pages.name} cannot state some of what {document.name} does, which is not compared: {', '.join(unsaid)}"
    if old.media_types != new.media_types and not (old.is_pages or new.is_pages):
        less, more = (old, new) if new.media_types else (new, old)
        yield f"{less.name} names no media types, so those that {more.name} names are not drift"
    if old.coverage != new.coverage:
        less, more = (old, new) if old.coverage < new.coverage else (new, old)
        lacking = sum(
            definition.documented and key not in less.reference.definitions
            for key, definition in more.reference.definitions.items()
        )
        if lacking:
            yield f"{less.name} documents a part of the API, so {lacking} definitions that only {more.name} has are not drift"


def _unsaid(pages: Side, document: Side) -> Iterator[str]:
    """What a document says of things that pages have too, and pages have no way to write down, with how often."""
    values = words = media_types = 0
    for key, definition in document.reference.definitions.items():
        if not pages.documents(key):
            continue
        can_list = pages.supports("enum", pages.reference.definitions[key].span)
        words += len(definition.keywords)
        for field in definition.fields:
            values += not can_list and has_enum(field.type)
            words += len(field.keywords)
    for key in document.reference.operations.keys() & pages.reference.operations.keys():
        operation = document.reference.operations[key]
        media_types += bool(operation.produces)
        parts = [operation.keywords, *(each.keywords for each in operation.parameters)]
        parts += [each.keywords for each in operation.responses]
        words += sum(keyword.name not in OF_VERSIONS for keywords in parts for keyword in keywords)
    counts = {"values of fields": values, "media types of operations": media_types, "limits and other words": words}
    yield from (f"{what} ({count})" for what, count in counts.items() if count)


def _others(side: Side) -> Iterator[str]:
    """The pages that are not in the language of their tree, where there are some."""
    most = side.locale
    if others := sorted(path for path, page in side.pages.items() if page.locale != most):
        first = side.pages[others[0]].locale
        count = f"{len(others)} of {len(side.pages)}"
        yield f"{side.name}: {count} pages are in another language than {most}, first {others[0]} ({first})"


def _retold(context: Context) -> int:
    """Between languages: how many texts were translated from a wording that the source no longer has."""
    if context.pages is None:
        return 0
    original = context.old.reference.prose.get(context.old.locale, {})
    quoted = context.new.reference.prose.get(context.old.locale, {})
    return sum(not alike(original[key].text, text.text) for key, text in quoted.items() if key in original)
