"""Derivation of the operations and companion definitions of a custom resource.

Source: `pkg/controller/openapi/builder` of k8s.io/apiextensions-apiserver.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from codegen.core.diagnostics import Span
from codegen.model import (
    Array,
    CustomResource,
    Definition,
    Field,
    GroupVersionKind,
    Operation,
    Parameter,
    Prose,
    Ref,
    Response,
    Scalar,
    Type,
)
from codegen.model.kubernetes import ALIASES, META, OBJECT_META

STRING, INTEGER, BOOLEAN = Scalar(type="string"), Scalar(type="integer"), Scalar(type="boolean")
_STATUS, _DELETE_OPTIONS, _PATCH, _LIST_META = (
    f"{META}.{name}" for name in ("Status", "DeleteOptions", "Patch", "ListMeta")
)
_SCALE = "io.k8s.api.autoscaling.v1.Scale"
_MEDIA_TYPES = ("application/json", "application/yaml")
_PATCH_TYPES = (
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/apply-patch+yaml",
)
# The types of query parameters other than strings.
_QUERY_TYPES: dict[str, Type] = {
    **dict.fromkeys(("gracePeriodSeconds", "limit", "timeoutSeconds"), INTEGER),
    **dict.fromkeys(
        ("allowWatchBookmarks", "force", "orphanDependents", "sendInitialEvents", "watch"), BOOLEAN
    ),
    "ignoreStoreReadErrorWithClusterBreakingPotential": BOOLEAN,
}
_LIST = (
    "allowWatchBookmarks",
    "continue",
    "fieldSelector",
    "labelSelector",
    "limit",
    "pretty",
    "resourceVersion",
    "resourceVersionMatch",
    "sendInitialEvents",
    "timeoutSeconds",
    "watch",
)
_WRITE = ("dryRun", "fieldManager", "fieldValidation", "pretty")
_PATCHING = (*_WRITE, "force")
_DELETE = (
    "dryRun",
    "gracePeriodSeconds",
    "ignoreStoreReadErrorWithClusterBreakingPotential",
    "orphanDependents",
    "pretty",
    "propagationPolicy",
)


class _Action(Struct, frozen=True):
    """The operation for one verb.

    `template` is its description, with placeholders for subresource and kind.
    """

    method: str
    operation: str
    query: tuple[str, ...]
    template: str
    statuses: tuple[str, ...] = ("200",)


_ACTIONS = {
    "list": _Action("GET", "list", _LIST, "list objects of kind {kind}"),
    "create": _Action("POST", "create", _WRITE, "create {article} {kind}", ("200", "201", "202")),
    "deletecollection": _Action("DELETE", "deletecollection", _LIST, "delete collection of {kind}"),
    "get": _Action("GET", "read", ("pretty", "resourceVersion"), "read {sub}the specified {kind}"),
    "update": _Action(
        "PUT", "replace", _WRITE, "replace {sub}the specified {kind}", ("200", "201")
    ),
    "patch": _Action("PATCH", "patch", _PATCHING, "partially update {sub}the specified {kind}"),
    "delete": _Action("DELETE", "delete", _DELETE, "delete {article} {kind}", ("200", "202")),
}
_PHRASES = {"200": "OK", "201": "Created", "202": "Accepted", "401": "Unauthorized"}
_OF_COLLECTIONS, _OF_OBJECTS = (
    ("list", "create", "deletecollection"),
    ("get", "update", "patch", "delete"),
)


def derive_operations(
    definition: Definition, texts: dict[str, Prose], operations: dict[str, Operation]
) -> Iterator[Definition]:
    """Add a definition's operations and prose, and yield the companion definitions."""
    resource, gvk = definition.resource, definition.gvk
    if resource is None or gvk is None:
        return
    listed = _build_list_definition(definition, resource, gvk)
    yield listed
    for key in (
        _STATUS,
        _DELETE_OPTIONS,
        _PATCH,
        _LIST_META,
        OBJECT_META,
        *((_SCALE,) if resource.scale else ()),
    ):
        name = key.rpartition(".")[2]
        yield Definition(
            key=key, name=name, type=ALIASES.get(key), documented=False, span=definition.span
        )
    for operation, text in _build_operations(definition, resource, gvk, listed.key):
        operations[operation.id] = operation
        texts[operation.id] = Prose(text=text, span=operation.span)


class _DescribedOperation(NamedTuple):
    """An operation with its text."""

    operation: Operation
    text: str


def _build_operations(
    definition: Definition, resource: CustomResource, gvk: GroupVersionKind, list_key: str
) -> Iterator[_DescribedOperation]:
    root = f"/apis/{gvk.group}/{gvk.version}/{resource.plural}"
    kind_type = Ref(key=definition.key)
    if resource.namespaced:
        yield _build_operation(
            "list", root, "ForAllNamespaces", gvk, kind_type, Ref(key=list_key), definition.span
        )
        root = f"/apis/{gvk.group}/{gvk.version}/namespaces/{{namespace}}/{resource.plural}"
    for verb in _OF_COLLECTIONS:
        yield _build_operation(verb, root, "", gvk, kind_type, Ref(key=list_key), definition.span)
    for verb in _OF_OBJECTS:
        yield _build_operation(
            verb, f"{root}/{{name}}", "", gvk, kind_type, kind_type, definition.span
        )
    for name, sent, is_served in (
        ("status", kind_type, resource.status),
        ("scale", Ref(key=_SCALE), resource.scale),
    ):
        for verb in _OF_OBJECTS[:-1] if is_served else ():
            yield _build_operation(
                verb, f"{root}/{{name}}/{name}", name, gvk, sent, sent, definition.span
            )


def _build_operation(
    verb: str, path: str, part: str, gvk: GroupVersionKind, sent: Type, listed: Type, span: Span
) -> _DescribedOperation:
    """Build one operation with its text. `part` is a subresource or `ForAllNamespaces`."""
    action = _ACTIONS[verb]
    is_everywhere = part == "ForAllNamespaces"
    suffix = part if is_everywhere else part.title()
    subresource = "" if is_everywhere or not part else f"{part} of "
    group_version = f"{_split_name(gvk.group)}{_split_name(gvk.version)}"
    scope = "Namespaced" if "{namespace}" in path else ""
    response: Type = sent
    if verb.startswith("delete"):
        response = Ref(key=_STATUS)
    elif verb == "list":
        response = listed
    operation = Operation(
        method=action.method,
        path=path,
        verb=verb,
        parameters=tuple(_build_parameters(verb, path, sent, span)),
        responses=(
            *(
                Response(status=status, description=_PHRASES[status], type=response, span=span)
                for status in action.statuses
            ),
            Response(status="401", description=_PHRASES["401"], span=span),
        ),
        operation_id=f"{action.operation}{group_version}{scope}{gvk.kind}{suffix}",
        gvk=gvk,
        consumes=_PATCH_TYPES if verb == "patch" else _MEDIA_TYPES,
        produces=_MEDIA_TYPES,
        span=span,
    )
    article = "an" if gvk.kind[:1] in "AEIOUaeiou" else "a"
    text = action.template.format(kind=gvk.kind, article=article, sub=subresource)
    return _DescribedOperation(operation=operation, text=text)


def _build_parameters(verb: str, path: str, sent: Type, span: Span) -> Iterator[Parameter]:
    """Yield path, body and query parameters in page order."""
    for name in ("name", "namespace"):
        if f"{{{name}}}" in path:
            yield Parameter(
                name=name,
                place="path",
                type=STRING,
                required=True,
                common=name == "namespace",
                span=span,
            )
    if verb in ("create", "update", "patch", "delete"):
        body = {"patch": Ref(key=_PATCH), "delete": Ref(key=_DELETE_OPTIONS)}.get(verb, sent)
        yield Parameter(name="body", place="body", type=body, required=verb != "delete", span=span)
    for name in sorted(_ACTIONS[verb].query):
        yield Parameter(
            name=name, place="query", type=_QUERY_TYPES.get(name, STRING), common=True, span=span
        )


def _split_name(name: str) -> str:
    """Convert a group to capitalized words (`garden.example.io` -> GardenExampleIo)."""
    return "".join(word.capitalize() for word in name.replace("-", ".").split("."))


def _build_list_definition(
    definition: Definition, resource: CustomResource, gvk: GroupVersionKind
) -> Definition:
    """Build the definition of the list kind."""
    listed = GroupVersionKind(group=gvk.group, version=gvk.version, kind=resource.list_kind)
    span = definition.span

    def field(name: str, type_: Type, *, required: bool = False, value: str | None = None) -> Field:
        return Field(name=name, type=type_, required=required, value=value, span=span)

    return Definition(
        key=f"{definition.package}.{resource.list_kind}",
        name=resource.list_kind,
        fields=(
            field("apiVersion", STRING, value=listed.api_version),
            field("items", Array(items=Ref(key=definition.key)), required=True),
            field("kind", STRING, value=listed.kind),
            field("metadata", Ref(key=_LIST_META)),
        ),
        gvks=(listed,),
        span=span,
    )
