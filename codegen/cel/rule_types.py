"""Types of the values seen by rules in CEL, as servers declare `self` for the compiler.

Objects with known fields are messages of protobuf; values of several types, and those that may be null, are dynamic.
"""

from __future__ import annotations

import importlib
from typing import Any

from msgspec import Struct

from codegen.cel.rule_schemas import PlacedRule
from codegen.cel.runtime.cel_schemas import escape_name
from codegen.kube.scalars import scalar_type
from codegen.model import Array, Field, Lost, Map, Scalar, Type, kubernetes
from codegen.model.keywords import allows_null

_PACKAGE = "types"
_DYNAMIC = "google.protobuf.Value"
_FIELDS = "google.protobuf.Struct"  # a map of anything
_META = (("name", "string"), ("generateName", "string"))


class Types(Struct, frozen=True, kw_only=True):
    """The type of `self` in the words of CEL, and the messages in it, as a serialised `FileDescriptorProto`."""

    of: str
    messages: bytes


def infer_types(rule: PlacedRule) -> Types | None:
    """Return the types at the place of a rule, or None if nothing is known there. Needs protobuf."""
    builder = _Builder(importlib.import_module("google.protobuf.descriptor_pb2"))
    if rule.field is None:
        of = builder.message(rule.definition.fields, root=bool(rule.definition.gvks)) if not rule.inside else "dyn"
        open_ = rule.definition.type is not None or not rule.definition.fields
        return None if open_ or of == "dyn" else Types(of=of, messages=builder.serialize())
    inside, expression = rule.inside, rule.field.type
    while inside:
        match expression:
            case Lost(known=known):
                expression = known
            case Array(items=inner) | Map(values=inner):
                expression, inside = inner, inside[2:]
            case _:
                return None
    of = builder.cel_type(expression, rule.field, rule.inside)
    return None if of == "dyn" else Types(of=of, messages=builder.serialize())


class _Builder:
    def __init__(self, descriptor: Any) -> None:
        self._field = descriptor.FieldDescriptorProto
        self._file = descriptor.FileDescriptorProto(name=f"{_PACKAGE}.proto", package=_PACKAGE, syntax="proto3")
        self._file.dependency.extend(f"google/protobuf/{name}.proto" for name in ("duration", "struct", "timestamp"))

    def serialize(self) -> bytes:
        """Serialize all messages."""
        serialised_file: bytes = self._file.SerializeToString()
        return serialised_file

    def message(self, fields: tuple[Field, ...], *, root: bool) -> str:
        """Add a message with these fields and return its name. The root of a resource also has the fields of all resources."""
        known = {"apiVersion": "string", "kind": "string", "metadata": self._message(dict(_META))} if root else {}
        for field in fields:
            if (own := escape_name(field.name)) is not None and own not in known:
                known[own] = "dyn" if allows_null(field.keywords) else self.cel_type(field.type, field, "")
        return self._message(known)

    def _message(self, types: dict[str, str]) -> str:
        message = self._file.message_type.add(name=f"M{len(self._file.message_type)}")
        # `foo_bar` and `fooBar` would be the same name of JSON, which nobody asks for
        message.options.deprecated_legacy_json_field_conflicts = True
        for number, (name, kind) in enumerate(types.items(), 1):
            # numbers from 19,000 on are protobuf's own
            descriptor = message.field.add(name=name, number=number if number < 19_000 else number + 1_000)
            descriptor.json_name = f"f{number}"  # those that protobuf would make may meet
            is_list = kind.startswith("list(")
            descriptor.label = descriptor.LABEL_REPEATED if is_list else descriptor.LABEL_OPTIONAL
            self._fill(descriptor, kind[5:-1] if is_list else kind)
        return f"{_PACKAGE}.{message.name}"

    def _fill(self, descriptor: Any, kind: str) -> None:
        plain = {"string": "STRING", "int": "INT64", "double": "DOUBLE", "bool": "BOOL", "bytes": "BYTES"}.get(kind)
        if plain is not None:
            descriptor.type = getattr(self._field, f"TYPE_{plain}")
            return
        descriptor.type = self._field.TYPE_MESSAGE
        named = (
            _FIELDS if kind.startswith("map(") else _DYNAMIC if kind in ("dyn", "list(dyn)") or "(" in kind else kind
        )
        descriptor.type_name = f".{named}"

    def cel_type(self, expression: Type, field: Field, inside: str) -> str:
        """Return the type of a value in CEL."""
        match expression:
            case Lost(known=known):
                return self.cel_type(known, field, inside)
            case Array(items=items):
                return f"list({self.cel_type(items, field, f'{inside}[]')})"
            case Map(values=values):
                return f"map(string, {self.cel_type(values, field, f'{inside}{{}}')})"
            case Scalar(type="object") if field.fields:
                is_resource = any(each.name == kubernetes.EMBEDDED and each.inside == inside for each in field.keywords)
                return self.message(field.fields, root=is_resource)
            case Scalar(type=kind, format=form):
                return scalar_type(kind, form).cel
        return "dyn"
