"""Text in a YAML front matter, as a scalar or as a comment."""

from __future__ import annotations

import re

from codegen.core.escaping.controls import on_one_line, visible

_NAMED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_SPECIAL = re.compile(r'[\\"\n\t]')


def quote_yaml(text: str) -> str:
    """Write a double-quoted scalar on one line, with the same meaning in YAML and JSON."""
    return f'"{_SPECIAL.sub(lambda found: _NAMED[found[0]], visible(text))}"'


def comment(text: str) -> str:
    """Write the text of a comment on one line."""
    return on_one_line(text)
