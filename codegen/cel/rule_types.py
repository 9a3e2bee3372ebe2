"""Types of the values seen by rules in CEL, as servers declare `self` for the compiler.

Objects with known fields are messages of protobuf; values of several types are dynamic.
"""

from __future__ import annotations

import importlib
from typing import Any

from msgspec import Struct

from codegen.cel.rule_schemas import PlacedRule, SchemaView
from codegen.cel.runtime.cel_schemas import escape_name, names_of_field
from codegen.kube.scalars import scalar_type
from codegen.model import Array, Definition, Scalar
from codegen.model.keywords.keyword import PRESERVE_UNKNOWN

DYNAMIC = "dyn"
_PACKAGE = "types"
_VALUE = "google.protobuf.Value"  # of any type
_OBJECT = "google.protobuf.Struct"  # a map of anything
_META = {"name": "string", "generateName": "string"}
_SCALARS = {
    "string": "STRING",
    "int": "INT64",
    "double": "DOUBLE",
    "bool": "BOOL",
    "bytes": "BYTES",
}
_FIRST_NUMBER = 20_000  # those below are partly protobuf's own


class Types(Struct, frozen=True, kw_only=True):
    """The CEL type of `self` and its messages, as a serialized `FileDescriptorProto`."""

    of: str
    messages: bytes


def infer_types(rule: PlacedRule, *, with_reserved_words: bool = True) -> Types | None:
    """Return the types of the value of a rule, or None if unknown. Needs protobuf.

    With reserved words, a field such as `namespace` also has its plain name.
    """
    value = rule.value
    if isinstance(value.owner, Definition) and (value.inside or not value.fields):
        return None
    builder = _Builder(
        importlib.import_module("google.protobuf.descriptor_pb2"), with_reserved_words
    )
    name = builder.cel_type(value)
    if name in ("", DYNAMIC):
        return None
    return Types(of=name, messages=builder.serialize())


class _Builder:
    def __init__(self, descriptors: Any, with_reserved_words: bool) -> None:
        self._with_reserved_words = with_reserved_words
        self._messages: dict[tuple[tuple[str, str], ...], str] = {}
        self._field = descriptors.FieldDescriptorProto
        self._file = descriptors.FileDescriptorProto(
            name=f"{_PACKAGE}.proto", package=_PACKAGE, syntax="proto3"
        )
        self._file.dependency.extend(
            f"google/protobuf/{name}.proto" for name in ("duration", "struct", "timestamp")
        )

    def serialize(self) -> bytes:
        """Serialize all messages."""
        serialized: bytes = self._file.SerializeToString()
        return serialized

    def cel_type(self, value: SchemaView) -> str:
        """Return the type of a value in CEL, or an empty string for a value that rules do not see."""
        inner = value.inner
        if inner is not None:
            inner_type = self.cel_type(inner)
            if isinstance(value.type, Array):
                kind = f"list<{inner_type}>"
            else:
                kind = f"map<string, {inner_type}>"
            if inner_type:
                return kind
            return ""
        if value.fields or value.is_resource:
            return self._add_object(value)
        if isinstance(value.type, Scalar):
            is_object = value.type.type == "object"
            if is_object:
                return self._add_message({})
            return scalar_type(value.type.type, value.type.format).cel
        if value.keywords.get(PRESERVE_UNKNOWN) is True:
            return ""
        return DYNAMIC

    def _add_object(self, value: SchemaView) -> str:
        """Add a message for an object. A resource also has the fields of all resources."""
        types: dict[str, str] = {}
        if value.is_resource:
            types = {"apiVersion": "string", "kind": "string", "metadata": self._add_message(_META)}
        for field in map(SchemaView.view, value.fields):
            names = self._names(field.owner.name)
            if names and names[0] not in types and (kind := self.cel_type(field)):
                types.update(dict.fromkeys(names, kind))
        return self._add_message(types)

    def _names(self, name: str) -> tuple[str, ...]:
        """Return the names of a field in expressions."""
        if self._with_reserved_words:
            return names_of_field(name)
        escaped = escape_name(name)
        if escaped is None:
            return ()
        return (escaped,)

    def _add_message(self, types: dict[str, str]) -> str:
        """Return the message of an object with fields of these types.

        Equal objects share one, and can be compared.
        """
        key = tuple(types.items())
        if key not in self._messages:
            self._messages[key] = self._build_message(types)
        return self._messages[key]

    def _build_message(self, types: dict[str, str]) -> str:
        message = self._file.message_type.add(name=f"M{len(self._file.message_type)}")
        # `foo_bar` and `fooBar` have the same JSON name, which is unused here
        message.options.deprecated_legacy_json_field_conflicts = True
        for number, (name, kind) in enumerate(types.items(), _FIRST_NUMBER):
            field = message.field.add(name=name, number=number)
            field.json_name = f"f{number}"  # names made by protobuf may collide
            self._fill_field(message, field, kind)
        return f"{_PACKAGE}.{message.name}"

    def _fill_field(self, message: Any, field: Any, kind: str) -> None:
        """Set the type of a field."""
        is_list = kind.startswith("list<")
        if is_list:
            field.label = field.LABEL_REPEATED
            single = kind.removeprefix("list<").removesuffix(">")
        else:
            field.label = field.LABEL_OPTIONAL
            single = kind
        if single in _SCALARS:
            field.type = getattr(self._field, f"TYPE_{_SCALARS[single]}")
            return
        field.type = field.TYPE_MESSAGE
        field.type_name = f".{self._message_name(single)}"
        values = single.removeprefix("map<string, ").removesuffix(">")
        is_map = single.startswith("map<") and not is_list
        if is_map and "<" not in values and values != DYNAMIC:
            self._add_entries(message, field, values)

    def _message_name(self, kind: str) -> str:
        """Return the message of a type that is no scalar. Lists and maps inside are of any type."""
        if kind.startswith("map<"):
            return _OBJECT
        if kind == DYNAMIC or "<" in kind:
            return _VALUE
        return kind

    def _add_entries(self, message: Any, field: Any, values: str) -> None:
        """Add the message of the entries of a map, whose name protobuf derives from that of the
        field.
        """
        parts = field.name.split("_")
        name = "".join(part[:1].upper() + part[1:] for part in parts) + "Entry"
        if any(nested.name == name for nested in message.nested_type):
            return  # such as `foo_bar` beside `fooBar`: the values stay of any type
        entry = message.nested_type.add(name=name)
        entry.options.map_entry = True
        key = entry.field.add(name="key", number=1, label=field.LABEL_OPTIONAL)
        key.type = key.TYPE_STRING
        value = entry.field.add(name="value", number=2)
        self._fill_field(entry, value, values)
        field.label = field.LABEL_REPEATED
        field.type_name = f".{_PACKAGE}.{message.name}.{name}"
