"""What all gardens share: the names of the invented API, and how its parts are built for the model and for documents."""

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
    """A field of a definition, a string unless said otherwise."""
    return Field(name=name, type=type_, span=SPAN, **more)


def definition(key: str, *fields: Field, name: str = "", span: Span = SPAN, **more: Any) -> Definition:
    """A definition; its name is the last part of its key unless said otherwise."""
    return Definition(key=key, name=name or key.rpartition(".")[2], fields=fields, span=span, **more)


def reference(
    *definitions: Definition,
    operations: tuple[Operation, ...] = (),
    texts: Mapping[str, str] | None = None,
    **more: Any,
) -> Reference:
    """A reference with English texts by prose id."""
    prose = {key: Prose(text=text, span=SPAN) for key, text in (texts or {}).items()}
    return Reference(
        definitions=MappingProxyType({each.key: each for each in definitions}),
        operations=MappingProxyType({each.id: each for each in operations}),
        prose=MappingProxyType({"en": MappingProxyType(prose)}),
        **more,
    )


def with_chinese(source: Reference, texts: Mapping[str, str]) -> Reference:
    """Add Chinese texts by prose id to a reference."""
    chinese = {**source.prose.get("zh-cn", {}), **{key: Prose(text=text, span=SPAN) for key, text in texts.items()}}
    return replace(source, prose=MappingProxyType({**source.prose, "zh-cn": MappingProxyType(chinese)}))


def ref(name: str) -> dict[str, Any]:
    """The schema of a document that is another definition, by its key or, in the garden's own package, by its name."""
    return {"$ref": f"#/definitions/{name if '.' in name else f'{PACKAGE}.{name}'}"}


def gvk_of(kind: str = "Plot", version: str = "v1") -> dict[str, str]:
    """What a document says a kind of the garden is, or what an operation is about."""
    return {"group": GROUP, "version": version, "kind": kind}


def kind(name: str = "Plot", **more: Any) -> dict[str, Any]:
    """The schema of a kind in a document."""
    return {"type": "object", "x-kubernetes-group-version-kind": [gvk_of(name)], **more}


def openapi(definitions: Mapping[str, Any], paths: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A document with these definitions by their keys, and these paths."""
    info = {"title": "Garden", "version": "v1"}
    return {"swagger": "2.0", "info": info, "paths": {**(paths or {})}, "definitions": {**definitions}}


# What the English page of the plot begins with, up to its fields.
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
    """An OpenAPI document of `sources`."""
    document: dict[str, Any] = yaml.safe_load((SOURCES / f"{name}.openapi.yaml").read_text(encoding="utf-8"))
    return document
