"""Mutation of texts and data, with and without knowledge of YAML, JSON and Markdown."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Sequence
from typing import Any

import yaml

# Tokens of the parsers, and values at the limits of types.
TOKENS = (
    "!!int ",
    "!!bool x",
    "!!float ",
    "!!binary x",
    "!!timestamp 2001-01-01",
    "!!null",
    "? {a: [b]}\n: c\n",
    "<<: *a\n",
    "&a ",
    "*a",
    "- ",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "|\n",
    ">-\n",
    "\t",
    "\r",
    "\r\n",
    "\x00",
    "\x85",
    "\u2028",
    "\u3000",
    "\ufeff",
    "\ufffe",
    "\u202e",
    "\U0001f331",
    "\\ud800",
    "\\U00110000",
    "\\x00",
    "\\",
    '"',
    "'",
    "`",
    "``",
    "```\n",
    "{",
    "}",
    "[",
    "]",
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "${",
    "<",
    ">",
    "<!--",
    "-->",
    "<br>",
    "<table>",
    "</td>",
    "|",
    "||",
    "#",
    "##",
    "## ",
    "### ",
    "{#a}",
    "](",
    "[a]: b\n",
    "**",
    "*",
    "_",
    "~~~\n",
    "（",
    "）",
    "，",
    "：",
    "、",
    "必需",
    "string",
    "object",
    "array",
    "integer",
    "boolean",
    "$ref",
    "#/definitions/",
    "allOf",
    "oneOf",
    "enum",
    "default",
    "type",
    "properties",
    "items",
    "additionalProperties",
    "x-kubernetes-validations",
    "x-kubernetes-group-version-kind",
    "required",
    "1e999",
    "-1e999",
    "NaN",
    "Infinity",
    ".inf",
    ".nan",
    "0x10",
    "0o7",
    "1_000",
    "-0",
    "1e-400",
    "9223372036854775808",
    "1" * 400,
    "0.1",
    "null",
    "true",
    "~",
    "yes",
    "2001-01-01",
    "2024-13-45",
    "12:30:45",
    "1.0",
    "v1",
    "",
    " ",
    "\n",
    "\n\n",
    "  ",
    ".",
    "/",
    "..",
    "../..",
    "//",
    "*",
    "!",
    "!*",
    "?",
    "^",
    "$",
    "(",
    ")",
    "(?:",
    "(a+)+$",
    "[[",
    "has(",
    "self.",
    "size(",
    "matches(",
    ".all(x, ",
    "dyn(",
    "1 / 0",
    "msgid ",
    "msgstr ",
    "msgctxt ",
    "#, fuzzy\n",
    "#~ ",
    "=SUM(A1)",
    ",",
    ";",
    "<trans-unit>",
    "&lt;",
    "&#0;",
    "&a;",
    "<![CDATA[",
    "]]>",
    'import "x"\n',
    "- **s**",
    "（*数*：i",
    "### Response",
    "`t`",
    "403",
    "0",
    "-1",
    "99999",
)
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**63,
    2**64,
    10**40,
    0.5,
    -0.0,
    1e300,
    "",
    " ",
    "a",
    "x" * 300,
    "\x00",
    "\u202e",
    "\n",
    "a.b",
    "a/b",
    "../x",
    [],
    {},
    [[]],
    [{}],
    [None],
    {"": None},
    {"$ref": "#"},
    {"$ref": "#/definitions/Nothing"},
    {"$ref": 1},
    {"type": "array"},
    {"type": ["string", "null"]},
    {"type": "object", "properties": {"a": {"$ref": "#"}}},
    {"enum": []},
    {"enum": [1, "1", None, [], {}]},
    {"allOf": [{}]},
    {"not": {}},
    {"x-kubernetes-validations": [{"rule": "self == oldSelf", "message": "m"}]},
    {"format": "int64", "type": "string"},
    "string",
    "object",
    "#/definitions/Plot",
)
_DEEP = 300
_LONGEST = 200_000  # characters, so that an input is read quickly

Edit = Callable[[str, random.Random, Sequence[str]], str]


def mutate(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Return a text with one to eight edits. `others` are inputs from which parts are taken."""
    made = _mutate_data(text, chance) if chance.random() < 0.4 else text
    for _ in range(min(8, int(chance.expovariate(0.5)) + (made is text))):
        made = chance.choice(_EDITS)(made, chance, others)
    return made[:_LONGEST]


def _place(text: str, chance: random.Random) -> int:
    return chance.randint(0, len(text))


def _part(text: str, chance: random.Random, longest: int = 60) -> tuple[int, int]:
    start = _place(text, chance)
    return start, min(len(text), start + chance.randint(0, longest))


def _insert(text: str, chance: random.Random, _: Sequence[str]) -> str:
    at = _place(text, chance)
    return text[:at] + chance.choice(TOKENS) + text[at:]


def _replace(text: str, chance: random.Random, _: Sequence[str]) -> str:
    start, end = _part(text, chance, 12)
    return text[:start] + chance.choice(TOKENS) + text[end:]


def _delete(text: str, chance: random.Random, _: Sequence[str]) -> str:
    start, end = _part(text, chance)
    return text[:start] + text[end:]


def _repeat(text: str, chance: random.Random, _: Sequence[str]) -> str:
    start, end = _part(text, chance)
    return text[:end] + text[start:end] * chance.choice((1, 1, 2, 5, 100)) + text[end:]


def _nest(text: str, chance: random.Random, _: Sequence[str]) -> str:
    at, count = _place(text, chance), chance.choice((2, 10, _DEEP))
    before, after = chance.choice(
        (
            ("[", "]"),
            ("{a: ", "}"),
            ("(", ")"),
            ("<b>", "</b>"),
            ("- ", ""),
            ("> ", ""),
            ("  ", ""),
            ("!", ""),
        )
    )
    return text[:at] + before * count + after * count + text[at:]


def _character(text: str, chance: random.Random, _: Sequence[str]) -> str:
    at = _place(text, chance)
    sign = chr(
        chance.choice(
            (
                chance.randint(0, 127),
                chance.randint(128, 0x2FFF),
                chance.randint(0xFF00, 0xFFFF),
                0x10FFFF,
            )
        )
    )
    return text[:at] + sign + text[at + chance.randint(0, 1) :]


def _cut(text: str, chance: random.Random, _: Sequence[str]) -> str:
    return text[: _place(text, chance)] if chance.random() < 0.7 else text[_place(text, chance) :]


def _lines(text: str, chance: random.Random, _: Sequence[str]) -> str:
    lines = text.split("\n")
    first, second = (chance.randrange(len(lines)) for _ in range(2))
    match chance.randrange(5):
        case 0:
            lines[first], lines[second] = lines[second], lines[first]
        case 1:
            del lines[first]
        case 2:
            lines.insert(first, lines[second])
        case 3:
            lines[first] = " " * chance.randint(0, 9) + lines[first].lstrip()
        case _:
            del lines[min(first, second) : max(first, second)]
    return "\n".join(lines)


def _splice(text: str, chance: random.Random, others: Sequence[str]) -> str:
    other = chance.choice(others)
    start, end = _part(other, chance, 400)
    at, until = _part(text, chance, 100)
    return text[:at] + other[start:end] + text[until:]


_EDITS: tuple[Edit, ...] = (
    *(_insert, _replace, _lines) * 2,
    _delete,
    _repeat,
    _nest,
    _character,
    _cut,
    _splice,
)


def _mutate_data(text: str, chance: random.Random) -> str:
    """Return the text with changed data if it is JSON or YAML, else unchanged."""
    is_json = text.lstrip()[:1] in ("{", "[")
    try:
        data = (
            json.loads(text)
            if is_json
            else yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        )
    except (ValueError, yaml.YAMLError, RecursionError):
        return text
    if not isinstance(data, dict | list):
        return text
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        _change(data, chance)
    try:
        return _serialize(data, chance, is_json=is_json)
    except RecursionError:  # of the serializer
        return text


def _serialize(data: Any, chance: random.Random, *, is_json: bool) -> str:
    if is_json or chance.random() < 0.2:
        return json.dumps(data, ensure_ascii=chance.random() < 0.5, default=str)
    return str(
        yaml.dump(
            data,
            Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper),
            sort_keys=False,
            allow_unicode=True,
        )
    )


def _change(data: Any, chance: random.Random) -> None:
    places = list(_containers(data))
    container = chance.choice(places)
    keys = list(container) if isinstance(container, dict) else list(range(len(container)))
    if not keys:
        return
    key = chance.choice(keys)
    match chance.randrange(6):
        case 0 | 1:
            container[key] = copy.deepcopy(chance.choice(ODD))
        case 2:
            del container[key]
        case 3:
            other = chance.choice(places)
            container[key] = copy.deepcopy(other)
        case 4 if isinstance(container, dict):
            container[chance.choice(TOKENS)] = container.pop(key)
        case _:
            inner = container[key]
            for _ in range(chance.choice((1, 2, 100))):
                inner = (
                    [inner]
                    if chance.random() < 0.5
                    else {chance.choice(("items", "properties", "allOf", "a")): inner}
                )
            container[key] = inner


def _containers(data: Any) -> list[Any]:
    found, left = [], [data]
    while left:
        each = left.pop()
        if isinstance(each, dict | list):
            found.append(each)
            left += each.values() if isinstance(each, dict) else each
    return found
