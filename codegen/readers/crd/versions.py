"""Reading of one CustomResourceDefinition and its versions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Report, Span
from codegen.core.json_types import JsonList, JsonObject, JsonValue
from codegen.model import (
    CustomResource,
    Definition,
    FactLocation,
    Field,
    GroupVersionKind,
    Keyword,
    PrinterColumn,
    Prose,
    Scale,
    Type,
    column_id,
)
from codegen.model.keywords.keyword import OPEN_KEYWORDS, PRESERVE_UNKNOWN
from codegen.model.kubernetes import EMBEDDED
from codegen.readers.crd.structural import is_empty_object, remove_descriptions
from codegen.readers.documents.document import Document
from codegen.readers.openapi.document_checks import check_schema
from codegen.readers.openapi.field_reader import STRING, FieldReader
from codegen.readers.openapi.keyword_reader import read_keywords
from codegen.readers.openapi.type_reader import ANY, OBJECT

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_GROUP = re.compile(rf"{_LABEL}(?:\.{_LABEL})+\Z")
_WORD = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
_KIND = re.compile(r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\Z")
# Required values of `spec`, each with its path, pattern and description.
_EXPECTED = (
    (("group",), _GROUP, "a domain name"),
    (("names", "kind"), _KIND, "one word"),
    (("names", "plural"), _WORD, "one word in lower case"),
    (("scope",), re.compile(r"(?:Namespaced|Cluster)\Z"), "Namespaced or Cluster"),
)
_FACTS_OF_DEFINITIONS = ("scope", "conversion", "preserveUnknownFields")
_FACTS_OF_NAMES = ("kind", "plural", "singular", "listKind", "shortNames", "categories")
_FACTS_OF_VERSIONS = (
    "storage",
    "deprecated",
    "deprecationWarning",
    "selectableFields",
    "additionalPrinterColumns",
)
_COMMON_FIELDS = ("apiVersion", "kind", "metadata")
_OPEN = Keyword(name="additionalProperties", value="true")


class ResourceVersion(Struct, frozen=True, kw_only=True):
    """A version of a CustomResourceDefinition.

    `document` is the entry of `spec.versions`, `whole` the definition with all versions, and `span`
    the location of the name.
    """

    key: str
    gvk: GroupVersionKind
    resource_name: str
    spec: JsonObject
    document: Document
    whole: Document
    span: Span

    def locate(self, *steps: str | int) -> Span:
        """Return a location in this version, or the nearest one around it."""
        return self.document.span(*steps, key=True)


def read_versions(document: Document, report: Report) -> Iterator[ResourceVersion]:
    """Yield the versions of a definition, reporting invalid parts."""

    def refuse(problem: str, *steps: str | int, hint: str = "", value: str = "") -> None:
        path = ".".join(map(str, steps))
        report.error(
            "crd-unreadable",
            problem,
            document.span(*steps),
            hint or "compare it with the output of `kubectl get crd NAME -o yaml`",
            arguments=(f"`{path}`", value) if value else (f"`{path}`",),
        )

    spec = document.data.get("spec")
    if not isinstance(spec, dict):
        return refuse("`spec` is missing, or is not an object", "spec")
    if "names" not in spec and "versions" not in spec:
        hint = (
            "if this is a kustomize patch, name the folder of the complete definitions or the "
            "output of `kustomize build`"
        )
        return refuse(
            "this is only a part of a definition: `spec.names` and `spec.versions` are missing",
            "spec",
            hint=hint,
        )
    values = []
    for steps, pattern, expected in _EXPECTED:
        value: JsonValue = spec
        for step in steps:
            value = value.get(step) if isinstance(value, dict) else None
        if not (isinstance(value, str) and pattern.match(value)):
            problem = f"`spec.{'.'.join(steps)}` has to be {expected}, not {_shorten_value(value)}"
            return refuse(problem, "spec", *steps, value=_shorten_value(value))
        values.append(value)
    group, kind, plural, _ = values
    versions = spec.get("versions")
    if not isinstance(versions, list) or not versions:
        return refuse(
            "`spec.versions` is missing, or is not a list with entries", "spec", "versions"
        )
    for number, raw in enumerate(versions):
        at = ("spec", "versions", number)
        name = raw.get("name") if isinstance(raw, dict) else None
        if not (isinstance(raw, dict) and isinstance(name, str) and _WORD.match(name)):
            problem = f"a version needs a `name` such as v1, not {_shorten_value(name)}"
            refuse(problem, *at, "name", value=_shorten_value(name))
            continue
        yield ResourceVersion(
            key=".".join((*reversed(group.split(".")), name, kind)),
            gvk=GroupVersionKind(group=group, version=name, kind=kind),
            resource_name=f"{plural}.{group}",
            spec=spec,
            document=document.inner(at),
            whole=document,
            span=document.span(*at, "name"),
        )
    return None


class ResourceSchemaReader(FieldReader):
    """A reader of custom resource schemas. They have no references."""

    def __init__(self, report: Report) -> None:
        super().__init__(report, ())
        self._prunes = True

    def read_ref(self, target: object, span: Span) -> Type:  # noqa: ARG002  - as of all schemas
        """Return an open type, since references are reported for the schema as a whole."""
        return ANY

    def fields(
        self,
        key: str,
        place: Document,
        own_kind: GroupVersionKind | None,
        span: Span,
        path: tuple[str, ...] = (),
    ) -> Iterator[Field]:
        """Yield the fields of the object at a place, and mark those with dropped contents."""
        has_metadata = not path or place.data.get(EMBEDDED) is True  # whose fields servers define
        for field in super().fields(key, place, own_kind, span, path):
            is_own = self._prunes and not (has_metadata and field.name == "metadata")
            is_empty = is_own and is_empty_object(place.data["properties"][field.name])
            yield replace(field, empty=True) if is_empty else field

    def definition(self, version: ResourceVersion) -> Definition | None:
        """Build the definition of a version, or report a missing schema and return None."""
        schema = version.document.data.get("schema")
        if isinstance(schema, dict):
            schema = schema.get("openAPIV3Schema")
        else:
            schema = None
        if not isinstance(schema, dict) or not schema:
            self.report.error(
                "crd-without-schema",
                f"{version.resource_name}: the version {version.gvk.version} has no schema",
                version.locate("schema", "openAPIV3Schema"),
                "write it below `schema.openAPIV3Schema`; `{type: object, "
                "x-kubernetes-preserve-unknown-fields: true}` accepts any object",
                arguments=(version.resource_name, version.gvk.version),
            )
            return None
        self._prunes = version.spec.get("preserveUnknownFields") is not True
        key, span = version.key, version.span
        if text := self.string(schema, "description", span):
            self.prose[key] = Prose(
                text=text, span=version.locate("schema", "openAPIV3Schema", "description")
            )
        place = version.document.inner(("schema", "openAPIV3Schema"))
        check_schema(place, self.report)
        fields = {field.name: field for field in self.fields(key, place, version.gvk, span)}
        self.report_malformed_keywords(schema, span)
        return Definition(
            key=key,
            name=version.gvk.kind,
            fields=tuple(_add_common_fields(fields, version).values()),
            gvks=(version.gvk,),
            open=schema.get(PRESERVE_UNKNOWN) is True or "$ref" in schema,
            keywords=read_keywords(schema, skip=OPEN_KEYWORDS, skip_fields="properties" in schema),
            resource=self._build_resource(version, remove_descriptions(schema)),
            locations=tuple(_locate_facts(version)),
            span=span,
        )

    def _build_resource(self, version: ResourceVersion, bare: JsonObject) -> CustomResource:
        raw, spec, span = version.document.data, version.spec, version.span
        names = spec["names"]
        conversion = self.mapping(spec.get("conversion") or {}, "conversion", span)
        subresources = self.mapping(raw.get("subresources") or {}, "subresources", span)
        kind = version.gvk.kind
        return CustomResource(
            name=version.resource_name,
            plural=names["plural"],
            singular=self.string(names, "singular", span) or kind.lower(),
            list_kind=self.string(names, "listKind", span) or f"{kind}List",
            short_names=self.strings(names, "shortNames", span),
            categories=self.strings(names, "categories", span),
            namespaced=spec["scope"] == "Namespaced",
            storage=raw.get("storage") is True,
            deprecated=raw.get("deprecated") is True,
            deprecation_warning=self.string(raw, "deprecationWarning", span),
            conversion=self.string(conversion, "strategy", span) or "None",
            webhook=json.dumps(conversion["webhook"], sort_keys=True)
            if conversion.get("webhook")
            else "",
            unserved=tuple(
                (str(entry.get("name")), json.dumps(entry, sort_keys=True, default=str))
                for entry in spec["versions"]
                if isinstance(entry, dict) and entry.get("served") is not True
            ),
            preserve_unknown_fields=spec.get("preserveUnknownFields") is True,
            columns=tuple(self._read_columns(version)),
            selectable_fields=tuple(self._read_selectable_fields(version)),
            status="status" in subresources,
            scale=self._read_scale(subresources, span),
            schema=json.dumps(bare, ensure_ascii=False),
        )

    def _read_selectable_fields(self, version: ResourceVersion) -> Iterator[str]:
        for number, raw in enumerate(self._read_list(version, "selectableFields")):
            span = version.locate("selectableFields", number)
            if path := self.string(self.mapping(raw, "a selectable field", span), "jsonPath", span):
                yield path

    def _read_list(self, version: ResourceVersion, name: str) -> JsonList:
        listed = version.document.data.get(name) or []
        if isinstance(listed, list):
            return listed
        self.report_mismatch(name, "a list", listed, version.locate(name))
        return []

    def _read_columns(self, version: ResourceVersion) -> Iterator[PrinterColumn]:
        for number, raw in enumerate(self._read_list(version, "additionalPrinterColumns")):
            span = version.locate("additionalPrinterColumns", number, "name")
            column = self.mapping(raw, "a printer column", span)
            name = self.string(column, "name", span)
            if text := self.string(column, "description", span):
                self.prose[column_id(version.key, name)] = Prose(text=text, span=span)
            priority = column.get("priority")
            yield PrinterColumn(
                name=name,
                json_path=self.string(column, "jsonPath", span),
                type=self.string(column, "type", span),
                format=self.string(column, "format", span),
                priority=priority if isinstance(priority, int) else 0,
            )

    def _read_scale(self, subresources: JsonObject, span: Span) -> Scale | None:
        if "scale" not in subresources:
            return None
        scale = self.mapping(subresources["scale"] or {}, "scale", span)
        return Scale(
            spec_replicas=self.string(scale, "specReplicasPath", span),
            status_replicas=self.string(scale, "statusReplicasPath", span),
            label_selector=self.string(scale, "labelSelectorPath", span),
        )


def _locate_facts(version: ResourceVersion) -> Iterator[FactLocation]:
    """Yield the locations of what a definition states beside its schemas, or may state."""
    for fact in _FACTS_OF_DEFINITIONS:
        yield FactLocation(fact=fact, span=version.whole.span("spec", fact, key=True))
    for fact in _FACTS_OF_NAMES:
        yield FactLocation(fact=fact, span=version.whole.span("spec", "names", fact, key=True))
    for fact in _FACTS_OF_VERSIONS:
        yield FactLocation(fact=fact, span=version.locate(fact))
    for fact in ("scale", "status"):
        yield FactLocation(fact=fact, span=version.locate("subresources", fact))
    yield FactLocation(fact="schema", span=version.locate("schema", "openAPIV3Schema"))


def _add_common_fields(fields: dict[str, Field], version: ResourceVersion) -> dict[str, Field]:
    """Add the fields of every Kubernetes object."""
    values = (version.gvk.api_version, version.gvk.kind, None)
    standard = {
        name: fields.get(name)
        or Field(
            name=name, type=OBJECT if value is None else STRING, value=value, span=version.span
        )
        for name, value in zip(_COMMON_FIELDS, values, strict=True)
    }
    standard["metadata"] = replace(
        standard["metadata"], keywords=(*standard["metadata"].keywords, _OPEN)
    )
    if standard.keys() <= fields.keys():
        return fields | standard
    return standard | {name: field for name, field in fields.items() if name not in standard}


def _shorten_value(value: object) -> str:
    if value is None:
        return "nothing"
    return repr(value)[:80]
