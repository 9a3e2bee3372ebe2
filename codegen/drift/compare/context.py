"""State that the parts of a comparison share: inputs, directions of types, and renamed things."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec import Struct, field

from codegen.core.diagnostics import Direction, Span
from codegen.drift.compare.changes import Change
from codegen.drift.compare.directions import BOTH_WAYS
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.page_match import PageMatch
from codegen.drift.compare.types import FORMAT_CHANGED, Renames, TypeDifference, find_type_differences
from codegen.findings.rules.catalogue import CHANGES
from codegen.model import split_held_id, split_prose_id

_Change = TypeVar("_Change", bound=Change)


class Context(Struct, kw_only=True):
    """The shared state of one comparison."""

    old: ComparisonInput
    new: ComparisonInput
    used: Mapping[str, frozenset[Direction]]
    pages: PageMatch | None
    renames: Renames = field(default_factory=Renames)  # of definitions
    renamed_fields: dict[str, str] = field(default_factory=dict)  # prose ids of fields, old to new
    _supported: dict[tuple[str, str, str], bool] = field(default_factory=dict)  # by fact and files

    @property
    def new_keys(self) -> Mapping[str, str]:
        """The new keys of renamed definitions, by old key."""
        return self.renames.keys

    @property
    def between_languages(self) -> bool:
        """Whether pages are compared with their translation, without texts and directions."""
        return self.pages is not None

    @property
    def one_is_of_a_cluster(self) -> bool:
        """Whether only one side is from a cluster and names the values of fields."""
        sides = (self.old, self.new)
        return self.old.enums != self.new.enums and any(side.lists_values for side in sides)

    @property
    def has_one_form(self) -> bool:
        """Whether both are documents or pages of one language, with real changes instead of errors."""
        return not self.between_languages and self.old.is_pages is self.new.is_pages

    def make(
        self,
        kind: Callable[..., _Change],
        rule: str,
        span: Span,
        used: Iterable[Direction] = BOTH_WAYS,
        **facts: Any,
    ) -> _Change:
        """Make the change of one fact, graded for each direction except between languages."""
        found = CHANGES[rule]
        if self.between_languages:
            return kind(rule=found, level=found.gravest, direction=Direction.BOTH, span=span, **facts)
        grade = found.grade(frozenset(used))
        return kind(rule=found, level=grade.level, direction=grade.direction, grade=grade, span=span, **facts)

    def use(self, *keys: str) -> frozenset[Direction]:
        """Return the directions of types, or both directions for unused types."""
        found = frozenset[Direction]().union(*(self.used.get(key, frozenset()) for key in keys))
        return found or BOTH_WAYS

    def both_support(self, fact: str, old: Span, new: Span) -> bool:
        """Return whether both places support a fact, for its absence to be a difference."""
        key = (fact, old.path, new.path)
        supported = self._supported.get(key)
        if supported is None:
            supported = self._supported[key] = self.old.supports(fact, old) and self.new.supports(fact, new)
        return supported


class Subject(Struct, frozen=True, kw_only=True):
    """A thing to compare. An added or removed thing has only one of `before` and `after`."""

    context: Context
    kind: type[Change]
    id: str
    before: Any = None
    after: Any = None
    used: Iterable[Direction] = BOTH_WAYS

    def change(
        self, rule: str, old: str | None = None, new: str | None = None, *, span: Span | None = None, **facts: Any
    ) -> Change:
        """Make a change of this thing, by default at its place in the second source."""
        place = span or (self.after or self.before).span
        known = {"id": self.id, "before": self.before, "after": self.after, "old": old, "new": new}
        return self.context.make(self.kind, rule, place, **{"used": self.used, **known, **facts})

    def is_supported(self, fact: str) -> bool:
        """Return whether both places support a fact, for its absence to be a difference."""
        return self.context.both_support(fact, self.before.span, self.after.span)

    def compare_types(self) -> Iterator[TypeDifference]:
        """Yield the differences between both types in commonly supported facts."""
        if self.before.type == self.after.type:
            return
        sides = (self.context.old, self.context.new)
        has_packages = self.is_supported("package")

        def is_documented(key: str) -> bool:
            return has_packages and all(
                definition.documented
                for side in sides
                if (definition := side.reference.definitions.get(key)) is not None
            )

        enums = self.is_supported("enum") and not self.context.one_is_of_a_cluster
        found = find_type_differences(
            self.before.type, self.after.type, is_documented, self.context.renames, enums=enums
        )
        for difference in found:
            if difference.what != FORMAT_CHANGED or self.is_supported("format"):
                yield difference


def renamed_id(prose_id: str, fields: Mapping[str, str], definitions: Mapping[str, str]) -> str:
    """Return the new prose id of a thing, by the renamed fields and definitions."""
    own, inside = split_held_id(prose_id)
    if own in fields:
        return fields[own] + inside
    key, _ = split_prose_id(prose_id)
    return definitions[key] + prose_id.removeprefix(key) if key in definitions else prose_id
