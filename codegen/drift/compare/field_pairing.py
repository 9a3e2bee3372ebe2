"""Matching of the fields of definitions and of their inline objects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Direction, Span
from codegen.drift.compare.context import Context
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.page_match import expected_spans
from codegen.drift.compare.pairs import ElementPair, Elements, Lone, PairedElements
from codegen.drift.compare.resolution import Resolution, resolve_references
from codegen.drift.compare.types import EQUIVALENT, find_difference
from codegen.model import (
    Definition,
    Field,
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
_Message = TypeVar("_Message", Parameter, Response)


def make_definition_pair(
    context: Context, old: Definition, new: Definition
) -> ElementPair[Definition]:
    """Make the pair of two definitions, which may have different keys."""
    return ElementPair(
        id=old.key,
        name=readable_name(old.key),
        old=old,
        new=new,
        directions=context.find_directions(old.key, new.key),
    )


class _FieldOwners(Struct, frozen=True, kw_only=True):
    """Two definitions or inline objects whose fields are matched.

    `old_id` and `new_id` are where the path of their fields begins. The keys of the definitions are
    where their texts are.
    """

    pair: ElementPair[Definition]
    old_id: str
    new_id: str


class FieldMatcher:
    """Matches the fields of definitions and of their inline objects, from outside inwards."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.groups: list[PairedElements[Definition, Field]] = []
        self.new_ids: dict[str, str] = {}
        self.text_ids: dict[str, str] = {}
        self.inlined: set[str] = set()
        self.extracted: set[str] = set()
        self._matched: set[tuple[str, str]] = set()

    def match_definition(self, pair: ElementPair[Definition]) -> None:
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
        if self._context.pages is not None:
            matched_names = set(renamed.values())
            unmatched_old = [field for field in removed if field.name not in renamed]
            unmatched_new = [field for field in added if field.name not in matched_names]
            renamed |= _match_positions(before.fields, after.fields, unmatched_old, unmatched_new)
        pairs: list[ElementPair[Field]] = []
        lone = [*self._find_lone(owners, old, new, renamed)]
        for field in removed:
            if field.name in renamed:
                pairs.append(self._make_pair(owners, field, new[renamed[field.name]]))
        for name, field in old.items():
            if name in new:
                pairs.append(self._make_pair(owners, field, new[name]))
        resolved = [self._resolve_field(owners, pair) for pair in pairs]
        matched = tuple(resolved_field.pair for resolved_field in resolved)
        elements = Elements(pairs=matched, lone=tuple(lone))
        self.groups.append(PairedElements(owners=owners.pair, elements=elements))
        for resolved_field in resolved:
            if (inner := self._find_inner_owners(owners, resolved_field)) is not None:
                self._match(inner)

    def resolve(self, pairs: Iterable[ElementPair[_Message]]) -> tuple[ElementPair[_Message], ...]:
        """Replace the references of parameters and responses that only one side has.

        If they refer to similar objects of other names, match the fields of these.
        """
        resolved_pairs: list[ElementPair[_Message]] = []
        for pair in pairs:
            resolved = resolve_references(self._context, pair.old, pair.new)
            self.inlined.update(resolved.old.keys)
            self.extracted.update(resolved.new.keys)
            changed = replace(pair, old=resolved.old.element, new=resolved.new.element)
            resolved_pairs.append(changed)
            self._match_similar_objects(changed)
        return tuple(resolved_pairs)

    def _match_similar_objects(self, pair: ElementPair[_Message]) -> None:
        difference = find_difference(self._context, pair.old, pair.new)
        if difference is None or difference.relation != EQUIVALENT:
            return
        for old_key, new_key in zip(refs(pair.old.type), refs(pair.new.type), strict=False):
            if (old_key, new_key) not in self._matched:
                old = self._context.old.reference.definitions[old_key]
                new = self._context.new.reference.definitions[new_key]
                self.match_definition(make_definition_pair(self._context, old, new))

    def _find_lone(
        self,
        owners: _FieldOwners,
        old: Mapping[str, Field],
        new: Mapping[str, Field],
        renamed: Mapping[str, str],
    ) -> Iterator[Lone[Field]]:
        """Yield the removed fields, then the added ones."""
        after = owners.pair.new
        spans = expected_spans(old, {field.name: field.span for field in after.fields}, after.span)
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
            directions=_restrict_directions(owners.pair.directions, field),
            expected=expected,
        )

    def _make_pair(self, owners: _FieldOwners, old: Field, new: Field) -> ElementPair[Field]:
        prose_id = field_id(owners.old_id, old.name)
        if old.name != new.name:
            self.new_ids[prose_id] = field_id(owners.new_id, new.name)
        old_text_id = field_id(owners.pair.old.key, old.name)
        if owners.pair.old.key != owners.old_id or owners.pair.new.key != owners.new_id:
            self.text_ids[old_text_id] = field_id(owners.pair.new.key, new.name)
        return ElementPair(
            id=prose_id,
            name=readable_name(*split_prose_id(prose_id)),
            old=old,
            new=new,
            directions=_restrict_directions(owners.pair.directions, old, new),
        )

    def _resolve_field(self, owners: _FieldOwners, pair: ElementPair[Field]) -> _ResolvedField:
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
            if difference.relation != EQUIVALENT:
                return None
            if (
                not (old_fields or new_fields)
                and split_prose_id(pair.id).name.count(".") < _DEEPEST
            ):
                old_fields = _fields_of_reference(self._context.old, pair.old)
                new_fields = _fields_of_reference(self._context.new, pair.new)
        if not old_fields and not new_fields:
            return None
        old_key = resolved.old.object_key or field_id(owners.pair.old.key, pair.old.name)
        new_key = resolved.new.object_key or field_id(owners.pair.new.key, pair.new.name)
        inner = replace(
            owners.pair,
            id=pair.id,
            directions=pair.directions,
            old=_make_inline_definition(owners.pair.old, old_key, pair.old, old_fields),
            new=_make_inline_definition(owners.pair.new, new_key, pair.new, new_fields),
        )
        return _FieldOwners(pair=inner, old_id=pair.id, new_id=resolved.new_id)


def _match_positions(
    before: Sequence[Field],
    after: Sequence[Field],
    removed: Collection[Field],
    added: Collection[Field],
) -> dict[str, str]:
    """Match fields of two pages that have the same position and type, but another name.

    The texts of two languages cannot be compared.
    """
    if len(before) != len(after):
        return {}
    renamed: dict[str, str] = {}
    for old, new in zip(before, after, strict=True):
        if old in removed and new in added and old.type == new.type:
            renamed[old.name] = new.name
    return renamed


class _ResolvedField(Struct, frozen=True, kw_only=True):
    """A pair of fields after the resolution of references, with its prose id on the new side."""

    pair: ElementPair[Field]
    old: Resolution[Field]
    new: Resolution[Field]
    new_id: str


def _restrict_directions(directions: frozenset[Direction], *fields: Field) -> frozenset[Direction]:
    """Return the directions in which fields occur: those that are read-only are never sent."""
    restricted = directions
    if all(_has_mark(field, "readOnly") for field in fields):
        restricted -= {Direction.REQUEST}
    if all(_has_mark(field, "writeOnly") for field in fields):
        restricted -= {Direction.RESPONSE}
    return restricted or directions


def _has_mark(field: Field, name: str) -> bool:
    for word in field.keywords:
        if word.name == name and not word.inside:
            return word.value == "true"
    return False


class _ComparedFields(NamedTuple):
    """The fields of two definitions to compare, by name."""

    old: Mapping[str, Field]
    new: Mapping[str, Field]


def _find_fields(before: Definition, after: Definition) -> _ComparedFields:
    """Find the fields to compare, with `metadata` as servers complete it."""
    old = {field.name: field for field in before.fields}
    new = {field.name: field for field in after.fields}
    if after.resource is not None and before.name == _METADATA:
        # Servers define the fields of metadata. A schema of a custom resource can only limit their
        # values.
        return _ComparedFields({**_strip_fields(new), **old}, {**_strip_fields(old), **new})
    is_custom_replaced = (before.resource is None) is not (after.resource is None)
    if is_custom_replaced and _METADATA in old and _METADATA in new:
        custom, standard = (new, old) if before.resource is None else (old, new)
        if not custom[_METADATA].fields:  # servers give it the type that other documents state
            custom[_METADATA] = standard[_METADATA]
    return _ComparedFields(old, new)


def _strip_fields(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return the fields with nothing but their names and types."""
    return {
        name: Field(name=name, type=field.type, span=field.span) for name, field in fields.items()
    }


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
