"""What all layouts write alike: names of the API, and the shortcodes by which Hugo links pages."""

from __future__ import annotations

import re

NAME = re.compile(r"[$A-Za-z_][\w$-]*(?:\.[$A-Za-z_][\w$-]*)*", re.ASCII)
# `{{< ref "` and `" >}}`, with what else Hugo takes for them.
REF_OPEN = r"\{\{[<%]\s*+(?:rel)?ref\s++[\"']?"
REF_CLOSE = r"[\"']?\s*+[%>]\}\}"
