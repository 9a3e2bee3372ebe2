"""An invented API with one of everything that schemas say in several ways, and sources written in every form of schemas."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codegen.config import configuration as config
from codegen.config import pipeline
from gardens.parts import GROUP, META, PACKAGE, PLOTS, openapi, ref
from support.files import place

FORMS: dict[str, dict[str, str]] = {
    "json-schema": {"target": "json-schema"},
    "openapi-31": {"target": "openapi", "version": "3.1"},
    "openapi-30": {"target": "openapi", "version": "3.0.3"},
}
WORD = {"type": "string"}
QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
EITHER = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
BED = {"type": "object", "properties": {"soil": WORD}, "required": ["soil"]}
GVK = [{"group": GROUP, "kind": "Plot", "version": "v1"}]
NAME = {"name": "name", "in": "path", "required": True, "type": "string", "description": "name of the Plot"}


def everything() -> dict[str, Any]:
    """A document with one of everything that schemas say in several ways."""
    answers = {"200": {"description": "OK", "schema": ref("Plot")}, "401": {"description": "Unauthorized"}}
    kind = {"x-kubernetes-group-version-kind": GVK[0]}
    return openapi(
        {
            f"{PACKAGE}.Plot": {
                "description": "Plot is a piece of land.",
                "type": "object",
                "required": ["spec", "choice", "size"],
                "properties": {
                    "apiVersion": WORD,
                    "kind": WORD,
                    "spec": {**ref("Bed"), "description": "what grows"},
                    "bed": {**ref("Bed"), "description": "what may grow"},
                    "choice": {**WORD, "enum": ["a", "b"]},
                    "other": {**WORD, "enum": ["a", "b"], "description": "may be left out"},
                    "size": {"type": "integer", "format": "int64"},
                    "depth": {"type": "integer", "format": "int32"},
                    "share": {"type": "number", "format": "double"},
                    "key": {**WORD, "format": "byte"},
                    "name": {
                        **WORD,
                        "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$",
                        "minLength": 1,
                        "maxLength": 63,
                        "default": "a",
                    },
                    "rows": {
                        "type": "integer",
                        "format": "int32",
                        "minimum": 1,
                        "maximum": 12,
                        "exclusiveMaximum": True,
                    },
                    "width": {"type": "integer", "enum": [1, 2, 4], "readOnly": True, "title": "Width"},
                    "steps": {
                        "type": "array",
                        "items": {**WORD, "minLength": 2},
                        "minItems": 1,
                        "maxItems": 3,
                        "uniqueItems": True,
                    },
                    "marks": {
                        "type": "object",
                        "additionalProperties": {"type": "integer", "minimum": 0},
                        "maxProperties": 2,
                    },
                    "house": {
                        "description": "a house on the land",
                        "type": "object",
                        "required": ["doors"],
                        "properties": {
                            "doors": {
                                "type": "array",
                                "items": {"type": "object", "properties": {"width": {"type": "integer"}}},
                            },
                            "colour": {**WORD, "enum": ["red", "blue"], "description": "of its walls"},
                            "garage": {
                                "type": "object",
                                "additionalProperties": {
                                    "type": "object",
                                    "required": ["bed"],
                                    "properties": {"bed": ref("Bed"), "marks": {"type": "object"}},
                                },
                            },
                        },
                    },
                    "absent": {**WORD, "x-nullable": True, "maxLength": 4},
                    "at": ref(f"{META}.Time"),
                    "either": ref(EITHER),
                    "inline": {**WORD, "format": "int-or-string"},
                    "weight": ref(QUANTITY),
                    "free": {"type": "object"},
                    "any": {"description": "whatever"},
                    "labels": {"type": "object", "additionalProperties": WORD},
                    "limits": {"type": "object", "additionalProperties": ref(QUANTITY)},
                    "tags": {"type": "array", "items": WORD, "x-kubernetes-list-type": "set"},
                    "grid": {"type": "array", "items": {"type": "array", "items": WORD}},
                    "depths": {"type": "array", "items": {"type": "integer", "x-nullable": True}},
                    "beds": {
                        "type": "array",
                        "items": ref("Bed"),
                        "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["soil"],
                        "x-kubernetes-patch-strategy": "merge",
                        "x-kubernetes-patch-merge-key": "soil",
                    },
                },
                "x-kubernetes-group-version-kind": GVK,
            },
            f"{PACKAGE}.Bed": BED,
            f"{PACKAGE}.Names": {
                "type": "object",
                "required": ["names", "none"],
                "properties": {"names": {"type": "array", "items": WORD}, "none": {**WORD, "x-nullable": True}},
            },
            f"{PACKAGE}.Words": {"type": "object", "additionalProperties": WORD, "minProperties": 1},
            f"{PACKAGE}.Code": {**WORD, "pattern": "^[A-Z]{3}$"},
            f"{PACKAGE}.Orphan": {**BED, "description": "Nothing leads to Orphan."},
            f"{PACKAGE}.Selector": {**BED, "x-kubernetes-map-type": "atomic"},
            f"{META}.Patch": {"description": "Patch is a patch.", "type": "object"},
            f"{META}.Time": {**WORD, "format": "date-time"},
            EITHER: {**WORD, "format": "int-or-string"},
            QUANTITY: WORD,
        },
        {
            PLOTS: {
                "post": {
                    "description": "create a Plot",
                    "parameters": [{"name": "body", "in": "body", "required": True, "schema": ref("Plot")}],
                    "responses": answers,
                    "x-kubernetes-action": "post",
                    **kind,
                },
                "parameters": [{**NAME, "name": "namespace", "description": "a namespace"}],
            },
            f"{PLOTS}/{{name}}": {
                "get": {"description": "read the Plot", "responses": answers, "x-kubernetes-action": "get", **kind},
                "patch": {
                    "description": "change the Plot",
                    "parameters": [{"name": "body", "in": "body", "required": True, "schema": ref(f"{META}.Patch")}],
                    "responses": answers,
                    "x-kubernetes-action": "patch",
                    **kind,
                },
                "parameters": [NAME, {**NAME, "name": "namespace", "description": "a namespace"}],
            },
            f"{PLOTS}/{{name}}/gate": {
                "get": {"description": "enter the Plot", "responses": {"200": {"description": "OK", "schema": WORD}}},
                "parameters": [NAME, {**NAME, "name": "namespace", "description": "a namespace"}],
            },
            "/rain/{year}": {
                "get": {
                    "description": "measure rain",
                    "parameters": [
                        {"name": "year", "in": "path", "required": True, "type": "integer", "minimum": 1900},
                        {"name": "days", "in": "query", "type": "array", "items": WORD, "maxItems": 7},
                        {"name": "unit", "in": "query", "type": "integer", "enum": [1, 10], "default": 1},
                    ],
                    "responses": {"200": {"description": "OK", "schema": {"type": "array", "items": WORD}}},
                },
                "put": {
                    "description": "correct rain",
                    "parameters": [
                        {"name": "year", "in": "path", "required": True, "type": "integer", "minimum": 1900},
                        {"name": "unit", "in": "query", "type": "integer"},
                        {"name": "body", "in": "body", "schema": {"type": "object", "additionalProperties": WORD}},
                    ],
                    "responses": {"200": {"description": "OK"}},
                },
            },
            "/weather/": {"get": {"description": "look up", "responses": {"401": {"description": "Unauthorized"}}}},
        },
    )


def written_forms(source: Path, folder: Path, locale: str = "en", select: Sequence[str] = ()) -> dict[str, Path]:
    """The form -> the folder that it was written to."""
    outputs = [{**form, "to": name} for name, form in FORMS.items()]
    (folder / config.NAME).write_text(
        json.dumps(
            {
                "sources": [{"path": str(source), "locale": locale}],
                "locales": [locale],
                **({"select": list(select)} if select else {}),
                "outputs": outputs,
            }
        ),
        encoding="utf-8",
    )
    made = pipeline.generate(config.load(folder / config.NAME))
    place(made.files, folder)
    return {name: folder / name for name in FORMS}
