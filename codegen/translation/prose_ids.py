"""Parts of a reference by the form of their prose ids."""

from __future__ import annotations

import re
from enum import StrEnum

from codegen.model import belongs_to_operation, common_parameter_id, is_category, split_prose_id

_SEPARATOR = re.compile(r"[#. ]")


class ReferencePart(StrEnum):
    """A part of the reference with texts of one kind.

    Headings above fields belong to the fields.
    """

    DEFINITIONS = "definitions"
    FIELDS = "fields"
    OPERATIONS = "operations"
    PARAMETERS = "parameters"


def classify_id(prose_id: str) -> ReferencePart:
    """Return the part of the reference of an id."""
    head, name = split_prose_id(prose_id)
    if is_category(prose_id):
        return ReferencePart.FIELDS
    if belongs_to_operation(prose_id):
        if name:
            return ReferencePart.PARAMETERS
        return ReferencePart.OPERATIONS
    if head.startswith(common_parameter_id("")):
        return ReferencePart.PARAMETERS
    if name:
        return ReferencePart.FIELDS
    return ReferencePart.DEFINITIONS


def last_name(prose_id: str) -> str:
    """Return the name of the field, parameter or type of an id."""
    return _SEPARATOR.split(prose_id)[-1]
