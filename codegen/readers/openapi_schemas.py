"""The definitions of an OpenAPI document or a JSON Schema file, their fields, prose and places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from codegen.diagnostics import Report, Span
from codegen.kubernetes import META
from codegen.model import Definition, Field, GroupVersionKind, ListType, Prose, Scalar, Type, field_id, refs
from codegen.readers.document import Document
from codegen.readers.openapi_types import ANY, SchemaTypes

SECTIONS = (("definitions",), ("components", "schemas"), ("$defs",))
_SAFE_KEY = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\Z")
_EXTENSIONS = frozenset(
    f"x-kubernetes-{word}" for word in ("list-type", "list-map-keys", "patch-strategy", "patch-merge-key", "map-type")
)


class Schemas(SchemaTypes):
    """The definitions of one document while they are read: resolves references, collects types, fields and prose."""

    def __init__(self, document: Document, report: Report) -> None:
        self.document = document
        self.prose: dict[str, Prose] = {}
        self._found: dict[str, tuple[Any, Span, int, int, int]] = {}  # key -> schema, span, start, end, depth
        super().__init__(report, self._found)
        self._list_types: dict[str, ListType] = {each.value: each for each in ListType}

    # ------------------------------------------------------------------------------------------- definitions

    def read(self) -> dict[str, Definition]:
        """All definitions in document order. Their prose stands in `prose` afterwards."""
        for section in SECTIONS:
            self._collect(section)
        made = {}
        for key, (schema, span, start, end, depth) in self._found.items():
            made[key] = self._definition(key, schema, span, start, end, depth)
        return self._without_loops(made)

    def _collect(self, section: tuple[str, ...]) -> None:
        document = self.document
        schemas: Any = document.data
        offset = 0
        for depth, name in enumerate(section, 1):
            if name not in schemas:
                return
            offset = max(offset, document.key_offset(name, depth, offset, len(document.source.text)))
            schemas = self.mapping(schemas[name], "/".join(section), document.span(offset))
        if not schemas:
            return
        depth = len(section) + 1
        offsets = []
        for key in schemas:
            found = document.key_offset(key, depth, offset, len(document.source.text))
            offset = max(offset, found)
            offsets.append(found)
        ends = [*offsets[1:], len(document.source.text)]
        for (key, schema), start, end in zip(schemas.items(), offsets, ends, strict=True):
            span = document.span(start)
            if not _SAFE_KEY.match(key):
                self.report.warning(
                    "key-unsafe",
                    f"the definition {key[:120]!r} is left out: its key has other characters than "
                    "letters, digits, '.', '_' and '-', or an empty part",
                    span,
                    "rename it in the source",
                )
            elif key not in self._found:
                self._found[key] = (schema, span, start, max(start, end), depth)

    def _definition(self, key: str, raw: Any, span: Span, start: int, end: int, depth: int) -> Definition:
        schema = self.schema(raw, f"the definition {key}", span)
        if text := self.string(schema, "description", span):
            self.prose[key] = Prose(text=text, span=span)
        gvks = self.kinds(schema.get("x-kubernetes-group-version-kind"), span)
        fields: tuple[Field, ...] = ()
        expression: Type | None = None
        properties = schema.get("properties")
        if properties and isinstance(properties, dict):
            own = gvks[0] if len(gvks) == 1 and not key.startswith(f"{META}.") else None
            fields = tuple(self._fields(key, schema, own, span, (start, end, depth)))
        else:
            if properties is not None and not isinstance(properties, dict):
                self.mapping(properties, f"properties of {key}", span)
                schema = {word: value for word, value in schema.items() if word != "properties"}
            expression = self.type_of(schema, span)
        return Definition(
            key=key,
            name=key.rpartition(".")[2],
            fields=fields,
            type=expression,
            gvks=gvks,
            map_type=self.string(schema, "x-kubernetes-map-type", span),
            span=span,
        )

    def _fields(
        self, key: str, schema: dict[str, Any], own: GroupVersionKind | None, span: Span, place: tuple[int, int, int]
    ) -> Iterator[Field]:
        document = self.document
        start, end, depth = place
        properties = schema["properties"]
        required = set(self.strings(schema, "required", span))
        if unknown := required - properties.keys():
            self.report.warning(
                "required-unknown",
                f"{key} requires {', '.join(map(repr, sorted(unknown)))[:200]}, which it does not have",
                span,
                "correct `required` in the source",
            )
        if document.has_lines and start >= 0:
            start = max(start, document.key_offset("properties", depth + 1, start, end))
        for name, raw in properties.items():
            at = span
            if document.has_lines and start >= 0:
                found = document.key_offset(name, depth + 2, start, end)
                if found >= 0:
                    start, at = found, document.span(found)
            yield self._field(key, name, raw, name in required, own, at)

    def _field(self, key: str, name: str, raw: Any, required: bool, own: GroupVersionKind | None, span: Span) -> Field:
        schema = raw if type(raw) is dict else self.schema(raw, f"the property {name!r}", span)
        text = schema.get("description")
        if text is not None and type(text) is not str:
            text = self.string(schema, "description", span)
        if text:
            self.prose[field_id(key, name)] = Prose(text=text, span=span)
        expression = self.type_of(schema, span)
        value = None
        if own is not None and name in ("apiVersion", "kind"):
            fixed = own.api_version if name == "apiVersion" else own.kind
            if expression in (Scalar(type="string"), Scalar(type="string", enum=(fixed,))):
                value, expression = fixed, Scalar(type="string")
        if _EXTENSIONS.isdisjoint(schema):
            return Field(name=name, type=expression, required=required, value=value, span=span)
        strategy = self.string(schema, "x-kubernetes-patch-strategy", span)
        return Field(
            name=name,
            type=expression,
            required=required,
            value=value,
            list_type=self._list_type(schema, span),
            list_map_keys=self.strings(schema, "x-kubernetes-list-map-keys", span),
            patch_strategy=tuple(word.strip() for word in strategy.split(",") if word.strip()),
            patch_merge_key=self.string(schema, "x-kubernetes-patch-merge-key", span),
            map_type=self.string(schema, "x-kubernetes-map-type", span),
            span=span,
        )

    def _list_type(self, schema: dict[str, Any], span: Span) -> ListType | None:
        word = self.string(schema, "x-kubernetes-list-type", span)
        if word and word not in self._list_types:
            self.report.warning(
                "list-type-unknown",
                f"the list type {word[:80]!r} is left out",
                span,
                f"one of {', '.join(self._list_types)}",
            )
        return self._list_types.get(word)

    def _without_loops(self, made: dict[str, Definition]) -> dict[str, Definition]:
        """Open each definition that is only another name of itself: it has no value that could be written down."""
        aliases = {key: next(refs(each.type), "") for key, each in made.items() if each.type is not None}
        done: set[str] = set()
        for start in aliases:
            path: dict[str, None] = {}
            key = start
            while key in aliases and key not in done and key not in path:
                path[key] = None
                key = aliases[key]
            if key in path:
                self.report.warning(
                    "ref-loop",
                    f"{key} refers to itself and to nothing else; the type is left open",
                    made[key].span,
                    "give it a type",
                )
                made[key] = replace(made[key], type=ANY)
            done.update(path)
        return made
