"""What all layouts write alike: names of the API, and the shortcodes by which Hugo links pages."""

from __future__ import annotations

import re

from codegen.core.source import Source

NAME = re.compile(r"[$A-Za-z_][\w$-]*(?:\.[$A-Za-z_][\w$-]*)*", re.ASCII)
# `{{< ref "` and `" >}}`, with what else Hugo takes for them.
REF_OPEN = r"\{\{[<%]\s*+(?:rel)?ref\s++[\"']?"
REF_CLOSE = r"[\"']?\s*+[%>]\}\}"


IMPORT = re.compile(r"`import[ \t]++[\"“”'][^\"“”'`\n]++[\"“”']?+`")


def looks_like_json(source: Source) -> bool:
    """Whether the text begins as a JSON object does."""
    return source.head(4096).lstrip().startswith("{")
