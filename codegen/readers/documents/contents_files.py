"""Reading of upstream's `toc.yaml` and `fields.yaml` as a table of contents.

A file of another shape is refused at its line: a site with half of its pages is useless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codegen.core.diagnostics import CodegenError, Report, failure
from codegen.core.json_types import JsonObject, JsonValue
from codegen.core.source import Source
from codegen.model.contents import Chapter, Contents, ContentsPart, FieldGroup, FieldOrder
from codegen.readers.documents.dialects import API
from codegen.readers.documents.document import Document
from codegen.readers.documents.loader import read_settings

if TYPE_CHECKING:
    from jsonschema import ValidationError

_TEXT: JsonObject = {"type": ["string", "number"]}
_NAME = _TEXT | {"minLength": 1}
_NAMES = {"type": ["array", "null"], "items": _NAME}
_CHAPTER = {
    "type": "object",
    "required": ["name"],
    "if": {"required": ["group", "version"]},
    "else": {"required": ["key"]},
    "properties": {
        "name": _NAME,
        "group": _TEXT,
        "version": _NAME,
        "key": _NAME,
        "otherDefinitions": _NAMES,
    },
    "additionalProperties": False,
}
_PART = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": _NAME, "chapters": {"type": ["array", "null"], "items": _CHAPTER}},
}
_TOC = {
    "type": "object",
    "required": ["parts"],
    "properties": {"parts": {"type": "array", "items": _PART}, "skippedResources": _NAMES},
}
_GROUP = {
    "type": "object",
    "properties": {"name": {"type": ["string", "number", "null"]}, "fields": _NAMES},
}
_ORDER = {
    "type": "object",
    "required": ["definition", "field_categories"],
    "properties": {"definition": _NAME, "field_categories": {"type": "array", "items": _GROUP}},
}
_ORDERS = {"type": ["array", "null"], "items": _ORDER}


def read_contents(toc: Source, fields: Source | None, report: Report) -> Contents:
    """Read the table of contents of a site.

    Raises `CodegenError` for a file of another shape, without words of the file, which may be
    outside of the project.
    """
    document = _read_file(toc, _TOC)
    parts = document.data["parts"]
    return Contents(
        parts=tuple(
            ContentsPart(
                name=str(part["name"]),
                chapters=tuple(
                    _read_chapter(document, chapter, "parts", at, "chapters", number)
                    for number, chapter in enumerate(part.get("chapters") or ())
                ),
                span=document.span("parts", at, "name", key=True),
            )
            for at, part in enumerate(parts)
        ),
        skipped=tuple(map(str, document.data.get("skippedResources") or ())),
        orders={} if fields is None else _read_orders(fields, report),
        span=toc.whole,
    )


def _read_file(source: Source, schema: JsonObject) -> Document:
    """Read a file.

    Raises `CodegenError` with the location of the first value that the schema refuses.
    """
    from jsonschema import Draft202012Validator

    hint = "compare with the upstream generator's own file"
    try:
        document = read_settings(source, API)
    except CodegenError as error:
        first = error.diagnostics[0]
        message = "this is no table of contents: it cannot be read as YAML or JSON"
        raise failure("toc-unreadable", message, first.span, hint) from None
    errors = Draft202012Validator(schema).iter_errors(document.data)
    first_error = min(errors, key=lambda error: list(map(str, error.path)), default=None)
    if first_error is not None:
        span = document.span(*first_error.absolute_path, key=True)
        path = tuple(map(str, first_error.absolute_path))
        raise failure("toc-unreadable", _describe_error(first_error), span, hint, arguments=path)
    return document


def _describe_error(error: ValidationError) -> str:
    """Describe an error without words of the file."""
    expected: JsonValue = error.validator_value
    entry: JsonValue = error.instance
    if error.validator == "required":
        missing = [name for name in expected if name not in entry]
        return f"this entry of the table of contents has no {' and no '.join(map(repr, missing))}"
    if error.validator == "type":
        types = [expected] if isinstance(expected, str) else expected
        return f"the table of contents has another value than {' or '.join(types)} here"
    if error.validator == "additionalProperties":
        chapter: JsonValue = error.schema  # the only schema that limits its keys
        return f"a chapter has no other keys than {', '.join(sorted(chapter['properties']))}"
    return "the table of contents has an empty name here"


def _read_chapter(document: Document, raw: JsonObject, *steps: str | int) -> Chapter:
    has_kind = "group" in raw and "version" in raw
    return Chapter(
        name=str(raw["name"]),
        group=str(raw["group"]) if has_kind else None,
        version=str(raw["version"]) if has_kind else None,
        key="" if has_kind else str(raw["key"]),
        others=None
        if raw.get("otherDefinitions") is None
        else tuple(map(str, raw["otherDefinitions"])),
        span=document.span(*steps, "name", key=True),
    )


def _read_orders(source: Source, report: Report) -> dict[str, FieldOrder]:
    """Read order and categories by key.

    Of two entries for one key the first counts, as it does upstream.
    """
    document = _read_file(source, _ORDERS)
    orders: dict[str, FieldOrder] = {}
    for at, raw in enumerate(document.data or ()):
        key, span = str(raw["definition"]), document.span(at, "definition", key=True)
        if key in orders:
            report.warning(
                "field-order-twice",
                f"the order of this definition appears again; the first is at {orders[key].span}",
                span,
                "remove one of the two; the first is used",
                mentions=(orders[key].span,),
                arguments=(key,),
            )
            continue
        groups = raw["field_categories"]
        orders[key] = FieldOrder(
            key=key,
            groups=tuple(
                FieldGroup(
                    name=str(group.get("name") or ""),
                    fields=tuple(map(str, group.get("fields") or ())),
                )
                for group in groups
            ),
            span=span,
        )
    return orders
