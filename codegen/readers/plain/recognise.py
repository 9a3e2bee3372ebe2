"""The sign of the plain layout."""

from __future__ import annotations

import re

from codegen.core.source import Source
from codegen.readers.shared import front_matter
from codegen.readers.shared.signs import IMPORT

_PLACE = re.compile(r'\n<a id="[^"\n]*"></a>\n')
_BULLET = re.compile(r"\n-   \*\*")


def is_plain_page(source: Source) -> bool:
    """Whether this is a page of the plain layout: places on lines of their own below a head, an import line, or bullets of its width."""
    if _PLACE.search(source.text) is None:
        return False
    head = front_matter.read_head(source.text)
    is_headed = head is not None and bool(head.front.kind)
    return is_headed or IMPORT.search(source.text) is not None or _BULLET.search(source.text) is not None
