"""What a page says of an object: the model read as a validator.

It finds what generated validators find (templates/validators), in the same order, with the same codes and messages; a test holds both
equal. Here the model is followed as it is, so one object is checked without any code being made and run.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from msgspec import Struct

from codegen.model import (
    Array,
    Definition,
    Field,
    ListType,
    Lost,
    Map,
    Ref,
    Reference,
    Scalar,
    Type,
    field_id,
    kubernetes,
)
from codegen.validation.finding import Steps

REQUIRED = "FieldValueRequired"
WRONG_TYPE = "FieldValueTypeInvalid"
INVALID = "FieldValueInvalid"
UNSUPPORTED = "FieldValueNotSupported"
DUPLICATE = "FieldValueDuplicate"
UNKNOWN = "UnknownField"

_GUESSES = 100  # faults up to which names that are close are looked for
DEPTH = 200  # levels of lists and objects
_MANY = (
    10_000  # lists and objects; as in generated validators, each of those behind them is looked at once for each type
)
_RFC_3339 = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (str, "string"),
    (int, "integer"),
    (float, "number"),
    (dict, "object"),
    (list, "array"),
)
_ANYTHING = Scalar(type="")
_OPEN_OBJECT = Scalar(type="object")
QUANTITY = Scalar(type="string", format="quantity")  # a string by the page; servers read numbers too
_QUANTITY_KEY = f"{kubernetes.SHARED_NAMES['Quantity']}.Quantity"


class PageError(Struct, frozen=True, kw_only=True):
    """One fault. `word` is the key of its message, `values` what the message names, `prose` the id of the page's text on the field.

    `value` is what was found, `expected` the type that should be there, where that is what is wrong; `close` a field whose name is close.
    """

    steps: Steps
    code: str
    word: str
    values: Mapping[str, Any]
    value: object
    prose: str
    expected: Type | None = None
    close: str = ""

    def message(self, words: Mapping[str, str]) -> str:
        """The text in the language of these words."""
        values = self.values
        if self.code in (WRONG_TYPE, INVALID):
            values = {name: words.get(str(value), value) for name, value in values.items()}
        return words[self.word].format(**values)


class _At(Struct, frozen=True):
    """Where a value stands: the place above, the step from there, what holds it, and the page's text on the nearest field."""

    above: _At | None
    step: Any
    holder: object
    prose: str

    def steps(self) -> Steps:
        made = []
        place: _At | None = self
        while place is not None and place.above is not None:
            made.append(place.step)
            place = place.above
        return tuple(reversed(made))


def kind_of(value: object) -> str:
    """The word for the JSON type of a value; `other` for what JSON does not have."""
    if value is None:
        return "null"
    return next((word for kind, word in _KINDS if isinstance(value, kind)), "other")


class Engine:
    """Checks objects by the definitions of one reference."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._ends: dict[str, Type] = {}

    def errors(self, obj: object, key: str) -> tuple[PageError, ...]:
        """All faults of an object by the definition `key`, in the order of the object."""
        run = _Run(self)
        root = _At(None, None, None, key)
        try:
            run.check(self.end(Ref(key=key)), obj, root)
        except RecursionError:  # the caller's own stack is nearly full
            run.errors = []
            run.add(root, INVALID, "depth", obj, limit=DEPTH)
        return tuple(run.errors)

    def definition(self, key: str) -> Definition | None:
        """A definition whose fields are known."""
        found = self._reference.definitions.get(key)
        return found if found is not None and found.documented and found.type is None and found.fields else None

    def end(self, expression: Type) -> Type:
        """What a type comes to: aliases followed, what is unknown open. A Ref that is left has fields."""
        seen: set[str] = set()
        while True:
            if isinstance(expression, Lost):
                known = expression.known
                expression = Scalar(type=known.type) if isinstance(known, Scalar) else known
                continue
            if not isinstance(expression, Ref):
                return expression
            target = self._reference.definitions.get(expression.key)
            if target is None or expression.key in seen:
                return _ANYTHING
            if target.type is None:
                return expression if self.definition(expression.key) is not None else _OPEN_OBJECT
            seen.add(expression.key)
            key, expression = expression.key, target.type
            if key == _QUANTITY_KEY and expression == Scalar(type="string"):
                return QUANTITY

    def keys_of(self, field: Field) -> tuple[str, ...] | None:
        """The fields by which no two items of a list may be the same: none at all for a set; None for any other list."""
        end = self._reference.resolve(field.type)
        if isinstance(end, Array):
            if field.list_type is ListType.SET:
                item = self._reference.resolve(end.items)
                return () if isinstance(item, Scalar) and item.type not in ("", "object") else None
            if field.list_type is ListType.MAP and field.list_map_keys:
                return field.list_map_keys
        return None


class _Run:
    """One object being checked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.errors: list[PageError] = []
        self.expected: Type | None = None  # the type that is being checked, without what is inside it
        self._steps = 0
        self._done: dict[tuple[int, object], int] = {}

    def add(self, at: _At, code: str, word: str, value: object, close: str = "", **values: Any) -> None:
        """Note a fault."""
        self.errors.append(
            PageError(
                steps=at.steps(),
                code=code,
                word=word,
                values=values,
                value=value,
                prose=at.prose,
                expected=self.expected,
                close=close,
            )
        )

    def wrong(self, expected: str, value: object, at: _At) -> None:
        """Note a value of another type."""
        self.add(at, WRONG_TYPE, "type", value, expected=expected, found=kind_of(value))

    def check(self, expression: Type, value: Any, at: _At) -> None:
        """Note all faults of a value by an expression that `Engine.end` has made."""
        self.expected = expression
        match expression:
            case Ref(key=key):
                self._object(key, value, at)
            case Array(items=items):
                self._list(items, None, value, at)
            case Map(values=values):
                self._map(values, value, at)
            case Scalar(type="string", enum=enum) if enum:
                self.choice("enum", enum, value, at)
            case Scalar():
                _scalar(expression)(self, value, at)

    def _refused(self, value: object, at: _At, what: object) -> bool:
        """Whether a list or object stands inside itself or too deep, which is noted, or need not be looked at by this type again."""
        depth = 0
        place: _At | None = at
        while place is not None and place.above is not None:
            if place.holder is value:
                self.add(at, INVALID, "cycle", None)
                return True
            depth += 1
            place = place.above
        if depth > DEPTH:
            self.add(at, INVALID, "depth", None, limit=DEPTH)
            return True
        self._steps += 1
        return self._steps > _MANY and self._again((id(value), what), depth)

    def _again(self, what: tuple[int, object], depth: int) -> bool:
        """Whether a value was looked at by a type before; if it was good, it may be too deep further down."""
        known = self._done.get(what)
        if known is not None and (self.errors or known >= depth):
            return True
        self._done[what] = depth
        return False

    def _object(self, key: str, value: Any, at: _At) -> None:
        definition = self._engine.definition(key)
        if not isinstance(value, dict) or definition is None:
            self.wrong("object", value, at)
            return
        if self._refused(value, at, key):
            return
        fields = {each.name: each for each in definition.fields}
        for name, field in fields.items():
            if field.required and value.get(name) is None:
                self.add(_At(at, name, value, field_id(key, name)), REQUIRED, "required", None)
        for name, item in value.items():
            if not isinstance(name, str):
                self.add(_At(at, (name,), value, at.prose), WRONG_TYPE, "key", name, found=kind_of(name))
            elif (known := fields.get(name)) is None and definition.open:
                self.check(_ANYTHING, item, _At(at, name, value, at.prose))
            elif known is None:
                near = get_close_matches(name[:100], fields, n=1) if len(self.errors) < _GUESSES else []
                self.add(_At(at, name, value, at.prose), UNKNOWN, "unknown", item, close="".join(near))
            elif item is not None:
                self._field(known, item, _At(at, name, value, field_id(key, name)))

    def _field(self, field: Field, value: Any, at: _At) -> None:
        if field.value is not None:
            self.expected = Scalar(type="string")
            self.choice("fixed", (field.value,), value, at)
            return
        end = self._engine.end(field.type)
        keys = self._engine.keys_of(field)
        if isinstance(end, Array) and keys is not None:
            self.expected = end
            self._list(end.items, keys, value, at)
        else:
            self.check(end, value, at)

    def _list(self, items: Type, keys: tuple[str, ...] | None, value: Any, at: _At) -> None:
        if not isinstance(value, list):
            self.wrong("array", value, at)
        elif not self._refused(value, at, (id(items), keys)):
            item_type = self._engine.end(items)
            twice = _repeated(value, keys) if keys is not None else ()
            for index, item in enumerate(value):
                place = _At(at, index, value, at.prose)
                if index in twice:
                    self.add(place, DUPLICATE, "duplicate", item)
                self.check(item_type, item, place)

    def _map(self, values: Type, value: Any, at: _At) -> None:
        if not isinstance(value, dict):
            self.wrong("object", value, at)
        elif not self._refused(value, at, id(values)):
            item_type = self._engine.end(values)
            for name, item in value.items():
                place = _At(at, (name,), value, at.prose)
                if isinstance(name, str):
                    self.check(item_type, item, place)
                else:
                    self.add(place, WRONG_TYPE, "key", name, found=kind_of(name))

    def choice(self, word: str, values: tuple[str, ...], value: Any, at: _At) -> None:
        """Note a string that is none of these."""
        if not isinstance(value, str):
            self.wrong("string", value, at)
        elif value not in values:
            self.add(at, UNSUPPORTED, word, value, expected=", ".join(sorted(set(values))))

    def anything(self, value: Any, at: _At) -> None:
        """Note what JSON does not have, inside too."""
        kind = kind_of(value)
        if kind == "object":
            self._map(_ANYTHING, value, at)
        elif kind == "array":
            self._list(_ANYTHING, None, value, at)
        elif kind == "number" and not math.isfinite(value):
            self.add(at, INVALID, "format", value, expected="finite")
        elif kind == "other":
            self.wrong("json", value, at)


def _repeated(value: list[Any], keys: tuple[str, ...]) -> set[int]:
    """The places of items that stand further up already."""
    seen: set[Any] = set()
    found: set[int] = set()
    for index, item in enumerate(value):
        parts: tuple[Any, ...] = (item,)
        if keys:
            if not isinstance(item, dict):
                continue
            parts = tuple(map(item.get, keys))
        same = tuple((kind_of(part), part) for part in parts)
        if not any(kind in ("object", "array", "other") for kind, _ in same):
            if same in seen:
                found.add(index)
            seen.add(same)
    return found


# ------------------------------------------------------------------------------------------------------- scalars

_Check = Callable[[_Run, Any, _At], None]


def _scalar(scalar: Scalar) -> _Check:
    match scalar.type, scalar.format:
        case "string", "date-time":
            return _time
        case "string", "int-or-string":
            return _int_or_string
        case "string", _:
            return _string
        case "integer", bits:
            return _integers.get(bits, _integer)
        case "number", _:
            return _number
        case "boolean", _:
            return _boolean
        case "object", _:
            return _open_object
    return _Run.anything


def _string(run: _Run, value: Any, at: _At) -> None:
    if not isinstance(value, str):
        run.wrong("string", value, at)


def _boolean(run: _Run, value: Any, at: _At) -> None:
    if not isinstance(value, bool):
        run.wrong("boolean", value, at)


def _integer(run: _Run, value: Any, at: _At) -> None:
    if kind_of(value) != "integer":
        run.wrong("integer", value, at)


def _int_or_string(run: _Run, value: Any, at: _At) -> None:
    if kind_of(value) not in ("integer", "string"):
        run.wrong("int_or_string", value, at)


def _bounded(low: int, high: int) -> _Check:
    def check(run: _Run, value: Any, at: _At) -> None:
        if kind_of(value) != "integer":
            run.wrong("integer", value, at)
        elif not low <= value <= high:
            run.add(at, INVALID, "range", value, low=low, high=high)

    return check


_integers: Mapping[str, _Check] = {bits: _bounded(*bounds) for bits, bounds in kubernetes.INTEGER_BOUNDS.items()}


def _number(run: _Run, value: Any, at: _At) -> None:
    kind = kind_of(value)
    if kind not in ("integer", "number"):
        run.wrong("number", value, at)
    elif kind == "number" and not math.isfinite(value):
        run.add(at, INVALID, "format", value, expected="finite")


def _time(run: _Run, value: Any, at: _At) -> None:
    if not isinstance(value, str):
        run.wrong("string", value, at)
    elif not is_time(value):
        run.add(at, INVALID, "format", value, expected="time")


def is_time(text: str) -> bool:
    """Whether a text is a date and time of RFC 3339 with an offset."""
    if _RFC_3339.fullmatch(text) is None:
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _open_object(run: _Run, value: Any, at: _At) -> None:
    if kind_of(value) == "object":
        run.anything(value, at)
    else:
        run.wrong("object", value, at)
