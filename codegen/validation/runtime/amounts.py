"""Check conditions about quantities, which only some kinds have."""

from collections.abc import Iterator
from typing import Any

from codegen.kube.field_paths import PlacedValue
from codegen.kube.quantity import Quantity, is_quantity
from codegen.validation.runtime.rule_conditions import ConditionChecks
from codegen.validation.runtime.value_checks import find_changes, is_equal
from codegen.validation.runtime.value_conditions import map_items


class AmountConditions(ConditionChecks):
    """The checks of conditions about quantities."""

    def check_amount_minimum(self, seen: PlacedValue) -> bool:
        return exceeds(self._limit, seen.value)

    def check_amount_above(self, seen: PlacedValue) -> bool:
        if not is_quantity(seen.value):
            return False
        return not exceeds(seen.value, self._limit)

    def check_amounts_within(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the amounts that exceed the amount of the same name elsewhere."""
        limits = dict(map_items(self._other_value.value))
        for key, amount in self._amounts(seen):
            if exceeds(amount, limits.get(key)):
                yield PlacedValue((*seen.steps, (key,)), amount)

    def check_amounts_equal(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the amounts that are not the amount of the same name elsewhere, if it has one."""
        limits = dict(map_items(self._other_value.value))
        for key, amount in self._amounts(seen):
            limit = limits.get(key)
            if exceeds(amount, limit) or exceeds(limit, amount):
                yield PlacedValue((*seen.steps, (key,)), amount)

    def check_amounts_repeated(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the other map for each amount that it lacks."""
        other = self._other_value
        limits = dict(map_items(other.value))
        for key, _ in self._amounts(seen):
            if limits.get(key) is None:
                yield PlacedValue(other.steps, other.value)
                return

    def check_whole_amounts(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the amounts with a fraction."""
        for key, amount in self._amounts(seen):
            if is_quantity(amount) and not is_whole_amount(amount):
                yield PlacedValue((*seen.steps, (key,)), amount)

    def _amounts(self, seen: PlacedValue) -> Iterator[tuple[str, Any]]:
        """Yield the names and amounts of a map whose names match the pattern, if there is one."""
        for key, amount in map_items(seen.value):
            if isinstance(key, str) and self._matches(key):
                yield key, amount

    def check_unchanged_but(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the changes since the stored object, except at the listed paths."""
        if self._context.old is None or seen.value is None:
            return
        stored = self._stored_value().value
        apart = frozenset(map(str, self._values))
        for steps in find_changes(seen.value, stored, apart, is_equal_amount):
            value = seen.value
            for step in steps:
                value = value[step]
            yield PlacedValue((*seen.steps, *steps), value)


def exceeds(first: Any, second: Any) -> bool:
    """Return whether one quantity is larger than another. Other values are not."""
    if not is_quantity(first) or not is_quantity(second):
        return False
    return Quantity(first) > Quantity(second)


def is_whole_amount(value: Any) -> bool:
    """Return whether a quantity has no fraction."""
    amount = Quantity(value).value
    return amount == amount.to_integral_value()


def is_equal_amount(new: Any, old: Any) -> bool:
    """Return whether two single values are equal, or the same quantity."""
    if is_equal(new, old):
        return True
    return is_quantity(new) and is_quantity(old) and Quantity(new) == Quantity(old)
