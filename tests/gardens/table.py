"""An OpenAPI document for the tests of the table layout, with one type for each placement rule."""

from __future__ import annotations

import json
from typing import Any

from codegen.core.diagnostics import Report
from codegen.core.source import Source
from codegen.model import Reference
from codegen.outputs.docs import layouts
from codegen.outputs.job import Job
from codegen.readers.openapi.reader import read_document
from gardens.parts import load_document

OLD = "io.example.api.garden.v1beta1"
TOOLS = "io.example.api.tools.v1"
PERMITS = "io.example.api.permits.v1"
INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"


STRING = {"type": "string"}


def document() -> dict[str, Any]:
    """Return the complete document."""
    return load_document("table")


def list_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a list."""
    return {"type": "array", "items": schema}


def definition(
    text: str,
    required: tuple[str, ...] = (),
    gvk: tuple[str, str, str] | None = None,
    **fields: Any,
) -> dict[str, Any]:
    """Return a definition of the document."""
    kinds = [dict(zip(("group", "version", "kind"), gvk, strict=True))] if gvk else []
    made = {"description": text, "type": "object", "properties": fields}
    return {**made, "required": [*required], "x-kubernetes-group-version-kind": kinds}


def kind_paths(plural: str, group: str, kind: str, package: str) -> dict[str, Any]:
    """Return the paths of a kind, like those of Tool."""
    paths = {
        path: each
        for path, each in document()["paths"].items()
        if path.startswith("/apis/tools.example.io/")
    }
    text = json.dumps(paths)
    for old, new in (
        (TOOLS, package),
        ("tools.example.io", group),
        ("/tools", f"/{plural}"),
        ("Tool", kind),
    ):
        text = text.replace(old, new)
    made: dict[str, Any] = json.loads(text)
    return made


def read(made: dict[str, Any]) -> Reference:
    """Read a document as a reference without findings."""
    report = Report()
    text = json.dumps(made, indent=1)
    reference = read_document(Source(path="garden.json", text=text, relative="garden.json"), report)
    assert [str(each) for each in report.diagnostics] == []
    return reference


def emit_texts(reference: Reference, *locales: str, **options: str) -> dict[str, str]:
    """Return the text of each file by path, or by `locale/path` for several languages."""
    job = Job(
        reference=reference,
        locales=locales or ("en",),
        options={"layout": "table", **options},
        origin="garden.json",
    )
    return {
        f"{each.locale}/{each.path}" if len(locales) > 1 else each.path: each.text
        for each in layouts.emit(job)
    }


def plain(text: str) -> str:
    return "".join(text.split())
