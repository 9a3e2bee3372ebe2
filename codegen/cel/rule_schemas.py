"""Rules of a definition (`x-kubernetes-validations`) and the schemas of the values they see.

`runtime.cel_schemas` reads these schemas from plain data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from msgspec import Struct

from codegen.cel.runtime.cel_schemas import names_of_value
from codegen.core.diagnostics import Span
from codegen.kube.scalars import scalar_type
from codegen.model import (
    Array,
    Definition,
    Field,
    ListType,
    LossyType,
    Map,
    Ref,
    Reference,
    Scalar,
    Type,
    kubernetes,
)

RULES = "x-kubernetes-validations"
_LIST_TYPE, _LIST_KEYS = "x-kubernetes-list-type", "x-kubernetes-list-map-keys"
_META = "metadata"
Schema = dict[str, Any]


class SchemaView:
    """A view of a value for rules in CEL.

    `owner` is its definition or field, `inside` a part of the type such as `[]`.
    """

    def __init__(
        self, owner: Definition | Field, expression: Type | None, inside: str = ""
    ) -> None:
        while isinstance(expression, LossyType):
            expression = expression.known
        self.owner = owner
        self.type = expression
        self.inside = inside

    @classmethod
    def view(cls, owner: Definition | Field) -> SchemaView:
        """Return the view of a definition or field itself."""
        return cls(owner, owner.type)

    @cached_property
    def keywords(self) -> dict[str, Any]:
        """The keywords of the value by name, decoded."""
        return {
            each.name: json.loads(each.value)
            for each in self.owner.keywords
            if each.inside == self.inside
        }

    @cached_property
    def rules(self) -> list[Schema]:
        """The rules of the value, including those in the parts of an `allOf`."""
        parts = [self.keywords.get(RULES)]
        listed = self.keywords.get("allOf")  # invalid definitions may have any value here
        parts += (
            [part.get(RULES) for part in listed if isinstance(part, dict)]
            if isinstance(listed, list)
            else []
        )
        return [
            rule
            for each in parts
            if isinstance(each, list)
            for rule in each
            if isinstance(rule, dict)
        ]

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of an object."""
        is_object = self.type is None or self.type == Scalar(type="object")
        return self.owner.fields if is_object else ()

    @property
    def inner(self) -> SchemaView | None:
        """The items of a list or the values of a map."""
        match self.type:
            case Array(items=items):
                return SchemaView(self.owner, items, f"{self.inside}[]")
            case Map(values=values):
                return SchemaView(self.owner, values, f"{self.inside}{{}}")
        return None

    @property
    def is_resource(self) -> bool:
        """Return whether the value is an object with apiVersion, kind and metadata."""
        gvks = self.owner.gvks if isinstance(self.owner, Definition) else ()
        return bool(gvks) or bool(self.keywords.get(kubernetes.EMBEDDED))

    @property
    def is_atomic(self) -> bool:
        """Return whether an object is compared as a whole, without its fields."""
        return not self.inside and self.owner.map_type == "atomic"

    @property
    def list_type(self) -> tuple[str, tuple[str, ...]]:
        """The list type of a list, or an empty string, with the keys of its items."""
        if isinstance(self.owner, Field) and not self.inside:
            return self.owner.list_type or "", self.owner.list_map_keys
        return self.keywords.get(_LIST_TYPE, ""), tuple(self.keywords.get(_LIST_KEYS, ()))

    def levels(self) -> Iterator[SchemaView]:
        """Yield this value, then the items or map values inside it."""
        level: SchemaView | None = self
        while level is not None:
            yield level
            level = level.inner


class PlacedRule(Struct, frozen=True, kw_only=True):
    """A CEL rule with the value that it checks.

    The id is like KEY#spec.names, with [] and {} for items and values.
    """

    id: str
    data: Schema
    value: SchemaView

    @property
    def span(self) -> Span:
        """The location of the definition or field."""
        return self.value.owner.span


def collect_rules(definition: Definition) -> tuple[PlacedRule, ...]:
    """Return all rules of a definition and of the objects inside it, from the outside in."""
    return tuple(
        PlacedRule(id=f"{definition.key}{path}{level.inside}", data=rule, value=level)
        for path, owner in _list_owners(definition)
        for level in SchemaView.view(owner).levels()
        for rule in level.rules
    )


def has_rules(definition: Definition) -> bool:
    """Return whether a definition has CEL rules at any level."""
    return any(
        keyword.name == RULES or RULES in keyword.value
        for _, owner in _list_owners(definition)
        for keyword in owner.keywords
    )


def _list_owners(
    owner: Definition | Field, path: str = "", separator: str = "#"
) -> Iterator[tuple[str, Definition | Field]]:
    """Yield a definition and its fields at any depth, each with its path."""
    yield path, owner
    for field in owner.fields:
        yield from _list_owners(field, f"{path}{separator}{field.name}", ".")


def build_rule_schemas(reference: Reference, key: str) -> dict[str, Schema]:
    """Return the schemas for checking objects of a definition by key, or nothing without rules."""
    found = [reference.definitions[each] for each in reference.closure(key)]
    if not any(map(has_rules, found)):
        return {}
    views = {each.key: SchemaView.view(each) for each in found}
    return {
        each: built for each, view in views.items() if (built := _build_schema(view)) is not None
    }


def _build_schema(value: SchemaView) -> Schema | None:
    """Build the schema of a value, or None if no rule needs it."""
    schema: Schema = {"rules": value.rules} if value.rules else {}
    if value.keywords.get("default") is not None:
        schema["default"] = value.keywords["default"]
    if value.keywords.get("nullable"):
        schema["nullable"] = True
    match value.type:
        case Ref(key=key):
            return {"ref": key} | schema
        case Array() | Map() | Scalar(type="object") | None:
            schema |= _container_words(value)
        case Scalar(type=kind, format=form):
            is_converted = kind == "string" and scalar_type(kind, form).cel not in ("string", "dyn")
            if not schema and not is_converted and kind != "number":
                return None
            schema["type"] = kind
            if is_converted:
                schema["format"] = form
            return schema
    if value.fields or value.type is None:
        schema["fields"] = _build_fields(value)
    if (inside := value.inner) is not None and (inner := _build_schema(inside)) is not None:
        schema["inner"] = inner
    return schema


def _build_fields(value: SchemaView) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for field in value.fields:
        if value.is_resource and field.name == _META:
            continue
        built = _build_schema(SchemaView.view(field))
        if built is not None:
            found[field.name] = built
        elif names_of_value(field.name) != (field.name,):
            found[field.name] = {}
    return found


def _container_words(value: SchemaView) -> Schema:
    """Return the keywords of a list, map or object for merging and comparison."""
    if isinstance(value.type, Array):
        kind, keys = value.list_type
        words: Schema = {"type": "array"} | (
            {"list": str(kind)} if kind in (ListType.MAP, ListType.SET) else {}
        )
        return words | ({"keys": list(keys)} if kind == ListType.MAP else {})
    words = {"type": "object"} | ({"atomic": True} if value.is_atomic else {})
    return words | (
        {"embedded": True} if value.is_resource and not isinstance(value.type, Map) else {}
    )
