"""Check the conditions of server rules, whose words are independent of kinds and fields.

A value of a wrong type breaks no condition, as the schema reports it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from codegen.core.releases import Release
from codegen.kube.field_paths import FieldPath, PlacedValue
from codegen.validation import value_checks
from codegen.validation.name_formats import format_faults
from codegen.validation.rule_loader import Condition

_URL = "url."  # prefix of a path in the URL
_OLD = "old."  # prefix of a path in the stored object


class MissingValue(Exception):  # noqa: N818  - not an error: a condition needs something that the caller did not give
    """Raised if a condition needs a value that the caller did not give, such as the URL."""


class RuleContext(Struct, frozen=True, kw_only=True):
    """An object with the URL of its request and the release of the server.

    `old` is the stored object, or None if the object is created. `gvk` is the kind of the whole
    object if `obj` is a part of it.
    """

    obj: Any
    url: Mapping[str, str | None] | None
    release: Release | None
    old: Any = None
    gvk: Any = None
    found: dict[str, set[object]] = field(default_factory=dict)  # values by path, cached by `has`

    def has(self, path: str, value: object) -> bool:
        """Return whether a place at a path has a value. The places are looked up once."""
        if path not in self.found:
            self.found[path] = {
                _identity(each.value) for each in FieldPath.parse(path).find(self.obj)
            }
        return _identity(value) in self.found[path]

    def look_up(self, what: str) -> PlacedValue:
        """Return a field of the object, or of the URL (`url.name`, `url.namespace`).

        Raises `MissingValue` if there is no URL.
        """
        if what.startswith(_URL):
            if self.url is None:
                raise MissingValue(what)
            return PlacedValue((), self.url.get(what.removeprefix(_URL)))
        return FieldPath.parse(what).first(self.obj)


def _identity(value: object) -> object:
    """Return a text that equal JSON values share. Other values equal only themselves."""
    try:
        return json.dumps(value, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        return id(value)


def find_violations(condition: Condition, context: RuleContext) -> list[PlacedValue]:
    """Return the places that break a condition, in the order of the object."""
    text = condition.field.text
    if text.startswith(_URL):
        places: Iterable[PlacedValue] = (context.look_up(text),)
    elif text.startswith(_OLD):
        places = FieldPath.parse(text.removeprefix(_OLD)).find(context.old)
    else:
        places = condition.field.find(context.obj)
    check = getattr(
        _ConditionChecks(condition, context), f"check_{condition.word.replace('-', '_')}"
    )
    found: list[PlacedValue] = []
    for place in places:
        broken: bool | Iterable[PlacedValue] = check(place)
        if isinstance(broken, bool):
            found += [place] * broken
        else:
            found += broken
    return found


def is_met(conditions: tuple[Condition, ...], context: RuleContext) -> bool:
    """Return whether no place breaks any condition."""
    return not any(find_violations(condition, context) for condition in conditions)


class _ConditionChecks:
    """The checks of conditions, such as `min-length`.

    The method `check_min_length` returns whether a place breaks the word `min-length`, or the inner
    places that break it.
    """

    def __init__(self, condition: Condition, context: RuleContext) -> None:
        self._condition = condition
        self._context = context
        self._limit = condition.value
        self._known: set[object] = set()

    @property
    def _values(self) -> list[Any]:
        return [each.value for each in self._condition.allowed_values(self._context.release)]

    @property
    def _other_value(self) -> PlacedValue:
        return self._context.look_up(self._condition.other)

    def check_required(self, seen: PlacedValue) -> bool:
        return seen.empty

    def check_forbidden(self, seen: PlacedValue) -> bool:
        return not seen.empty

    def check_set(self, seen: PlacedValue) -> bool:
        return seen.value is None

    def check_absent(self, seen: PlacedValue) -> bool:
        return seen.value is not None

    def check_minimum(self, seen: PlacedValue) -> bool:
        return _is_integer(seen.value) and seen.value < self._limit

    def check_maximum(self, seen: PlacedValue) -> bool:
        return _is_integer(seen.value) and seen.value > self._limit

    def check_length(self, seen: PlacedValue) -> bool:
        return _measure(seen.value) not in (None, self._limit)

    def check_min_length(self, seen: PlacedValue) -> bool:
        size = _measure(seen.value)
        return size is not None and size < self._limit

    def check_max_length(self, seen: PlacedValue) -> bool:
        size = _measure(seen.value)
        return size is not None and size > self._limit

    def check_total_length(self, seen: PlacedValue) -> bool:
        texts = [text for item in _map_items(seen.value) for text in item if isinstance(text, str)]
        return bool(sum(map(value_checks.byte_size, texts)) > self._limit)

    def check_content_at_most(self, seen: PlacedValue) -> bool:
        """Check the size of two maps together.

        The second overrides the first. Texts of listed fields are in base64.
        """
        sizes: dict[Any, int] = {}
        for path, texts in (
            (self._condition.field.text, seen.value),
            (self._condition.other, self._other_value.value),
        ):
            measure = (
                value_checks.decoded_byte_size if path in self._values else value_checks.byte_size
            )
            sizes |= {
                key: measure(text) for key, text in _map_items(texts) if isinstance(text, str)
            }
        return bool(sum(sizes.values()) > self._limit)

    def check_pattern(self, seen: PlacedValue) -> bool:
        return isinstance(seen.value, str) and not self._matches(seen.value)

    def _matches(self, text: str) -> bool:
        pattern = self._condition.pattern
        return pattern is None or pattern.fullmatch(text) is not None

    def check_amount_minimum(self, seen: PlacedValue) -> bool:
        return value_checks.exceeds(self._limit, seen.value)

    def check_amount_above(self, seen: PlacedValue) -> bool:
        return value_checks.is_amount(seen.value) and not value_checks.exceeds(
            seen.value, self._limit
        )

    def check_schedule(self, seen: PlacedValue) -> bool:
        return isinstance(seen.value, str) and not value_checks.is_schedule(seen.value)

    def check_pem(self, seen: PlacedValue) -> bool:
        return isinstance(seen.value, str) and not value_checks.is_pem(seen.value, self._limit)

    def check_path_segment(self, seen: PlacedValue) -> bool:
        return isinstance(seen.value, str) and bool(value_checks.path_segment_faults(seen.value))

    def check_one_of(self, seen: PlacedValue) -> bool:
        return not any(_is_identical(seen.value, value) for value in self._values)

    def check_not_one_of(self, seen: PlacedValue) -> bool:
        return not self.check_one_of(seen)

    def check_alone(self, seen: PlacedValue) -> bool:
        """Check that a list with a listed value has no other ones."""
        are_listed = (
            {value in self._values for value in seen.value}
            if isinstance(seen.value, list)
            else {True}
        )
        return len(are_listed) > 1

    def check_has_key(self, seen: PlacedValue) -> bool:
        return not isinstance(seen.value, dict) or self._limit not in seen.value

    def check_keys_at_most(self, seen: PlacedValue) -> bool:
        """Check the number of set keys without the listed ones."""
        count = sum(
            value is not None and key not in self._values for key, value in _map_items(seen.value)
        )
        return bool(count > self._limit)

    def check_keys_among(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        return (
            PlacedValue((*seen.steps, (key,)), key)
            for key, _ in _map_items(seen.value)
            if key not in self._values
        )

    def check_key_pattern(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        keys = (
            key
            for key, _ in _map_items(seen.value)
            if isinstance(key, str) and not self._matches(key)
        )
        return (PlacedValue((*seen.steps, (key,)), key) for key in keys)

    def check_named_if_several(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the items without one of the listed fields, if a list has several items."""
        items = seen.value if isinstance(seen.value, list) and len(seen.value) > 1 else ()
        for index, item in enumerate(items):
            for name in self._values:
                if isinstance(item, dict) and not item.get(name):
                    yield PlacedValue((*seen.steps, index, name), None)

    def check_kind_among(self, seen: PlacedValue) -> bool:
        """Check that an object reference has a listed kind, by group or exact apiVersion."""
        if not isinstance(seen.value, dict):
            return seen.value is None
        api_version, kind = seen.value.get("apiVersion"), seen.value.get("kind")
        group = split_api_version(api_version)[0]
        return not any(
            each.value == kind
            and (
                each.group == group if each.api_version is None else each.api_version == api_version
            )
            for each in self._condition.allowed_values(self._context.release)
        )

    def check_kind_not_among(self, seen: PlacedValue) -> bool:
        return not self.check_kind_among(seen)

    def check_unique(self, seen: PlacedValue) -> bool:
        """Check that no earlier place has the value."""
        value = _identity(seen.value)
        is_repeated = not seen.empty and value in self._known
        self._known.add(value)
        return is_repeated

    def check_matches(self, seen: PlacedValue) -> bool:
        return not seen.empty and not _is_identical(seen.value, self._other_value.value)

    def check_requires(self, seen: PlacedValue) -> bool:
        return not seen.empty and self._other_value.empty

    def check_at_least(self, seen: PlacedValue) -> bool:
        other = self._other_value.value
        return _is_integer(seen.value) and _is_integer(other) and seen.value < other

    def check_among(self, seen: PlacedValue) -> bool:
        return seen.value is not None and not self.check_not_among(seen)

    def check_not_among(self, seen: PlacedValue) -> bool:
        return seen.value is not None and self._context.has(self._condition.other, seen.value)

    def check_has_key_or(self, seen: PlacedValue) -> bool:
        return self.check_has_key(seen) and self.check_has_key(self._other_value)

    def check_selects(self, seen: PlacedValue) -> Iterable[PlacedValue]:
        """Return unmatched labels, which servers name instead of the selector."""
        labels = self._other_value
        return () if value_checks.selects(seen.value, labels.value) else (labels,)

    def check_amounts_within(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Return the amounts that exceed the amount of the same name elsewhere."""
        limits = dict(_map_items(self._other_value.value))
        return (
            PlacedValue((*seen.steps, (key,)), amount)
            for key, amount in _map_items(seen.value)
            if value_checks.exceeds(amount, limits.get(key))
        )

    def check_unchanged(self, seen: PlacedValue) -> bool:
        old = self._context.old
        return old is not None and not value_checks.is_same(
            seen.value, self._condition.field.first(old).value
        )

    def check_nonzero(self, seen: PlacedValue) -> bool:
        return seen.value is None or (_is_integer(seen.value) and seen.value == 0)

    def check_max_items(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the place with the number of its items, if there are too many."""
        if isinstance(seen.value, list | dict) and len(seen.value) > self._limit:
            yield PlacedValue(seen.steps, len(seen.value))

    def check_max_characters(self, seen: PlacedValue) -> bool:
        return isinstance(seen.value, str) and len(seen.value) > self._limit

    def check_max_bytes(self, seen: PlacedValue) -> bool:
        return isinstance(seen.value, str) and value_checks.byte_size(seen.value) > self._limit

    def check_format(self, seen: PlacedValue) -> bool:
        return isinstance(seen.value, str) and bool(format_faults(self._limit, seen.value))

    def check_key_format(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the map for each key without the format, as servers name the map."""
        for key, _ in _map_items(seen.value):
            if isinstance(key, str) and format_faults(self._limit, key):
                yield PlacedValue(seen.steps, key)

    def check_unique_items(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the items that repeat an earlier one, or its listed keys."""
        known: set[object] = set()
        for index, item in enumerate(seen.value if isinstance(seen.value, list) else ()):
            keys = item
            if self._values:
                if not isinstance(item, dict):
                    continue
                keys = [item.get(name) for name in self._values]
            identity = _identity(keys)
            if identity in known:
                yield PlacedValue((*seen.steps, index), item)
            known.add(identity)

    def _find_members(self, value: object) -> list[str]:
        """Return the listed fields that a value has."""
        fields = dict(_map_items(value))
        return [name for name in self._values if fields.get(name) not in (None, [])]

    def check_some_of(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield an object without any of the listed fields, with the empty text of servers."""
        if isinstance(seen.value, dict) and not self._find_members(seen.value):
            yield PlacedValue(seen.steps, "")

    def check_at_most_one_of(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield an object with several of the listed fields, with their names."""
        names = self._find_members(seen.value)
        if len(names) > 1:
            yield PlacedValue(seen.steps, f"{{{', '.join(names)}}}")

    def _stored_value(self) -> PlacedValue:
        return self._condition.field.first(self._context.old)

    def check_not_modified(self, seen: PlacedValue) -> bool:
        stored = self._stored_value()
        if self._context.old is None or stored.empty or seen.empty:
            return False
        return not value_checks.is_same(seen.value, stored.value)

    def check_not_cleared(self, seen: PlacedValue) -> bool:
        return self._context.old is not None and seen.empty and not self._stored_value().empty

    def check_not_set_later(self, seen: PlacedValue) -> bool:
        return self._context.old is not None and self._stored_value().empty and not seen.empty

    def check_unchanged_but(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the changes since the stored object, except at the listed paths."""
        if self._context.old is not None and seen.value is not None:
            stored = self._condition.field.first(self._context.old).value
            for steps in value_checks.find_changes(
                seen.value, stored, frozenset(map(str, self._values))
            ):
                value = seen.value
                for step in steps:
                    value = value[step]
                yield PlacedValue((*seen.steps, *steps), value)


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_identical(first: object, second: object) -> bool:
    return type(first) is type(second) and bool(first == second)


def _measure(value: object) -> int | None:
    """Return the size of a string, list or map, or None for other values.

    An absent value has the size 0.
    """
    if isinstance(value, str):
        return value_checks.byte_size(value)
    return len(value or ()) if isinstance(value, list | dict | None) else None


def _map_items(value: object) -> Iterable[tuple[Any, Any]]:
    """Return the items of a map, or nothing for other values."""
    return value.items() if isinstance(value, dict) else ()


def split_api_version(api_version: object) -> tuple[str, str]:
    """Return group and version as Go's FromAPIVersionAndKind does, both empty for an invalid text."""
    text = api_version if isinstance(api_version, str) else ""
    if text.count("/") > 1:
        return "", ""
    group, _, version = text.rpartition("/")
    return group, version


WORDS = frozenset(
    name.removeprefix("check_").replace("_", "-")
    for name in vars(_ConditionChecks)
    if name.startswith("check_")
)
