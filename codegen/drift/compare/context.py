"""The facts that all parts of a comparison need, and the making of changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct

from codegen.core.diagnostics import Direction, Span
from codegen.drift.compare.changes import Change, GradedRule
from codegen.drift.compare.directions import BOTH_WAYS
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.page_match import PageMatch
from codegen.drift.compare.pairs import E, ElementPair, Lone
from codegen.findings.rules.catalogue import CHANGES
from codegen.findings.rules.rule import Grade
from codegen.model import split_inner_id, split_prose_id


class Context(Struct, frozen=True, kw_only=True, dict=True):
    """The two sides of a comparison, and what relates them.

    `directions` has those of each type. `pages` is None except for pages and their translation,
    which are compared without texts and directions. `new_keys` has the new keys of renamed
    definitions.
    """

    old: ComparisonInput
    new: ComparisonInput
    directions: Mapping[str, frozenset[Direction]] = MappingProxyType({})
    pages: PageMatch | None = None
    new_keys: Mapping[str, str] = MappingProxyType({})

    @property
    def one_side_describes_values(self) -> bool:
        """Whether one side alone has enumerations, and the other lists values in descriptions."""
        return self.old.enums != self.new.enums and (self.old.lists_values or self.new.lists_values)

    @property
    def one_side_has_no_null(self) -> bool:
        """Whether a whole source gained or lost null, which is one change."""
        return self.old.has_null != self.new.has_null

    def find_directions(self, *keys: str) -> frozenset[Direction]:
        """Return the directions of types, or both directions for unused types."""
        directions = frozenset[Direction]()
        for key in keys:
            directions |= self.directions.get(key, frozenset())
        return directions or BOTH_WAYS

    @cached_property
    def moved_packages(self) -> frozenset[tuple[str, str]]:
        """The pairs of the packages of renamed definitions."""
        return frozenset(
            (old.rpartition(".")[0], new.rpartition(".")[0]) for old, new in self.new_keys.items()
        )

    def both_support(self, fact: str, old: Span, new: Span) -> bool:
        """Return whether both sources can express a fact, so that its absence is a difference."""
        return self.old.supports(fact, old) and self.new.supports(fact, new)

    def supports(self, pair: ElementPair[E], fact: str) -> bool:
        """Return whether both sources can express a fact of an element."""
        return self.both_support(fact, pair.old.span, pair.new.span)

    def change(
        self,
        pair: ElementPair[E],
        rule: str,
        old: str | None = None,
        new: str | None = None,
        directions: Collection[Direction] = (),
    ) -> Change:
        """Make a change of an element that both sides have."""
        return Change(
            graded=self.grade(rule, directions or pair.directions),
            id=pair.id,
            subject=pair.name,
            old=old,
            new=new,
            before=pair.old,
            after=pair.new,
            span=pair.new.span,
        )

    def change_lone(
        self, lone: Lone[E], rule: str, old: str | None = None, new: str | None = None
    ) -> Change:
        """Make a change of an added or removed element, located in the new source if possible."""
        return Change(
            graded=self.grade(rule, lone.directions),
            id=lone.id,
            subject=lone.name,
            old=old,
            new=new,
            before=None if lone.is_new else lone.element,
            after=lone.element if lone.is_new else None,
            ending=f", which has {lone.instead} instead" if lone.instead else "",
            in_new=lone.is_new or lone.expected is not None,
            span=lone.expected or lone.element.span,
        )

    def grade(self, rule: str, directions: Collection[Direction] = BOTH_WAYS) -> GradedRule:
        """Grade a change by its rule for each direction, or alike if languages are compared."""
        declared = CHANGES[rule]
        if self.pages is not None:
            level = declared.most_severe
            return GradedRule(rule=declared, grade=Grade(request=level, response=level))
        return GradedRule(rule=declared, grade=declared.grade(frozenset(directions)))


def renamed_id(prose_id: str, renamed: Mapping[str, str]) -> str:
    """Return the prose id of an element after the known renames of fields and definitions."""
    field_id, part = split_inner_id(prose_id)
    if field_id in renamed:
        return renamed[field_id] + part
    key, _ = split_prose_id(prose_id)
    if key in renamed:
        return renamed[key] + prose_id.removeprefix(key)
    return prose_id
