"""Reading of operations from OpenAPI v2 and v3 documents.

Which parameters are common (`Parameter.common`, one text for all operations): those that come through a reference to
a shared parameter, and those that at least two operations of the document use with the same name, place, type and text,
as v3 documents write them out each time. A body never is, nor is the path parameter `name`, whose text names the kind.
The text of a common parameter gets the shared prose id where all common ones of its name have one text; where they have
several, each keeps its text under its own operation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any

from codegen.core.diagnostics import Span
from codegen.model import (
    PLACES,
    Keyword,
    Operation,
    Parameter,
    Prose,
    Response,
    Type,
    common_parameter_id,
    own_parameter_ids,
    parameter_id,
)
from codegen.readers.openapi.definition_reader import DefinitionReader
from codegen.readers.openapi.document_structure import METHODS, PATH
from codegen.readers.openapi.keyword_reader import (
    NONE,
    body_keywords,
    mapping_values,
    operation_keywords,
    parameter_keywords,
    response_keywords,
)
from codegen.readers.openapi.type_reader import ANY


class ResolvedParameter:
    """A parameter with references resolved. `shared` says that a reference led to it."""

    __slots__ = (
        *("cached", "common", "identity", "keywords", "name", "order", "place", "required", "shared", "span", "text"),
        "type",
    )

    def __init__(
        self,
        name: str,
        place: str,
        type_: Type,
        required: bool,
        text: str,
        shared: bool,
        span: Span,
        keywords: tuple[Keyword, ...] = NONE,
    ) -> None:
        self.name = name
        self.place = place
        self.type = type_
        self.required = required
        self.text = text
        self.shared = shared
        self.span = span
        self.keywords = keywords
        self.order = (PLACES[place], name)
        self.identity = (place, name, text, type_, keywords)
        self.common = shared
        self.cached: Parameter | None = None

    def parameter(self) -> Parameter:
        """Return the model's parameter, one object for all operations."""
        if self.cached is None:
            self.cached = Parameter(
                name=self.name,
                place=self.place,
                type=self.type,
                required=self.required,
                common=self.common,
                keywords=self.keywords,
                span=self.span,
            )
        return self.cached


def mark_common(operations: list[list[ResolvedParameter]]) -> set[str]:
    """Mark common parameters and return the names with a single shared text."""
    counts: dict[tuple[str, str, str, Type, tuple[Keyword, ...]], int] = {}
    for uses in operations:
        for use in uses:
            if not use.shared:
                counts[use.identity] = counts.get(use.identity, 0) + 1
    texts: dict[str, str] = {}
    several: set[str] = set()
    for uses in operations:
        for use in uses:
            if (
                not use.shared
                and use.place != "body"
                and (use.place, use.name) != ("path", "name")
                and counts[use.identity] > 1
            ):
                use.common = True
            if use.common and texts.setdefault(use.name, use.text) != use.text:
                several.add(use.name)
    return texts.keys() - several


_VERBS = {"post": "create", "put": "update"}
_SHARED = re.compile(r"#/(?:parameters|components/parameters)/([^/]+)\Z")
_REQUEST_BODY = re.compile(r"#/components/requestBodies/([^/]+)\Z")
_RESPONSE = re.compile(r"#/(?:responses|components/responses)/([^/]+)\Z")
_STATUS = re.compile(r"[1-5][0-9X]{2}\Z|default\Z")


_by_order = attrgetter("order")
_by_status = attrgetter("status")


class DocumentOperationReader:
    """A reader of one document's operations. `schemas` has read the definitions already."""

    def __init__(self, schemas: DefinitionReader) -> None:
        self.schemas = schemas
        self.document = schemas.document
        self.report = schemas.report
        self.prose: dict[str, Prose] = {}
        self._shared: dict[str, ResolvedParameter | None] = {}
        self._lists: dict[tuple[str, ...], tuple[str, ...]] = {}

    def read(self) -> dict[str, Operation]:
        """Read all operations in document order, by prose id. Their prose is in `prose` afterwards."""
        raw = list(self._operations())
        read = [uses for _, _, _, uses, _ in raw]
        one_text = mark_common(read)
        operations = {}
        for method, path, item, uses, span in raw:
            operation = f"{method.upper()} {path}"
            if text := self.schemas.string(item, "description", span) or self.schemas.string(item, "summary", span):
                self.prose[operation] = Prose(text=text, span=span)
            same = len({use.name for use in uses}) < len(uses)
            ids = own_parameter_ids(operation, uses) if same else {}
            for use in uses:
                if use.text:
                    shared = use.common and use.name in one_text
                    own = ids.get((use.name, use.place)) or parameter_id(operation, use.name)
                    prose_id = common_parameter_id(use.name) if shared else own
                    if prose_id not in self.prose:
                        self.prose[prose_id] = Prose(text=use.text, span=use.span)
            operations[operation] = self._operation(method, path, item, tuple([use.parameter() for use in uses]), span)
        return operations

    def _operations(self) -> Iterator[tuple[str, str, dict[str, Any], list[ResolvedParameter], Span]]:
        """Yield the method, path, object, parameters and location of each operation."""
        document = self.document
        paths = self.schemas.mapping(document.data.get("paths") or {}, "paths", document.span("paths", key=True))
        for path, raw in paths.items():
            span = document.span("paths", path, key=True)
            if not PATH.match(path):
                self.report.warning(
                    "path-unsafe",
                    f"the path {path[:120]!r} is left out",
                    span,
                    "a path begins with '/', is ASCII without blanks (write other characters as %XX), and closes each {parameter}",
                )
                continue
            item = self.schemas.mapping(raw, f"the path {path}", span)
            if "$ref" in item:
                self._report_unresolved(item["$ref"], f"the operations that it has for {path} are left out", span)
            above = self._resolve_parameters(item.get("parameters"), span)
            for method, written in item.items():
                if method not in METHODS:
                    continue
                place = document.span("paths", path, method, key=True)
                operation = self.schemas.mapping(written, f"{method} {path}", place)
                uses = {
                    use.order: use for use in (*above, *self._resolve_parameters(operation.get("parameters"), place))
                }
                if "requestBody" in operation and (body := self._request_body(operation["requestBody"], place)):
                    uses[body.order] = body
                yield method, path, operation, sorted(uses.values(), key=_by_order), place

    def _operation(
        self, method: str, path: str, item: dict[str, Any], parameters: tuple[Parameter, ...], span: Span
    ) -> Operation:
        verb = self.schemas.string(item, "x-kubernetes-action", span) or method
        gvks = self.schemas.read_kinds(item.get("x-kubernetes-group-version-kind"), span)
        return Operation(
            method=method.upper(),
            path=path,
            verb=_VERBS.get(verb, verb),
            parameters=parameters,
            responses=self._read_responses(item.get("responses"), span),
            operation_id=self.schemas.string(item, "operationId", span),
            gvk=gvks[0] if gvks else None,
            consumes=self._media_types("consumes", item, (item.get("requestBody"),), span),
            produces=self._media_types("produces", item, mapping_values(item.get("responses")), span),
            deprecated=item.get("deprecated") is True,
            keywords=operation_keywords(item),
            span=span,
        )

    def _media_types(self, word: str, operation: dict[str, Any], holders: Iterable[Any], span: Span) -> tuple[str, ...]:
        """Return the media types of an operation, from v2 lists, v3 content or our extension."""
        for name in (word, f"x-{word}"):
            if name in operation:
                return self._intern_media_types(self.schemas.strings(operation, name, span))
        if word in self.document.data:
            return self._intern_media_types(tuple(self.schemas.strings(self.document.data, word, span)))
        found: dict[str, None] = {}
        for holder in holders:
            raw = holder if type(holder) is dict else {}
            if "$ref" in raw:
                raw = self._resolve_component(raw["$ref"])
            if isinstance(content := raw.get("content"), dict):
                found.update(dict.fromkeys(content))
        return self._intern_media_types(tuple(found))

    def _intern_media_types(self, media_types: tuple[str, ...]) -> tuple[str, ...]:
        """Return one shared tuple for equal media types."""
        return self._lists.setdefault(media_types, media_types)

    def _resolve_component(self, target: Any) -> dict[str, Any]:
        """Return a shared body or response, or an empty object."""
        for pattern, section in ((_RESPONSE, "responses"), (_REQUEST_BODY, "requestBodies")):
            if isinstance(target, str) and (found := pattern.match(target)):
                return self._component(section, found[1]) or {}
        return {}

    # -------------------------------------------------------------------------------------------- parameters

    def _resolve_parameters(self, raw: Any, span: Span) -> list[ResolvedParameter]:
        if raw is None:
            return []
        if not isinstance(raw, list):
            self.schemas.report_mismatch("parameters", "a list", raw, span)
            return []
        uses = []
        for parameter in raw:
            use = (
                self._resolve_shared_parameter(parameter["$ref"], span)
                if isinstance(parameter, dict) and "$ref" in parameter
                else self._resolve_parameter(parameter, span)
            )
            if use is not None:
                uses.append(use)
        return uses

    def _resolve_shared_parameter(self, target: Any, span: Span) -> ResolvedParameter | None:
        key = target if isinstance(target, str) else repr(type(target))
        if key not in self._shared:
            found = _SHARED.match(key)
            raw = self._component("parameters", found[1]) if found else None
            if raw is None:
                self._report_unresolved(target, "the parameter is left out", span)
                self._shared[key] = None
            else:
                self._shared[key] = self._resolve_parameter(raw, span, shared=True)
        return self._shared[key]

    def _resolve_parameter(self, raw: Any, span: Span, shared: bool = False) -> ResolvedParameter | None:
        schemas = self.schemas
        parameter = schemas.mapping(raw, "a parameter", span)
        name, place = schemas.string(parameter, "name", span), schemas.string(parameter, "in", span)
        if not name or place not in PLACES:
            self.report.warning(
                "parameter-unreadable",
                f"a parameter {name[:80]!r} in {place[:80]!r} is left out",
                span,
                f"a parameter has a name and a place: {', '.join(PLACES)}",
            )
            return None
        type_ = self._parameter_type(parameter, place, span)
        text = schemas.string(parameter, "description", span)
        required = parameter.get("required") is True
        keywords = parameter_keywords(parameter, place)
        if place == "body":
            return ResolvedParameter("body", place, type_, required, text, False, span, keywords)
        return ResolvedParameter(name, place, type_, required, text, shared, span, keywords)

    def _parameter_type(self, parameter: dict[str, Any], place: str, span: Span) -> Type:
        """Return the type of a parameter. Version 3 and each body have a schema, others of version 2 are one themselves."""
        if "schema" in parameter:
            return self.schemas.read_type(
                self.schemas.schema(parameter["schema"], "the schema of a parameter", span), span
            )
        if "content" in parameter:
            return self._content(parameter["content"], span) or ANY
        if place == "body":
            return ANY
        return self.schemas.read_type({word: value for word, value in parameter.items() if word != "$ref"}, span)

    def _request_body(self, raw: Any, span: Span) -> ResolvedParameter | None:
        body = self._dereference(raw, _REQUEST_BODY, "requestBodies", "a request body", span)
        type_ = self._content(body.get("content"), span)
        if type_ is None:
            return None
        return ResolvedParameter(
            "body",
            "body",
            type_,
            body.get("required") is True,
            self.schemas.string(body, "description", span),
            False,
            span,
            body_keywords(body),
        )

    # --------------------------------------------------------------------------------------------- responses

    def _read_responses(self, raw: Any, span: Span) -> tuple[Response, ...]:
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
                        "expected three digits",
                    )
                continue
            responses.append(self._response(status, response, span))
        responses.sort(key=_by_status)
        return tuple(responses)

    def _response(self, status: str, raw: Any, span: Span) -> Response:
        body = (
            raw
            if type(raw) is dict and "$ref" not in raw
            else self._dereference(raw, _RESPONSE, "responses", "a response", span)
        )
        type_: Type | None = None
        if "schema" in body:
            type_ = self.schemas.read_type(self.schemas.schema(body["schema"], "the schema of a response", span), span)
        elif "content" in body:
            type_ = self._content(body["content"], span)
        return Response(
            status=status,
            description=self.schemas.string(body, "description", span),
            type=type_,
            keywords=response_keywords(body),
            span=span,
        )

    def _content(self, raw: Any, span: Span) -> Type | None:
        """Return the type of the first media type with a schema."""
        if raw is None:
            return None
        for media in self.schemas.mapping(raw, "content", span).values():
            schema = self.schemas.mapping(media, "a media type", span).get("schema")
            if schema is not None:
                return self.schemas.read_type(self.schemas.schema(schema, "the schema of a media type", span), span)
        return None

    # -------------------------------------------------------------------------------------------- references

    def _component(self, section: str, name: str) -> dict[str, Any] | None:
        """Find a shared object by section and name."""
        components = self.document.data.get("components")
        for home in (self.document.data, components):
            group = home.get(section) if isinstance(home, dict) else None
            if isinstance(group, dict) and isinstance(component := group.get(name), dict) and "$ref" not in component:
                return component
        return None

    def _dereference(self, raw: Any, pattern: re.Pattern[str], section: str, what: str, span: Span) -> dict[str, Any]:
        value = self.schemas.mapping(raw, what, span)
        if "$ref" not in value:
            return value
        target = value["$ref"]
        found = pattern.match(target) if isinstance(target, str) else None
        shared = self._component(section, found[1]) if found else None
        if shared is None:
            self._report_unresolved(target, f"{what} is left empty", span)
        return shared or {}

    def _report_unresolved(self, target: Any, what: str, span: Span) -> None:
        outside = isinstance(target, str) and not target.startswith("#")
        self.report.warning(
            "ref-outside" if outside else "ref-unresolved",
            f"{target!r:.200} is not in this document; {what}",
            span,
            "add what it names to the document, or correct the reference",
        )
