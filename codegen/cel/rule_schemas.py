"""Rules of a definition (`x-kubernetes-validations`) and the schemas of the values they see.

`runtime.cel_schemas` reads these schemas from plain data.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from codegen.cel.runtime.cel_schemas import names_of_value
from codegen.core.diagnostics import Span
from codegen.core.json_types import JsonObject
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
from codegen.model.keywords.keyword import group_by_part

RULES = "x-kubernetes-validations"
_LIST_TYPE, _LIST_KEYS = "x-kubernetes-list-type", "x-kubernetes-list-map-keys"
_META = "metadata"
Schema = JsonObject


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
    def keywords(self) -> JsonObject:
        """The keywords of the value by name, decoded."""
        return group_by_part(self.owner.keywords).get(self.inside, {})

    @cached_property
    def rules(self) -> list[Schema]:
        """The rules of the value, including those in the parts of an `allOf`."""
        # Invalid definitions may have any value here.
        schemas: list[object] = [self.keywords]
        if isinstance(parts := self.keywords.get("allOf"), list):
            schemas += parts
        rules: list[Schema] = []
        for schema in schemas:
            if isinstance(schema, dict) and isinstance(listed := schema.get(RULES), list):
                rules += [rule for rule in listed if isinstance(rule, dict)]
        return rules

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of an object."""
        is_object = self.type is None or self.type == Scalar(type="object")
        if is_object:
            return self.owner.fields
        return ()

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
        is_kind = isinstance(self.owner, Definition) and bool(self.owner.gvks)
        return is_kind or bool(self.keywords.get(kubernetes.EMBEDDED))

    @property
    def is_atomic(self) -> bool:
        """Return whether an object is compared as a whole, without its fields."""
        return not self.inside and self.owner.map_type == "atomic"

    @property
    def list_type(self) -> str:
        """The list type of a list, or an empty string."""
        if isinstance(self.owner, Field) and not self.inside:
            return self.owner.list_type or ""
        return str(self.keywords.get(_LIST_TYPE, ""))

    @property
    def list_keys(self) -> tuple[str, ...]:
        """The keys of the items of a list."""
        if isinstance(self.owner, Field) and not self.inside:
            return self.owner.list_map_keys
        return tuple(self.keywords.get(_LIST_KEYS, ()))

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
    rules: list[PlacedRule] = []
    for path, owner in _list_owners(definition):
        for level in SchemaView.view(owner).levels():
            rule_id = f"{definition.key}{path}{level.inside}"
            rules += [PlacedRule(id=rule_id, data=rule, value=level) for rule in level.rules]
    return tuple(rules)


def has_rules(definition: Definition) -> bool:
    """Return whether a definition has CEL rules at any level."""
    for _, owner in _list_owners(definition):
        if any(keyword.name == RULES or RULES in keyword.value for keyword in owner.keywords):
            return True
    return False


def _list_owners(
    owner: Definition | Field, path: str = "", separator: str = "#"
) -> Iterator[tuple[str, Definition | Field]]:
    """Yield a definition and its fields at any depth, each with its path."""
    yield path, owner
    for field in owner.fields:
        yield from _list_owners(field, f"{path}{separator}{field.name}", ".")


def build_rule_schemas(reference: Reference, key: str) -> dict[str, Schema]:
    """Return the schemas for checking objects of a definition by key, or nothing without rules."""
    definitions = [reference.definitions[used] for used in reference.closure(key)]
    if not any(map(has_rules, definitions)):
        return {}
    schemas: dict[str, Schema] = {}
    for definition in definitions:
        schema = _build_schema(SchemaView.view(definition))
        if schema is not None:
            schemas[definition.key] = schema
    return schemas


def _build_schema(value: SchemaView) -> Schema | None:
    """Build the schema of a value, or None if no rule needs it."""
    schema: Schema = {}
    if value.rules:
        schema["rules"] = value.rules
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
    schemas: dict[str, Schema] = {}
    for field in value.fields:
        if value.is_resource and field.name == _META:
            continue
        built = _build_schema(SchemaView.view(field))
        if built is not None:
            schemas[field.name] = built
        elif names_of_value(field.name) != (field.name,):
            schemas[field.name] = {}
    return schemas


def _container_words(value: SchemaView) -> Schema:
    """Return the keywords of a list, map or object for merging and comparison."""
    if isinstance(value.type, Array):
        words: Schema = {"type": "array"}
        if value.list_type in (ListType.MAP, ListType.SET):
            words["list"] = str(value.list_type)
        if value.list_type == ListType.MAP:
            words["keys"] = list(value.list_keys)
        return words
    words = {"type": "object"}
    if value.is_atomic:
        words["atomic"] = True
    if value.is_resource and not isinstance(value.type, Map):
        words["embedded"] = True
    return words
