"""OpenAPI documents of version 3 as one of version 2, for clients that know no other."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

_SCHEMAS, _DEFINITIONS = "#/components/schemas/", "#/definitions/"
_PARAMETERS = "#/components/parameters/"


@cache
def merged(documents: tuple[bytes, ...]) -> bytes:
    """All documents together, as JSON."""
    paths: dict[str, Any] = {}
    definitions: dict[str, Any] = {}
    tags: dict[str, Any] = {}
    security: dict[str, Any] = {}
    required: list[Any] = []
    for data in documents:
        document = json.loads(data)
        components = document.get("components", {})
        tags |= {each["name"]: each for each in document.get("tags", ())}
        security |= {name: _scheme(scheme) for name, scheme in components.get("securitySchemes", {}).items()}
        required += [each for each in document.get("security", ()) if each not in required]
        shared = components.get("parameters", {})
        for path, methods in document["paths"].items():
            paths[path] = {method: _operation(entry, shared) for method, entry in methods.items()}
        for name, schema in components.get("schemas", {}).items():
            definitions[name] = _schema(schema)
    made = {
        "swagger": "2.0",
        "info": {"title": "API", "version": "unversioned"},
        "security": required,
        "securityDefinitions": security,
        "tags": [tags[name] for name in sorted(tags)],
        "paths": paths,
        "definitions": definitions,
    }
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def _scheme(scheme: dict[str, Any]) -> dict[str, Any]:
    """How a request says who asks: version 2 knows no bearers, and servers write a header in their place."""
    if scheme.get("type") == "http" and scheme.get("scheme") == "bearer":
        return {"type": "apiKey", "name": "authorization", "in": "header"}
    return scheme


def _operation(entry: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    made = {name: value for name, value in entry.items() if name not in ("requestBody", "parameters", "responses")}
    parameters = [_parameter(each, shared) for each in entry.get("parameters", ())]
    body = entry.get("requestBody")
    if body is not None:
        parameters.append(
            {"name": "body", "in": "body", "required": bool(body.get("required")), "schema": _content(body)}
        )
        made["consumes"] = list(body["content"])
    made["parameters"] = parameters
    answers = entry.get("responses", {})
    made["produces"] = list(dict.fromkeys(_types(answers.values()))) or ["application/json"]
    made["responses"] = {
        status: {
            "description": answer.get("description", ""),
            **({"schema": _content(answer)} if answer.get("content") else {}),
        }
        for status, answer in answers.items()
    }
    return made


def _types(answers: Iterable[dict[str, Any]]) -> Iterable[str]:
    for answer in answers:
        yield from answer.get("content", {})


def _content(part: dict[str, Any]) -> Any:
    return next((_schema(each.get("schema", {})) for each in part.get("content", {}).values()), {})


def _parameter(given: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    found = shared[given["$ref"].removeprefix(_PARAMETERS)] if "$ref" in given else given
    schema = _schema(found.get("schema", {}))
    return {**{name: value for name, value in found.items() if name != "schema"}, **schema}


def _schema(value: Any) -> Any:
    """A schema in the words of version 2: without those that it has not."""
    if isinstance(value, list):
        return [_schema(each) for each in value]
    if not isinstance(value, dict):
        return value
    made = {
        name: {field: _schema(each) for field, each in inner.items()} if name == "properties" else _schema(inner)
        for name, inner in value.items()
        if name not in ("nullable", "oneOf", "anyOf", "not")
    }
    reference = made.get("$ref")
    if isinstance(reference, str):
        return {"$ref": reference.replace(_SCHEMAS, _DEFINITIONS)}
    whole = made.get("allOf")
    if isinstance(whole, list) and len(whole) == 1 and isinstance(whole[0], dict) and "$ref" in whole[0]:
        return {name: inner for name, inner in made.items() if name in ("description", "default")} | whole[0]
    return made
