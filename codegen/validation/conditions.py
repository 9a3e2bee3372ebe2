"""The vocabulary of conditions in server rules, independent of kinds and fields.

A check returns the places that break the condition. A value of a wrong type breaks no condition, as the schema reports it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from codegen.core.releases import Release
from codegen.kube.field_paths import FieldPath, Seen, Steps
from codegen.kube.names import path_segment_faults
from codegen.validation import value_checks
from codegen.validation.rule_loader import AllowedValue, Condition


class MissingValue(Exception):  # noqa: N818  - not an error: a condition needs something that the caller did not give
    """A condition needs a value that the caller did not give, such as the URL."""


class _TypedValues:
    """A set of values and their types, in which `1` is neither `1.0` nor true."""

    def __init__(self) -> None:
        self._known: set[tuple[type, Any]] = set()

    def add(self, value: Any) -> None:
        self._known.add(_hashable_key(value))

    def __contains__(self, value: Any) -> bool:
        return _hashable_key(value) in self._known


def _hashable_key(value: Any) -> tuple[type, Any]:
    """Return a hashable form of a value. Values that are not JSON, or too deep, equal only themselves."""
    try:
        marked = _freeze(value)
        hash(marked)
    except (RecursionError, TypeError):
        return type(value), id(value)
    return marked


def _freeze(value: Any) -> tuple[type, Any]:
    if isinstance(value, dict):
        return dict, frozenset([(name, _freeze(inner)) for name, inner in value.items()])
    if isinstance(value, list):
        return list, tuple(map(_freeze, value))
    return type(value), value


class RuleContext(Struct, frozen=True, kw_only=True):
    """An object with the URL of its request and the release of the server.

    `old` is the stored object, or None if the object is created. `gvk` is the kind of the whole object if `obj` is a part of it.
    """

    obj: Any
    url: Mapping[str, str | None] | None
    release: Release | None
    old: Any = None
    gvk: Any = None
    said: Mapping[str, object] = field(default_factory=dict)
    found: dict[str, _TypedValues] = field(default_factory=dict)  # values by path, cached by `has`

    def has(self, path: str, value: Any) -> bool:
        """Return whether a place at a path has a value. The places are looked up once."""
        if path not in self.found:
            known = self.found[path] = _TypedValues()
            for each in FieldPath.parse(path).find(self.obj):
                known.add(each.value)
        return value in self.found[path]

    def look(self, what: str) -> Seen:
        """Return a field of the object, or of the URL (`url.name`, `url.namespace`). Raises `MissingValue` if there is no URL."""
        if what.startswith("url."):
            if self.url is None:
                raise MissingValue(what)
            return Seen((), self.url.get(what.removeprefix("url.")))
        return FieldPath.parse(what).first(self.obj)

    def values(self, values: tuple[AllowedValue, ...]) -> list[AllowedValue]:
        """Return the values of the release, or of all releases if none is given."""
        return [value for value in values if self.release is None or value.span.holds(self.release)]


_Breaks = Callable[[Seen, Condition, RuleContext], bool]
_Finds = Callable[[Seen, Condition, RuleContext], Iterator[Seen]]
_URL = "url."
# The conditions that an absent field breaks.
_BROKEN_BY_ABSENCE = frozenset(
    (
        *("required", "set", "length", "min-length", "one-of", "has-key", "has-key-or", "kind-among", "kind-not-among"),
        *("unchanged", "content-at-most"),
    )
)
_OLD = "old."  # prefix of a path in the stored object


def find_violations(condition: Condition, context: RuleContext) -> list[Seen]:
    """Return the places that break a condition, in the order of the object."""
    path, text = condition.field, condition.field.text
    if path.plain and not text.startswith((_URL, _OLD)):
        value = path.value(context.obj)
        if value is None and condition.word not in _BROKEN_BY_ABSENCE:
            return []  # most fields of most objects are absent
        places = [Seen(path.plain, value)]
    elif text.startswith(_URL):
        places = [context.look(text)]
    elif text.startswith(_OLD):
        places = list(FieldPath.parse(text.removeprefix(_OLD)).find(context.old))
    elif (
        condition.word not in _BROKEN_BY_ABSENCE
        and isinstance(context.obj, dict)
        and path.steps[0][0] not in context.obj
    ):
        return []
    else:
        places = list(path.find(context.obj))
    if condition.word in BETWEEN:
        return BETWEEN[condition.word](places)
    if condition.word in INSIDE:
        finds = INSIDE[condition.word]
        return [found for place in places for found in finds(place, condition, context)]
    check = WORDS[condition.word]
    return [place for place in places if check(place, condition, context)]


def _find_repeated(places: list[Seen]) -> list[Seen]:
    """Return the places that repeat the value of an earlier place."""
    known = _TypedValues()
    found = []
    for place in places:
        if place.value in known and not place.empty:
            found.append(place)
        known.add(place.value)
    return found


def is_met(conditions: tuple[Condition, ...], context: RuleContext) -> bool:
    """Return whether no place breaks any condition."""
    for condition in conditions:  # noqa: SIM110 - most are one, and to make a generator takes longer than to look at it
        if find_violations(condition, context):
            return False
    return True


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_below(seen: Seen, condition: Condition, _context: RuleContext) -> bool:
    return _is_integer(seen.value) and seen.value < condition.value


def _is_above(seen: Seen, condition: Condition, _context: RuleContext) -> bool:
    return _is_integer(seen.value) and seen.value > condition.value


def _size(seen: Seen) -> int | None:
    if seen.value is None:
        return 0
    if isinstance(seen.value, str):
        return value_checks.byte_size(seen.value)
    return len(seen.value) if isinstance(seen.value, list | dict) else None


def _has_other_length(seen: Seen, condition: Condition, _context: RuleContext) -> bool:
    size = _size(seen)
    return size is not None and size != condition.value


def _is_too_short(seen: Seen, condition: Condition, _context: RuleContext) -> bool:
    size = _size(seen)
    return size is not None and size < condition.value


def _is_too_long(seen: Seen, condition: Condition, _context: RuleContext) -> bool:
    size = _size(seen)
    return size is not None and size > condition.value


def _mismatches_pattern(seen: Seen, condition: Condition, _context: RuleContext) -> bool:
    if not isinstance(seen.value, str) or condition.pattern is None:
        return False
    return condition.pattern.fullmatch(seen.value) is None


def _is_identical(first: Any, second: Any) -> bool:
    return type(first) is type(second) and bool(first == second)


def _is_not_listed(seen: Seen, condition: Condition, context: RuleContext) -> bool:
    return not any(_is_identical(seen.value, allowed.value) for allowed in context.values(condition.values))


def _differs_from_other(seen: Seen, condition: Condition, context: RuleContext) -> bool:
    return not seen.empty and not _is_identical(seen.value, context.look(condition.other).value)


def _lacks_other(seen: Seen, condition: Condition, context: RuleContext) -> bool:
    return not seen.empty and context.look(condition.other).empty


def _is_below_other(seen: Seen, condition: Condition, context: RuleContext) -> bool:
    other = context.look(condition.other).value
    return _is_integer(seen.value) and _is_integer(other) and bool(seen.value < other)


def _is_among_others(seen: Seen, condition: Condition, context: RuleContext) -> bool:
    """Return whether a value occurs at other places too."""
    return seen.value is not None and context.has(condition.other, seen.value)


def _find_unselected_labels(seen: Seen, condition: Condition, context: RuleContext) -> Iterator[Seen]:
    """Yield the labels that a selector does not match, as servers name them instead of the selector."""
    labels = context.look(condition.other)
    if not value_checks.selects(seen.value, labels.value):
        yield labels


def _is_changed(seen: Seen, condition: Condition, context: RuleContext) -> bool:
    return context.old is not None and not value_checks.is_same(seen.value, condition.field.first(context.old).value)


def _lacks_key_in_both(seen: Seen, condition: Condition, context: RuleContext) -> bool:
    parts = (seen.value, context.look(condition.other).value)
    return not any(isinstance(part, dict) and condition.value in part for part in parts)


def _has_too_many_keys(seen: Seen, condition: Condition, context: RuleContext) -> bool:
    if not isinstance(seen.value, dict):
        return False
    apart = [allowed.value for allowed in context.values(condition.values)]
    return sum(value is not None and key not in apart for key, value in seen.value.items()) > int(condition.value)


def _exceeds_total_length(seen: Seen, condition: Condition, _context: RuleContext) -> bool:
    if not isinstance(seen.value, dict):
        return False
    texts = [text for item in seen.value.items() for text in item if isinstance(text, str)]
    return sum(map(value_checks.byte_size, texts)) > int(condition.value)


def _exceeds_content_size(seen: Seen, condition: Condition, context: RuleContext) -> bool:
    """Return whether the texts of two maps are too large together. The second map overrides the first.

    `values` names the fields in base64, whose decoded size counts.
    """
    encoded = [allowed.value for allowed in context.values(condition.values)]
    sizes: dict[Any, int] = {}
    for path, texts in ((condition.field.text, seen.value), (condition.other, context.look(condition.other).value)):
        for key, text in texts.items() if isinstance(texts, dict) else ():
            if isinstance(text, str):
                sizes[key] = value_checks.decoded_byte_size(text) if path in encoded else value_checks.byte_size(text)
    return sum(sizes.values()) > int(condition.value)


# ------------------------------------------------------------------------------------- words that look inside a value


def _find_unlisted_keys(seen: Seen, condition: Condition, context: RuleContext) -> Iterator[Seen]:
    known = [allowed.value for allowed in context.values(condition.values)]
    for key in seen.value if isinstance(seen.value, dict) else ():
        if key not in known:
            yield Seen((*seen.steps, (key,)), key)


def _find_mismatched_keys(seen: Seen, condition: Condition, _context: RuleContext) -> Iterator[Seen]:
    for key in seen.value if isinstance(seen.value, dict) else ():
        if isinstance(key, str) and condition.pattern is not None and condition.pattern.fullmatch(key) is None:
            yield Seen((*seen.steps, (key,)), key)


def _find_exceeding_amounts(seen: Seen, condition: Condition, context: RuleContext) -> Iterator[Seen]:
    """Yield the amounts that exceed the amount of the same name elsewhere."""
    other = context.look(condition.other).value
    if isinstance(seen.value, dict) and isinstance(other, dict):
        for key, amount in seen.value.items():
            if value_checks.exceeds(amount, other.get(key)):
                yield Seen((*seen.steps, (key,)), amount)


def _has_companions(seen: Seen, condition: Condition, context: RuleContext) -> bool:
    """Return whether a list has one of these values together with another value."""
    if not isinstance(seen.value, list):
        return False
    apart = [allowed.value for allowed in context.values(condition.values)]
    return any(value in apart for value in seen.value) and any(value not in apart for value in seen.value)


def _find_unnamed_items(seen: Seen, condition: Condition, context: RuleContext) -> Iterator[Seen]:
    """Yield the items without one of these fields, if a list has several items."""
    if isinstance(seen.value, list) and len(seen.value) > 1:
        for index, item in enumerate(seen.value):
            for allowed in context.values(condition.values):
                if isinstance(item, dict) and not item.get(allowed.value):
                    yield Seen((*seen.steps, index, allowed.value), None)


def _find_changes(seen: Seen, condition: Condition, context: RuleContext) -> Iterator[Seen]:
    """Yield the changes since the stored object, except at the allowed paths."""
    if context.old is not None:
        apart = frozenset(str(allowed.value) for allowed in context.values(condition.values))
        stored = condition.field.first(context.old).value
        for steps in value_checks.find_changes(seen.value, stored, apart):
            yield Seen((*seen.steps, *steps), _take_value(seen.value, steps))


def _take_value(value: Any, steps: Steps) -> Any:
    for step in steps:
        value = value[step]
    return value


def split_api_version(api_version: object) -> tuple[str, str]:
    """Return group and version as Go's FromAPIVersionAndKind does, both empty for an invalid text."""
    text = api_version if isinstance(api_version, str) else ""
    if text.count("/") > 1:
        return "", ""
    group, _, version = text.rpartition("/")
    return group, version


def _is_other_kind(seen: Seen, condition: Condition, context: RuleContext) -> bool:
    """Return whether an object reference has none of these kinds, by group or exact apiVersion."""
    if not isinstance(seen.value, dict):
        return seen.value is None
    api_version, kind = seen.value.get("apiVersion"), seen.value.get("kind")
    group = split_api_version(api_version)[0]
    return not any(
        allowed.value == kind
        and (allowed.group == group if allowed.api_version is None else allowed.api_version == api_version)
        for allowed in context.values(condition.values)
    )


WORDS: Mapping[str, _Breaks] = {
    "required": lambda seen, _condition, _context: seen.empty,
    "forbidden": lambda seen, _condition, _context: not seen.empty,
    "set": lambda seen, _condition, _context: seen.value is None,
    "minimum": _is_below,
    "maximum": _is_above,
    "length": _has_other_length,
    "min-length": _is_too_short,
    "max-length": _is_too_long,
    "pattern": _mismatches_pattern,
    "one-of": _is_not_listed,
    "matches": _differs_from_other,
    "requires": _lacks_other,
    "has-key": lambda seen, condition, _context: not isinstance(seen.value, dict) or condition.value not in seen.value,
    "absent": lambda seen, _condition, _context: seen.value is not None,
    "not-one-of": lambda seen, condition, context: not _is_not_listed(seen, condition, context),
    "amount-minimum": lambda seen, condition, _context: value_checks.exceeds(condition.value, seen.value),
    "amount-above": lambda seen, condition, _context: (
        value_checks.is_amount(seen.value) and not value_checks.exceeds(seen.value, condition.value)
    ),
    "schedule": lambda seen, _condition, _context: (
        isinstance(seen.value, str) and not value_checks.is_schedule(seen.value)
    ),
    "pem": lambda seen, condition, _context: (
        isinstance(seen.value, str) and not value_checks.is_pem(seen.value, condition.value)
    ),
    "path-segment": lambda seen, _condition, _context: (
        isinstance(seen.value, str) and bool(path_segment_faults(seen.value))
    ),
    "at-least": _is_below_other,
    "among": lambda seen, condition, context: seen.value is not None and not _is_among_others(seen, condition, context),
    "not-among": _is_among_others,
    "unchanged": _is_changed,
    "has-key-or": _lacks_key_in_both,
    "keys-at-most": _has_too_many_keys,
    "total-length": _exceeds_total_length,
    "content-at-most": _exceeds_content_size,
    "alone": _has_companions,
    "kind-among": _is_other_kind,
    "kind-not-among": lambda seen, condition, context: not _is_other_kind(seen, condition, context),
}

INSIDE: Mapping[str, _Finds] = {
    "selects": _find_unselected_labels,
    "keys-among": _find_unlisted_keys,
    "key-pattern": _find_mismatched_keys,
    "amounts-within": _find_exceeding_amounts,
    "named-if-several": _find_unnamed_items,
    "unchanged-but": _find_changes,
}
BETWEEN: Mapping[str, Callable[[list[Seen]], list[Seen]]] = {"unique": _find_repeated}
