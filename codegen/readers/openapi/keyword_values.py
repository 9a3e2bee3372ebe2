"""The canonical JSON of a keyword's value."""

from __future__ import annotations

import json

from codegen.core.json_types import JsonValue
from codegen.readers.openapi.keyword_forms import UNIONS

_UNORDERED = frozenset(("enum", "required", "type", *UNIONS))


def write_canonical(word: str, value: object) -> str:
    """Format a value as JSON, equal for all its spellings."""
    return json.dumps(_normalize_value(word, value), sort_keys=True, ensure_ascii=False)


def _normalize_value(word: str, value: object) -> JsonValue:
    if isinstance(value, dict):
        return {str(name): _normalize_value(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list):
        inner = [_normalize_value("", item) for item in value]
        if word in _UNORDERED:
            return sorted(inner, key=lambda item: json.dumps(item, sort_keys=True))
        return inner
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
