"""Descriptions by language, and their ids: one for each definition, field, operation, parameter, category and printed column."""

from __future__ import annotations

from msgspec import Struct

from codegen.findings.diagnostics import Span

_CATEGORY = "category "


class Prose(Struct, frozen=True, kw_only=True):
    """A text in one language and the place it was read from; plain text, no escapes of any markup."""

    text: str
    span: Span


def field_id(key: str, name: str) -> str:
    """Prose id of a field: `KEY#field`; of one in an object that is written out, whose key is an id itself, `KEY#field.inner`."""
    return f"{key}.{name}" if "#" in key else f"{key}#{name}"


def parameter_id(operation: str, name: str) -> str:
    """Prose id of a parameter of one operation: `METHOD PATH#name`."""
    return f"{operation}#{name}"


def common_parameter_id(name: str) -> str:
    """Prose id of a parameter that all operations share."""
    return f"parameter {name}"


def category_id(name: str) -> str:
    """Prose id of a heading above fields, by its name in the primary language."""
    return f"{_CATEGORY}{name}"


def is_category(prose_id: str) -> bool:
    """Whether a prose id is that of a heading above fields."""
    return prose_id.startswith(_CATEGORY)


def column_id(key: str, name: str) -> str:
    """Prose id of a column that is printed for a custom resource: `KEY#column NAME`, with a blank that names of fields do not have."""
    return f"{key}#column {name}"
