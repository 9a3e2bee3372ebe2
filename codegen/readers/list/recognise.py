"""The sign of the list layout."""

from __future__ import annotations

import re

from codegen.core.source import Source
from codegen.readers.shared import front_matter
from codegen.readers.shared.signs import IMPORT

_CELL = re.compile(r"<t[dh][\s>]")
_BULLET = re.compile(r"-\s+\*\*[^*\n]{1,200}\*\*\s*[(（:：]|##\s+[^#{}\n]{1,160}\{#")


def is_list_page(source: Source) -> bool:
    """Whether this is a page of the list layout: a reference head, or an import line and bullets or headings of its form."""
    if _CELL.search(source.text):
        return False
    head = front_matter.read_head(source.text)
    if head is not None and (head.front.kind or head.front.import_path):
        return True
    return IMPORT.search(source.text) is not None and _BULLET.search(source.text) is not None
