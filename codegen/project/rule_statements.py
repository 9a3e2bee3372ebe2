"""What keywords of schemas say about a field that server rules limit."""

from __future__ import annotations

import json
import re
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from codegen.core.json_types import JsonValue
from codegen.core.releases import Release
from codegen.kube.scalars import GO_INT_OR_STRING, GO_QUANTITY
from codegen.model import Array, Field, Keyword, Map, Scalar, Type
from codegen.model.keywords.portable_patterns import is_portable_pattern
from codegen.validation.runtime.rule_records import Condition

_LARGEST = frozenset(("max-length", "max-items", "max-characters", "max-bytes"))
_OTHER_FORMS = frozenset(("int-or-string", GO_INT_OR_STRING, GO_QUANTITY))  # numbers or strings
_LOWER = frozenset(("minLength", "minItems", "minProperties", "minimum"))
_LENGTH = re.compile(r"\(\?=\.\{([0-9]+),([0-9]+)\}\\Z\)")  # the lengths before a pattern
_SIZES = {"string": "Length", "array": "Items", "object": "Properties"}


class Statement(Struct, kw_only=True):
    """What keywords say about a field: the limits and the values of its parts, and whether it is
    required.
    """

    limits: dict[tuple[str, str], JsonValue] = field(default_factory=dict)  # by part and keyword
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by part
    required: bool = False

    def add(
        self,
        condition: Condition,
        release: Release | None,
        expression: Type,
        inside: str,
        *,
        is_optional: bool,
        may_be_empty: bool,
    ) -> bool:
        """State a condition of a part of the field, and return whether keywords say it.

        The condition of an `is_optional` field is about its value, if there is one.
        """
        part = _find_part(expression, inside)
        kind = _name_kind(part)
        size = _SIZES.get(kind, "")
        word, limit = condition.word, condition.value
        needs_presence = word in ("required", "set", "length", "min-length", "one-of")
        if word == "one-of":
            is_stated = self._add_values(condition, release, part, inside, may_be_empty)
        elif word == "pattern" and condition.pattern is not None and kind == "string":
            is_stated = self._add_pattern(condition.pattern.pattern, inside, may_be_empty)
        elif word == "set" or (word == "required" and not size):
            is_stated = not inside and not is_optional
        elif word == "required":
            is_stated = self._add_limit(f"min{size}", 1, inside)
        elif word in ("minimum", "maximum") and kind in ("integer", "number"):
            is_stated = self._add_limit(word, limit, inside)
        elif word in _LARGEST and size:
            is_stated = self._add_limit(f"max{size}", limit, inside)
        elif word == "length" and size and (kind != "string" or limit == 1):
            self._add_limit(f"min{size}", limit, inside)
            is_stated = self._add_limit(f"max{size}", limit, inside)
        elif word == "min-length" and size and (kind != "string" or limit == 1):
            is_stated = self._add_limit(f"min{size}", limit, inside)
        else:  # such as bytes, which no keyword counts
            is_stated = False
        if is_stated and needs_presence and not is_optional and not inside:
            self.required = True
        return is_stated

    def _add_limit(self, word: str, limit: Any, inside: str) -> bool:
        """Add a limit, or tighten an earlier one."""
        earlier: Any = self.limits.get((inside, word), limit)
        tightest = min(earlier, limit)
        if word in _LOWER:
            tightest = max(earlier, limit)
        self.limits[inside, word] = tightest
        return True

    def _add_pattern(self, pattern: str, inside: str, may_be_empty: bool) -> bool:
        """Add a pattern of whole strings, with the lengths that stand before it."""
        least, most = 0, 0
        length = _LENGTH.match(pattern)
        if length is not None:
            least, most = int(length[1]), int(length[2])
            pattern = pattern[length.end() :]
        anchored = f"^(?:{pattern})$"
        if may_be_empty:
            least, anchored = 0, f"^(?:{pattern})?$"
        if not is_portable_pattern(anchored) or (inside, "pattern") in self.limits:
            return False
        self.limits[inside, "pattern"] = anchored
        if least:
            self._add_limit("minLength", least, inside)
        if most:
            self._add_limit("maxLength", most, inside)
        return True

    def _add_values(
        self,
        condition: Condition,
        release: Release | None,
        part: Type | None,
        inside: str,
        may_be_empty: bool,
    ) -> bool:
        """Add the only values of a string. The schema may have them already."""
        values = [allowed.value for allowed in condition.allowed_values(release)]
        if not isinstance(part, Scalar) or part.type != "string" or inside in self.values:
            return False
        if not all(isinstance(value, str) for value in values):
            return False
        if may_be_empty:
            values.append("")
        if not part.enum:
            self.values[inside] = tuple(values)
        return True

    def add_to(self, limited: Field) -> Field:
        """Return the field with what was stated."""
        keywords = {(keyword.inside, keyword.name): keyword for keyword in limited.keywords}
        for inside, word in list(self.limits):
            earlier = keywords.get((inside, word))
            if earlier is not None and word != "pattern":
                self._add_limit(word, json.loads(earlier.value), inside)
            elif earlier is not None:
                continue
            value = json.dumps(self.limits[inside, word])
            keywords[inside, word] = Keyword(name=word, value=value, inside=inside)
        expression = limited.type
        for inside, values in self.values.items():
            expression = _replace_values(expression, inside, values)
        return replace(
            limited,
            type=expression,
            required=limited.required or self.required,
            keywords=tuple(keywords.values()),
        )


def _find_part(expression: Type, inside: str) -> Type | None:
    """Return the part of a type, such as `[]` for the items of a list."""
    part: Type | None = expression
    for bracket in re.findall(r"\[\]|\{\}", inside):
        if bracket == "[]" and isinstance(part, Array):
            part = part.items
        elif bracket == "{}" and isinstance(part, Map):
            part = part.values
        else:
            return None
    return part


def _replace_values(expression: Type, inside: str, values: tuple[str, ...]) -> Type:
    """Return a type whose part has these values only."""
    if isinstance(expression, Array):
        return replace(expression, items=_replace_values(expression.items, inside[2:], values))
    if isinstance(expression, Map):
        return replace(expression, values=_replace_values(expression.values, inside[2:], values))
    if isinstance(expression, Scalar):
        return replace(expression, enum=values)
    return expression


def _name_kind(part: Type | None) -> str:
    """Return the JSON type of a part, or an empty text for references and unknown types."""
    if isinstance(part, Array):
        return "array"
    if isinstance(part, Map):
        return "object"
    if isinstance(part, Scalar) and part.format not in _OTHER_FORMS:
        return part.type
    return ""
