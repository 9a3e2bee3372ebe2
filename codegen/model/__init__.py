"""The model of a Kubernetes API reference, independent of the source format.

Structure (definitions, fields, operations) and prose (descriptions by locale) are separate, so that a translation can
never change a schema. Records are frozen and keyword-only. Collections are tuples and read-only mappings.
"""

from __future__ import annotations

from codegen.model.definitions import (
    CustomResource,
    Definition,
    Field,
    GroupVersionKind,
    Operation,
    Parameter,
    PrinterColumn,
    Response,
    Scale,
    definition_refs,
)
from codegen.model.keywords import Keyword
from codegen.model.pages import Page, PageSection
from codegen.model.prose import (
    PLACES,
    Prose,
    belongs_to_operation,
    category_id,
    column_id,
    common_parameter_id,
    field_id,
    find_written,
    held_id,
    is_category,
    own_parameter_ids,
    parameter_id,
    place_order,
    split_held_id,
    split_prose_id,
)
from codegen.model.reference import Reference
from codegen.model.types import Array, ListType, LossyType, Map, Ref, Scalar, Type, has_enum, innermost, may_be, refs

__all__ = [
    "PLACES",
    "Array",
    "CustomResource",
    "Definition",
    "Field",
    "GroupVersionKind",
    "Keyword",
    "ListType",
    "LossyType",
    "Map",
    "Operation",
    "Page",
    "PageSection",
    "Parameter",
    "PrinterColumn",
    "Prose",
    "Ref",
    "Reference",
    "Response",
    "Scalar",
    "Scale",
    "Type",
    "belongs_to_operation",
    "category_id",
    "column_id",
    "common_parameter_id",
    "definition_refs",
    "field_id",
    "find_written",
    "has_enum",
    "held_id",
    "innermost",
    "is_category",
    "may_be",
    "own_parameter_ids",
    "parameter_id",
    "place_order",
    "refs",
    "split_held_id",
    "split_prose_id",
]
