"""Keywords without a counterpart in the model, of a document and of its operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from codegen.core.json_types import JsonObject, JsonValue
from codegen.model import Keyword
from codegen.model.keywords.keyword import DocumentKeyword
from codegen.readers.documents.document import Document
from codegen.readers.openapi.document_structure import METHODS
from codegen.readers.openapi.keyword_forms import schemas_by_media_type
from codegen.readers.openapi.keyword_values import write_canonical

_VERSIONS = frozenset(("swagger", "openapi"))
# Keywords that other modules read, or that describe a release.
_DOCUMENT = frozenset(
    (
        "info",
        "paths",
        "definitions",
        "components",
        "parameters",
        "responses",
        "consumes",
        "produces",
        "jsonSchemaDialect",
    )
)
_DEFAULTS: Mapping[str, tuple[JsonValue, ...]] = {
    "basePath": ("/", ""),
    "servers": ([{"url": "/"}], []),
}
_PATH = frozenset((*METHODS, "$ref", "parameters"))
_OPERATION = frozenset(
    (
        "operationId",
        "parameters",
        "requestBody",
        "responses",
        "consumes",
        "produces",
        "x-consumes",
        "x-produces",
        "description",
        "deprecated",
        "x-kubernetes-action",
        "x-kubernetes-group-version-kind",
    )
)
_UNDESCRIBED = _OPERATION | {"summary"}  # the text of an operation without a description
_BODY = frozenset(("description", "required", "content", "$ref"))
_ANSWER = frozenset(("description", "schema", "content", "$ref"))
_PARAMETER = frozenset(("name", "in", "description", "required", "schema", "content", "$ref"))
_MEDIA_TYPE = frozenset(("schema", "example", "examples"))
_Read = Callable[..., tuple[Keyword, ...]]  # `read_keywords` with the options of the document


def document_keywords(document: Document) -> tuple[DocumentKeyword, ...]:
    """Read the version and the other keywords of an OpenAPI document and of its paths.

    A JSON Schema has none.
    """
    data = document.data
    if _VERSIONS.isdisjoint(data):
        return ()
    keywords: list[DocumentKeyword] = []

    def add(word: str, value: object, *steps: str, inside: str = "") -> None:
        span = document.span(*steps, key=True)
        text = write_canonical(word, value)
        keywords.append(DocumentKeyword(name=word, value=text, inside=inside, span=span))

    for word, value in data.items():
        if word not in _DOCUMENT and value not in _DEFAULTS.get(word, ()):
            add(word, value, word)
    info, components, paths = data.get("info"), data.get("components"), data.get("paths")
    if isinstance(info, dict) and "title" in info:
        add("title", info["title"], "info", "title")
    if isinstance(components, dict) and "securitySchemes" in components:
        schemes = components["securitySchemes"]
        add("securityDefinitions", schemes, "components", "securitySchemes")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for word, value in item.items() if isinstance(item, dict) else ():
            if word not in _PATH:
                add(word, value, "paths", path, word, inside=str(path))
    return tuple(sorted(keywords, key=lambda keyword: (keyword.inside, keyword.name)))


def operation_keywords(operation: JsonObject) -> tuple[Keyword, ...]:
    """Read the other keywords of an operation."""
    return _other_keywords(operation, _OPERATION if operation.get("description") else _UNDESCRIBED)


def parameter_keywords(parameter: JsonObject, place: str, read: _Read) -> tuple[Keyword, ...]:
    """Read the other keywords of a parameter.

    Version 2 writes them beside its name, version 3 and each body in a schema.
    """
    if "schema" in parameter:
        return (*_other_keywords(parameter, _PARAMETER), *read(parameter["schema"]))
    if "content" in parameter:
        return (
            *_other_keywords(parameter, _PARAMETER),
            Keyword(name="content", value=write_canonical("content", _media_names(parameter))),
            *_content_keywords(parameter["content"], read),
        )
    if place == "body":
        return ()
    return read(parameter, skip=_PARAMETER)


def _media_names(element: Mapping[str, object]) -> list[str]:
    content = element["content"]
    if isinstance(content, dict):
        return [*content]
    return []


def body_keywords(body: JsonObject, read: _Read) -> tuple[Keyword, ...]:
    """Read the other keywords of a request body."""
    return (*_other_keywords(body, _BODY), *_content_keywords(body.get("content"), read))


def media_type_keywords(media: Mapping[str, object], read: _Read) -> tuple[Keyword, ...]:
    """Read the keywords of a media type: those of its schema, and the encoding of its fields."""
    return (*_other_keywords(media, _MEDIA_TYPE), *read(media.get("schema")))


def response_keywords(response: JsonObject, read: _Read) -> tuple[Keyword, ...]:
    """Read the other keywords of a response."""
    schema = response.get("schema")
    if schema is None and "content" in response:
        content = _content_keywords(response["content"], read)
    else:
        content = ()
    return (*_other_keywords(response, _ANSWER), *read(schema), *content)


def _content_keywords(raw: JsonValue, read: _Read) -> tuple[Keyword, ...]:
    """Read the keywords of the first media type with a schema."""
    for name in schemas_by_media_type(raw):
        return media_type_keywords(raw[name], read)
    return ()


def _other_keywords(element: Mapping[str, object], skip: frozenset[str]) -> tuple[Keyword, ...]:
    """Return the keywords of an object other than a schema, without those in `skip`."""
    words = sorted(element.keys() - skip)
    return tuple([Keyword(name=word, value=write_canonical(word, element[word])) for word in words])
