"""Checks of operations, of their parameters and of their responses."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from codegen.core.diagnostics import Direction
from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Context
from codegen.drift.compare.headers import compare_headers
from codegen.drift.compare.keywords import compare_keywords
from codegen.drift.compare.media_types import normalize_media_type
from codegen.drift.compare.pairs import ElementPair, Lone, Match, PairedElements
from codegen.drift.compare.source_forms import has_same_version
from codegen.drift.compare.texts import normalize_text
from codegen.drift.compare.types import compare_types
from codegen.model import Operation, Parameter, Response, common_parameter_id
from codegen.model.types import format_type

# The phrases of statuses, which describe responses without a text.
_PHRASES = {str(status.value): status.phrase for status in HTTPStatus}


def check_operations(context: Context, match: Match) -> Iterator[Change]:
    """Find the changes of all operations, their parameters and their responses."""
    for lone in match.operations.lone:
        if lone.is_new:
            yield context.change_lone(lone, "operation-added", new=lone.id)
        else:
            yield context.change_lone(lone, "operation-removed", lone.id)
    for pair in match.operations.pairs:
        yield from _check_operation(context, pair)
    for parameters in match.parameters:
        yield from _check_parameters(context, parameters)
    for responses in match.responses:
        yield from _check_responses(context, responses)
    for sent in match.sent_bodies:
        yield from compare_types(context, sent, "parameter")
        yield from compare_keywords(context, sent)
    for returned in match.returned_bodies:
        yield from compare_types(context, returned, "response")
        yield from compare_keywords(context, returned)


def _check_operation(context: Context, pair: ElementPair[Operation]) -> Iterator[Change]:
    """Find the changes of one operation, without its parameters and responses."""
    before, after = pair.old, pair.new
    yield from _compare_names(
        context, pair, "operation-verb-changed", before.verb or None, after.verb or None
    )
    yield from _compare_names(
        context,
        pair,
        "operation-id-changed",
        before.operation_id or None,
        after.operation_id or None,
    )
    if before.gvk != after.gvk and context.supports(pair, "operation-kinds"):
        old = str(before.gvk) if before.gvk else None
        new = str(after.gvk) if after.gvk else None
        yield context.change(pair, "operation-kind-changed", old, new)
    if before.deprecated != after.deprecated and context.supports(pair, "deprecated"):
        if after.deprecated:
            rule = "deprecation-added"
        else:
            rule = "deprecation-removed"
        yield context.change(pair, rule)
    yield from _compare_media_types(context, pair)
    yield from compare_keywords(context, pair)


def _compare_names(
    context: Context, pair: ElementPair[Operation], rule: str, old: str | None, new: str | None
) -> Iterator[Change]:
    """Compare a name that some forms of source do not have."""
    is_stated = old is not None and new is not None
    if old != new and (is_stated or has_same_version(context)):
        yield context.change(pair, rule, old, new)


def _compare_media_types(context: Context, pair: ElementPair[Operation]) -> Iterator[Change]:
    """Compare the media types of bodies and responses; OpenAPI v3 has none for an absent body."""
    if not (context.old.media_types and context.new.media_types):
        return
    if not context.supports(pair, "media-types"):
        return
    old, new = pair.old.consumes, pair.new.consumes
    if (old and new) or _has_body(pair.old) or _has_body(pair.new):
        yield from _compare_lists(context, pair, Direction.REQUEST, old, new)
    yield from _compare_lists(
        context, pair, Direction.RESPONSE, pair.old.produces, pair.new.produces
    )


def _has_body(operation: Operation) -> bool:
    return any(parameter.place == "body" for parameter in operation.parameters)


def _compare_lists(
    context: Context,
    pair: ElementPair[Operation],
    direction: Direction,
    old: tuple[str, ...],
    new: tuple[str, ...],
) -> Iterator[Change]:
    old_names, new_names = {*map(normalize_media_type, old)}, {*map(normalize_media_type, new)}
    removed = ", ".join(name for name in old if normalize_media_type(name) not in new_names)
    if removed:
        yield context.change(pair, "media-type-removed", removed, directions=(direction,))
    added = ", ".join(name for name in new if normalize_media_type(name) not in old_names)
    if added:
        yield context.change(pair, "media-type-added", new=added, directions=(direction,))


def _check_parameters(
    context: Context, group: PairedElements[Operation, Parameter]
) -> Iterator[Change]:
    """Find the changes of the parameters of one operation."""
    for lone in group.elements.lone:
        if _is_omitted(context, group.owners, lone):
            continue
        type_text = format_type(lone.element.type)
        if not lone.is_new:
            yield context.change_lone(lone, "parameter-removed", type_text)
        elif lone.element.required:
            yield context.change_lone(lone, "required-parameter-added", new=type_text)
        else:
            yield context.change_lone(lone, "parameter-added", new=type_text)
    for pair in group.elements.pairs:
        yield from _check_parameter(context, pair)


def _check_parameter(context: Context, pair: ElementPair[Parameter]) -> Iterator[Change]:
    """Find the changes of one parameter."""
    before, after = pair.old, pair.new
    is_respelled = before.place == "header" and before.name.casefold() == after.name.casefold()
    if before.name != after.name and not is_respelled:
        yield context.change(pair, "parameter-renamed", before.name, after.name)
    if before.place != after.place:
        yield context.change(pair, "parameter-location-changed", before.place, after.place)
    yield from compare_types(context, pair, "parameter")
    if after.required and not before.required:
        yield context.change(pair, "parameter-became-required", "optional", "required")
    if before.required and not after.required:
        yield context.change(pair, "parameter-became-optional", "required", "optional")
    yield from compare_keywords(context, pair)


def _is_omitted(context: Context, owners: ElementPair[Operation], lone: Lone[Parameter]) -> bool:
    """Return whether the counterpart is a page, and this is one of the deprecated parameters that
    it omits.
    """
    if lone.is_new:
        side, operation = context.new, owners.new
        opposite, counterpart = context.old, owners.old
    else:
        side, operation = context.old, owners.old
        opposite, counterpart = context.new, owners.new
    if opposite.supports("deprecated-parameters", counterpart.span):
        return False
    ids = (operation.parameter_id(lone.element), common_parameter_id(lone.element.name))
    for locale in side.reference.prose:
        for prose_id in ids:
            if "deprecated" in side.reference.text(locale, prose_id).casefold():
                return True
    return False


def _check_responses(
    context: Context, group: PairedElements[Operation, Response]
) -> Iterator[Change]:
    """Find the changes of the responses of one operation."""
    for lone in group.elements.lone:
        opposite = context.old if lone.is_new else context.new
        if lone.is_new:
            counterpart = group.owners.old
        else:
            counterpart = group.owners.new
        is_error = lone.element.status >= "400"
        if is_error and not opposite.supports("error-responses", counterpart.span):
            continue  # a page only shows responses of success
        if lone.is_new:
            yield context.change_lone(lone, "response-added", new=_find_body(lone.element))
        else:
            yield context.change_lone(lone, "response-removed", _find_body(lone.element))
    for pair in group.elements.pairs:
        yield from _check_response(context, pair)


def _check_response(context: Context, pair: ElementPair[Response]) -> Iterator[Change]:
    """Find the changes of one response."""
    before, after = pair.old, pair.new
    old_text, new_text = _find_text(before), _find_text(after)
    if context.pages is None and normalize_text(old_text) != normalize_text(new_text):
        yield context.change(pair, "response-text-changed", old_text, new_text)
    yield from compare_headers(context, pair)
    yield from compare_keywords(context, pair)
    if before.type is not None and after.type is not None:
        yield from compare_types(context, pair, "response")
    elif before.type is not after.type:
        yield context.change(pair, "response-type-changed", _find_body(before), _find_body(after))


def _find_text(response: Response) -> str:
    return response.description or _PHRASES.get(response.status, response.status)


def _find_body(response: Response) -> str:
    if response.type is not None:
        return format_type(response.type)
    return "no body"
