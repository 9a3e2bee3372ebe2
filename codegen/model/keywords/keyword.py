"""Keywords of documents without a counterpart in the model, kept as written for comparison."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from codegen.core.diagnostics import Span
from codegen.core.json_types import JsonObject
from codegen.model.record import TaggedRecord

VALIDATIONS = "x-kubernetes-validations"
PRESERVE_UNKNOWN = "x-kubernetes-preserve-unknown-fields"
# By which an object keeps unknown fields.
OPEN_KEYWORDS = frozenset(("additionalProperties", PRESERVE_UNKNOWN))


class Keyword(TaggedRecord, frozen=True, kw_only=True):
    """A keyword with its value, such as `maxItems`, `default` or `x-kubernetes-validations`.

    `value` is JSON with sorted keys, so that different spellings of a value are equal. `inside` is
    the part of the type: `[]` for list items and `{}` for map values, once per level, or empty for
    the value itself. `nullable` stands for every way to allow null. `exclusiveMinimum` and
    `exclusiveMaximum` hold the number.
    """

    name: str
    value: str
    inside: str = ""


class DocumentKeyword(TaggedRecord, frozen=True, kw_only=True):
    """A keyword of a whole document, such as `security`, with its value as in `Keyword`.

    `inside` is a path of the API, or empty for the document itself.
    """

    name: str
    value: str
    inside: str = ""
    span: Span


def group_by_part(keywords: Iterable[Keyword]) -> dict[str, JsonObject]:
    """Return the values of keywords by part, named as in `Keyword.inside`, and by name."""
    parts: dict[str, JsonObject] = {}
    for keyword in keywords:
        parts.setdefault(keyword.inside, {})[keyword.name] = json.loads(keyword.value)
    return parts


def own_values(keywords: Iterable[Keyword]) -> JsonObject:
    """Return the values of the keywords of a value itself, by name."""
    return group_by_part(keywords).get("", {})


def allows_null(keywords: Iterable[Keyword]) -> bool:
    """Return whether a document explicitly permits null for a value."""
    return any(keyword.name == "nullable" and not keyword.inside for keyword in keywords)


def validation_rules(keywords: Iterable[Keyword]) -> Iterator[tuple[str, str]]:
    """Yield the expression and the message of each rule in CEL."""
    for keyword in keywords:
        if keyword.name != VALIDATIONS:
            continue
        rules = json.loads(keyword.value)
        if not isinstance(rules, list):
            continue
        for rule in rules:
            if isinstance(rule, dict) and isinstance(rule.get("rule"), str):
                yield rule["rule"], str(rule.get("message") or "")


def null_parts(keywords: Iterable[Keyword]) -> frozenset[str]:
    """Return the parts of a value with permitted null, named as in `Keyword.inside`."""
    return frozenset(keyword.inside for keyword in keywords if keyword.name == "nullable")


def find_default(keywords: Iterable[Keyword]) -> str:
    """Return the default of a value as JSON, or an empty string."""
    return next((word.value for word in keywords if word.name == "default" and not word.inside), "")


def accepts_more_fields(keywords: Iterable[Keyword], path: str) -> bool:
    """Return whether an inline object accepts fields beside its named ones."""
    values = {keyword.name: keyword.value for keyword in keywords if keyword.inside == path}
    return (
        values.get(PRESERVE_UNKNOWN) == "true"
        or values.get("additionalProperties", "false") != "false"
        or "patternProperties" in values
    )
