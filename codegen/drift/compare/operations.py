"""Comparison of operations with their parameters and responses."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from codegen.core.diagnostics import Direction
from codegen.drift.compare.changes import Change, OperationChange, ParameterChange, ResponseChange
from codegen.drift.compare.context import Context, Subject
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.keywords import compare_keywords
from codegen.drift.compare.missing import expected_spans
from codegen.drift.compare.texts import normalize_text
from codegen.drift.compare.types import WIDENED
from codegen.model import Operation, Parameter, Reference, Response, common_parameter_id
from codegen.model.types import format_type

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
                subject = Subject(context=context, kind=OperationChange, id=key, before=operation)
                yield subject.change("operation-removed", key, span=span, in_new=span is not None)
    if context.new.coverage <= context.old.coverage:
        for key, operation in new.items():
            if key not in old and not _is_skipped(context, operation):
                subject = Subject(context=context, kind=OperationChange, id=key, after=operation)
                yield subject.change("operation-added", new=key)
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
    subject = Subject(context=context, kind=OperationChange, id=before.id, before=before, after=after)
    if before.verb and after.verb and before.verb != after.verb:
        yield subject.change("operation-verb-changed", before.verb, after.verb)
    ids = before.operation_id, after.operation_id
    if all(ids) and ids[0] != ids[1]:
        yield subject.change("operation-id-changed", ids[0], ids[1])
    if before.gvk != after.gvk and subject.is_supported("operation-kinds"):
        old, new = (str(gvk) if gvk else None for gvk in (before.gvk, after.gvk))
        yield subject.change("operation-kind-changed", old, new)
    if before.deprecated != after.deprecated and subject.is_supported("deprecated"):
        yield subject.change("deprecation-added" if after.deprecated else "deprecation-removed")
    yield from _compare_media_types(subject)
    yield from compare_keywords(subject)
    yield from _compare_parameters(context, before, after)
    yield from _compare_responses(context, before, after)


def _compare_media_types(subject: Subject) -> Iterator[Change]:
    """Compare the media types of bodies and responses; OpenAPI v3 has none for an absent body."""
    before, after = subject.before, subject.after
    if before.consumes == after.consumes and before.produces == after.produces:
        return
    if not (subject.context.old.media_types and subject.context.new.media_types):
        return
    if not subject.is_supported("media-types"):
        return
    for old, new, used in (
        (before.consumes, after.consumes, _SENT),
        (before.produces, after.produces, _RETURNED),
    ):
        if old == new or (used is _SENT and not (old and new) and not _has_body(before, after)):
            continue
        both = {*old} & {*new}
        if removed := [media_type for media_type in old if media_type not in both]:
            yield subject.change("media-type-removed", ", ".join(removed), used=used)
        if added := [media_type for media_type in new if media_type not in both]:
            yield subject.change("media-type-added", new=", ".join(added), used=used)


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
        prose_id = before.parameter_id(parameter)
        if others := moves.get(parameter.name):
            moved = others.pop()
            del added[moved.name, moved.place]
            subject = _parameter_subject(context, prose_id, parameter, moved)
            yield subject.change("parameter-location-changed", parameter.place, moved.place)
            yield from _compare_parameter(subject)
        elif not _is_omitted(context, before, parameter, after, old=True):
            subject = _parameter_subject(context, prose_id, parameter, None)
            yield subject.change("parameter-removed", format_type(parameter.type), span=spans[own])
    for parameter in added.values():
        if not _is_omitted(context, after, parameter, before, old=False):
            rule = "required-parameter-added" if parameter.required else "parameter-added"
            subject = _parameter_subject(context, after.parameter_id(parameter), None, parameter)
            yield subject.change(rule, new=format_type(parameter.type))
    for place, parameter in old_parameters.items():
        if place in new_parameters:
            prose_id = before.parameter_id(parameter)
            yield from _compare_parameter(_parameter_subject(context, prose_id, parameter, new_parameters[place]))


def _parameter_subject(context: Context, prose_id: str, before: Parameter | None, after: Parameter | None) -> Subject:
    return Subject(context=context, kind=ParameterChange, id=prose_id, before=before, after=after, used=_SENT)


def _is_omitted(context: Context, owner: Operation, parameter: Parameter, counterpart: Operation, *, old: bool) -> bool:
    """Return whether the counterpart is a page, and this one of the deprecated parameters that it omits."""
    own, second = (context.old, context.new) if old else (context.new, context.old)
    return not second.supports("deprecated-parameters", counterpart.span) and "deprecated" in _text(
        own.reference, owner, parameter
    )


def _text(reference: Reference, owner: Operation, parameter: Parameter) -> str:
    ids = (owner.parameter_id(parameter), common_parameter_id(parameter.name))
    return " ".join(reference.text(locale, prose_id) for locale in reference.prose for prose_id in ids).casefold()


def _compare_parameter(subject: Subject) -> Iterator[Change]:
    before, after = subject.before, subject.after
    if before.type == after.type and before.required is after.required and before.keywords == after.keywords:
        return
    for difference in subject.compare_types():
        rule = f"parameter-{difference.what}" if difference.is_enum else "parameter-type-changed"
        if difference.way == WIDENED and subject.context.has_one_form:
            rule = "parameter-type-widened"
        yield subject.change(rule, difference.old, difference.new)
    if before.required != after.required:
        rule = "parameter-became-required" if after.required else "parameter-became-optional"
        old, new = ("required" if parameter.required else "optional" for parameter in (before, after))
        yield subject.change(rule, old, new)
    yield from compare_keywords(subject)


def _compare_responses(context: Context, before: Operation, after: Operation) -> Iterator[Change]:
    old_responses, new_responses = (
        {response.status: response for response in operation.responses} for operation in (before, after)
    )
    for status, response in old_responses.items():
        subject = _response_subject(context, before, response, new_responses.get(status))
        if status in new_responses:
            yield from _compare_response(subject)
        elif not _is_unsupported(context.new, after, status):
            yield subject.change("response-removed", _body(response), span=after.span)
    for status, response in new_responses.items():
        if status not in old_responses and not _is_unsupported(context.old, before, status):
            subject = _response_subject(context, after, None, response)
            yield subject.change("response-added", new=_body(response))


def _response_subject(
    context: Context, operation: Operation, before: Response | None, after: Response | None
) -> Subject:
    status = before.status if before is not None else after.status if after is not None else ""
    prose_id = f"{operation.id}#{status}"
    return Subject(context=context, kind=ResponseChange, id=prose_id, before=before, after=after, used=_RETURNED)


def _compare_response(subject: Subject) -> Iterator[Change]:
    before, after = subject.before, subject.after
    if (before.type, before.description, before.keywords) == (after.type, after.description, after.keywords):
        return
    old_text, new_text = map(_response_text, (before, after))
    if not subject.context.between_languages and normalize_text(old_text) != normalize_text(new_text):
        yield subject.change("response-text-changed", old_text, new_text)
    yield from compare_keywords(subject)
    if before.type is not None and after.type is not None:
        for difference in subject.compare_types():
            yield subject.change("response-type-changed", difference.old or "", difference.new or "")
    elif before.type is not after.type:
        yield subject.change("response-type-changed", _body(before), _body(after))


def _response_text(response: Response) -> str:
    """Return the text of a response, or the phrase of its status, which means the same."""
    phrases = (status.phrase for status in HTTPStatus if str(status.value) == response.status)
    return response.description or next(phrases, response.status)


def _is_unsupported(side: ComparisonInput, operation: Operation, status: str) -> bool:
    """Return whether a page only shows responses of success, and not this one."""
    return status >= "400" and not side.supports("error-responses", operation.span)


def _body(response: Response) -> str:
    return format_type(response.type) if response.type is not None else "no body"
