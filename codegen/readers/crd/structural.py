"""Checks of custom resource schemas against the structural rules of servers.

Source:
https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
"""

from __future__ import annotations

from typing import Any

from codegen.model.keywords.keyword import PRESERVE_UNKNOWN

_CHOICES = frozenset(("allOf", "anyOf", "oneOf"))
_FORBIDDEN = frozenset(
    (
        "definitions",
        "dependencies",
        "deprecated",
        "discriminator",
        "id",
        "patternProperties",
        "readOnly",
        "writeOnly",
        "xml",
    )
)
_FORBIDDEN_INSIDE = frozenset(("type", "default", "nullable", "additionalProperties"))
_INT_OR_STRING = "x-kubernetes-int-or-string"
_Steps = tuple[str | int, ...]


class StructuralSchema:
    """A checked schema.

    `bare` is the schema without descriptions, `faults` has message, path and hint of each violation
    by rule.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self.faults: dict[str, list[tuple[str, _Steps, str]]] = {}
        self.bare: dict[str, Any] = self._visit(schema, (), inside=False, takes_types=False)
        if schema.get("type") != "object":
            self._add_fault(
                "crd-not-structural",
                "the root schema must have the type object",
                (),
                "write `type: object`",
            )

    def _visit(self, schema: Any, steps: _Steps, *, inside: bool, takes_types: bool) -> Any:
        """Check a schema and return it without descriptions.

        `inside` marks the part of a choice, which may only restrict values. `takes_types` allows
        types there, for int-or-string.
        """
        if type(schema) is not dict:
            return schema
        takes_types = takes_types if inside else schema.get(_INT_OR_STRING) is True
        result: dict[str, Any] = {}
        for word, value in schema.items():
            at = (*steps, word)
            if word == "description" and type(value) is str:
                continue
            if word == "properties" and type(value) is dict:
                result[word] = {
                    name: self._visit(inner, (*at, name), inside=inside, takes_types=False)
                    for name, inner in value.items()
                }
            elif word in _CHOICES and type(value) is list:
                result[word] = [
                    self._visit(part, (*at, number), inside=True, takes_types=takes_types)
                    for number, part in enumerate(value)
                ]
            elif word in ("items", "additionalProperties", "not"):
                result[word] = self._visit(
                    value, at, inside=inside or word == "not", takes_types=False
                )
            else:
                result[word] = value
        if "$ref" in schema:
            self._add_fault(
                "crd-ref",
                "`$ref` is not allowed here",
                (*steps, "$ref"),
                "replace the reference by the schema",
            )
        if inside:
            self._check_inside(schema, steps, takes_types)
        else:
            self._check(schema, steps)
        return result

    def _check(self, schema: dict[str, Any], steps: _Steps) -> None:
        if not (
            {"type", "$ref"} & schema.keys()
            or schema.get(_INT_OR_STRING) is True
            or schema.get(PRESERVE_UNKNOWN) is True
        ):
            hint = f"give it a `type`, or `{_INT_OR_STRING}: true`, or `{PRESERVE_UNKNOWN}: true`"
            self._add_fault("crd-type-missing", "this schema has no type", steps, hint)
        if (word := next((word for word in schema if word in _FORBIDDEN), None)) is not None:
            self._add_fault(
                "crd-not-structural", f"`{word}` is not allowed here", (*steps, word), "remove it"
            )
        if schema.get("uniqueItems") is True:
            hint = "write `x-kubernetes-list-type: set`, which also defines how the list is merged"
            self._add_fault(
                "crd-not-structural",
                "`uniqueItems: true` is not allowed",
                (*steps, "uniqueItems"),
                hint,
            )
        at = (*steps, "additionalProperties")
        if schema.get("additionalProperties") is False:
            hint = "remove it: servers drop unknown fields"
            self._add_fault(
                "crd-not-structural", "`additionalProperties: false` is not allowed", at, hint
            )
        elif "additionalProperties" in schema and schema.get("properties"):
            hint = "keep one of the two: named fields or a map"
            self._add_fault(
                "crd-not-structural",
                "`additionalProperties` is not allowed beside `properties`",
                at,
                hint,
            )

    def _check_inside(self, schema: dict[str, Any], steps: _Steps, takes_types: bool) -> None:
        for word in schema:
            if word in _FORBIDDEN_INSIDE and not (word == "type" and takes_types):
                hint = "move it out: allOf, anyOf, oneOf and not may only restrict values"
                self._add_fault(
                    "crd-not-structural",
                    f"`{word}` is not allowed inside a choice",
                    (*steps, word),
                    hint,
                )

    def _add_fault(self, rule: str, message: str, steps: _Steps, hint: str) -> None:
        self.faults.setdefault(rule, []).append((message, steps, hint))


def is_empty_object(schema: Any) -> bool:
    """Return whether a schema, or that of its items or values, is an object without named fields
    that keeps no others.
    """
    keeps = False
    while isinstance(schema, dict) and not schema.get("properties"):
        keeps = keeps or schema.get(PRESERVE_UNKNOWN) is True
        values = schema.get("additionalProperties")
        if isinstance(values, dict):
            schema, keeps = values, False
        elif "items" in schema:
            schema = schema["items"]
        else:
            return schema.get("type") == "object" and not (values or keeps)
    return False
