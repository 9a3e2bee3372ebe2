"""Text in a YAML front matter: as a scalar, or as a comment."""

from __future__ import annotations

import re

from codegen.core.escaping.controls import on_one_line, visible

_NAMED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_SPECIAL = re.compile(r'[\\"\n\t]')


def quote_yaml(text: str) -> str:
    """A double-quoted scalar on one line, read alike by YAML and JSON."""
    return f'"{_SPECIAL.sub(lambda found: _NAMED[found[0]], visible(text))}"'


def comment(text: str) -> str:
    """The text of a comment, on its one line."""
    return on_one_line(text)
