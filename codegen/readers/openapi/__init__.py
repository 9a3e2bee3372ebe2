"""Recognition of OpenAPI documents and JSON Schemas."""

from __future__ import annotations

import re

from msgspec import DecodeError, Raw, json

from codegen.core.records import on_demand
from codegen.core.source import Source
from codegen.readers.form import DocumentForm
from codegen.readers.shared.tokens import looks_like_json

# The keys of documents, with their values. Configuration files have some of these keys too, with
# other values.
_VALUES = {
    **dict.fromkeys(("openapi", "swagger"), r"[\s:]*[\"']?\d[\w.-]*+[\"']?[ \t\r]*(?:[,}#\n]|\Z)"),
    "$schema": r"[\s:]*[\"']?https?://json-schema\.org/",
    "$defs": "",
    "definitions": r"(?s)(?![\s:]*[\[-]).*?(?:\$ref[\"']?\s*:|\btype[\"']?\s*:[\s\[\"'-]*(?:object|array|string|integer|number|boolean)\b"
    r"|\b(?:properties|additionalProperties|items|enum|allOf|anyOf|oneOf)[\"']?[ \t]*:[ \t\r]*[\n{\[])",
    "components": r"(?s)(?![\s:]*[\[-]).*?\bschemas[\"']?[ \t]*:",
}
_FOREIGN = ("asyncapi", "openrpc")  # formats with `components` of the same form
_KEYS = (*_VALUES, *_FOREIGN)
_NAME, _BLOCK = "|".join(map(re.escape, _KEYS)), r"[^\n]*+(?:\n(?:[ \t\r#][^\n]*+)?)*+"
_YAML_VALUE = re.compile(rf"^([\"']?)({_NAME})\1[ \t]*:(?=\s|\Z)({_BLOCK})", re.MULTILINE)
_FRONT_MATTER = r"\s*---[ \t]*\n(?s:.*?)^---[ \t]*$"
_YAML = re.compile(
    rf"(?m)(?!{_FRONT_MATTER})(?:[ \t]*(?:#[^\n]*)?\n|%[^\n]*\n|---[ \t]*\n)*[\"']?[\w$.-]+[\"']?[ \t]*:(?:\s|\Z)"
)


def is_document(source: Source) -> bool:
    """Return whether a source is an OpenAPI document or JSON Schema, judging by its top-level keys
    and the form of their values.
    """
    values = _find_values(source.text, is_json=looks_like_json(source))
    return values.keys().isdisjoint(_FOREIGN) and any(
        re.match(_VALUES[key], value) for key, value in values.items()
    )


def _find_values(text: str, *, is_json: bool) -> dict[str, str]:
    """Return the text of each value at the top. In invalid JSON, any key may be at the top."""
    if is_json:
        try:
            values = json.decode(text, type=dict[str, Raw])
        except (DecodeError, RecursionError):
            return {key: text.partition(f'"{key}"')[2] for key in _KEYS if f'"{key}"' in text}
        return {key: str(bytes(values[key]), "utf-8") for key in _KEYS if key in values}
    if _YAML.match(text):
        return {match[2]: match[3] for match in _YAML_VALUE.finditer(text)}
    return {}


FORMS = (
    DocumentForm(
        name="openapi",
        noun="OpenAPI document",
        recognises=is_document,
        read=on_demand("codegen.readers.openapi.reader", "read_document"),
        precedence=0,
        exactness=0,
    ),
)
