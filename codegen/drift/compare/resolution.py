"""Resolution of references where only one side refers to a definition.

A field of the type `string` and one that refers to an alias of `string` have the same type, and an
object that is written in place has the same fields as one with a name. Such references are replaced
by what they lead to before types, keywords and fields are compared.
"""

from __future__ import annotations

import json
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from codegen.drift.compare.context import Context
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.types import TypeEnds, find_ends, is_same_type
from codegen.model import (
    Array,
    Definition,
    Field,
    Keyword,
    Map,
    Parameter,
    Ref,
    Response,
    Scalar,
    Type,
    innermost,
    kubernetes,
)
from codegen.model.types import innermost_part

T = TypeVar("T", Field, Parameter, Response)
_OBJECT, _ANY = Scalar(type="object"), Scalar(type="")


class Resolution(Struct, Generic[T], frozen=True, kw_only=True):
    """An element of one side, after some of its references were replaced.

    `keys` are the definitions that were written in place, from outside inwards. `object_key` is
    the one whose fields the element got, or empty.
    """

    element: T
    keys: tuple[str, ...] = ()
    object_key: str = ""


class ResolvedPair(Struct, Generic[T], frozen=True, kw_only=True):
    """The two sides of a pair, where a reference of one side alone is replaced."""

    old: Resolution[T]
    new: Resolution[T]


def resolve_references(context: Context, old: T, new: T) -> ResolvedPair[T]:
    """Replace references until both sides refer to definitions, or neither does."""
    left = Resolution(element=_read_member_reference(context.old, old))
    right = Resolution(element=_read_member_reference(context.new, new))
    while left.element.type is not None and right.element.type is not None:
        ends = find_ends(left.element.type, right.element.type)
        if _is_same_definition(context, ends, old, new):
            break
        old_target = _find_target(context.old, left, ends.old, right.element, ends.new)
        new_target = _find_target(context.new, right, ends.new, left.element, ends.old)
        if old_target is None and new_target is None:
            break
        if old_target is not None:
            left = _write_in_place(left, old_target, ends.part)
        if new_target is not None:
            right = _write_in_place(right, new_target, ends.part)
    return ResolvedPair(old=left, new=right)


def _read_member_reference(side: ComparisonInput, element: T) -> T:
    """Give an element the type of the one reference in its `allOf`, beside further limits."""
    if element.type is None or innermost(element.type) != _ANY:
        return element
    part = innermost_part(element.type)
    for keyword in element.keywords:
        if keyword.name != "allOf" or keyword.inside != part:
            continue
        members = [member for member in json.loads(keyword.value) if isinstance(member, dict)]
        references = [member for member in members if member.keys() == {"$ref"}]
        if len(references) != 1:
            break
        key = str(references[0]["$ref"]).rpartition("/")[2]
        target = side.reference.definitions.get(key)
        if target is None or not target.fields:
            break
        keywords = [word for word in element.keywords if word is not keyword]
        limits: list[dict[str, object]] = []
        for member in members:
            limit = _remove_object_type(member)
            if limit and member not in references:
                limits.append(limit)
        if limits:
            keywords.append(replace(keyword, value=json.dumps(limits, sort_keys=True)))
        type_ = _replace_innermost(element.type, Ref(key=key))
        return replace(element, type=type_, keywords=tuple(keywords))
    return element


def _remove_object_type(schema: dict[str, object]) -> dict[str, object]:
    """Return a schema without the type that a reference to an object states, too."""
    return {name: value for name, value in schema.items() if (name, value) != ("type", "object")}


def _is_same_definition(context: Context, ends: TypeEnds, old: T, new: T) -> bool:
    if not (isinstance(ends.old, Ref) and isinstance(ends.new, Ref)):
        return False
    return is_same_type(context, ends.old.key, ends.new.key, old.span, new.span)


def _find_target(
    side: ComparisonInput, resolution: Resolution[T], end: Type, opposite: T, other_end: Type
) -> Definition | None:
    """Return the definition to write in place of a reference, or None to keep the reference.

    An object is written in place only if the other side writes one in place, too.
    """
    if not isinstance(end, Ref) or end.key in resolution.keys:
        return None
    definition = side.reference.definitions.get(end.key)
    if definition is None or not definition.documented or end.key in kubernetes.ALIASES:
        return None
    if definition.type is not None:
        is_open = innermost(definition.type) in (_OBJECT, _ANY)
        # Two names of objects without fields are two types, as two names of other objects are.
        return None if is_open and isinstance(other_end, Ref) else definition
    is_other_in_place = (
        isinstance(opposite, Field) and bool(opposite.fields) and other_end == _OBJECT
    )
    return definition if is_other_in_place and definition.fields else None


def _write_in_place(resolution: Resolution[T], target: Definition, part: str) -> Resolution[T]:
    """Replace a reference at a part of a type by the definition that it leads to."""
    element = resolution.element
    assert element.type is not None  # noqa: S101 - only types have references
    type_ = _replace_innermost(element.type, target.type or _OBJECT)
    keywords = _merge_keywords(element.keywords, target, part)
    keys = (*resolution.keys, target.key)
    if not isinstance(element, Field) or target.type is not None:
        changed = replace(element, type=type_, keywords=keywords)
        return Resolution(element=changed, keys=keys, object_key=resolution.object_key)
    changed = replace(
        element, type=type_, keywords=keywords, fields=target.fields, closed=target.closed
    )
    if not part and not element.map_type:
        changed = replace(changed, map_type=target.map_type)
    return Resolution(element=changed, keys=keys, object_key=target.key)


def _replace_innermost(expression: Type, end: Type) -> Type:
    if isinstance(expression, Array):
        return Array(items=_replace_innermost(expression.items, end))
    if isinstance(expression, Map):
        return Map(values=_replace_innermost(expression.values, end))
    return end


def _merge_keywords(
    keywords: tuple[Keyword, ...], target: Definition, part: str
) -> tuple[Keyword, ...]:
    """Add the keywords of a definition at a part of a value; those of the value come first."""
    stated = {(keyword.inside, keyword.name) for keyword in keywords}
    merged = list(keywords)
    for keyword in target.keywords:
        inside = part + keyword.inside
        if (inside, keyword.name) not in stated:
            merged.append(replace(keyword, inside=inside))
    is_open = target.type is None and target.open
    if is_open and not any(word.name == "additionalProperties" for word in target.keywords):
        merged.append(Keyword(name="additionalProperties", value="true", inside=part))
    return tuple(merged)
