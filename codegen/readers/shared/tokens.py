"""Tokens shared by all layouts, such as names, link shortcodes and import lines."""

from __future__ import annotations

import re

from codegen.core.source import Source

NAME = re.compile(r"[$A-Za-z_][\w$-]*(?:\.[$A-Za-z_][\w$-]*)*", re.ASCII)
# `{{< ref "` and `" >}}`, with what else Hugo takes for them.
REF_OPEN = r"\{\{[<%]\s*+(?:rel)?ref\s++[\"']?"
REF_CLOSE = r"[\"']?\s*+[%>]\}\}"


IMPORT = re.compile(r"`import[ \t]++[\"“”'][^\"“”'`\n]++[\"“”']?+`")


def looks_like_json(source: Source) -> bool:
    """Return whether a text begins like a JSON object."""
    return source.head(4096).lstrip().startswith("{")
