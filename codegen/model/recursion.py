"""Recursion between definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from codegen.model.definitions import Definition, definition_refs


def recursive_components(uses: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield the groups of keys whose definitions refer to each other."""
    for group in _strongly_connected_components(uses):
        if len(group) > 1 or group[0] in uses[group[0]]:
            yield group


def recursive_keys(definitions: Mapping[str, Definition]) -> frozenset[str]:
    """Find the definitions that refer back to themselves."""
    uses: dict[str, tuple[str, ...]] = {}
    for key, definition in definitions.items():
        uses[key] = tuple(filter(definitions.__contains__, definition_refs(definition)))
    return frozenset(chain.from_iterable(recursive_components(uses)))


def _strongly_connected_components(
    uses: Mapping[str, tuple[str, ...]],
) -> Iterator[tuple[str, ...]]:
    """Yield the strongly connected components in dependency order, by Tarjan's algorithm without
    recursion.
    """
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: dict[str, None] = {}
    for start in uses:
        if start in number:
            continue
        work = [(start, iter(uses[start]))]
        while work:
            key, remaining = work[-1]
            if key not in number:
                number[key] = low[key] = len(number)
                open_[key] = None
            for used in remaining:
                if used not in number:
                    work.append((used, iter(uses[used])))
                    break
                if used in open_:
                    low[key] = min(low[key], number[used])
            else:
                work.pop()
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[key])
                if low[key] == number[key]:
                    group = []
                    while key in open_:
                        group.append(open_.popitem()[0])
                    yield tuple(reversed(group))
