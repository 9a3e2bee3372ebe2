"""Conditions that one value meets or breaks by itself.

A value of a wrong type breaks no condition, as the schema reports it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from codegen.kube.errors import DICT, LIST
from codegen.kube.field_paths import PlacedValue
from codegen.validation.runtime.name_formats import format_faults
from codegen.validation.runtime.rule_context import GroupVersion, identify
from codegen.validation.runtime.rule_records import AllowedValue, Condition, Release
from codegen.validation.runtime.value_checks import (
    byte_size,
    is_pem,
    is_zero_share,
    path_segment_faults,
)


class ValueConditions:
    """The checks of conditions about one value, such as `min-length`.

    The method `check_min_length` returns whether a value breaks the word `min-length`, or the inner
    values that break it.
    """

    def __init__(self, condition: Condition, release: Release | None) -> None:
        self._condition = condition
        self._limit = condition.value
        self._allowed: list[AllowedValue] = []
        self._values: list[Any] = []
        if condition.values:
            self._allowed = condition.allowed_values(release)
            self._values = [allowed.value for allowed in self._allowed]
        self._earlier: set[object] = set()  # identities of values that were checked

    def check_required(self, seen: PlacedValue) -> bool:
        return seen.empty

    def check_forbidden(self, seen: PlacedValue) -> bool:
        return not seen.empty

    def check_set(self, seen: PlacedValue) -> bool:
        return seen.value is None

    def check_absent(self, seen: PlacedValue) -> bool:
        return seen.value is not None

    def check_nonzero(self, seen: PlacedValue) -> bool:
        return seen.value is None or (is_integer(seen.value) and seen.value == 0)

    def check_zero_share(self, seen: PlacedValue) -> bool:
        """Check that a number or percentage is 0. An absent one counts as the value."""
        return not is_zero_share(self._limit if seen.value is None else seen.value)

    def check_nonzero_share(self, seen: PlacedValue) -> bool:
        """Check that a number or percentage is not 0. An absent one counts as the value."""
        return is_zero_share(self._limit if seen.value is None else seen.value)

    def check_minimum(self, seen: PlacedValue) -> bool:
        return is_integer(seen.value) and seen.value < self._limit

    def check_maximum(self, seen: PlacedValue) -> bool:
        return is_integer(seen.value) and seen.value > self._limit

    def check_length(self, seen: PlacedValue) -> bool:
        size = _measure(seen.value)
        return size is not None and size != self._limit

    def check_min_length(self, seen: PlacedValue) -> bool:
        size = _measure(seen.value)
        return size is not None and size < self._limit

    def check_max_length(self, seen: PlacedValue) -> bool:
        size = _measure(seen.value)
        return size is not None and size > self._limit

    def check_max_items(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the place with the number of its items, if there are too many."""
        if isinstance(seen.value, (LIST, DICT)) and len(seen.value) > self._limit:
            yield PlacedValue(seen.steps, len(seen.value))

    def check_max_characters(self, seen: PlacedValue) -> bool:
        return isinstance(seen.value, str) and len(seen.value) > self._limit

    def check_max_bytes(self, seen: PlacedValue) -> bool:
        if not isinstance(seen.value, str):
            return False
        return bool(byte_size(seen.value) > self._limit)

    def check_total_length(self, seen: PlacedValue) -> bool:
        size = 0
        for item in map_items(seen.value):
            for text in item:
                if isinstance(text, str):
                    size += byte_size(text)
        return bool(size > self._limit)

    def check_pattern(self, seen: PlacedValue) -> bool:
        return isinstance(seen.value, str) and not self._matches(seen.value)

    def _matches(self, text: str) -> bool:
        pattern = self._condition.pattern
        return pattern is None or pattern.fullmatch(text) is not None

    def check_pem(self, seen: PlacedValue) -> bool:
        if not isinstance(seen.value, str):
            return False
        return not is_pem(seen.value, self._limit)

    def check_path_segment(self, seen: PlacedValue) -> bool:
        if not isinstance(seen.value, str):
            return False
        return bool(path_segment_faults(seen.value))

    def check_format(self, seen: PlacedValue) -> bool:
        if not isinstance(seen.value, str):
            return False
        return bool(format_faults(self._limit, seen.value))

    def check_one_of(self, seen: PlacedValue) -> bool:
        return not any(is_identical(seen.value, value) for value in self._values)

    def check_not_one_of(self, seen: PlacedValue) -> bool:
        return not self.check_one_of(seen)

    def check_alone(self, seen: PlacedValue) -> bool:
        """Check that a list with a listed value has no other ones."""
        if not isinstance(seen.value, LIST):
            return False
        return len({value in self._values for value in seen.value}) > 1

    def check_has_key(self, seen: PlacedValue) -> bool:
        return not isinstance(seen.value, DICT) or self._limit not in seen.value

    def check_keys_at_most(self, seen: PlacedValue) -> bool:
        """Check the number of set keys without the listed ones."""
        count = 0
        for key, value in map_items(seen.value):
            if value is not None and key not in self._values:
                count += 1
        return bool(count > self._limit)

    def check_keys_among(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        for key, _ in map_items(seen.value):
            if key not in self._values:
                yield PlacedValue((*seen.steps, (key,)), key)

    def check_key_pattern(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        for key, _ in map_items(seen.value):
            if isinstance(key, str) and not self._matches(key):
                yield PlacedValue((*seen.steps, (key,)), key)

    def check_key_format(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the map for each key without the format, as servers name the map."""
        for key, _ in map_items(seen.value):
            if isinstance(key, str) and format_faults(self._limit, key):
                yield PlacedValue(seen.steps, key)

    def check_named_if_several(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the items without one of the listed fields, if a list has several items."""
        if not isinstance(seen.value, LIST) or len(seen.value) < 2:
            return
        for index, item in enumerate(seen.value):
            for name in self._values:
                if isinstance(item, DICT) and not item.get(name):
                    yield PlacedValue((*seen.steps, index, name), None)

    def check_kind_among(self, seen: PlacedValue) -> bool:
        """Check that an object reference has a listed kind, by group or exact apiVersion."""
        if not isinstance(seen.value, DICT):
            return seen.value is None
        api_version = seen.value.get("apiVersion")
        group = GroupVersion(api_version).group
        for allowed in self._allowed:
            is_same_group = allowed.group == group
            if allowed.api_version is not None:
                is_same_group = allowed.api_version == api_version
            if is_same_group and allowed.value == seen.value.get("kind"):
                return False
        return True

    def check_kind_not_among(self, seen: PlacedValue) -> bool:
        return not self.check_kind_among(seen)

    def check_unique(self, seen: PlacedValue) -> bool:
        """Check that no earlier place has the value."""
        value = identify(seen.value)
        is_repeated = not seen.empty and value in self._earlier
        self._earlier.add(value)
        return is_repeated

    def check_unique_keys(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the first listed field of an object whose listed fields are those of an earlier one.

        An object without the first field is left out. Other absent fields count as the value.
        """
        fields = dict(map_items(seen.value))
        first = self._values[0]
        if not fields.get(first):
            return
        identity = identify([fields.get(name) or self._limit for name in self._values])
        if identity in self._earlier:
            yield PlacedValue((*seen.steps, first), fields[first])
        self._earlier.add(identity)

    def check_unique_items(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the items that repeat an earlier one, or its listed keys."""
        earlier: set[object] = set()
        items: list[Any] = seen.value if isinstance(seen.value, LIST) else []
        for index, item in enumerate(items):
            keys = item
            if self._values:
                if not isinstance(item, DICT):
                    continue
                keys = [item.get(name) for name in self._values]
            identity = identify(keys)
            if identity in earlier:
                yield PlacedValue((*seen.steps, index), item)
            earlier.add(identity)

    def _find_members(self, value: Any) -> list[str]:
        """Return the listed fields that an object has."""
        fields = dict(map_items(value))
        return [name for name in self._values if fields.get(name) not in (None, [])]

    def check_some_of(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield an object without any of the listed fields, with the empty text of servers."""
        if isinstance(seen.value, DICT) and not self._find_members(seen.value):
            yield PlacedValue(seen.steps, "")

    def check_at_most_one_of(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield an object with several of the listed fields, with their names."""
        names = self._find_members(seen.value)
        if len(names) > 1:
            yield PlacedValue(seen.steps, f"{{{', '.join(names)}}}")


def is_integer(value: object) -> bool:
    """Return whether a value is an integer, which a bool is not."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_identical(first: object, second: object) -> bool:
    """Return whether two values have one type and are equal."""
    return type(first) is type(second) and bool(first == second)


def map_items(value: Any) -> Iterable[tuple[Any, Any]]:
    """Return the items of a map, or nothing for other values."""
    if isinstance(value, DICT):
        return [*value.items()]
    return ()


def _measure(value: Any) -> int | None:
    """Return the size of a string, list or map, or None for other values.

    An absent value has the size 0.
    """
    if value is None:
        return 0
    if isinstance(value, str):
        return byte_size(value)
    if isinstance(value, (LIST, DICT)):
        return len(value)
    return None
