"""Matching of operations, of their parameters and responses, and of the media types of bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Direction, Span
from codegen.drift.compare.context import Context
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.media_types import normalize_media_type
from codegen.drift.compare.page_match import expected_spans
from codegen.drift.compare.pairs import ElementPair, Elements, Lone
from codegen.model import Keyword, MediaType, Operation, Parameter, Response, split_prose_id

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SENT = frozenset((Direction.REQUEST,))
_RETURNED = frozenset((Direction.RESPONSE,))
_OUTSIDE_OF_BODIES = frozenset(("headers", "links"))
_IGNORED_HEADERS = frozenset(
    (name, "header") for name in ("accept", "content-type", "authorization")
)
_ParameterKey = tuple[str, str]  # the name and the location
_Message = TypeVar("_Message", Parameter, Response)
_Element = TypeVar("_Element", Operation, Response)


def match_operations(context: Context) -> Elements[Operation]:
    """Match operations by method and path if both sources have operations."""
    old, new = context.old.reference.operations, context.new.reference.operations
    if not old or not new:
        return Elements()
    new_by_anonymous_id = {_anonymous_id(operation): operation.id for operation in new.values()}
    successors: dict[str, str] = {}
    for name, operation in old.items():
        successor = new_by_anonymous_id.get(_anonymous_id(operation), "")
        if name in new:
            successors[name] = name
        elif successor and successor not in old:
            successors[name] = successor
    pairs: list[ElementPair[Operation]] = []
    lone: list[Lone[Operation]] = []
    for name, operation in old.items():
        if context.old.has_errors(operation):
            continue
        if name not in successors:
            lone.extend(_make_lone_operation(context, operation, is_new=False))
        elif not context.new.has_errors(new[successors[name]]):
            successor = successors[name]
            pairs.append(ElementPair(id=name, name=name, old=operation, new=new[successor]))
    matched = {*successors.values()}
    for name, operation in new.items():
        if name not in matched and not context.new.has_errors(operation):
            lone.extend(_make_lone_operation(context, operation, is_new=True))
    if context.pages is not None:
        lone = _merge_other_requests(lone)
    return Elements(pairs=tuple(pairs), lone=tuple(lone))


def _merge_other_requests(lone: Sequence[Lone[Operation]]) -> list[Lone[Operation]]:
    """Merge an operation that a page lacks with the one of the same verb that it has instead.

    Only the request line differs then, so the change belongs there.
    """
    added: dict[tuple[str, str], list[Lone[Operation]]] = {}
    removed: dict[tuple[str, str], list[Lone[Operation]]] = {}
    for operation in lone:
        span = operation.expected or operation.element.span
        group = added if operation.is_new else removed
        group.setdefault((span.path, operation.element.verb), []).append(operation)
    merged: list[Lone[Operation]] = []
    for operation in lone:
        span = operation.expected or operation.element.span
        key = (span.path, operation.element.verb)
        if len(removed.get(key, ())) != 1 or len(added.get(key, ())) != 1:
            merged.append(operation)
        elif not operation.is_new:
            merged.append(_replace_lone(operation, added[key][0]))
    return merged


def _replace_lone(removed: Lone[_Element], added: Lone[_Element]) -> Lone[_Element]:
    """Locate a removed element at the one that a page has instead."""
    return replace(removed, expected=added.element.span, instead=added.id.rpartition("#")[2])


def _make_lone_operation(
    context: Context, operation: Operation, *, is_new: bool
) -> Iterator[Lone[Operation]]:
    """Yield the element of an operation, unless the other side covers less of the API."""
    side, opposite = (context.new, context.old) if is_new else (context.old, context.new)
    if side.coverage > opposite.coverage:
        return
    expected = None
    if context.pages is not None:
        if operation.span.path in context.pages.reported:
            return
        if is_new:
            expected = None
        else:
            expected = context.pages.head(operation.span)
    yield Lone(
        id=operation.id, name=operation.id, element=operation, is_new=is_new, expected=expected
    )


def _anonymous_id(operation: Operation) -> str:
    """Return the id of an operation without the names of its path parameters, which no client
    sends.
    """
    return _PLACEHOLDER.sub("{}", operation.id)


def match_parameters(context: Context, owners: ElementPair[Operation]) -> Elements[Parameter]:
    """Match the parameters of an operation by name and location, or by name if the location
    changed.

    Parameters in the path are matched by their positions, and those of two pages also by location,
    type and position.
    """
    old = _drop_ignored(context.old, _index_parameters(owners.old, owners.new))
    new = _drop_ignored(context.new, _index_parameters(owners.new))
    spans = expected_spans(
        old, {key: parameter.span for key, parameter in new.items()}, owners.new.span
    )
    remaining = {key: parameter for key, parameter in new.items() if key not in old}
    pairs: list[ElementPair[Parameter]] = []
    lone: list[Lone[Parameter]] = []
    for key, parameter in old.items():
        counterpart = new.get(key)
        if counterpart is None:
            moved = next((new_key for new_key in remaining if _has_same_name(key, new_key)), None)
            if moved is None and context.pages is not None:
                moved = _find_at_position(owners, parameter, remaining)
            counterpart = remaining.pop(moved) if moved else None
        if counterpart is None:
            lone.append(_make_lone_parameter(owners.old, parameter, owners, spans[key]))
        else:
            prose_id = owners.old.parameter_id(parameter)
            name = _name_parameter(prose_id, owners)
            pair = ElementPair(
                id=prose_id, name=name, old=parameter, new=counterpart, directions=_SENT
            )
            pairs.append(pair)
    for parameter in remaining.values():
        lone.append(_make_lone_parameter(owners.new, parameter, owners, None))
    return Elements(pairs=tuple(pairs), lone=tuple(lone))


def _drop_ignored(
    side: ComparisonInput, parameters: Mapping[_ParameterKey, Parameter]
) -> dict[_ParameterKey, Parameter]:
    """Drop the headers that OpenAPI 3 says to ignore, since bodies and security state them."""
    if not any(keyword.name == "openapi" for keyword in side.reference.document):
        return dict(parameters)
    return {key: value for key, value in parameters.items() if key not in _IGNORED_HEADERS}


def _find_at_position(
    owners: ElementPair[Operation],
    parameter: Parameter,
    remaining: Mapping[_ParameterKey, Parameter],
) -> _ParameterKey | None:
    """Return the key of the parameter that a page has instead, with the same location and type."""
    old, new = owners.old.parameters, owners.new.parameters
    if len(old) != len(new):
        return None
    instead = new[old.index(parameter)]
    for key, candidate in remaining.items():
        if candidate is instead and parameter.place == instead.place:
            return key if parameter.type == instead.type else None
    return None


def _has_same_name(old_key: _ParameterKey, new_key: _ParameterKey) -> bool:
    """Return whether two parameters have one name. That of a header has no case."""
    old_name, old_place = old_key
    new_name, new_place = new_key
    if "header" in (old_place, new_place):
        return old_name.casefold() == new_name.casefold()
    return old_name == new_name


def _index_parameters(
    operation: Operation, renamed_as: Operation | None = None
) -> dict[_ParameterKey, Parameter]:
    """Index parameters by name and location; headers have no case, and those in the path have the
    names of another operation with the same path.
    """
    names: dict[str, str] = {}
    if renamed_as is not None:
        placeholders = _PLACEHOLDER.findall(operation.path), _PLACEHOLDER.findall(renamed_as.path)
        names = dict(zip(*placeholders, strict=True))
    indexed: dict[_ParameterKey, Parameter] = {}
    for parameter in operation.parameters:
        name = parameter.name
        if parameter.place == "path":
            name = names.get(name, name)
        elif parameter.place == "header":
            name = name.casefold()
        indexed[name, parameter.place] = parameter
    return indexed


def _make_lone_parameter(
    operation: Operation,
    parameter: Parameter,
    owners: ElementPair[Operation],
    expected: Span | None,
) -> Lone[Parameter]:
    prose_id = operation.parameter_id(parameter)
    return Lone(
        id=prose_id,
        name=_name_parameter(prose_id, owners),
        element=parameter,
        is_new=expected is None,
        directions=_SENT,
        expected=expected,
    )


def _name_parameter(prose_id: str, owners: ElementPair[Operation]) -> str:
    return f"parameter {split_prose_id(prose_id).name} of {owners.old.id}"


class Bodies(Struct, Generic[_Message], frozen=True, kw_only=True):
    """The pairs of one operation with the type of their first common media type, and a pair for
    each further media type whose schema differs from the first.
    """

    first: tuple[ElementPair[_Message], ...]
    others: tuple[ElementPair[_Message], ...]


def split_bodies(
    pairs: Iterable[ElementPair[_Message]], old_names: Sequence[str], new_names: Sequence[str]
) -> Bodies[_Message]:
    """Split pairs of parameters or responses by media type."""
    first: list[ElementPair[_Message]] = []
    others: list[ElementPair[_Message]] = []
    for pair in pairs:
        if not pair.old.media_types and not pair.new.media_types:
            first.append(pair)
            continue
        old = _index_media_types(pair.old, old_names)
        new = _index_media_types(pair.new, new_names)
        common = [name for name in old if name in new]
        if not common:  # only the media types differ
            first.append(replace(pair, new=_with_type_of(pair.new, pair.old)))
        for number, name in enumerate(common):
            body = replace(
                pair, old=_with_type_of(pair.old, old[name]), new=_with_type_of(pair.new, new[name])
            )
            if number == 0:
                first.append(
                    replace(
                        body,
                        old=_with_headers(body.old, pair.old),
                        new=_with_headers(body.new, pair.new),
                    )
                )
            else:
                others.append(replace(body, name=f"{pair.name} as {name}"))
    return Bodies(first=tuple(first), others=tuple(others))


def _index_media_types(message: _Message, names: Sequence[str]) -> dict[str, _Message | MediaType]:
    """Index the schemas of a body by media type; all have that of the message if none differs."""
    if message.media_types:
        return {normalize_media_type(media.name): media for media in message.media_types}
    return dict.fromkeys(map(normalize_media_type, names), message)


def _with_headers(body: _Message, message: _Message) -> _Message:
    """Add what a message states outside of its media types, which the body of one type lacks."""
    stated = {keyword.name for keyword in body.keywords if not keyword.inside}
    outside: tuple[Keyword, ...] = tuple(
        keyword
        for keyword in message.keywords
        if keyword.name in _OUTSIDE_OF_BODIES and keyword.name not in stated
    )
    return replace(body, keywords=(*body.keywords, *outside))


def _with_type_of(message: _Message, typed: _Message | MediaType) -> _Message:
    return replace(message, type=typed.type, keywords=typed.keywords)


def match_responses(context: Context, owners: ElementPair[Operation]) -> Elements[Response]:
    """Match the responses of an operation by status.

    A single other status on a translated page stands instead of the one that is missing.
    """
    old = {response.status: response for response in owners.old.responses}
    new = {response.status: response for response in owners.new.responses}
    pairs: list[ElementPair[Response]] = []
    lone: list[Lone[Response]] = []
    for status in dict.fromkeys((*old, *new)):
        prose_id = f"{owners.old.id}#{status}"
        name = f"response {status} of {owners.old.id}"
        before, after = old.get(status), new.get(status)
        if before is not None and after is not None:
            pair = ElementPair(id=prose_id, name=name, old=before, new=after, directions=_RETURNED)
            pairs.append(pair)
            continue
        element = before or after
        assert element is not None  # noqa: S101 - the status is of one of them
        is_new = before is None
        lone.append(
            Lone(
                id=prose_id,
                name=name,
                element=element,
                is_new=is_new,
                directions=_RETURNED,
                expected=None if is_new else owners.new.span,
            )
        )
    if context.pages is not None and [response.is_new for response in lone] == [False, True]:
        removed, added = lone
        lone = [_replace_lone(removed, added)]
    return Elements(pairs=tuple(pairs), lone=tuple(lone))
