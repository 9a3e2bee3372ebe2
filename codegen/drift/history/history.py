"""Several releases -> the history of each definition, field and operation.

When something came and went follows from the releases themselves; what changed of it, and what took its place, is what `codegen diff`
finds between each release and the next.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct, field
from msgspec.structs import replace

from codegen.core.locales import SHIPPED, Languages
from codegen.drift import diff
from codegen.drift.compare import merge_annotations
from codegen.drift.compare.changes import Change, TextChange
from codegen.drift.compare.constraints import members
from codegen.drift.compare.context import Context
from codegen.drift.compare.engine import NothingShared, compare_structure, not_compared, require_something
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.keywords import locate_value
from codegen.drift.compare.resources import uncompared_versions
from codegen.drift.compare.texts import compare_texts
from codegen.drift.history.lifetimes import Fact, Life, life, periods, steps
from codegen.drift.history.records import DefinitionHistory, Event, FieldHistory, History, LeftOut, OperationHistory
from codegen.drift.history.successors import operation_successors, successors
from codegen.findings.diagnostics import Report
from codegen.findings.finding import NotCompared
from codegen.model import (
    Definition,
    Field,
    Operation,
    Scalar,
    Type,
    common_parameter_id,
    field_id,
    holder_of,
    innermost,
    may_be,
)
from codegen.model.selection import pattern, select_alike
from codegen.model.types import words
from codegen.readers import releases
from codegen.readers.releases import ReleaseSource
from codegen.readers.sources import Location, Progress

# What the lists of a thing tell of it already.
_TOLD = frozenset(
    (
        *("required-default-removed", "unconventional-field-added", "field-added", "field-removed", "stored-field-removed", "required-field-added", "required-field-removed", "field-renamed"),
        *("field-became-required", "field-became-optional", "field-required-with-default", "field-type-changed", "field-format-changed"),
        *("field-type-widened", "field-type-narrowed"),
        *("field-enum-added", "field-enum-removed", "field-enum-value-added", "field-enum-value-removed", "default-changed"),
        *("list-type-changed", "list-map-keys-changed", "list-type-tightened", "definition-added", "definition-removed", "definition-renamed"),
        *("definition-moved", "definition-type-changed", "operation-added", "operation-removed"),
    )
)  # fmt: skip


class _Release(Struct, frozen=True, kw_only=True):
    """One release: its name and what was read of it."""

    name: str
    side: ComparisonInput
    fields: dict[str, dict[str, Field]] = field(default_factory=dict)  # by path, of the definitions that were asked for


def history(
    *sources: Location | ReleaseSource,
    select: Sequence[str] = (),
    languages: Languages = SHIPPED,
    report: Report | None = None,
    progress: Progress | None = None,
) -> History:
    """Read sources of several releases, and tell since when and until when each definition, field and operation is there.

    Args:
        sources: A file or folder for each release, which is named by its path (`v1.31/swagger.json`), or `ReleaseSource`s.
        select: Patterns of what is told, with the types that it needs, instead of everything.
        languages: Those of a project (`Config.languages`) instead of those that ship.
        report: Receives what is found while reading.
        progress: Called with the number of releases read so far, and of all.

    Raises `CodegenError` for what cannot be read, for a source whose release is not known or another one's too, for a selection that
    matches nothing, and for two releases in a row that have nothing in common.

    """
    ordered = releases.in_order(
        each if isinstance(each, ReleaseSource) else releases.of_location(each) for each in sources
    )
    sides = []
    for count, each in enumerate(ordered):
        if progress is not None:
            progress(count, len(ordered))
        sides.append(diff.read(each.source, languages=languages))
        if report is not None:
            report.extend(sides[-1].diagnostics)
    parts = select_alike([side.reference for side in sides], [pattern(text) for text in select])
    return _history(
        [
            _Release(name=each.release, side=replace(side, reference=part))
            for each, side, part in zip(ordered, sides, parts, strict=True)
        ]
    )


def _history(found: Sequence[_Release]) -> History:
    """The history of releases that were read."""
    changes = _Changes(found)
    definitions = dict.fromkeys(key for each in reversed(found) for key in each.side.reference.definitions)
    operations = dict.fromkeys(name for each in reversed(found) for name in each.side.reference.operations)
    return History(
        releases=tuple(each.name for each in found),
        definitions={key: history for key in definitions if (history := _definition(found, key, changes)) is not None},
        operations={name: _operation(found, name, changes) for name in operations},
        not_compared=tuple(
            LeftOut(what=each.what, count=each.count)
            for each in (*not_compared(*(each.side for each in found)), *changes.left_out)
        ),
        notes=tuple(_notes(found)),
    )


def _notes(found: Sequence[_Release]) -> Iterator[str]:
    most = max(each.side.coverage for each in found)
    for each in found:
        if each.side.coverage < most:
            yield f"{each.side.name} documents a part of the API: what it lacks may have been there in {each.name}"


class _Changes:
    """What changed between each release and the next, by the id of the thing."""

    def __init__(self, found: Sequence[_Release]) -> None:
        self.events: dict[str, list[Event]] = {}
        self.described: dict[str, list[str]] = {}
        self.left_out: list[NotCompared] = []  # versions that could not be compared
        self.heirs: dict[
            tuple[str, str], str
        ] = {}  # (id, the last release that has it) -> the name of what took its place
        for before, after in pairwise(found):
            self._between(before, after)

    def _between(self, before: _Release, after: _Release) -> None:
        context = Context(old=before.side, new=after.side, used={}, pages=None)
        try:
            changes = compare_structure(context)
            require_something(context)
        except NothingShared:
            raise diff.nothing_shared_error(before.side, after.side) from None
        self.left_out += uncompared_versions(context)
        sharing = _sharing(after)
        for change in (*changes, *compare_texts(context)):
            owner, _, part = change.id.partition("#")
            if owner in context.renamed:
                continue  # what is told of the other one
            name = owner if " /" in owner else change.id
            if isinstance(change, TextChange):
                for each in sharing.get(change.id, (holder_of(name)[0],)):
                    noted = self.described.setdefault(each, [])
                    if noted[-1:] != [after.name]:
                        noted.append(after.name)
            elif change.rule.id not in _TOLD:
                self.events.setdefault(name, []).append(_event(change, after.name, part if " /" in owner else ""))
        for old, new in context.renamed_fields.items():
            self.heirs[old, before.name] = new.partition("#")[2]
        gone = before.side.reference.definitions.keys() - after.side.reference.definitions.keys()
        moved = {old: new for old, new in context.renamed.items() if old in gone}
        for key, heir in {**successors(before.side.reference, after.side.reference), **moved}.items():
            self.heirs[key, before.name] = heir
        for name, heir in operation_successors(before.side.reference, after.side.reference).items():
            self.heirs[name, before.name] = heir

    def heir(self, name: str, lived: Life) -> str | None:
        """What took the place of a thing that is gone."""
        return self.heirs.get((name, lived.until)) if lived.until is not None else None


def _sharing(release: _Release) -> Mapping[str, Sequence[str]]:
    """The operations that have a shared parameter, by the id of its text."""
    found: dict[str, list[str]] = {}
    for operation in release.side.reference.operations.values():
        for each in operation.parameters:
            if each.common:
                found.setdefault(common_parameter_id(each.name), []).append(operation.id)
    return found


def _event(change: Change, release: str, part: str) -> Event:
    return Event(release=release, rule=change.rule.id, part=part, old=change.old, new=change.new)


# ------------------------------------------------------------------------------------------------------ definitions


def _definition(found: Sequence[_Release], key: str, changes: _Changes) -> DefinitionHistory | None:
    """The history of a definition; None for one that is only referred to."""
    names = [each.name for each in found]
    states = [_documented(each, key) for each in found]
    present = _presence(found, states)
    if not any(present):
        return None
    lived = life(names, present)
    newest = next(state for state in reversed(states) if state is not None)
    paths: dict[str, None] = {}
    for each, state in zip(reversed(found), reversed(states), strict=True):
        if state is not None:
            paths.update(dict.fromkeys(_by_path(each, state)))
    own = [state.type if state is not None else None for state in states]
    return DefinitionHistory(
        since=lived.since,
        until=lived.until,
        absent=lived.absent,
        perhaps_before=lived.perhaps_before,
        described=tuple(changes.described.get(key, ())),
        changed=tuple(changes.events.get(key, ())),
        replaced_by=changes.heir(key, lived),
        kind=str(newest.gvk or ""),
        type=_types(found, own),
        fields={path: _field(found, states, present, key, path, changes) for path in paths},
    )


def _documented(release: _Release, key: str) -> Definition | None:
    return release.side.reference.definitions[key] if release.side.documents(key) else None


def _presence(found: Sequence[_Release], states: Sequence[Definition | Operation | None]) -> list[bool | None]:
    """Whether each release has a thing; what a source lacks that documents less than others is unknown, and so is what has errors."""
    most = max(each.side.coverage for each in found)
    return [
        True if state is not None else None if each.side.coverage < most or each.side.broken else False
        for each, state in zip(found, states, strict=True)
    ]


def _by_path(release: _Release, definition: Definition) -> dict[str, Field]:
    """The fields of a definition, those of objects that are written out in it by their path."""
    known = release.fields.get(definition.key)
    if known is None:
        known = release.fields[definition.key] = dict(definition.paths)
    return known


def _field(
    found: Sequence[_Release],
    states: Sequence[Definition | None],
    whole: Sequence[bool | None],
    key: str,
    path: str,
    changes: _Changes,
) -> FieldHistory:
    """The history of a field; `whole` says of each release whether it has the definition, or that it is unknown."""
    names = [each.name for each in found]
    prose_id = field_id(key, path)
    fields = [
        None if state is None else _by_path(each, state).get(path) for each, state in zip(found, states, strict=True)
    ]
    present = [None if known is None else each is not None for known, each in zip(whole, fields, strict=True)]
    required = [
        None if known is None else each is not None and each.required for known, each in zip(whole, fields, strict=True)
    ]
    lived = life(names, present)
    sides = [each.side for each in found]
    listed = any(side.lists_values for side in sides)
    return FieldHistory(
        since=lived.since,
        until=lived.until,
        absent=lived.absent,
        perhaps_before=lived.perhaps_before,
        described=tuple(changes.described.get(prose_id, ())),
        changed=tuple(changes.events.get(prose_id, ())),
        replaced_by=changes.heir(prose_id, lived),
        required=periods(names, required),
        type=_types(found, [each.type if each is not None else None for each in fields]),
        enum=_said(
            names, [_values(*pair, listed=listed) for pair in zip(sides, fields, strict=True)], (), _same_values
        ),
        default=_said(names, [_default(*pair) for pair in zip(sides, fields, strict=True)], ""),
        list_type=_list_types(names, sides, fields),
    )


# ------------------------------------------------------------------------------------------------------------ facts


def _types(found: Sequence[_Release], types: Sequence[Type | None]) -> tuple[tuple[str, str], ...]:
    """The types in words, each from its release on. Pages keep only a word of some types, and say nothing else by that."""
    stated = [
        None if each is None else (_plain(each), release.side.is_pages)
        for release, each in zip(found, types, strict=True)
    ]
    stages = steps([each.name for each in found], stated, _may_be_the_same)
    beside = [None, *(each for _, (each, _) in stages)]
    return tuple((release, words(each, before)) for (release, (each, _)), before in zip(stages, beside, strict=False))


def _may_be_the_same(before: tuple[Type, bool], after: tuple[Type, bool]) -> bool:
    """Whether two types, each with whether a page says it, are the same."""
    left, right = before[0], after[0]
    return left == right or ((before[1] or after[1]) and (may_be(left, right) or may_be(right, left)))


def _plain(expression: Type) -> Type:
    """A type without its values, which have a list of their own."""
    if isinstance(expression, Scalar) and expression.enum:
        return replace(expression, enum=())
    return expression


def _said(
    names: Sequence[str], facts: Sequence[Fact | None], nothing: Fact, same: Callable[[Fact, Fact], bool] | None = None
) -> tuple[tuple[str, Fact], ...]:
    """The steps of a fact that most things do not have; none where it was never stated."""
    return steps(names, facts, same) if any(each is not None and each != nothing for each in facts) else ()


def _same_values(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Whether two lists have the same values, whose order says nothing."""
    return {*before} == {*after}


def _values(side: ComparisonInput, known: Field | None, *, listed: bool) -> tuple[str, ...] | None:
    """The only values of a field, or of what its list or map holds. Of a cluster and the file of a release only the cluster says them:
    `listed` tells that one of the sources lists values in its texts, as clusters do.
    """
    if known is None or not side.supports("enum", known.span) or (listed and not side.enums):
        return None
    end = innermost(known.type)
    if isinstance(end, Scalar) and end.enum:
        return end.enum
    if not side.supports("keywords", known.span):
        return () if isinstance(end, Scalar) and end.type == "string" else None
    return tuple(value for word in known.keywords if word.name == "enum" for value in sorted(members(word.value)))


def _default(side: ComparisonInput, known: Field | None) -> str | None:
    if known is None or not side.supports("keywords", known.span):
        return None
    return ", ".join(locate_value(word.value, word.inside) for word in known.keywords if word.name == "default")


def _list_types(
    names: Sequence[str], sides: Sequence[ComparisonInput], fields: Sequence[Field | None]
) -> tuple[tuple[str, str], ...]:
    """What server-side apply makes of a list, in words; nothing where all sources leave it to what servers do without a word."""
    able = [
        known if known is not None and side.supports("list-type", known.span) else None
        for side, known in zip(sides, fields, strict=True)
    ]
    stated = any(known.list_type is not None or known.patch_strategy for known in able if known is not None)
    return _said(names, [None if known is None else _list_type(known, stated=stated) for known in able], "")


def _list_type(known: Field, *, stated: bool) -> str:
    keys = ", ".join(merge_annotations.list_keys(known))
    own = merge_annotations.list_type(known) + (f" by {keys}" if keys else "")
    return ", ".join((*([own] if stated and own else ()), *_inner_list_types(known)))


def _inner_list_types(known: Field) -> Iterator[str]:
    """The same of lists inside of a list or map."""
    inner = {(word.inside, word.name): json.loads(word.value) for word in known.keywords if word.inside}
    for (inside, name), value in inner.items():
        if name == "x-kubernetes-list-type":
            keys = ", ".join(map(str, inner.get((inside, "x-kubernetes-list-map-keys"), ())))
            yield locate_value(str(value) + (f" by {keys}" if keys else ""), inside)


# ------------------------------------------------------------------------------------------------------- operations


def _operation(found: Sequence[_Release], name: str, changes: _Changes) -> OperationHistory:
    states = [each.side.reference.operations.get(name) for each in found]
    lived = life([each.name for each in found], _presence(found, states))
    return OperationHistory(
        since=lived.since,
        until=lived.until,
        absent=lived.absent,
        perhaps_before=lived.perhaps_before,
        described=tuple(changes.described.get(name, ())),
        changed=tuple(changes.events.get(name, ())),
        replaced_by=changes.heir(name, lived),
        verb=next(state.verb for state in reversed(states) if state is not None),
    )
