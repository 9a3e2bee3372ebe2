"""Checks of the schemas of a CustomResourceDefinition, as servers do them.

A structural schema describes the fields of an object. The parts of allOf, anyOf, oneOf and not may
only restrict the values of these fields.

Sources: `pkg/apiserver/schema/{validation,complete}.go` and
`pkg/apis/apiextensions/validation/validation.go` of k8s.io/apiextensions-apiserver, and
https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.core.json_types import JsonObject
from codegen.kube.errors import REQUIRED, UNSUPPORTED
from codegen.kube.patterns import compile_pattern
from codegen.model.keywords.keyword import PRESERVE_UNKNOWN
from codegen.model.kubernetes import EMBEDDED
from codegen.readers.crd.merge_type_checks import check_merge_types
from codegen.readers.crd.violations import (
    FORBIDDEN,
    INT_OR_STRING,
    LIST_KEYS,
    LIST_TYPE,
    MAP_TYPE,
    RULES,
    Steps,
    Violation,
    format_value,
    list_structural_parts,
    list_value_parts,
    read_list,
    read_object,
    walk_schemas,
)

_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_UNSUPPORTED = (
    "additionalItems",
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
_ONLY_STRUCTURAL = (
    "additionalProperties",
    "default",
    "description",
    "externalDocs",
    "nullable",
    "title",
    "type",
    EMBEDDED,
    INT_OR_STRING,
    LIST_KEYS,
    LIST_TYPE,
    MAP_TYPE,
    PRESERVE_UNKNOWN,
    RULES,
)
_BESIDE_STATUS = frozenset(
    (
        "description",
        "example",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "externalDocs",
        "format",
        "items",
        "maxItems",
        "maxLength",
        "maximum",
        "minItems",
        "minLength",
        "minimum",
        "multipleOf",
        "pattern",
        "properties",
        "required",
        "title",
        "type",
        "uniqueItems",
        PRESERVE_UNKNOWN,
        RULES,
    )
)
_OF_METADATA = frozenset(("name", "generateName"))
_INTEGER_OR_STRING = [{"type": "integer"}, {"type": "string"}]
_META_FIELDS = ("apiVersion", "kind", "metadata")
_STRUCTURAL = "servers refuse schemas that are not structural"
_NOT_STRUCTURAL = "crd-not-structural"


def check_schema(schema: JsonObject, steps: Steps, *, has_status: bool) -> Iterator[Violation]:
    """Yield the violations of the schema of a version at these steps."""
    yield from _check_root(schema, steps, has_status=has_status)
    yield from _check_structural(schema, steps, is_root=True)
    yield from _check_metadata_default(schema, steps)
    for part in walk_schemas(schema, steps):
        yield from _check_keywords(part.schema, part.steps)
        yield from check_merge_types(part.schema, part.steps)


def _is_set(value: object) -> bool:
    """Return whether a keyword is there for a server, which ignores empty values."""
    return value is not None and value is not False and value not in ("", [], {})


# ------------------------------------------------------------------------------ structural schemas


def _check_root(schema: JsonObject, steps: Steps, *, has_status: bool) -> Iterator[Violation]:
    if schema.get("type") != "object":
        yield Violation(
            steps=steps,
            message="the root schema must have the type object",
            hint=f"write `type: object`; {_STRUCTURAL}",
            rule=_NOT_STRUCTURAL,
        )
    if schema.get("nullable") is True:
        yield Violation(
            steps=(*steps, "nullable"),
            message="nullable cannot be true at the root",
            hint="remove it: an object of the API is never null",
            code=FORBIDDEN,
        )
    if isinstance(schema.get("additionalProperties"), bool | dict):
        yield Violation(
            steps=(*steps, "additionalProperties"),
            message="`additionalProperties` is not allowed at the root",
            hint=f"name the fields in `properties`; {_STRUCTURAL}",
            code=FORBIDDEN,
            rule=_NOT_STRUCTURAL,
        )
    for word in schema if has_status else ():
        is_refused = word not in _BESIDE_STATUS and word not in ("$ref", "nullable")
        if is_refused and word not in _UNSUPPORTED and _is_set(schema[word]):
            yield Violation(
                steps=(*steps, word),
                message=f"`{word}` is not allowed at the root beside the subresource status",
                hint="move it to a field such as `spec`, or remove `subresources.status`",
            )


def _check_structural(schema: JsonObject, steps: Steps, *, is_root: bool) -> Iterator[Violation]:
    """Check a schema outside of choices, and all such schemas inside it."""
    yield from _check_type(schema, steps, is_root=is_root)
    yield from _check_extensions(schema, steps)
    if is_root or schema.get(EMBEDDED) is True:
        yield from _check_resource_fields(schema, steps, is_root=is_root)
    yield from _check_value_parts(schema, steps, may_have_types=True)
    for part in list_value_parts(schema):
        yield from _check_completeness(part.schema, (*steps, *part.steps), schema)
    for part in list_structural_parts(schema):
        yield from _check_structural(part.schema, (*steps, *part.steps), is_root=False)


def _check_type(schema: JsonObject, steps: Steps, *, is_root: bool) -> Iterator[Violation]:
    kind = schema.get("type")
    keeps_type_open = schema.get(INT_OR_STRING) is True or schema.get(PRESERVE_UNKNOWN) is True
    is_embedded = schema.get(EMBEDDED) is True
    if not kind and not (keeps_type_open or is_root or is_embedded or "$ref" in schema):
        yield Violation(
            steps=steps,
            message="this schema has no type",
            hint=f"give it a `type`, or `{INT_OR_STRING}: true`, or `{PRESERVE_UNKNOWN}: true`; "
            f"{_STRUCTURAL}",
            code=REQUIRED,
            rule="crd-type-missing",
        )
    if isinstance(kind, list) and kind:
        yield Violation(
            steps=(*steps, "type"),
            message="`type` must be one type, not a list",
            hint="write one type, and `nullable: true` if null is a value too",
        )
    if kind == "array" and not isinstance(schema.get("items"), dict | list):
        yield Violation(
            steps=steps,
            message="an array needs a schema of its items",
            hint=f"write it below `items`; {_STRUCTURAL}",
            code=REQUIRED,
            rule=_NOT_STRUCTURAL,
        )


def _check_extensions(schema: JsonObject, steps: Steps) -> Iterator[Violation]:
    if schema.get(INT_OR_STRING) is True:
        for word in ("type", PRESERVE_UNKNOWN, EMBEDDED):
            if _is_set(schema.get(word)):
                yield Violation(
                    steps=(*steps, word),
                    message=f"`{word}` is not allowed beside `{INT_OR_STRING}: true`",
                    hint=f"remove one of the two; {_STRUCTURAL}",
                )
    if schema.get(EMBEDDED) is not True:
        return
    if schema.get("type") != "object":
        yield Violation(
            steps=(*steps, "type"),
            message=f"must be object beside `{EMBEDDED}: true`",
            hint=f"write `type: object`; {_STRUCTURAL}",
        )
    if isinstance(schema.get("additionalProperties"), bool | dict):
        yield Violation(
            steps=(*steps, "additionalProperties"),
            message=f"`additionalProperties` is not allowed beside `{EMBEDDED}: true`",
            hint=f"name the fields in `properties`; {_STRUCTURAL}",
            code=FORBIDDEN,
        )
    if schema.get(PRESERVE_UNKNOWN) is not True and not read_object(schema, "properties"):
        yield Violation(
            steps=(*steps, EMBEDDED),
            message="an embedded resource needs `properties`",
            hint=f"name its fields, or write `{PRESERVE_UNKNOWN}: true`; {_STRUCTURAL}",
            code=REQUIRED,
        )


def _check_resource_fields(
    schema: JsonObject, steps: Steps, *, is_root: bool
) -> Iterator[Violation]:
    """Check the fields that every object of the API has."""
    fields = read_object(schema, "properties")
    for name, kind in zip(_META_FIELDS, ("string", "string", "object"), strict=True):
        field = fields.get(name)
        if isinstance(field, dict) and field.get("type") not in (kind, None):
            yield Violation(
                steps=(*steps, "properties", (name,), "type"),
                message=f"the type of {name} must be {kind}",
                hint=f"write `type: {kind}`; {_STRUCTURAL}",
            )
    metadata = fields.get("metadata")
    if not is_root or not isinstance(metadata, dict):
        return
    around = (*steps, "properties", ("metadata",))
    hint = f"remove it: servers define all other fields of metadata; {_STRUCTURAL}"
    for name in read_object(metadata, "properties"):
        if name not in _OF_METADATA:
            yield Violation(
                steps=(*around, "properties", (name,)),
                message="metadata may only restrict name and generateName",
                hint=hint,
                code=FORBIDDEN,
            )
    for word, value in metadata.items():
        if word not in ("type", "properties", "default", "$ref") and _is_set(value):
            yield Violation(
                steps=(*around, word),
                message=f"metadata may only restrict name and generateName, without `{word}`",
                hint=hint,
                code=FORBIDDEN,
            )


def _check_metadata_default(schema: JsonObject, steps: Steps) -> Iterator[Violation]:
    """Check that the metadata of the root has no defaults, which servers never apply."""
    for name in _META_FIELDS:
        field = read_object(schema, "properties").get(name)
        if not isinstance(field, dict):
            continue
        for part in walk_schemas(field, (*steps, "properties", (name,))):
            if part.schema.get("default") is not None:
                yield Violation(
                    steps=(*part.steps, "default"),
                    message=f"`default` is not allowed in {name} of the root",
                    hint="remove it",
                    code=FORBIDDEN,
                )


# ---------------------------------------------------------------------- parts that restrict values


def _check_value_parts(
    schema: JsonObject, steps: Steps, *, may_have_types: bool
) -> Iterator[Violation]:
    """Check the parts of choices of a schema.

    `may_have_types` allows the two types of an integer or string in `anyOf`.
    """
    has_types = may_have_types and read_list(schema, "anyOf") == _INTEGER_OR_STRING
    for part in list_value_parts(schema):
        yield from _check_value_part(
            part.schema,
            (*steps, *part.steps),
            has_type=has_types and part.steps[0] == "anyOf",
            may_have_types=may_have_types and part.steps == ("allOf", 0),
        )


def _check_value_part(
    schema: JsonObject, steps: Steps, *, has_type: bool, may_have_types: bool
) -> Iterator[Violation]:
    for word in schema:
        is_refused = word in _ONLY_STRUCTURAL and _is_set(schema[word])
        if is_refused and not (word == "type" and has_type):
            yield Violation(
                steps=(*steps, word),
                message=f"`{word}` is not allowed inside a choice",
                hint="move it out: allOf, anyOf, oneOf and not may only restrict values; "
                f"{_STRUCTURAL}",
                code=FORBIDDEN,
                rule=_NOT_STRUCTURAL,
            )
    if "metadata" in read_object(schema, "properties"):
        yield Violation(
            steps=(*steps, "properties", ("metadata",)),
            message="`metadata` is not allowed inside a choice",
            hint=f"remove it; {_STRUCTURAL}",
            code=FORBIDDEN,
            rule=_NOT_STRUCTURAL,
        )
    yield from _check_value_parts(schema, steps, may_have_types=may_have_types)
    for part in list_structural_parts(schema):
        if part.steps != ("additionalProperties",):
            inner = (*steps, *part.steps)
            yield from _check_value_part(part.schema, inner, has_type=False, may_have_types=False)


def _check_completeness(part: JsonObject, steps: Steps, schema: JsonObject) -> Iterator[Violation]:
    """Check that the fields and items of a part are also in the schema that it restricts."""
    fields = read_object(schema, "properties")
    for name, inner in read_object(part, "properties").items():
        if not isinstance(inner, dict):
            continue
        at = (*steps, "properties", (name,))
        if isinstance(fields.get(name), dict):
            yield from _check_completeness(inner, at, fields[name])
        else:
            yield Violation(
                steps=at,
                message="this field is not defined outside of the choice",
                hint=f"define it in the `properties` around the choice; {_STRUCTURAL}",
                code=REQUIRED,
            )
    items = part.get("items")
    if isinstance(items, dict):
        outer = schema.get("items")
        if isinstance(outer, dict):
            yield from _check_completeness(items, (*steps, "items"), outer)
        else:
            yield Violation(
                steps=(*steps, "items"),
                message="these items are not defined outside of the choice",
                hint=f"define them in the `items` around the choice; {_STRUCTURAL}",
                code=REQUIRED,
            )
    for inner_part in list_value_parts(part):
        yield from _check_completeness(inner_part.schema, (*steps, *inner_part.steps), schema)


# ---------------------------------------------------------------------------- keywords of any schema


def _check_keywords(schema: JsonObject, steps: Steps) -> Iterator[Violation]:
    if "$ref" in schema:
        yield Violation(
            steps=(*steps, "$ref"),
            message="`$ref` is not allowed here",
            hint=f"replace the reference by the schema; {_STRUCTURAL}",
            code=FORBIDDEN,
            rule="crd-ref",
        )
    kind = schema.get("type")
    if isinstance(kind, str) and kind and kind not in _TYPES:
        hint = f"write one of {', '.join(_TYPES)}"
        if kind == "null":
            hint = "write the type of the other values, and `nullable: true`"
        yield Violation(
            steps=(*steps, "type"),
            message=f"unknown type {format_value(kind)}",
            hint=hint,
            code=UNSUPPORTED,
        )
    for word in _UNSUPPORTED:
        if word in schema and (_is_set(schema[word]) or word == "additionalItems"):
            yield Violation(
                steps=(*steps, word),
                message=f"`{word}` is not allowed here",
                hint=f"remove it; {_STRUCTURAL}",
                code=FORBIDDEN,
                rule=_NOT_STRUCTURAL,
            )
    if isinstance(schema.get("items"), list):
        yield Violation(
            steps=(*steps, "items"),
            message="`items` must be one schema, not a list",
            hint=f"write the schema of all items; {_STRUCTURAL}",
            code=FORBIDDEN,
            rule=_NOT_STRUCTURAL,
        )
    yield from _check_forbidden_values(schema, steps)
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        try:
            compile_pattern(pattern)
        except ValueError as error:
            yield Violation(
                steps=(*steps, "pattern"),
                message=f"the pattern {format_value(pattern)} must be a valid regular expression, "
                f"but isn't: {error}",
                hint="write an expression of RE2, which has no look-around and no references",
                rule="pattern-invalid",
            )


def _check_forbidden_values(schema: JsonObject, steps: Steps) -> Iterator[Violation]:
    if schema.get("uniqueItems") is True:
        yield Violation(
            steps=(*steps, "uniqueItems"),
            message="`uniqueItems: true` is not allowed",
            hint="write `x-kubernetes-list-type: set`, which also defines how the list is merged; "
            f"{_STRUCTURAL}",
            code=FORBIDDEN,
            rule=_NOT_STRUCTURAL,
        )
    if schema.get(PRESERVE_UNKNOWN) is False:
        yield Violation(
            steps=(*steps, PRESERVE_UNKNOWN),
            message=f"`{PRESERVE_UNKNOWN}` must be true or absent",
            hint="remove it: without it, servers drop unknown fields",
        )
    values = schema.get("additionalProperties")
    if values is False:
        yield Violation(
            steps=(*steps, "additionalProperties"),
            message="`additionalProperties: false` is not allowed",
            hint=f"remove it: servers drop unknown fields; {_STRUCTURAL}",
            code=FORBIDDEN,
            rule=_NOT_STRUCTURAL,
        )
    elif isinstance(values, dict) and read_object(schema, "properties"):
        yield Violation(
            steps=(*steps, "additionalProperties"),
            message="`additionalProperties` is not allowed beside `properties`",
            hint=f"keep one of the two: named fields or a map; {_STRUCTURAL}",
            code=FORBIDDEN,
            rule=_NOT_STRUCTURAL,
        )
