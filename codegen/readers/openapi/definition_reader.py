"""Reading of definitions in an OpenAPI document or JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from codegen.core.diagnostics import Report, Span
from codegen.model import Array, Definition, Field, GroupVersionKind, Keyword, Lost, Map, Prose, Ref, Scalar, Type, refs
from codegen.model.kubernetes import ALIASES, META
from codegen.readers.documents.api_document import ApiDocument
from codegen.readers.openapi.all_of import AllOfMerger, AllOfParts, inline_parts, report_unknown_required
from codegen.readers.openapi.document_structure import SAFE_KEY, SECTIONS, root_key
from codegen.readers.openapi.field_locations import TextFieldLocator
from codegen.readers.openapi.field_reader import FieldReader
from codegen.readers.openapi.inline_schemas import SchemaSteps
from codegen.readers.openapi.keyword_reader import allows_null_everywhere, read_keywords
from codegen.readers.openapi.type_reader import ANY, MAX_TYPE_DEPTH
from codegen.readers.openapi.unsupported_keywords import UNIONS


def open_endless_aliases(definitions: dict[str, Definition], report: Report) -> dict[str, Definition]:
    """Open the type of aliases with endless or too deep nesting."""
    aliases = {
        key: next(refs(definition.type), "") for key, definition in definitions.items() if definition.type is not None
    }
    depths: dict[str, int] = {}  # levels of lists, maps and names in each alias that is done
    for start in aliases:
        path: dict[str, None] = {}
        key = start
        while key in aliases and key not in depths and key not in path:
            path[key] = None
            key = aliases[key]
        if key in path:
            report.warning(
                "ref-loop",
                f"{key} refers to itself and to nothing else; the type is left open",
                definitions[key].span,
                "give it a type",
            )
            definitions[key] = replace(definitions[key], type=ANY)
            depths[key] = 0
        for alias in reversed(path):
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
        f"{key} resolves to a type nested deeper than {MAX_TYPE_DEPTH} levels; it is left open",
        definitions[key].span,
        "let it refer to a type with fewer lists, maps and names around it",
    )
    definitions[key] = replace(definitions[key], type=ANY)
    return 0


def _wrappers(expression: Type | None) -> int:
    count = 0
    while True:
        match expression:
            case Array(items=inner) | Map(values=inner) | Lost(known=inner):
                expression = inner
                count += 1
            case _:
                return count


# Keywords about the file, not its root schema.
_OF_FILES = frozenset(("$schema", "$id", "id", "$comment", "title", "$defs", "definitions"))
# What `Definition.open` says, of a definition with fields.
_OPENING = frozenset(("additionalProperties", "x-kubernetes-preserve-unknown-fields"))
_CHOICES = frozenset(("oneOf", "anyOf"))
Unnamed = Mapping[str, tuple[dict[str, Any], SchemaSteps]]
NOTHING: Unnamed = MappingProxyType({})
# What nearly all definitions have: whatever has no other keyword is not looked at further.
_PLAIN = frozenset(
    ("description", "properties", "required", "type", "x-kubernetes-group-version-kind", "x-kubernetes-map-type")
)


class DefinitionReader(FieldReader):
    """A reader of one document's definitions, with their types, fields and prose.

    `unnamed` are the definitions for inline schemas, and where these are.
    """

    def __init__(self, document: ApiDocument, report: Report, unnamed: Unnamed = NOTHING) -> None:
        self.document = document
        self._unnamed = unnamed
        self._found: dict[str, tuple[Any, Span, int, int, int]] = {}  # key -> schema, span, start, end, depth
        super().__init__(report, self._found)
        self._composed: dict[str, AllOfParts] = {}

    # ------------------------------------------------------------------------------------------- definitions

    def read(self) -> dict[str, Definition]:
        """Read all definitions in document order. Their prose is in `prose` afterwards."""
        for section in SECTIONS:
            self._collect(section)
        self._collect_root()
        self._collect_unnamed()
        self.null_says_something = not allows_null_everywhere([found[0] for found in self._found.values()])
        definitions = {}
        for key, (schema, span, start, end, depth) in self._found.items():
            definitions[key] = self._definition(key, schema, span, start, end, depth)
        if self._composed:
            AllOfMerger(definitions, self.prose, self.report).run(self._composed)
        return open_endless_aliases(definitions, self.report)

    def _collect(self, section: tuple[str, ...]) -> None:
        document = self.document
        schemas: Any = document.data
        offset = 0
        for depth, name in enumerate(section, 1):
            if name not in schemas:
                return
            offset = max(offset, document.key_offset(name, depth, offset, document.size))
            schemas = self.mapping(schemas[name], "/".join(section), document.span(offset))
        schemas = {key: schema for key, schema in schemas.items() if key not in self._unnamed}
        if not schemas:
            return
        depth = len(section) + 1
        offsets = []
        for key in schemas:
            found = document.key_offset(key, depth, offset, document.size)
            offset = max(offset, found)
            offsets.append(found)
        ends = [*offsets[1:], document.size]
        for (key, schema), start, end in zip(schemas.items(), offsets, ends, strict=True):
            span = document.span(start)
            if not SAFE_KEY.match(key):
                self.report.warning(
                    "key-unsafe",
                    f"the definition {key[:120]!r} is left out: its key has characters other than "
                    "letters, digits, '.', '_' and '-', or an empty part",
                    span,
                    "rename it in the source",
                )
            elif key not in self._found:
                self._found[key] = (schema, span, start, max(start, end), depth)

    def _collect_unnamed(self) -> None:
        """Collect the hoisted inline schemas with their locations."""
        document, size = self.document, self.document.size
        known: dict[tuple[str | int, ...], int] = {}
        last: dict[tuple[str | int, ...], int] = {}  # the place of the last member of each section that was looked for
        for key, (schema, steps) in self._unnamed.items():
            start = 0
            shared = 3 if steps[:1] == ("components",) else 2
            for depth, step in enumerate(steps, 1):
                if not isinstance(step, str) or start < 0:
                    continue
                if depth > shared:
                    start = document.key_offset(step, depth, start, size)
                    continue
                above, own = steps[: depth - 1], steps[:depth]
                if own not in known:
                    # Members of a section come in the order of the text: each is behind the one before it.
                    behind = last.get(above, start) if depth == shared else start
                    known[own] = document.key_offset(step, depth, behind, size)
                    last[above] = max(known[own], behind)
                start = known[own]
            self._found[key] = (schema, document.span(start), start, size, len(steps))

    def _collect_root(self) -> None:
        """Collect the schema at the root of a JSON Schema file."""
        data = self.document.data
        key = root_key(data, self.document.source)
        if not key:
            return
        self._root = key
        schema = {word: value for word, value in data.items() if word not in _OF_FILES}
        self._found[key] = (schema, self.document.span(0), 0, self.document.size, 0)

    def _definition(self, key: str, raw: Any, span: Span, start: int, end: int, depth: int) -> Definition:
        schema = self.schema(raw, f"the definition {key}", span)
        if text := self.string(schema, "description", span):
            self.prose[key] = Prose(text=text, span=span)
        gvks = self.read_kinds(schema.get("x-kubernetes-group-version-kind"), span)
        own = gvks[0] if len(gvks) == 1 and not key.startswith(f"{META}.") else None
        properties = schema.get("properties")
        if properties is not None and not isinstance(properties, dict):
            self.mapping(properties, f"properties of {key}", span)
            schema = {word: value for word, value in schema.items() if word != "properties"}
        fields: tuple[Field, ...] = ()
        expression: Type | None = None
        place = (start, end, depth)
        is_open = False
        read = _OPENING
        if "allOf" in schema and (mixed := self._find_parts(schema, own, span)) is not None:
            self._composed[key] = mixed
            fields = (*self._part_fields(key, schema, span, place), *self._own_fields(key, schema, own, span, place))
            is_open = self._is_open(schema, span) | self._parts_are_open(schema, span)
            read = _OPENING | {"allOf"}
        elif properties and isinstance(properties, dict):
            report_unknown_required(self.report, key, self.required_names(schema, span) - properties.keys(), span)
            fields = tuple(self._own_fields(key, schema, own, span, place))
            is_open = not _PLAIN.issuperset(schema) and self._is_open(schema, span)
        else:
            expression = _well_known_type(key, schema)
            read = frozenset[str]() if expression is None else _CHOICES
            expression = expression or self.read_type(schema, span)
        return Definition(
            key=key,
            name=key.rpartition(".")[2],
            fields=fields,
            type=expression,
            gvks=gvks,
            map_type=self.string(schema, "x-kubernetes-map-type", span),
            open=is_open,
            keywords=self._definition_keywords(schema, read),
            span=span,
        )

    def _definition_keywords(self, schema: dict[str, Any], read: frozenset[str]) -> tuple[Keyword, ...]:
        """Return the other keywords of a definition and its parts."""
        null = self.null_says_something
        found = read_keywords(schema, read=read, null=null, fields_read=read >= _OPENING)
        if "allOf" in read:
            parts = [part for part, _ in inline_parts(schema) if "$ref" not in part]
            found += tuple(
                keyword for part in parts for keyword in read_keywords(part, read=read, null=null, fields_read=True)
            )
        return found

    def _is_open(self, schema: dict[str, Any], span: Span) -> bool:
        """Return whether an object accepts more than its `properties`, counting unsupported keywords."""
        self.unsupported.note(schema, span)
        values = schema.get("additionalProperties")
        more = values is True or isinstance(values, dict) or bool(schema.get("patternProperties"))
        for word in ("anyOf", "oneOf"):
            if schema.get(word):
                self.unsupported.add(word, span)
                more = more or _names_more(schema, schema[word])
        return more or schema.get("x-kubernetes-preserve-unknown-fields") is True

    def _own_fields(
        self, key: str, schema: dict[str, Any], own: GroupVersionKind | None, span: Span, place: tuple[int, int, int]
    ) -> Iterator[Field]:
        document = self.document
        self.report_malformed_keywords(schema, span)
        start, end, depth = place
        if start >= 0:
            start = max(start, document.key_offset("properties", depth + 1, start, end))
        return self.fields(key, schema, own, span, TextFieldLocator(document, start, end, depth + 2))

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

    def _parts_are_open(self, schema: dict[str, Any], span: Span) -> bool:
        inline = [part for part, _ in inline_parts(schema) if "$ref" not in part]
        return True in [self._is_open(part, span) for part in inline]

    def _part_fields(
        self, key: str, schema: dict[str, Any], span: Span, place: tuple[int, int, int]
    ) -> Iterator[Field]:
        """Yield the fields of inline `allOf` parts."""
        document = self.document
        start, end, depth = place
        at = document.key_offset("allOf", depth + 1, start, end) if start >= 0 else -1
        for part, nested in inline_parts(schema):
            if "$ref" in part or not isinstance(part.get("properties"), dict):
                continue
            found = document.key_offset("properties", depth + 3, at, end) if nested == 1 and at >= 0 else -1
            yield from self.fields(key, part, None, span, TextFieldLocator(document, found, end, depth + 4))
            at = found + 1 if found >= 0 else at


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
    """Return the type of a well-known definition that v3 documents write as a choice of scalars."""
    known = ALIASES.get(key)
    parts = schema.get("oneOf") or schema.get("anyOf")
    if "type" in schema or not isinstance(known, Scalar) or not isinstance(parts, list):
        return None
    words = [part.get("type") if isinstance(part, dict) else None for part in parts]
    return known if known.type in words and all(word in ("string", "number", "integer") for word in words) else None
