"""The sign of the plain layout."""

from __future__ import annotations

import re

from codegen.core.source import Source
from codegen.readers.shared import front_matter

_TITLE = re.compile(r"\s*+# ")
_PLACE = re.compile(r"\n##+ [^\n]*\{#")  # which the list layout has


def is_plain_page(source: Source) -> bool:
    """Whether this is a page of the plain layout: a head that names a kind, a title below it, and no ids behind headings."""
    head = front_matter.read_head(source.text)
    if head is None or not head.front.kind:
        return False
    return _TITLE.match(source.text, head.end) is not None and _PLACE.search(source.text, head.end) is None
