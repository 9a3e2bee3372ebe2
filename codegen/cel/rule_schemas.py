"""Rules of a definition (`x-kubernetes-validations`) with the schemas that they see, as `runtime.cel_schemas` reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from codegen.cel.runtime.cel_schemas import escape_name
from codegen.kube.scalars import scalar_type
from codegen.model import (
    Array,
    Definition,
    Field,
    Keyword,
    ListType,
    Lost,
    Map,
    Ref,
    Reference,
    Scalar,
    Type,
    kubernetes,
)

RULES = "x-kubernetes-validations"
_META = "metadata"
Schema = dict[str, Any]


class PlacedRule(Struct, frozen=True, kw_only=True):
    """A rule with its definition and field. Its id is like KEY#spec.names, with [] and {} for items and values."""

    id: str
    data: Schema
    inside: str
    field: Field | None = None
    definition: Definition


def collect_rules(definition: Definition) -> tuple[PlacedRule, ...]:
    """Return all rules of a definition and of the objects inside it, from the outside in."""
    found = [
        PlacedRule(id=f"{definition.key}{inside}", data=data, inside=inside, definition=definition)
        for inside, data in _parse_rules(definition.keywords)
    ]
    for path, field in _fields(definition.fields):
        found += [
            PlacedRule(
                id=f"{definition.key}#{path}{inside}", data=data, inside=inside, field=field, definition=definition
            )
            for inside, data in _parse_rules(field.keywords)
        ]
    return tuple(found)


def build_rule_schemas(reference: Reference, key: str) -> dict[str, Schema]:
    """Return the schemas for checking objects of a definition by key, or nothing without rules."""
    keys = reference.closure(key)
    ruled = {each for each in keys if has_rules(reference.definitions[each])}
    if not ruled:
        return {}
    builder = _Builder(reference, ruled)
    return {each: built for each in keys if (built := builder.definition(reference.definitions[each])) is not None}


def has_rules(definition: Definition) -> bool:
    """Return whether there are rules in a definition."""
    return any(keyword.name == RULES or RULES in keyword.value for keyword in definition.keywords) or any(
        keyword.name == RULES or RULES in keyword.value
        for _, field in _fields(definition.fields)
        for keyword in field.keywords
    )


def _parse_rules(keywords: Iterable[Keyword]) -> list[tuple[str, Schema]]:
    """Read the rules of keywords with their places, including the parts of an `allOf`."""
    found: list[tuple[str, Schema]] = []
    for keyword in keywords:
        if keyword.name == RULES:
            lists = [json.loads(keyword.value)]
        elif keyword.name == "allOf" and RULES in keyword.value:
            parts = json.loads(keyword.value)  # of another form in what servers refuse
            lists = [part.get(RULES) for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
        else:
            continue
        for each in lists:
            found += [
                (keyword.inside, rule) for rule in (each if isinstance(each, list) else ()) if isinstance(rule, dict)
            ]
    return found


def _fields(fields: tuple[Field, ...], above: str = "") -> list[tuple[str, Field]]:
    found: list[tuple[str, Field]] = []
    for field in fields:
        found.append((f"{above}{field.name}", field))
        found += _fields(field.fields, f"{above}{field.name}.")
    return found


class _Builder:
    def __init__(self, reference: Reference, ruled: set[str]) -> None:
        self._reference = reference
        self._ruled = ruled
        self._reaching: dict[str, bool] = {}

    def definition(self, definition: Definition) -> Schema | None:
        """Build the schema of a definition, or None if no rule is in it or sees it."""
        if definition.type is not None:
            return self._level(definition.type, "", definition.keywords, (), None, seen=True)
        words = _schema_keywords(definition.keywords, "")
        schema: Schema = {"type": "object"}
        if definition.gvks or words.get(kubernetes.EMBEDDED):
            schema["embedded"] = True
        if definition.map_type == "atomic":
            schema["atomic"] = True
        rules = [rule for inside, rule in _parse_rules(definition.keywords) if not inside]
        if rules:
            schema["rules"] = rules
        schema["fields"] = self._inner(definition.fields, schema, seen=True)
        return schema

    def _inner(self, fields: tuple[Field, ...], schema: Schema, *, seen: bool) -> dict[str, Schema]:
        found: dict[str, Schema] = {}
        for field in fields:
            if schema.get("embedded") and field.name == _META:
                continue
            built = self._level(field.type, "", field.keywords, field.fields, field, seen=seen)
            if built is not None or (seen and not field.name.isidentifier()):
                found[field.name] = built or {}
            elif seen and escape_name(field.name) not in (None, field.name):
                found[field.name] = {}
        return found

    def _level(
        self,
        expression: Type,
        inside: str,
        keywords: tuple[Keyword, ...],
        fields: tuple[Field, ...],
        field: Field | None,
        *,
        seen: bool,
    ) -> Schema | None:
        """Build the schema of a value at one level of lists and maps, or None if no rule needs it."""
        words = _schema_keywords(keywords, inside)
        schema = _own_keywords(words, [rule for where, rule in _parse_rules(keywords) if where == inside])
        outer = field if not inside else None
        below = seen or "rules" in schema
        inner: Schema | None
        match expression:
            case Lost(known=known):
                return self._level(known, inside, keywords, fields, field, seen=seen)
            case Array(items=items):
                schema |= {"type": "array"} | _list_keywords(words, outer)
                inner = self._level(items, f"{inside}[]", keywords, fields, field, seen=below)
            case Map(values=values):
                schema |= {"type": "object"} | _map_keywords(outer)
                inner = self._level(values, f"{inside}{{}}", keywords, fields, field, seen=below)
            case Ref(key=key):
                return ({"ref": key} | schema) if seen or self._reaches(key) or schema else None
            case Scalar(type="object"):
                schema |= (
                    {"type": "object"}
                    | _map_keywords(outer)
                    | ({"embedded": True} if words.get(kubernetes.EMBEDDED) else {})
                )
                if fields:
                    schema["fields"] = self._inner(fields, schema, seen=below)
                return schema if below or schema.get("fields") else None
            case Scalar(type=kind, format=form):
                is_converted = kind == "string" and scalar_type(kind, form).cel not in ("string", "dyn")
                typed = {"type": kind, "format": form} if is_converted else {"type": kind}
                is_needed = bool(schema) or "format" in typed or kind == "number"
                return (typed | schema) if is_needed and below else None
        if inner is not None:
            schema["inner"] = inner
        return schema if below or inner is not None else None

    def _reaches(self, key: str) -> bool:
        if key not in self._reaching:
            self._reaching[key] = not self._ruled.isdisjoint(self._reference.closure(key))
        return self._reaching[key]


def _schema_keywords(keywords: tuple[Keyword, ...], inside: str) -> dict[str, Any]:
    wanted = ("default", "nullable", kubernetes.EMBEDDED, "x-kubernetes-list-type", "x-kubernetes-list-map-keys")
    return {each.name: json.loads(each.value) for each in keywords if each.inside == inside and each.name in wanted}


def _list_keywords(words: dict[str, Any], field: Field | None) -> Schema:
    kind = field.list_type if field is not None else words.get("x-kubernetes-list-type")
    keys = field.list_map_keys if field is not None else words.get("x-kubernetes-list-map-keys", ())
    if kind == ListType.MAP:
        return {"list": "map", "keys": list(keys)}
    return {"list": "set"} if kind == ListType.SET else {}


def _map_keywords(field: Field | None) -> Schema:
    return {"atomic": True} if field is not None and field.map_type == "atomic" else {}


def _own_keywords(words: dict[str, Any], rules: list[Schema]) -> Schema:
    schema: Schema = {"rules": rules} if rules else {}
    if words.get("default") is not None:
        schema["default"] = words["default"]
    if words.get("nullable"):
        schema["nullable"] = True
    return schema
