"""A CustomResourceDefinition with every construct of structural schemas."""

from __future__ import annotations

import copy
import json
from typing import Any

import yaml

GROUP = "garden.example.io"
KEY = "io.example.garden.v1.Plot"

# Beginnings of a small definition, before its version and before its fields.
PLOTS_HEAD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: plots.garden.example.io}
spec:
  group: garden.example.io
  names: {kind: Plot, plural: plots, listKind: PlotList, singular: plot}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
"""
PLOTS_PROPERTIES = f"""\
{PLOTS_HEAD}\
    schema:
      openAPIV3Schema:
        type: object
        properties:
"""

PLOTS = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: plots.garden.example.io
spec:
  group: garden.example.io
  scope: Namespaced
  names: {kind: Plot, plural: plots, singular: plot, shortNames: [pl], categories: [garden]}
  conversion: {strategy: None}
  versions:
    - name: v1alpha1
      served: false
      storage: false
      schema: {openAPIV3Schema: {type: object}}
    - name: v1
      served: true
      storage: true
      additionalPrinterColumns:
        - {name: Rows, type: integer, jsonPath: .spec.rows, priority: 1, description: How many rows there are.}
      selectableFields: [{jsonPath: .spec.soil}]
      subresources:
        status: {}
        scale: {specReplicasPath: .spec.rows, statusReplicasPath: .status.rows}
      schema:
        openAPIV3Schema:
          description: Plot is a piece of ground.
          type: object
          required: [spec]
          properties:
            apiVersion: {type: string}
            kind: {type: string}
            metadata: {type: object}
            spec:
              description: What shall grow.
              type: object
              required: [rows]
              oneOf:
                - required: [soil]
                - required: [beds]
              x-kubernetes-validations:
                - rule: self.rows < 10 || has(self.soil)
                  message: many rows need soil
              properties:
                rows:
                  description: How many rows.
                  type: integer
                  format: int32
                  minimum: 1
                  maximum: 100
                  default: 3
                soil:
                  type: string
                  enum: [sand, clay, loam]
                  default: loam
                  nullable: true
                depth:
                  anyOf: [{type: integer}, {type: string}]
                  pattern: ^[0-9]+(cm|m)?$
                  x-kubernetes-int-or-string: true
                grades: {type: integer, enum: [3, 1, 2]}
                properties:
                  description: A field of this name is nothing special.
                  type: object
                  additionalProperties: {type: array, items: {type: string}, x-kubernetes-list-type: atomic}
                beds:
                  description: The beds.
                  type: array
                  maxItems: 8
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [name]
                  items:
                    type: object
                    required: [name]
                    properties:
                      name: {type: string, minLength: 1, description: Its name.}
                      plants:
                        type: object
                        additionalProperties:
                          type: object
                          x-kubernetes-map-type: atomic
                          properties:
                            count: {type: integer, format: int64, description: How many.}
                    x-kubernetes-validations: [{rule: "size(self.name) > 0"}]
                extra: {x-kubernetes-preserve-unknown-fields: true}
                template:
                  type: object
                  x-kubernetes-embedded-resource: true
                  x-kubernetes-preserve-unknown-fields: true
            status:
              type: object
              properties:
                rows: {type: integer}
"""


def plots() -> Any:
    """Return the definition as data, to be modified by a test."""
    return copy.deepcopy(_DATA)


def schema_of(definition: Any, version: int = 1) -> Any:
    """Return the schema of one version."""
    return definition["spec"]["versions"][version]["schema"]["openAPIV3Schema"]


def as_yaml(*documents: Any) -> str:
    """Serialize documents as a YAML stream with sorted keys."""
    return yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True)


def as_json(document: Any) -> str:
    return json.dumps(document, indent=2)


_DATA = yaml.safe_load(PLOTS)


def plots_with_shared_object() -> dict[str, Any]:
    """Plots with equal objects in the field `first` and in lists inside `second` and `third`."""
    definition: dict[str, Any] = plots()
    bounds = {
        "type": "object",
        "required": ["a"],
        "properties": {
            name: {"type": "string", "description": f"The text of {name}."} for name in "ab"
        },
        "minProperties": 1,
    }
    fields = schema_of(definition)["properties"]["spec"]["properties"]
    fields["first"] = {**bounds, "description": "The first bounds."}
    for name in ("second", "third"):
        inner = {"type": "array", "items": bounds, "description": f"Bounds of {name}."}
        fields[name] = {"type": "object", "properties": {"inner": inner}}
    return definition
