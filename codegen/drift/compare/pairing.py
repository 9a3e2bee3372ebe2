"""The first pass of a comparison: matching of definitions, fields, operations, parameters and
responses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Direction, Span
from codegen.drift.compare.context import Context
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.page_match import PageMatch, expected_spans
from codegen.drift.compare.pairs import Elements, Group, Lone, Match, Pair
from codegen.drift.compare.resolution import Resolution, resolve_references
from codegen.drift.compare.types import EQUIVALENT, find_difference
from codegen.model import (
    Definition,
    Field,
    MediaType,
    Operation,
    Parameter,
    Response,
    Scalar,
    field_id,
    refs,
    renames,
    split_prose_id,
)
from codegen.model.keywords.keyword import OPEN_KEYWORDS
from codegen.model.prose import readable_name

_METADATA = "metadata"
# Names in the path of a field of another type; types that lead to themselves have no end.
_DEEPEST = 8
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SENT = frozenset((Direction.REQUEST,))
_RETURNED = frozenset((Direction.RESPONSE,))
_ParameterKey = tuple[str, str]  # the name and the location
_Message = TypeVar("_Message", Parameter, Response)


def match_elements(context: Context) -> Match:
    """Match all elements of both sides."""
    fields = _FieldMatcher(context)
    definitions = _match_definitions(context)
    for pair in definitions.pairs:
        fields.match_definition(pair)
    operations = _match_operations(context)
    parameters: list[Group[Operation, Parameter]] = []
    responses: list[Group[Operation, Response]] = []
    sent_bodies: list[Pair[Parameter]] = []
    returned_bodies: list[Pair[Response]] = []
    operation_ids: dict[str, str] = {}
    for operation in operations.pairs:
        if operation.old.id != operation.new.id:
            operation_ids[operation.old.id] = operation.new.id
        matched = _match_parameters(operation)
        for parameter in matched.pairs:
            operation_ids[parameter.id] = operation.new.parameter_id(parameter.new)
        consumes = operation.old.consumes, operation.new.consumes
        sent = _split_bodies(matched.pairs, *consumes)
        first = Elements(pairs=fields.resolve(sent.first), lone=matched.lone)
        parameters.append(Group(owners=operation, elements=first))
        sent_bodies.extend(fields.resolve(sent.others))
        answered = _match_responses(operation)
        produces = operation.old.produces, operation.new.produces
        returned = _split_bodies(answered.pairs, *produces)
        responses.append(
            Group(
                owners=operation,
                elements=Elements(pairs=fields.resolve(returned.first), lone=answered.lone),
            )
        )
        returned_bodies.extend(fields.resolve(returned.others))
    new_ids = {**fields.new_ids, **operation_ids}
    return Match(
        definitions=definitions,
        fields=tuple(fields.groups),
        operations=operations,
        parameters=tuple(parameters),
        responses=tuple(responses),
        sent_bodies=tuple(sent_bodies),
        returned_bodies=tuple(returned_bodies),
        new_ids=new_ids,
        text_ids={**new_ids, **fields.text_ids},
        inlined=frozenset(fields.inlined),
        extracted=frozenset(fields.extracted),
    )


def match_fields(context: Context, old: Definition, new: Definition) -> Match:
    """Match the fields of two definitions that may have different keys."""
    fields = _FieldMatcher(context)
    pair = _make_definition_pair(context, old, new)
    fields.match_definition(pair)
    return Match(
        definitions=Elements(pairs=(pair,)),
        fields=tuple(fields.groups),
        operations=Elements(),
        parameters=(),
        responses=(),
        new_ids=fields.new_ids,
        text_ids=fields.text_ids,
        inlined=frozenset(fields.inlined),
        extracted=frozenset(fields.extracted),
    )


def match_renamed_definitions(
    old: ComparisonInput, new: ComparisonInput, pages: PageMatch | None
) -> Mapping[str, str]:
    """Return the new keys of renamed definitions."""
    removed = _list_additional(old, new, pages)
    added = _list_additional(new, old, pages)
    return MappingProxyType(renames.match_definitions(old.reference, new.reference, removed, added))


def _match_definitions(context: Context) -> Elements[Definition]:
    """Match definitions by key, or as renamed."""
    old, new = context.old.reference.definitions, context.new.reference.definitions
    pairs: list[Pair[Definition]] = []
    lone: list[Lone[Definition]] = []
    for key in _list_additional(context.old, context.new, context.pages):
        if key in context.new_keys:
            pairs.append(_make_definition_pair(context, old[key], new[context.new_keys[key]]))
        elif context.old.coverage <= context.new.coverage:
            lone.append(_make_lone_definition(context, old[key], is_new=False))
    if context.new.coverage <= context.old.coverage:
        successors = {*context.new_keys.values()}
        for key in _list_additional(context.new, context.old, context.pages):
            if key not in successors:
                lone.append(_make_lone_definition(context, new[key], is_new=True))
    for key, before in old.items():
        after = new.get(key)
        if after is None or not (before.documented and after.documented):
            continue
        if not _has_errors(context.old, before) and not _has_errors(context.new, after):
            pairs.append(_make_definition_pair(context, before, after))
    return Elements(pairs=tuple(pairs), lone=tuple(lone))


def _list_additional(
    side: ComparisonInput, other: ComparisonInput, pages: PageMatch | None
) -> list[str]:
    """List the definitions that another source lacks.

    A source can name types without their fields, such as Status for custom resources. It says
    nothing about the types of these fields. A definition with errors, with a guessed package, or on
    a page that is reported as a whole, is left out.
    """
    reference, others = side.reference, other.reference.definitions
    undocumented: list[str] = []
    if not (side.is_pages and other.is_pages):  # there, a missing page is a change
        undocumented = [key for key, each in others.items() if not each.documented]
    passed_over = {*reference.closure(*undocumented), *others}
    additional: list[str] = []
    for key, definition in reference.definitions.items():
        if not definition.documented or key in passed_over or _has_errors(side, definition):
            continue
        if pages is not None and definition.span.path in pages.reported:
            continue
        is_guessed = not side.supports("package", definition.span)
        if is_guessed and definition.name in other.names:
            continue
        additional.append(key)
    return additional


def _has_errors(side: ComparisonInput, element: Definition | Operation) -> bool:
    return element.span.path in side.broken_files


def _make_definition_pair(context: Context, old: Definition, new: Definition) -> Pair[Definition]:
    return Pair(
        id=old.key,
        name=readable_name(old.key),
        old=old,
        new=new,
        directions=context.find_directions(old.key, new.key),
    )


def _make_lone_definition(
    context: Context, definition: Definition, *, is_new: bool
) -> Lone[Definition]:
    expected = None
    if context.pages is not None and not is_new:
        expected = context.pages.expected_span(definition)
    return Lone(
        id=definition.key,
        name=readable_name(definition.key),
        element=definition,
        is_new=is_new,
        directions=context.find_directions(definition.key),
        expected=expected,
    )


class _FieldOwners(Struct, frozen=True, kw_only=True):
    """Two definitions or inline objects whose fields are matched.

    `old_id` and `new_id` are where the path of their fields begins. The keys of the definitions are
    where their texts are.
    """

    pair: Pair[Definition]
    old_id: str
    new_id: str


class _FieldMatcher:
    """Matches the fields of definitions and of their inline objects, from outside inwards."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.groups: list[Group[Definition, Field]] = []
        self.new_ids: dict[str, str] = {}
        self.text_ids: dict[str, str] = {}
        self.inlined: set[str] = set()
        self.extracted: set[str] = set()
        self._matched: set[tuple[str, str]] = set()

    def match_definition(self, pair: Pair[Definition]) -> None:
        """Match the fields of two definitions, and those of their inline objects."""
        self._matched.add((pair.old.key, pair.new.key))
        self._match(_FieldOwners(pair=pair, old_id=pair.old.key, new_id=pair.new.key))

    def _match(self, owners: _FieldOwners) -> None:
        before, after = owners.pair.old, owners.pair.new
        if has_other_form(before, after):
            return
        old, new = _find_fields(before, after)
        removed = [field for name, field in old.items() if name not in new]
        added = [field for name, field in new.items() if name not in old]
        references = self._context.old.reference, self._context.new.reference
        renamed = renames.match_fields(*references, (before.key, after.key), removed, added)
        pairs: list[Pair[Field]] = []
        lone = [*self._find_lone(owners, old, new, renamed)]
        for field in removed:
            if field.name in renamed:
                pairs.append(self._make_pair(owners, field, new[renamed[field.name]]))
        for name, field in old.items():
            if name in new:
                pairs.append(self._make_pair(owners, field, new[name]))
        resolved = [self._resolve_field(owners, pair) for pair in pairs]
        matched = tuple(each.pair for each in resolved)
        elements = Elements(pairs=matched, lone=tuple(lone))
        self.groups.append(Group(owners=owners.pair, elements=elements))
        for each in resolved:
            if (inner := self._find_inner_owners(owners, each)) is not None:
                self._match(inner)

    def resolve(self, pairs: Iterable[Pair[_Message]]) -> tuple[Pair[_Message], ...]:
        """Replace the references of parameters and responses that only one side has.

        If they refer to similar objects of other names, match the fields of these.
        """
        resolved_pairs: list[Pair[_Message]] = []
        for pair in pairs:
            resolved = resolve_references(self._context, pair.old, pair.new)
            self.inlined.update(resolved.old.keys)
            self.extracted.update(resolved.new.keys)
            changed = replace(pair, old=resolved.old.element, new=resolved.new.element)
            resolved_pairs.append(changed)
            self._match_similar_objects(changed)
        return tuple(resolved_pairs)

    def _match_similar_objects(self, pair: Pair[_Message]) -> None:
        difference = find_difference(self._context, pair.old, pair.new)
        if difference is None or difference.way != EQUIVALENT:
            return
        for old_key, new_key in zip(refs(pair.old.type), refs(pair.new.type), strict=False):
            if (old_key, new_key) not in self._matched:
                old = self._context.old.reference.definitions[old_key]
                new = self._context.new.reference.definitions[new_key]
                self.match_definition(_make_definition_pair(self._context, old, new))

    def _find_lone(
        self,
        owners: _FieldOwners,
        old: Mapping[str, Field],
        new: Mapping[str, Field],
        renamed: Mapping[str, str],
    ) -> Iterator[Lone[Field]]:
        """Yield the removed fields, then the added ones."""
        after = owners.pair.new
        spans = expected_spans(old, {each.name: each.span for each in after.fields}, after.span)
        for name, field in old.items():
            if name not in new and name not in renamed:
                yield self._make_lone(owners, field, expected=spans[name])
        successors = {*renamed.values()}
        for name, field in new.items():
            if name not in old and name not in successors:
                yield self._make_lone(owners, field, expected=None)

    def _make_lone(
        self, owners: _FieldOwners, field: Field, *, expected: Span | None
    ) -> Lone[Field]:
        """Make an element of a removed field, which has an expected place, or of an added one."""
        is_new = expected is None
        prose_id = field_id(owners.new_id if is_new else owners.old_id, field.name)
        return Lone(
            id=prose_id,
            name=readable_name(*split_prose_id(prose_id)),
            element=field,
            is_new=is_new,
            directions=owners.pair.directions,
            expected=expected,
        )

    def _make_pair(self, owners: _FieldOwners, old: Field, new: Field) -> Pair[Field]:
        prose_id = field_id(owners.old_id, old.name)
        if old.name != new.name:
            self.new_ids[prose_id] = field_id(owners.new_id, new.name)
        old_text_id = field_id(owners.pair.old.key, old.name)
        if owners.pair.old.key != owners.old_id or owners.pair.new.key != owners.new_id:
            self.text_ids[old_text_id] = field_id(owners.pair.new.key, new.name)
        return Pair(
            id=prose_id,
            name=readable_name(*split_prose_id(prose_id)),
            old=old,
            new=new,
            directions=owners.pair.directions,
        )

    def _resolve_field(self, owners: _FieldOwners, pair: Pair[Field]) -> _ResolvedField:
        resolved = resolve_references(self._context, pair.old, pair.new)
        self.inlined.update(resolved.old.keys)
        self.extracted.update(resolved.new.keys)
        is_definition = bool(resolved.old.object_key or resolved.new.object_key)
        new_id = field_id(owners.new_id, pair.new.name)
        return _ResolvedField(
            pair=replace(pair, old=resolved.old.element, new=resolved.new.element),
            old=resolved.old,
            new=resolved.new,
            new_id=pair.id if is_definition else new_id,
        )

    def _find_inner_owners(
        self, owners: _FieldOwners, resolved: _ResolvedField
    ) -> _FieldOwners | None:
        """Return the inline objects of a pair of fields, or the definitions that replace each
        other, or None without fields to compare.
        """
        pair = resolved.pair
        old_fields, new_fields = pair.old.fields, pair.new.fields
        difference = find_difference(self._context, pair.old, pair.new)
        if difference is not None:
            if difference.way != EQUIVALENT:
                return None
            if not (old_fields or new_fields) and split_prose_id(pair.id)[1].count(".") < _DEEPEST:
                old_fields = _fields_of_reference(self._context.old, pair.old)
                new_fields = _fields_of_reference(self._context.new, pair.new)
        if not old_fields and not new_fields:
            return None
        old_key = resolved.old.object_key or field_id(owners.pair.old.key, pair.old.name)
        new_key = resolved.new.object_key or field_id(owners.pair.new.key, pair.new.name)
        inner = replace(
            owners.pair,
            id=pair.id,
            old=_make_inline_definition(owners.pair.old, old_key, pair.old, old_fields),
            new=_make_inline_definition(owners.pair.new, new_key, pair.new, new_fields),
        )
        return _FieldOwners(pair=inner, old_id=pair.id, new_id=resolved.new_id)


class _ResolvedField(Struct, frozen=True, kw_only=True):
    """A pair of fields after the resolution of its references, with its prose id on the new side."""

    pair: Pair[Field]
    old: Resolution[Field]
    new: Resolution[Field]
    new_id: str


def _find_fields(
    before: Definition, after: Definition
) -> tuple[Mapping[str, Field], Mapping[str, Field]]:
    """Return the fields to compare by name, with `metadata` as servers complete it."""
    old = {field.name: field for field in before.fields}
    new = {field.name: field for field in after.fields}
    if after.resource is not None and before.name == _METADATA:
        # Servers define the fields of metadata. A schema of a custom resource can only limit their
        # values.
        return {**_strip_fields(new), **old}, {**_strip_fields(old), **new}
    is_custom_replaced = (before.resource is None) is not (after.resource is None)
    if is_custom_replaced and _METADATA in old and _METADATA in new:
        custom, other = (new, old) if before.resource is None else (old, new)
        if not custom[_METADATA].fields:  # servers give it the type that other documents state
            custom[_METADATA] = other[_METADATA]
    return old, new


def _strip_fields(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return the fields with nothing but their names and types."""
    return {name: Field(name=name, type=each.type, span=each.span) for name, each in fields.items()}


def has_other_form(before: Definition, after: Definition) -> bool:
    """Return whether only one of two definitions is an object with fields, and the other states
    something else.
    """
    if (before.type and after.type) or bool(before.fields) == bool(after.fields):
        return False
    stated = before.type or after.type
    return stated is not None and not (isinstance(stated, Scalar) and stated.type in {"object", ""})


def _fields_of_reference(side: ComparisonInput, field: Field) -> tuple[Field, ...]:
    for key in refs(field.type):
        return side.reference.definitions[key].fields
    return ()


def _make_inline_definition(
    owner: Definition, key: str, field: Field, fields: tuple[Field, ...]
) -> Definition:
    """Make a definition of the inline object of a field."""
    is_open = any(word.name in OPEN_KEYWORDS and word.value == "true" for word in field.keywords)
    return replace(
        owner, key=key, name=field.name, fields=fields, type=None, open=is_open, span=field.span
    )


def _match_operations(context: Context) -> Elements[Operation]:
    """Match operations by method and path if both sources have operations."""
    old, new = context.old.reference.operations, context.new.reference.operations
    if not old or not new:
        return Elements()
    new_by_anonymous_id = {_anonymous_id(each): each.id for each in new.values()}
    successors: dict[str, str] = {}
    for name, operation in old.items():
        successor = new_by_anonymous_id.get(_anonymous_id(operation), "")
        if name in new:
            successors[name] = name
        elif successor and successor not in old:
            successors[name] = successor
    pairs: list[Pair[Operation]] = []
    lone: list[Lone[Operation]] = []
    for name, operation in old.items():
        if _has_errors(context.old, operation):
            continue
        if name not in successors:
            lone.extend(_make_lone_operation(context, operation, is_new=False))
        elif not _has_errors(context.new, new[successors[name]]):
            successor = successors[name]
            pairs.append(Pair(id=name, name=name, old=operation, new=new[successor]))
    matched = {*successors.values()}
    for name, operation in new.items():
        if name not in matched and not _has_errors(context.new, operation):
            lone.extend(_make_lone_operation(context, operation, is_new=True))
    return Elements(pairs=tuple(pairs), lone=tuple(lone))


def _make_lone_operation(
    context: Context, operation: Operation, *, is_new: bool
) -> Iterator[Lone[Operation]]:
    """Yield the element of an operation, unless the other side covers less of the API."""
    side, other = (context.new, context.old) if is_new else (context.old, context.new)
    if side.coverage > other.coverage:
        return
    expected = None
    if context.pages is not None:
        if operation.span.path in context.pages.reported:
            return
        expected = None if is_new else context.pages.head(operation.span)
    yield Lone(
        id=operation.id, name=operation.id, element=operation, is_new=is_new, expected=expected
    )


def _anonymous_id(operation: Operation) -> str:
    """Return the id of an operation without the names of its path parameters, which no client
    sends.
    """
    return _PLACEHOLDER.sub("{}", operation.id)


def _match_parameters(owners: Pair[Operation]) -> Elements[Parameter]:
    """Match the parameters of an operation by name and location, or by name if the location
    changed.

    Parameters in the path are matched by their positions.
    """
    old, new = _index_parameters(owners.old, owners.new), _index_parameters(owners.new)
    spans = expected_spans(old, {key: each.span for key, each in new.items()}, owners.new.span)
    remaining = {key: each for key, each in new.items() if key not in old}
    pairs: list[Pair[Parameter]] = []
    lone: list[Lone[Parameter]] = []
    for key, parameter in old.items():
        counterpart = new.get(key)
        if counterpart is None:
            moved = next((other for other in remaining if other[0] == parameter.name), None)
            counterpart = remaining.pop(moved) if moved else None
        if counterpart is None:
            lone.append(_make_lone_parameter(owners.old, parameter, owners, spans[key]))
        else:
            prose_id = owners.old.parameter_id(parameter)
            name = _name_parameter(prose_id, owners)
            pair = Pair(id=prose_id, name=name, old=parameter, new=counterpart, directions=_SENT)
            pairs.append(pair)
    for parameter in remaining.values():
        lone.append(_make_lone_parameter(owners.new, parameter, owners, None))
    return Elements(pairs=tuple(pairs), lone=tuple(lone))


def _index_parameters(
    operation: Operation, renamed_as: Operation | None = None
) -> dict[_ParameterKey, Parameter]:
    """Index parameters by name and location; those in the path have the names of another operation
    with the same path.
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
        indexed[name, parameter.place] = parameter
    return indexed


def _make_lone_parameter(
    operation: Operation, parameter: Parameter, owners: Pair[Operation], expected: Span | None
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


def _name_parameter(prose_id: str, owners: Pair[Operation]) -> str:
    return f"parameter {split_prose_id(prose_id)[1]} of {owners.old.id}"


class _Bodies(Struct, Generic[_Message], frozen=True, kw_only=True):
    """The pairs of one operation with the type of their first common media type, and a pair for
    each further media type whose schema differs from the first.
    """

    first: tuple[Pair[_Message], ...]
    others: tuple[Pair[_Message], ...]


def _split_bodies(
    pairs: Iterable[Pair[_Message]], old_names: Sequence[str], new_names: Sequence[str]
) -> _Bodies[_Message]:
    """Split pairs of parameters or responses by media type."""
    first: list[Pair[_Message]] = []
    others: list[Pair[_Message]] = []
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
                first.append(body)
            else:
                others.append(replace(body, name=f"{pair.name} as {name}"))
    return _Bodies(first=tuple(first), others=tuple(others))


def _index_media_types(message: _Message, names: Sequence[str]) -> dict[str, _Message | MediaType]:
    """Index the schemas of a body by media type; all have that of the message if none differs."""
    if message.media_types:
        return {each.name: each for each in message.media_types}
    return dict.fromkeys(names, message)


def _with_type_of(message: _Message, other: _Message | MediaType) -> _Message:
    return replace(message, type=other.type, keywords=other.keywords)


def _match_responses(owners: Pair[Operation]) -> Elements[Response]:
    """Match the responses of an operation by status."""
    old = {response.status: response for response in owners.old.responses}
    new = {response.status: response for response in owners.new.responses}
    pairs: list[Pair[Response]] = []
    lone: list[Lone[Response]] = []
    for status in dict.fromkeys((*old, *new)):
        prose_id = f"{owners.old.id}#{status}"
        name = f"response {status} of {owners.old.id}"
        before, after = old.get(status), new.get(status)
        if before is not None and after is not None:
            pair = Pair(id=prose_id, name=name, old=before, new=after, directions=_RETURNED)
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
    return Elements(pairs=tuple(pairs), lone=tuple(lone))
