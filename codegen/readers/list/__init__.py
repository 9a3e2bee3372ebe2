"""Recognition of pages in the list layout."""

from __future__ import annotations

import re

from codegen.core.records import on_demand
from codegen.core.source import Source
from codegen.readers.form import Layout
from codegen.readers.shared.front_matter import IMPORT, find_front_matter

_CELL = re.compile(r"<t[dh][\s>]")
_BULLET = re.compile(r"-\s+\*\*[^*\n]{1,200}\*\*\s*[(（:：]|##\s+[^#{}\n]{1,160}\{#")
_TITLE = re.compile(r"\s*+# ")
_ID = re.compile(r"\n##+ [^\n]*\{#")


def is_list_page(source: Source) -> bool:
    """Return whether a page has the list layout, judging by its head, or by import line and bullets."""
    if _CELL.search(source.text):
        return False
    found = find_front_matter(source.text)
    if found is not None and (found[0].kind or found[0].import_path):
        # a title without anchors below it is the layout `plain`, which is not read
        return _TITLE.match(source.text, found[1]) is None or _ID.search(source.text, found[1]) is not None
    return IMPORT.search(source.text) is not None and _BULLET.search(source.text) is not None


FORMS = (
    Layout(
        name="list",
        recognises=is_list_page,
        read=on_demand("codegen.readers.list.layout", "read"),
        precedence=20,  # the head of a page, its sign, is that of other layouts too
        exactness=1,
        unsupported_facts=frozenset(
            ("enum", "map-type", "kinds", "deprecated-parameters", "lone-strategy", "whole-titles")
        ),
    ),
)
