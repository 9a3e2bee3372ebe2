"""Type expressions and definitions as schema objects, in the dialects of JSON Schema and of OpenAPI 3.1 and 3.0.

The dialects differ in how they say null, in what may stand beside a `$ref`, and in a few keywords; those differences
are here and nowhere else.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from enum import Enum
from hashlib import sha256
from urllib.parse import quote

from msgspec.structs import replace

from codegen.core.escaping.documents import is_invisible
from codegen.kube.scalars import scalar_type
from codegen.model import (
    Array,
    Definition,
    Field,
    GroupVersionKind,
    Keyword,
    Lost,
    Map,
    Ref,
    Scalar,
    Type,
    field_id,
    held_id,
    innermost,
    kubernetes,
)
from codegen.model.keywords import accepts_more_fields, allows_null
from codegen.outputs.job import Job
from codegen.outputs.schemas.limit_keywords import (
    Schema,
    apply_keywords,
    find_holder,
    innermost_object,
    remarks,
)

_TYPES = frozenset(("string", "integer", "number", "boolean", "object"))
_OBJECT = Scalar(type="object")
_INT_OR_STRING = Scalar(type="string", format="int-or-string")
_RESTRICTING = frozenset(("allOf", "anyOf", "not"))  # what null beside a type would have to satisfy too
_NO_COMPONENT_NAME = re.compile(r"[^A-Za-z0-9._-]")


class Dialect(Enum):
    """A vocabulary of schema objects; the value is the version that a document states."""

    JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
    OPENAPI_31 = "3.1.0"
    OPENAPI_30 = "3.0.3"

    @property
    def is_closed(self) -> bool:
        """Whether an object refuses fields that nobody documented.

        A manifest is checked as strictly as `fieldValidation=Strict` does; an OpenAPI document also describes answers,
        and those of a newer server may hold more.
        """
        return self is Dialect.JSON_SCHEMA

    @property
    def pointer(self) -> str:
        """Where the definitions of a document stand."""
        return "#/$defs/" if self is Dialect.JSON_SCHEMA else "#/components/schemas/"

    def definition_name(self, key: str) -> str:
        """The name of a definition in a document: its key, or where that may not be one, a safe form of it.

        The safe form depends on the key alone (the hash keeps two of them apart), so it stays when others come or go.
        """
        refused = is_invisible(key) if self is Dialect.JSON_SCHEMA else _NO_COMPONENT_NAME.search(key)
        if key and not refused:
            return key

        digest = sha256(key.encode("utf-8", errors="surrogatepass")).hexdigest()[:8]
        return f"{_NO_COMPONENT_NAME.sub('_', key)}-{digest}"

    def reference(self, key: str) -> Schema:
        """A `$ref` to a definition: a JSON pointer in a URI fragment, with the escapes of both."""
        return {"$ref": self.pointer + quote(self.definition_name(key).replace("~", "~0").replace("/", "~1"), safe="~")}


class SchemaWriter:
    """Writes the definitions of one job in one dialect. Each definition is made once, however many files hold it."""

    def __init__(self, job: Job, dialect: Dialect) -> None:
        self._job = job
        self._dialect = dialect
        self._made: dict[str, Schema] = {}

    def definition(self, key: str) -> Schema:
        """The schema of a definition: an object with its fields, what an alias stands for, or an open object."""
        if key not in self._made:
            self._made[key] = self._definition(self._job.reference.definitions[key])
        return self._made[key]

    def _definition(self, definition: Definition) -> Schema:
        text = self._job.text(definition.key)
        if definition.type is not None:
            core = self._alias(definition.key, definition.type)
        elif definition.has_structure:
            core = self._object(definition)
        else:
            core = _open_object()
            note = self._job.languages.get(self._job.locale).labels["undocumented"].format(name=definition.name)
            text = f"{text}\n{note}" if text else note
        after: Schema = {}
        if definition.gvks:
            after["x-kubernetes-group-version-kind"] = [group_version_kind(gvk) for gvk in definition.gvks]
        if definition.map_type:
            after["x-kubernetes-map-type"] = definition.map_type
        core = self._apply_keywords(core, definition.keywords)
        if allows_null(definition.keywords):
            core = or_null(core, self._dialect)
        return self._between(_describe(text), core, after | remarks(definition.keywords))

    def _alias(self, key: str, expression: Type) -> Schema:
        """What an alias stands for; anything, where aliases only lead to each other: no validator must follow them."""
        end = self._job.reference.resolve(Ref(key=key))
        if key == kubernetes.INT_OR_STRING and expression == _INT_OR_STRING:
            end = kubernetes.INT32_OR_STRING
        elif end == Scalar(type=""):
            return {}
        elif not isinstance(end, Scalar) or end.format != "quantity":
            return self.type(expression)
        return deepcopy(dict(scalar_type(end.type, end.format).schema))

    def _object(self, definition: Definition) -> Schema:
        schema: Schema = {"type": "object"}
        if definition.fields:
            schema |= self._properties(definition.key, definition.fields, is_open=definition.open)
        return schema

    def _properties(self, key: str, fields: tuple[Field, ...], path: str = "", *, is_open: bool) -> Schema:
        """What says which fields an object has; `path` leads to it from the definition, with a dot at its end."""
        schema: Schema = {"properties": {field.name: self.field(key, field, path) for field in fields}}
        if required := sorted({field.name for field in fields if field.required}):
            schema["required"] = list(required)
        if is_open:
            schema["additionalProperties"] = True
        elif self._dialect.is_closed:
            schema["additionalProperties"] = False
        return schema

    def field(self, key: str, field: Field, path: str = "") -> Schema:
        """The schema of one field of the definition `key`; an optional one accepts null.

        Of an object that is written out in another one `path` says where it is: `spec.issuerRef.`.
        """
        core = self.type(field.type)
        if field.fields or (self._is_structural(key) and innermost(field.type) == _OBJECT):
            self._write_out(core, key, field, f"{path}{field.name}.")
        prose_id = field_id(key, path + field.name)
        core = self._apply_keywords(core, self._translate_keywords(prose_id, field.keywords))
        after = self._merging(field) | remarks(field.keywords)
        stated = allows_null(field.keywords)
        if field.value is not None:
            core |= {"enum": [field.value]} if self._dialect is Dialect.OPENAPI_30 else {"const": field.value}
        if stated and not field.required:
            after["x-nullable"] = True  # beside others that may be null because they may be left out
        if stated or not field.required:
            core = or_null(core, self._dialect)
        return self._between(_describe(self._job.text(prose_id)), core, after)

    def _translate_keywords(self, prose_id: str, keywords: tuple[Keyword, ...]) -> tuple[Keyword, ...]:
        """The keywords of a field, whose texts on what it holds are in the language of the output where it has them."""
        return tuple(
            replace(each, value=json.dumps(text, ensure_ascii=False))
            if each.inside and each.name == "description" and (text := self._job.text(held_id(prose_id, each.inside)))
            else each
            for each in keywords
        )

    def _write_out(self, core: Schema, key: str, field: Field, path: str) -> None:
        """Add the fields of an object to the schema of the field that it is written out in.

        A server drops what the schema of a custom resource does not name, and refuses it in a manifest that it is to check strictly: so
        does a closed object. An embedded resource has the fields of all kinds, named or not.
        """
        inside, held = innermost_object(core)
        is_open = accepts_more_fields(field.keywords, inside)
        if is_open and not field.fields:
            return
        held.pop("additionalProperties", None)
        held |= self._properties(key, field.fields, path, is_open=is_open)
        if is_open or not any(each.name == kubernetes.EMBEDDED and each.inside == inside for each in field.keywords):
            return
        if isinstance(properties := held["properties"], dict):
            for name, kind in (("apiVersion", "string"), ("kind", "string"), ("metadata", "object")):
                properties.setdefault(name, {"type": kind})

    def _is_structural(self, key: str) -> bool:
        """Whether a definition is a custom resource, whose schema says of every object which fields it has."""
        definition = self._job.reference.definitions.get(key)
        return definition is not None and definition.resource is not None

    def _merging(self, field: Field) -> Schema:
        """How lists and maps are merged, in the words of Kubernetes' OpenAPI; a set of scalars holds nothing twice."""
        schema: Schema = {}
        if self._job.reference.unique_keys(field) == ():
            schema["uniqueItems"] = True
        if field.list_map_keys:
            schema["x-kubernetes-list-map-keys"] = list(field.list_map_keys)
        if field.list_type is not None:
            schema["x-kubernetes-list-type"] = field.list_type.value
        if field.map_type:
            schema["x-kubernetes-map-type"] = field.map_type
        if field.patch_merge_key:
            schema["x-kubernetes-patch-merge-key"] = field.patch_merge_key
        if field.patch_strategy:
            schema["x-kubernetes-patch-strategy"] = ",".join(field.patch_strategy)
        return schema

    def constrain(self, expression: Type, keywords: tuple[Keyword, ...]) -> Schema:
        """The schema of a type expression with what a document says of its values."""
        return self._apply_keywords(self.type(expression), keywords)

    def _apply_keywords(self, core: Schema, keywords: tuple[Keyword, ...]) -> Schema:
        """A schema with what a document says of its values, and null where it allows that inside of lists and maps."""
        schema = apply_keywords(core, keywords, marks_exclusive=self._dialect is Dialect.OPENAPI_30)
        for keyword in keywords:
            if keyword.name == "nullable" and keyword.inside:
                for holder, word in find_holder(schema, keyword.inside):
                    if isinstance(inner := holder[word], dict):
                        holder[word] = or_null(inner, self._dialect)
        return schema

    def type(self, expression: Type) -> Schema:
        """The schema of a type expression, without null; `{}` (anything) for a type of which nothing is known."""
        match expression:
            case Array(items=items):
                return {"type": "array", "items": self._inner(items)}
            case Map(values=values):
                return {"type": "object", "additionalProperties": self._inner(values)}
            case Ref(key=key):
                return self._dialect.reference(key) if key in self._job.reference.definitions else {}
            case Lost(known=Scalar(type=known)):
                return self._scalar(Scalar(type=known))
            case Lost(known=known):
                return self.type(known)
            case Scalar():
                return self._scalar(expression)

    def _inner(self, expression: Type) -> Schema:
        """The schema of items of a list or values of a map: among strings servers read null as an empty one."""
        schema = self.type(expression)
        return or_null(schema, self._dialect) if kubernetes.is_text(self._job.reference.resolve(expression)) else schema

    def _scalar(self, scalar: Scalar) -> Schema:
        if scalar.type not in _TYPES:
            return {}
        known = scalar_type(scalar.type, scalar.format)
        if known.format == _INT_OR_STRING.format:
            # The extension and no `format`: strict validators want a type beside that.
            return deepcopy(dict(known.schema))
        if scalar == Scalar(type="object"):
            return _open_object()
        schema: Schema = {"type": scalar.type}
        if scalar.format:
            schema["format"] = scalar.format
        if "oneOf" not in known.schema:
            schema |= known.schema
        if self._dialect is Dialect.OPENAPI_30:
            schema.pop("contentEncoding", None)
        if scalar.type == "string" and scalar.enum:
            schema["enum"] = list(dict.fromkeys(scalar.enum))
        return schema

    def _between(self, before: Schema, schema: Schema, after: Schema) -> Schema:
        """A schema with annotations around it. OpenAPI 3.0 ignores what stands beside a `$ref`: it moves into allOf."""
        if self._dialect is Dialect.OPENAPI_30 and "$ref" in schema and len(before | schema | after) > 1:
            schema = _wrap_ref(schema)
        return before | schema | after


def group_version_kind(gvk: GroupVersionKind) -> Schema:
    """The value of `x-kubernetes-group-version-kind`."""
    return {"group": gvk.group, "kind": gvk.kind, "version": gvk.version}


def or_null(schema: Schema, dialect: Dialect) -> Schema:
    """The same schema, and null.

    A choice gets null as one more member, whatever the dialect: beside a choice or a `$ref`, neither a type nor
    `nullable` adds a value to what its members allow.
    """
    null: Schema = {"enum": [None]} if dialect is Dialect.OPENAPI_30 else {"type": "null"}
    if not schema:
        return schema
    if "$ref" in schema or not _RESTRICTING.isdisjoint(schema) or ("oneOf" in schema and "type" in schema):
        return {"anyOf": [schema, null]}
    if isinstance(choices := schema.get("oneOf"), list):
        return schema | {"oneOf": [*choices, null]}
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if dialect is Dialect.OPENAPI_30 and isinstance(values, list) and schema.get("type") != "string":
        return {"anyOf": [schema, null]}  # of numbers the type says more than the values
    plain = {word: value for word, value in schema.items() if word not in ("const", "enum")}
    if "type" in plain and dialect is not Dialect.OPENAPI_30:
        plain["type"] = [plain["type"], "null"]
    elif isinstance(values, list):  # values say all, and prism adds to those beside `nullable` a null of its own
        plain.pop("type", None)
    else:
        plain["nullable"] = True
    return plain | ({"enum": [*values, None]} if isinstance(values, list) else {})


def _describe(text: str) -> Schema:
    return {"description": text} if text else {}


def _wrap_ref(schema: Schema) -> Schema:
    wrapped: Schema = {"allOf": [{"$ref": schema["$ref"]}]}
    return wrapped | {key: value for key, value in schema.items() if key != "$ref"}


def _open_object() -> Schema:
    """An object of which nothing is known; without the keyword generators make one that can have no fields at all."""
    return {"type": "object", "additionalProperties": True}


__all__ = ["Dialect", "Schema", "SchemaWriter", "group_version_kind", "or_null"]
