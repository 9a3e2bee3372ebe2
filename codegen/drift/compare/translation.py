"""Comparison of pages with their translation: the pages themselves, and the causes of all
differences.

A difference is a defect, and an error, if the reader found the same fact misstated at the same
place: the author can correct it now. Otherwise a page that carries its English text follows an
older release; of a page without English nobody can tell. Both are warnings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import replace

from codegen.core.diagnostics import Fact, Finding, Level
from codegen.core.locales import ENGLISH
from codegen.drift.compare.changes import Cause, Change, GradedRule
from codegen.drift.compare.context import Context
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.page_match import PageMatch, page_start
from codegen.findings.rules.catalogue import CHANGES
from codegen.findings.rules.rule import Grade
from codegen.model import Field, Page, Parameter, Reference, field_id

# The rules of the changes that each misstated fact explains.
_EXPLAINED: Mapping[Fact, tuple[str, ...]] = MappingProxyType(
    {
        Fact.NAME: ("field-removed", "required-field-removed", "parameter-removed"),
        Fact.TYPE: ("field-type-changed", "field-format-changed", "parameter-type-changed"),
        Fact.REQUIRED: (
            "field-became-required",
            "field-became-optional",
            "parameter-became-required",
            "parameter-became-optional",
        ),
        Fact.VALUE: ("field-value-changed",),
        Fact.LOCATION: ("parameter-location-changed",),
        Fact.LIST_TYPE: ("list-type-changed",),
        Fact.LIST_MAP_KEYS: ("list-map-keys-changed",),
        Fact.PATCH_STRATEGY: ("patch-strategy-changed",),
        Fact.PATCH_MERGE_KEY: ("patch-merge-key-changed", "list-map-keys-changed"),
    }
)


def compare_pages(match: PageMatch, context: Context) -> Iterator[Change]:
    """Find all differences between pages, except their content."""
    broken = context.old.broken_files | context.new.broken_files
    for page in match.alone_old:
        if page.span.path not in broken:
            yield _page_change(context, "page-removed", page, None)
    for page in match.alone_new:
        if page.span.path not in broken:
            yield _page_change(context, "page-added", None, page)
    for old, new in match.moved:
        yield _page_change(context, "page-moved", old, new)
    for old, new in match.pairs:
        yield from _compare_front_matter(context, old, new)


def _compare_front_matter(context: Context, old: Page, new: Page) -> Iterator[Change]:
    has_weights = old.weight is not None and new.weight is not None
    if has_weights and old.weight != new.weight:
        yield Change(
            graded=context.grade("page-weight-changed"),
            id=old.path,
            subject=old.path,
            before=old,
            after=new,
            old=str(old.weight),
            new=str(new.weight),
            span=page_start(new),
        )
    values = {
        "kind": (old.kind, new.kind),
        "apiVersion": (old.api_version, new.api_version),
        "import": (old.import_path, new.import_path),
    }
    for name, (before, after) in values.items():
        if before != after:
            yield Change(
                graded=context.grade("page-metadata-changed"),
                id=f"{old.path}#{name}",
                subject=f"{old.path}#{name}",
                before=old,
                after=new,
                old=before or None,
                new=after or None,
                span=page_start(new),
            )


def _page_change(context: Context, rule: str, old: Page | None, new: Page | None) -> Change:
    page = new or old
    assert page is not None  # noqa: S101 - one side has the page
    return Change(
        graded=context.grade(rule),
        id=(old or page).path,
        subject=(old or page).path,
        before=old,
        after=new,
        in_new=new is not None,
        old=None if old is None else old.path,
        new=None if new is None else new.path,
        span=page_start(page),
    )


def explain_differences(
    changes: Sequence[Change], old: ComparisonInput, new: ComparisonInput
) -> Iterator[Change]:
    """Yield the changes with their causes, then the errors of pages without a difference."""
    with_english: set[str] = set()
    for locale in old.locales:
        texts = new.reference.prose.get(locale, {})
        with_english.update(text.span.path for text in texts.values())
    misstatements: dict[tuple[str, int], list[Finding]] = {}
    for diagnostic in new.diagnostics:
        # Heads of two languages are compared themselves.
        if {fact for fact, _ in diagnostic.facts} - {Fact.HEAD}:
            misstatements.setdefault((diagnostic.span.path, diagnostic.span.line), []).append(
                diagnostic
            )
    defects = set()
    other_imports = _find_other_imports(changes)
    for change in changes:
        if change.rule.id == "definition-renamed" and change.span.path in other_imports:
            continue
        if change.in_new:
            candidates = misstatements.get((change.span.path, change.span.line), ())
        else:
            candidates = ()
        misstatement = next(
            (candidate for candidate in candidates if _explains(candidate, change)), None
        )
        cause, text = _find_cause(change, with_english)
        span, level = change.span, Level.ERR if cause is Cause.DEFECT else Level.WARN
        if misstatement is not None:
            cause, text, span, level = (
                Cause.DEFECT,
                misstatement.message,
                misstatement.span,
                Level.ERR,
            )
            defects.add((span.path, span.line))
        if change.rule.most_severe is Level.INFO and isinstance(
            change.before or change.after, Page
        ):
            level = Level.INFO
        yield replace(
            change,
            graded=change.graded.replace_levels(request=level, response=level),
            cause=cause,
            evidence=text,
            misstatement=misstatement,
            span=span,
        )
    ids = index_by_line(new.reference)
    for place, found_there in misstatements.items():
        if place not in defects and place[0] not in new.broken_files:
            yield _page_error(found_there[-1], new.pages.get(place[0]), ids.get(place, ""))


def _find_other_imports(changes: Sequence[Change]) -> set[str]:
    """Return the pages whose head has another import path, which names all of their types."""
    paths: set[str] = set()
    for change in changes:
        before, after = change.before, change.after
        if change.rule.id != "page-metadata-changed":
            continue
        if not isinstance(before, Page) or not isinstance(after, Page):
            continue
        if before.import_path != after.import_path:
            paths.add(change.span.path)
    return paths


def _explains(misstatement: Finding, change: Change) -> bool:
    """Return whether a page misstates the changed fact; a known English value must be the original
    one.
    """
    return any(
        change.rule.id in _EXPLAINED[fact] and value in ("", change.old)
        for fact, value in misstatement.facts
    )


class _FoundCause(NamedTuple):
    """The cause of a change, with the evidence for it."""

    cause: Cause
    evidence: str


def _find_cause(change: Change, with_english: Collection[str]) -> _FoundCause:
    """Find the cause of a change that no misstatement explains."""
    before, after = change.before, change.after
    if change.rule.id == "page-metadata-changed":
        return _FoundCause(Cause.DEFECT, "both pages have the same path")
    if (
        isinstance(before, Page)
        and isinstance(after, Page)
        and before.api_version != after.api_version
    ):
        return _FoundCause(
            Cause.STALE, f"it documents {after.api_version}, its English {before.api_version}"
        )
    if isinstance(before or after, Page):
        return _FoundCause(Cause.STALE, "its English was added, moved or removed since")
    if not change.in_new:
        return _FoundCause(Cause.STALE, "the translation has no such page or section")
    if change.span.path in with_english:
        return _FoundCause(Cause.STALE, "the page and its comments follow another release")
    return _FoundCause(Cause.UNDECIDED, "the page has no English text to compare with")


def check_english_pages(context: Context) -> Iterator[Change]:
    """Find the facts that English pages misstate, as in a head that differs from the definitions of
    the other source.
    """
    for side, opposite in ((context.old, context.new), (context.new, context.old)):
        if not side.is_pages or side.locale != ENGLISH:
            continue
        in_new = side is context.new
        ids = index_by_line(side.reference)
        for diagnostic in side.diagnostics:
            if diagnostic.facts:
                prose_id, text = (
                    ids.get((diagnostic.span.path, diagnostic.span.line), diagnostic.span.path),
                    diagnostic.message,
                )
                yield Change(
                    graded=context.grade("page-misprint"),
                    id=prose_id,
                    subject=text,
                    new=text,
                    hint=diagnostic.hint,
                    in_new=in_new,
                    span=diagnostic.span,
                )
        for page in side.reference.pages:
            for name, *values in _head_differences(page, opposite.reference):
                old, new = values if in_new else reversed(values)
                yield Change(
                    graded=context.grade("page-metadata-changed"),
                    id=f"{page.path}#{name}",
                    subject=f"{page.path}#{name}",
                    old=old,
                    new=new,
                    in_new=in_new,
                    span=page_start(page),
                )


def _head_differences(page: Page, reference: Reference) -> Iterator[tuple[str, str, str]]:
    """Yield the values in the head of a page that differ from its kind in another reference.

    Types without operations have other heads.
    """
    if page.sections:
        definition = reference.definitions.get(page.sections[0].key)
    else:
        definition = None
    if definition is None or definition.gvk is None or not (page.kind and page.operations):
        return
    if definition.gvk.api_version != page.api_version:
        yield "apiVersion", definition.gvk.api_version, page.api_version
    if definition.gvk.kind != page.kind:
        yield "kind", definition.gvk.kind, page.kind
    if not page.title.startswith(definition.gvk.kind):
        yield "title", definition.gvk.kind, page.title


def _page_error(misstatement: Finding, page: Page | None, prose_id: str) -> Change:
    """Make the change of a misstated fact that the reader corrected."""
    return Change(
        graded=GradedRule(CHANGES["page-misprint"], Grade(request=Level.ERR, response=Level.ERR)),
        id=prose_id or (page.path if page else misstatement.span.path),
        subject=misstatement.message,
        new=misstatement.message,
        span=misstatement.span,
        cause=Cause.DEFECT,
        hint=misstatement.hint,
    )


def index_by_prose_id(reference: Reference) -> dict[str, Field | Parameter]:
    """Index the fields and parameters of a reference by prose id."""
    elements: dict[str, Field | Parameter] = {}
    for key, definition in reference.definitions.items():
        elements.update((field_id(key, field.name), field) for field in definition.fields)
    for operation in reference.operations.values():
        elements.update(
            (operation.parameter_id(parameter), parameter) for parameter in operation.parameters
        )
    return elements


def index_by_line(reference: Reference) -> dict[tuple[str, int], str]:
    """Return the prose id of the field or parameter on each line, by path and line."""
    return {
        (element.span.path, element.span.line): key
        for key, element in index_by_prose_id(reference).items()
    }
