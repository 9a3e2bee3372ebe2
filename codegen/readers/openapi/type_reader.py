"""Reading of schemas in OpenAPI and JSON Schema as types of the model.

The vocabularies wrap types differently: `allOf` around one `$ref`, `nullable`, `type: [T, "null"]`,
`anyOf: [T, {type: null}]`, and `oneOf` of the scalars of int-or-string. Reading a type removes
these. No other choice is narrowed to one of its members, because generated code must not refuse
values that the source allows.
"""

from __future__ import annotations

import re
from collections.abc import Container

from msgspec.structs import replace

from codegen.core.diagnostics import Report, Span, count_noun
from codegen.core.json_types import JsonList, JsonObject
from codegen.model import Array, GroupVersionKind, Map, Ref, Scalar, Type
from codegen.readers.openapi.document_structure import parse_kind
from codegen.readers.openapi.keyword_forms import (
    FORMED,
    FORMS,
    TYPING,
    UNIONS,
    boolean_schema,
    distinct_members,
    is_null,
    is_well_formed,
)

MAX_TYPE_DEPTH = 32
ANY = Scalar(type="")
OBJECT = Scalar(type="object")
INT_OR_STRING = Scalar(type="string", format="int-or-string")
REF = re.compile(r"#/(?:definitions|components/schemas|\$defs)/([^/]*)\Z")
_SCALARS = frozenset(("string", "integer", "number", "boolean"))


class TypeReader:
    """A reader of types. `known_keys` are the definition keys that a reference may name."""

    def __init__(self, report: Report, known_keys: Container[str]) -> None:
        self.report = report
        self._known = known_keys
        self._refs: dict[str, Type] = {}
        self._root = ""  # the key of the root schema, if the document is one

    def read_type(self, schema: JsonObject, span: Span, depth: int = 0) -> Type:
        """Read the type of a schema, leaving it open with a diagnostic if the model cannot express
        it.
        """
        if depth > MAX_TYPE_DEPTH:
            self.report_too_deep(span)
            return ANY
        self.report_malformed_keywords(schema, span)
        if "$ref" in schema:
            return self.read_ref(schema["$ref"], span)
        word = schema.get("type")
        if type(word) is list:
            words = [name for name in word if name != "null"]
            if len(words) != 1:
                return self._read_choice(words, schema, span)
            word = words[0]
        if word is None:
            return self._infer_type(schema, span, depth)
        if word == "object":
            return self._read_object(schema, span, depth)
        if word == "array":
            return Array(items=self._read_inner(schema.get("items", {}), "items", span, depth))
        if isinstance(word, str) and word in _SCALARS:
            return self._read_scalar(word, schema, span)
        return ANY  # reported by `document_checks`

    def report_too_deep(
        self, span: Span, description: str = f"a type nested deeper than {MAX_TYPE_DEPTH} levels"
    ) -> None:
        """Report a type left open because of its size."""
        self.report.warning(
            "type-too-deep",
            f"{description} is left open",
            span,
            "define the inner part as a type of its own",
        )

    def read_ref(self, target: object, span: Span) -> Type:
        """Resolve a reference to a definition, or return an open type.

        Other files are never opened.
        """
        if not isinstance(target, str):
            self.report_mismatch("$ref", "a string", target, span)
            return ANY
        expression = self._refs.get(target)
        if expression is None:
            expression = self._refs[target] = self._resolve_ref(target, span)
        return expression

    def _resolve_ref(self, target: str, span: Span) -> Type:
        if self._root and target == "#":
            return Ref(key=self._root)
        match = REF.match(target)
        if match and match[1] in self._known:
            return Ref(key=match[1])
        if target.startswith("#"):
            self.report.warning(
                "ref-unresolved",
                f"{target[:200]!r} is not in this document; the type is left open",
                span,
                "add the definition, or correct the reference",
                arguments=(target,),
            )
        else:
            self.report.warning(
                "ref-outside",
                f"{target[:200]!r} leads out of this document; the type is left open",
                span,
                "put the definition into the document and refer to it with '#/...'",
                arguments=(target,),
            )
        return ANY

    def _read_inner(self, raw: object, description: str, span: Span, depth: int) -> Type:
        return self.read_type(self.schema(raw, description, span), span, depth + 1)

    def _read_object(self, schema: JsonObject, span: Span, depth: int) -> Type:
        values = schema.get("additionalProperties")
        if schema.get("properties"):
            return OBJECT
        if values is None or isinstance(values, bool):
            return self._object_union_type(schema, span, depth)
        return Map(values=self._read_inner(values, "additionalProperties", span, depth))

    def _object_union_type(self, schema: JsonObject, span: Span, depth: int) -> Type:
        """Return the only type named by a union beside `type: object`, or an open object."""
        unions = [word for word in UNIONS if schema.get(word)]
        if len(unions) == 1 and len(parts := self._union_members(unions[0], schema)) == 1:
            named = self.read_type(parts[0], span, depth + 1)
            if isinstance(named, Ref | Map) or named == OBJECT:
                return named
        return OBJECT

    def _read_scalar(self, word: str, schema: JsonObject, span: Span) -> Scalar:
        shape = self.string(schema, "format", span)
        if not shape and schema.get("x-kubernetes-int-or-string") is True:
            shape = "int-or-string"
        enum = schema.get("enum")
        if "const" in schema and word == "string" and isinstance(schema["const"], str):
            enum = [schema["const"]]
        if enum is None:
            return Scalar(type=word, format=shape)
        return Scalar(type=word, format=shape, enum=self._read_enum(enum, word, span))

    def _read_enum(self, enum: object, word: str, span: Span) -> tuple[str, ...]:
        if not isinstance(enum, list) or not enum:
            self.report.warning(
                "enum-unsupported",
                f"the enum is left out: {_shorten_value(enum)}",
                span,
                "an enum is a list of the allowed values",
                arguments=(_shorten_value(enum),),
            )
            return ()
        values = [value for value in enum if value is not None]
        if word != "string" or not all(isinstance(value, str) for value in values):
            return ()  # a constraint, not a type
        return tuple(values)

    def _read_choice(self, words: JsonList, schema: JsonObject, span: Span) -> Type:
        """Read a type list as an enumeration, int-or-string, or anything."""
        if "enum" in schema and (enum := self._read_enum(schema["enum"], "string", span)):
            return Scalar(type="string", enum=enum)
        if len(words) == 2 and "integer" in words and "string" in words:
            return INT_OR_STRING
        self._report_union(words, span)
        return ANY

    def _infer_type(self, schema: JsonObject, span: Span, depth: int) -> Type:
        if schema.get("x-kubernetes-int-or-string") is True:  # its unions express the same
            return INT_OR_STRING
        if schema.get("properties") and isinstance(schema["properties"], dict):
            return self._read_object(schema, span, depth)
        if word := next((word for word in UNIONS if word in schema), ""):
            return self._read_union(word, schema, span, depth)
        if isinstance(schema.get("additionalProperties"), dict):
            return self._read_object(schema, span, depth)
        if isinstance(schema.get("items"), dict):
            return Array(items=self._read_inner(schema["items"], "items", span, depth))
        if isinstance(schema.get("const"), str) or isinstance(schema.get("enum"), list):
            scalar = self._read_scalar("string", schema, span)
            if scalar.enum:
                return scalar
            return ANY
        return ANY

    def _union_members(self, word: str, schema: JsonObject) -> list[JsonObject]:
        """Return the distinct members of a union without null.

        Members of `allOf` without a type are dropped.
        """
        raw = schema[word]
        if not isinstance(raw, list) or not all(isinstance(part, dict) for part in raw):
            return []  # reported as malformed
        parts = [part for part in distinct_members(word, raw) if not is_null(part)]
        if word != "allOf":
            return parts
        return [part for part in parts if not TYPING.isdisjoint(part)]

    def _read_union(self, word: str, schema: JsonObject, span: Span, depth: int) -> Type:
        parts = self._union_members(word, schema)
        if len(parts) < 2:
            if parts:
                inner = self.read_type(parts[0], span, depth + 1)
            else:
                inner = ANY
            if (
                isinstance(inner, Scalar)
                and not inner.format
                and (shape := self.string(schema, "format", span))
            ):
                return replace(inner, format=shape)
            return inner
        words = {part.get("type") if isinstance(part.get("type"), str) else "" for part in parts}
        if word != "allOf" and words == {"integer", "string"}:
            return INT_OR_STRING
        if word != "allOf" and len(words) == 1 and (only := words.pop()) in _SCALARS:
            return Scalar(type=only, format=self.string(schema, "format", span))
        self._report_union(schema[word], span)
        return ANY

    def _report_union(self, raw: object, span: Span) -> None:
        self.report.warning(
            "union-unsupported",
            f"the union is left open: {_shorten_value(raw)}",
            span,
            "expected one type, with or without null",
            arguments=(_shorten_value(raw),),
        )

    def read_kinds(self, raw: object, span: Span) -> tuple[GroupVersionKind, ...]:
        """Read `x-kubernetes-group-version-kind`, a list or a single triple."""
        if raw is None:
            return ()
        kinds: list[GroupVersionKind] = []
        for entry in raw if isinstance(raw, list) else [raw]:
            if (kind := parse_kind(entry)) is not None:
                kinds.append(kind)
            else:
                self.report.warning(
                    "kind-unsafe",
                    f"the group, version and kind are left out: {_shorten_value(entry)}",
                    span,
                    "expected group, version and kind as plain words",
                    arguments=(_shorten_value(entry),),
                )
        return tuple(kinds)

    def mapping(self, value: object, description: str, span: Span) -> JsonObject:
        """Return a value if it is an object, else report it and return an empty one."""
        if isinstance(value, dict):
            return value
        self.report_mismatch(description, "an object", value, span)
        return {}

    def schema(self, value: object, description: str, span: Span) -> JsonObject:
        """Return a value if it is a schema. `true` is the empty one, `false` its negation."""
        if isinstance(value, bool):
            return boolean_schema(value)
        return self.mapping(value, description, span)

    def string(self, schema: JsonObject, name: str, span: Span) -> str:
        """Return a string keyword, or an empty string."""
        value = schema.get(name)
        if value is None or isinstance(value, str):
            return value or ""
        self.report_mismatch(name, "a string", value, span)
        return ""

    def strings(self, schema: JsonObject, name: str, span: Span) -> tuple[str, ...]:
        """Return a keyword with a list of strings, or an empty tuple."""
        value = schema.get(name)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        hint = "write strings alone; YAML reads y, n, yes, no, on and off without quotes as true and false"
        self.report_mismatch(name, "a list of strings", value, span, hint)
        return ()

    def report_malformed_keywords(self, schema: JsonObject, span: Span) -> None:
        """Report the keywords with malformed values."""
        for word in sorted(FORMED.intersection(schema)):
            if not is_well_formed(word, schema[word]):
                self.report_mismatch(word, FORMS[word][0], schema[word], span)

    def report_mismatch(
        self,
        description: str,
        expected: str,
        value: object,
        span: Span,
        hint: str = "correct the document, or export it again",
    ) -> None:
        """Report a value of an unexpected type."""
        self.report.warning(
            "value-unexpected",
            f"{description[:200]}: expected {expected}, found {_shorten_value(value)}, which is left out",
            span,
            hint,
            arguments=(expected, _shorten_value(value)),
        )


def _shorten_value(value: object) -> str:
    """Describe a value in a few words."""
    if isinstance(value, dict):
        return f"an object with {count_noun(len(value), 'key')}"
    if isinstance(value, list):
        return f"a list of {count_noun(len(value), 'value')}"
    if isinstance(value, str | bool | None):
        return repr(value)[:80]
    return f"the number {value!r:.40}"
