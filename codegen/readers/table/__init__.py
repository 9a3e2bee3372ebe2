"""The table layout of reference pages."""

from __future__ import annotations

from codegen.core.records import on_demand
from codegen.readers.form import Layout
from codegen.readers.table.recognise import is_table_page

FORMS = (
    Layout(
        name="table",
        recognises=is_table_page,
        read=on_demand("codegen.readers.table.layout", "read"),
        precedence=10,
        exactness=3,
        unsupported_facts=frozenset(
            (
                *("enum", "map-type", "kinds", "deprecated-parameters", "lone-strategy"),
                *("format", "list-type", "patch", "package", "error-responses", "operation-texts"),
            )
        ),
        links_by_name=True,
    ),
)
