"""The normal form of the keywords of an element, in which equal sets of values are equal."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal, InvalidOperation

from codegen.drift.compare.pairs import Element
from codegen.model import Definition, Field, Keyword, Operation, Parameter, Scalar, Type, innermost
from codegen.model.keywords.keyword import PRESERVE_UNKNOWN
from codegen.model.types import innermost_part

Place = tuple[str, str]  # the part of the type, and the name
Keywords = dict[Place, str]  # values as JSON
STYLE = "style"
DEFAULT_STYLE = "the default form"
_STYLE_KEYWORDS = (STYLE, "explode", "collectionFormat", "content")
_CONDITION = ("if", "then", "else")
EXCLUSIVE = " (exclusive)"  # ends a bound that excludes its own value
# Patterns that every text matches, since they match the empty text anywhere.
_MATCHES_ALL = re.compile(r"\^?(?:\(?\.\*\)?)?|(?:\(?\.\*\)?)?\$?")
_MOST_DIGITS = 40  # of a bound that is rounded; longer ones are compared as they are


def normalize_keywords(element: Element, *, with_values: bool = True) -> Keywords:
    """Index the keywords of an element, with the values of its type as `enum`.

    Limits of equal meaning get one form: members of `allOf` that repeat or add a keyword, exclusive
    bounds of integers, and patterns that every text matches.
    """
    words = index_keywords(element.keywords)
    type_ = type_of(element)
    part = innermost_part(type_) if type_ is not None else ""
    end = innermost(type_)
    if with_values and isinstance(end, Scalar) and end.enum:
        words[part, "enum"] = json.dumps(end.enum)
    if isinstance(element, Definition | Field) and element.closed:
        words[part, "additionalProperties"] = "false"
    if isinstance(element, Parameter):
        _fold_style(words, element)
    _fold_members(words)
    _fold_choices_of_values(words)
    _fold_unknown_fields(words)
    _fold_conditions(words)
    for inside in sorted({place[0] for place in words}):
        if isinstance(end, Scalar) and inside == part:
            scalar = end
        else:
            scalar = None
        _normalize_bound(words, inside, "minimum", scalar)
        _normalize_bound(words, inside, "maximum", scalar)
        _drop_idle_limits(words, inside, scalar)
    return words


def index_keywords(keywords: tuple[Keyword, ...]) -> Keywords:
    """Index keywords by part and name."""
    return {(keyword.inside, keyword.name): keyword.value for keyword in keywords}


def type_of(element: Element) -> Type | None:
    """Return the type of an element. An operation has none."""
    if isinstance(element, Operation):
        return None
    return element.type


def _fold_style(words: Keywords, parameter: Parameter) -> None:
    """Write all keywords on the format of a parameter in a request as `style`, without defaults.

    A single value is written alike with and without `explode`.
    """
    stated: dict[str, str] = {}
    for name in _STYLE_KEYWORDS:
        text = words.pop(("", name), None)
        if text is not None:
            stated[name] = _read_word(text)
    if "content" in stated:
        words["", STYLE] = _write(stated["content"])
        return
    if "collectionFormat" in stated:
        if stated["collectionFormat"] != "csv":
            words["", STYLE] = _write(stated["collectionFormat"])
        return
    if parameter.place in ("query", "cookie"):
        default = "form"
    else:
        default = "simple"
    style = stated.get(STYLE, default)
    is_exploded_by_default = style == "form"
    is_exploded = stated.get("explode", _write(is_exploded_by_default)) == "true"
    is_single = isinstance(parameter.type, Scalar) and parameter.type.type not in ("", "object")
    if is_single or is_exploded == is_exploded_by_default:
        if style != default:
            words["", STYLE] = _write(style)
        return
    words["", STYLE] = _write(f"{style}, {'exploded' if is_exploded else 'not exploded'}")


def _read_word(text: str) -> str:
    """Return the value of a keyword as one word, also if it is a list or no text."""
    value = json.loads(text)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, str):
        return value
    return text


def _fold_members(words: Keywords) -> None:
    """Move the keywords of members of `allOf` beside it where that says the same."""
    for inside in [part for part, name in words if name == "allOf"]:
        remaining = []
        for member in json.loads(words.pop((inside, "allOf"))):
            if not isinstance(member, dict):
                if member is not True:
                    remaining.append(member)
                continue
            different = {}
            for word, value in member.items():
                text = _write(value)
                if words.setdefault((inside, word), text) != text:
                    different[word] = value
            if different:
                remaining.append(different)
        if remaining:
            words[inside, "allOf"] = _write(remaining)


def _fold_choices_of_values(words: Keywords) -> None:
    """Write a choice whose members only name values as an enumeration."""
    for inside, name in list(words):
        if name not in ("anyOf", "oneOf") or (inside, "enum") in words:
            continue
        values = _list_values(json.loads(words[inside, name]))
        texts = [_write(value) for value in values]
        if not values or (name == "oneOf" and len({*texts}) < len(texts)):
            continue
        del words[inside, name]
        words[inside, "enum"] = _write(values)


def _list_values(members: object) -> list[object]:
    """Return the values of all members of a choice, or nothing if a member says more."""
    values: list[object] = []
    for member in members if isinstance(members, list) else ():
        if not isinstance(member, dict):
            return []
        if member.keys() == {"const"}:
            values.append(member["const"])
        elif member.keys() == {"enum"} and isinstance(member["enum"], list):
            values.extend(member["enum"])
        else:
            return []
    return values


def _fold_unknown_fields(words: Keywords) -> None:
    """Write both keywords that keep unknown fields as one."""
    for inside in [part for part, name in words if name == PRESERVE_UNKNOWN]:
        if words[inside, PRESERVE_UNKNOWN] != "true":
            continue
        if words.setdefault((inside, "additionalProperties"), "true") == "true":
            del words[inside, PRESERVE_UNKNOWN]


def _fold_conditions(words: Keywords) -> None:
    """Write `if`, `then` and `else` as one keyword. The latter two mean nothing without the first."""
    for inside in {part for part, name in words if name in _CONDITION}:
        stated: dict[str, object] = {}
        for name in _CONDITION:
            text = words.pop((inside, name), None)
            if text is not None:
                stated[name] = json.loads(text)
        if "if" in stated and len(stated) > 1:
            words[inside, "if"] = _write(stated)


def _normalize_bound(words: Keywords, inside: str, name: str, scalar: Scalar | None) -> None:
    """Write a bound and the exclusive bound beside it as the stricter one of both.

    That of an integer never excludes its own value.
    """
    other_name = f"exclusive{name.capitalize()}"
    inclusive = read_number(words.get((inside, name)))
    exclusive = read_number(words.get((inside, other_name)))
    bound, is_exclusive = inclusive, False
    if exclusive is not None:
        is_stricter = inclusive is None or (
            exclusive >= inclusive if name == "minimum" else exclusive <= inclusive
        )
        if is_stricter:
            bound, is_exclusive = exclusive, True
    if bound is None:
        return
    is_integer = scalar is not None and scalar.type == "integer"
    if is_integer and abs(bound.adjusted()) < _MOST_DIGITS:
        bound = _round_bound(bound, name, is_exclusive=is_exclusive)
        is_exclusive = False
    words.pop((inside, other_name), None)
    words[inside, name] = f"{_write_number(bound)}{EXCLUSIVE if is_exclusive else ''}"


def _round_bound(bound: Decimal, name: str, *, is_exclusive: bool) -> Decimal:
    """Return the outermost integer inside a bound."""
    if name == "minimum":
        integer = Decimal(math.ceil(bound))
        if is_exclusive and integer == bound:
            return integer + 1
        return integer
    integer = Decimal(math.floor(bound))
    if is_exclusive and integer == bound:
        return integer - 1
    return integer


def _drop_idle_limits(words: Keywords, inside: str, scalar: Scalar | None) -> None:
    """Leave out limits that refuse nothing, and write the default of `minContains`."""
    pattern = words.get((inside, "pattern"))
    if pattern is not None and _MATCHES_ALL.fullmatch(str(json.loads(pattern))):
        del words[inside, "pattern"]
    is_integer = scalar is not None and scalar.type == "integer"
    if is_integer and read_number(words.get((inside, "multipleOf"))) == 1:
        del words[inside, "multipleOf"]
    if (inside, "contains") in words:
        words.setdefault((inside, "minContains"), "1")


def read_number(text: str | None) -> Decimal | None:
    """Return the finite number that a keyword states, or None."""
    if text is None:
        return None
    try:
        number = Decimal(text.removesuffix(EXCLUSIVE))
    except InvalidOperation:
        return None
    if number.is_finite():
        return number
    return None


def _write_number(number: Decimal) -> str:
    is_short = abs(number.adjusted()) < _MOST_DIGITS
    if is_short and number == number.to_integral_value():
        return str(int(number))
    return str(number)


def _write(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
