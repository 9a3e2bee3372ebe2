"""Comparison of operations with their parameters and responses."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from codegen.drift.compare.changes import Change, OperationChange, ParameterChange, ResponseChange
from codegen.drift.compare.context import Context
from codegen.drift.compare.directions import BOTH_WAYS
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.keywords import compare_keywords
from codegen.drift.compare.missing import expected_spans
from codegen.drift.compare.texts import normalize_text
from codegen.drift.compare.types import WIDENED
from codegen.findings.levels import Direction
from codegen.model import Operation, Parameter, Reference, Response, common_parameter_id
from codegen.model.types import words

_SENT = (Direction.REQUEST,)
_RETURNED = (Direction.RESPONSE,)


def compare_operations(context: Context) -> Iterator[Change]:
    """Find all changes of operations, in the order of the first source."""
    old, new = context.old.reference.operations, context.new.reference.operations
    if not old or not new:
        return  # a JSON Schema or pages of types have no operations
    if context.old.coverage <= context.new.coverage:
        for key, operation in old.items():
            if key not in new and not _is_skipped(context, operation):
                span = context.pages.head(operation.span) if context.pages else None
                yield from context.make(
                    OperationChange,
                    "operation-removed",
                    span or operation.span,
                    id=key,
                    old=key,
                    before=operation,
                    in_new=span is not None,
                )
    if context.new.coverage <= context.old.coverage:
        for key, operation in new.items():
            if key not in old and not _is_skipped(context, operation):
                yield from context.make(
                    OperationChange, "operation-added", operation.span, id=key, new=key, after=operation
                )
    for key, operation in old.items():
        if (
            key in new
            and operation.span.path not in context.old.broken
            and new[key].span.path not in context.new.broken
        ):
            yield from _compare_operation(context, operation, new[key])


def _is_skipped(context: Context, operation: Operation) -> bool:
    """Return whether a single operation is in a file with errors or on a page reported as a whole."""
    for side in (context.old, context.new):
        if side.reference.operations.get(operation.id) is operation:
            return operation.span.path in side.broken or (
                context.pages is not None and context.pages.is_reported(operation.span)
            )
    return False


def _compare_operation(context: Context, before: Operation, after: Operation) -> Iterator[Change]:
    facts: dict[str, Any] = {"id": before.id, "before": before, "after": after}
    if before.verb and after.verb and before.verb != after.verb:
        yield from context.make(
            OperationChange, "operation-verb-changed", after.span, old=before.verb, new=after.verb, **facts
        )
    ids = before.operation_id, after.operation_id
    if all(ids) and ids[0] != ids[1]:
        yield from context.make(OperationChange, "operation-id-changed", after.span, old=ids[0], new=ids[1], **facts)
    if before.gvk != after.gvk and context.both_support("operation-kinds", before.span, after.span):
        old, new = (str(gvk) if gvk else None for gvk in (before.gvk, after.gvk))
        yield from context.make(OperationChange, "operation-kind-changed", after.span, old=old, new=new, **facts)
    if before.deprecated != after.deprecated and context.both_support("deprecated", before.span, after.span):
        rule = "deprecation-added" if after.deprecated else "deprecation-removed"
        yield from context.make(OperationChange, rule, after.span, **facts)
    yield from _compare_media_types(context, before, after, facts)
    yield from compare_keywords(context, OperationChange, BOTH_WAYS, facts)
    yield from _compare_parameters(context, before, after)
    yield from _compare_responses(context, before, after)


def _compare_media_types(
    context: Context, before: Operation, after: Operation, facts: dict[str, Any]
) -> Iterator[Change]:
    """Compare the media types of bodies and responses; OpenAPI v3 has none for an absent body."""
    if before.consumes == after.consumes and before.produces == after.produces:
        return
    if not (context.old.media_types and context.new.media_types):
        return
    if not context.both_support("media-types", before.span, after.span):
        return
    for old, new, used in (
        (before.consumes, after.consumes, _SENT),
        (before.produces, after.produces, _RETURNED),
    ):
        if old == new or (used is _SENT and not (old and new) and not _has_body(before, after)):
            continue
        both = {*old} & {*new}
        if removed := [media_type for media_type in old if media_type not in both]:
            yield from context.make(
                OperationChange, "media-type-removed", after.span, used, old=", ".join(removed), **facts
            )
        if added := [media_type for media_type in new if media_type not in both]:
            yield from context.make(
                OperationChange, "media-type-added", after.span, used, new=", ".join(added), **facts
            )


def _has_body(*operations: Operation) -> bool:
    return any(parameter.place == "body" for operation in operations for parameter in operation.parameters)


def _compare_parameters(context: Context, before: Operation, after: Operation) -> Iterator[Change]:
    old_parameters = {(parameter.name, parameter.place): parameter for parameter in before.parameters}
    new_parameters = {(parameter.name, parameter.place): parameter for parameter in after.parameters}
    removed = {place: item for place, item in old_parameters.items() if place not in new_parameters}
    added = {place: item for place, item in new_parameters.items() if place not in old_parameters}
    known = {place: item.span for place, item in new_parameters.items()}
    spans = expected_spans(old_parameters, known, after.span) if removed else {}
    moves: dict[str, list[Parameter]] = {}
    for item in reversed(added.values()):
        moves.setdefault(item.name, []).append(item)
    for own, parameter in removed.items():
        facts: dict[str, Any] = {"id": before.parameter_id(parameter), "before": parameter}
        if others := moves.get(parameter.name):
            moved = others.pop()
            del added[moved.name, moved.place]
            yield from context.make(
                ParameterChange,
                "parameter-location-changed",
                moved.span,
                _SENT,
                old=parameter.place,
                new=moved.place,
                after=moved,
                **facts,
            )
            yield from _compare_parameter(context, facts["id"], parameter, moved)
        elif not _is_omitted(context, before, parameter, after, old=True):
            yield from context.make(
                ParameterChange,
                "parameter-removed",
                spans[own],
                _SENT,
                old=words(parameter.type),
                **facts,
            )
    for parameter in added.values():
        if not _is_omitted(context, after, parameter, before, old=False):
            rule = "required-parameter-added" if parameter.required else "parameter-added"
            yield from context.make(
                ParameterChange,
                rule,
                parameter.span,
                _SENT,
                id=after.parameter_id(parameter),
                new=words(parameter.type),
                after=parameter,
            )
    for place, parameter in old_parameters.items():
        if place in new_parameters:
            yield from _compare_parameter(context, before.parameter_id(parameter), parameter, new_parameters[place])


def _is_omitted(context: Context, owner: Operation, parameter: Parameter, counterpart: Operation, *, old: bool) -> bool:
    """Return whether the counterpart is a page, and this one of the deprecated parameters that it omits."""
    own, second = (context.old, context.new) if old else (context.new, context.old)
    return not second.supports("deprecated-parameters", counterpart.span) and "deprecated" in _text(
        own.reference, owner, parameter
    )


def _text(reference: Reference, owner: Operation, parameter: Parameter) -> str:
    ids = (owner.parameter_id(parameter), common_parameter_id(parameter.name))
    return " ".join(reference.text(locale, prose_id) for locale in reference.prose for prose_id in ids).casefold()


def _compare_parameter(context: Context, prose_id: str, before: Parameter, after: Parameter) -> Iterator[Change]:
    if before.type == after.type and before.required is after.required and before.keywords == after.keywords:
        return
    facts: dict[str, Any] = {"id": prose_id, "before": before, "after": after}
    for difference in context.compare_types(before.type, after.type, before.span, after.span, enums=True):
        rule = f"parameter-{difference.what}" if difference.is_enum else "parameter-type-changed"
        if difference.way == WIDENED and context.has_one_form:
            rule = "parameter-type-widened"
        yield from context.make(
            ParameterChange,
            rule,
            after.span,
            _SENT,
            old=difference.old,
            new=difference.new,
            **facts,
        )
    if before.required != after.required:
        rule = "parameter-became-required" if after.required else "parameter-became-optional"
        old, new = ("required" if parameter.required else "optional" for parameter in (before, after))
        yield from context.make(ParameterChange, rule, after.span, _SENT, old=old, new=new, **facts)
    yield from compare_keywords(context, ParameterChange, _SENT, facts)


def _compare_responses(context: Context, before: Operation, after: Operation) -> Iterator[Change]:
    old_responses, new_responses = (
        {response.status: response for response in operation.responses} for operation in (before, after)
    )
    for status, response in old_responses.items():
        if status in new_responses:
            yield from _compare_response(context, before.id, response, new_responses[status])
        elif not _is_unsupported(context.new, after, status):
            yield from context.make(
                ResponseChange,
                "response-removed",
                after.span,
                _RETURNED,
                id=f"{before.id}#{status}",
                old=_body(response),
                before=response,
            )
    for status, response in new_responses.items():
        if status not in old_responses and not _is_unsupported(context.old, before, status):
            yield from context.make(
                ResponseChange,
                "response-added",
                response.span,
                _RETURNED,
                id=f"{after.id}#{status}",
                new=_body(response),
                after=response,
            )


def _compare_response(context: Context, owner: str, before: Response, after: Response) -> Iterator[Change]:
    if (before.type, before.description, before.keywords) == (after.type, after.description, after.keywords):
        return
    facts: dict[str, Any] = {"id": f"{owner}#{before.status}", "before": before, "after": after}
    old_text, new_text = map(_response_text, (before, after))
    if not context.between_languages and normalize_text(old_text) != normalize_text(new_text):
        yield from context.make(
            ResponseChange, "response-text-changed", after.span, _RETURNED, old=old_text, new=new_text, **facts
        )
    yield from compare_keywords(context, ResponseChange, _RETURNED, facts)
    if before.type is None or after.type is None:
        pairs = [] if before.type is after.type else [(_body(before), _body(after))]
    else:
        found = context.compare_types(before.type, after.type, before.span, after.span, enums=True)
        pairs = [(difference.old or "", difference.new or "") for difference in found]
    for old, new in pairs:
        yield from context.make(
            ResponseChange,
            "response-type-changed",
            after.span,
            _RETURNED,
            old=old,
            new=new,
            **facts,
        )


def _response_text(response: Response) -> str:
    """Return the text of a response, or the phrase of its status, which means the same."""
    phrases = (status.phrase for status in HTTPStatus if str(status.value) == response.status)
    return response.description or next(phrases, response.status)


def _is_unsupported(side: ComparisonInput, operation: Operation, status: str) -> bool:
    """Return whether a page only shows responses of success, and not this one."""
    return status >= "400" and not side.supports("error-responses", operation.span)


def _body(response: Response) -> str:
    return words(response.type) if response.type is not None else "no body"
