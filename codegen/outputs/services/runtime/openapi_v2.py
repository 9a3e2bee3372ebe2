"""OpenAPI documents of version 3 as one of version 2, for clients that know no other."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from itertools import product
from typing import Any

_SCHEMAS, _DEFINITIONS = "#/components/schemas/", "#/definitions/"
_PARAMETERS = "#/components/parameters/"


@cache
def merged(documents: tuple[bytes, ...]) -> bytes:
    """All documents together, as JSON."""
    paths: dict[str, Any] = {}
    definitions: dict[str, Any] = {}
    tags: dict[str, Any] = {}
    security = _Security()
    required: list[Any] = []
    for data in documents:
        document = json.loads(data)
        components = document.get("components", {})
        tags |= {each["name"]: each for each in document.get("tags", ())}
        for name, scheme in components.get("securitySchemes", {}).items():
            security.add(name, scheme)
        required += [each for each in security.required(document.get("security", ())) if each not in required]
        shared = components.get("parameters", {})
        for path, methods in document["paths"].items():
            paths[path] = {method: _operation(entry, shared, security) for method, entry in methods.items()}
        for name, schema in components.get("schemas", {}).items():
            definitions[name] = _schema(schema)
    converted = {
        "swagger": "2.0",
        "info": {"title": "API", "version": "unversioned", **security.description()},
        "security": required,
        "securityDefinitions": security.schemes,
        "tags": [tags[name] for name in sorted(tags)],
        "paths": paths,
        "definitions": definitions,
    }
    return json.dumps(converted, ensure_ascii=False, separators=(",", ":")).encode()


_FLOWS = {  # of OAuth, in the words of version 2, which has one in each scheme
    "implicit": "implicit",
    "password": "password",
    "clientCredentials": "application",
    "authorizationCode": "accessCode",
}
_OF_FLOWS = ("authorizationUrl", "tokenUrl", "scopes")


class _Security:
    """How requests say who asks: `schemes` in the words of version 2, which knows no bearers, and of which servers write a header instead."""

    def __init__(self) -> None:
        self.schemes: dict[str, Any] = {}
        self._names: dict[str, list[str]] = {}  # by a scheme, those that stand for it
        self._left_out: dict[str, str] = {}

    def add(self, name: str, scheme: dict[str, Any]) -> None:
        """Take a scheme; several stand for one of OAuth with several flows, and none for what version 2 has no words for."""
        flows = _schemes(scheme)
        if not flows:
            self._left_out[name] = str(scheme.get("scheme") or scheme.get("in") or scheme.get("type"))
        description = {"description": scheme["description"]} if "description" in scheme else {}
        names = [name, *(f"{name}-{each['flow']}" for each in flows[1:])]
        self._names[name] = names[: len(flows)]
        self.schemes |= {own: {**each, **description} for own, each in zip(names, flows, strict=False)}

    def required(self, given: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """What requests need, each one of these; what needs a scheme that is left out is left out with it."""
        return [
            dict(zip(names, each.values(), strict=True))
            for each in given
            for names in product(*(self._names.get(name, [name]) for name in each))
        ]

    def description(self) -> dict[str, str]:
        """A description of the document that says which schemes it lacks."""
        if not self._left_out:
            return {}
        named = ", ".join(f"{name} ({kind})" for name, kind in sorted(self._left_out.items()))
        return {"description": f"OpenAPI 2 has no words for these ways to say who asks; see version 3: {named}."}


def _schemes(scheme: dict[str, Any]) -> list[dict[str, Any]]:
    match scheme.get("type"), str(scheme.get("scheme", scheme.get("in", ""))).lower():
        case "http", "bearer":
            return [{"type": "apiKey", "name": "authorization", "in": "header"}]
        case "http", "basic":
            return [{"type": "basic"}]
        case "apiKey", "header" | "query":
            return [{"type": "apiKey", "name": scheme.get("name", ""), "in": scheme["in"]}]
        case "oauth2", _:
            return [
                {
                    "type": "oauth2",
                    "flow": word,
                    "scopes": {},
                    **{each: flow[each] for each in _OF_FLOWS if each in flow},
                }
                for name, flow in scheme.get("flows", {}).items()
                if (word := _FLOWS.get(name))
            ]
    return []


def _operation(entry: dict[str, Any], shared: dict[str, Any], security: _Security) -> dict[str, Any]:
    converted = {name: value for name, value in entry.items() if name not in ("requestBody", "parameters", "responses")}
    if converted.get("security"):
        converted["security"] = security.required(converted["security"])
        if not converted["security"]:  # which would say that nobody has to tell who they are
            del converted["security"]
    parameters = [_parameter(each, shared) for each in entry.get("parameters", ())]
    body = entry.get("requestBody")
    if body is not None:
        parameters.append(
            {"name": "body", "in": "body", "required": bool(body.get("required")), "schema": _content(body)}
        )
        converted["consumes"] = list(body["content"])
    converted["parameters"] = parameters
    answers = entry.get("responses", {})
    converted["produces"] = list(dict.fromkeys(_types(answers.values()))) or ["application/json"]
    converted["responses"] = {
        status: {
            "description": answer.get("description", ""),
            **({"schema": _content(answer)} if answer.get("content") else {}),
        }
        for status, answer in answers.items()
    }
    return converted


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
    converted = {
        name: {field: _schema(each) for field, each in inner.items()} if name == "properties" else _schema(inner)
        for name, inner in value.items()
        if name not in ("nullable", "oneOf", "anyOf", "not")
    }
    reference = converted.get("$ref")
    if isinstance(reference, str):
        return {"$ref": reference.replace(_SCHEMAS, _DEFINITIONS)}
    whole = converted.get("allOf")
    if isinstance(whole, list) and len(whole) == 1 and isinstance(whole[0], dict) and "$ref" in whole[0]:
        return {name: inner for name, inner in converted.items() if name in ("description", "default")} | whole[0]
    return converted
