"""Definitions, their fields, and operations with parameters and responses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from codegen.core.diagnostics import Span
from codegen.core.json_types import JsonObject
from codegen.model.keywords.keyword import Keyword
from codegen.model.prose import own_parameter_ids, parameter_id, split_prose_id
from codegen.model.record import Record, TaggedRecord
from codegen.model.types import ListType, Type, refs


class PrinterColumn(Record, frozen=True, kw_only=True):
    """A column in the output of `kubectl get`.

    Columns with a priority above 0 appear with `-o wide`.
    """

    name: str
    json_path: str
    type: str
    format: str = ""
    priority: int = 0


class Scale(Record, frozen=True, kw_only=True):
    """The paths that the subresource `scale` reads and writes."""

    spec_replicas: str
    status_replicas: str
    label_selector: str = ""


class CustomResource(Record, frozen=True, kw_only=True):
    """A served version of a custom resource.

    `conversion` is the strategy between versions (`None`, `Webhook`), and `webhook` the JSON of its
    webhook. `storage` marks the version of stored objects. `unserved` has the versions that are not
    served, with their JSON. `schema` is the structural schema of the definition, as JSON without
    descriptions. Fields and keywords have the same contents in a normal form.
    """

    name: str
    plural: str
    singular: str
    list_kind: str
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    namespaced: bool
    storage: bool = False
    deprecated: bool = False
    deprecation_warning: str = ""
    conversion: str = "None"
    webhook: str = ""
    unserved: tuple[tuple[str, str], ...] = ()
    preserve_unknown_fields: bool = False
    columns: tuple[PrinterColumn, ...] = ()
    selectable_fields: tuple[str, ...] = ()
    status: bool = False
    scale: Scale | None = None
    schema: str


class GroupVersionKind(Record, frozen=True, kw_only=True):
    """The API coordinates of a kind. The core group is empty."""

    group: str
    version: str
    kind: str

    @property
    def api_version(self) -> str:
        """`group/version`, or the version alone in the core group, as manifests have it in
        `apiVersion`.
        """
        if self.group:
            return f"{self.group}/{self.version}"
        return self.version

    @property
    def as_extension(self) -> dict[str, str]:
        """The value of `x-kubernetes-group-version-kind`."""
        return {"group": self.group, "kind": self.kind, "version": self.version}

    def __str__(self) -> str:
        """`group/version Kind`, as messages name it."""
        return f"{self.api_version} {self.kind}"


class Field(Record, frozen=True, kw_only=True):
    """A property of a definition.

    `value` is the only permitted value (`apiVersion`, `kind`). `category` is the heading above the
    field in the primary language, or empty. `keywords` has all further keywords of a document.
    `fields` are those of an inline object, of the value or below its lists and maps. If `closed`,
    its document forbids further ones. If `empty`, it is an object of a custom resource without
    named fields, whose contents servers drop. `link` is the target of the type's link on a page, as
    in `common-definitions/object-meta#ObjectMeta`, and `#Bed` on its own page.
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
    keywords: tuple[Keyword, ...] = ()
    fields: tuple[Field, ...] = ()
    closed: bool = False
    empty: bool = False
    link: str = ""
    span: Span

    @property
    def merge_extensions(self) -> JsonObject:
        """The extensions of a document about merges, by name."""
        named = {
            "x-kubernetes-list-map-keys": list(self.list_map_keys),
            "x-kubernetes-list-type": self.list_type and self.list_type.value,
            "x-kubernetes-map-type": self.map_type,
            "x-kubernetes-patch-merge-key": self.patch_merge_key,
            "x-kubernetes-patch-strategy": ",".join(self.patch_strategy),
        }
        return {name: value for name, value in named.items() if value}


class FactLocation(Record, frozen=True, kw_only=True):
    """The location of a fact of a custom resource, such as `scope`."""

    fact: str
    span: Span


class Definition(TaggedRecord, frozen=True, kw_only=True, dict=True):
    """A named type.

    `fields` are in page order. `type` is set for a definition that is no object with fields.

    If `open`, objects may have further fields with any values. If `closed`, its document forbids
    them, unlike for other definitions. Only OpenAPI documents have `open`, `closed` and `keywords`.
    `documented` is False for a type that is only referred to and has no page in the sources.
    `built_in` is the release of Kubernetes with the bundled fields of such a type. `resource`
    describes the service of a custom resource, and `locations` has those of its facts. `places` are
    the prose ids of all fields that share a hoisted inline object.
    """

    key: str
    name: str
    fields: tuple[Field, ...] = ()
    type: Type | None = None
    gvks: tuple[GroupVersionKind, ...] = ()
    map_type: str = ""
    open: bool = False
    closed: bool = False
    keywords: tuple[Keyword, ...] = ()
    documented: bool = True
    built_in: str = ""
    resource: CustomResource | None = None
    places: tuple[str, ...] = ()
    locations: tuple[FactLocation, ...] = ()
    span: Span

    @property
    def gvk(self) -> GroupVersionKind | None:
        """The group, version and kind of this schema, unless there are none or several."""
        if len(self.gvks) == 1:
            return self.gvks[0]
        return None

    @property
    def text_id(self) -> str:
        """The prose id of its own text. A shared object has none: each of its places has one."""
        if self.places:
            return ""
        return self.key

    @property
    def has_structure(self) -> bool:
        """Return whether the fields are known, from a source or from the bundled structure."""
        return self.documented or bool(self.built_in)

    @property
    def package(self) -> str:
        """The key without the name, such as `io.k8s.api.core.v1`."""
        return split_prose_id(self.key).owner.rpartition(".")[0]

    @property
    def paths(self) -> Iterator[tuple[str, Field]]:
        """The fields with their paths, including fields of inline objects (`issuerRef.name`)."""
        return _paths(self.fields)

    def field(self, name: str) -> Field | None:
        """Find the field with this wire name."""
        return self._fields_by_name.get(name)

    @cached_property
    def _fields_by_name(self) -> Mapping[str, Field]:
        """The fields by name. Of two that share one, the first."""
        return {field.name: field for field in reversed(self.fields)}

    def locate(self, fact: str) -> Span:
        """Return the location of a fact of a custom resource, or its own."""
        for location in self.locations:
            if location.fact == fact:
                return location.span
        return self.span

    def find_field(self, path: str) -> Field | None:
        """Find the field at a dotted path of wire names, such as `issuerRef.name`."""
        return self._fields_by_path.get(path)

    @cached_property
    def _fields_by_path(self) -> Mapping[str, Field]:
        return {**dict(reversed([*self.paths])), **self._fields_by_name}


class MediaType(Record, frozen=True, kw_only=True):
    """A media type of a body or response, with its own schema."""

    name: str
    type: Type
    keywords: tuple[Keyword, ...] = ()


class Parameter(Record, frozen=True, kw_only=True):
    """A parameter of an operation.

    `place` is path, query, header, cookie or body. `common` marks a description shared by all
    operations, with the prose id `parameter NAME`. `keywords` has all further keywords of a
    document. `link` is that of its type, or the anchor of a shared description. `media_types` has
    all media types of a body if their schemas differ; `type` and `keywords` are those of the first.
    """

    name: str
    place: str
    type: Type
    required: bool = False
    common: bool = False
    keywords: tuple[Keyword, ...] = ()
    media_types: tuple[MediaType, ...] = ()
    link: str = ""
    span: Span


class Response(Record, frozen=True, kw_only=True):
    """A response of an operation, with its status, reason phrase, body type and the link of that
    type on a page.

    `keywords` has all further keywords of a document. `media_types` has all media types if their
    schemas differ; `type` and `keywords` are those of the first.
    """

    status: str
    description: str
    type: Type | None = None
    keywords: tuple[Keyword, ...] = ()
    media_types: tuple[MediaType, ...] = ()
    link: str = ""
    span: Span


class Operation(TaggedRecord, frozen=True, kw_only=True, dict=True):
    """An HTTP method on a path. `verb` is the verb of Kubernetes (get, list, create ...).

    `consumes` and `produces` are the media types of the request and of all responses, in document
    order, or empty if unknown. `keywords` has all further keywords of a document.
    """

    method: str
    path: str
    verb: str
    parameters: tuple[Parameter, ...] = ()
    responses: tuple[Response, ...] = ()
    operation_id: str = ""
    gvk: GroupVersionKind | None = None
    consumes: tuple[str, ...] = ()
    produces: tuple[str, ...] = ()
    deprecated: bool = False
    keywords: tuple[Keyword, ...] = ()
    span: Span

    @property
    def id(self) -> str:
        """The prose id, such as `POST /api/v1/...`."""
        return f"{self.method} {self.path}"

    def parameter_id(self, parameter: Parameter) -> str:
        """Return the prose id of a parameter's own description."""
        return self._parameter_ids.get((parameter.name, parameter.place)) or parameter_id(
            self.id, parameter.name
        )

    @cached_property
    def _parameter_ids(self) -> Mapping[tuple[str, str], str]:
        return own_parameter_ids(
            self.id, [(parameter.name, parameter.place) for parameter in self.parameters]
        )


def definition_refs(definition: Definition) -> Iterator[str]:
    """Yield the definition keys directly referenced by a definition, in field order."""
    yield from refs(definition.type)
    for _, field in definition.paths:
        yield from refs(field.type)


def operation_refs(operation: Operation) -> Iterator[str]:
    """Yield the definition keys in the parameters and responses of an operation."""
    for parameter in operation.parameters:
        yield from message_refs(parameter)
    for response in operation.responses:
        yield from message_refs(response)


def find_used_keys(operations: Iterable[Operation]) -> set[str]:
    """Return the keys of the definitions that operations use directly."""
    keys: set[str] = set()
    for operation in operations:
        keys.update(operation_refs(operation))
    return keys


def message_refs(message: Parameter | Response) -> Iterator[str]:
    """Yield the definition keys of a parameter or response, of all its media types."""
    yield from refs(message.type)
    for media_type in message.media_types:
        yield from refs(media_type.type)


def _paths(fields: tuple[Field, ...], above: str = "") -> Iterator[tuple[str, Field]]:
    for field in fields:
        yield above + field.name, field
        if field.fields:
            yield from _paths(field.fields, f"{above}{field.name}.")
