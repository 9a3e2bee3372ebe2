"""Recognition of pages in the table layout."""

from __future__ import annotations

import re

from codegen.core.records import on_demand
from codegen.core.source import Source
from codegen.readers.form import Layout
from codegen.readers.shared.front_matter import IMPORT

_HEAD_OF_PAGE = 65_536  # characters, in which the first table begins
_VERSION = re.compile(r"`apiVersion:[ \t]*+[^`\s]++`")
_SECTION = re.compile(r"\n## [^\n{]*+\{#")
_RULE = re.compile(r"<hr\s*+/?>", re.IGNORECASE)
_BULLET = re.compile(r"\n[-*+][^\S\n]++(?:\*\*|__)")


def is_table_page(source: Source) -> bool:
    """Return whether a page has the table layout, judging by head, tables and sections."""
    text = source.text[:_HEAD_OF_PAGE]
    if text.lstrip()[:1] in ("{", "[") or "<" not in text:
        return False
    if not (_VERSION.search(text) or IMPORT.search(text) or "api_metadata:" in text):
        return False
    table = text.find("<table")
    if _BULLET.search(text, 0, table if table >= 0 else len(text)):
        return False
    if table >= 0 and text.find("<th", table) >= 0:
        return True
    # A definition without fields has no table. In the list layout it would have no heading and no
    # version.
    return all(sign.search(text) for sign in (_RULE, _VERSION, _SECTION))


FORMS = (
    Layout(
        name="table",
        recognises=is_table_page,
        read=on_demand("codegen.readers.table.layout", "read"),
        precedence=10,
        exactness=3,
        unsupported_facts=frozenset(
            (
                "enum",
                "map-type",
                "kinds",
                "deprecated-parameters",
                "lone-strategy",
                "format",
                "list-type",
                "patch",
                "package",
                "error-responses",
                "operation-texts",
            )
        ),
        links_by_name=True,
    ),
)
