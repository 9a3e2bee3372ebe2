"""The API reference as a whole."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from codegen.core.diagnostics import Finding, count_noun
from codegen.model import kubernetes
from codegen.model.definitions import Definition, Field, Operation, definition_refs
from codegen.model.keywords.keyword import DocumentKeyword
from codegen.model.pages import Page
from codegen.model.prose import Prose
from codegen.model.types import Array, ListType, LossyType, Map, Ref, Scalar, Type


class Reference(Struct, frozen=True, kw_only=True):
    """An API reference with definitions, operations, pages and prose.

    `document` has the further keywords of a single document, such as security and servers.
    `one_kind` marks a single JSON Schema, which says nothing about other kinds. `drafts` are
    unconfirmed translations by locale and id, which only outputs on request use.
    """

    definitions: Mapping[str, Definition]
    operations: Mapping[str, Operation] = field(default_factory=lambda: MappingProxyType({}))
    pages: tuple[Page, ...] = ()
    prose: Mapping[str, Mapping[str, Prose]] = field(default_factory=lambda: MappingProxyType({}))
    drafts: Mapping[str, Mapping[str, Prose]] = field(default_factory=lambda: MappingProxyType({}))
    diagnostics: tuple[Finding, ...] = ()
    document: tuple[DocumentKeyword, ...] = ()
    one_kind: bool = False

    def __reduce__(self) -> tuple[Callable[..., Reference], tuple[dict[str, Any]]]:
        """Support copies and pickles, which read-only mappings do not."""
        values = {name: _thaw(getattr(self, name)) for name in self.__struct_fields__}
        return _rebuild, (values,)

    def __repr__(self) -> str:
        counts = {"definition": self.definitions, "operation": self.operations, "page": self.pages}
        counted = [count_noun(len(elements), noun) for noun, elements in counts.items()]
        return (
            f"<Reference: {', '.join(counted)}; texts in {', '.join(self.prose) or 'no language'}>"
        )

    def kind(self, api_version: str, kind: str) -> Definition:
        """Return the definition of a kind, such as `apps/v1` and `Deployment`.

        Raises KeyError if there is none.
        """
        for definition in self.definitions.values():
            if any((gvk.api_version, gvk.kind) == (api_version, kind) for gvk in definition.gvks):
                return definition
        raise KeyError(f"{api_version} {kind}")

    @property
    def section_keys(self) -> set[str]:
        """The keys of all definitions with a section on a page."""
        keys: set[str] = set()
        for page in self.pages:
            keys.update(page.section_keys)
        return keys

    @property
    def text_ids(self) -> set[str]:
        """The ids of all texts, in any language."""
        return set().union(*self.prose.values())

    def text(self, locale: str, prose_id: str) -> str:
        """Return the text of a prose id in a language, or an empty string."""
        described = self.prose.get(locale, {}).get(prose_id)
        if described:
            return described.text
        return ""

    def first_text(self, locales: Iterable[str], prose_id: str) -> str:
        """Return the text of a prose id in the first language with one, or an empty string."""
        return next((text for locale in locales if (text := self.text(locale, prose_id))), "")

    def resolve(self, expression: Type) -> Type:
        """Resolve aliases such as Time and Quantity, and lost types, to concrete types.

        A remaining `Ref`, also inside lists and maps, leads to a definition with fields. A
        definition without fields or known structure becomes an object with any contents. Unknown
        keys and circular aliases become any value. Enumerations are kept for strings only, without
        repetition.
        """
        return self._resolve(expression, frozenset())

    def _resolve(self, expression: Type, inside: frozenset[str]) -> Type:
        if type(expression) is Scalar and not expression.enum:  # half of all
            return expression
        match expression:
            case Ref(key=key):
                definition = self.definitions.get(key)
                if definition is None or key in inside:
                    return Scalar(type="")
                if definition.type is not None:
                    served = kubernetes.SERVED.get(key)
                    if served is not None and definition.type == kubernetes.ALIASES[key]:
                        return served
                    return self._resolve(definition.type, inside | {key})
                if definition.has_structure and definition.fields:
                    return expression
                return Scalar(type="object")
            case LossyType(known=Scalar(type=kind)):
                return Scalar(type=kind)
            case LossyType(known=known):
                return self._resolve(known, inside)
            case Array(items=items):
                return Array(items=self._resolve(items, inside))
            case Map(values=values):
                return Map(values=self._resolve(values, inside))
            case Scalar(type=kind, enum=enum):
                return replace(
                    expression, enum=tuple(dict.fromkeys(enum)) if kind == "string" else ()
                )

    def unique_keys(self, field: Field) -> tuple[str, ...] | None:
        """Return the fields by which list items are unique, or None if duplicates are allowed.

        A set has none at all.
        """
        listed = self.resolve(field.type)
        if not isinstance(listed, Array):
            return None
        if field.list_type is ListType.SET:
            return ()
        if field.list_type is ListType.MAP:
            return field.list_map_keys or None
        return None

    def closure(self, *keys: str, but: Container[str] = ()) -> tuple[str, ...]:
        """Return these keys and all referenced ones, breadth first, without following `but`."""
        reached = dict.fromkeys(key for key in keys if key in self.definitions)
        queue = list(reached)
        for key in queue:
            for target in definition_refs(self.definitions[key]):
                if target in self.definitions and target not in reached and target not in but:
                    reached[target] = None
                    queue.append(target)
        return tuple(reached)


def _thaw(value: object) -> object:
    """Return a mapping as a dictionary, with the mappings that it contains."""
    if isinstance(value, Mapping):
        return {key: _thaw(inner) for key, inner in value.items()}
    return value


def _freeze(value: object) -> Any:
    if isinstance(value, dict):
        return MappingProxyType({key: _freeze(inner) for key, inner in value.items()})
    return value


def _rebuild(values: dict[str, Any]) -> Reference:
    """Make a reference of its thawed fields."""
    return Reference(**{name: _freeze(value) for name, value in values.items()})
