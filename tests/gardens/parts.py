"""Names and builders of the invented API, shared by all gardens."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from msgspec.structs import replace

from codegen.core.diagnostics import Span
from codegen.model import Definition, Field, Operation, Prose, Reference, Scalar, Type

GROUP = "garden.example.io"
PACKAGE = "io.example.api.garden.v1"
META = "io.k8s.apimachinery.pkg.apis.meta.v1"
PLOT = f"{PACKAGE}.Plot"
PLOTS = f"/apis/{GROUP}/v1/namespaces/{{namespace}}/plots"

SPAN = Span(path="garden.json", line=1, column=1)
STRING = Scalar(type="string")


def field(name: str, type_: Type = STRING, **more: Any) -> Field:
    """Build a field of a definition, a string by default."""
    return Field(name=name, type=type_, span=SPAN, **more)


def definition(
    key: str, *fields: Field, name: str = "", span: Span = SPAN, **more: Any
) -> Definition:
    """Build a definition, named by the last part of its key by default."""
    return Definition(
        key=key, name=name or key.rpartition(".")[2], fields=fields, span=span, **more
    )


def reference(
    *definitions: Definition,
    operations: tuple[Operation, ...] = (),
    texts: Mapping[str, str] | None = None,
    **more: Any,
) -> Reference:
    """Build a reference with English texts by prose id."""
    prose = {key: Prose(text=text, span=SPAN) for key, text in (texts or {}).items()}
    return Reference(
        definitions=MappingProxyType({each.key: each for each in definitions}),
        operations=MappingProxyType({each.id: each for each in operations}),
        prose=MappingProxyType({"en": MappingProxyType(prose)}),
        **more,
    )


def with_chinese(source: Reference, texts: Mapping[str, str]) -> Reference:
    """Add Chinese texts by prose id to a reference."""
    chinese = {
        **source.prose.get("zh-cn", {}),
        **{key: Prose(text=text, span=SPAN) for key, text in texts.items()},
    }
    return replace(
        source, prose=MappingProxyType({**source.prose, "zh-cn": MappingProxyType(chinese)})
    )


def ref(name: str) -> dict[str, Any]:
    """Build a reference to another definition by key, or by name in the garden's own package."""
    return {"$ref": f"#/definitions/{name if '.' in name else f'{PACKAGE}.{name}'}"}


def gvk_of(kind: str = "Plot", version: str = "v1") -> dict[str, str]:
    """Build the group, version and kind of a garden kind, for a schema or an operation."""
    return {"group": GROUP, "version": version, "kind": kind}


def kind(name: str = "Plot", **more: Any) -> dict[str, Any]:
    """Build the schema of a kind in a document."""
    return {"type": "object", "x-kubernetes-group-version-kind": [gvk_of(name)], **more}


def openapi(
    definitions: Mapping[str, Any], paths: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Build a document with these definitions by key, and these paths."""
    info = {"title": "Garden", "version": "v1"}
    return {
        "swagger": "2.0",
        "info": info,
        "paths": {**(paths or {})},
        "definitions": {**definitions},
    }


# The beginning of the English page of Plot, before its fields.
PAGE_HEAD = """\
---
api_metadata:
  apiVersion: "garden.example.io/v1"
  import: "example.io/api/garden/v1"
  kind: "Plot"
content_type: "api_reference"
description: "Plot is a piece of ground."
title: "Plot"
weight: 3
---

`apiVersion: garden.example.io/v1`

`import "example.io/api/garden/v1"`


## Plot {#Plot}

Plot is a piece of ground.

<hr>

- **apiVersion**: garden.example.io/v1


- **kind**: Plot


"""


SOURCES = Path(__file__).with_name("sources")


def load_document(name: str) -> dict[str, Any]:
    """Load an OpenAPI document of `sources`."""
    document: dict[str, Any] = yaml.safe_load(
        (SOURCES / f"{name}.openapi.yaml").read_text(encoding="utf-8")
    )
    return document
