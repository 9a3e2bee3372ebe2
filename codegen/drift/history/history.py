"""Histories of definitions, fields and operations over several releases.

The releases themselves show additions and removals. Other changes and replacements come from comparing each release with the next.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct, field
from msgspec.structs import replace

from codegen.core.diagnostics import Report
from codegen.core.locales import SHIPPED, Languages
from codegen.drift import diff
from codegen.drift.compare import merge_annotations
from codegen.drift.compare.changes import Change
from codegen.drift.compare.constraints import members
from codegen.drift.compare.context import Context
from codegen.drift.compare.engine import compare_structure, not_compared, require_something
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.keywords import locate_value
from codegen.drift.compare.resources import uncompared_versions
from codegen.drift.compare.texts import compare_texts
from codegen.drift.history.lifetimes import Fact, Lifetime, find_lifetime, find_periods, find_steps
from codegen.drift.history.records import DefinitionHistory, Event, FieldHistory, History, LeftOut, OperationHistory
from codegen.drift.history.successors import find_operation_successors, find_successors
from codegen.findings.finding import NotCompared
from codegen.model import (
    Definition,
    Field,
    Operation,
    Scalar,
    Type,
    common_parameter_id,
    field_id,
    innermost,
    may_be,
    split_held_id,
    split_prose_id,
)
from codegen.model.selection import pattern, select_alike
from codegen.model.types import format_type
from codegen.readers import releases
from codegen.readers.releases import ReleaseSource
from codegen.readers.sources import Location, Progress

# Changes that the other properties of a history show.
_SHOWN_ELSEWHERE = frozenset(
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
    """A release with its input."""

    name: str
    side: ComparisonInput
    fields: dict[str, dict[str, Field]] = field(default_factory=dict)  # by path, of requested definitions


def history(
    *sources: Location | ReleaseSource,
    select: Sequence[str] = (),
    languages: Languages = SHIPPED,
    report: Report | None = None,
    progress: Progress | None = None,
) -> History:
    """Read the sources of several releases and find the history of each definition, field and operation.

    Args:
        sources: A file or folder for each release, named by its path (`v1.31/swagger.json`), or `ReleaseSource`s.
        select: Patterns of definitions, which come with the types that they need; default: everything.
        languages: Languages of a project (`Config.languages`); default: the bundled ones.
        report: Receives the diagnostics of reading.
        progress: Called with the number of releases read so far, and of all.

    Raises `CodegenError` for a source that cannot be read, an unknown or duplicate release, a selection that matches nothing, and two
    consecutive releases with nothing in common.

    """
    ordered = releases.sort_releases(
        each if isinstance(each, ReleaseSource) else releases.release_source(each) for each in sources
    )
    sides = []
    for count, each in enumerate(ordered):
        if progress is not None:
            progress(count, len(ordered))
        sides.append(diff.read(each.source, languages=languages))
        if report is not None:
            report.extend(sides[-1].diagnostics)
    parts = select_alike([side.reference for side in sides], [pattern(text) for text in select])
    return _make_history(
        [
            _Release(name=each.release, side=replace(side, reference=part))
            for each, side, part in zip(ordered, sides, parts, strict=True)
        ]
    )


def _make_history(found: Sequence[_Release]) -> History:
    """Make the history of releases, newest things first."""
    changes = _ReleaseChanges(found)
    definitions = dict.fromkeys(key for each in reversed(found) for key in each.side.reference.definitions)
    operations = dict.fromkeys(name for each in reversed(found) for name in each.side.reference.operations)
    return History(
        releases=tuple(each.name for each in found),
        definitions={
            key: history for key in definitions if (history := _definition_history(found, key, changes)) is not None
        },
        operations={name: _operation_history(found, name, changes) for name in operations},
        not_compared=tuple(
            LeftOut(what=each.what, count=each.count)
            for each in (*not_compared(*(each.side for each in found)), *changes.not_compared)
        ),
        notes=tuple(_notes(found)),
    )


def _notes(found: Sequence[_Release]) -> Iterator[str]:
    most = max(each.side.coverage for each in found)
    for each in found:
        if each.side.coverage < most:
            yield f"{each.side.name} documents a part of the API: what it lacks may have been there in {each.name}"


class _ReleaseChanges:
    """The changes between each release and the next, by id."""

    def __init__(self, found: Sequence[_Release]) -> None:
        self.events: dict[str, list[Event]] = {}
        self.described: dict[str, list[str]] = {}
        self.not_compared: list[NotCompared] = []
        self.successors: dict[tuple[str, str], str] = {}  # by id and last release
        for before, after in pairwise(found):
            self._compare(before, after)

    def _compare(self, before: _Release, after: _Release) -> None:
        context = Context(old=before.side, new=after.side)
        changes = compare_structure(context)
        require_something(context)
        self.not_compared += uncompared_versions(context)
        owners = _parameter_owners(after)
        for change in (*changes, *compare_texts(context)):
            owner, part = split_prose_id(change.id)
            if owner in context.new_keys:
                continue  # reported under the new name
            name = owner if " /" in owner else change.id
            if change.locale:
                for each in owners.get(change.id, (split_held_id(name)[0],)):
                    noted = self.described.setdefault(each, [])
                    if noted[-1:] != [after.name]:
                        noted.append(after.name)
            elif change.rule.id not in _SHOWN_ELSEWHERE:
                self.events.setdefault(name, []).append(_make_event(change, after.name, part if " /" in owner else ""))
        for old, new in context.renamed_fields.items():
            self.successors[old, before.name] = split_prose_id(new)[1]
        removed = before.side.reference.definitions.keys() - after.side.reference.definitions.keys()
        moved = {old: new for old, new in context.new_keys.items() if old in removed}
        for key, successor in {**find_successors(before.side.reference, after.side.reference), **moved}.items():
            self.successors[key, before.name] = successor
        for name, successor in find_operation_successors(before.side.reference, after.side.reference).items():
            self.successors[name, before.name] = successor

    def successor(self, name: str, lifetime: Lifetime) -> str | None:
        """Return the successor of a removed thing."""
        return self.successors.get((name, lifetime.until)) if lifetime.until is not None else None


def _parameter_owners(release: _Release) -> Mapping[str, Sequence[str]]:
    """Return the operations with each shared parameter, by its prose id."""
    found: dict[str, list[str]] = {}
    for operation in release.side.reference.operations.values():
        for each in operation.parameters:
            if each.common:
                found.setdefault(common_parameter_id(each.name), []).append(operation.id)
    return found


def _make_event(change: Change, release: str, part: str) -> Event:
    return Event(release=release, rule=change.rule.id, part=part, old=change.old, new=change.new)


# ------------------------------------------------------------------------------------------------------ definitions


def _definition_history(found: Sequence[_Release], key: str, changes: _ReleaseChanges) -> DefinitionHistory | None:
    """Make the history of a definition; return None for a mere reference."""
    names = [each.name for each in found]
    states = [_documented_definition(each, key) for each in found]
    present = _find_presence(found, states)
    if not any(present):
        return None
    lifetime = find_lifetime(names, present)
    newest = next(state for state in reversed(states) if state is not None)
    paths: dict[str, None] = {}
    for each, state in zip(reversed(found), reversed(states), strict=True):
        if state is not None:
            paths.update(dict.fromkeys(_fields_by_path(each, state)))
    own = [state.type if state is not None else None for state in states]
    return DefinitionHistory(
        since=lifetime.since,
        until=lifetime.until,
        absent=lifetime.absent,
        perhaps_before=lifetime.perhaps_before,
        described=tuple(changes.described.get(key, ())),
        changed=tuple(changes.events.get(key, ())),
        replaced_by=changes.successor(key, lifetime),
        kind=str(newest.gvk or ""),
        type=_type_steps(found, own),
        fields={path: _field_history(found, states, present, key, path, changes) for path in paths},
    )


def _documented_definition(release: _Release, key: str) -> Definition | None:
    return release.side.reference.definitions[key] if release.side.documents(key) else None


def _find_presence(found: Sequence[_Release], states: Sequence[Definition | Operation | None]) -> list[bool | None]:
    """Tell whether each release has a thing; None if its source is partial or has errors."""
    most = max(each.side.coverage for each in found)
    return [
        True if state is not None else None if each.side.coverage < most or each.side.broken else False
        for each, state in zip(found, states, strict=True)
    ]


def _fields_by_path(release: _Release, definition: Definition) -> dict[str, Field]:
    """Return the fields of a definition by path, including those of inline objects."""
    known = release.fields.get(definition.key)
    if known is None:
        known = release.fields[definition.key] = dict(definition.paths)
    return known


def _field_history(
    found: Sequence[_Release],
    states: Sequence[Definition | None],
    owners: Sequence[bool | None],
    key: str,
    path: str,
    changes: _ReleaseChanges,
) -> FieldHistory:
    """Make the history of a field; `owners` has the presence of the definition in each release."""
    names = [each.name for each in found]
    prose_id = field_id(key, path)
    fields = [
        None if state is None else _fields_by_path(each, state).get(path)
        for each, state in zip(found, states, strict=True)
    ]
    present = [None if known is None else each is not None for known, each in zip(owners, fields, strict=True)]
    required = [
        None if known is None else each is not None and each.required
        for known, each in zip(owners, fields, strict=True)
    ]
    lifetime = find_lifetime(names, present)
    sides = [each.side for each in found]
    listed = any(side.lists_values for side in sides)
    return FieldHistory(
        since=lifetime.since,
        until=lifetime.until,
        absent=lifetime.absent,
        perhaps_before=lifetime.perhaps_before,
        described=tuple(changes.described.get(prose_id, ())),
        changed=tuple(changes.events.get(prose_id, ())),
        replaced_by=changes.successor(prose_id, lifetime),
        required=find_periods(names, required),
        type=_type_steps(found, [each.type if each is not None else None for each in fields]),
        enum=_optional_steps(
            names, [_values(*pair, listed=listed) for pair in zip(sides, fields, strict=True)], (), _same_values
        ),
        default=_optional_steps(names, [_default(*pair) for pair in zip(sides, fields, strict=True)], ""),
        list_type=_list_type_steps(names, sides, fields),
    )


# ------------------------------------------------------------------------------------------------------------ facts


def _type_steps(found: Sequence[_Release], types: Sequence[Type | None]) -> tuple[tuple[str, str], ...]:
    """Return the types in words, each with its first release; pages print some types incompletely."""
    stated = [
        None if each is None else (_remove_values(each), release.side.is_pages)
        for release, each in zip(found, types, strict=True)
    ]
    stages = find_steps([each.name for each in found], stated, _is_same_type)
    previous = [None, *(each for _, (each, _) in stages)]
    return tuple(
        (release, format_type(each, before)) for (release, (each, _)), before in zip(stages, previous, strict=False)
    )


def _is_same_type(before: tuple[Type, bool], after: tuple[Type, bool]) -> bool:
    """Return whether two types are the same; each comes with a flag for pages."""
    left, right = before[0], after[0]
    return left == right or ((before[1] or after[1]) and (may_be(left, right) or may_be(right, left)))


def _remove_values(expression: Type) -> Type:
    """Remove the enumeration, which has its own property, from a type."""
    if isinstance(expression, Scalar) and expression.enum:
        return replace(expression, enum=())
    return expression


def _optional_steps(
    names: Sequence[str], facts: Sequence[Fact | None], nothing: Fact, same: Callable[[Fact, Fact], bool] | None = None
) -> tuple[tuple[str, Fact], ...]:
    """Find the steps of a fact; return none if it was never stated."""
    return find_steps(names, facts, same) if any(each is not None and each != nothing for each in facts) else ()


def _same_values(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Return whether two lists have the same values in any order."""
    return {*before} == {*after}


def _values(side: ComparisonInput, known: Field | None, *, listed: bool) -> tuple[str, ...] | None:
    """Return the enumeration of a field or of its items; None if the source does not support it.

    Only clusters state enumerations: `listed` tells that one of the sources is from a cluster.
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


def _list_type_steps(
    names: Sequence[str], sides: Sequence[ComparisonInput], fields: Sequence[Field | None]
) -> tuple[tuple[str, str], ...]:
    """Find the steps of the list type for server-side apply; return none if no source states one."""
    supporting = [
        known if known is not None and side.supports("list-type", known.span) else None
        for side, known in zip(sides, fields, strict=True)
    ]
    is_stated = any(known.list_type is not None or known.patch_strategy for known in supporting if known is not None)
    return _optional_steps(
        names, [None if known is None else _list_type(known, is_stated=is_stated) for known in supporting], ""
    )


def _list_type(known: Field, *, is_stated: bool) -> str:
    keys = ", ".join(merge_annotations.list_keys(known))
    own = merge_annotations.list_type(known) + (f" by {keys}" if keys else "")
    return ", ".join((*([own] if is_stated and own else ()), *_inner_list_type_steps(known)))


def _inner_list_type_steps(known: Field) -> Iterator[str]:
    """Yield the list types of inner lists."""
    inner = {(word.inside, word.name): json.loads(word.value) for word in known.keywords if word.inside}
    for (inside, name), value in inner.items():
        if name == "x-kubernetes-list-type":
            keys = ", ".join(map(str, inner.get((inside, "x-kubernetes-list-map-keys"), ())))
            yield locate_value(str(value) + (f" by {keys}" if keys else ""), inside)


# ------------------------------------------------------------------------------------------------------- operations


def _operation_history(found: Sequence[_Release], name: str, changes: _ReleaseChanges) -> OperationHistory:
    states = [each.side.reference.operations.get(name) for each in found]
    lifetime = find_lifetime([each.name for each in found], _find_presence(found, states))
    return OperationHistory(
        since=lifetime.since,
        until=lifetime.until,
        absent=lifetime.absent,
        perhaps_before=lifetime.perhaps_before,
        described=tuple(changes.described.get(name, ())),
        changed=tuple(changes.events.get(name, ())),
        replaced_by=changes.successor(name, lifetime),
        verb=next(state.verb for state in reversed(states) if state is not None),
    )
