"""Places in the second source for things that only the first one has."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from codegen.core.diagnostics import Span
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.page_match import PageMatch, referring_fields
from codegen.model import Definition

_Key = TypeVar("_Key", bound=Hashable)


def expected_spans(before: Iterable[_Key], after: Mapping[_Key, Span], start: Span) -> dict[_Key, Span]:
    """Return the place of each thing, or of the preceding one in the first source if it is missing."""
    spans: dict[_Key, Span] = {}
    span = start
    for key in before:
        span = after.get(key, span)
        spans.setdefault(key, span)
    return spans


class MissingDefinitions:
    """Places of missing definitions in a translation, at the nearest fields with links to them."""

    def __init__(self, old: ComparisonInput, new: ComparisonInput, pages: PageMatch) -> None:
        self._old, self._new, self._pages = old.reference.definitions, new.reference.definitions, pages
        self._fields: dict[str, dict[str, Span]] = {}

    def span(self, definition: Definition) -> Span | None:
        """Return the place of the nearest field of this type, or the beginning of its page."""
        return self._nearest.get(definition.key) or self._pages.head(definition.span)

    @cached_property
    def _nearest(self) -> dict[str, Span]:
        """The place for each definition, found in breadth from the definitions of both languages."""
        waiting = deque(key for key in self._old if self._is_shared(key))
        steps = dict.fromkeys(waiting, 0)
        found: dict[str, Span] = {}
        while waiting:
            key = waiting.popleft()
            for _, target in referring_fields(self._old[key]):
                if target not in self._old or target in found:
                    continue
                found[target] = self._nearest_referrer(target, steps, found)
                if target not in steps:
                    steps[target] = steps[key] + 1
                    waiting.append(target)
        return found

    def _nearest_referrer(self, key: str, steps: dict[str, int], found: dict[str, Span]) -> Span:
        """Return the place of the first of the nearest referring fields; farther ones are not in `steps` yet or have more."""
        referrers = [each for each in self._pages.referrers(key) if each[0] in steps]
        owner, name = min(referrers, key=lambda each: steps[each[0]])
        return found[owner] if steps[owner] else self._field_span(owner, name)

    def _is_shared(self, key: str) -> bool:
        after = self._new.get(key)
        return after is not None and after.documented

    def _field_span(self, owner: str, name: str) -> Span:
        after = self._new[owner]
        if owner not in self._fields:
            known = {field.name: field.span for field in reversed(after.fields)}
            self._fields[owner] = expected_spans((field.name for field in self._old[owner].fields), known, after.span)
        return self._fields[owner].get(name, after.span)
