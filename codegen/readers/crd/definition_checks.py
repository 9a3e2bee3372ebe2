"""Checks of a CustomResourceDefinition apart from its schemas, as servers do them.

Source: `pkg/apis/apiextensions/validation/validation.go` of k8s.io/apiextensions-apiserver.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from codegen.core.json_types import JsonList, JsonObject
from codegen.kube.errors import DUPLICATE, INVALID, REQUIRED
from codegen.readers.crd.conversion_checks import check_conversion
from codegen.readers.crd.field_paths import FieldPathError, follow_field_path
from codegen.readers.crd.name_checks import check_label, split_url
from codegen.readers.crd.violations import (
    SCHEMA,
    Steps,
    Violation,
    format_value,
    read_list,
    read_object,
    read_text,
)

_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS = (
    "byte",
    "date",
    "date-time",
    "double",
    "float",
    "int32",
    "int64",
    "password",
)
_SELECTABLE_TYPES = ("boolean", "integer", "string")
_MOST_SELECTABLE = 8
_LONGEST_WARNING = 256
_PROTECTED_GROUPS = (".k8s.io", ".kubernetes.io")
_APPROVAL = "api-approved.kubernetes.io"


def check_definition(data: JsonObject) -> Iterator[Violation]:
    """Yield the violations of a definition, apart from those of its schemas."""
    spec = read_object(data, "spec")
    yield from _check_name(data, spec)
    yield from _check_approval(data, spec)
    yield from _check_names(read_object(spec, "names"))
    yield from _check_versions(read_list(spec, "versions"))
    yield from check_conversion(spec.get("conversion"))
    if spec.get("preserveUnknownFields") is True:
        yield Violation(
            steps=("spec", "preserveUnknownFields"),
            message="must be false",
            hint="remove it, and write `x-kubernetes-preserve-unknown-fields: true` in the schema",
        )
    for number, version in enumerate(read_list(spec, "versions")):
        if isinstance(version, dict):
            steps = ("spec", "versions", number)
            yield from _check_deprecation(version, steps)
            yield from _check_columns(version, steps)
            yield from _check_scale(version, steps)
            yield from _check_selectable_fields(version, steps)


def _check_name(data: JsonObject, spec: JsonObject) -> Iterator[Violation]:
    name = read_text(read_object(data, "metadata"), "name")
    expected = f"{read_text(read_object(spec, 'names'), 'plural')}.{read_text(spec, 'group')}"
    if not name:
        yield Violation(
            steps=("metadata", "name"),
            message="is required",
            hint=f"write `name: {expected}`",
            code=REQUIRED,
        )
    elif name != expected:
        yield Violation(
            steps=("metadata", "name"),
            message=f"must be spec.names.plural and spec.group, not {format_value(name)}",
            hint=f"write `name: {expected}`",
        )


def _check_approval(data: JsonObject, spec: JsonObject) -> Iterator[Violation]:
    """Check the annotation that definitions of Kubernetes' own groups need."""
    group = f".{read_text(spec, 'group')}"
    if not group.endswith(_PROTECTED_GROUPS):
        return
    steps = ("metadata", "annotations", (_APPROVAL,))
    annotations = read_object(read_object(data, "metadata"), "annotations")
    value = read_text(annotations, _APPROVAL)
    hint = f"use a group of your own, or set {_APPROVAL} to the URL of the approval"
    if not value:
        yield Violation(
            steps=steps,
            message="is required for groups below k8s.io and kubernetes.io",
            hint=hint,
            code=REQUIRED,
        )
    elif not value.startswith("unapproved"):
        url = split_url(value)
        if url is None or not (url.scheme and url.netloc):
            yield Violation(
                steps=steps, message="must be a URL, or begin with `unapproved`", hint=hint
            )


def _check_names(names: JsonObject) -> Iterator[Violation]:
    around: Steps = ("spec", "names")
    singular = read_text(names, "singular")
    if singular:
        yield from check_label(singular, (*around, "singular"))
    list_kind = read_text(names, "listKind")
    if list_kind:
        yield from check_label(list_kind.lower(), (*around, "listKind"))
    if list_kind and list_kind == names.get("kind"):
        yield Violation(
            steps=(*around, "listKind"),
            message="kind and listKind may not be the same",
            hint=f"write `listKind: {list_kind}List`",
        )
    for word in ("shortNames", "categories"):
        for number, name in enumerate(read_list(names, word)):
            if isinstance(name, str):
                yield from check_label(name, (*around, word, number))


def _check_versions(versions: JsonList) -> Iterator[Violation]:
    stored: list[int] = []
    names: set[str] = set()
    for number, version in enumerate(versions):
        if not isinstance(version, dict):
            continue
        if version.get("storage") is True:
            stored.append(number)
        name = read_text(version, "name")
        if name and name in names:
            yield Violation(
                steps=("spec", "versions", number, "name"),
                message=f"must be unique: there are several versions {name}",
                hint="remove all but one of them",
            )
        names.add(name)
        schema = read_object(version, "schema").get("openAPIV3Schema")
        if version.get("served") is not True and not isinstance(schema, dict):
            yield Violation(
                steps=("spec", "versions", number, *SCHEMA),
                message="is required",
                hint="every version needs a schema, also one that is not served",
                code=REQUIRED,
            )
    if versions and not stored:
        yield Violation(
            steps=("spec", "versions"),
            message="must have exactly one version with `storage: true`; there is none",
            hint="set `storage: true` in the version that servers shall store",
        )
    for number in stored[1:]:
        yield Violation(
            steps=("spec", "versions", number, "storage"),
            message="must be true for exactly one version",
            hint="set `storage: false` in all versions but one",
        )


# ------------------------------------------------------------------------------------ versions


def _check_deprecation(version: JsonObject, steps: Steps) -> Iterator[Violation]:
    warning = version.get("deprecationWarning")
    if not isinstance(warning, str):
        return
    at = (*steps, "deprecationWarning")
    problem = ""
    if version.get("deprecated") is not True:
        problem = "may only be set for a version with `deprecated: true`"
    elif not warning:
        problem = "must not be empty"
    elif len(warning.encode("utf-8", "surrogatepass")) > _LONGEST_WARNING:
        problem = f"must have at most {_LONGEST_WARNING} bytes"
    elif not all(map(_is_printable, warning)):
        problem = "must only contain printable characters"
    if problem:
        yield Violation(steps=at, message=problem, hint="write one short sentence, or remove it")


def _is_printable(char: str) -> bool:
    return char == " " or unicodedata.category(char)[0] not in ("C", "Z")


def _check_columns(version: JsonObject, steps: Steps) -> Iterator[Violation]:
    for number, column in enumerate(read_list(version, "additionalPrinterColumns")):
        if not isinstance(column, dict):
            continue
        around = (*steps, "additionalPrinterColumns", number)
        for word in ("name", "type", "jsonPath"):
            if not read_text(column, word):
                yield Violation(
                    steps=(*around, word),
                    message="is required",
                    hint="a column needs `name`, `type` and `jsonPath`",
                    code=REQUIRED,
                )
        yield from _check_choice(read_text(column, "type"), _COLUMN_TYPES, (*around, "type"))
        yield from _check_choice(read_text(column, "format"), _COLUMN_FORMATS, (*around, "format"))
        path = read_text(column, "jsonPath")
        if path:
            yield from _check_simple_path(path, ("",), (*around, "jsonPath"))


def _check_choice(value: str, choices: tuple[str, ...], steps: Steps) -> Iterator[Violation]:
    if value and value not in choices:
        message = f"must be one of {', '.join(choices)}, not {format_value(value)}"
        yield Violation(steps=steps, message=message, hint=f"write one of {', '.join(choices)}")


def _check_simple_path(path: str, roots: tuple[str, ...], steps: Steps) -> Iterator[Violation]:
    """Check a JSON path that has to begin with a dot and one of the roots."""
    if not path.startswith("."):
        message = f"must be a simple JSON path that begins with '.', not {format_value(path)}"
        yield Violation(steps=steps, message=message, hint="write a path such as .spec.size")
    elif not path.startswith(roots):
        message = f"must be a JSON path below {' or '.join(root[:-1] for root in roots)}"
        yield Violation(steps=steps, message=message, hint=f"write a path such as {roots[0]}size")


def _check_scale(version: JsonObject, steps: Steps) -> Iterator[Violation]:
    scale = read_object(version, "subresources").get("scale")
    if not isinstance(scale, dict):
        return
    around = (*steps, "subresources", "scale")
    for word, roots, is_required in (
        ("specReplicasPath", (".spec.",), True),
        ("statusReplicasPath", (".status.",), True),
        ("labelSelectorPath", (".spec.", ".status."), False),
    ):
        path = read_text(scale, word)
        if path:
            yield from _check_simple_path(path, roots, (*around, word))
        elif is_required:
            yield Violation(
                steps=(*around, word),
                message="is required",
                hint=f"write a path such as {roots[0]}size",
                code=REQUIRED,
            )


def _check_selectable_fields(version: JsonObject, steps: Steps) -> Iterator[Violation]:
    schema = read_object(read_object(version, "schema"), "openAPIV3Schema")
    selected: set[tuple[str, ...]] = set()
    for number, entry in enumerate(read_list(version, "selectableFields")):
        if not isinstance(entry, dict):
            continue
        at = (*steps, "selectableFields", number, "jsonPath")
        path = read_text(entry, "jsonPath")
        hint = "name a field of type string, boolean or integer, such as .spec.size"
        if not path:
            yield Violation(steps=at, message="is required", hint=hint, code=REQUIRED)
            continue
        try:
            target = follow_field_path(path, schema, with_brackets=False)
        except FieldPathError as error:
            yield Violation(steps=at, message=f"is an invalid path: {error}", hint=hint)
            continue
        if target.names[0] == "metadata":
            message = "must not point to fields in metadata"
            yield Violation(steps=at, message=message, hint=hint)
        if target.schema.get("type") not in _SELECTABLE_TYPES:
            message = "must point to a field of type string, boolean or integer"
            yield Violation(steps=at, message=message, hint=hint)
        if target.names in selected:
            message = f"is there twice: {format_value(path)}"
            hint = "remove one of the two"
            yield Violation(steps=at, message=message, hint=hint, code=DUPLICATE)
        selected.add(target.names)
    if len(selected) > _MOST_SELECTABLE:
        yield Violation(
            steps=(*steps, "selectableFields"),
            message=f"must have at most {_MOST_SELECTABLE} items, not {len(selected)}",
            hint="keep those that clients select by most",
            code=INVALID,
        )
