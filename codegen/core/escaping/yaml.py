"""Text as a scalar of a YAML front matter."""

from __future__ import annotations

import re

from codegen.core.escaping.controls import visible

_NAMED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_SPECIAL = re.compile(r'[\\"\n\t]')


def quoted(text: str) -> str:
    """A double-quoted scalar on one line, read alike by YAML and JSON."""
    return f'"{_SPECIAL.sub(lambda found: _NAMED[found[0]], visible(text))}"'
