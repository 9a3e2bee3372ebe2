"""Records of the first pass: the elements of both sides that are compared with each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from msgspec import Struct

from codegen.core.diagnostics import Direction, Span
from codegen.drift.compare.directions import BOTH_WAYS
from codegen.model import Definition, Field, Operation, Parameter, Response

Element = Definition | Field | Operation | Parameter | Response
TypedElement = Definition | Field | Parameter | Response
E = TypeVar("E", bound=Element)
Owner = TypeVar("Owner", Definition, Operation)


class ElementPair(Struct, Generic[E], frozen=True, kw_only=True):
    """An element of the old side with its counterpart on the new side.

    `id` is its prose id on the old side, and `name` its readable name. `directions` are those of
    the type or message that contains it.
    """

    id: str
    name: str
    old: E
    new: E
    directions: frozenset[Direction] = BOTH_WAYS


class Lone(Struct, Generic[E], frozen=True, kw_only=True):
    """An element of one side without a counterpart.

    `expected` is where a removed element belongs in the second source, if that can be told, and
    `instead` what a translated page has there.
    """

    id: str
    name: str
    element: E
    is_new: bool
    directions: frozenset[Direction] = BOTH_WAYS
    expected: Span | None = None
    instead: str = ""


class Elements(Struct, Generic[E], frozen=True, kw_only=True):
    """The matched elements of one kind: the pairs, and the elements of one side."""

    pairs: tuple[ElementPair[E], ...] = ()
    lone: tuple[Lone[E], ...] = ()


class PairedElements(Struct, Generic[Owner, E], frozen=True, kw_only=True):
    """The matched elements inside a pair of definitions or operations."""

    owners: ElementPair[Owner]
    elements: Elements[E]


class Match(Struct, frozen=True, kw_only=True):
    """The result of the first pass.

    Each inline object has a group of fields of its own. `sent_bodies` and `returned_bodies` are the
    further media types of requests and responses with a schema of their own.

    `new_ids` has the new prose ids of renamed fields, parameters and operations, `text_ids` those
    under which their texts are compared. `inlined` and `extracted` are the keys of definitions that
    one side refers to where the other one writes the same type in place.
    """

    definitions: Elements[Definition]
    fields: tuple[PairedElements[Definition, Field], ...]
    operations: Elements[Operation]
    parameters: tuple[PairedElements[Operation, Parameter], ...]
    responses: tuple[PairedElements[Operation, Response], ...]
    sent_bodies: tuple[ElementPair[Parameter], ...] = ()
    returned_bodies: tuple[ElementPair[Response], ...] = ()
    new_ids: Mapping[str, str]
    text_ids: Mapping[str, str]
    inlined: frozenset[str]
    extracted: frozenset[str]
