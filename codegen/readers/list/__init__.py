"""The list layout of reference pages."""

from __future__ import annotations

from codegen.core.records import on_demand
from codegen.readers.form import Layout
from codegen.readers.list.recognise import is_list_page

UNSUPPORTED_FACTS = frozenset(("enum", "map-type", "kinds", "deprecated-parameters", "lone-strategy", "whole-titles"))
FORMS = (
    Layout(
        name="list",
        recognises=is_list_page,
        read=on_demand("codegen.readers.list.layout", "read"),
        precedence=20,  # the head of a page, its sign, is that of other layouts too
        exactness=1,
        unsupported_facts=UNSUPPORTED_FACTS,
    ),
)
