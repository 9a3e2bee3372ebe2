"""Why a translated page differs: what the reader said about the same place, and the English that the page itself carries.

A slip that the reader saw is a defect, and an error: its author can correct it now. A difference without one is a page that
follows an older release, if the page carries its English, which the reader found to agree; otherwise nobody can tell. Both are warnings.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from codegen.drift.compare.changes import Cause, Change, Misprint, PageChange, ParameterChange
from codegen.drift.compare.side import Side
from codegen.findings.diagnostics import Diagnostic
from codegen.findings.levels import Direction, Level
from codegen.findings.rules.changes import RULES
from codegen.model import Operation, Reference, Type, field_id

# Findings of the reader that say that a page has a fact wrong; the others are about marks, which are not drift.
_SLIPS = frozenset(
    {
        "annotation-lost", "annotation-unlike-english", "annotation-unreadable", "key-translated", "name-translated",
        "name-unlike-english", "parameter-twice", "place-wrong", "required-invented", "required-lost", "type-unlike-english",
        "value-odd",
    }
)  # fmt: skip
_SAID = {
    "required": re.compile("required"),
    "list": re.compile("key"),
    "patch": re.compile("key"),
    "type": re.compile("type"),
    "format": re.compile("type"),
    "parameter": re.compile("place|twice|type|required|name"),
    "field": re.compile("required|type|value|name"),
}


def explained(changes: Iterable[Change], old: Side, new: Side) -> Iterator[Change]:
    """The changes with their cause and what shows it."""
    page = _Pages(slips=_slips(new), english=_carries_english(new, old), reference=new.reference)
    for change in changes:
        cause, evidence = _cause(change, page)
        level = Level.ERR if cause is Cause.DEFECT else Level.WARN
        if change.rule.gravest is Level.INFO and isinstance(change, PageChange):
            level = Level.INFO
        span = evidence.span if isinstance(evidence, Diagnostic) else change.span
        said = evidence.message if isinstance(evidence, Diagnostic) else evidence
        yield replace(change, level=level, cause=cause, evidence=said, span=span)


class _Pages(Struct, kw_only=True, dict=True):
    """What the translated pages say of their own differences; what only lost parameters ask for is collected when one does."""

    slips: dict[tuple[str, int], list[Diagnostic]]
    english: frozenset[str]
    reference: Reference

    @cached_property
    def begins(self) -> dict[str, list[int]]:
        """The lines at which the operations of each page begin."""
        found: dict[str, list[int]] = {}
        for operation in self.reference.operations.values():
            found.setdefault(operation.span.path, []).append(operation.span.line)
        return {path: sorted(lines) for path, lines in found.items()}

    @cached_property
    def repeated(self) -> dict[str, list[tuple[int, Diagnostic]]]:
        """The parameters of each page that stand twice, by their lines."""
        found: dict[str, list[tuple[int, Diagnostic]]] = {}
        for (path, line), slips in sorted(self.slips.items(), key=lambda each: each[0]):
            twice = (slip for slip in slips if slip.rule == "parameter-twice")
            found.setdefault(path, []).extend((line, slip) for slip in twice)
        return found

    @cached_property
    def having(self) -> dict[tuple[str, str, str, Type], list[Operation]]:
        """The first two operations of each page that have a parameter of this name, place and type."""
        found: dict[tuple[str, str, str, Type], list[Operation]] = {}
        for operation in self.reference.operations.values():
            for each in operation.parameters:
                having = found.setdefault((operation.span.path, each.name, each.place, each.type), [])
                if len(having) < 2 and all(other is not operation for other in having):
                    having.append(operation)
        return found


def _cause(change: Change, pages: _Pages) -> tuple[Cause, str | Diagnostic]:
    if isinstance(change, PageChange):
        return _page_cause(change)
    for slip in pages.slips.get((change.span.path, change.span.line), ()):
        if change.in_new and _concerns(slip, change):
            return Cause.DEFECT, slip
    if isinstance(change, ParameterChange) and change.rule.id == "parameter-removed":
        if inside := _slip_inside(change, pages):
            return Cause.DEFECT, inside
        if twin := _twin(change, pages):
            return Cause.DEFECT, f"{twin.id} on the same page has it"
    if not change.in_new:
        return Cause.STALE, "the translation has no such page or section"
    if change.span.path in pages.english:
        return Cause.STALE, "the page follows another release, as its comments do"
    return Cause.UNDECIDED, "the page carries no English to compare with"


def _page_cause(change: PageChange) -> tuple[Cause, str]:
    before, after = change.before, change.after
    if change.rule.id == "page-metadata-changed":
        return Cause.DEFECT, "both pages have the same path"
    if before is not None and after is not None and before.api_version != after.api_version:
        return Cause.STALE, f"it documents {after.api_version}, its English {before.api_version}"
    return Cause.STALE, "its English was added, moved or removed since"


def _concerns(slip: Diagnostic, change: Change) -> bool:
    """Whether a slip is about what changed, and not about another fact of the same bullet."""
    word = change.rule.id.split("-", 1)[0]
    if "became" in change.rule.id:
        word = "required"
    if change.rule.id.endswith("removed"):
        return slip.rule in {"name-unlike-english", "parameter-twice", "name-translated"}
    if slip.rule.startswith("annotation-"):
        return _english_says(slip.message, change)
    pattern = _SAID.get("type" if "type-changed" in change.rule.id and word == "field" else word)
    return pattern is not None and pattern.search(slip.rule) is not None


def _english_says(message: str, change: Change) -> bool:
    """Whether the English that a slip quotes has what the original has, so that the page is wrong and not old."""
    english = message.rpartition(" here and " if " here and " in message else ": ")[2]
    return (
        bool(change.old)
        and re.search(rf"\b(on|on key|list type|strategy) {re.escape(change.old or '')}\b", english) is not None
    )


def _slips(side: Side) -> dict[tuple[str, int], list[Diagnostic]]:
    found: dict[tuple[str, int], list[Diagnostic]] = {}
    for diagnostic in side.diagnostics:
        if diagnostic.rule in _SLIPS:
            found.setdefault((diagnostic.span.path, diagnostic.span.line), []).append(diagnostic)
    return found


def _carries_english(new: Side, old: Side) -> frozenset[str]:
    """The pages that hold the language of the first side as well as their own."""
    return frozenset(text.span.path for locale in old.locales for text in new.reference.prose.get(locale, {}).values())


def _slip_inside(change: ParameterChange, pages: _Pages) -> Diagnostic | None:
    """A parameter that the operation has twice: the second one is the missing one under a wrong name."""
    operation = pages.reference.operations.get(change.id.partition("#")[0])
    if operation is None:
        return None
    path, line = operation.span.path, operation.span.line
    repeated = pages.repeated.get(path, [])
    place = bisect_right(repeated, line, key=lambda each: each[0])
    begins = pages.begins[path]
    after = bisect_right(begins, line)
    if place == len(repeated) or (after < len(begins) and repeated[place][0] >= begins[after]):
        return None
    return repeated[place][1]


def _twin(change: ParameterChange, pages: _Pages) -> Operation | None:
    """Another operation of the same page that has the parameter, with the same type: the page is of a release that has it."""
    operation, before = pages.reference.operations.get(change.id.partition("#")[0]), change.before
    if operation is None or before is None:
        return None
    having = pages.having.get((operation.span.path, before.name, before.place, before.type), ())
    return next((other for other in having if other.id != operation.id), None)


def misprints(changes: Sequence[Change], new: Side) -> Iterator[Misprint]:
    """The slips that leave no difference, because the reader corrected them: the page is wrong, the model is not."""
    reported = {(change.span.path, change.span.line) for change in changes if change.cause is Cause.DEFECT}
    places = _things(new)
    rule = RULES["page-misprint"]
    for (path, line), slips in _slips(new).items():
        slip = slips[-1]
        if (path, line) in reported or path in new.broken:
            continue
        page = new.pages.get(path)
        yield Misprint(
            rule=rule,
            level=Level.ERR,
            direction=Direction.BOTH,
            id=places.get((path, line), page.path if page else path),
            new=slip.message,
            span=slip.span,
            cause=Cause.DEFECT,
            evidence=slip.hint,
            said=slip.message,
        )


def _things(side: Side) -> dict[tuple[str, int], str]:
    """The ids of fields and parameters by their place."""
    found: dict[tuple[str, int], str] = {}
    for key, definition in side.reference.definitions.items():
        for field in definition.fields:
            found.setdefault((field.span.path, field.span.line), field_id(key, field.name))
    for operation in side.reference.operations.values():
        for parameter in operation.parameters:
            found.setdefault((parameter.span.path, parameter.span.line), operation.parameter_id(parameter))
    return found
