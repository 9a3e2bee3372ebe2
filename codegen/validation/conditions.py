"""The condition words of server rules: general statements about a value, which know no kind and no field.

A check returns the places that break the condition. A value of the wrong type breaks no condition: the page reports it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field

from codegen.core.releases import Release
from codegen.validation.paths import FieldPath, Seen
from codegen.validation.rules import Condition, Rules, Value


class Unknown(Exception):  # noqa: N818  - not an error: a condition needs something that the caller did not give
    """The condition compares with something that is not known here (the URL of the request)."""


class Context(Struct, frozen=True, kw_only=True):
    """The object and what is known around it: name and namespace of the URL (None: no URL), the rules and the release.

    `old` is what is stored (None: the object is created).
    """

    obj: Any
    url: Mapping[str, str | None] | None
    rules: Rules
    release: Release | None
    old: Any = None
    said: Mapping[str, object] = field(default_factory=dict)

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


def broken(condition: Condition, context: Context) -> list[Seen]:
    """The places that break a condition, in the order of the object."""
    if condition.field.text.startswith("url."):
        places = [context.look(condition.field.text)]
    else:
        places = list(condition.field.find(context.obj))
    check = WORDS[condition.word]
    broken_places = [place for place in places if check(place, condition, context)]
    if condition.word == "keys-among":
        known = [allowed.value for allowed in context.values(condition.values)]
        return [Seen((*place.steps, (key,)), key) for place in broken_places for key in place.value if key not in known]
    return broken_places


def holds(conditions: tuple[Condition, ...], context: Context) -> bool:
    """Whether no place breaks any condition."""
    return not any(broken(condition, context) for condition in conditions)


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
        return len(seen.value.encode("utf-8", errors="surrogatepass"))
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


def _keys_among(seen: Seen, _condition: Condition, _context: Context) -> bool:
    return isinstance(seen.value, dict)


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
    "keys-among": _keys_among,
    "kind-among": _kind_among,
    "kind-not-among": lambda seen, condition, context: not _kind_among(seen, condition, context),
}
