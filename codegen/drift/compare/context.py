"""What the parts of one comparison share: both sides, how types are used, what was renamed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec import Struct, field

from codegen.drift.compare.changes import Change
from codegen.drift.compare.page_match import PageMatch
from codegen.drift.compare.reach import ALL
from codegen.drift.compare.side import Side
from codegen.drift.compare.types import Renamed, TypeDifference, differences
from codegen.findings.diagnostics import Span
from codegen.findings.levels import Direction
from codegen.findings.rules.changes import RULES
from codegen.model import Type, holder_of

Made = TypeVar("Made", bound=Change)


class Context(Struct, kw_only=True):
    """What the parts of a comparison share."""

    old: Side
    new: Side
    used: Mapping[str, frozenset[Direction]]
    pages: PageMatch | None
    moved: Renamed = field(default_factory=Renamed)  # definitions
    renamed_fields: dict[str, str] = field(default_factory=dict)  # prose ids of fields, old to new
    sayable: dict[tuple[str, str, str], bool] = field(default_factory=dict)  # by fact and files, once asked

    @property
    def renamed(self) -> Mapping[str, str]:
        """The keys of definitions that have another one, old to new."""
        return self.moved.keys

    @property
    def between_languages(self) -> bool:
        """Whether a page is compared with its translation, so that neither texts nor directions matter."""
        return self.pages is not None

    @property
    def one_is_of_a_cluster(self) -> bool:
        """Whether one side comes from a cluster, which names the values of fields, and the other is the file of a release."""
        sides = (self.old, self.new)
        return self.old.enums != self.new.enums and any(side.lists_values for side in sides)

    @property
    def of_one_form(self) -> bool:
        """Whether both are documents, or both pages of one language: then one is the other after a change. Else one of them is wrong."""
        return not self.between_languages and self.old.is_pages is self.new.is_pages

    def types(
        self, old: Type, new: Type, before: Span, after: Span, *, enums: bool = False
    ) -> Iterator[TypeDifference]:
        """How two types differ in what both places can say."""
        if old == new:
            return
        packages = self.both_support("package", before, after)

        def known(key: str) -> bool:
            return packages and all(
                definition.documented
                for side in (self.old, self.new)
                if (definition := side.reference.definitions.get(key)) is not None
            )

        enums = enums and self.both_support("enum", before, after) and not self.one_is_of_a_cluster
        for difference in differences(old, new, known, self.moved, enums=enums):
            if difference.what != "format" or self.both_support("format", before, after):
                yield difference

    def make(
        self,
        kind: Callable[..., Made],
        rule: str,
        span: Span,
        used: Iterable[Direction] = ALL,
        **facts: Any,
    ) -> Iterator[Made]:
        """The change of one fact, with its level for each direction; between languages directions do not matter."""
        found = RULES[rule]
        if self.between_languages:
            yield kind(rule=found, level=found.gravest, direction=Direction.BOTH, span=span, **facts)
            return
        grade = found.grade(frozenset(used))
        yield kind(rule=found, level=grade.level, direction=grade.direction, grade=grade, span=span, **facts)

    def use(self, *keys: str) -> frozenset[Direction]:
        """The directions of a type; one that no operation leads to may be used in both."""
        found = frozenset[Direction]().union(*(self.used.get(key, frozenset()) for key in keys))
        return found or ALL

    def both_support(self, fact: str, old: Span, new: Span) -> bool:
        """Whether both places could state such a fact, so that silence means something."""
        key = (fact, old.path, new.path)
        said = self.sayable.get(key)
        if said is None:
            said = self.sayable[key] = self.old.supports(fact, old) and self.new.supports(fact, new)
        return said


def followed(prose_id: str, fields: Mapping[str, str], definitions: Mapping[str, str]) -> str:
    """The id of the same thing on the second side, where it or its definition was renamed: ids of fields and keys, old to new."""
    own, inside = holder_of(prose_id)
    if own in fields:
        return fields[own] + inside
    key, mark, name = prose_id.partition("#")
    return f"{definitions[key]}{mark}{name}" if key in definitions else prose_id
