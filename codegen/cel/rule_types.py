"""Types of the values seen by rules in CEL, as servers declare `self` for the compiler.

Objects with known fields are messages of protobuf; values of several types, and those that may be null, are dynamic.
"""

from __future__ import annotations

import importlib
from typing import Any

from msgspec import Struct

from codegen.cel.rule_schemas import PlacedRule, SchemaView
from codegen.cel.runtime.cel_schemas import escape_name
from codegen.kube.scalars import scalar_type
from codegen.model import Array, Definition, Scalar

_PACKAGE = "types"
_DYNAMIC = "google.protobuf.Value"
_FIELDS = "google.protobuf.Struct"  # a map of anything
_META = {"name": "string", "generateName": "string"}
_PLAIN = {"string": "STRING", "int": "INT64", "double": "DOUBLE", "bool": "BOOL", "bytes": "BYTES"}


class Types(Struct, frozen=True, kw_only=True):
    """The CEL type of `self` and its messages, as a serialised `FileDescriptorProto`."""

    of: str
    messages: bytes


def infer_types(rule: PlacedRule) -> Types | None:
    """Return the types of the value of a rule, or None if unknown. Needs protobuf."""
    value = rule.value
    if isinstance(value.owner, Definition) and (value.inside or not value.fields):
        return None
    builder = _Builder(importlib.import_module("google.protobuf.descriptor_pb2"))
    of = builder.cel_type(value)
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

    def cel_type(self, value: SchemaView) -> str:
        """Return the type of a value in CEL."""
        inner = value.inner
        if inner is not None:
            return (
                f"list({self.cel_type(inner)})"
                if isinstance(value.type, Array)
                else f"map(string, {self.cel_type(inner)})"
            )
        if value.fields:
            return self._add_object(value)
        return scalar_type(value.type.type, value.type.format).cel if isinstance(value.type, Scalar) else "dyn"

    def _add_object(self, value: SchemaView) -> str:
        """Add a message for an object. A resource also has the fields of all resources."""
        known: dict[str, str] = {}
        if value.is_resource:
            known = {"apiVersion": "string", "kind": "string", "metadata": self._add_message(_META)}
        for field in map(SchemaView.view, value.fields):
            if (own := escape_name(field.owner.name)) is not None and own not in known:
                known[own] = "dyn" if field.keywords.get("nullable") else self.cel_type(field)
        return self._add_message(known)

    def _add_message(self, types: dict[str, str]) -> str:
        message = self._file.message_type.add(name=f"M{len(self._file.message_type)}")
        # `foo_bar` and `fooBar` have the same JSON name, which is unused here
        message.options.deprecated_legacy_json_field_conflicts = True
        for number, (name, kind) in enumerate(types.items(), 20_000):  # those below are partly protobuf's own
            descriptor = message.field.add(name=name, number=number)
            descriptor.json_name = f"f{number}"  # names made by protobuf may collide
            is_list = kind.startswith("list(")
            descriptor.label = descriptor.LABEL_REPEATED if is_list else descriptor.LABEL_OPTIONAL
            self._fill_field(descriptor, kind[5:-1] if is_list else kind)
        return f"{_PACKAGE}.{message.name}"

    def _fill_field(self, descriptor: Any, kind: str) -> None:
        if kind in _PLAIN:
            descriptor.type = getattr(self._field, f"TYPE_{_PLAIN[kind]}")
            return
        descriptor.type = self._field.TYPE_MESSAGE
        is_map = kind.startswith("map(")
        named = _FIELDS if is_map else _DYNAMIC if kind == "dyn" or "(" in kind else kind
        descriptor.type_name = f".{named}"
