"""The operations of a reference as generated Python has them: one record each, for what answers them.

Methods are called as in the official clients, by which people look for them: `createCoreV1NamespacedServiceAccountToken` is
`create_namespaced_service_account_token` of the group version `core_v1`. Source: `openapi/preprocess_spec.py` of kubernetes-client/gen, which
takes the tag out of the id of an operation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from codegen.model import (
    Array,
    GroupVersionKind,
    Map,
    Operation,
    Parameter,
    Ref,
    Reference,
    Scalar,
    Type,
    kubernetes,
)
from codegen.outputs import naming
from codegen.outputs.job import Job
from codegen.outputs.python.units import Units

# What API servers read and write where a source does not say. Source: k8s.io/apimachinery/pkg/runtime/serializer, k8s.io/apiserver/pkg/endpoints.
MEDIA_TYPES = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")
_ANY_TYPE = "*/*"
_PATH_PARAMETER = re.compile(r"\{([^{}]+)\}")
_OUTSIDE = "api"  # the module of operations that belong to no group version
_REPLIED = ("200", "201", "202")  # in the order in which their type is that of the operation
_JSON = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "object": "dict[str, Any]"}
# Names that a method has of its own, whatever it calls or answers.
RESERVED = frozenset(
    (
        *("self", "cls", "body", "call", "query", "steps", "content_type", "queries", "Any"),
        *("dict", "str", "int", "bool", "float", "list"),
    )
)


class Value(Struct, frozen=True, kw_only=True):
    """What is sent or answered: `annotation` is its type in Python. A class has the `unit` that it is in and the `key` of its definition.

    The annotation names the class as `unit.Class`, so a module imports the classes of the unit under the unit's name. `plain` is the same
    of the class that a class of replies narrows, or equal to the annotation.
    """

    annotation: str
    plain: str
    unit: str = ""
    key: str = ""


class Argument(Struct, frozen=True, kw_only=True):
    """One parameter of a method: `name` on the wire, `attribute` in Python; `place` is path, query or header. `whole` says that its
    value is the rest of the path, slashes included.
    """

    name: str
    attribute: str
    place: str
    annotation: str
    required: bool
    whole: bool = False
    description: str = ""


class Method(Struct, frozen=True, kw_only=True):
    """One operation as a method in Python.

    `group` is the module that it is in (`core_v1`), `name` what it is called there. `path_arguments` are all parameters of the path, by
    name; `arguments` the others. `reply` is the narrowest class of what a server answers, `instead` what it may answer too: servers give
    the object where it is deleted later. `item` is the narrowest class of each object that a list or a watch gives. `consumes` and `produces` are never empty.
    """

    id: str
    operation_id: str
    group: str
    name: str
    method: str
    path: str
    verb: str
    gvk: GroupVersionKind | None
    path_arguments: tuple[Argument, ...]
    arguments: tuple[Argument, ...]
    body: Value | None
    body_required: bool
    reply: Value | None
    instead: Value | None
    item: Value | None
    statuses: tuple[str, ...]
    consumes: tuple[str, ...]
    produces: tuple[str, ...]
    deprecated: bool
    description: str


class Methods:
    """The methods of a job, whose classes are those of `units`. `groups` has them by group version, both in the order of their names."""

    def __init__(self, job: Job, units: Units, reference: Reference) -> None:
        self._job = job
        self._units = units
        self._reference = reference
        self._ids = naming.operation_ids(reference)

    @cached_property
    def groups(self) -> Mapping[str, tuple[Method, ...]]:
        """The methods of each group version, by its module."""
        found: dict[str, list[Operation]] = {}
        for operation in self._reference.operations.values():
            found.setdefault(group_of(operation.path), []).append(operation)
        return {group: tuple(self._of_group(group, found[group])) for group in sorted(found)}

    def __iter__(self) -> Iterator[Method]:
        for methods in self.groups.values():
            yield from methods

    def _of_group(self, group: str, operations: Sequence[Operation]) -> Iterator[Method]:
        listed = sorted(operations, key=lambda operation: (operation.path, operation.method))
        names = naming.identifiers([self._bare_id(operation) for operation in listed])
        for operation in listed:
            yield self._method(operation, group, names[self._bare_id(operation)])

    def _bare_id(self, operation: Operation) -> str:
        """The id of an operation without the words of its group and version."""
        found = self._ids[operation.id]
        for words in _group_words(operation.path):
            if words and words in found:
                return found.replace(words, "", 1)
        return found

    def _method(self, operation: Operation, group: str, name: str) -> Method:
        body = next((parameter for parameter in operation.parameters if parameter.place == "body"), None)
        arguments = self._arguments(operation)
        reply, instead = self._answers(operation)
        return Method(
            id=operation.id,
            operation_id=self._ids[operation.id],
            group=group,
            name=name,
            method=operation.method,
            path="/" + operation.path.removeprefix("/"),
            verb=operation.verb,
            gvk=operation.gvk,
            path_arguments=tuple(argument for argument in arguments if argument.place == "path"),
            arguments=tuple(argument for argument in arguments if argument.place != "path"),
            body=self._value(body.type) if body is not None else None,
            body_required=body is not None and body.required,
            reply=reply,
            instead=instead,
            item=self._item(operation),
            statuses=tuple(response.status for response in operation.responses),
            consumes=_said(operation.consumes)
            or (kubernetes.PATCH_TYPES if operation.method == "PATCH" else MEDIA_TYPES),
            produces=_said(operation.produces) or MEDIA_TYPES,
            deprecated=operation.deprecated,
            description=self._job.text(operation.id).strip(),
        )

    # ------------------------------------------------------------------------------------------- parameters

    def _arguments(self, operation: Operation) -> tuple[Argument, ...]:
        """The parameters of an operation, each once: of the path by name, whether the source lists them or not, then the others."""
        wanted = list(dict.fromkeys(_PATH_PARAMETER.findall(operation.path)))
        found: dict[tuple[str, str], Parameter] = {}
        for parameter in operation.parameters:
            if parameter.place in ("query", "header") or (parameter.place == "path" and parameter.name in wanted):
                found.setdefault((parameter.place, parameter.name), parameter)
        for name in wanted:
            lacking = Parameter(name=name, place="path", type=Scalar(type="string"), required=True, span=operation.span)
            found.setdefault(("path", name), lacking)
        listed = sorted(found.values(), key=lambda each: (each.place != "path", not each.required, each.name))
        attributes: dict[tuple[str, str], str] = {}
        taken = naming.Names()
        for each in listed:  # a path and a query may both have a parameter of one name
            (plain,) = naming.identifiers([each.name], RESERVED).values()
            attributes[each.place, each.name] = taken.take(plain)
        return tuple(
            Argument(
                name=each.name,
                attribute=attributes[each.place, each.name],
                place=each.place,
                annotation=self._value(each.type).annotation,
                required=each.required or each.place == "path",
                whole=each.place == "path" and _is_rest(operation.path, each.name),
                description=self._job.parameter_text(operation, each).strip(),
            )
            for each in listed
        )

    # ---------------------------------------------------------------------------------------------- values

    def _answers(self, operation: Operation) -> tuple[Value | None, Value | None]:
        """What a server answers where it does what was asked, and what it may answer instead."""
        types = {response.status: response.type for response in operation.responses}
        declared = next((found for status in _REPLIED if (found := types.get(status)) is not None), None)
        if declared is None:
            return None, None
        reply = self._value(declared)
        if operation.verb != "delete" or operation.gvk is None:
            return reply, None
        stored = self._kinds.get(operation.gvk)
        instead = self._value(Ref(key=stored)) if stored else None
        return reply, instead if instead is not None and instead != reply and instead.unit else None

    def _item(self, operation: Operation) -> Value | None:
        """What a list or a watch gives one by one."""
        if operation.verb not in ("list", "watch", "watchlist") or operation.gvk is None:
            return None
        found = self._kinds.get(operation.gvk)
        return self._value(Ref(key=found)) if found else _json("dict[str, Any]")

    @cached_property
    def _kinds(self) -> Mapping[GroupVersionKind, str]:
        """The key of the class of each kind."""
        found: dict[GroupVersionKind, str] = {}
        for key in self._units.owner:
            definition = self._reference.definitions.get(key)
            for gvk in definition.gvks if definition is not None else ():
                found.setdefault(gvk, key)
        return found

    def _value(self, expression: Type) -> Value:
        """A type as Python has it: a class where there is one, else what JSON gives."""
        found = self._units.resolve(expression)
        match found:
            case Ref(key=key) if key in self._units.owner:
                unit = self._units.owner[key]
                plain = f"{unit}.{self._units.classes[key]}"
                return Value(annotation=plain, plain=plain, unit=unit, key=key)
            case Array(items=items):
                inner = self._value(items).annotation
                return _json(f"list[{inner}]" if inner in _JSON.values() else "list[Any]")
            case Map(values=values):
                inner = self._value(values).annotation
                return _json(f"dict[str, {inner}]" if inner in _JSON.values() else "dict[str, Any]")
            case Scalar(type=kind):
                return _json(_JSON.get(kind, "Any"))
            case _:
                return _json("dict[str, Any]")


def class_of(name: str) -> str:
    """The name of a module or a method as that of a class: `core_v1` -> CoreV1, `_3d_example_io_v1` -> Api3dExampleIoV1."""
    joined = "".join(word[:1].upper() + word[1:] for word in name.split("_"))
    return f"Api{joined}" if joined[:1].isdigit() else joined


def group_of(path: str) -> str:
    """The module of the operations of a path: `core_v1`, `rbac_authorization_v1`; one name for all that belong to no group version."""
    root, *rest = path.strip("/").split("/")
    if root == "api":
        return naming.module_name("_".join(["core", *rest[:1]]))
    if root != "apis" or not rest:
        return _OUTSIDE
    return naming.module_name("_".join(naming.words(rest[0].removesuffix(".k8s.io")) + rest[1:2]).lower())


def _group_words(path: str) -> tuple[str, ...]:
    """What stands for the group and version of a path in ids of operations: as upstream writes it, or each label of the group."""
    root, *rest = path.strip("/").split("/")
    tag = class_of(naming.api_tag(path))
    labels = [label for part in rest[:2] for label in part.replace("-", ".").split(".")] if root == "apis" else []
    return ("".join(label[:1].upper() + label[1:] for label in labels), tag)


def _is_rest(path: str, name: str) -> bool:
    """Whether a parameter stands for all that is left of a path, as `path` of a proxy and `logpath` do."""
    return path.endswith(f"/{{{name}}}") and name.endswith("path")


def _said(types: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in types if each != _ANY_TYPE)


def _json(annotation: str) -> Value:
    return Value(annotation=annotation, plain=annotation)
