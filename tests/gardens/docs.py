"""An invented API as an OpenAPI document, with a table of contents and a field order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from codegen.core.diagnostics import Report
from codegen.core.generated_files import GeneratedFile
from codegen.core.source import Source
from codegen.model import Reference
from codegen.model.contents import Contents
from codegen.outputs.docs import layouts
from codegen.outputs.job import Job
from codegen.readers.documents.contents_files import read_contents
from codegen.readers.openapi.reader import read_document
from gardens import compare
from gardens.parts import GROUP, META, PACKAGE, PLOT, openapi, ref

OFTEN = 10  # with another one just enough operations to make a parameter common

TOC = """\
parts:
- name: Garden Resources
  chapters:
  - name: Plot
    group: garden.example.io
    version: v1
  - name: Shed
    group: garden.example.io
    version: v1beta1
    otherDefinitions:
    - ShedList
    - Roof
- name: Common Definitions
  chapters:
  - name: ObjectMeta
    key: io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta
skippedResources:
- Moon
"""
FIELDS = """\
- definition: io.example.api.garden.v1.PlotSpec
  field_categories:
  - fields:
    - size
  - name: What grows
    fields:
    - beds
    - owner
"""


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": words, **more}


def kind(
    name: str, version: str, words: str, fields: dict[str, Any], required: tuple[str, ...] = ()
) -> dict[str, Any]:
    gvk = {"group": GROUP, "version": version, "kind": name}
    fields = {"apiVersion": text("The version."), "kind": text("The kind."), **fields}
    made = {
        "type": "object",
        "description": words,
        "properties": fields,
        "x-kubernetes-group-version-kind": [gvk],
    }
    return {**made, "required": list(required)} if required else made


def operation(
    name: str, version: str, action: str, words: str, key: str, parameters: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "description": words,
        "operationId": f"{action}{name}{version}{len(words)}",
        "parameters": parameters,
        "responses": {
            "200": {"description": "OK", "schema": ref(key)},
            "401": {"description": "Unauthorized"},
        },
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": {"group": GROUP, "version": version, "kind": name},
    }


def query(name: str, words: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "type": "string", "description": words}


def swagger() -> dict[str, Any]:
    meta = f"{META}.ObjectMeta"
    package_beta = PACKAGE.replace(".v1", ".v1beta1")
    shared = compare.document()["definitions"]
    shared[PLOT]["properties"] = {
        "status": text("What is seen."),
        **shared[PLOT]["properties"],
        "metadata": ref(meta),
    }
    definitions = {
        **shared,
        f"{PACKAGE}.PlotList": kind(
            "PlotList",
            "v1",
            "PlotList is a list.",
            {
                "items": {
                    "type": "array",
                    "items": ref(f"{PACKAGE}.Plot"),
                    "description": "The plots.",
                },
            },
            ("items",),
        ),
        f"{package_beta}.Shed": kind(
            "Shed",
            "v1beta1",
            'Shed keeps tools\nand "spades". Dry.',
            {
                "roof": ref(f"{package_beta}.Roof"),
                "metadata": ref(meta),
            },
        ),
        f"{package_beta}.ShedList": kind(
            "ShedList",
            "v1beta1",
            "ShedList is a list.",
            {
                "items": {"type": "array", "items": ref(f"{package_beta}.Shed")},
            },
            ("items",),
        ),
        f"{package_beta}.Roof": {
            "type": "object",
            "description": "Roof:\n```\ntin\t<b>\n```",
            "properties": {"leaks": {"type": "boolean"}},
        },
        f"{PACKAGE}.Moon": kind("Moon", "v1", "Moon shines.", {}),
        f"{PACKAGE}.Snail": kind("Snail", "v1", "Snail eats.", {}),
        f"{PACKAGE}.SnailList": kind("SnailList", "v1", "SnailList is a list.", {}),
        meta: {
            "type": "object",
            "description": "ObjectMeta is what all have.",
            "properties": {"name": text("The name.")},
        },
    }
    plots, shed = f"/apis/{GROUP}/v1/namespaces/{{namespace}}/plots", f"/apis/{GROUP}/v1beta1/sheds"
    pretty, manager = query("pretty", "Print it prettily."), "Who changes it."
    body = {"name": "body", "in": "body", "required": True, "schema": ref(f"{PACKAGE}.Plot")}
    name = {
        "name": "name",
        "in": "path",
        "required": True,
        "type": "string",
        "description": "name of the Plot",
    }
    paths: dict[str, Any] = {
        f"{plots}/{{name}}": {
            "parameters": [name],
            "get": operation(
                "Plot", "v1", "get", "read the Plot. Once.", f"{PACKAGE}.Plot", [pretty]
            ),
        },
        plots: {
            "post": operation(
                "Plot",
                "v1",
                "post",
                "create a Plot",
                f"{PACKAGE}.Plot",
                [pretty, body, query("by", manager)],
            ),
            "get": operation(
                "Plot",
                "v1",
                "list",
                "list Plots",
                f"{PACKAGE}.PlotList",
                [
                    pretty,
                    query("old", "Deprecated: use pretty."),
                    query("limit", "How many."),
                ],
            ),
        },
        f"/apis/{GROUP}/v1/plots": {
            "get": operation(
                "Plot", "v1", "list", "list all Plots", f"{PACKAGE}.PlotList", [pretty]
            )
        },
        f"/apis/{GROUP}/v1/watch/plots": {
            "get": operation(
                "Plot",
                "v1",
                "watchlist",
                "watch Plots. deprecated: use list",
                f"{PACKAGE}.PlotList",
                [pretty],
            )
        },
    }
    for number in range(OFTEN):
        more = f"{manager} It matters." if number % 2 else manager
        parameters = [pretty, query("by", more), query("dry", "Try it.")]
        put = operation(
            "Shed", "v1beta1", "put", f"replace {number}", f"{package_beta}.Shed", parameters
        )
        paths[f"{shed}/{number}"] = {"put": put}
    return openapi(definitions, paths)


def reference(document: dict[str, Any] | None = None) -> Reference:
    report = Report()
    made = read_document(
        Source(json.dumps(document or swagger(), indent=1), "swagger.json"), report
    )
    assert not report.has_errors
    return made


def contents(toc: str = TOC, fields: str | None = FIELDS, report: Report | None = None) -> Contents:
    order = Source(fields, "fields.yaml") if fields is not None else None
    return read_contents(Source(toc, "toc.yaml"), order, report or Report())


def emit_texts(
    made: Reference,
    *locales: str,
    table: Contents | None = None,
    report: Report | None = None,
    templates: Path | None = None,
    **options: str,
) -> dict[str, str]:
    """Return the text of each file by path, below the locale if there are several."""
    job = Job(
        reference=made,
        locales=locales or ("en",),
        options=options,
        origin="swagger.json",
        contents=table,
        report=report or Report(),
        templates=templates,
    )
    files: list[GeneratedFile] = list(layouts.emit(job))
    assert len({(each.locale, each.path) for each in files}) == len(files)
    return {
        f"{each.locale}/{each.path}" if len(locales) > 1 else each.path: each.text for each in files
    }
