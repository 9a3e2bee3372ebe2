"""Causes of the differences between pages and their translations.

A difference is a defect, and an error, if the reader found the same fact misstated at the same place: the author can correct it now.
Otherwise a page that carries its English text follows an older release; of a page without English nobody can tell. Both are warnings.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from msgspec.structs import replace

from codegen.core.diagnostics import Direction, Fact, Finding, Level
from codegen.drift.compare.changes import Cause, Change, PageChange, PageError, ParameterChange
from codegen.drift.compare.inputs import ComparisonInput
from codegen.findings.rules.catalogue import CHANGES
from codegen.model import Operation, Type, field_id, split_prose_id

_DUPLICATE = "parameter-twice"
# The misstated facts that explain a change, by the rule of the change.
_EXPLAINED_BY: Mapping[str, frozenset[Fact]] = MappingProxyType(
    {
        rule: frozenset(facts)
        for rule, *facts in (
            ("field-removed", Fact.NAME),
            ("required-field-removed", Fact.NAME),
            ("field-type-changed", Fact.TYPE),
            ("field-format-changed", Fact.TYPE),
            ("field-became-required", Fact.REQUIRED),
            ("field-became-optional", Fact.REQUIRED),
            ("field-value-changed", Fact.VALUE),
            ("list-type-changed", Fact.LIST_TYPE),
            ("list-map-keys-changed", Fact.LIST_MAP_KEYS, Fact.PATCH_MERGE_KEY),
            ("patch-strategy-changed", Fact.PATCH_STRATEGY),
            ("patch-merge-key-changed", Fact.PATCH_MERGE_KEY),
            ("parameter-removed", Fact.NAME),
            ("parameter-type-changed", Fact.TYPE),
            ("parameter-location-changed", Fact.LOCATION),
            ("parameter-became-required", Fact.REQUIRED),
            ("parameter-became-optional", Fact.REQUIRED),
        )
    }
)


def explain_differences(changes: Sequence[Change], old: ComparisonInput, new: ComparisonInput) -> Iterator[Change]:
    """Yield the changes with their causes, then the errors of pages without a difference."""
    pages = _TranslatedPages(old, new)
    defects = set()
    for change in changes:
        cause, evidence = _find_cause(change, pages)
        level = Level.ERR if cause is Cause.DEFECT else Level.WARN
        if change.rule.gravest is Level.INFO and isinstance(change, PageChange):
            level = Level.INFO
        span = evidence.span if isinstance(evidence, Finding) else change.span
        text = evidence.message if isinstance(evidence, Finding) else evidence
        if cause is Cause.DEFECT:
            defects.add((span.path, span.line))
        yield replace(change, level=level, cause=cause, evidence=text, span=span)
    for place, slips in pages.slips.items():
        if place not in defects and place[0] not in new.broken:
            yield _page_error(slips[-1], new, pages)


class _TranslatedPages:
    """The evidence in translated pages: misstated facts and their English text."""

    def __init__(self, old: ComparisonInput, new: ComparisonInput) -> None:
        self.reference = new.reference
        prose = (new.reference.prose.get(locale, {}) for locale in old.locales)
        self.with_english = frozenset(text.span.path for texts in prose for text in texts.values())
        self.slips: dict[tuple[str, int], list[Finding]] = {}
        for diagnostic in new.diagnostics:
            if diagnostic.facts:
                self.slips.setdefault((diagnostic.span.path, diagnostic.span.line), []).append(diagnostic)

    def explanation(self, change: Change) -> Finding | None:
        """Find the misstatement behind a change at its place."""
        if not change.in_new:
            return None
        slips = self.slips.get((change.span.path, change.span.line), ())
        return next((slip for slip in slips if _explains(slip, change)), None)

    def duplicate(self, change: ParameterChange) -> Finding | None:
        """Find a duplicate parameter of the operation, probably the missing one misnamed."""
        operation = self.reference.operations.get(split_prose_id(change.id)[0])
        if operation is None:
            return None
        path, line = operation.span.path, operation.span.line
        duplicates = self._duplicates.get(path, [])
        number = bisect_right(duplicates, line, key=lambda each: each.span.line)
        starts = self._starts[path]
        following = bisect_right(starts, line)
        if number == len(duplicates):
            return None
        is_outside = following < len(starts) and duplicates[number].span.line >= starts[following]
        return None if is_outside else duplicates[number]

    def twin(self, change: ParameterChange) -> Operation | None:
        """Find another operation of the page with the parameter, as proof for its release."""
        operation, before = self.reference.operations.get(split_prose_id(change.id)[0]), change.before
        if operation is None or before is None:
            return None
        owners = self._owners.get((operation.span.path, before.name, before.place, before.type), ())
        return next((other for other in owners if other.id != operation.id), None)

    @cached_property
    def ids(self) -> dict[tuple[str, int], str]:
        """The ids of fields and parameters by their place."""
        found: dict[tuple[str, int], str] = {}
        for key, definition in self.reference.definitions.items():
            for field in definition.fields:
                found.setdefault((field.span.path, field.span.line), field_id(key, field.name))
        for operation in self.reference.operations.values():
            for parameter in operation.parameters:
                found.setdefault((parameter.span.path, parameter.span.line), operation.parameter_id(parameter))
        return found

    @cached_property
    def _starts(self) -> dict[str, list[int]]:
        """The first lines of the operations of each page."""
        found: dict[str, list[int]] = {}
        for operation in self.reference.operations.values():
            found.setdefault(operation.span.path, []).append(operation.span.line)
        return {path: sorted(lines) for path, lines in found.items()}

    @cached_property
    def _duplicates(self) -> dict[str, list[Finding]]:
        """The duplicate parameters of each page, by line."""
        found: dict[str, list[Finding]] = {}
        for (path, _), slips in sorted(self.slips.items(), key=lambda each: each[0]):
            found.setdefault(path, []).extend(slip for slip in slips if slip.rule == _DUPLICATE)
        return found

    @cached_property
    def _owners(self) -> dict[tuple[str, str, str, Type], list[Operation]]:
        """The first two operations of each page with a parameter of the same name, location and type."""
        found: dict[tuple[str, str, str, Type], list[Operation]] = {}
        for operation in self.reference.operations.values():
            for each in operation.parameters:
                owners = found.setdefault((operation.span.path, each.name, each.place, each.type), [])
                if len(owners) < 2 and all(other is not operation for other in owners):
                    owners.append(operation)
        return found


def _find_cause(change: Change, pages: _TranslatedPages) -> tuple[Cause, str | Finding]:
    if isinstance(change, PageChange):
        return _find_page_cause(change)
    if slip := pages.explanation(change):
        return Cause.DEFECT, slip
    if isinstance(change, ParameterChange) and change.rule.id == "parameter-removed":
        if duplicate := pages.duplicate(change):
            return Cause.DEFECT, duplicate
        if twin := pages.twin(change):
            return Cause.DEFECT, f"{twin.id} on the same page has it"
    if not change.in_new:
        return Cause.STALE, "the translation has no such page or section"
    if change.span.path in pages.with_english:
        return Cause.STALE, "the page follows another release, as its comments do"
    return Cause.UNDECIDED, "the page carries no English to compare with"


def _find_page_cause(change: PageChange) -> tuple[Cause, str]:
    before, after = change.before, change.after
    if change.rule.id == "page-metadata-changed":
        return Cause.DEFECT, "both pages have the same path"
    if before is not None and after is not None and before.api_version != after.api_version:
        return Cause.STALE, f"it documents {after.api_version}, its English {before.api_version}"
    return Cause.STALE, "its English was added, moved or removed since"


def _explains(slip: Finding, change: Change) -> bool:
    """Return whether a page misstates the changed fact; a known English value must be the original one."""
    facts = _EXPLAINED_BY.get(change.rule.id, frozenset())
    return any(fact in facts and value in ("", change.old) for fact, value in slip.facts)


def _page_error(slip: Finding, new: ComparisonInput, pages: _TranslatedPages) -> PageError:
    """Make the change of a misstated fact that the reader corrected."""
    page = new.pages.get(slip.span.path)
    return PageError(
        rule=CHANGES["page-misprint"],
        level=Level.ERR,
        direction=Direction.BOTH,
        id=pages.ids.get((slip.span.path, slip.span.line), page.path if page else slip.span.path),
        new=slip.message,
        span=slip.span,
        cause=Cause.DEFECT,
        evidence=slip.hint,
        error=slip.message,
    )
