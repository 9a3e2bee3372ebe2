"""Which keys lead to each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def circles(uses: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The groups of keys that lead to each other (Tarjan), without recursive calls."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: dict[str, None] = {}
    for start in uses:
        work = [(start, iter(uses[start]))] if start not in number else []
        while work:
            key, rest = work[-1]
            if key not in number:
                number[key] = low[key] = len(number)
                open_[key] = None
            for used in rest:
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
                    if len(group) > 1 or key in uses[key]:
                        yield tuple(reversed(group))
