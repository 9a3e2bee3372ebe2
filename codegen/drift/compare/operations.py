"""Operations, their parameters and their responses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from codegen.drift.compare.changes import Change, OperationChange, ParameterChange, ResponseChange
from codegen.drift.compare.side import Side
from codegen.findings.levels import Direction
from codegen.model import Operation, Parameter, Reference, Response, common_parameter_id, parameter_id
from codegen.model.type_words import words

if TYPE_CHECKING:
    from codegen.drift.compare.context import Context

_SENT = (Direction.REQUEST,)
_ANSWERED = (Direction.RESPONSE,)


def operation_changes(context: Context) -> Iterator[Change]:
    """All changes of operations, in the order of the first source."""
    old, new = context.old.reference.operations, context.new.reference.operations
    if not old or not new:
        return  # a JSON Schema, or pages of types alone: that side says nothing about operations
    if context.old.coverage <= context.new.coverage:
        for key, each in old.items():
            if key not in new and not _skipped(context, each):
                span = context.pages.head(each.span) if context.pages else None
                yield from context.make(
                    OperationChange,
                    "operation-removed",
                    span or each.span,
                    id=key,
                    old=key,
                    before=each,
                    in_new=span is not None,
                )
    if context.new.coverage <= context.old.coverage:
        for key, each in new.items():
            if key not in old and not _skipped(context, each):
                yield from context.make(OperationChange, "operation-added", each.span, id=key, new=key, after=each)
    for key, each in old.items():
        if key in new and each.span.path not in context.old.broken and new[key].span.path not in context.new.broken:
            yield from _operation(context, each, new[key])


def _skipped(context: Context, each: Operation) -> bool:
    """Whether an operation that only one side has stands in a file with errors, or on a page that is reported as a whole."""
    for side in (context.old, context.new):
        if side.reference.operations.get(each.id) is each:
            return each.span.path in side.broken or (context.pages is not None and context.pages.whole(each.span))
    return False


def _operation(context: Context, before: Operation, after: Operation) -> Iterator[Change]:
    facts: dict[str, Any] = {"id": before.id, "before": before, "after": after}
    if before.verb and after.verb and before.verb != after.verb:
        yield from context.make(
            OperationChange, "operation-verb-changed", after.span, old=before.verb, new=after.verb, **facts
        )
    ids = before.operation_id, after.operation_id
    if all(ids) and ids[0] != ids[1]:
        yield from context.make(OperationChange, "operation-id-changed", after.span, old=ids[0], new=ids[1], **facts)
    yield from _parameters(context, before, after)
    yield from _responses(context, before, after)


def _parameters(context: Context, before: Operation, after: Operation) -> Iterator[Change]:
    mine = {(each.name, each.place): each for each in before.parameters}
    theirs = {(each.name, each.place): each for each in after.parameters}
    gone = {each.name: each for place, each in mine.items() if place not in theirs}
    come = {each.name: each for place, each in theirs.items() if place not in mine}
    for name, each in gone.items():
        facts: dict[str, Any] = {"id": parameter_id(before.id, name), "before": each}
        if name in come:
            other = come[name]
            yield from context.make(
                ParameterChange,
                "parameter-location-changed",
                other.span,
                _SENT,
                old=each.place,
                new=other.place,
                after=other,
                **facts,
            )
            yield from _parameter(context, before.id, each, other)
        elif not _left_out(context, before, each, after, old=True):
            yield from context.make(
                ParameterChange, "parameter-removed", _where(each, before, after), _SENT, old=words(each.type), **facts
            )
    for name, each in come.items():
        if name not in gone and not _left_out(context, after, each, before, old=False):
            rule = "required-parameter-added" if each.required else "parameter-added"
            yield from context.make(
                ParameterChange,
                rule,
                each.span,
                _SENT,
                id=parameter_id(after.id, name),
                new=words(each.type),
                after=each,
            )
    for place, each in mine.items():
        if place in theirs:
            yield from _parameter(context, before.id, each, theirs[place])


def _left_out(context: Context, owner: Operation, each: Parameter, other: Operation, *, old: bool) -> bool:
    """Pages do not print the parameters whose text calls them deprecated."""
    mine, theirs = (context.old, context.new) if old else (context.new, context.old)
    return not theirs.can_say("deprecated-parameters", other.span) and "deprecated" in _text(
        mine.reference, owner, each
    )


def _text(reference: Reference, owner: Operation, each: Parameter) -> str:
    ids = (parameter_id(owner.id, each.name), common_parameter_id(each.name))
    return " ".join(reference.text(locale, prose_id) for locale in reference.prose for prose_id in ids).casefold()


def _where(gone: Parameter, before: Operation, after: Operation) -> Any:
    """Where a parameter that is missing would stand."""
    place = after.span
    spans = {each.name: each.span for each in after.parameters}
    for each in before.parameters:
        if each is gone:
            break
        place = spans.get(each.name, place)
    return place


def _parameter(context: Context, owner: str, before: Parameter, after: Parameter) -> Iterator[Change]:
    facts: dict[str, Any] = {"id": parameter_id(owner, before.name), "before": before, "after": after}
    for each in context.types(before.type, after.type, before.span, after.span):
        yield from context.make(
            ParameterChange, "parameter-type-changed", after.span, _SENT, old=each.old, new=each.new, **facts
        )
    if before.required != after.required:
        rule = "parameter-became-required" if after.required else "parameter-became-optional"
        old, new = ("required" if each.required else "optional" for each in (before, after))
        yield from context.make(ParameterChange, rule, after.span, _SENT, old=old, new=new, **facts)


def _responses(context: Context, before: Operation, after: Operation) -> Iterator[Change]:
    mine, theirs = ({each.status: each for each in side.responses} for side in (before, after))
    for status, each in mine.items():
        if status in theirs:
            yield from _response(context, before.id, each, theirs[status])
        elif not _unsaid(context.new, after, status):
            yield from context.make(
                ResponseChange,
                "response-removed",
                after.span,
                _ANSWERED,
                id=f"{before.id}#{status}",
                old=_body(each),
                before=each,
            )
    for status, each in theirs.items():
        if status not in mine and not _unsaid(context.old, before, status):
            yield from context.make(
                ResponseChange,
                "response-added",
                each.span,
                _ANSWERED,
                id=f"{after.id}#{status}",
                new=_body(each),
                after=each,
            )


def _response(context: Context, owner: str, before: Response, after: Response) -> Iterator[Change]:
    if before.type is None or after.type is None:
        pairs = [] if before.type is after.type else [(_body(before), _body(after))]
    else:
        found = context.types(before.type, after.type, before.span, after.span)
        pairs = [(each.old or "", each.new or "") for each in found]
    for old, new in pairs:
        yield from context.make(
            ResponseChange,
            "response-type-changed",
            after.span,
            _ANSWERED,
            id=f"{owner}#{before.status}",
            old=old,
            new=new,
            before=before,
            after=after,
        )


def _unsaid(side: Side, operation: Operation, status: str) -> bool:
    """Pages of some layouts show what is answered when all goes well, and no failure."""
    return status >= "400" and not side.can_say("error-responses", operation.span)


def _body(each: Response) -> str:
    return words(each.type) if each.type is not None else "no body"
