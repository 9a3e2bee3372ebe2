"""Check the conditions of server rules, whose words are independent of kinds and fields."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from codegen.kube.field_paths import FieldPath, PlacedValue
from codegen.validation.runtime.rule_context import OLD, URL, RuleContext
from codegen.validation.runtime.rule_records import Condition
from codegen.validation.runtime.value_checks import (
    byte_size,
    decoded_byte_size,
    is_same,
    selects,
)
from codegen.validation.runtime.value_conditions import (
    ValueConditions,
    is_identical,
    is_integer,
    map_items,
)

_CHECK: Final = "check_"  # the beginning of methods that check a word


def find_violations(condition: Condition, context: RuleContext) -> list[PlacedValue]:
    """Return the places that break a condition, in the order of the object."""
    text = condition.field.text
    places: list[PlacedValue]
    judges_absent = condition.word in JUDGES_ABSENT
    if text.startswith(URL):
        places = [context.look_up(text)]
    elif text.startswith(OLD):
        places = FieldPath.parse(text.removeprefix(OLD)).find(context.old)
    elif not judges_absent and condition.field.is_absent(context.obj):
        return []
    else:
        places = condition.field.find(context.obj)
    if not judges_absent:
        places = [place for place in places if place.value is not None]
    if not places:
        return []
    check = _find_check(condition, context)
    violations: list[PlacedValue] = []
    for place in places:
        broken = check(place)
        if isinstance(broken, bool):
            if broken:
                violations.append(place)
        else:
            violations += broken
    return violations


def is_met(conditions: Iterable[Condition], context: RuleContext) -> bool:
    """Return whether no place breaks any condition."""
    return not any(find_violations(condition, context) for condition in conditions)


def _find_check(
    condition: Condition, context: RuleContext
) -> Callable[[PlacedValue], bool | Iterable[PlacedValue]]:
    """Return the method that checks the word of a condition."""
    checks = find_checks(condition)(condition, context)
    method = f"{_CHECK}{condition.word.replace('-', '_')}"
    check: Callable[[PlacedValue], bool | Iterable[PlacedValue]] = getattr(
        checks, method
    )
    return check


def find_checks(condition: Condition) -> "type[ConditionChecks]":
    """Return the class that checks the word of a condition."""
    if condition.checks is None:
        return ConditionChecks
    return condition.checks


class ConditionChecks(ValueConditions):
    """The checks of conditions, those about other fields and the stored object included."""

    def __init__(self, condition: Condition, context: RuleContext) -> None:
        super().__init__(condition, context.release)
        self._context = context

    @property
    def _other_value(self) -> PlacedValue:
        return self._context.look_up(self._condition.other)

    @staticmethod
    def describe_fault(_value: object, /) -> str | None:
        """Return what is wrong with a value in the words of the server, or None if it has none."""
        return None

    def check_content_at_most(self, seen: PlacedValue) -> bool:
        """Check the size of two maps together.

        The second overrides the first. Texts of listed fields are in base64.
        """
        sizes: dict[Any, int] = {}
        for path, texts in (
            (self._condition.field.text, seen.value),
            (self._condition.other, self._other_value.value),
        ):
            measure = byte_size
            if path in self._values:
                measure = decoded_byte_size
            for key, text in map_items(texts):
                if isinstance(text, str):
                    sizes[key] = measure(text)
        return bool(sum(sizes.values()) > self._limit)

    def check_matches(self, seen: PlacedValue) -> bool:
        return not seen.empty and not is_identical(seen.value, self._other_value.value)

    def check_requires(self, seen: PlacedValue) -> bool:
        return not seen.empty and self._other_value.empty

    def check_at_least(self, seen: PlacedValue) -> bool:
        compared = self._other_value.value
        if not is_integer(seen.value) or not is_integer(compared):
            return False
        return bool(seen.value < compared)

    def check_at_most(self, seen: PlacedValue) -> bool:
        compared = self._other_value.value
        if not is_integer(seen.value) or not is_integer(compared):
            return False
        return bool(seen.value > compared)

    def check_above(self, seen: PlacedValue) -> bool:
        """Check that a number is above another one. An absent one counts as the value."""
        compared = self._other_value.value
        if compared is None:
            compared = self._limit
        if not is_integer(seen.value) or not is_integer(compared):
            return False
        return bool(seen.value <= compared)

    def check_among(self, seen: PlacedValue) -> bool:
        return seen.value is not None and not self.check_not_among(seen)

    def check_not_among(self, seen: PlacedValue) -> bool:
        if seen.value is None:
            return False
        return self._context.has(self._condition.other, seen.value)

    def check_has_key_or(self, seen: PlacedValue) -> bool:
        return self.check_has_key(seen) and self.check_has_key(self._other_value)

    def check_fields_only_with(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the listed fields of an object whose other field does not have the value."""
        fields = dict(map_items(seen.value))
        if is_identical(fields.get(self._condition.other), self._limit):
            return
        for name in self._values:
            if fields.get(name) is not None:
                yield PlacedValue((*seen.steps, name), fields[name])

    def check_keys_not_in(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield the keys that another map has too."""
        others = dict(map_items(self._other_value.value))
        for key, _ in map_items(seen.value):
            if key in others:
                yield PlacedValue((*seen.steps, (key,)), key)

    def check_selects(self, seen: PlacedValue) -> Iterator[PlacedValue]:
        """Yield unmatched labels, which servers name instead of the selector."""
        labels = self._other_value
        if not selects(seen.value, labels.value):
            yield labels

    def _stored_value(self) -> PlacedValue:
        return self._condition.field.first(self._context.old)

    def check_unchanged(self, seen: PlacedValue) -> bool:
        if self._context.old is None:
            return False
        return not is_same(seen.value, self._stored_value().value)

    def check_not_modified(self, seen: PlacedValue) -> bool:
        stored = self._stored_value()
        if self._context.old is None or stored.empty or seen.empty:
            return False
        return not is_same(seen.value, stored.value)

    def check_not_cleared(self, seen: PlacedValue) -> bool:
        if self._context.old is None:
            return False
        return seen.empty and not self._stored_value().empty

    def check_not_set_later(self, seen: PlacedValue) -> bool:
        if self._context.old is None:
            return False
        return self._stored_value().empty and not seen.empty


# The words that an absent value can break.
JUDGES_ABSENT: Final = frozenset(
    (
        "content-at-most",
        "has-key",
        "has-key-or",
        "kind-among",
        "length",
        "min-length",
        "nonzero",
        "nonzero-share",
        "not-cleared",
        "not-one-of",
        "one-of",
        "required",
        "selects",
        "set",
        "unchanged",
        "zero-share",
    )
)


def list_words(checks: type[ValueConditions]) -> list[str]:
    """Return the words of conditions that a class checks itself, without those of its bases."""
    return [
        name.removeprefix(_CHECK).replace("_", "-")
        for name in vars(checks)
        if name.startswith(_CHECK)
    ]


def map_words(
    classes: Iterable[type[ConditionChecks]],
) -> dict[str, type[ConditionChecks]]:
    """Return the class for each word that these classes check themselves."""
    class_by_word: dict[str, type[ConditionChecks]] = {}
    for checks in classes:
        class_by_word.update(dict.fromkeys(list_words(checks), checks))
    return class_by_word
