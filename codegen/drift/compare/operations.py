"""Checks of operations, of their parameters and of their responses."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from codegen.core.diagnostics import Direction
from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Subject
from codegen.drift.compare.keywords import compare_keywords, has_same_version
from codegen.drift.compare.texts import normalize_text
from codegen.model import Response, common_parameter_id
from codegen.model.types import format_type


def check_operation(subject: Subject) -> Iterator[Change]:
    """Find the changes of one operation, without its parameters and responses."""
    before, after = subject.before, subject.after
    if before is None or after is None:
        rule, old, new = (
            ("operation-removed", subject.id, None)
            if before
            else ("operation-added", None, subject.id)
        )
        yield subject.change(rule, old, new)
        return
    values = {
        "operation-verb-changed": (before.verb or None, after.verb or None),
        "operation-id-changed": (before.operation_id or None, after.operation_id or None),
    }
    for rule, (old, new) in values.items():
        # Some forms of source have none.
        if old != new and (None not in (old, new) or has_same_version(subject.context)):
            yield subject.change(rule, old, new)
    if before.gvk != after.gvk and subject.is_supported("operation-kinds"):
        old, new = (str(gvk) if gvk else None for gvk in (before.gvk, after.gvk))
        yield subject.change("operation-kind-changed", old, new)
    if before.deprecated != after.deprecated and subject.is_supported("deprecated"):
        yield subject.change("deprecation-added" if after.deprecated else "deprecation-removed")
    yield from _compare_media_types(subject)
    yield from compare_keywords(subject)


def _compare_media_types(subject: Subject) -> Iterator[Change]:
    """Compare the media types of bodies and responses; OpenAPI v3 has none for an absent body."""
    before, after, context = subject.before, subject.after, subject.context
    if not (
        context.old.media_types and context.new.media_types and subject.is_supported("media-types")
    ):
        return
    has_body = any(
        parameter.place == "body" for each in (before, after) for parameter in each.parameters
    )
    for direction, old, new in (
        (Direction.REQUEST, before.consumes, after.consumes),
        (Direction.RESPONSE, before.produces, after.produces),
    ):
        if direction is Direction.REQUEST and not (old and new) and not has_body:
            continue
        if removed := ", ".join(media_type for media_type in old if media_type not in new):
            yield subject.change("media-type-removed", removed, used=(direction,))
        if added := ", ".join(media_type for media_type in new if media_type not in old):
            yield subject.change("media-type-added", new=added, used=(direction,))


def check_parameter(subject: Subject) -> Iterator[Change]:
    """Find the changes of one parameter."""
    before, after = subject.before, subject.after
    if before is None or after is None:
        if _is_omitted(subject):
            return
        if before is not None:
            yield subject.change("parameter-removed", format_type(before.type))
        else:
            rule = "required-parameter-added" if after.required else "parameter-added"
            yield subject.change(rule, new=format_type(after.type))
        return
    if before.name != after.name:
        yield subject.change("parameter-renamed", before.name, after.name)
    if before.place != after.place:
        yield subject.change("parameter-location-changed", before.place, after.place)
    yield from subject.compare_types("parameter")
    if before.required != after.required:
        rule = "parameter-became-required" if after.required else "parameter-became-optional"
        old, new = (
            "required" if parameter.required else "optional" for parameter in (before, after)
        )
        yield subject.change(rule, old, new)
    yield from compare_keywords(subject)


def _is_omitted(subject: Subject) -> bool:
    """Return whether the counterpart is a page, and this is one of the deprecated parameters that
    it omits.
    """
    context, (old, new) = subject.context, subject.owners
    own, owner, second, counterpart = context.old, old, context.new, new
    if subject.before is None:
        own, owner, second, counterpart = context.new, new, context.old, old
    if second.supports("deprecated-parameters", counterpart.span):
        return False
    parameter = subject.before or subject.after
    ids = (owner.parameter_id(parameter), common_parameter_id(parameter.name))
    texts = (
        own.reference.text(locale, prose_id) for locale in own.reference.prose for prose_id in ids
    )
    return any("deprecated" in text.casefold() for text in texts)


def check_response(subject: Subject) -> Iterator[Change]:
    """Find the changes of one response."""
    before, after = subject.before, subject.after
    if before is None or after is None:
        side = subject.context.old if before is None else subject.context.new
        counterpart = subject.owners[0] if before is None else subject.owners[1]
        status = (before or after).status
        if status >= "400" and not side.supports("error-responses", counterpart.span):
            return  # a page only shows responses of success
        rule, old, new = (
            ("response-removed", _find_body(before), None)
            if before
            else ("response-added", None, _find_body(after))
        )
        yield subject.change(rule, old, new)
        return
    phrases = {
        str(status.value): status.phrase for status in HTTPStatus
    }  # without a text, the phrase of the status
    texts = [each.description or phrases.get(each.status, each.status) for each in (before, after)]
    if not subject.context.pages and normalize_text(texts[0]) != normalize_text(texts[1]):
        yield subject.change("response-text-changed", *texts)
    yield from compare_keywords(subject)
    if before.type is not None and after.type is not None:
        yield from subject.compare_types("response")
    elif before.type is not after.type:
        yield subject.change("response-type-changed", _find_body(before), _find_body(after))


def _find_body(response: Response) -> str:
    return format_type(response.type) if response.type is not None else "no body"
