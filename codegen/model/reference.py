"""One API reference: all that was read, joined."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct, field

from codegen.findings.diagnostics import Diagnostic
from codegen.model.definitions import Definition, Field, Operation, definition_refs
from codegen.model.pages import Page
from codegen.model.prose import Prose
from codegen.model.types import Array, ListType, Lost, Ref, Scalar, Type


class Reference(Struct, frozen=True, kw_only=True):
    """One API reference: every definition by full key, operations by id, pages, and prose by locale and id."""

    definitions: Mapping[str, Definition]
    operations: Mapping[str, Operation] = field(default_factory=lambda: MappingProxyType({}))
    pages: tuple[Page, ...] = ()
    prose: Mapping[str, Mapping[str, Prose]] = field(default_factory=lambda: MappingProxyType({}))
    diagnostics: tuple[Diagnostic, ...] = ()

    def text(self, locale: str, prose_id: str) -> str:
        """The text of an id in a language, or an empty string."""
        found = self.prose.get(locale, {}).get(prose_id)
        return found.text if found else ""

    def resolve(self, expression: Type) -> Type:
        """The expression with references to plain aliases (Time, Quantity) replaced by what they stand for.

        Aliases that only lead to each other stand for nothing: the reference to the first one met again is returned.
        """
        seen: set[str] = set()
        while isinstance(expression, Ref) and expression.key not in seen:
            seen.add(expression.key)
            definition = self.definitions.get(expression.key)
            if definition is None or definition.type is None:
                break
            expression = definition.type
        return expression

    def unique_keys(self, field: Field) -> tuple[str, ...] | None:
        """The fields by which no two items of a list may be the same: none at all for a set of scalars; None for any other type."""
        listed = self._known(field.type)
        if not isinstance(listed, Array):
            return None
        if field.list_type is ListType.SET:
            item = self._known(listed.items)
            return () if isinstance(item, Scalar) and item.type not in ("", "object") else None
        return field.list_map_keys or None if field.list_type is ListType.MAP else None

    def _known(self, expression: Type) -> Type:
        """The type behind aliases and lost marks."""
        end = self.resolve(expression)
        while isinstance(end, Lost):
            end = self.resolve(end.known)
        return end

    def closure(self, *keys: str) -> tuple[str, ...]:
        """These keys and all that their fields lead to, breadth first, each once."""
        found = dict.fromkeys(key for key in keys if key in self.definitions)
        queue = list(found)
        for key in queue:
            for target in definition_refs(self.definitions[key]):
                if target in self.definitions and target not in found:
                    found[target] = None
                    queue.append(target)
        return tuple(found)
