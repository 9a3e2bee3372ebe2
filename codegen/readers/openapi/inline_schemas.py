"""Hoisting of inline schemas outside fields into definitions.

The model has fields of definitions alone. So each of these objects becomes a definition, named after what holds it (`PlotsItem`,
`CreatePlotRequest`), and a reference stands in its place; the document is changed before anything is read of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

from codegen.readers.documents.api_document import ApiDocument
from codegen.readers.openapi.document_structure import METHODS, root_key
from codegen.readers.openapi.keyword_reader import NESTING, find_inline_object

_NO_LETTER = re.compile(r"[^A-Za-z0-9]+")
_STEP_SUFFIXES = {"items": "Item", "additionalProperties": "Value"}


SchemaSteps = tuple[str | int, ...]


def hoist_inline_schemas(document: ApiDocument) -> dict[str, tuple[dict[str, Any], SchemaSteps]]:
    """Give every inline object outside fields a definition, by key with its schema and path.

    A reference takes its place in the document.
    """
    data = document.data
    naming = _SchemaHoister(data)
    root = root_key(data, document.source)
    listed = [(key, schema, (*naming.section, key)) for key, schema in naming.definitions().items()]
    named: list[tuple[str, Any, SchemaSteps]] = [*listed, (root, data, ())]
    for key, schema, steps in named:
        if key and isinstance(schema, dict) and not _has_fields(schema):
            naming.name(schema, key, "", steps)
    for holder, words, steps in _holders(data):
        if _is_nested(holder):
            naming.name(holder, "".join(map(_word, words)), "schema", steps)
    return naming.found


def _has_fields(schema: dict[str, Any]) -> bool:
    return bool(schema.get("properties")) or "allOf" in schema


class _SchemaHoister:
    """A collector of new definitions. `section` are the steps to the definitions of the document, where new ones go too."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data
        self._section: dict[str, Any] | None = None
        # By key what has it with a number behind it, by how it is written, and the numbers that were not looked at.
        self._others: dict[str, tuple[dict[str, str], count[int]]] = {}
        self.found: dict[str, tuple[dict[str, Any], SchemaSteps]] = {}
        if "swagger" in data:
            self.section: tuple[str, ...] = ("definitions",)
        elif "openapi" in data:
            self.section = ("components", "schemas")
        else:
            self.section = ("definitions",) if "definitions" in data else ("$defs",)

    def definitions(self) -> dict[str, Any]:
        """Return the document's own definitions."""
        section: Any = self._data
        for step in self.section:
            section = section.get(step) if isinstance(section, dict) else None
        return dict(section) if isinstance(section, dict) else {}

    def name(self, holder: dict[str, Any], name: str, word: str, above: SchemaSteps) -> None:
        """Replace an inline object by a reference to a new definition. It is in `holder` itself, or in its `word`."""
        inner, steps = find_inline_object(holder[word] if word else holder)
        if inner is None or (not word and not steps):
            return
        path: SchemaSteps = (word, *steps) if word else steps
        place: Any = holder
        for step in path[:-1]:
            place = place[step]
        key = self._key(name + "".join(_STEP_SUFFIXES.get(str(step), "") for step in steps), inner)
        self.found.setdefault(key, (inner, (*above, *path)))
        place[path[-1]] = {"$ref": f"#/{'/'.join(self.section)}/{key}"}

    def _key(self, key: str, inner: dict[str, Any]) -> str:
        """Return a free key for an object, reusing that of an equal one."""
        section = self._open_section()
        if key not in section or section[key] == inner:
            section[key] = inner
            return key
        # Each number is looked at once for a key, however many objects want it.
        others, numbers = self._others.setdefault(key, ({}, count(2)))
        same = _canonical_text(inner)
        while same not in others:
            candidate = f"{key}{next(numbers)}"
            others.setdefault(_canonical_text(section.setdefault(candidate, inner)), candidate)
        return others[same]

    def _open_section(self) -> dict[str, Any]:
        if self._section is None:
            section = self._data
            for step in self.section:
                if not isinstance(section.get(step), dict):
                    section[step] = {}
                section = section[step]
            self._section = section
        return self._section


def _canonical_text(schema: Any) -> str:
    """Format a schema with sorted keys."""
    return json.dumps(schema, sort_keys=True, default=repr)


_Holder = tuple[dict[str, Any], tuple[Any, ...], SchemaSteps]


def _holders(data: dict[str, Any]) -> Iterator[_Holder]:
    """Yield each holder of a `schema` outside definitions, with name words and path."""
    components = data.get("components")
    shared, above = (components, ("components",)) if isinstance(components, dict) else (data, ())
    for section, word in (("parameters", ""), ("requestBodies", "request"), ("responses", "response")):
        for name, raw in _members(shared.get(section)):
            yield from _schema_holders(raw, (name, word), (*above, section, name))
    for path, item in _members(data.get("paths")):
        if "parameters" in item:
            yield from _parameter_holders(item, path, ("paths", path))
        for method in METHODS:
            if method in item and isinstance(operation := item[method], dict):
                yield from _operation_holders(operation, path, method)


def _operation_holders(operation: dict[str, Any], path: str, method: str) -> Iterator[_Holder]:
    name = operation.get("operationId") or f"{method} {path}"
    steps = ("paths", path, method)
    if "parameters" in operation:
        yield from _parameter_holders(operation, name, steps)
    if "requestBody" in operation:
        yield from _schema_holders(operation["requestBody"], (name, "request"), (*steps, "requestBody"))
    answers = operation.get("responses")
    for status, answer in answers.items() if isinstance(answers, dict) else ():
        if type(answer) is dict and ("content" in answer or ("schema" in answer and _is_nested(answer))):
            yield from _schema_holders(answer, (name, "response", str(status)), (*steps, "responses", str(status)))


def _parameter_holders(owner: dict[str, Any], name: Any, above: SchemaSteps) -> Iterator[_Holder]:
    raw = owner.get("parameters")
    for number, parameter in enumerate(raw if isinstance(raw, list) else ()):
        if type(parameter) is not dict or ("schema" not in parameter and "content" not in parameter):
            continue
        if "content" in parameter or _is_nested(parameter):  # one in a hundred
            is_body = parameter.get("in") == "body"
            words = (name, "request" if is_body else parameter.get("name"))
            yield from _schema_holders(parameter, words, (*above, "parameters", number))


def _schema_holders(raw: Any, words: tuple[Any, ...], steps: SchemaSteps) -> Iterator[_Holder]:
    if isinstance(raw, dict):
        if "schema" in raw:
            yield raw, words, steps
        elif "content" in raw:
            for name, media in _members(raw["content"]):
                if "schema" in media:
                    yield media, words, (*steps, "content", name)


def _is_nested(holder: dict[str, Any]) -> bool:
    """Return whether a holder's schema may contain an inline object."""
    schema = holder.get("schema")
    return type(schema) is dict and "$ref" not in schema and not NESTING.isdisjoint(schema)


def _members(raw: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, value in raw.items() if isinstance(raw, dict) else ():
        if isinstance(value, dict):
            yield str(name), value


def _word(text: Any) -> str:
    """Convert a text to capitalized words without other characters."""
    return "".join(word[:1].upper() + word[1:] for word in _NO_LETTER.split(str(text)))
