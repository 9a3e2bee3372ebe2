"""Reading of definitions in an OpenAPI document or JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from codegen.core.diagnostics import Report, Span
from codegen.model import Array, Definition, GroupVersionKind, Map, Prose, Ref, Scalar, Type, refs
from codegen.model.kubernetes import ALIASES, META
from codegen.readers.documents.document import Document
from codegen.readers.openapi.all_of import AllOfMerger, AllOfParts, Steps, inline_parts, report_unknown_required
from codegen.readers.openapi.document_structure import SAFE_KEY, SECTIONS, root_key
from codegen.readers.openapi.field_reader import FieldReader
from codegen.readers.openapi.inline_schemas import HoistedSchema
from codegen.readers.openapi.keyword_forms import UNIONS
from codegen.readers.openapi.keyword_reader import allows_null_everywhere, read_keywords
from codegen.readers.openapi.type_reader import ANY, MAX_TYPE_DEPTH


def open_endless_aliases(definitions: dict[str, Definition], report: Report) -> dict[str, Definition]:
    """Open the type of endless aliases and of too deeply nested ones."""
    aliases = {key: next(refs(each.type), "") for key, each in definitions.items() if each.type is not None}
    depths: dict[str, int] = {}  # levels of lists, maps and aliases in each finished alias
    for start in aliases:
        path: dict[str, None] = {}
        key = start
        while key in aliases and key not in depths and key not in path:
            path[key] = None
            key = aliases[key]
        if key in path:
            report.warning(
                "ref-loop",
                f"{key} only refers to itself; its type is left open",
                definitions[key].span,
                "give it a type",
            )
            definitions[key] = replace(definitions[key], type=ANY)
            depths[key] = 0
        for alias in reversed(path):  # from the innermost, so that one opened type makes all around it shallow
            if alias not in depths:
                depths[alias] = _depth(definitions, alias, depths.get(aliases[alias], -1), report)
    return definitions


def _depth(definitions: dict[str, Definition], key: str, below: int, report: Report) -> int:
    """Return the depth of an alias, opening it if it is too deep. `below` is the depth of its target."""
    depth = _wrappers(definitions[key].type) + below + 1
    if depth <= MAX_TYPE_DEPTH:
        return depth
    report.warning(
        "type-too-deep",
        f"{key} resolves to a type nested deeper than {MAX_TYPE_DEPTH} levels; its type is left open",
        definitions[key].span,
        "refer to a type with fewer lists, maps and aliases around it",
    )
    definitions[key] = replace(definitions[key], type=ANY)
    return 0


def _wrappers(expression: Type | None) -> int:
    """Return the number of lists and maps around the innermost type."""
    count = 0
    while isinstance(expression, Array | Map):
        expression, count = expression.items if isinstance(expression, Array) else expression.values, count + 1
    return count


# Keywords about the file, not its root schema.
_OF_FILES = frozenset(("$schema", "$id", "id", "$comment", "title", "$defs", "definitions"))
# Expressed by `Definition.open` if a definition has fields.
_OPENING = frozenset(("additionalProperties", "x-kubernetes-preserve-unknown-fields"))
_CHOICES = frozenset(("oneOf", "anyOf"))


class DefinitionReader(FieldReader):
    """A reader of one document's definitions, with their types, fields and prose.

    `hoisted` are the definitions for inline schemas, by key with the steps to them.
    """

    def __init__(self, document: Document, report: Report, hoisted: Mapping[str, HoistedSchema]) -> None:
        self.document = document
        self._hoisted = hoisted
        self._found: dict[str, Document] = {}
        super().__init__(report, self._found)
        self._composed: dict[str, AllOfParts] = {}

    # ------------------------------------------------------------------------------------------- definitions

    def read(self) -> dict[str, Definition]:
        """Read all definitions in document order. Their prose is in `prose` afterwards."""
        for section in SECTIONS:
            self._collect(section)
        self._collect_root()
        for key, (schema, steps) in self._hoisted.items():
            self._found[key] = self.document.inner(steps, schema)
        self.is_null_meaningful = not allows_null_everywhere([found.data for found in self._found.values()])
        definitions = {key: self._definition(key, found) for key, found in self._found.items()}
        if self._composed:
            AllOfMerger(definitions, self.prose, self.report).run(self._composed)
        return open_endless_aliases(definitions, self.report)

    def _collect(self, section: tuple[str, ...]) -> None:
        schemas: Any = self.document.data
        for depth, name in enumerate(section, 1):
            if name not in schemas:
                return
            span = self.document.span(*section[:depth], key=True)
            schemas = self.mapping(schemas[name], "/".join(section), span)
        for key, schema in schemas.items():
            if key in self._hoisted or key in self._found:
                continue
            found = self.document.inner((*section, key), schema)
            if SAFE_KEY.match(key):
                self._found[key] = found
            else:
                self.report.warning(
                    "key-unsafe",
                    f"the definition {key[:120]!r} is left out: its key has characters other than "
                    "letters, digits, '.', '_' and '-', or an empty part",
                    found.span(key=True),
                    "rename it in the source",
                )

    def _collect_root(self) -> None:
        """Collect the schema at the root of a JSON Schema file."""
        data = self.document.data
        if key := root_key(data, self.document.source):
            self._root = key
            schema = {word: value for word, value in data.items() if word not in _OF_FILES}
            self._found[key] = self.document.inner((), schema)

    def _definition(self, key: str, found: Document) -> Definition:
        span = found.span(key=True)
        schema = self.schema(found.data, f"the definition {key}", span)
        if text := self.string(schema, "description", span):
            self.prose[key] = Prose(text=text, span=span)
        gvks = self.read_kinds(schema.get("x-kubernetes-group-version-kind"), span)
        own = gvks[0] if len(gvks) == 1 and not key.startswith(f"{META}.") else None
        properties = schema.get("properties")
        if properties is not None and not isinstance(properties, dict):
            self.mapping(properties, f"properties of {key}", span)
            schema = {word: value for word, value in schema.items() if word != "properties"}
        parts = self._object_parts(key, schema, own, span)
        if parts:
            expression = None
            skip = _OPENING | {"allOf"} if key in self._composed else _OPENING
        else:
            expression = _well_known_type(key, schema)
            skip = frozenset[str]() if expression is None else _CHOICES
            expression = expression or self.read_type(schema, span)
        return Definition(
            key=key,
            name=key.rpartition(".")[2],
            fields=tuple(
                field
                for part, steps in parts
                if isinstance(part.get("properties", {}), dict)
                for field in self.fields(key, part, own if part is schema else None, span, found.inner(steps, part))
            ),
            type=expression,
            gvks=gvks,
            map_type=self.string(schema, "x-kubernetes-map-type", span),
            open=any(_is_open(part) for part, _ in parts),
            keywords=tuple(
                keyword
                for part, _ in parts or [(schema, ())]
                for keyword in read_keywords(
                    part, skip=skip, keep_null=self.is_null_meaningful, skip_fields=bool(parts)
                )
            ),
            span=span,
        )

    def _object_parts(
        self, key: str, schema: dict[str, Any], own: GroupVersionKind | None, span: Span
    ) -> list[tuple[dict[str, Any], Steps]]:
        """Return the schemas with the fields of an object and the steps to them. Other definitions have none."""
        properties: dict[str, Any] = schema.get("properties") or {}
        composed = self._find_parts(schema, own, span) if "allOf" in schema else None
        if composed is None and not properties:
            return []
        self.report_malformed_keywords(schema, span)
        if composed is not None:
            self._composed[key] = composed
            return [*(each for each in inline_parts(schema) if "$ref" not in each[0]), (schema, ())]
        report_unknown_required(self.report, key, self.required_names(schema, span) - properties.keys(), span)
        return [(schema, ())]

    # ------------------------------------------------------------------------------------------------- allOf

    def _find_parts(self, schema: dict[str, Any], own: GroupVersionKind | None, span: Span) -> AllOfParts | None:
        """Return the `allOf` parts of a definition, or None if it is a plain alias or no object."""
        parts = [part for part, _ in inline_parts(schema)]
        bases = [self.read_ref(part["$ref"], span) for part in parts if "$ref" in part]
        inline = [part for part in parts if "$ref" not in part]
        required = self.required_names(schema, span).union(*(self.required_names(part, span) for part in inline))
        has_fields = any(isinstance(part.get("properties"), dict) and part["properties"] for part in (schema, *inline))
        more = len(bases) > 1 or bool(required) or any("type" in part or "$ref" in part for part in inline)
        if not has_fields and not (bases and more):
            return None
        keys = dict.fromkeys(base.key if isinstance(base, Ref) else "" for base in bases)
        return AllOfParts(bases=tuple(keys), required=required, own=own)


def _is_open(schema: dict[str, Any]) -> bool:
    """Return whether an object accepts more than its `properties`."""
    values = schema.get("additionalProperties")
    return (
        values is True
        or isinstance(values, dict)
        or bool(schema.get("patternProperties"))
        or schema.get("x-kubernetes-preserve-unknown-fields") is True
        or any(schema.get(word) and _names_more(schema, schema[word]) for word in ("anyOf", "oneOf"))
    )


def _names_more(schema: dict[str, Any], parts: Any) -> bool:
    """Return whether a union beside `properties` names additional fields."""
    known = schema.get("properties") or {}
    return not isinstance(parts, list) or any(
        not isinstance(part, dict)
        or "$ref" in part
        or any(word in part for word in UNIONS)
        or not (isinstance(part.get("properties", {}), dict) and part.get("properties", {}).keys() <= known.keys())
        for part in parts
    )


def _well_known_type(key: str, schema: dict[str, Any]) -> Type | None:
    """Return the type of a well-known definition, which v3 documents write as a choice of scalars."""
    known = ALIASES.get(key)
    parts = schema.get("oneOf") or schema.get("anyOf")
    if "type" in schema or not isinstance(known, Scalar) or not isinstance(parts, list):
        return None
    words = [part.get("type") if isinstance(part, dict) else None for part in parts]
    return known if known.type in words and all(word in ("string", "number", "integer") for word in words) else None
