"""Hoisting of inline schemas outside fields into definitions.

In the model only definitions and fields have fields. Therefore each such object becomes a
definition named after its holder (`PlotsItem`, `CreatePlotRequest`), and a reference replaces it in
the document before the document is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

from codegen.core.json_types import JsonObject, JsonValue
from codegen.readers.documents.document import Document
from codegen.readers.openapi.document_structure import METHODS, SECTIONS, root_key
from codegen.readers.openapi.keyword_reader import find_inline_object

_NO_LETTER = re.compile(r"[^A-Za-z0-9]+")
_STEP_SUFFIXES = {"items": "Item", "additionalProperties": "Value"}

Steps = tuple[str | int, ...]
HoistedSchema = tuple[JsonObject, Steps]


def hoist_inline_schemas(document: Document) -> dict[str, HoistedSchema]:
    """Give every inline object outside fields a definition, by key with its schema and the steps to
    it.

    In the document it is replaced by a reference.
    """
    data = document.data
    hoister = _SchemaHoister(data)
    definitions: list[tuple[str, JsonValue, Steps]] = [
        (key, schema, (*hoister.section, key)) for key, schema in hoister.definitions.items()
    ]
    for key, schema, steps in (*definitions, (root_key(data, document.source), data, ())):
        if key and isinstance(schema, dict) and not (schema.get("properties") or "allOf" in schema):
            hoister.hoist(schema, key, "", steps)
    for holder, words, steps in _find_holders(data):
        hoister.hoist(holder, "".join(map(_clean_word, words)), "schema", steps)
    return hoister.found


class _SchemaHoister:
    """A collector of new definitions.

    `section` are the steps to the definitions of the document.
    """

    def __init__(self, data: JsonObject) -> None:
        self._keys: dict[tuple[str, str], str] = {}  # by name and canonical text of an object
        self._numbers: dict[str, count[int]] = {}
        self.found: dict[str, HoistedSchema] = {}
        present = (section for section in SECTIONS if section[0] in data)
        self.section = next(present, ("definitions",) if "swagger" in data else ("$defs",))
        section: JsonValue = data
        for step in self.section:
            if isinstance(section, dict):
                section = section.get(step)
            else:
                section = None
        if isinstance(section, dict):
            self.definitions: JsonObject = dict(section)
        else:
            self.definitions = {}

    def hoist(self, schema: JsonObject, name: str, word: str, above: Steps) -> None:
        """Replace an inline object, in `schema` or its `word`, by a reference to a new definition."""
        inner, steps = find_inline_object(schema[word] if word else schema)
        if inner is None or (not word and not steps):
            return
        path: Steps = (word, *steps) if word else steps
        place: JsonValue = schema
        for step in path[:-1]:
            place = place[step]
        key = self._choose_key(
            name + "".join(_STEP_SUFFIXES.get(str(step), "") for step in steps), inner
        )
        self.found.setdefault(key, (inner, (*above, *path)))
        place[path[-1]] = {"$ref": f"#/{'/'.join(self.section)}/{key}"}

    def _choose_key(self, name: str, inner: JsonObject) -> str:
        """Return a free key for an object, reusing that of an equal one.

        Each number is tried once for a name.
        """
        same = name, json.dumps(inner, sort_keys=True, default=repr)
        if same not in self._keys:
            key, numbers = name, self._numbers.setdefault(name, count(2))
            while key in self.definitions and self.definitions[key] != inner:
                key = f"{name}{next(numbers)}"
            self.definitions[key], self._keys[same] = inner, key
        return self._keys[same]


_Holder = tuple[JsonObject, tuple[Any, ...], Steps]


def _find_holders(data: JsonObject) -> Iterator[_Holder]:
    """Yield each holder of a `schema` outside definitions, with name words and path."""
    components = data.get("components")
    shared, above = (components, ("components",)) if isinstance(components, dict) else (data, ())
    for section, word in (
        ("parameters", ""),
        ("requestBodies", "request"),
        ("responses", "response"),
    ):
        for name, raw in _list_mappings(shared.get(section)):
            yield from _schema_holders(raw, (name, word), (*above, section, name))
    for path, item in _list_mappings(data.get("paths")):
        yield from _parameter_holders(item, path, ("paths", path))
        for method, operation in _list_mappings({method: item.get(method) for method in METHODS}):
            name, steps = (
                operation.get("operationId") or f"{method} {path}",
                ("paths", path, method),
            )
            yield from _parameter_holders(operation, name, steps)
            yield from _schema_holders(
                operation.get("requestBody"), (name, "request"), (*steps, "requestBody")
            )
            for status, answer in _list_mappings(operation.get("responses")):
                yield from _schema_holders(
                    answer, (name, "response", status), (*steps, "responses", status)
                )


def _parameter_holders(owner: JsonObject, name: object, above: Steps) -> Iterator[_Holder]:
    raw = owner.get("parameters")
    for number, parameter in enumerate(raw if isinstance(raw, list) else ()):
        if isinstance(parameter, dict):
            words = (name, "request" if parameter.get("in") == "body" else parameter.get("name"))
            yield from _schema_holders(parameter, words, (*above, "parameters", number))


def _schema_holders(raw: object, words: tuple[object, ...], steps: Steps) -> Iterator[_Holder]:
    if isinstance(raw, dict):
        if "schema" in raw:
            yield raw, words, steps
        else:
            for name, media in _list_mappings(raw.get("content")):
                if "schema" in media:
                    yield media, words, (*steps, "content", name)


def _list_mappings(raw: object) -> Iterator[tuple[str, JsonObject]]:
    for name, value in raw.items() if isinstance(raw, dict) else ():
        if isinstance(value, dict):
            yield str(name), value


def _clean_word(text: object) -> str:
    """Convert a text to capitalized words without other characters."""
    return "".join(word[:1].upper() + word[1:] for word in _NO_LETTER.split(str(text)))
