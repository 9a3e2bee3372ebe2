"""Signs by which several forms are recognised."""

from __future__ import annotations

import re

from codegen.core.source import Source

IMPORT = re.compile(r"`import[ \t]++[\"“”'][^\"“”'`\n]++[\"“”']?+`")


def looks_like_json(source: Source) -> bool:
    """Whether the text begins as a JSON object does."""
    return source.head(4096).lstrip().startswith("{")
