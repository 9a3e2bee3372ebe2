"""JSON and YAML documents as text: the only two ways by which a schema reaches a file.

Both give back the same value when loaded, whatever its strings hold, and neither contains a raw character that a
terminal or an editor does not show: controls, line separators, bidirectional controls, lone surrogates.
"""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ruamel.yaml import YAML
    from ruamel.yaml.nodes import ScalarNode
    from ruamel.yaml.representer import SafeRepresenter

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

# Unicode's categories Cc, Cf, Cs, Zl and Zp, without the line feed. Written out, since unicodedata of each Python
# knows another Unicode and the output must not depend on that.
INVISIBLE = re.compile(
    "[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\xad\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u180e\\u200b-\\u200f"
    "\\u2028-\\u202e\\u2060-\\u206f\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb\\U000110bd\\U000110cd\\U00013430-\\U0001343f"
    "\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0001\\U000e0020-\\U000e007f]"
)

# What YAML 1.1 or 1.2 reads as something else than a string: numbers, dates and times start with a digit, a sign or
# a point (a version with two points is none of them); the rest are these words, `=` and `<<`.
_YAML_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<"))
_YAML_NUMBER = re.compile(r"(?!\d+\.\d+\.\d+\Z)[-+.]?[0-9]|[-+]?\.(inf|nan)\b", re.IGNORECASE)
_YAML_WIDTH = 100


def json_document(value: Json) -> str:
    """A JSON file in the order of the value's keys."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    return INVISIBLE.sub(_json_escape, text) + "\n"


def yaml_comment(text: str) -> str:
    """A comment line of visible characters."""
    line = text.replace("\n", " ")
    return f"# {INVISIBLE.sub(_yaml_escape, line)}\n"


def yaml_block(value: Json, indent: int = 0) -> str:
    """A value as YAML in block style, in the order of its keys; YAML 1.1 and 1.2 read it alike.

    A whole file, or with an indent a part of one: what several files have in common is then written once.
    """
    from io import StringIO

    stream = StringIO()
    _yaml(_YAML_WIDTH - indent).dump(value, stream)
    # Such characters stand in double-quoted scalars only (see _represent_text), where these escapes hold.
    return textwrap.indent(INVISIBLE.sub(_yaml_escape, stream.getvalue()), " " * indent)


def _json_escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    return f"\\u{0xD7C0 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def _yaml_escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _yaml(width: int) -> YAML:
    from ruamel.yaml import YAML
    from ruamel.yaml.emitter import Emitter
    from ruamel.yaml.representer import SafeRepresenter

    class WholeLineEmitter(Emitter):
        """Breaks no plain or quoted line: the library loses a space beside a tab there, or leaves one behind."""

        def write_plain(self, text: Any, split: Any = True) -> None:  # noqa: ARG002
            super().write_plain(text, split=False)

        def write_single_quoted(self, text: Any, split: Any = True) -> None:  # noqa: ARG002
            super().write_single_quoted(text, split=False)

        def write_double_quoted(self, text: Any, split: Any = True) -> None:  # noqa: ARG002
            super().write_double_quoted(text, split=False)

    class Representer(SafeRepresenter):
        """Plain values, no anchors: one object that stands twice in the document is written twice."""

        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature is the base class's
            return True

    Representer.add_representer(str, _represent_text)
    yaml = YAML(typ="safe", pure=True)
    yaml.Emitter = WholeLineEmitter
    yaml.Representer = Representer
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # the library declares it None
    yaml.width = width
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _represent_text(representer: SafeRepresenter, text: str) -> ScalarNode:
    return representer.represent_scalar("tag:yaml.org,2002:str", text, style=_yaml_style(text))


def _yaml_style(text: str) -> str | None:
    """The style in which a string is easy to read and sure to come back; None leaves plain or quoted to the writer."""
    if INVISIBLE.search(text):
        return '"'
    if "\n" in text:
        loose = text[0] in " \n" or text.endswith((" ", "\n")) or " \n" in text or "\n " in text
        return '"' if loose else "|"
    if len(text) > _YAML_WIDTH - 20 and " " in text and text[0] != " " and text[-1] != " ":
        return ">"
    if text.lower() in _YAML_WORDS or _YAML_NUMBER.match(text):
        return "'"
    return None


__all__ = ["INVISIBLE", "Json", "json_document", "yaml_block", "yaml_comment"]
