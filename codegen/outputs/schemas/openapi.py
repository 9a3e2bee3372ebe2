"""OpenAPI 3.1 and 3.0, one document per kind with its operations and the schemas that they need."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus

from msgspec.structs import replace

from codegen.core import generated_files as files
from codegen.core.diagnostics import Span, failure
from codegen.core.escaping.documents import Json, yaml_block, yaml_comment
from codegen.core.generated_files import GeneratedFile
from codegen.model import (
    Array,
    Definition,
    Keyword,
    Map,
    Operation,
    Parameter,
    Response,
    Scalar,
    Type,
    kubernetes,
    operation_refs,
)
from codegen.model.inline_objects import extract_shared_objects
from codegen.model.keywords.keyword import own_values
from codegen.model.unique_names import UniqueNames
from codegen.outputs import naming
from codegen.outputs.job import Job
from codegen.outputs.schemas.document_units import DocumentUnit, list_units
from codegen.outputs.schemas.limit_keywords import Schema, annotation_keywords
from codegen.outputs.schemas.schema_writer import Dialect, SchemaWriter
from codegen.outputs.server_rules import OPTION, state_no_rules

VERSIONS = {
    "3.1": Dialect.OPENAPI_31,
    "3.1.0": Dialect.OPENAPI_31,
    "3.0": Dialect.OPENAPI_30,
    "3.0.3": Dialect.OPENAPI_30,
}
_METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace"))
_PLACES = frozenset(("path", "query", "header", "cookie"))
_STATUS = re.compile(r"[1-5]([0-9]{2}|XX)|default")
_PATH_PARAMETER = re.compile(r"\{([^{}/]+)\}")
# Verb of pages -> x-kubernetes-action, if they differ.
_ACTIONS = {"create": "post", "update": "put"}
_JSON = ("application/json",)
_SECURITY = "BearerToken"


def emit(job: Job) -> Iterator[GeneratedFile]:
    """Yield an OpenAPI document for each unit.

    The option `version` chooses the dialect. Raises `CodegenError` for an unknown version.
    """
    version = job.options.get("version", Dialect.OPENAPI_31.value)
    if version not in VERSIONS:
        raise failure(
            "openapi-version-unknown",
            f"the openapi output has no version {version!r}, only {', '.join(VERSIONS)}",
            Span(path=job.origin),
            'correct `version`, and keep it in quotes: version: "3.0.3"',
            arguments=(version,),
            choices=tuple(VERSIONS),
        )
    stated = state_no_rules(job.reference)
    if job.options.get(OPTION):
        stated = job.state_rules(job.reference)
        stated.report_left_out(job.report, job.origin)
    job = replace(job, reference=extract_shared_objects(stated.reference, kinds_only=True))
    document = _Documents(job, VERSIONS[version], stated.title)
    for unit in list_units(job.reference):
        yield GeneratedFile(path=f"{unit.stem}.openapi.yaml", text=document.text(unit))


class _Documents:
    """The documents of one job."""

    def __init__(self, job: Job, dialect: Dialect, title: str) -> None:
        self._job = job
        self._title = title  # of the rules of servers
        self._dialect = dialect
        self._schemas = SchemaWriter(job, dialect)
        self._ids = naming.operation_ids(job.reference)
        self._texts: dict[str, str] = {}  # YAML by schema, since documents share most schemas

    def text(self, unit: DocumentUnit) -> str:
        """Write the YAML file of a unit, with `components` at its end."""
        shared = self._shared_parameters(unit.operations)
        keys = [unit.root.key] if unit.root else []
        for operation in unit.operations:
            keys += operation_refs(operation)
        schemas = list(map(self._write_schema, self._job.reference.closure(*keys)))
        parameters: Schema = {
            name: self._build_parameter(*declared) for declared, name in shared.values()
        }
        if shared:
            components: Schema = {"parameters": parameters}
        else:
            components = {}
        components["securitySchemes"] = {_SECURITY: {"type": "http", "scheme": "bearer"}}
        return "".join(
            (
                yaml_comment(f"{files.notice(self._job.origin)} {self._title}".rstrip()),
                yaml_block(self._build_head(unit.operations, self._build_info(unit.root), shared)),
                "components:\n",
                *(["  schemas:\n", *schemas] if schemas else ()),
                yaml_block(components, indent=2),
            )
        )

    def _write_schema(self, key: str) -> str:
        if key not in self._texts:
            self._texts[key] = yaml_block(
                {self._dialect.definition_name(key): self._schemas.definition(key)}, indent=4
            )
        return self._texts[key]

    def _build_head(
        self, operations: tuple[Operation, ...], info: Schema, shared: _Shared
    ) -> Schema:
        tags = sorted({tag for operation in operations if (tag := naming.api_tag(operation.path))})
        return {
            "openapi": self._dialect.value,
            "info": info,
            "servers": [{"url": "/"}],  # API servers serve their own documents
            "security": [{_SECURITY: []}],
            "tags": [{"name": tag} for tag in tags],
            "paths": self._build_paths(operations, shared),
        }

    def _build_paths(self, operations: tuple[Operation, ...], shared: _Shared) -> Schema:
        paths: dict[str, Schema] = {}
        for operation in operations:
            method = operation.method.lower()
            if method in _METHODS:
                path = "/" + operation.path.removeprefix("/")
                paths.setdefault(path, {})[method] = self._build_operation(operation, shared)
        return {**paths}

    def _build_info(self, root: Definition | None) -> Schema:
        if root is None:
            return {"title": "Non-resource URLs", "version": "unversioned"}
        if root.gvk:
            version = root.gvk.version
        else:
            version = root.package.rpartition(".")[2]
        info: Schema = {"title": f"{root.name} ({root.gvk.api_version})" if root.gvk else root.name}
        if text := self._job.text(root.key):
            info["description"] = text
        info["version"] = version
        return info

    def _build_operation(self, operation: Operation, shared: _Shared) -> Schema:
        entry: Schema = {"operationId": self._ids[operation.id]}
        if summary := self._job.text(operation.id):
            entry["summary"] = summary
        if tag := naming.api_tag(operation.path):
            entry["tags"] = [tag]
        if parameters := self._build_parameters(operation, shared):
            entry["parameters"] = parameters
        body = next(
            (parameter for parameter in operation.parameters if parameter.place == "body"), None
        )
        if body is not None:
            entry["requestBody"] = self._build_body(operation, body)
        responses = self._build_responses(operation.responses)
        if not responses and self._dialect is Dialect.OPENAPI_30:  # requires a response
            responses = {"default": {"description": _reason_phrase("default")}}
        if responses:
            entry["responses"] = responses
        entry["x-kubernetes-action"] = _ACTIONS.get(operation.verb, operation.verb)
        if operation.gvk:
            entry["x-kubernetes-group-version-kind"] = {**operation.gvk.as_extension}
        if operation.deprecated:
            entry["deprecated"] = True
        return entry | _media_types(operation) | annotation_keywords(own_values(operation.keywords))

    def _build_parameters(self, operation: Operation, shared: _Shared) -> list[Json]:
        """Build the parameters of an operation, each once.

        Missing path parameters are added, as OpenAPI requires.
        """
        entries: list[Json] = []
        wanted = list(dict.fromkeys(_PATH_PARAMETER.findall(operation.path)))
        seen: set[tuple[str, str]] = set()
        for parameter in operation.parameters:
            place = (parameter.place, parameter.name)
            is_known = parameter.place in _PLACES and (
                parameter.place != "path" or parameter.name in wanted
            )
            if not is_known or place in seen:
                continue
            seen.add(place)
            if parameter.common and (
                common := shared.get(self._parameter_key(operation, parameter))
            ):
                entries.append({"$ref": f"#/components/parameters/{common[1]}"})
            else:
                entries.append(self._build_parameter(operation, parameter))
        for name in wanted:
            if ("path", name) not in seen:
                missing = Parameter(
                    name=name, place="path", type=Scalar(type="string"), span=operation.span
                )
                entries.append(self._build_parameter(operation, missing))
        return entries

    def _shared_parameters(self, operations: tuple[Operation, ...]) -> _Shared:
        """Find the common parameters of several operations, which become components."""
        by_shape: dict[_Shape, list[tuple[Operation, Parameter]]] = {}
        for operation in operations:
            for parameter in operation.parameters:
                if parameter.common and parameter.place in _PLACES:
                    by_shape.setdefault(self._parameter_key(operation, parameter), []).append(
                        (operation, parameter)
                    )
        taken = UniqueNames()
        return {
            shape: (uses[0], taken.take(self._dialect.definition_name(uses[0][1].name)))
            for shape, uses in by_shape.items()
            if len(uses) > 1
        }

    def _build_parameter(self, operation: Operation, parameter: Parameter) -> Schema:
        entry: Schema = {"name": parameter.name, "in": parameter.place}
        if text := self._job.parameter_text(operation, parameter):
            entry["description"] = text
        if parameter.required or parameter.place == "path":
            entry["required"] = True
        schema = self._schemas.constrain(parameter.type, parameter.keywords)
        if isinstance(parameter.type, Array) and not isinstance(parameter.type.items, Array | Map):
            schema["items"] = self._schemas.constrain(parameter.type.items, ())  # URLs have no null
        entry["schema"] = schema | annotation_keywords(own_values(parameter.keywords))
        return entry

    def _parameter_key(self, operation: Operation, parameter: Parameter) -> _Shape:
        text = self._job.parameter_text(operation, parameter)
        return (
            parameter.name,
            parameter.place,
            parameter.type,
            parameter.required,
            parameter.keywords,
            text,
        )

    def _build_body(self, operation: Operation, body: Parameter) -> Schema:
        request: Schema = {}
        if text := self._job.parameter_text(operation, body):
            request["description"] = text
        request["content"] = self._build_content(
            body, _patch_types(operation) if operation.verb == "patch" else _JSON
        )
        if body.required:
            request["required"] = True
        return request

    def _build_content(self, typed: Parameter | Response, media: tuple[str, ...]) -> Schema:
        if typed.type is not None:
            schema = self._schemas.constrain(typed.type, typed.keywords)
        else:
            schema = {}
        return {name: {"schema": schema} for name in media}

    def _build_responses(self, responses: tuple[Response, ...]) -> Schema:
        by_status: Schema = {}
        for response in responses:
            if _STATUS.fullmatch(response.status):
                status = response.status
            else:
                status = "default"
            answer: Schema = {"description": response.description or _reason_phrase(status)}
            if response.type is not None:
                answer["content"] = self._build_content(response, _JSON)
            by_status.setdefault(status, answer)
        return by_status


def _media_types(operation: Operation) -> Schema:
    """Return the media types of a server beside the described ones, since clients are generated for
    JSON alone.
    """
    described = {
        "x-consumes": _patch_types(operation) if operation.verb == "patch" else _JSON,
        "x-produces": _JSON,
    }
    served = {"x-consumes": operation.consumes, "x-produces": operation.produces}
    return {
        word: list(types) for word, types in served.items() if types and types != described[word]
    }


def _patch_types(operation: Operation) -> tuple[str, ...]:
    """Return the known patch types of an operation, or all of them if the source names none."""
    return (
        tuple(
            [
                media_type
                for media_type in kubernetes.PATCH_TYPES
                if media_type in operation.consumes
            ]
        )
        or kubernetes.PATCH_TYPES
    )


# The content of a parameter. Equal parameters become one component.
_Shape = tuple[str, str, Type, bool, tuple[Keyword, ...], str]
_Shared = dict[_Shape, tuple[tuple[Operation, Parameter], str]]


def _reason_phrase(status: str) -> str:
    standard = {str(status_code.value): status_code.phrase for status_code in HTTPStatus}
    return standard.get(status, status)
