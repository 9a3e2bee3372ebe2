"""Schemas of definitions and types, in the dialects of JSON Schema and OpenAPI.

The dialects differ in null, in siblings of `$ref`, and in a few keywords. All of these differences
are in this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from enum import Enum
from hashlib import sha256
from urllib.parse import quote

from codegen.core.escaping.documents import Json, has_invisible_characters
from codegen.kube.scalars import GO_INT_OR_STRING, GO_QUANTITY, scalar_type
from codegen.model import (
    Array,
    Field,
    Keyword,
    LossyType,
    Map,
    Ref,
    Scalar,
    Type,
    field_id,
    inner_id,
    kubernetes,
)
from codegen.model.keywords.decoding import Decoding, Decodings, drops_null
from codegen.model.keywords.keyword import accepts_more_fields, group_by_part
from codegen.model.types import innermost_part
from codegen.outputs.job import Job
from codegen.outputs.schemas.limit_keywords import (
    Schema,
    add_constraints,
    annotation_keywords,
    other_fields_schema,
)

_TYPES = frozenset(("string", "integer", "number", "boolean", "object"))
_OBJECT = Scalar(type="object")
_RESTRICTING = frozenset(("allOf", "anyOf", "not"))  # keywords that null would have to satisfy, too
_NO_COMPONENT_NAME = re.compile(r"[^A-Za-z0-9._-]")


class Dialect(Enum):
    """A vocabulary of schema objects. Its value is the version in documents."""

    JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
    OPENAPI_31 = "3.1.0"
    OPENAPI_30 = "3.0.3"

    def definition_name(self, key: str) -> str:
        """Return the name of a definition in a document.

        The name is the key, or a safe form of it with a hash. It does not depend on other
        definitions. That of a shared object is its path, such as
        `io.cert-manager.v1.Certificate.spec.issuerRef`, by which readers recognize it.
        """
        key = key.replace("#", ".")
        refused = (
            has_invisible_characters(key)
            if self is Dialect.JSON_SCHEMA
            else _NO_COMPONENT_NAME.search(key)
        )
        if key and not refused:
            return key

        digest = sha256(key.encode("utf-8", errors="surrogatepass")).hexdigest()[:8]
        return f"{_NO_COMPONENT_NAME.sub('_', key)}-{digest}"

    def reference(self, key: str) -> Schema:
        """Write a `$ref` to a definition, with the escapes of JSON pointers and URIs."""
        if self is Dialect.JSON_SCHEMA:
            pointer = "#/$defs/"
        else:
            pointer = "#/components/schemas/"
        return {
            "$ref": pointer
            + quote(self.definition_name(key).replace("~", "~0").replace("/", "~1"), safe="~")
        }


Parts = Mapping[str, Mapping[str, Json]]
"""The keywords of a value with their values, by the part that they are about: `[]` list items, `{}` map values."""


class SchemaWriter:
    """A writer of the definitions of one job in one dialect."""

    def __init__(self, job: Job, dialect: Dialect) -> None:
        self._job = job
        self._dialect = dialect
        self._decodings = Decodings(job.reference)

    def definition(self, key: str) -> Schema:
        """Write the schema of a definition."""
        decoding = self._decodings.find(key)
        return ValueWriter(self._job, self._dialect, decoding).definition(key)

    def constrain(self, expression: Type, keywords: tuple[Keyword, ...]) -> Schema:
        """Write a type with the constraints of keywords, as for a parameter."""
        writer = ValueWriter(self._job, self._dialect, Decoding.PLAIN)
        return writer.constrain(expression, keywords)


class ValueWriter:
    """A writer of a definition and its values, which the server decodes in one way."""

    def __init__(self, job: Job, dialect: Dialect, decoding: Decoding) -> None:
        self._job = job
        self._dialect = dialect
        self._decoding = decoding

    def definition(self, key: str) -> Schema:
        """Write the schema of the definition."""
        definition = self._job.reference.definitions[key]
        text = self._job.text(definition.text_id)
        parts = group_by_part(definition.keywords)
        own_parts = parts.get("", {})
        if definition.places:
            itself = Field(
                name="",
                type=_OBJECT,
                keywords=definition.keywords,
                fields=definition.fields,
                span=definition.span,
            )
            core = self._write_part(
                _OBJECT, parts, fill=lambda target: self._write_out(target, key, itself, "")
            )
        elif definition.type is not None:
            core = self._write_alias(definition.key, definition.type, parts)
        elif definition.has_structure:
            core = {"type": "object"}
            if definition.fields:
                core |= self._write_properties(
                    definition.key, definition.fields, is_open=definition.open, limits=own_parts
                )
            core = self._constrain(core, parts)
        else:
            core = self._constrain(_write_open_object(), parts)
            note = (
                self._job.languages.get(self._job.locale)
                .labels["undocumented"]
                .format(name=definition.name)
            )
            text = f"{text}\n{note}" if text else note
        after: Schema = {}
        if definition.gvks:
            after["x-kubernetes-group-version-kind"] = [
                {**gvk.as_extension} for gvk in definition.gvks
            ]
        if definition.map_type:
            after["x-kubernetes-map-type"] = definition.map_type
        if "nullable" in own_parts:
            core = or_null(core, self._dialect)
        return self._surround(text, core, after | annotation_keywords(own_parts))

    def _write_alias(self, key: str, expression: Type, parts: Parts) -> Schema:
        """Write the type of an alias. Aliases that only lead to each other allow anything."""
        end = self._job.reference.resolve(Ref(key=key))
        if end == Scalar(type=""):
            return self._constrain({}, parts)
        if not isinstance(end, Scalar) or end.format not in (GO_INT_OR_STRING, GO_QUANTITY):
            return self._write_part(expression, parts)
        return self._constrain(deepcopy(dict(scalar_type(end.type, end.format).schema)), parts)

    def _write_properties(
        self,
        key: str,
        fields: tuple[Field, ...],
        path: str = "",
        *,
        is_open: bool,
        limits: Mapping[str, Json],
    ) -> Schema:
        """Write the keywords for the fields of an object.

        `path` leads to it from the definition, with a dot at its end. `limits` are its keywords.
        """
        schema: Schema = {
            "properties": {field.name: self.field(key, field, path) for field in fields}
        }
        if required := sorted({field.name for field in fields if field.required}):
            schema["required"] = list(required)
        if is_open:
            marks_exclusive = self._dialect is Dialect.OPENAPI_30
            other_fields = other_fields_schema(limits, marks_exclusive=marks_exclusive)
            schema["additionalProperties"] = other_fields
        elif self._dialect is Dialect.JSON_SCHEMA:
            # Manifests are checked as `fieldValidation=Strict` does. An OpenAPI document also
            # describes responses, and a newer server may add fields to those.
            schema["additionalProperties"] = False
        return schema

    def field(self, key: str, field: Field, path: str = "") -> Schema:
        """Write the schema of a field of the definition `key`. An optional field accepts null.

        `path` leads to the inline object with the field, such as `spec.issuerRef.`.
        """
        prose_id = field_id(key, path + field.name)
        parts = group_by_part(field.keywords)
        for part, words in parts.items():
            if (
                part
                and "description" in words
                and (text := self._job.text(inner_id(prose_id, part)))
            ):
                words["description"] = text
        fill = None
        if field.fields or field.empty:
            fill = lambda target: self._write_out(target, key, field, f"{path}{field.name}.")  # noqa: E731
        core = self._write_part(field.type, parts, fill=fill)
        after = self._merge_keywords(field) | annotation_keywords(parts.get("", {}))
        stated = "nullable" in parts.get("", {})
        if field.value is not None:
            core |= (
                {"enum": [field.value]}
                if self._dialect is Dialect.OPENAPI_30
                else {"const": field.value}
            )
        if stated and not field.required:
            after["x-nullable"] = True  # unlike other optional fields
        if stated or not field.required:
            core = or_null(core, self._dialect)
        return self._surround(self._job.text(prose_id), core, after)

    def _write_out(self, target: Schema, key: str, field: Field, path: str) -> None:
        """Add the fields of an inline object to its schema.

        The object is closed: a server drops unknown fields of a custom resource, and refuses them
        in strict manifests. An embedded resource has the fields of all kinds.
        """
        inside = innermost_part(field.type)
        is_open = accepts_more_fields(field.keywords, inside)
        target.pop("additionalProperties", None)
        limits = group_by_part(field.keywords).get(inside, {})
        target |= self._write_properties(key, field.fields, path, is_open=is_open, limits=limits)
        if is_open or kubernetes.EMBEDDED not in group_by_part(field.keywords).get(inside, {}):
            return
        if isinstance(properties := target["properties"], dict):
            for name, kind in (
                ("apiVersion", "string"),
                ("kind", "string"),
                ("metadata", "object"),
            ):
                properties.setdefault(name, {"type": kind})

    def _merge_keywords(self, field: Field) -> Schema:
        """Write the merge behavior of lists and maps. A set of scalars has unique items."""
        schema: Schema = {}
        if self._job.reference.unique_keys(field) == ():
            schema["uniqueItems"] = True
        return schema | field.merge_extensions

    def constrain(self, expression: Type, keywords: tuple[Keyword, ...]) -> Schema:
        """Write the schema of a type expression with the constraints of a document."""
        return self._write_part(expression, group_by_part(keywords))

    def _write_part(
        self,
        expression: Type,
        parts: Parts,
        part: str = "",
        fill: Callable[[Schema], None] | None = None,
    ) -> Schema:
        """Write a part of a value: its type, the fields that `fill` adds, and its constraints."""
        match expression:
            case Array(items=items):
                schema: Schema = {
                    "type": "array",
                    "items": self._write_values(items, parts, f"{part}[]", fill),
                }
            case Map(values=values):
                schema = {
                    "type": "object",
                    "additionalProperties": self._write_values(values, parts, f"{part}{{}}", fill),
                }
            case LossyType(known=known) if not isinstance(known, Scalar):
                return self._write_part(known, parts, part, fill)
            case _:
                schema = self._write_innermost(expression)
                if fill is not None:
                    fill(schema)
        return self._surround("", self._constrain(schema, parts, part), {})

    def _write_values(
        self, expression: Type, parts: Parts, part: str, fill: Callable[[Schema], None] | None
    ) -> Schema:
        """Write the items of a list or the values of a map, with null where servers accept it."""
        schema = self._write_part(expression, parts, part, fill)
        resolved = self._job.reference.resolve(expression)
        if "nullable" in parts.get(part, {}):
            # unlike null that servers drop or read as a zero value
            return or_null(schema, self._dialect) | {"x-nullable": True}
        if drops_null(resolved, part, self._decoding):
            return or_null(schema, self._dialect)
        return schema

    def _constrain(self, schema: Schema, parts: Parts, part: str = "") -> Schema:
        marks_exclusive = self._dialect is Dialect.OPENAPI_30
        return add_constraints(
            schema, parts.get(part, {}), is_inner=bool(part), marks_exclusive=marks_exclusive
        )

    def _write_innermost(self, expression: Type) -> Schema:
        """Write a scalar or a reference, without null; `{}` (anything) for an unknown type."""
        match expression:
            case Ref(key=key):
                if key in self._job.reference.definitions:
                    return self._dialect.reference(key)
                return {}
            case LossyType(known=Scalar(type=kind)):
                return self._write_scalar(Scalar(type=kind))
            case Scalar():
                return self._write_scalar(expression)
        raise TypeError(expression)

    def _write_scalar(self, scalar: Scalar) -> Schema:
        if scalar.type not in _TYPES:
            return {}
        scalar_kind = scalar_type(scalar.type, scalar.format)
        if scalar_kind.format == "int-or-string":
            # Without `format`, since strict validators require a type beside it.
            return deepcopy(dict(scalar_kind.schema))
        if scalar == Scalar(type="object"):
            return _write_open_object()
        schema: Schema = {"type": scalar.type}
        if scalar.format:
            schema["format"] = scalar.format
        if "oneOf" not in scalar_kind.schema:
            schema |= scalar_kind.schema
        if self._dialect is Dialect.OPENAPI_30:
            schema.pop("contentEncoding", None)
        if scalar.type == "string" and scalar.enum:
            schema["enum"] = list(dict.fromkeys(scalar.enum))
        return schema

    def _surround(self, text: str, schema: Schema, after: Schema) -> Schema:
        """Put a description and other annotations around a schema.

        OpenAPI 3.0 ignores what stands beside a `$ref`: it moves into allOf.
        """
        before: Schema = {"description": text} if text else {}
        if (
            self._dialect is Dialect.OPENAPI_30
            and "$ref" in schema
            and len(before | schema | after) > 1
        ):
            beside_reference = {word: value for word, value in schema.items() if word != "$ref"}
            schema = {"allOf": [{"$ref": schema["$ref"]}], **beside_reference}
        return before | schema | after


def or_null(schema: Schema, dialect: Dialect) -> Schema:
    """Add null to a schema.

    A choice gets null as one more member. Beside a choice or a `$ref`, neither a type nor
    `nullable` would add a value to its members.
    """
    if dialect is Dialect.OPENAPI_30:
        null: Schema = {"enum": [None]}
    else:
        null = {"type": "null"}
    if not schema:
        return schema
    if (
        "$ref" in schema
        or not _RESTRICTING.isdisjoint(schema)
        or ("oneOf" in schema and "type" in schema)
    ):
        return {"anyOf": [schema, null]}
    if isinstance(choices := schema.get("oneOf"), list):
        return schema | {"oneOf": [*choices, null]}
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if (
        dialect is Dialect.OPENAPI_30
        and isinstance(values, list)
        and schema.get("type") != "string"
    ):
        return {"anyOf": [schema, null]}  # numbers need their type
    plain = {word: value for word, value in schema.items() if word not in ("const", "enum")}
    is_text = dialect is Dialect.JSON_SCHEMA and plain.get("type") == "string"
    if isinstance(values, list) and (is_text or dialect is Dialect.OPENAPI_30):
        plain.pop("type", None)  # values suffice, and prism adds another null beside `nullable`
    elif "type" in plain and dialect is not Dialect.OPENAPI_30:
        plain["type"] = [plain["type"], "null"]
    else:
        plain["nullable"] = True
    return plain | ({"enum": [*values, None]} if isinstance(values, list) else {})


def _write_open_object() -> Schema:
    """Write an open object. Without the keyword, generators make one without any fields."""
    return {"type": "object", "additionalProperties": True}
