"""Reading of schema fields, for OpenAPI documents and custom resources."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator
from typing import Any

from msgspec.structs import replace

from codegen.core import limits
from codegen.core.budget import Budget
from codegen.core.diagnostics import Report, Span
from codegen.core.json_types import JsonObject
from codegen.model import Field, GroupVersionKind, ListType, Prose, Scalar, Type, field_id, inner_id
from codegen.readers.documents.document import Document
from codegen.readers.openapi.keyword_forms import UNIONS
from codegen.readers.openapi.keyword_reader import INNER, find_inline_object, read_keywords
from codegen.readers.openapi.type_reader import MAX_TYPE_DEPTH, REF, TypeReader

STRING = Scalar(type="string")


def fixed_value(name: str, expression: Type, own_kind: GroupVersionKind | None) -> str | None:
    """Return the fixed value of `apiVersion` or `kind` in a kind, or None."""
    if own_kind is None or name not in ("apiVersion", "kind"):
        return None
    value = own_kind.api_version if name == "apiVersion" else own_kind.kind
    if expression in (STRING, Scalar(type="string", enum=(value,))):
        return value
    return None


def report_unknown_required(report: Report, key: str, names: set[str], span: Span) -> None:
    """Report required names without a matching field."""
    if names:
        report.warning(
            "required-unknown",
            f"{key} requires {', '.join(map(repr, sorted(names)))[:200]}, but has no such field",
            span,
            "correct `required` in the source",
            arguments=(
                key,
                ", ".join(map(repr, sorted(names))),
            ),
        )


def count_fields(schema: JsonObject) -> int:
    """Return the number of properties of a schema."""
    properties = schema.get("properties")
    if isinstance(properties, dict):
        return len(properties)
    return 0


class FieldReader(TypeReader):
    """A reader of schema fields with their prose and locations.

    `shared_objects` are the inline objects of several fields, by name. `is_null_meaningful` is
    False if every optional field of the document allows null, `is_inner_null_meaningful` also if
    there is none.
    """

    def __init__(self, report: Report, known_keys: Container[str]) -> None:
        super().__init__(report, known_keys)
        self.prose: dict[str, Prose] = {}
        self.shared_objects: dict[str, JsonObject] = {}
        self.repeated_fields = Budget(limits.REPEATED_FIELDS)
        self.is_null_meaningful = self.is_inner_null_meaningful = True
        self.is_closing_meaningful = False

    def fields(
        self,
        key: str,
        place: Document,
        own_kind: GroupVersionKind | None,
        span: Span,
        path: tuple[str, ...] = (),
    ) -> Iterator[Field]:
        """Yield the fields of the object at a place. `path` leads to it from the definition."""
        required = {*self.strings(place.data, "required", span)}
        for name, raw in self.mapping(
            place.data.get("properties") or {}, f"properties of {key}", span
        ).items():
            at, steps = place.span("properties", name, key=True), (*path, name)
            inner: tuple[Field, ...] = ()
            if self.shared_objects:
                raw = self._inline_shared_object(raw, at)
            nested, inside = find_inline_object(raw)
            if nested is not None:
                inner = self._read_inner_fields(
                    key, place.inner(("properties", name, *inside), nested), at, steps
                )
            field = self._read_field(
                field_id(key, ".".join(steps)), name, raw, name in required, own_kind, at
            )
            closed = (
                nested is not None
                and nested.get("additionalProperties") is False
                and self.is_closing_meaningful
            )
            yield replace(field, fields=inner, closed=closed) if inner else field

    def _inline_shared_object(self, raw: object, span: Span) -> Any:
        """Replace the reference to a shared object, if the schema ends in one."""
        if not isinstance(raw, dict):
            return raw
        if isinstance(raw.get("$ref"), str):
            match = REF.match(raw["$ref"])
        else:
            match = None
        if match and (shared := self.shared_objects.get(match[1])):
            if not self.repeated_fields.spend(count_fields(shared), span):
                shared = {}
            return shared | {word: value for word, value in raw.items() if word != "$ref"}
        inner = {word: self._inline_shared_object(raw[word], span) for word in INNER if word in raw}
        for word in UNIONS:
            if isinstance(parts := raw.get(word), list):
                inner[word] = [self._inline_shared_object(part, span) for part in parts]
        return raw | inner

    def _read_inner_fields(
        self, key: str, place: Document, span: Span, path: tuple[str, ...]
    ) -> tuple[Field, ...]:
        """Read the fields of an inline object, or none if it is nested too deeply."""
        if len(path) > MAX_TYPE_DEPTH:
            self.report_too_deep(span)
            return ()
        fields = tuple(self.fields(key, place, None, span, path))
        missing = {*self.strings(place.data, "required", span)} - {field.name for field in fields}
        report_unknown_required(self.report, field_id(key, ".".join(path)), missing, span)
        return fields

    def _read_field(
        self,
        prose_id: str,
        name: str,
        raw: object,
        required: bool,
        own_kind: GroupVersionKind | None,
        span: Span,
    ) -> Field:
        """Read one field without the fields of its inline object."""
        schema = self.schema(raw, f"the property {name!r}", span)
        if text := self.string(schema, "description", span):
            self.prose[prose_id] = Prose(text=text, span=span)
        expression = self.read_type(schema, span)
        value = fixed_value(name, expression, own_kind)
        if value is not None:
            expression = STRING
        keywords = read_keywords(
            schema,
            keep_null=required or self.is_null_meaningful,
            keep_inner_null=self.is_inner_null_meaningful,
            skip_fields=True,
        )
        for keyword in keywords:
            if keyword.inside and keyword.name == "description":  # of list items or map values
                held = json.loads(keyword.value)
                if held and held != text:
                    self.prose[inner_id(prose_id, keyword.inside)] = Prose(text=held, span=span)
        strategy = self.string(schema, "x-kubernetes-patch-strategy", span)
        return Field(
            name=name,
            type=expression,
            required=required,
            value=value,
            list_type=self._read_list_type(schema, span),
            list_map_keys=self.strings(schema, "x-kubernetes-list-map-keys", span),
            patch_strategy=tuple(word.strip() for word in strategy.split(",") if word.strip()),
            patch_merge_key=self.string(schema, "x-kubernetes-patch-merge-key", span),
            map_type=self.string(schema, "x-kubernetes-map-type", span),
            keywords=keywords,
            span=span,
        )

    def _read_list_type(self, schema: JsonObject, span: Span) -> ListType | None:
        word = self.string(schema, "x-kubernetes-list-type", span)
        try:
            if word:
                return ListType(word)
            return None
        except ValueError:
            self.report.warning(
                "list-type-unknown",
                f"unknown list type {word[:80]!r} is ignored",
                span,
                f"expected one of {', '.join(ListType)}",
                arguments=(word,),
            )
        return None
