"""Histories of definitions, fields and operations over several releases.

The releases themselves show additions and removals. Other changes and replacements come from
comparing each release with the next.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain, pairwise
from typing import TypeVar

from codegen.core.diagnostics import Report
from codegen.core.json_types import JsonObject
from codegen.core.locales import SHIPPED, Languages
from codegen.drift import diff
from codegen.drift.compare import merge_annotations
from codegen.drift.compare.engine import build_context, compare_structure, require_something
from codegen.drift.compare.inputs import ComparisonInput, select_inputs
from codegen.drift.compare.keywords import find_values, locate_value
from codegen.drift.compare.pairing import match_elements
from codegen.drift.compare.texts import compare_texts
from codegen.drift.compare.types import find_type_difference
from codegen.drift.history.lifetimes import Fact, find_lifetime, find_periods, find_steps
from codegen.drift.history.records import (
    DefinitionHistory,
    Event,
    FieldHistory,
    History,
    LeftOut,
    OperationHistory,
)
from codegen.drift.history.successors import find_operation_successors, find_successors
from codegen.model import (
    Definition,
    Field,
    Operation,
    Reference,
    Type,
    belongs_to_operation,
    common_parameter_id,
    field_id,
    may_be,
    split_inner_id,
    split_prose_id,
)
from codegen.model.keywords.keyword import group_by_part
from codegen.model.selection import pattern
from codegen.model.types import format_type
from codegen.readers import releases
from codegen.readers.releases import ReleaseSource
from codegen.readers.sources import Location, Progress

_State = TypeVar("_State")


def history(
    *sources: Location | ReleaseSource,
    select: Sequence[str] = (),
    languages: Languages = SHIPPED,
    report: Report | None = None,
    progress: Progress | None = None,
) -> History:
    """Read the sources of several releases and find the history of each definition, field and
    operation.

    Args:
        sources: A file or folder for each release, named by its path (`v1.31/swagger.json`), or
            `ReleaseSource`s.
        select: Patterns of definitions, which come with the types that they need; default:
            everything.
        languages: Languages of a project (`Config.languages`); default: the bundled ones.
        report: Receives the diagnostics of reading.
        progress: Called with the number of releases read so far, and of all.

    Raises `CodegenError` for a source that cannot be read, an unknown or duplicate release, a
    selection that matches nothing, and two consecutive releases with nothing in common.

    """
    ordered = releases.sort_releases(
        source if isinstance(source, ReleaseSource) else releases.release_source(source)
        for source in sources
    )
    sides = []
    for count, release in enumerate(ordered):
        if progress is not None:
            progress(count, len(ordered))
        sides.append(diff.read(release.source, languages=languages))
        if report is not None:
            report.extend(sides[-1].diagnostics)
    sides = select_inputs(sides, [pattern(text) for text in select])
    return _Releases([release.release for release in ordered], sides).history()


class _Releases:
    """Makes the histories of elements from their states in each release, and from the changes
    between releases.
    """

    def __init__(self, names: Sequence[str], sides: Sequence[ComparisonInput]) -> None:
        self._names = names
        self._sides = sides
        self._widest_coverage = max(side.coverage for side in sides)
        self._events: dict[str, list[Event]] = {}
        self._described: dict[str, dict[str, None]] = {}
        self._successors: dict[tuple[str, str | None], str] = {}  # by id and last release
        for before, after in pairwise(range(len(names))):
            self._compare(before, after)

    def history(self) -> History:
        """Make the history of all elements, newest elements first."""
        references = [side.reference for side in reversed(self._sides)]
        keys = chain.from_iterable(reference.definitions for reference in references)
        operations = chain.from_iterable(reference.operations for reference in references)
        omissions = chain.from_iterable(side.not_compared for side in self._sides)
        definitions: dict[str, DefinitionHistory] = {}
        for key in dict.fromkeys(keys):
            history = self._build_definition(key)
            if history is not None:
                definitions[key] = history
        return History(
            releases=tuple(self._names),
            definitions=definitions,
            operations={name: self._build_operation(name) for name in dict.fromkeys(operations)},
            not_compared=tuple(
                LeftOut(what=omission.what, count=omission.count) for omission in omissions
            ),
            notes=tuple(
                f"{side.name} documents a part of the API: missing elements may have existed in "
                f"{name}"
                for name, side in zip(self._names, self._sides, strict=True)
                if side.coverage < self._widest_coverage
            ),
        )

    def _compare(self, first: int, second: int) -> None:
        """Record the changes between a release and the next, and the successors of removed
        elements.
        """
        old, new = self._sides[first], self._sides[second]
        release = self._names[second]
        context = build_context(old, new)
        match = match_elements(context)
        changes = compare_structure(context, match)
        require_something(context)
        owners = _parameter_owners(new.reference)
        for change in (*changes, *compare_texts(context, match.text_ids)):
            owner, part = split_prose_id(change.id)
            if owner in context.new_keys:
                continue  # reported under the new name
            name, part = (owner, part) if belongs_to_operation(owner) else (change.id, "")
            if change.rule.id == "markup-changed":
                continue  # the text says the same
            if change.locale:
                for subject in owners.get(change.id, (split_inner_id(name).field_id,)):
                    self._described.setdefault(subject, {})[release] = None
            elif part or not change.rule.shown_by:
                event = Event(
                    release=release, rule=change.rule.id, part=part, old=change.old, new=change.new
                )
                self._events.setdefault(name, []).append(event)
        successors = {
            **{old_id: split_prose_id(new_id).name for old_id, new_id in match.new_ids.items()},
            **find_successors(old.reference, new.reference),
            **context.new_keys,
            **find_operation_successors(old.reference, new.reference),
        }
        self._successors.update(
            ((name, self._names[first]), heir) for name, heir in successors.items()
        )

    def _build_entry(self, name: str, present: Sequence[bool | None]) -> JsonObject:
        """Make the properties that each history has, from the presence in each release."""
        lifetime = find_lifetime(self._names, present)
        return {
            **lifetime,
            "described": tuple(self._described.get(name, ())),
            "changed": tuple(self._events.get(name, ())),
            "replaced_by": self._successors.get((name, lifetime["until"])),
        }

    def _find_presence(self, states: Sequence[Definition | Operation | None]) -> list[bool | None]:
        """Tell whether each release has an element, or None if its source is partial or has
        errors.
        """
        presence: list[bool | None] = []
        for side, state in zip(self._sides, states, strict=True):
            if state is not None:
                presence.append(True)
            elif side.coverage < self._widest_coverage or side.broken_files:
                presence.append(None)
            else:
                presence.append(False)
        return presence

    def _build_definition(self, key: str) -> DefinitionHistory | None:
        """Make the history of a definition, or None for a mere reference."""
        states = [
            side.reference.definitions[key] if side.documents(key) else None for side in self._sides
        ]
        if not any(states):
            return None
        present = self._find_presence(states)
        fields_by_path = [dict(state.paths) if state is not None else {} for state in states]
        fields: dict[str, FieldHistory] = {}
        for path in dict.fromkeys(chain.from_iterable(reversed(fields_by_path))):
            versions = [by_path.get(path) for by_path in fields_by_path]
            fields[path] = self._build_field(field_id(key, path), versions, present)
        return DefinitionHistory(
            **self._build_entry(key, present),
            kind=str(next(state for state in reversed(states) if state is not None).gvk or ""),
            type=self._list_types(states),
            fields=fields,
        )

    def _build_field(
        self, name: str, states: Sequence[Field | None], owners: Sequence[bool | None]
    ) -> FieldHistory:
        """Make the history of a field.

        `owners` tells whether each release has its definition.
        """
        present: list[bool | None] = []
        required: list[bool | None] = []
        for owner, state in zip(owners, states, strict=True):
            is_known = owner is not None
            present.append(state is not None if is_known else None)
            required.append(state is not None and state.required if is_known else None)
        is_listed = any(side.lists_values for side in self._sides)
        is_stated = any(
            state is not None and (state.list_type is not None or bool(state.patch_strategy))
            for state in states
        )
        no_values: tuple[str, ...] = ()
        values = self._find_stages(
            states, partial(_find_values, is_listed=is_listed), no_values, _have_same_members
        )
        return FieldHistory(
            **self._build_entry(name, present),
            required=find_periods(self._names, required),
            type=self._list_types(states),
            enum=values,
            default=self._find_stages(states, _find_default, ""),
            list_type=self._find_stages(states, partial(_list_type, is_stated=is_stated), ""),
        )

    def _build_operation(self, name: str) -> OperationHistory:
        states = [side.reference.operations.get(name) for side in self._sides]
        verb = next(state.verb for state in reversed(states) if state is not None)
        return OperationHistory(**self._build_entry(name, self._find_presence(states)), verb=verb)

    def _find_stages(
        self,
        states: Sequence[_State | None],
        fact: Callable[[ComparisonInput, _State], Fact | None],
        nothing: Fact | None = None,
        same: Callable[[Fact, Fact], bool] = operator.eq,
    ) -> tuple[tuple[str, Fact], ...]:
        """Find the steps of a fact, or none if it is never stated."""
        facts: list[Fact | None] = []
        for side, state in zip(self._sides, states, strict=True):
            facts.append(None if state is None else fact(side, state))
        if all(value is None or value == nothing for value in facts):
            return ()
        return find_steps(self._names, facts, same)

    def _list_types(
        self, states: Sequence[Definition | Field | None]
    ) -> tuple[tuple[str, str], ...]:
        """Return the types in words, each with its first release."""
        types: list[tuple[Type, bool] | None] = []
        for side, state in zip(self._sides, states, strict=True):
            types.append(None if state is None else _find_type(side, state))
        stages = find_steps(self._names, types, _is_same_type)
        previous = [None, *(expression for _, (expression, _) in stages)]
        return tuple(
            (release, format_type(expression, before))
            for (release, (expression, _)), before in zip(stages, previous, strict=False)
        )


def _parameter_owners(reference: Reference) -> Mapping[str, Sequence[str]]:
    """Return the operations with each shared parameter, by its prose id."""
    owners: dict[str, list[str]] = {}
    for operation in reference.operations.values():
        for parameter in operation.parameters:
            if parameter.common:
                owners.setdefault(common_parameter_id(parameter.name), []).append(operation.id)
    return owners


def _is_same_type(before: tuple[Type, bool], after: tuple[Type, bool]) -> bool:
    """Return whether two types are the same without their enumerations; pages print some types
    incompletely.
    """
    left, right = before[0], after[0]
    if find_type_difference(left, right, operator.eq, operator.eq) is None:
        return True
    return (before[1] or after[1]) and (may_be(left, right) or may_be(right, left))


def _find_values(side: ComparisonInput, field: Field, *, is_listed: bool) -> tuple[str, ...] | None:
    """Return the enumeration of a field or of its items, or None if the source cannot express it.

    Only clusters state enumerations: `is_listed` tells that one of the sources is from a cluster.
    """
    if not side.supports("enum", field.span) or (is_listed and not side.enums):
        return None
    return find_values(field)


def _find_type(side: ComparisonInput, element: Definition | Field) -> tuple[Type, bool] | None:
    """Return the type of an element, and whether a page states it."""
    if element.type is None:
        return None
    return element.type, side.is_pages


def _find_default(side: ComparisonInput, field: Field) -> str | None:
    if not side.supports("keywords", field.span):
        return None
    return ", ".join(
        locate_value(word.value, word.inside) for word in field.keywords if word.name == "default"
    )


def _have_same_members(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    return {*first} == {*second}


def _list_type(side: ComparisonInput, field: Field, *, is_stated: bool) -> str | None:
    """Return the list types of a field and of inner lists for server-side apply.

    The list type of the field itself counts only if a release states one.
    """
    if not side.supports("list-type", field.span):
        return None
    words: list[str] = []
    own_type = merge_annotations.list_type(field)
    if own_type and is_stated:
        words.append(_describe_list(own_type, merge_annotations.list_keys(field)))
    parts = group_by_part(word for word in field.keywords if word.inside)
    for part, values in parts.items():
        if "x-kubernetes-list-type" in values:
            keys = map(str, values.get("x-kubernetes-list-map-keys", ()))
            inner = _describe_list(str(values["x-kubernetes-list-type"]), tuple(keys))
            words.append(locate_value(inner, part))
    return ", ".join(words)


def _describe_list(list_type: str, keys: Sequence[str]) -> str:
    if keys:
        return f"{list_type} by {', '.join(keys)}"
    return list_type
