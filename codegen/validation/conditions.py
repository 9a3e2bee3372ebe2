"""The condition words of server rules: general statements about a value, which know no kind and no field.

A check returns the places that break the condition. A value of the wrong type breaks no condition: the page reports it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from codegen.core.releases import Release
from codegen.kube.field_paths import FieldPath, Seen, Steps
from codegen.kube.names import path_segment_faults
from codegen.validation import value_checks
from codegen.validation.rule_loader import Condition, Value


class Unknown(Exception):  # noqa: N818  - not an error: a condition needs something that the caller did not give
    """The condition compares with something that is not known here (the URL of the request)."""


class _Values:
    """Values, each with its type: `1` is neither `1.0` nor true."""

    def __init__(self) -> None:
        self._known: set[tuple[type, Any]] = set()

    def add(self, value: Any) -> None:
        self._known.add(_mark(value))

    def __contains__(self, value: Any) -> bool:
        return _mark(value) in self._known


def _mark(value: Any) -> tuple[type, Any]:
    """By what a value is found: itself alone where it is no JSON, contains itself or is deeper than anything that is read."""
    try:
        marked = _frozen(value)
        hash(marked)
    except (RecursionError, TypeError):
        return type(value), id(value)
    return marked


def _frozen(value: Any) -> tuple[type, Any]:
    if isinstance(value, dict):
        return dict, frozenset([(name, _frozen(inner)) for name, inner in value.items()])
    if isinstance(value, list):
        return list, tuple(map(_frozen, value))
    return type(value), value


class Context(Struct, frozen=True, kw_only=True):
    """The object and what is known around it: name and namespace of the URL (None: no URL), and the release.

    `old` is what is stored (None: the object is created), `gvk` the kind of the whole object where `obj` is a part of it.
    """

    obj: Any
    url: Mapping[str, str | None] | None
    release: Release | None
    old: Any = None
    gvk: Any = None  # its group, version and kind: nothing here asks for them
    said: Mapping[str, object] = field(default_factory=dict)
    found: dict[str, _Values] = field(default_factory=dict)  # what `has` has looked for

    def has(self, path: str, value: Any) -> bool:
        """Whether one of the places at a path has a value; they are looked for once, however many values are asked for."""
        if path not in self.found:
            known = self.found[path] = _Values()
            for each in FieldPath.parse(path).find(self.obj):
                known.add(each.value)
        return value in self.found[path]

    def look(self, what: str) -> Seen:
        """A field of the object, or `url.name` and `url.namespace`. Raises `Unknown` if there is no URL."""
        if what.startswith("url."):
            if self.url is None:
                raise Unknown(what)
            return Seen((), self.url.get(what.removeprefix("url.")))
        return FieldPath.parse(what).first(self.obj)

    def values(self, values: tuple[Value, ...]) -> list[Value]:
        """The values that the server knows; without a release, those that any server knows."""
        return [value for value in values if self.release is None or value.span.holds(self.release)]


_Breaks = Callable[[Seen, Condition, Context], bool]
_Finds = Callable[[Seen, Condition, Context], Iterator[Seen]]
_URL = "url."
# The words that a field breaks by its absence.
_OF_ABSENT = frozenset(
    (
        *("required", "set", "length", "min-length", "one-of", "has-key", "has-key-or", "kind-among", "kind-not-among"),
        *("unchanged", "content-at-most"),
    )
)
_OLD = "old."  # in front of a path in what is stored


def broken(condition: Condition, context: Context) -> list[Seen]:
    """The places that break a condition, in the order of the object; none for what is of another type."""
    path, text = condition.field, condition.field.text
    if path.plain and not text.startswith((_URL, _OLD)):
        value = path.value(context.obj)
        if value is None and condition.word not in _OF_ABSENT:
            return []  # as most fields of most objects are
        places = [Seen(path.plain, value)]
    elif text.startswith(_URL):
        places = [context.look(text)]
    elif text.startswith(_OLD):
        places = list(FieldPath.parse(text.removeprefix(_OLD)).find(context.old))
    elif condition.word not in _OF_ABSENT and isinstance(context.obj, dict) and path.steps[0][0] not in context.obj:
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


def _repeated(places: list[Seen]) -> list[Seen]:
    """The places whose value stands further up already."""
    known = _Values()
    found = []
    for place in places:
        if place.value in known and not place.empty:
            found.append(place)
        known.add(place.value)
    return found


def holds(conditions: tuple[Condition, ...], context: Context) -> bool:
    """Whether no place breaks any condition."""
    for condition in conditions:  # noqa: SIM110 - most are one, and to make a generator takes longer than to look at it
        if broken(condition, context):
            return False
    return True


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _minimum(seen: Seen, condition: Condition, _context: Context) -> bool:
    return _number(seen.value) and seen.value < condition.value


def _maximum(seen: Seen, condition: Condition, _context: Context) -> bool:
    return _number(seen.value) and seen.value > condition.value


def _size(seen: Seen) -> int | None:
    if seen.value is None:
        return 0
    if isinstance(seen.value, str):
        return value_checks.size(seen.value)
    return len(seen.value) if isinstance(seen.value, list | dict) else None


def _length(seen: Seen, condition: Condition, _context: Context) -> bool:
    size = _size(seen)
    return size is not None and size != condition.value


def _min_length(seen: Seen, condition: Condition, _context: Context) -> bool:
    size = _size(seen)
    return size is not None and size < condition.value


def _max_length(seen: Seen, condition: Condition, _context: Context) -> bool:
    size = _size(seen)
    return size is not None and size > condition.value


def _pattern(seen: Seen, condition: Condition, _context: Context) -> bool:
    if not isinstance(seen.value, str) or condition.pattern is None:
        return False
    return condition.pattern.fullmatch(seen.value) is None


def _same(first: Any, second: Any) -> bool:
    return type(first) is type(second) and bool(first == second)


def _one_of(seen: Seen, condition: Condition, context: Context) -> bool:
    return not any(_same(seen.value, allowed.value) for allowed in context.values(condition.values))


def _matches(seen: Seen, condition: Condition, context: Context) -> bool:
    return not seen.empty and not _same(seen.value, context.look(condition.other).value)


def _requires(seen: Seen, condition: Condition, context: Context) -> bool:
    return not seen.empty and context.look(condition.other).empty


def _at_least(seen: Seen, condition: Condition, context: Context) -> bool:
    other = context.look(condition.other).value
    return _number(seen.value) and _number(other) and bool(seen.value < other)


def _among(seen: Seen, condition: Condition, context: Context) -> bool:
    """Whether a value is one of those at other places."""
    return seen.value is not None and context.has(condition.other, seen.value)


def _selects(seen: Seen, condition: Condition, context: Context) -> Iterator[Seen]:
    """The labels that a selector does not match: servers name these, not the selector."""
    labels = context.look(condition.other)
    if not value_checks.selects(seen.value, labels.value):
        yield labels


def _unchanged(seen: Seen, condition: Condition, context: Context) -> bool:
    return context.old is not None and not value_checks.is_same(seen.value, condition.field.first(context.old).value)


def _has_key_or(seen: Seen, condition: Condition, context: Context) -> bool:
    parts = (seen.value, context.look(condition.other).value)
    return not any(isinstance(part, dict) and condition.value in part for part in parts)


def _keys_at_most(seen: Seen, condition: Condition, context: Context) -> bool:
    if not isinstance(seen.value, dict):
        return False
    apart = [allowed.value for allowed in context.values(condition.values)]
    return sum(value is not None and key not in apart for key, value in seen.value.items()) > int(condition.value)


def _total_length(seen: Seen, condition: Condition, _context: Context) -> bool:
    if not isinstance(seen.value, dict):
        return False
    texts = [text for item in seen.value.items() for text in item if isinstance(text, str)]
    return sum(map(value_checks.size, texts)) > int(condition.value)


def _content_at_most(seen: Seen, condition: Condition, context: Context) -> bool:
    """Whether the values of two maps of texts are too much in bytes; those of the second replace those of the first.

    `values` are the fields among the two whose texts are in base64, of which the decoded bytes count.
    """
    encoded = [allowed.value for allowed in context.values(condition.values)]
    sizes: dict[Any, int] = {}
    for path, texts in ((condition.field.text, seen.value), (condition.other, context.look(condition.other).value)):
        for key, text in texts.items() if isinstance(texts, dict) else ():
            if isinstance(text, str):
                sizes[key] = value_checks.decoded_size(text) if path in encoded else value_checks.size(text)
    return sum(sizes.values()) > int(condition.value)


# ------------------------------------------------------------------------------------- words that look inside a value


def _keys_among(seen: Seen, condition: Condition, context: Context) -> Iterator[Seen]:
    known = [allowed.value for allowed in context.values(condition.values)]
    for key in seen.value if isinstance(seen.value, dict) else ():
        if key not in known:
            yield Seen((*seen.steps, (key,)), key)


def _key_pattern(seen: Seen, condition: Condition, _context: Context) -> Iterator[Seen]:
    for key in seen.value if isinstance(seen.value, dict) else ():
        if isinstance(key, str) and condition.pattern is not None and condition.pattern.fullmatch(key) is None:
            yield Seen((*seen.steps, (key,)), key)


def _amounts_within(seen: Seen, condition: Condition, context: Context) -> Iterator[Seen]:
    """Amounts by name that are above those of the same name elsewhere."""
    other = context.look(condition.other).value
    if isinstance(seen.value, dict) and isinstance(other, dict):
        for key, amount in seen.value.items():
            if value_checks.exceeds(amount, other.get(key)):
                yield Seen((*seen.steps, (key,)), amount)


def _alone(seen: Seen, condition: Condition, context: Context) -> bool:
    """Whether a list has one of these values and another value beside it."""
    if not isinstance(seen.value, list):
        return False
    apart = [allowed.value for allowed in context.values(condition.values)]
    return any(value in apart for value in seen.value) and any(value not in apart for value in seen.value)


def _named_if_several(seen: Seen, condition: Condition, context: Context) -> Iterator[Seen]:
    """Items of a list of several that lack one of these fields."""
    if isinstance(seen.value, list) and len(seen.value) > 1:
        for index, item in enumerate(seen.value):
            for allowed in context.values(condition.values):
                if isinstance(item, dict) and not item.get(allowed.value):
                    yield Seen((*seen.steps, index, allowed.value), None)


def _unchanged_but(seen: Seen, condition: Condition, context: Context) -> Iterator[Seen]:
    """What is written differently from what is stored, but for these paths below the field."""
    if context.old is not None:
        apart = frozenset(str(allowed.value) for allowed in context.values(condition.values))
        stored = condition.field.first(context.old).value
        for steps in value_checks.changes(seen.value, stored, apart):
            yield Seen((*seen.steps, *steps), _at(seen.value, steps))


def _at(value: Any, steps: Steps) -> Any:
    for step in steps:
        value = value[step]
    return value


def group_of(api_version: object) -> tuple[str, str]:
    """Group and version as Go's FromAPIVersionAndKind reads them: what it cannot read is the core group without a version."""
    text = api_version if isinstance(api_version, str) else ""
    if text.count("/") > 1:
        return "", ""
    group, _, version = text.rpartition("/")
    return group, version


def _kind_among(seen: Seen, condition: Condition, context: Context) -> bool:
    """A reference with `apiVersion` and `kind`: one of these, by group or by exact apiVersion."""
    if not isinstance(seen.value, dict):
        return seen.value is None
    api_version, kind = seen.value.get("apiVersion"), seen.value.get("kind")
    group = group_of(api_version)[0]
    return not any(
        allowed.value == kind
        and (allowed.group == group if allowed.api_version is None else allowed.api_version == api_version)
        for allowed in context.values(condition.values)
    )


WORDS: Mapping[str, _Breaks] = {
    "required": lambda seen, _condition, _context: seen.empty,
    "forbidden": lambda seen, _condition, _context: not seen.empty,
    "set": lambda seen, _condition, _context: seen.value is None,
    "minimum": _minimum,
    "maximum": _maximum,
    "length": _length,
    "min-length": _min_length,
    "max-length": _max_length,
    "pattern": _pattern,
    "one-of": _one_of,
    "matches": _matches,
    "requires": _requires,
    "has-key": lambda seen, condition, _context: not isinstance(seen.value, dict) or condition.value not in seen.value,
    "absent": lambda seen, _condition, _context: seen.value is not None,
    "not-one-of": lambda seen, condition, context: not _one_of(seen, condition, context),
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
    "at-least": _at_least,
    "among": lambda seen, condition, context: seen.value is not None and not _among(seen, condition, context),
    "not-among": _among,
    "unchanged": _unchanged,
    "has-key-or": _has_key_or,
    "keys-at-most": _keys_at_most,
    "total-length": _total_length,
    "content-at-most": _content_at_most,
    "alone": _alone,
    "kind-among": _kind_among,
    "kind-not-among": lambda seen, condition, context: not _kind_among(seen, condition, context),
}

INSIDE: Mapping[str, _Finds] = {
    "selects": _selects,
    "keys-among": _keys_among,
    "key-pattern": _key_pattern,
    "amounts-within": _amounts_within,
    "named-if-several": _named_if_several,
    "unchanged-but": _unchanged_but,
}
BETWEEN: Mapping[str, Callable[[list[Seen]], list[Seen]]] = {"unique": _repeated}
