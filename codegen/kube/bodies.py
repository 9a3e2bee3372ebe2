"""The body of a request as a server reads it, before it looks at a single field: JSON or YAML of one object, what stands in it twice, and why a
body is refused whole.

A server turns YAML into JSON first, with the fields of each object in the order of their names.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Literal, NamedTuple, cast

from codegen.kube.json_syntax import fault

Media = Literal["json", "yaml"]
# What a parser of YAML gives: the first document, the keys that stand in their map twice, each behind its line, and why it cannot be read.
Parsed = tuple[Any, tuple[tuple[int, Any], ...], str]
_SHOWN = 30  # bytes of a body that a refusal shows
_HEAD = r'struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }'
_KINDS = {bool: "bool", int: "number", float: "number", str: "string", list: "array", dict: "object"}
_WORDS = range(-(2**63), 2**64)  # integers that Go keeps as such when it reads YAML

_TOKEN = re.compile(
    r'[ \t\r\n,:]*(?:(?P<opens>[\[{])|(?P<closes>[\]}])|(?P<text>"[^"\\]*(?:\\.[^"\\]*)*")'
    r"|(?P<number>-?[0-9][-+.0-9eE]*)|(?P<word>true|false|null))"
)


class Repeated(NamedTuple):
    """A duplicate key, with its path (empty for YAML) and the message of the strict decoder.

    `warnings` are the messages of a decoder that lets it pass.
    """

    path: str
    text: str
    warnings: tuple[str, ...]


class Body(NamedTuple):
    """The object of a body with its duplicate keys, or the refusal of the body."""

    obj: dict[str, Any]
    repeated: tuple[Repeated, ...] = ()
    refusal: str = ""


class _Number(float):
    """A number that is no integer, with the text that stands in the body."""

    text: str

    @classmethod
    def parse(cls, text: str) -> _Number:
        number = cls(text)
        number.text = text
        return number

    def __str__(self) -> str:
        return self.text


class _Object(dict[str, Any]):
    """An object of JSON with duplicate keys."""

    duplicates: frozenset[str] = frozenset()

    @classmethod
    def build(cls, pairs: list[tuple[str, Any]]) -> _Object:
        obj = cls(pairs)
        counts = Counter(key for key, _ in pairs)
        obj.duplicates = frozenset(key for key, count in counts.items() if count > 1)
        return obj


class _TwiceError(Exception):
    """An object has a key twice: the body is read again by what tells where."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    obj = dict(pairs)
    if len(obj) != len(pairs):
        raise _TwiceError
    return obj


def _constant(word: str) -> float:
    raise ValueError(f"{word} is not a number in JSON")


# Made once: a decoder costs as much as a small body.
_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=_Number.parse, parse_constant=_constant)


class _Refused(Exception):  # noqa: N818  - told in the answer
    pass


def read(data: bytes, media: Media, kind: str, parse: Callable[[str], Parsed]) -> Body:
    """Read a body for a request about a kind. `parse` reads YAML. Never raises for the contents of the body."""
    try:
        value, repeated = _json(data) if media == "json" else _yaml(parse(data.decode("utf-8", errors="replace")))
        return Body(obj=_require_object(value), repeated=repeated)
    except _Refused as refused:
        return Body(obj={}, refusal=describe_unrecognised(data, kind, str(refused)))


def parse_value(data: bytes, media: Media, parse: Callable[[str], Parsed]) -> tuple[Any, tuple[Repeated, ...], str]:
    """Read a body of any form, and return its value, its duplicate keys, and the reason of a refusal or an empty string."""
    try:
        value, repeated = _json(data) if media == "json" else _yaml(parse(data.decode("utf-8", errors="replace")))
        return value, repeated, ""
    except _Refused as refused:
        return None, (), str(refused)


def describe_unrecognised(data: bytes, kind: str, why: str) -> str:
    """Describe a body without an object, in the words of servers."""
    return f"the object provided is unrecognized (must be of type {kind}): {why} ({_summary(data)})"


def _summary(data: bytes) -> str:
    """The beginning of a body as apimachinery's summarizeData shows it: text where it may be JSON, else hexadecimal."""
    if not data:
        return "<empty>"
    more = " ..." if len(data) > _SHOWN else ""
    part = data[:_SHOWN]
    return (part.decode("utf-8", errors="replace") if data[:1] == b"{" else part.hex()) + more


def _require_object(value: Any) -> dict[str, Any]:
    """The object, if its kind and version can be read."""
    head = "couldn't get version/kind; json parse error: json: cannot unmarshal"
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _Refused(f"{head} {_kind(value)} into Go value of type {_HEAD}")
    for name in ("apiVersion", "kind"):
        if value.get(name) is not None and not isinstance(value[name], str):
            raise _Refused(f"{head} {_kind(value[name])} into Go struct field .{name} of type string")
    api_version = value.get("apiVersion") or ""
    if api_version.count("/") > 1:
        raise _Refused(f"unexpected GroupVersion string: {api_version}")
    return value


def _kind(value: object) -> str:
    return next(word for kind, word in _KINDS.items() if isinstance(value, kind))


# ---------------------------------------------------------------------------------------------------------------- JSON


def _json(data: bytes) -> tuple[Any, tuple[Repeated, ...]]:
    text = data.decode("utf-8", errors="replace")
    try:
        return _DECODER.decode(text), ()
    except (RecursionError, ValueError, _TwiceError):
        return _json_with_faults(data, text)


def _json_with_faults(data: bytes, text: str) -> tuple[Any, tuple[Repeated, ...]]:
    """Read JSON that is deep, has a duplicate key, or is none."""
    has_twice = False

    def keep_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal has_twice
        obj = dict(pairs)
        if len(obj) == len(pairs):
            return obj
        has_twice = True
        return _Object.build(pairs)

    try:
        value = json.loads(text, object_pairs_hook=keep_duplicates, parse_float=_Number.parse, parse_constant=_constant)
    except (RecursionError, ValueError) as error:
        said = fault(data) or ("" if isinstance(error, RecursionError) else str(error))
        if said:
            raise _Refused(f"couldn't get version/kind; json parse error: {said}") from None
        value = _deep(text, keep_duplicates)
    paths = _duplicate_paths(value) if has_twice else ()
    return value, tuple(map(_describe_repetition, paths))


def _describe_repetition(path: str) -> Repeated:
    text = f"duplicate field {_quote(path)}"
    return Repeated(path=path, text=text, warnings=(text,))


def _deep(text: str, hook: Callable[[list[tuple[str, Any]]], dict[str, Any]]) -> Any:
    """Read JSON that is deeper than the library reads it."""
    open_: list[tuple[str, list[Any]]] = []
    at, value = 0, cast("Any", None)
    while found := _TOKEN.match(text, at):
        at = found.end()
        if found["opens"]:
            open_.append((found["opens"], []))
            continue
        if found["closes"]:
            mark, items = open_.pop()
            value = items if mark == "[" else hook(list(zip(items[::2], items[1::2], strict=True)))
        elif found["text"]:
            value = json.loads(found["text"])
        elif found["number"]:
            value = int(found["number"]) if found["number"].lstrip("-").isdigit() else _Number.parse(found["number"])
        else:
            value = json.loads(found["word"])
        if not open_:
            return value
        open_[-1][1].append(value)
    return None


def _duplicate_paths(value: Any) -> Iterator[str]:
    """Yield the paths of duplicate keys in the order of the body, without recursion: bodies may be deep."""
    waiting: list[tuple[Any, str, bool]] = [(value, "", False)]
    while waiting:
        value, path, is_duplicate = waiting.pop()
        if is_duplicate:
            yield path
        inner: list[tuple[Any, str, bool]] = []
        if isinstance(value, list):
            inner = [(item, f"{path}[{index}]", False) for index, item in enumerate(value)]
        elif isinstance(value, dict):
            duplicates = value.duplicates if isinstance(value, _Object) else ()
            inner = [(item, f"{path}.{key}" if path else key, key in duplicates) for key, item in value.items()]
        waiting += reversed([each for each in inner if each[2] or isinstance(each[0], dict | list)])


# ---------------------------------------------------------------------------------------------------------------- YAML


def _yaml(parsed: Parsed) -> tuple[Any, tuple[Repeated, ...]]:
    value, twice, refusal = parsed
    if refusal:
        raise _Refused(refusal)
    lines = tuple(f"line {line}: key {_quote(key)} already set in map" for line, key in twice)
    text = "\n  ".join(("yaml: unmarshal errors:", *lines))
    return _as_json(value), (Repeated(path="", text=text, warnings=lines),) if lines else ()


def _quote(text: object) -> str:
    return json.dumps(text, ensure_ascii=False)


def _as_json(value: Any) -> Any:
    """A value as Go writes it when it turns YAML into JSON."""
    match value:
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    shown = "<nil>" if key is None else str(key)
                    raise _Refused(f"unsupported map key of type: %!s({shown}), key: {shown}, value: {_plain(item)}")
            return {key: _as_json(value[key]) for key in sorted(value)}
        case list():
            return [_as_json(item) for item in value]
        case float() if not math.isfinite(value):
            word = "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
            raise _Refused(f"json: unsupported value: {word}")
        case int() if not isinstance(value, bool) and value not in _WORDS:
            return _Number.parse(format(Decimal(repr(float(value))), "f"))
    return value


def _plain(value: object) -> str:
    return "<nil>" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
