"""State that the parts of a comparison share, and the elements to compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from posixpath import basename
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from codegen.core.diagnostics import Direction, Span
from codegen.drift.compare.changes import Change
from codegen.drift.compare.directions import BOTH_WAYS
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.page_match import PageMatch
from codegen.drift.compare.types import (
    FORMAT_CHANGED,
    TYPE_CHANGED,
    WIDENED,
    TypeDifference,
    find_choice_difference,
    find_type_difference,
)
from codegen.findings.rules.catalogue import CHANGES
from codegen.model import split_held_id, split_prose_id
from codegen.model.pages import page_key


class Context(Struct, kw_only=True, dict=True):
    """The shared state of one comparison.

    `pages` is None except for pages and their translation, which are compared without texts and
    directions. `new_keys` has the new keys of renamed definitions, and `renamed_fields` the new
    prose ids of renamed fields.
    """

    old: ComparisonInput
    new: ComparisonInput
    used: Mapping[str, frozenset[Direction]] = field(default_factory=dict)
    pages: PageMatch | None = None
    new_keys: dict[str, str] = field(default_factory=dict)
    renamed_fields: dict[str, str] = field(default_factory=dict)

    @property
    def one_side_describes_values(self) -> bool:
        """Whether one side alone has enumerations, and the other lists values in descriptions."""
        return self.old.enums != self.new.enums and (self.old.lists_values or self.new.lists_values)

    def make(
        self, rule: str, span: Span, used: Iterable[Direction] = BOTH_WAYS, **facts: Any
    ) -> Change:
        """Make a change, graded for each direction unless two languages are compared."""
        found = CHANGES[rule]
        facts.setdefault("subject", facts["id"])
        if self.pages is not None:
            return Change(
                rule=found, level=found.gravest, direction=Direction.BOTH, span=span, **facts
            )
        grade = found.grade(frozenset(used))
        return Change(
            rule=found,
            level=grade.level,
            direction=grade.direction,
            grade=grade,
            span=span,
            **facts,
        )

    def use(self, *keys: str) -> frozenset[Direction]:
        """Return the directions of types, or both directions for unused types."""
        return frozenset[Direction]().union(*(self.used.get(key, ()) for key in keys)) or BOTH_WAYS

    @cached_property
    def moved_packages(self) -> set[tuple[str, str]]:
        """The pairs of the packages of renamed definitions."""
        return {
            (old.rpartition(".")[0], new.rpartition(".")[0]) for old, new in self.new_keys.items()
        }

    def both_support(self, fact: str, old: Span, new: Span) -> bool:
        """Return whether both sources can express a fact, so that its absence is a difference."""
        return self.old.supports(fact, old) and self.new.supports(fact, new)

    @property
    def new_ids(self) -> dict[str, str]:
        """The new prose ids of renamed definitions and fields, by old id."""
        return {**self.new_keys, **self.renamed_fields}


class Subject(Struct, frozen=True, kw_only=True):
    """An API element that is compared, on both sides.

    An added or removed element has only one of `before` and `after`.

    `owners` are the definitions or operations with the element. `expected` is the place of a
    removed element in the second source.
    """

    context: Context
    id: str
    name: str
    before: Any = None
    after: Any = None
    used: Iterable[Direction] = BOTH_WAYS
    owners: tuple[Any, Any] = (None, None)
    expected: Span | None = None

    def change(
        self,
        rule: str,
        old: str | None = None,
        new: str | None = None,
        used: Iterable[Direction] = (),
    ) -> Change:
        """Make a change of this element, located in the second source if possible."""
        return self.context.make(
            rule,
            self.expected or (self.after or self.before).span,
            used or self.used,
            id=self.id,
            subject=self.name,
            before=self.before,
            after=self.after,
            in_new=self.after is not None or self.expected is not None,
            old=old,
            new=new,
        )

    def is_supported(self, fact: str) -> bool:
        """Return whether both sources can express a fact of this element."""
        return self.context.both_support(fact, self.before.span, self.after.span)

    def find_type_difference(self) -> TypeDifference | None:
        """Find the difference of the types, if both sources can express it.

        Between two forms or languages it has no `way`.
        """
        if self.before.type == self.after.type:
            return None
        found = find_choice_difference(self.before, self.after) or find_type_difference(
            self.before.type, self.after.type, self._is_same_type, self._is_similar_type
        )
        if found is None or (found.what == FORMAT_CHANGED and not self.is_supported("format")):
            return None
        old, new, pages = self.context.old, self.context.new, self.context.pages
        return found if pages is None and old.is_pages is new.is_pages else replace(found, way="")

    def compare_types(self, sort: str) -> Iterator[Change]:
        """Yield the change of the type. `sort` is field, definition, parameter or response."""
        difference = self.find_type_difference()
        if difference is None:
            if sort != "definition" and self._has_other_link():
                yield self.change("link-changed", self.before.link, self.after.link)
            return
        rule = f"{sort}-{difference.what if sort == 'field' else TYPE_CHANGED}"
        if difference.way:
            rule = f"{'parameter' if sort == 'parameter' and difference.way == WIDENED else 'field'}-type-{difference.way}"
        yield self.change(rule, difference.old, difference.new)

    def _has_other_link(self) -> bool:
        """Return whether a link leads elsewhere on two pages of one layout.

        A page read alone does not know its folder.
        """
        links = [self.before.link, self.after.link]
        pages = [
            self.context.old.pages.get(self.before.span.path),
            self.context.new.pages.get(self.after.span.path),
        ]
        if (
            links[0] == links[1]
            or not all(links)
            or not pages[0]
            or not pages[1]
            or pages[0].layout != pages[1].layout
        ):
            return False
        own = [f"/{basename(page_key(page.path))}" if page else "" for page in pages]
        old, new = (
            name + link if link[0] == "#" else f"/{link}"
            for name, link in zip(own, links, strict=True)
        )
        return (":" in old) == (":" in new) and not (old.endswith(new) or new.endswith(old))

    def _is_same_type(self, old: str, new: str) -> bool:
        """Return whether two keys can be the same type.

        An undocumented type has a guessed package.
        """
        old_package, _, old_name = old.rpartition(".")
        new_package, _, new_name = new.rpartition(".")
        if self.context.new_keys.get(old, old) == new:
            return True
        if old_name != new_name:
            return False
        if (
            old not in self.context.new_keys
            and (old_package, new_package) in self.context.moved_packages
        ):
            return True  # it moved to another version of its group with the types that refer to it
        sides = (self.context.old, self.context.new)
        known = (side.reference.definitions.get(key) for side in sides for key in (old, new))
        return not self.is_supported("package") or any(
            each is not None and not each.documented for each in known
        )

    def _is_similar_type(self, old: str, new: str) -> bool:
        """Return whether two types are objects with so many common fields that their other fields
        are the difference.
        """
        before, after = (
            self.context.old.reference.definitions.get(old),
            self.context.new.reference.definitions.get(new),
        )
        if before is None or after is None:
            return False
        names, new_names = ({field.name for field in each.fields} for each in (before, after))
        return 2 * len(names & new_names) >= len(names | new_names) > 0


def renamed_id(prose_id: str, renamed: Mapping[str, str]) -> str:
    """Return the prose id of an element after the known renames of fields and definitions."""
    own, inside = split_held_id(prose_id)
    key, _ = split_prose_id(prose_id)
    for name, rest in ((own, inside), (key, prose_id.removeprefix(key))):
        if name in renamed:
            return renamed[name] + rest
    return prose_id
