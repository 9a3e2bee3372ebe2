"""Dialects of documents: the meaning of plain words and keys, and the rule of each fault.

OpenAPI documents, tables of contents and configurations are YAML 1.2 with keys that are strings.
Manifests are read as kubectl reads them, by the rules of sigs.k8s.io/yaml: `yes` and `on` are
booleans, `0644` is octal, dates are strings.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.json_types import JsonValue

MAX_WRITTEN = 400  # characters of a number that is parsed, and of a key that is shown as written
_PLAIN = 1e21  # from here on Go writes numbers with an exponent


class SyntaxRules(Struct, frozen=True, kw_only=True):
    """The rule id of each fault. `too_long` limits the text, `too_large` the expanded aliases."""

    not_yaml: str = "not-yaml"
    not_json: str = "not-json"
    duplicate_key: str = "duplicate-key"
    too_deep: str
    too_large: str
    too_long: str
    alias: str
    key: str
    merge: str
    several: str = ""
    tag: str


class DocumentDialect(Struct, frozen=True, kw_only=True):
    """A way of reading one kind of document.

    `plain` converts a word without quotes, `value` converts each value after that. `key` makes a
    key of its value and its text; the text is None for an alias. `is_single` refuses a second
    document. `is_body` accepts any tag, as servers do, and reports keys that are also merged by
    `<<`.
    """

    rules: SyntaxRules
    plain: Callable[[str], JsonValue]
    key: Callable[[JsonValue, str | None], JsonValue]
    value: Callable[[JsonValue], JsonValue] = lambda value: value
    is_single: bool = True
    is_body: bool = False


_CORE_CONSTANTS: dict[str, JsonValue] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_CORE_INTEGER = re.compile(r"[-+]?[0-9]{1,400}\Z|0x[0-9a-fA-F]{1,400}\Z|0o[0-7]{1,400}\Z")
_CORE_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?\Z")


def core_value(text: str) -> JsonValue:
    """Convert a plain word of YAML 1.2 to its value. Numbers beyond JSON stay strings."""
    if text in _CORE_CONSTANTS:
        return _CORE_CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _CORE_INTEGER.match(text):
        return int(text, {"0x": 16, "0o": 8}.get(text[:2], 10))
    if _CORE_FLOAT.match(text) and math.isfinite(value := float(text)):
        return value
    return text


def core_key(value: object, text: str | None) -> str:
    """Return a key as written, even if it reads as a number or boolean."""
    if text is not None:
        return text
    if isinstance(value, str):
        return value
    return json.dumps(value)


API = DocumentDialect(
    rules=SyntaxRules(
        too_deep="document-too-deep",
        too_large="yaml-too-large",
        too_long="document-too-large",
        alias="yaml-alias",
        key="yaml-key",
        merge="yaml-merge",
        several="yaml-several-documents",
        tag="yaml-tag",
    ),
    plain=core_value,
    key=core_key,
)

_OF_SETTINGS = dict.fromkeys(SyntaxRules.__struct_fields__, "config-unreadable") | {
    "duplicate_key": API.rules.duplicate_key
}
SETTINGS = replace(API, rules=SyntaxRules(**_OF_SETTINGS))


def kubectl_key(value: object, text: str | None = None) -> object:  # noqa: ARG001 - other dialects need the text
    """Convert a key to a string as kubectl does.

    Rejected keys (null, integers of more than 64 bits) stay as they are.

    A number with a fraction is exact with up to six digits. kubectl writes the digits of a 32-bit
    number.
    """
    match value:
        case bool():
            if value:
                return "true"
            return "false"
        case int() if -(2**63) <= value < 2**63:
            return str(value)
        case float():
            return f"{value:g}"
    return value


def drop_decimal_point(value: object) -> JsonValue:
    """Convert whole floats to integers, as kubectl does in its requests."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _PLAIN:
        return int(value)
    return value


_KUBECTL_CONSTANTS: dict[str, JsonValue] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(
        ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True
    ),
    **dict.fromkeys(
        ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False
    ),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_KUBECTL_INTEGER = re.compile(r"([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)\Z")
_KUBECTL_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_BASES = {"0x": 16, "0b": 2, "0o": 8}


def kubectl_value(text: str) -> JsonValue:
    """Convert a plain word to its value as kubectl does."""
    if text in _KUBECTL_CONSTANTS:
        return _KUBECTL_CONSTANTS[text]
    if text[0] not in "+-.0123456789" or len(text) > MAX_WRITTEN:
        return text
    plain = text.replace("_", "")
    if match := _KUBECTL_INTEGER.match(plain):
        digits = match[2].lower()
        base = _BASES.get(digits[:2], 8 if digits.startswith("0") else 10)
        value = int(digits[2:] if digits[:2] in _BASES else digits, base)
        if match[1] == "-":
            return -value
        return value
    if not _KUBECTL_FLOAT.match(plain):
        return text
    number = float(plain)
    return number if math.isfinite(number) else text  # Go reads numbers beyond its range as strings


MANIFEST = DocumentDialect(
    rules=API.rules,
    plain=kubectl_value,
    key=kubectl_key,
    value=drop_decimal_point,
    is_single=False,
)
# Bodies of requests. Servers read the first document only.
BODY = replace(MANIFEST, is_body=True)
