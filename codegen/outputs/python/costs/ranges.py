"""Ranges of sizes and of costs: the least and the greatest, in 64 bits without overflow. (cel-go checker/cost.go)"""

from __future__ import annotations

import math
from typing import NamedTuple

from codegen.outputs.python.costs.shapes import MOST

TRAVERSAL = 0.1  # what a character costs to look at
REGEX = 0.25  # what a character of a regular expression costs


class Range(NamedTuple):
    """The least and the greatest of a size or a cost."""

    least: int
    most: int

    def plus(self, other: Range) -> Range:
        """The sum of two."""
        return Range(min(self.least + other.least, MOST), min(self.most + other.most, MOST))

    def times(self, other: Range) -> Range:
        """The product of two."""
        return Range(min(self.least * other.least, MOST), min(self.most * other.most, MOST))

    def by(self, factor: float) -> Range:
        """Each end by a factor, rounded up."""
        return Range(_scaled(self.least, factor), _scaled(self.most, factor))

    def union(self, other: Range) -> Range:
        """The range around both."""
        return Range(min(self.least, other.least), max(self.most, other.most))


def fixed(number: int) -> Range:
    """A range of one number."""
    return Range(number, number)


UNKNOWN = Range(0, MOST)
NOTHING = fixed(0)
ONE = fixed(1)


def _scaled(number: int, factor: float) -> int:
    return min(math.ceil(float(number) * factor), MOST)
