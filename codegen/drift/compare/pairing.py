"""The first pass of a comparison: matching of definitions, fields, operations, parameters and
responses.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from codegen.drift.compare.context import Context
from codegen.drift.compare.field_pairing import FieldMatcher, make_definition_pair
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.operation_pairing import (
    match_operations,
    match_parameters,
    match_responses,
    split_bodies,
)
from codegen.drift.compare.page_match import PageMatch
from codegen.drift.compare.pairs import ElementPair, Elements, Lone, Match, PairedElements
from codegen.model import Definition, Operation, Parameter, Response, renames
from codegen.model.prose import readable_name


def match_elements(context: Context) -> Match:
    """Match all elements of both sides."""
    fields = FieldMatcher(context)
    definitions = _match_definitions(context)
    for pair in definitions.pairs:
        fields.match_definition(pair)
    operations = match_operations(context)
    parameters: list[PairedElements[Operation, Parameter]] = []
    responses: list[PairedElements[Operation, Response]] = []
    sent_bodies: list[ElementPair[Parameter]] = []
    returned_bodies: list[ElementPair[Response]] = []
    operation_ids: dict[str, str] = {}
    for operation in operations.pairs:
        if operation.old.id != operation.new.id:
            operation_ids[operation.old.id] = operation.new.id
        matched = match_parameters(context, operation)
        for parameter in matched.pairs:
            operation_ids[parameter.id] = operation.new.parameter_id(parameter.new)
        consumes = operation.old.consumes, operation.new.consumes
        sent = split_bodies(matched.pairs, *consumes)
        first = Elements(pairs=fields.resolve(sent.first), lone=matched.lone)
        parameters.append(PairedElements(owners=operation, elements=first))
        sent_bodies.extend(fields.resolve(sent.others))
        answered = match_responses(context, operation)
        produces = operation.old.produces, operation.new.produces
        returned = split_bodies(answered.pairs, *produces)
        responses.append(
            PairedElements(
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
    fields = FieldMatcher(context)
    pair = make_definition_pair(context, old, new)
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
    renamed = renames.match_definitions(old.reference, new.reference, removed, added)
    return MappingProxyType({**renamed, **_match_renamed_kinds(old, new)})


def _match_renamed_kinds(old: ComparisonInput, new: ComparisonInput) -> dict[str, str]:
    """Return the new keys of custom resources and their lists with the plural of another kind."""
    successors: dict[tuple[str, str], Definition] = {}
    for definition in new.reference.definitions.values():
        if definition.resource is not None and definition.gvk is not None:
            successors[definition.resource.name, definition.gvk.version] = definition
    renamed: dict[str, str] = {}
    for key, before in old.reference.definitions.items():
        if before.resource is None or before.gvk is None:
            continue
        after = successors.get((before.resource.name, before.gvk.version))
        if after is None or after.resource is None:
            continue
        if after.key != key and key not in new.reference.definitions:
            renamed[key] = after.key
        lists = (
            f"{before.package}.{before.resource.list_kind}",
            f"{after.package}.{after.resource.list_kind}",
        )
        is_known = lists[0] in old.reference.definitions and lists[1] in new.reference.definitions
        if lists[0] != lists[1] and is_known:
            renamed[lists[0]] = lists[1]
    return renamed


def _match_definitions(context: Context) -> Elements[Definition]:
    """Match definitions by key, or as renamed."""
    old, new = context.old.reference.definitions, context.new.reference.definitions
    pairs: list[ElementPair[Definition]] = []
    lone: list[Lone[Definition]] = []
    for key in _list_additional(context.old, context.new, context.pages):
        if key in context.new_keys:
            pairs.append(make_definition_pair(context, old[key], new[context.new_keys[key]]))
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
        if not context.old.has_errors(before) and not context.new.has_errors(after):
            pairs.append(make_definition_pair(context, before, after))
    return Elements(pairs=tuple(pairs), lone=tuple(lone))


def _list_additional(
    side: ComparisonInput, opposite: ComparisonInput, pages: PageMatch | None
) -> list[str]:
    """List the definitions that another source lacks.

    A source can name types without their fields, such as Status for custom resources. It says
    nothing about the types of these fields. A definition with errors, with a guessed package, or on
    a page that is reported as a whole, is left out.
    """
    reference, definitions = side.reference, opposite.reference.definitions
    undocumented: list[str] = []
    if not (side.is_pages and opposite.is_pages):  # there, a missing page is a change
        undocumented = [key for key, definition in definitions.items() if not definition.documented]
    passed_over = {*reference.closure(*undocumented), *definitions}
    additional: list[str] = []
    for key, definition in reference.definitions.items():
        if not definition.documented or key in passed_over or side.has_errors(definition):
            continue
        if pages is not None and definition.span.path in pages.reported:
            continue
        is_guessed = not side.supports("package", definition.span)
        if is_guessed and definition.name in opposite.names:
            continue
        additional.append(key)
    return additional


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
