"""Read the syntax of JSON and YAML bodies as servers do.

A server turns YAML into JSON first, with the fields of each object in the order of their names.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any, NamedTuple

from codegen.endpoint.json_parser import WrittenNumber, parse_json
from codegen.kube.statuses import go_value
from codegen.readers.documents.loader import read_body

_SHOWN = 30  # bytes of a body that a refusal shows
_HEAD = r'struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }'
_KINDS = {bool: "bool", int: "number", float: "number", str: "string", list: "array", dict: "object"}
_WORDS = range(-(2**63), 2**64)  # integers that Go keeps as such when it reads YAML
_JSON_ERROR = "couldn't get version/kind; json parse error:"


class DuplicateField(NamedTuple):
    """A duplicate field with its path and the message of the strict decoder.

    The path is empty for YAML. `warnings` are the messages of a lenient decoder.
    """

    path: str
    text: str
    warnings: tuple[str, ...]


class RefusedBody(Exception):  # noqa: N818  - becomes an answer
    """A body that cannot be read, with the reason in the words of servers."""


def parse_value(data: bytes, *, is_yaml: bool = False) -> tuple[Any, tuple[DuplicateField, ...]]:
    """Read a body of any form, and return its value and its duplicate fields. Raises RefusedBody."""
    if is_yaml:
        return _parse_yaml(data.decode("utf-8", errors="replace"))
    try:
        value, paths = parse_json(data)
    except ValueError as error:
        raise RefusedBody(f"{_JSON_ERROR} {error}") from None
    texts = [f"duplicate field {go_value(path)}" for path in paths]
    return value, tuple(DuplicateField(path, text, (text,)) for path, text in zip(paths, texts, strict=True))


def describe_unrecognised(data: bytes, kind: str, why: object) -> str:
    """Describe a body without an object, with its beginning as apimachinery's summarizeData shows it."""
    part = data[:_SHOWN]
    shown = part.decode("utf-8", errors="replace") if data[:1] == b"{" else part.hex()
    more = " ..." if len(data) > _SHOWN else ""
    return f"the object provided is unrecognized (must be of type {kind}): {why} ({shown or '<empty>'}{more})"


def require_object(value: Any) -> dict[str, Any]:
    """Return the object of a body, if its kind and version can be read. Raises RefusedBody."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RefusedBody(f"{_JSON_ERROR} json: cannot unmarshal {_kind(value)} into Go value of type {_HEAD}")
    for name in ("apiVersion", "kind"):
        if value.get(name) is not None and not isinstance(value[name], str):
            text = f"cannot unmarshal {_kind(value[name])} into Go struct field .{name} of type string"
            raise RefusedBody(f"{_JSON_ERROR} json: {text}")
    api_version = value.get("apiVersion") or ""
    if api_version.count("/") > 1:
        raise RefusedBody(f"unexpected GroupVersion string: {api_version}")
    return value


def _kind(value: object) -> str:
    return next(word for kind, word in _KINDS.items() if isinstance(value, kind))


def _parse_yaml(text: str) -> tuple[Any, tuple[DuplicateField, ...]]:
    value, repeated, refusal = read_body(text)
    if refusal:
        raise RefusedBody(refusal)
    lines = tuple(f"line {line}: key {go_value(key)} already set in map" for line, key in repeated)
    message = "\n  ".join(("yaml: unmarshal errors:", *lines))
    return _convert_to_json(value), (DuplicateField(path="", text=message, warnings=lines),) if lines else ()


def _convert_to_json(value: Any) -> Any:
    """Return a value as Go writes it when it turns YAML into JSON."""
    match value:
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    shown = "<nil>" if key is None else str(key)
                    text = "<nil>" if item is None else str(item).lower() if isinstance(item, bool) else str(item)
                    raise RefusedBody(f"unsupported map key of type: %!s({shown}), key: {shown}, value: {text}")
            return {key: _convert_to_json(value[key]) for key in sorted(value)}
        case list():
            return [_convert_to_json(item) for item in value]
        case float() if not math.isfinite(value):
            word = "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
            raise RefusedBody(f"json: unsupported value: {word}")
        case int() if not isinstance(value, bool) and value not in _WORDS:
            return WrittenNumber(format(Decimal(repr(float(value))), "f"))
    return value
