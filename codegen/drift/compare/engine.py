"""Comparison of two inputs: definitions, fields, operations, texts, and pages between two
languages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import CodegenError, Finding, Level, Span, failure
from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Context, renamed_id
from codegen.drift.compare.definitions import check_definitions, check_fields
from codegen.drift.compare.directions import find_directions
from codegen.drift.compare.documents import compare_documents
from codegen.drift.compare.grouping import group_changes, position
from codegen.drift.compare.inputs import ComparisonInput, Coverage
from codegen.drift.compare.operations import check_operations
from codegen.drift.compare.page_match import PageMatch, match_pages
from codegen.drift.compare.pairing import match_elements, match_renamed_definitions
from codegen.drift.compare.pairs import Match
from codegen.drift.compare.repeated_types import soften_repeated_changes
from codegen.drift.compare.resources import compare_resources
from codegen.drift.compare.texts import compare_texts, is_same_text
from codegen.drift.compare.translation import (
    check_english_pages,
    compare_pages,
    explain_differences,
)
from codegen.drift.compare.validation_rules import describe_text_comparison
from codegen.findings.finding import NotCompared
from codegen.model import belongs_to_operation, common_parameter_id
from codegen.model.paths import PathIndex

_OF_DOCUMENTS = "values of fields, media types of operations, limits and other keywords"


class ComparisonResult(Struct, frozen=True, kw_only=True):
    """The result of a comparison.

    `notes` explain differences that are not drift. `not_compared` lists parts that a reader left
    out and files with errors. `renamed` maps old keys of definitions and prose ids of fields to new
    ones. `outdated_count` is the number of texts translated from an older original.
    """

    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    translated: str = ""
    outdated_count: int = 0
    not_compared: tuple[NotCompared, ...] = ()
    renamed: Mapping[str, str] = MappingProxyType({})


def compare(
    old: ComparisonInput, new: ComparisonInput, *, expand: bool = False
) -> ComparisonResult:
    """Find all changes, ordered by their place in the second source.

    Those with one cause are one change unless they are expanded.

    Raises `CodegenError` if the sources have nothing in common, or only parts with errors.
    """
    is_translation = old.is_pages and new.is_pages and old.locale != new.locale
    context = build_context(old, new, match_pages(old, new) if is_translation else None)
    match = match_elements(context)
    changes = compare_structure(context, match)
    if context.pages is None:
        changes = soften_repeated_changes(context, changes)
        changes += [*compare_texts(context, match.text_ids), *check_english_pages(context)]
        if not expand:
            changes = group_changes(context, changes)
        else:
            changes.sort(key=position)
    else:
        changes += compare_pages(context.pages, context)
        changes = sorted(explain_differences(changes, old, new), key=position)
    require_something(context)
    places = _PlaceFinder(context)
    return ComparisonResult(
        changes=tuple(replace(change, places=places.find(change)) for change in changes),
        notes=tuple(_list_notes(context)),
        translated=new.locale if context.pages is not None else "",
        outdated_count=_count_outdated(context),
        not_compared=(*old.not_compared, *new.not_compared),
        renamed={**context.new_keys, **match.new_ids},
    )


class _PlaceFinder:
    """Finds the paths of changed fields from the kinds of either side."""

    def __init__(self, context: Context) -> None:
        self._new_keys = context.new_keys
        self._old = cache(lambda: PathIndex(context.old.reference))
        self._new = cache(lambda: PathIndex(context.new.reference))

    def find(self, change: Change) -> tuple[str, ...]:
        """Return the paths of all fields that a change stands for."""
        places: dict[str, None] = {}
        for prose_id in change.ids or (change.id,):
            if change.locale or belongs_to_operation(prose_id) or "#" not in prose_id:
                continue
            paths = self._new().find_paths(renamed_id(prose_id, self._new_keys))
            if not paths:
                paths = self._old().find_paths(prose_id)
            places.update(dict.fromkeys(paths))
        return tuple(places)


def build_context(
    old: ComparisonInput, new: ComparisonInput, pages: PageMatch | None = None
) -> Context:
    """Find what relates two inputs: the directions of types, and renamed definitions.

    `pages` are the pairs of pages in two languages.
    """
    return Context(
        old=old,
        new=new,
        directions=find_directions((old.reference, new.reference)),
        pages=pages,
        new_keys=match_renamed_definitions(old, new, pages),
    )


def compare_structure(context: Context, match: Match) -> list[Change]:
    """Compare everything except descriptions, without grouping."""
    changes = [*check_definitions(context, match)]
    for group in match.fields:
        changes += check_fields(context, group)
    changes += check_operations(context, match)
    changes += compare_documents(context)
    changes += compare_resources(context)
    return changes


def list_common_parameters(side: ComparisonInput) -> set[str]:
    """List the texts of common parameters, which have a page of their own."""
    prefix = common_parameter_id("")
    return {text_id for text_id in side.reference.text_ids if text_id.startswith(prefix)}


def require_something(context: Context) -> None:
    """Raise `CodegenError` unless both inputs share a readable definition or operation."""
    old, new = context.old, context.new
    if any(
        old.documents(key) and new.documents(context.new_keys.get(key, key))
        for key in old.reference.definitions
    ):
        return
    for key in old.reference.operations.keys() & new.reference.operations.keys():
        if all(
            side.reference.operations[key].span.path not in side.broken_files for side in (old, new)
        ):
            return
    if list_common_parameters(old) & list_common_parameters(new):
        return
    broken = ", ".join(side.name for side in (old, new) if side.broken_files)
    if not broken:
        raise failure(
            "nothing-shared",
            f"no definition and no operation is shared with {old.name}",
            Span(path=new.name),
            "compare two sources of the same API; `codegen inspect` shows the contents of each",
            arguments=(old.name,),
        )
    stop = Finding(
        level=Level.ERR,
        rule="side-has-errors",
        message="the source has errors, and nothing else in it can be compared",
        span=Span(path=broken),
        hint="correct them; `codegen inspect` shows what was read",
    )
    raise CodegenError(*old.errors, *new.errors, stop)


def _count_outdated(context: Context) -> int:
    """Count the texts of a translation whose quoted original differs from the present one."""
    if context.pages:
        original = context.old.reference.prose.get(context.old.locale, {})
    else:
        original = {}
    quoted = context.new.reference.prose.get(context.old.locale, {})
    return sum(
        not is_same_text(original[key].text, text.text)
        for key, text in quoted.items()
        if key in original
    )


def _list_notes(context: Context) -> Iterator[str]:
    """Explain differences between the sources that are no findings."""
    old, new = context.old, context.new
    if context.pages is not None:
        yield from _describe_other_languages(old)
        yield from _describe_other_languages(new)
    has_pages = old.is_pages or new.is_pages
    if not has_pages and context.one_side_describes_values:
        less, more = (old, new) if new.enums else (new, old)
        yield f"{less.name} has no enumerations, so those of {more.name} are not reported"
    for pages, document in ((old, new), (new, old)):
        if pages.is_pages and not document.is_pages:
            yield (
                f"{pages.name} cannot express some facts of {document.name}, which are not "
                f"compared: {_OF_DOCUMENTS}"
            )
    if old.media_types != new.media_types and not has_pages:
        less, more = (old, new) if new.media_types else (new, old)
        yield f"{less.name} has no media types, so those of {more.name} are not reported"
    yield from _describe_missing_operations(old, new)
    yield from _describe_missing_operations(new, old)
    yield from describe_text_comparison(new.reference)
    if old.coverage < new.coverage:
        yield from _describe_partial_coverage(old, new)
    elif new.coverage < old.coverage:
        yield from _describe_partial_coverage(new, old)


def _describe_missing_operations(less: ComparisonInput, more: ComparisonInput) -> Iterator[str]:
    """Yield a note if a document has no operations at all, and the other source has some."""
    count = len(more.reference.operations)
    if count and not less.reference.operations and less.coverage is Coverage.DOCUMENT:
        yield f"{less.name} has no operations, so those of {more.name} are not compared: {count}"


def _describe_other_languages(side: ComparisonInput) -> Iterator[str]:
    """Yield a note about pages in another language than the others of a source."""
    paths = sorted(path for path, page in side.pages.items() if page.locale != side.locale)
    if not paths:
        return
    first = f"{paths[0]} ({side.pages[paths[0]].locale})"
    count = f"{len(paths)} of {len(side.pages)}"
    yield (f"{side.name}: pages in another language than {side.locale}: {count}, first {first}")


def _describe_partial_coverage(less: ComparisonInput, more: ComparisonInput) -> Iterator[str]:
    """Yield a note about definitions that only the wider source can have."""
    missing = sum(
        definition.documented and key not in less.reference.definitions
        for key, definition in more.reference.definitions.items()
    )
    if missing:
        yield (
            f"{less.name} documents a part of the API, so definitions of {more.name} alone are "
            f"not reported: {missing}"
        )
