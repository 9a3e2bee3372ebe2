"""Reading of upstream's `toc.yaml` and `fields.yaml` as a table of contents.

A file of another shape is refused at its line: a site with half of its pages is useless.
"""

from __future__ import annotations

from typing import Any

from codegen.core.diagnostics import Report, failure
from codegen.core.source import Source
from codegen.model.contents import Chapter, Contents, ContentsPart, FieldGroup, FieldOrder
from codegen.readers.documents.dialects import API
from codegen.readers.documents.document import Document
from codegen.readers.documents.loader import read_settings

_TEXT: dict[str, Any] = {"type": ["string", "number"]}
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
    """Read the table of contents of a site. Raises `CodegenError` for a file of another shape."""
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


def _read_file(source: Source, schema: dict[str, Any]) -> Document:
    """Read a file.

    Raises `CodegenError` with the location of the first value that the schema refuses.
    """
    from jsonschema import Draft202012Validator

    document = read_settings(source, API)
    for error in sorted(
        Draft202012Validator(schema).iter_errors(document.data),
        key=lambda each: list(map(str, each.path)),
    ):
        raise failure(
            "toc-unreadable",
            f"{error.json_path}: {error.message}"[:400],
            document.span(*error.absolute_path, key=True),
            "compare with the upstream generator's own file",
        )
    return document


def _read_chapter(document: Document, raw: dict[str, Any], *steps: str | int) -> Chapter:
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
                f"{key} appears here again; the first is at {orders[key].span}",
                span,
                "remove one of the two; the first is used",
                mentions=(orders[key].span,),
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
