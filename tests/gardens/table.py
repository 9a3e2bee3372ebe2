"""An invented API for the tests of the table layout, as an OpenAPI document: one kind or type for each rule that places it."""

from __future__ import annotations

import json
from typing import Any

from codegen.core.diagnostics import Report
from codegen.core.source import Source
from codegen.model import Array, LossyType, Map, Reference, Type
from codegen.outputs.docs import layouts
from codegen.outputs.job import Job
from codegen.readers.openapi.reader import read_document
from gardens.parts import META, PACKAGE, PLOTS, openapi, ref

OLD = "io.example.api.garden.v1beta1"
TOOLS = "io.example.api.tools.v1"
PERMITS = "io.example.api.permits.v1"
INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
STRING = {"type": "string"}


def many(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of a list."""
    return {"type": "array", "items": schema}


def map_of(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of a map."""
    return {"type": "object", "additionalProperties": schema}


def said(schema: dict[str, Any], text: str, **more: Any) -> dict[str, Any]:
    """A schema with a description."""
    return {**schema, "description": text, **more}


def definition(
    text: str, required: tuple[str, ...] = (), gvk: tuple[str, str, str] | None = None, **fields: Any
) -> dict[str, Any]:
    """A definition of the document."""
    made: dict[str, Any] = {"description": text, "type": "object", "properties": fields}
    if required:
        made["required"] = list(required)
    if gvk:
        made["x-kubernetes-group-version-kind"] = [dict(zip(("group", "version", "kind"), gvk, strict=True))]
    return made


def operation(action: str, gvk: tuple[str, str, str], answer: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    """An operation of the document."""
    return {
        "description": f"{action} it",
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": dict(zip(("group", "version", "kind"), gvk, strict=True)),
        "parameters": list(parameters),
        "responses": {"200": {"description": "OK", "schema": ref(answer)}, "401": {"description": "Unauthorized"}},
    }


def parameter(name: str, place: str = "query", text: str = "A parameter.", **more: Any) -> dict[str, Any]:
    """A parameter that is no body."""
    return {"name": name, "in": place, "type": "string", "description": text, **more}


def body(key: str) -> dict[str, Any]:
    """The parameter for the body."""
    return {"name": "body", "in": "body", "required": True, "schema": ref(key)}


def listed(plural: str, group: str, kind: str, package: str, version: str = "v1") -> dict[str, Any]:
    """The paths of a namespaced kind that can be listed."""
    gvk = (group, version, kind)
    root = f"/apis/{group}/{version}"
    key = f"{package}.{kind}"
    name = parameter("name", "path", f"name of the {kind}", required=True)
    space = parameter("namespace", "path", "the namespace", required=True)
    return {
        f"{root}/{plural}": {"get": operation("list", gvk, f"{key}List")},
        f"{root}/namespaces/{{namespace}}/{plural}": {
            "parameters": [space, parameter("pretty", text="If 'true', it is printed.")],
            "get": operation("list", gvk, f"{key}List", parameter("limit", text="At most so many.")),
            "post": operation("post", gvk, key, body(key), parameter("dryRun", text="`All` changes nothing.")),
        },
        f"{root}/namespaces/{{namespace}}/{plural}/{{name}}": {
            "parameters": [name, space],
            "get": operation("get", gvk, key),
            "put": operation("put", gvk, key, body(key)),
        },
        f"{root}/namespaces/{{namespace}}/{plural}/{{name}}/status": {
            "parameters": [name, space],
            "get": operation("get", gvk, key),
        },
    }


def document() -> dict[str, Any]:
    """The whole document."""
    plot = ("garden.example.io", "v1", "Plot")
    meta = said(ref(f"{META}.ObjectMeta"), "Its metadata.")
    definitions = {
        f"{PACKAGE}.Plot": definition("Plot is a piece of ground.\n\n# Not a heading", ("spec",), plot, metadata=meta,
            spec=said(ref(f"{PACKAGE}.PlotSpec"), "What is wanted."), status=said(ref(f"{PACKAGE}.PlotStatus"), "What is there."),
            apiVersion=said(STRING, "The version."), kind=said(STRING, "The kind.")),
        f"{PACKAGE}.PlotSpec": definition("PlotSpec says \"what\" is wanted.",
            beds=said(many(ref(f"{PACKAGE}.Bed")), "The beds.", **{"x-kubernetes-patch-strategy": "merge", "x-kubernetes-patch-merge-key": "name"}),
            strategy=said(ref(f"{PACKAGE}.PlotStrategy"), "How it changes."), seed=said(ref(f"{PACKAGE}.Seed"), "What grows."),
            count=said({"type": "integer", "format": "int32"}, "How many, 0 < x < 9."), width=said(ref(INT_OR_STRING), "How wide."),
            quotas=said(map_of(ref(QUANTITY)), "How much."), notes=said(map_of(many(STRING)), "`a` or `b<c>`:\n\n - `a`: see https://example.io/a.\n - b")),
        f"{PACKAGE}.PlotStatus": definition("PlotStatus is what is there.", bedStatuses=said(many(ref(f"{PACKAGE}.BedStatus")), "One for each bed.")),
        f"{PACKAGE}.PlotList": definition("PlotList is a list.", ("items",), ("garden.example.io", "v1", "PlotList"), items=many(ref(f"{PACKAGE}.Plot"))),
        f"{PACKAGE}.PlotStrategy": definition("PlotStrategy is how.", rollingUpdate=said(ref(f"{PACKAGE}.RollingUpdatePlot"), "In steps.")),
        f"{PACKAGE}.RollingUpdatePlot": definition("RollingUpdatePlot is slow.", step=said(STRING, "One step.")),
        f"{PACKAGE}.Bed": definition("Bed is a part of a plot.", name=said(STRING, "Its name.")),
        f"{PACKAGE}.BedStatus": definition("BedStatus is the state of a bed.", name=said(STRING, "Its name.")),
        f"{PACKAGE}.Seed": definition("Seed is what two kinds use.", name=said(STRING, "Its name.")),
        f"{PACKAGE}.Orchard": definition("Orchard has trees.", (), ("garden.example.io", "v1", "Orchard"), beds=many(ref(f"{PACKAGE}.TreeBed"))),
        f"{PACKAGE}.OrchardSpec": definition("OrchardSpec is used by nothing.", name=STRING),
        f"{PACKAGE}.OrchardList": definition("OrchardList is a list.", (), None, items=many(ref(f"{PACKAGE}.Orchard"))),
        f"{PACKAGE}.TreeBed": definition("TreeBed is a bed of trees.", seed=said(ref(f"{PACKAGE}.Seed"), "A seed.")),
        f"{PACKAGE}.PlotReview": definition("PlotReview asks.", (), ("garden.example.io", "v1", "PlotReview"), name=said(STRING, "Of whom.")),
        f"{OLD}.Plot": definition("An old Plot.", (), ("garden.example.io", "v1beta1", "Plot"), spec=ref(f"{OLD}.PlotSpec")),
        f"{OLD}.PlotSpec": definition("An old spec.", name=STRING),
        f"{OLD}.PlotList": definition("An old list.", items=many(ref(f"{OLD}.Plot"))),
        f"{TOOLS}.Tool": definition("Tool digs.", (), ("tools.example.io", "v1", "Tool"), handle=said(ref(f"{PACKAGE}.Handle"), "Its handle."), seed=said(ref(f"{TOOLS}.Seed"), "A seed drill.")),
        f"{PACKAGE}.Handle": definition("Handle is a part of a tool, of another package.", name=STRING),
        f"{TOOLS}.ToolList": definition("ToolList is a list.", (), None, items=many(ref(f"{TOOLS}.Tool"))),
        f"{TOOLS}.Seed": definition("Seed is a drill.", name=STRING),
        f"{PERMITS}.Permit": definition("Permit allows.", (), ("permits.example.io", "v1", "Permit"), spec=said(ref(f"{PERMITS}.PermitSpec"), "What for.")),
        f"{PERMITS}.PermitSpec": definition("PermitSpec is what for.", holder=said(ref(f"{PERMITS}.PermitHolder"), "Who.")),
        f"{PERMITS}.PermitHolder": definition("PermitHolder is who.", name=STRING),
        f"{META}.ObjectMeta": definition("ObjectMeta is metadata.", name=STRING),
        INT_OR_STRING: {"description": "IntOrString is either.", "type": "string", "format": "int-or-string"},
        QUANTITY: {"description": "Quantity is a number.", "type": "string"},
    }  # fmt: skip
    paths = {
        **listed("plots", "garden.example.io", "Plot", PACKAGE),
        **listed("orchards", "garden.example.io", "Orchard", PACKAGE),
        **listed("tools", "tools.example.io", "Tool", TOOLS),
        **listed("plots", "garden.example.io", "Plot", OLD, "v1beta1"),
        f"{PLOTS}/{{name}}/permit": {
            "post": operation(
                "post", ("permits.example.io", "v1", "Permit"), f"{PERMITS}.Permit", body(f"{PERMITS}.Permit")
            )
        },
        f"{PLOTS}/{{name}}/prune": {"post": operation("post", plot, f"{PACKAGE}.Plot")},
        f"{PLOTS}/{{name}}/proxy/{{path}}": {
            "parameters": [
                parameter("path", "path", "path to the thing", required=True),
                parameter("path", text="where it leads"),
            ],
            "get": operation("connect", ("garden.example.io", "v1", "PlotProxyOptions"), f"{PACKAGE}.Plot"),
        },
        "/apis/garden.example.io/v1/plotreviews": {
            "post": operation(
                "post",
                ("garden.example.io", "v1", "PlotReview"),
                f"{PACKAGE}.PlotReview",
                body(f"{PACKAGE}.PlotReview"),
            )
        },
    }
    return openapi(definitions, paths)


def read(made: dict[str, Any]) -> Reference:
    """A document as a reference; it must be without findings."""
    report = Report()
    text = json.dumps(made, indent=1)
    reference = read_document(Source(path="garden.json", text=text, relative="garden.json"), report)
    assert [str(each) for each in report.diagnostics] == []
    return reference


def emitted(reference: Reference, *locales: str, **options: str) -> dict[str, str]:
    """The text of each file; of more than one language, by `locale/path`."""
    job = Job(
        reference=reference, locales=locales or ("en",), options={"layout": "table", **options}, origin="garden.json"
    )
    return {f"{each.locale}/{each.path}" if len(locales) > 1 else each.path: each.text for each in layouts.emit(job)}


def plain(text: str) -> str:
    return "".join(text.split())


def known(expression: Type) -> Type:
    """A type without the mark that a page does not say all of it."""
    match expression:
        case LossyType(known=inner):
            return known(inner)
        case Array(items=inner):
            return Array(items=known(inner))
        case Map(values=inner):
            return Map(values=known(inner))
    return expression
