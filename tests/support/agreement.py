"""Comparison of pages with the OpenAPI document of their release."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from codegen.model import (
    Array,
    Field,
    LossyType,
    Map,
    Operation,
    Reference,
    Scalar,
    Type,
    common_parameter_id,
    is_category,
    split_prose_id,
)


def assert_pages_agree(
    pages: Reference,
    document: Reference,
    is_type: Callable[[Type, Type], bool],
    *,
    all_statuses: bool = True,
    deprecated: bool = True,
    list_types: bool = False,
    most_different: int = 20,
    unlike_share: float = 0,
) -> None:
    """Compare fields, marks, types, patch notes, keywords, parameters, responses and descriptions.

    One percent of the definitions may be on a page of another package. Few fields differ: pages
    lack some notes, and take a type of an old version, which has no page, for the new one. Pages
    may lack statuses without a type, and deprecated parameters of queries. `list_types` compares
    the types of lists and maps and the keys of lists too.
    """
    elsewhere = pages.definitions.keys() - document.definitions.keys()
    assert len(elsewhere) <= len(pages.definitions) / 100
    different = []
    for key in pages.definitions.keys() - elsewhere:
        read = {field.name: field for field in pages.definitions[key].fields}
        exact = {field.name: field for field in document.definitions[key].fields}
        if pages.definitions[key].documented:
            assert {name: field.required for name, field in read.items()} == {
                name: field.required for name, field in exact.items()
            }
        for name, field in read.items():
            notes, exact_notes = (_notes(each, list_types) for each in (field, exact[name]))
            if not is_type(field.type, exact[name].type) or notes != exact_notes:
                different.append(f"{key}.{name}")
    assert len(different) <= most_different, different
    assert pages.operations
    for key, operation in pages.operations.items():
        exact_operation = document.operations[key]
        assert operation.verb == exact_operation.verb
        read_rows = _parameters(operation)
        assert read_rows <= _parameters(exact_operation)
        for row in exact_operation.parameters:
            if (row.place, row.name, row.required) not in read_rows:
                text = document.text(
                    "en",
                    common_parameter_id(row.name) if row.common else operation.parameter_id(row),
                )
                assert (row.place, deprecated) == ("query", False), (key, row.name)
                assert "deprecated" in text.lower(), (key, row.name)
        assert [(row.status, row.description) for row in operation.responses] == [
            (row.status, row.description)
            for row in exact_operation.responses
            if all_statuses or row.type
        ]
    unlike = [
        key
        for key, text in pages.prose["en"].items()
        if key not in pages.operations
        and not is_category(key)
        and split_prose_id(key).owner not in elsewhere
        and not _is_same_text(document, key, text.text)
    ]
    assert len(unlike) <= len(pages.prose["en"]) * unlike_share, unlike
    sections = {section.key for page in pages.pages for section in page.sections}
    assert [key for key in document.prose["en"] if _is_missing(pages, sections, key)] == []


def is_same_type(read: Type, exact: Type) -> bool:
    """Return whether a page type matches a document type, whose enumerations are strings on pages."""
    return _plain_type(read) == _plain_type(exact)


def _plain_type(expression: Type) -> Type:
    match expression:
        case Scalar():
            return replace(expression, enum=())
        case Array(items=inner):
            return Array(items=_plain_type(inner))
        case Map(values=inner):
            return Map(values=_plain_type(inner))
        case LossyType(known=inner):
            return _plain_type(inner)
    return expression


def _notes(field: Field, list_types: bool) -> tuple[object, ...]:
    # Strings on pages.
    keywords = {keyword for keyword in field.keywords if keyword.name != "default"}
    types = (field.list_type, field.list_map_keys, field.map_type) if list_types else ()
    return field.patch_strategy, field.patch_merge_key, keywords, *types


def _parameters(operation: Operation) -> set[tuple[str, str, bool]]:
    return {(row.place, row.name, row.required) for row in operation.parameters}


def _is_missing(pages: Reference, sections: set[str], key: str) -> bool:
    """Return whether pages lack the description of a section, field or parameter.

    Fields with one value have none.
    """
    owner, name = split_prose_id(key)
    if not name:
        is_described = key in sections
    elif definition := pages.definitions.get(owner):
        field = definition.find_field(name)
        is_described = definition.documented and (field is None or not field.value)
    else:
        is_described = owner in pages.operations
    return (
        is_described
        and not pages.text("en", key)
        and not pages.text("en", common_parameter_id(name))
    )


def _is_same_text(document: Reference, key: str, text: str) -> bool:
    ids = (key, f"parameter {key.rpartition('#')[2]}")
    return any(
        "".join(document.text("en", prose_id).split()) == "".join(text.split()) for prose_id in ids
    )
