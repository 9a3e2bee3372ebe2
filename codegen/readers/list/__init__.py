"""Recognition of pages in the list layout."""

from __future__ import annotations

import re

from codegen.core.records import on_demand
from codegen.core.source import Source
from codegen.readers.form import Layout
from codegen.readers.shared.front_matter import IMPORT, find_front_matter

_CELL = re.compile(r"<t[dh][\s>]")
_BULLET = re.compile(
    r"[-*+]\s+(?:\*\*[^*\n]{1,200}\*\*|__[^*\n]{1,200}__)\s*[(（:：]|##\s+[^#{}\n]{1,160}\{#"
)
_TITLE = re.compile(r"\s*+# ")
_OPEN_FRONT_MATTER = re.compile(r"\s*+---\s++api_metadata:")
_ID = re.compile(r"\n##+ [^\n]*\{#")


def is_list_page(source: Source) -> bool:
    """Return whether a page has the list layout, judging by its head, or by import line and
    bullets.
    """
    if _CELL.search(source.text):
        return False
    located = find_front_matter(source.text)
    if located is not None and (located[0].kind or located[0].import_path):
        front, end = located
        has_anchor = _ID.search(source.text, end) is not None
        if _TITLE.match(source.text, end) is not None and not has_anchor:
            return (
                False  # a title without anchors below it is the layout `plain`, which is not read
            )
        has_metadata = bool(
            front.import_path or front.api_version or "api_metadata:" in source.text[:end]
        )
        # notes have a `kind` too
        return has_metadata or has_anchor or _BULLET.search(source.text, end) is not None
    if located is None and _OPEN_FRONT_MATTER.match(source.text):
        return True  # a page that is cut there
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
