"""Reading of operations from OpenAPI v2 and v3 documents.

A parameter is common (`Parameter.common`) if a reference leads to it, or if at least two operations
have it with the same name, place, type and text, since v3 documents repeat parameters. A body is
never common. Neither is the path parameter `name`, whose text names the kind. Common parameters of
one name and text share one prose id. If their texts differ, each operation keeps its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Span
from codegen.core.json_types import JsonObject, JsonValue
from codegen.model import (
    PLACES,
    MediaType,
    Operation,
    Parameter,
    Prose,
    Response,
    Type,
    common_parameter_id,
)
from codegen.readers.openapi.definition_reader import DefinitionReader
from codegen.readers.openapi.document_keywords import (
    body_keywords,
    media_type_keywords,
    operation_keywords,
    parameter_keywords,
    response_keywords,
)
from codegen.readers.openapi.document_structure import (
    METHODS,
    PATH,
    component_steps,
    find_component,
)
from codegen.readers.openapi.keyword_forms import mapping_values, schemas_by_media_type
from codegen.readers.openapi.keyword_reader import read_keywords
from codegen.readers.openapi.type_reader import ANY

_VERBS = {"post": "create", "put": "update"}
_STATUS = re.compile(r"[1-5][0-9X]{2}\Z|default\Z")


class _Usage(Struct, frozen=True):
    """The use of a parameter by an operation.

    A referenced parameter is common from the beginning.
    """

    parameter: Parameter
    text: str

    @property
    def order(self) -> tuple[int, str]:
        """The unique sort key within an operation."""
        return PLACES[self.parameter.place], self.parameter.name

    @property
    def identity(self) -> tuple[Any, ...]:
        """The facts by which two operations have the same parameter."""
        it = self.parameter
        return it.place, it.name, self.text, it.type, it.keywords


# Method, path, operation, parameters, location.
_RawOperation = tuple[str, str, JsonObject, list[_Usage], Span]


class DocumentOperationReader:
    """A reader of one document's operations. `schemas` has read the definitions already."""

    def __init__(self, schemas: DefinitionReader) -> None:
        self.schemas = schemas
        self.document = schemas.document
        self.report = schemas.report
        self.prose: dict[str, Prose] = {}
        self._shared: dict[str, _Usage | None] = {}
        self._read_keywords = partial(
            read_keywords, keep_inner_null=schemas.is_inner_null_meaningful
        )

    def read(self) -> dict[str, Operation]:
        """Read all operations in document order, by prose id.

        Their prose is in `prose` afterwards.
        """
        raw = list(self._read_operations())
        counts = Counter(
            use.identity for *_, uses, _ in raw for use in uses if not use.parameter.common
        )
        texts: dict[str, set[str]] = {}
        for *_, uses, _ in raw:
            for at, use in enumerate(uses):
                it = use.parameter
                is_own = it.place == "body" or (it.place, it.name) == ("path", "name")
                # parameters that several operations have are common, except those with a text about
                # the operation's kind
                if it.common or (counts[use.identity] > 1 and not is_own):
                    uses[at] = _Usage(replace(it, common=True), use.text)
                    texts.setdefault(it.name, set()).add(use.text)
        operations = {}
        for method, path, item, uses, span in raw:
            operation = self._read_operation(
                method, path, item, tuple([use.parameter for use in uses]), span
            )
            if text := self.schemas.string(item, "description", span) or self.schemas.string(
                item, "summary", span
            ):
                self.prose[operation.id] = Prose(text=text, span=span)
            for use in uses:
                name = use.parameter.name
                is_shared = use.parameter.common and len(texts[name]) == 1
                if is_shared:
                    prose_id = common_parameter_id(name)
                else:
                    prose_id = operation.parameter_id(use.parameter)
                if use.text and prose_id not in self.prose:
                    self.prose[prose_id] = Prose(text=use.text, span=use.parameter.span)
            operations[operation.id] = operation
        return operations

    def _read_operations(self) -> Iterator[_RawOperation]:
        """Yield the method, path, object, parameters and location of each operation."""
        document = self.document
        raw_paths = document.data.get("paths")
        paths = self.schemas.mapping(
            {} if raw_paths is None else raw_paths, "paths", document.span("paths", key=True)
        )
        for path, raw in paths.items():
            if path.startswith("x-"):  # an extension
                continue
            span = document.span("paths", path, key=True)
            if not PATH.match(path):
                self.report.warning(
                    "path-unsafe",
                    f"the path {path[:120]!r} is left out",
                    span,
                    "a path begins with '/', is ASCII without blanks (write other characters as %XX), and closes each {parameter}",
                    arguments=(path,),
                )
                continue
            item = self.schemas.mapping(raw, f"the path {path}", span)
            if "$ref" in item:
                self._report_unresolved(
                    item["$ref"], f"the operations that it has for {path} are left out", span
                )
            above = list(self._resolve_parameters(item.get("parameters"), span, "paths", path))
            for method, raw_operation in item.items():
                if method not in METHODS:
                    continue
                place = document.span("paths", path, method, key=True)
                operation = self.schemas.mapping(raw_operation, f"{method} {path}", place)
                uses = {
                    use.order: use
                    for use in (
                        *above,
                        *self._resolve_parameters(
                            operation.get("parameters"), place, "paths", path, method
                        ),
                    )
                }
                if "requestBody" in operation and (
                    body := self._read_request_body(
                        operation["requestBody"],
                        document.span("paths", path, method, "requestBody", key=True),
                    )
                ):
                    uses[body.order] = body
                yield method, path, operation, [uses[order] for order in sorted(uses)], place

    def _read_operation(
        self,
        method: str,
        path: str,
        item: JsonObject,
        parameters: tuple[Parameter, ...],
        span: Span,
    ) -> Operation:
        verb = self.schemas.string(item, "x-kubernetes-action", span) or method
        gvks = self.schemas.read_kinds(item.get("x-kubernetes-group-version-kind"), span)
        return Operation(
            method=method.upper(),
            path=path,
            verb=_VERBS.get(verb, verb),
            parameters=parameters,
            responses=self._read_responses(
                item.get("responses"), span, "paths", path, method, "responses"
            ),
            operation_id=self.schemas.string(item, "operationId", span),
            gvk=gvks[0] if gvks else None,
            consumes=self._read_media_types("consumes", item, (item.get("requestBody"),), span),
            produces=self._read_media_types(
                "produces", item, mapping_values(item.get("responses")), span
            ),
            deprecated=item.get("deprecated") is True,
            keywords=operation_keywords(item),
            span=span,
        )

    def _read_media_types(
        self, word: str, operation: JsonObject, holders: Iterable[object], span: Span
    ) -> tuple[str, ...]:
        """Return the media types of an operation, from v2 lists, v3 content or our extension."""
        for name in (word, f"x-{word}"):
            if name in operation:
                return self.schemas.strings(operation, name, span)
        if word in self.document.data:
            return self.schemas.strings(self.document.data, word, span)
        media_types: dict[str, None] = {}
        for holder in holders:
            raw = holder if isinstance(holder, dict) else {}
            if "$ref" in raw:
                raw = find_component(self.document.data, raw["$ref"]) or {}
            if isinstance(content := raw.get("content"), dict):
                media_types.update(dict.fromkeys(content))
        return tuple(media_types)

    def _resolve_parameters(self, raw: object, span: Span, *steps: str) -> Iterator[_Usage]:
        """Yield the parameters below the steps that lead to an operation or a path."""
        if not isinstance(raw, list):
            if raw is not None:
                self.schemas.report_mismatch("parameters", "a list", raw, span)
            return
        for number, parameter in enumerate(raw):
            is_reference = isinstance(parameter, dict) and "$ref" in parameter
            if is_reference:
                read = self._resolve_shared_parameter
            else:
                read = self._resolve_parameter
            use = read(parameter, self.document.span(*steps, "parameters", number))
            if use is not None:
                yield use

    def _resolve_shared_parameter(self, raw: JsonObject, span: Span) -> _Usage | None:
        target = raw["$ref"]
        if isinstance(target, str):
            key = target
        else:
            key = repr(type(target))
        if key not in self._shared:
            parameter = find_component(self.document.data, target)
            if parameter is None:
                self._report_unresolved(target, "the parameter is left out", span)
                self._shared[key] = None
            else:
                place = self.document.span(*component_steps(target), key=True)
                self._shared[key] = self._resolve_parameter(parameter, place, shared=True)
        return self._shared[key]

    def _resolve_parameter(self, raw: object, span: Span, shared: bool = False) -> _Usage | None:
        schemas = self.schemas
        data = schemas.mapping(raw, "a parameter", span)
        name, place = schemas.string(data, "name", span), schemas.string(data, "in", span)
        if not name or place not in PLACES:
            self.report.warning(
                "parameter-unreadable",
                f"the parameter {name[:80]!r} in {place[:80]!r} is left out",
                span,
                f"a parameter needs a name and a location (`in`): {', '.join(PLACES)}",
                arguments=(name, place),
            )
            return None
        parameter = Parameter(
            name="body" if place == "body" else name,
            place=place,
            type=self._read_parameter_type(data, span),
            required=data.get("required") is True,
            common=shared and place != "body",
            keywords=parameter_keywords(data, place, self._read_keywords),
            span=span,
        )
        return _Usage(parameter, schemas.string(data, "description", span))

    def _read_parameter_type(self, parameter: JsonObject, span: Span) -> Type:
        """Return the type of a parameter.

        In version 2 a parameter other than a body is a schema itself.
        """
        if "schema" in parameter:
            return self._read_schema(parameter["schema"], "the schema of a parameter", span)
        if "content" in parameter:
            return self._read_content(parameter["content"], span) or ANY
        return self.schemas.read_type(parameter, span)

    def _read_request_body(self, raw: object, span: Span) -> _Usage | None:
        body = self._dereference(raw, "a request body", span)
        type_ = self._read_content(body.get("content"), span)
        if type_ is None:
            return None
        parameter = Parameter(
            name="body",
            place="body",
            type=type_,
            required=body.get("required") is True,
            keywords=body_keywords(body, self._read_keywords),
            media_types=self._read_differing_schemas(body.get("content"), span),
            span=span,
        )
        return _Usage(parameter, self.schemas.string(body, "description", span))

    def _read_responses(self, raw: object, span: Span, *steps: str) -> tuple[Response, ...]:
        """Read the responses below the steps that lead to them."""
        if raw is None:
            return ()
        responses = []
        for status, response in self.schemas.mapping(raw, "responses", span).items():
            if not _STATUS.match(status):
                if not status.startswith("x-"):
                    self.report.warning(
                        "status-unreadable",
                        f"the response {status[:80]!r} is left out",
                        span,
                        "expected a status of three digits",
                        arguments=(status,),
                    )
                continue
            place = self.document.span(*steps, status, key=True)
            responses.append(self._read_response(status, response, place))
        return tuple(sorted(responses, key=lambda response: response.status))

    def _read_response(self, status: str, raw: object, span: Span) -> Response:
        body = self._dereference(raw, "a response", span)
        headers = body.get("headers")
        if isinstance(headers, dict):
            resolved = {
                name: self._dereference(header, "a header", span)
                for name, header in headers.items()
            }
            body = {**body, "headers": resolved}
        type_: Type | None = None
        if "schema" in body:
            type_ = self._read_schema(body["schema"], "the schema of a response", span)
        elif "content" in body:
            type_ = self._read_content(body["content"], span)
        return Response(
            status=status,
            description=self.schemas.string(body, "description", span),
            type=type_,
            keywords=response_keywords(body, self._read_keywords),
            media_types=self._read_differing_schemas(body.get("content"), span),
            span=span,
        )

    def _read_content(self, raw: object, span: Span) -> Type | None:
        """Return the type of the first media type with a schema."""
        if raw is None:
            return None
        for media in self.schemas.mapping(raw, "content", span).values():
            schema = self.schemas.mapping(media, "a media type", span).get("schema")
            if schema is not None:
                return self._read_schema(schema, "the schema of a media type", span)
        return None

    def _read_differing_schemas(self, raw: JsonValue, span: Span) -> tuple[MediaType, ...]:
        """Return all media types with a schema if their schemas differ."""
        schemas = schemas_by_media_type(raw)
        encodings = [raw[name].get("encoding") for name in schemas]
        is_alike = all(schema == next(iter(schemas.values())) for schema in schemas.values())
        if is_alike and all(encoding == encodings[0] for encoding in encodings):
            return ()
        return tuple(
            MediaType(
                name=name,
                type=self._read_schema(schema, "the schema of a media type", span),
                keywords=media_type_keywords(raw[name], self._read_keywords),
            )
            for name, schema in schemas.items()
        )

    def _read_schema(self, raw: object, description: str, span: Span) -> Type:
        return self.schemas.read_type(self.schemas.schema(raw, description, span), span)

    def _dereference(self, raw: object, description: str, span: Span) -> JsonObject:
        value = self.schemas.mapping(raw, description, span)
        if "$ref" not in value:
            return value
        shared = find_component(self.document.data, value["$ref"])
        if shared is None:
            self._report_unresolved(value["$ref"], f"{description} is left empty", span)
        return shared or {}

    def _report_unresolved(self, target: object, description: str, span: Span) -> None:
        outside = isinstance(target, str) and not target.startswith("#")
        self.report.warning(
            "ref-outside" if outside else "ref-unresolved",
            f"{target!r:.200} is not in this document; {description}",
            span,
            "add its target to the document, or correct the reference",
            arguments=(str(target),),
        )
