"""Where a translated page should lead to a definition that it lacks: the nearest field that leads there and is on both sides."""

from __future__ import annotations

from collections import deque
from functools import cached_property

from codegen.drift.compare.fields import places_in
from codegen.drift.compare.page_match import PageMatch, leading
from codegen.drift.compare.side import Side
from codegen.findings.diagnostics import Span
from codegen.model import Definition


class Referrers:
    """The places of all definitions that only the first of two languages has; found once, when one of them is asked for."""

    def __init__(self, old: Side, new: Side, pages: PageMatch) -> None:
        self._old, self._new, self._pages = old.reference.definitions, new.reference.definitions, pages
        self._fields: dict[str, dict[str, Span]] = {}

    def place(self, definition: Definition) -> Span | None:
        """The field of the second language after which the one stands that should lead to a definition; else where its page begins."""
        return self._nearest.get(definition.key) or self._pages.head(definition.span)

    @cached_property
    def _nearest(self) -> dict[str, Span]:
        """The place for each definition that fields lead to, those first that are fewest steps away from a definition of both sides."""
        waiting = deque(key for key in self._old if self._is_shared(key))
        steps = dict.fromkeys(waiting, 0)
        found: dict[str, Span] = {}
        while waiting:
            key = waiting.popleft()
            for _, target in leading(self._old[key]):
                if target not in self._old or target in found:
                    continue
                found[target] = self._by_nearest_referrer(target, steps, found)
                if target not in steps:
                    steps[target] = steps[key] + 1
                    waiting.append(target)
        return found

    def _by_nearest_referrer(self, key: str, steps: dict[str, int], found: dict[str, Span]) -> Span:
        """The place of the first of the nearest fields that lead to a definition; what is farther away is not in `steps` yet, or has more."""
        referrers = [each for each in self._pages.referrers(key) if each[0] in steps]
        owner, name = min(referrers, key=lambda each: steps[each[0]])
        return found[owner] if steps[owner] else self._in_shared(owner, name)

    def _is_shared(self, key: str) -> bool:
        after = self._new.get(key)
        return after is not None and after.documented

    def _in_shared(self, owner: str, name: str) -> Span:
        if owner not in self._fields:
            self._fields[owner] = places_in(self._old[owner], self._new[owner])
        return self._fields[owner].get(name, self._new[owner].span)
