"""Texts of a reference in one language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from codegen.core.locales import Locale
from codegen.drift.history.changelog_records import Changelog
from codegen.model import Field, GroupVersionKind, Keyword, Reference, inner_id
from codegen.outputs.docs.shared.changelog import ChangelogEvent, events
from codegen.outputs.docs.shared.line_filling import join_wrapped_lines
from codegen.outputs.docs.shared.typography import full_width
from codegen.outputs.docs.shared.value_limits import (
    describe_keywords,
    describe_resource,
    field_limits,
    qualify_part,
)

NO_CHANGELOG = Changelog()
# A former line break. No blank belongs beside a full-width mark.
_BLANK = re.compile(r"(?<=[。！？；]) (?=[^\W\d_]|[“‘「《（])")


class LocalizedTexts:
    """Texts and changes of a reference in one language, with other languages as a fallback."""

    def __init__(
        self,
        reference: Reference,
        locale: Locale,
        other_languages: Iterable[str],
        changelog: Changelog = NO_CHANGELOG,
    ) -> None:
        self.locale = locale
        self.labels = locale.labels
        self._reference = reference
        self._changelog = changelog
        self._others = tuple(tag for tag in other_languages if tag != locale.tag)

    def has_translation(self, prose_id: str) -> bool:
        """Return whether this language itself has the text."""
        return bool(self._reference.text(self.locale.tag, prose_id))

    def has(self, prose_id: str) -> bool:
        """Return whether this language or a fallback has the text."""
        return self.has_translation(prose_id) or any(
            self._reference.text(tag, prose_id) for tag in self._others
        )

    def plain(self, prose_id: str) -> str:
        """Return a text with the typography of this language, without escapes."""
        if text := self._reference.text(self.locale.tag, prose_id):
            return self.arrange_lines(text)
        return self._reference.first_text(self._others, prose_id)

    def punctuate(self, text: str) -> str:
        """Set the punctuation of this language in a text."""
        if self.locale.full_width:
            return full_width(text)
        return text

    def arrange_lines(self, text: str) -> str:
        """Set the punctuation of this language, and remove line breaks that only wrap a
        description.
        """
        if not self.locale.full_width:
            return text
        return _BLANK.sub("", self.punctuate(join_wrapped_lines(text) if "\n" in text else text))

    def describe_contents(self, keywords: Iterable[Keyword], prose_id: str) -> Iterator[str]:
        """Yield the descriptions of list items and map values as plain lines."""
        for inside in sorted(
            {
                keyword.inside
                for keyword in keywords
                if keyword.inside and keyword.name == "description"
            }
        ):
            text = join_wrapped_lines(self.plain(inner_id(prose_id, inside)))
            said = [
                line
                for line in text.split("\n")
                if line.strip() and not line.lstrip().startswith("```")
            ]
            if said:
                line = qualify_part(said[0], inside, self.labels)
                yield line[0].upper() + line[1:]
                yield from said[1:]

    def generated_lines(self, lines: Iterable[str], place: str, *, in_row: bool = False) -> str:
        """Write generated lines, such as limits, with an id by which readers recognize them."""
        raise NotImplementedError

    def limits(self, field: Field, prose_id: str, place: str) -> str:
        """Write the constraints and contents of a field."""
        said = (
            *field_limits(field, self.labels),
            *self.describe_contents(field.keywords, prose_id),
        )
        return self.generated_lines(said, place, in_row=True)

    def resource_text(self, key: str, place: str) -> str:
        """Write the constraints of a custom resource, with its description, or of a shared object."""
        definition = self._reference.definitions.get(key)
        if definition is None or not (definition.resource or definition.places):
            return ""
        said = describe_keywords(definition.keywords, self.labels)
        if definition.resource is not None:
            said += describe_resource(definition.resource, key, self.labels, self.plain)
        return self.generated_lines(said, place)

    def history(self, prose_id: str, place: Callable[[str], str], *, in_row: bool = False) -> str:
        """Write the history of a field, definition or operation."""
        lines = [mark.text for mark in self.marks(prose_id)]
        if lines:
            return self.generated_lines(lines, place(prose_id), in_row=in_row)
        return ""

    def marks(self, prose_id: str) -> tuple[ChangelogEvent, ...]:
        """Return the history of an element.

        An operation that came with its kind does not repeat it.
        """
        entries_of_text = events(self._changelog, prose_id, self.locale)
        if entries_of_text:
            operation = self._reference.operations.get(prose_id)
        else:
            operation = None
        if operation is not None and operation.gvk is not None:
            kinds = self._kinds.get(operation.gvk, ())
        else:
            kinds = ()
        of_kinds: set[tuple[str, str]] = set()
        for key in kinds:
            entries = events(self._changelog, key, self.locale)
            of_kinds.update((entry.event, entry.release) for entry in entries)
        return tuple(
            entry for entry in entries_of_text if (entry.event, entry.release) not in of_kinds
        )

    @cached_property
    def _kinds(self) -> Mapping[GroupVersionKind, list[str]]:
        """The keys of the definitions of each kind."""
        keys: dict[GroupVersionKind, list[str]] = {}
        for key, definition in self._reference.definitions.items():
            if definition.gvk is not None:
                keys.setdefault(definition.gvk, []).append(key)
        return keys
