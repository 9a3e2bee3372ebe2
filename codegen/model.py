"""The canonical model: what a Kubernetes API reference says, apart from where and how it was written.

Structure (definitions, fields, operations) and prose (descriptions by locale) are kept apart: a translation can never
change a schema. Everything is frozen, keyword-only and slotted; collections are tuples and read-only mappings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct, field

from codegen.diagnostics import Diagnostic, Span

# --------------------------------------------------------------------------------------------- type expressions


class Scalar(Struct, frozen=True, kw_only=True):
    """A JSON primitive: `type` is string, integer, number, boolean or object; `format` as in OpenAPI, or empty.

    `object` is an object of which nothing more is known; an empty `type` is any JSON value at all. `enum` lists the
    only values where an OpenAPI document says so; it is never taken out of prose.
    """

    type: str
    format: str = ""
    enum: tuple[str, ...] = ()


class Array(Struct, frozen=True, kw_only=True):
    """A list whose items have one type."""

    items: Type


class Map(Struct, frozen=True, kw_only=True):
    """An object with free keys whose values have one type."""

    values: Type


class Ref(Struct, frozen=True, kw_only=True):
    """A definition, by its full OpenAPI key."""

    key: str


class Lost(Struct, frozen=True, kw_only=True):
    """A type of which the source kept only a word (`integer` without its format, `object` for a map).

    The table layout loses facts; this says so instead of inventing them. A more exact source replaces it in a merge.
    """

    known: Type


Type = Scalar | Array | Map | Ref | Lost


class ListType(StrEnum):
    """How server-side apply merges a list (or, for atomic, also an object)."""

    ATOMIC = "atomic"
    SET = "set"
    MAP = "map"


# --------------------------------------------------------------------------------------------------- structure


class GroupVersionKind(Struct, frozen=True, kw_only=True):
    """The API coordinates of a kind; the core group is empty."""

    group: str
    version: str
    kind: str

    @property
    def api_version(self) -> str:
        """`group/version`, or the version alone in the core group: what a manifest says in `apiVersion`."""
        return f"{self.group}/{self.version}" if self.group else self.version


class Field(Struct, frozen=True, kw_only=True):
    """One property of a definition.

    `value` is the only value that a resource accepts here (`apiVersion`, `kind`); `category` is the page's heading
    above the field in the primary language, or empty.
    """

    name: str
    type: Type
    required: bool = False
    value: str | None = None
    list_type: ListType | None = None
    list_map_keys: tuple[str, ...] = ()
    patch_strategy: tuple[str, ...] = ()
    patch_merge_key: str = ""
    map_type: str = ""
    category: str = ""
    span: Span


class Definition(Struct, frozen=True, kw_only=True):
    """A named type. `fields` stand in page order; `type` is set where the definition is no object with fields.

    `open` says that an object may have other fields beside these, with any values; only OpenAPI documents tell that.
    `documented` is False for a type that is only referred to: its page is not among the sources, so it is open.
    """

    key: str
    name: str
    fields: tuple[Field, ...] = ()
    type: Type | None = None
    gvks: tuple[GroupVersionKind, ...] = ()
    map_type: str = ""
    open: bool = False
    documented: bool = True
    span: Span

    @property
    def gvk(self) -> GroupVersionKind | None:
        """The one group, version and kind that this definition is the schema of, if there is exactly one."""
        return self.gvks[0] if len(self.gvks) == 1 else None

    @property
    def package(self) -> str:
        """The key without the name: `io.k8s.api.core.v1`."""
        return self.key.rpartition(".")[0]

    def field(self, name: str) -> Field | None:
        """The field with this wire name."""
        return next((each for each in self.fields if each.name == name), None)


class Parameter(Struct, frozen=True, kw_only=True):
    """One parameter of an operation; `place` is path, query, header or body. `common` marks a description that is
    kept once for all operations, under the prose id `parameter NAME`.
    """

    name: str
    place: str
    type: Type
    required: bool = False
    common: bool = False
    span: Span


class Response(Struct, frozen=True, kw_only=True):
    """One answer of an operation: status, the reason phrase printed with it, and the type of its body if it has one."""

    status: str
    description: str
    type: Type | None = None
    span: Span


class Operation(Struct, frozen=True, kw_only=True):
    """An HTTP method on a path. `verb` is Kubernetes' word (get, list, create ...)."""

    method: str
    path: str
    verb: str
    parameters: tuple[Parameter, ...] = ()
    responses: tuple[Response, ...] = ()
    operation_id: str = ""
    gvk: GroupVersionKind | None = None
    span: Span

    @property
    def id(self) -> str:
        """The prose id: `POST /api/v1/...`."""
        return f"{self.method} {self.path}"


class PageSection(Struct, frozen=True, kw_only=True):
    """One heading of a page and the definition below it; an empty `anchor` is a page without that heading.

    On a page of parameters that operations share, `key` is the prose id of one. `fields` stand in the order of this place
    where that is another than the definition's: a kind shows them otherwise than a type of some field does.
    """

    key: str
    anchor: str
    fields: tuple[Field, ...] = ()


class Page(Struct, frozen=True, kw_only=True):
    """What a reference page documents, in its order. `path` is relative to the source folder, with `/`.

    `auto_generated` says that its source was written by a machine, so that it can be written again byte for byte.
    """

    path: str
    layout: str
    locale: str
    kind: str
    api_version: str
    import_path: str
    title: str
    description: str
    weight: int | None
    auto_generated: bool = False
    sections: tuple[PageSection, ...] = ()
    operations: tuple[str, ...] = ()
    span: Span


# ------------------------------------------------------------------------------------------------------- prose


class Prose(Struct, frozen=True, kw_only=True):
    """A text in one language and the place it was read from; plain text, no escapes of any markup."""

    text: str
    span: Span


def field_id(key: str, name: str) -> str:
    """Prose id of a field: `KEY#field`."""
    return f"{key}#{name}"


def parameter_id(operation: str, name: str) -> str:
    """Prose id of a parameter of one operation: `METHOD PATH#name`."""
    return f"{operation}#{name}"


def common_parameter_id(name: str) -> str:
    """Prose id of a parameter that all operations share."""
    return f"parameter {name}"


def category_id(name: str) -> str:
    """Prose id of a heading above fields, by its name in the primary language."""
    return f"category {name}"


# --------------------------------------------------------------------------------------------------- reference


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


def innermost(expression: Type | None) -> Type | None:
    """What a type expression is made of, inside its lists and maps and without the mark of what was lost."""
    while True:
        match expression:
            case Array(items=inner) | Map(values=inner) | Lost(known=inner):
                expression = inner
            case _:
                return expression


def refs(expression: Type | None) -> Iterator[str]:
    """The definition keys that a type expression names."""
    end = innermost(expression)
    if isinstance(end, Ref):
        yield end.key


def has_enum(expression: Type | None) -> bool:
    """Whether a type expression ends in a list of values."""
    end = innermost(expression)
    return isinstance(end, Scalar) and bool(end.enum)


def definition_refs(definition: Definition) -> Iterator[str]:
    """The definition keys that a definition leads to in one step, in field order."""
    yield from refs(definition.type)
    for each in definition.fields:
        yield from refs(each.type)
