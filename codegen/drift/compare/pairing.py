"""Pairs of elements to compare: definitions, fields, operations, parameters and responses, with
those of one side only.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec.structs import replace

from codegen.core.diagnostics import Direction
from codegen.drift.compare.context import Context, Subject
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.page_match import expected_spans
from codegen.drift.compare.types import EQUIVALENT
from codegen.model import (
    Definition,
    Field,
    Operation,
    Scalar,
    field_id,
    refs,
    renames,
    split_prose_id,
)
from codegen.model.keywords.keyword import OPEN_KEYWORDS
from codegen.model.prose import readable_name

_Key = TypeVar("_Key", bound=Hashable)
_METADATA = "metadata"
_DEEPEST = (
    8  # dots in the path of a field of another type; types that lead to themselves have no end
)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SENT, _RETURNED = (Direction.REQUEST,), (Direction.RESPONSE,)


def pair_up(old: Mapping[_Key, Any], new: Mapping[_Key, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield pairs of removed, then of added, then of common elements."""
    yield from ((element, None) for key, element in old.items() if key not in new)
    yield from ((None, element) for key, element in new.items() if key not in old)
    yield from ((element, new[key]) for key, element in old.items() if key in new)


def pair_definitions(context: Context) -> Iterator[Subject]:
    """Pair definitions by key or as renamed, and record the renamed ones in the context."""
    old, new = context.old.reference.definitions, context.new.reference.definitions
    removed, added = (
        [key for key in _list_additional(own, other) if not _is_skipped(context, key)]
        for own, other in ((context.old, context.new), (context.new, context.old))
    )
    context.new_keys.update(
        renames.match_definitions(context.old.reference, context.new.reference, removed, added)
    )
    for key in removed:
        if key in context.new_keys:
            yield _definition_subject(context, old[key], new[context.new_keys[key]])
        elif context.old.coverage <= context.new.coverage:
            yield _definition_subject(context, old[key], None)
    if context.new.coverage <= context.old.coverage:
        successors = {*context.new_keys.values()}
        yield from (
            _definition_subject(context, None, new[key]) for key in added if key not in successors
        )
    for key, before in old.items():
        after = new.get(key)
        if (
            after is not None
            and before.documented
            and after.documented
            and not _is_skipped(context, key)
        ):
            yield _definition_subject(context, before, after)


def _list_additional(own: ComparisonInput, other: ComparisonInput) -> list[str]:
    """List the definitions that another source lacks.

    A source can name types without their fields, such as Status for custom resources. It says
    nothing about the types of these fields.
    """
    known, reference = other.reference.definitions, own.reference
    are_pages = own.is_pages and other.is_pages  # where a missing page is a change
    named = [] if are_pages else [key for key, each in known.items() if not each.documented]
    passed_over = {*reference.closure(*named), *known}
    return [
        key
        for key, each in reference.definitions.items()
        if each.documented and key not in passed_over
    ]


def _definition_subject(
    context: Context, before: Definition | None, after: Definition | None
) -> Subject:
    keys = [each.key for each in (before, after) if each is not None]
    expected = (
        context.pages.expected_span(before) if context.pages and before and after is None else None
    )
    return Subject(
        context=context,
        id=keys[0],
        name=readable_name(keys[0]),
        before=before,
        after=after,
        used=context.use(*keys),
        expected=expected,
    )


def _is_skipped(context: Context, key: str) -> bool:
    """Return whether a definition has errors, a guessed package, or a page that is reported as a
    whole.
    """
    for own, second in ((context.old, context.new), (context.new, context.old)):
        definition = own.reference.definitions.get(key)
        if definition is None:
            continue
        if definition.span.path in own.broken_files:
            return True
        if key in second.reference.definitions:
            continue
        if context.pages is not None and definition.span.path in context.pages.reported:
            return True
        if not own.supports("package", definition.span) and definition.name in second.names:
            return True
    return False


def pair_fields(
    context: Context, before: Definition | None, after: Definition | None
) -> Iterator[Subject]:
    """Pair the fields of two definitions and of their inline objects, and record the renamed ones
    in the context.
    """
    if before is None or after is None or has_other_form(before, after):
        return
    old, new = ({field.name: field for field in each.fields} for each in (before, after))
    if after.resource is not None and before.name == _METADATA:
        # Servers define the fields of metadata. A schema of a custom resource can only limit their
        # values.
        bare = [
            {name: Field(name=name, type=each.type, span=each.span) for name, each in own.items()}
            for own in (old, new)
        ]
        old, new = {**bare[1], **old}, {**bare[0], **new}
    elif (before.resource is None) is not (
        after.resource is None
    ) and _METADATA in old.keys() & new.keys():
        custom, other = (new, old) if before.resource is None else (old, new)
        if not custom[_METADATA].fields:  # servers give it the type that other documents state
            custom[_METADATA] = other[_METADATA]
    removed = [field for name, field in old.items() if name not in new]
    added = [field for name, field in new.items() if name not in old]
    keys = (before.key, after.key)
    renamed = renames.match_fields(
        context.old.reference, context.new.reference, keys, removed, added
    )
    spans = expected_spans(old, {field.name: field.span for field in after.fields}, after.span)
    successors = {*renamed.values()}
    pairs: list[tuple[Any, Any]] = [
        *((field, new.get(renamed.get(field.name, ""))) for field in removed),
        *((None, field) for field in added if field.name not in successors),
        *((field, new[name]) for name, field in old.items() if name in new),
    ]
    used = context.use(*keys)
    for one, other in pairs:
        prose_id = field_id(before.key, one.name) if one else field_id(after.key, other.name)
        subject = Subject(
            context=context,
            id=prose_id,
            name=readable_name(*split_prose_id(prose_id)),
            before=one,
            after=other,
            used=used,
            owners=(before, after),
            expected=spans[one.name] if other is None else None,
        )
        if one and other and one.name != other.name:
            context.renamed_fields[prose_id] = field_id(after.key, other.name)
        yield subject
        if (
            not one
            or not other
            or not (one.fields or other.fields or one.name.count(".") < _DEEPEST)
        ):
            continue
        if any(inner := list(_inner_fields(subject))):
            sides = ((before, one, inner[0]), (after, other, inner[1]))
            yield from pair_fields(context, *(_inline_definition(*side) for side in sides))


def has_other_form(before: Definition, after: Definition) -> bool:
    """Return whether only one of two definitions is an object with fields, and the other states
    something else.
    """
    if (before.type and after.type) or bool(before.fields) == bool(after.fields):
        return False
    stated = before.type or after.type
    return stated is not None and not (isinstance(stated, Scalar) and stated.type in {"object", ""})


def _inner_fields(subject: Subject) -> Iterator[tuple[Field, ...]]:
    """Yield the fields of two inline objects, or those of two definitions if one took the place of
    a similar one.
    """
    difference = subject.find_type_difference()
    if difference is None:
        yield from (subject.before.fields, subject.after.fields)
    elif difference.way == EQUIVALENT:
        for side, each in (
            (subject.context.old, subject.before),
            (subject.context.new, subject.after),
        ):
            yield from (side.reference.definitions[key].fields for key in refs(each.type))


def _inline_definition(owner: Definition, field: Field, inner: Iterable[Field]) -> Definition:
    fields = tuple(replace(each, name=f"{field.name}.{each.name}") for each in inner)
    is_open = any(word.name in OPEN_KEYWORDS and word.value == "true" for word in field.keywords)
    return replace(owner, name=field.name, fields=fields, open=is_open, span=field.span)


def pair_operations(context: Context) -> Iterator[Subject]:
    """Pair operations by method and path if both sources have operations."""
    old, new = context.old, context.new
    if not old.reference.operations or not new.reference.operations:
        return
    served = {_anonymous_id(each): each.id for each in new.reference.operations.values()}
    for each in old.reference.operations.values():
        successor = served.get(_anonymous_id(each), "")
        if each.id not in new.reference.operations and successor not in (
            "",
            *old.reference.operations,
        ):
            context.renamed_fields[each.id] = successor
    before_by_id = {
        context.renamed_fields.get(key, key): each for key, each in old.reference.operations.items()
    }
    for before, after in pair_up(before_by_id, new.reference.operations):
        both = ((before, old), (after, new))
        if any(each is not None and each.span.path in side.broken_files for each, side in both):
            continue
        expected = None
        if before is None or after is None:
            (single, own), (_, second) = both if after is None else both[::-1]
            if own.coverage > second.coverage or (
                context.pages and single.span.path in context.pages.reported
            ):
                continue
            expected = context.pages.head(single.span) if context.pages and before else None
        key = (before or after).id
        yield Subject(
            context=context, id=key, name=key, before=before, after=after, expected=expected
        )


def _anonymous_id(operation: Operation) -> str:
    """Return the id of an operation without the names of its path parameters, which no client
    sends.
    """
    return _PLACEHOLDER.sub("{}", operation.id)


def pair_parameters(
    context: Context, before: Operation | None, after: Operation | None
) -> Iterator[Subject]:
    """Pair the parameters of an operation by name and location, or by name if the location changed.

    Parameters in the path are paired by their positions.
    """
    if before is None or after is None:
        return
    names = dict(zip(*(_PLACEHOLDER.findall(each.path) for each in (before, after)), strict=True))
    old = {
        (names.get(each.name, each.name) if each.place == "path" else each.name, each.place): each
        for each in before.parameters
    }
    new = {(each.name, each.place): each for each in after.parameters}
    spans = expected_spans(old, {place: each.span for place, each in new.items()}, after.span)
    added = {place: each for place, each in new.items() if place not in old}
    pairs: list[tuple[Any, Any]] = []
    for place, parameter in old.items():
        if place not in new:
            moved = next((place for place in added if place[0] == parameter.name), None)
            pairs.append((parameter, added.pop(moved) if moved else None))
    pairs += [(None, parameter) for parameter in added.values()]
    pairs += [(parameter, new[place]) for place, parameter in old.items() if place in new]
    for one, other in pairs:
        prose_id = before.parameter_id(one) if one else after.parameter_id(other)
        if one and other:
            context.renamed_fields[prose_id] = after.parameter_id(other)
        yield Subject(
            context=context,
            id=prose_id,
            name=f"parameter {split_prose_id(prose_id)[1]} of {before.id}",
            before=one,
            after=other,
            used=_SENT,
            owners=(before, after),
            expected=next(spans[key] for key, each in old.items() if each is one)
            if other is None
            else None,
        )


def pair_responses(
    context: Context, before: Operation | None, after: Operation | None
) -> Iterator[Subject]:
    """Pair the responses of an operation by status."""
    if before is None or after is None:
        return
    old, new = (
        {each.status: each for each in operation.responses} for operation in (before, after)
    )
    for one, other in pair_up(old, new):
        status = (one or other).status
        yield Subject(
            context=context,
            id=f"{before.id}#{status}",
            name=f"response {status} of {before.id}",
            before=one,
            after=other,
            used=_RETURNED,
            owners=(before, after),
            expected=after.span if other is None else None,
        )
