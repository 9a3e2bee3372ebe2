"""Checks of an OpenAPI document or JSON Schema for mistakes that change no output, and that nobody
would notice.

Readers skip an unknown type, a second parameter or a repeated name. Here each is reported, at its
own line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from codegen.core.diagnostics import Finding, Level, Report, Span, identify
from codegen.core.json_types import JsonList, JsonObject, JsonValue
from codegen.kube.formats import FORMATS
from codegen.kube.scalars import SCALAR_TYPES
from codegen.model import GroupVersionKind
from codegen.readers.documents.document import Document
from codegen.readers.openapi.document_structure import (
    GVK,
    METHODS,
    SECTIONS,
    find_component,
    parse_kind,
    root_key,
)
from codegen.readers.openapi.keyword_forms import TYPES, UNIONS

_SCHEMA_MAPS = ("properties", "patternProperties", "definitions", "$defs", "dependentSchemas")
_SCHEMA_LISTS = (*UNIONS, "prefixItems")
_SCHEMAS = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "contentSchema",
    "propertyNames",
    "additionalItems",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_WORDS = frozenset((*_SCHEMA_MAPS, *_SCHEMA_LISTS, *_SCHEMAS))
# Keywords that only restrict values of one type.
_KEYWORD_TYPES = {"properties": "object", "additionalProperties": "object", "items": "array"}
# The formats of the OpenAPI registry that this tool has no check for.
_REGISTERED = """
    binary char commonmark date-time-local decimal decimal128 double double-int float float32 float64 html http-date
    idn-email idn-hostname int8 int16 int128 iri iri-reference json-pointer media-range regex relative-json-pointer
    sf-binary sf-boolean sf-decimal sf-integer sf-string sf-token time time-local uint uint8 uint16 uint32 uint64
    unixtime uri-reference uri-template
"""
_FORMATS = frozenset((*_REGISTERED.split(), *FORMATS, *(row.format for row in SCALAR_TYPES)))
_BESIDE_METHODS = ("$ref", "description", "parameters", "servers", "summary")
_SIMILAR = 0.8  # of a misspelt format and the known one
_TEMPLATE = re.compile(r"\{[^{}]*\}")
_EXPECTED = f"expected one of {', '.join(name for name in TYPES if name != 'null')}"


class _Place:
    """A value of a document with its way from the root."""

    __slots__ = ("_above", "_step", "value")

    def __init__(self, value: JsonValue, above: _Place | None = None, step: str | int = "") -> None:
        self.value = value
        self._above = above
        self._step = step

    def inner(self, step: str | int) -> _Place:
        """Return the value at a key or number, which is None if it is missing."""
        value = self.value
        if isinstance(value, dict):
            return _Place(value.get(step), self, step)
        return _Place(
            value[step] if isinstance(value, list) and isinstance(step, int) else None, self, step
        )

    def items(self) -> Iterator[_Place]:
        """Yield the values of an object or list."""
        if isinstance(self.value, dict):
            yield from (_Place(value, self, step) for step, value in self.value.items())
        elif isinstance(self.value, list):
            yield from (_Place(value, self, step) for step, value in enumerate(self.value))

    @property
    def name(self) -> str:
        """The last step."""
        return str(self._step)

    @property
    def is_extension(self) -> bool:
        """Whether this is a keyword of a program, such as `x-order`."""
        return self.name.startswith("x-")

    @property
    def steps(self) -> list[str | int]:
        """The steps from the root."""
        steps: list[str | int] = []
        place: _Place | None = self
        while place is not None and place._above is not None:
            steps.append(place._step)
            place = place._above
        return steps[::-1]


def check_document(document: Document, report: Report) -> None:
    """Report mistakes in the definitions and operations of a document."""
    checker = _Checker(document, report)
    root = _Place(document.data)
    for home in SECTIONS:
        place = root
        for step in home:
            place = place.inner(step)
        for schema in place.items():
            checker.check_schemas(schema)
            checker.check_kinds(schema)
    if root_key(document.data, document.source):
        checker.check_schemas(root)
    has_components = isinstance(document.data.get("components"), dict)
    shared = root.inner("components") if has_components else root
    for section in ("parameters", "requestBodies", "responses", "headers"):
        for holder in shared.inner(section).items():
            checker.check_element(holder)
    checker.check_paths(root.inner("paths"))
    checker.check_path_items(root.inner("webhooks"))
    checker.check_path_items(shared.inner("pathItems"))
    for callback in shared.inner("callbacks").items():
        checker.check_path_items(callback)
    checker.check_repetition([place.inner("name") for place in root.inner("tags").items()], "tags")


def check_schema(document: Document, report: Report) -> None:
    """Report mistakes in the only schema of a document."""
    _Checker(document, report).check_schemas(_Place(document.data))


class _Checker:
    def __init__(self, document: Document, report: Report) -> None:
        self._document = document
        self._report = report
        self._operations: dict[str, str] = {}  # titles by operationId
        self._kinds: dict[GroupVersionKind, str] = {}  # keys of definitions

    def _span(self, place: _Place) -> Span:
        return self._document.span(*place.steps)

    def _warn(
        self,
        rule: str,
        message: str,
        place: _Place,
        hint: str,
        *arguments: str,
        near: tuple[str, ...] = (),
    ) -> None:
        """Report a warning at a place, which identifies it."""
        span = self._span(place)
        finding = Finding(
            level=Level.WARN,
            rule=rule,
            message=message,
            span=span,
            hint=hint,
            id=identify(span, *map(str, place.steps)),
            arguments=arguments,
            near=near,
        )
        self._report.extend([finding])

    def check_repetition(self, values: list[_Place], description: str) -> None:
        """Report values of a list that occur twice."""
        seen: set[tuple[type, Any]] = set()
        for place in values:
            value = place.value
            if not isinstance(value, str | int | float | bool):
                continue
            if (type(value), value) in seen:
                self._warn(
                    "value-twice",
                    f"{description} has {value!r:.80} twice",
                    place,
                    "remove one of the two",
                    description,
                    f"{value!r:.80}",
                )
            seen.add((type(value), value))

    # -------------------------------------------------------------------------------------------- schemas

    def check_schemas(self, root: _Place) -> None:
        """Check a schema and all schemas in it.

        Parts of unions and conditions may be null alone.
        """
        waiting = [(root, False)]
        while waiting:
            place, is_member = waiting.pop()
            schema = place.value
            if not isinstance(schema, dict):
                continue
            self._check_schema(place, schema, is_member=is_member)
            for word in filter(_WORDS.__contains__, schema):
                inner = place.inner(word)
                if word in _SCHEMA_MAPS:
                    waiting += ((schema_place, False) for schema_place in inner.items())
                elif word in _SCHEMA_LISTS or isinstance(inner.value, list):
                    waiting += ((member, True) for member in inner.items())
                else:
                    waiting.append((inner, word not in _KEYWORD_TYPES))

    def _check_schema(self, place: _Place, schema: JsonObject, *, is_member: bool) -> None:
        word = schema.get("type")
        words = word if isinstance(word, list) else [word]
        if "type" in schema:  # null is no type either
            self._check_types(place, words, is_member=is_member)
        if "$ref" not in schema and all(isinstance(word, str) and word in TYPES for word in words):
            for keyword in filter(_KEYWORD_TYPES.__contains__, schema):
                if schema[keyword] and _KEYWORD_TYPES[keyword] not in words:
                    message = (
                        f"`{keyword}` has no meaning beside the type {' or '.join(map(str, words))}"
                    )
                    hint = f"write `type: {_KEYWORD_TYPES[keyword]}`, or remove `{keyword}`"
                    self._warn(
                        "keyword-unused", message, place.inner(keyword), hint, f"`{keyword}`"
                    )
        for keyword in ("required", "enum", "x-kubernetes-list-map-keys"):
            if isinstance(schema.get(keyword), list):
                self.check_repetition(list(place.inner(keyword).items()), f"`{keyword}`")
        shape = schema.get("format")
        if isinstance(shape, str) and shape not in _FORMATS:
            similar = get_close_matches(shape[:40], _FORMATS, n=1, cutoff=_SIMILAR)
            if similar:
                message = f"unknown format {shape[:80]!r}; it restricts nothing"
                self._warn(
                    "format-unknown",
                    message,
                    place.inner("format"),
                    f"did you mean {similar[0]!r}?",
                    shape[:80],
                    near=tuple(similar),
                )

    def _check_types(self, place: _Place, words: JsonList, *, is_member: bool) -> None:
        """Report unknown types.

        A value that is always null is only known in a union or a list of types.
        """
        for word in words:
            is_lone_null = word == "null" and len(words) == 1 and not is_member
            if isinstance(word, str) and word in TYPES and not is_lone_null:
                continue
            has_fields = bool(place.value.get("properties"))
            if has_fields:
                result = "its properties are read as those of an object"
            else:
                result = "the type is left open"
            self._warn(
                "type-unknown",
                f"unknown type {_shorten(word)}; {result}",
                place.inner("type"),
                _EXPECTED,
                _shorten(word),
            )
        if not words:
            message = "a type is one of an empty list; the type is left open"
            self._warn("type-unknown", message, place.inner("type"), _EXPECTED)
        if len(words) > 1:
            self.check_repetition(list(place.inner("type").items()), "`type`")

    def check_kinds(self, definition: _Place) -> None:
        """Report a kind that another definition has too."""
        kinds = definition.inner(GVK)
        for place in kinds.items() if isinstance(kinds.value, list) else ():
            kind = parse_kind(place.value)
            if kind is None:
                continue
            first = self._kinds.setdefault(kind, definition.name)
            if first != definition.name:
                message = (
                    f"{kind.kind} ({kind.api_version}) is also the kind of {first[:120]}; "
                    "outputs differ in which of them they take"
                )
                hint = "remove the kind from one of the two definitions"
                self._warn("kind-twice", message, place, hint)

    # ----------------------------------------------------------------------------------------- operations

    def check_element(self, element: _Place) -> None:
        """Check the schemas of a parameter, body, response or header."""
        raw = element.value
        if not isinstance(raw, dict) or "$ref" in raw:
            return
        if "schema" in raw:
            self.check_schemas(element.inner("schema"))
        elif "content" not in raw and ("in" in raw or "type" in raw):
            # In version 2 parameters and headers are schemas themselves.
            self.check_schemas(element)
        for media in element.inner("content").items():
            self.check_schemas(media.inner("schema"))
            for encoding in media.inner("encoding").items():
                for header in encoding.inner("headers").items():
                    self.check_element(header)
        for header in element.inner("headers").items():
            self.check_element(header)

    def check_paths(self, paths: _Place) -> None:
        """Check all paths and their operations."""
        shapes: dict[str, str] = {}
        for path in paths.items():
            if path.is_extension:
                continue
            shape = _TEMPLATE.sub("{}", path.name)
            if (first := shapes.setdefault(shape, path.name)) != path.name:
                message = f"the path {path.name[:120]!r} differs from {first[:120]!r} only in names of parameters"
                span = self._document.span(*path.steps, key=True)
                self._report.warning(
                    "path-twice",
                    message,
                    span,
                    "join the two: servers cannot tell them apart",
                    arguments=(path.name,),
                )
            self.check_path_item(path)

    def check_path_item(self, path: _Place) -> None:
        """Check the parameters and operations of a path, webhook or callback."""
        self._check_parameters(path.inner("parameters"))
        if not isinstance(path.value, dict):
            return
        for operation in path.items():
            if operation.name in METHODS:
                self._check_operation(operation, f"{operation.name} {path.name}")
            elif operation.name not in _BESIDE_METHODS and not operation.is_extension:
                self._report_unknown_method(operation, path)

    def check_path_items(self, path_items: _Place) -> None:
        """Check the operations of webhooks or of shared paths, by name, or of a callback, by the
        expressions of its addresses.
        """
        for path_item in path_items.items():
            if not path_item.is_extension:
                self.check_path_item(path_item)

    def _report_unknown_method(self, place: _Place, path: _Place) -> None:
        message = f"{place.name[:80]!r} of {path.name[:120]!r} is not a method of this tool, and is left out"
        span = self._document.span(*place.steps, key=True)
        hint = f"expected one of {', '.join(METHODS)}, in lower case"
        arguments = (path.name, place.name)
        self._report.warning("method-unknown", message, span, hint, arguments=arguments)

    def _check_operation(self, operation: _Place, title: str) -> None:
        name = operation.inner("operationId")
        text = name.value if isinstance(name.value, str) else ""
        if text and (first := self._operations.setdefault(text, title)) != title:
            message = f"the operationId {text[:120]!r} is also that of {first[:120]}"
            self._warn(
                "operation-id-twice",
                message,
                name,
                "give each operation an id of its own",
                text[:120],
                first[:120],
            )
        self.check_repetition(list(operation.inner("tags").items()), "`tags`")
        self._check_parameters(operation.inner("parameters"))
        self.check_element(operation.inner("requestBody"))
        for response in operation.inner("responses").items():
            self.check_element(response)
        for callback in operation.inner("callbacks").items():
            self.check_path_items(callback)

    def _check_parameters(self, parameters: _Place) -> None:
        """Check a list of parameters, in which each has another name or location."""
        seen: set[tuple[str, str]] = set()
        for parameter in parameters.items() if isinstance(parameters.value, list) else ():
            self.check_element(parameter)
            resolved = self._resolve(parameter.value)
            name, location = resolved.get("name"), resolved.get("in")
            if not isinstance(name, str) or not isinstance(location, str):
                continue
            identity = (location, "" if location == "body" else name)  # there is one body
            if identity in seen:
                message = f"a second {location} parameter {name[:120]!r}; the last one is used"
                self._warn(
                    "parameter-twice", message, parameter, "remove one of the two", name[:120]
                )
            seen.add(identity)

    def _resolve(self, parameter: object) -> JsonObject:
        """Return a parameter, or the one of the document that it refers to."""
        if not isinstance(parameter, dict):
            return {}
        target = parameter.get("$ref")
        if not isinstance(target, str):
            return parameter
        component = find_component(self._document.data, target)
        if component is None:
            return {}
        return component


def _shorten(value: object) -> str:
    if isinstance(value, str | int | float | bool | None):
        return repr(value)[:80]
    return f"of the form {type(value).__name__}"
