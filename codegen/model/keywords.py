"""What a document says of a value or an operation and the model has no other word for: kept as it is written, so that it can be compared."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Keyword(Struct, frozen=True, kw_only=True):
    """One word with its value: `maxItems`, `default`, `oneOf`, `x-kubernetes-validations`.

    `value` is JSON with sorted keys, so that two spellings of one value are equal. `inside` says which part of a type is meant: `[]` the
    items of a list, `{}` the values of a map, one for each level; empty for the value itself. `nullable` stands for every way to allow
    null, `exclusiveMinimum` and `exclusiveMaximum` hold the number.
    """

    name: str
    value: str
    inside: str = ""


def allows_null(keywords: Iterable[Keyword]) -> bool:
    """Whether a document says itself that a value may be null."""
    return any(keyword.name == "nullable" and not keyword.inside for keyword in keywords)


def null_parts(keywords: Iterable[Keyword]) -> frozenset[str]:
    """Which parts of a value a document says may be null, as `Keyword.inside` names them: the value itself, items and values in it."""
    return frozenset(keyword.inside for keyword in keywords if keyword.name == "nullable")


def find_default(keywords: Iterable[Keyword]) -> str:
    """The default of a value as JSON, or an empty string."""
    return next((word.value for word in keywords if word.name == "default" and not word.inside), "")


def accepts_more_fields(keywords: Iterable[Keyword], path: str) -> bool:
    """Whether an object that is written out takes fields beside those that it names."""
    said = {keyword.name: keyword.value for keyword in keywords if keyword.inside == path}
    return (
        said.get("x-kubernetes-preserve-unknown-fields") == "true"
        or said.get("additionalProperties", "false") != "false"
        or "patternProperties" in said
    )
