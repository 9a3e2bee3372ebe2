"""Objects as YAML in the layout of Go's library: names in order, a text in quotes only where it would be read as something else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

_OTHER = re.compile(
    r"(?:~|null|Null|NULL|y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF|true|True|TRUE|false|False|FALSE"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|[-+]?0b[01_]+|[-+]?0x[0-9a-fA-F_]+|[-+]?0o?[0-7_]+"
    r"|[-+]?[0-9][0-9_]*|[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}.*)?|)\Z"
)


_NUMBER = re.compile(r"-?[0-9]+\Z")
_TAG = "tag:yaml.org,2002:"
_WORDS = {"null": "null", "true": "bool", "false": "bool"}


class _Dumper(yaml.SafeDumper):
    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        """What a word means: only what stands here without quotes is no text, so that no tag need be written."""
        if kind is not yaml.ScalarNode:
            return f"{_TAG}{'map' if kind is yaml.MappingNode else 'seq'}"
        if not implicit[0]:
            return f"{_TAG}str"
        word = _WORDS.get(value) or ("int" if _NUMBER.match(value) else "float" if _OTHER.match(value) else "str")
        return f"{_TAG}{word}"

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else '"' if _OTHER.match(text) else None
    node: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)
    return node


_Dumper.add_representer(str, _text)


def dumped(obj: Mapping[str, Any]) -> str:
    """An object as YAML."""
    text: str = yaml.dump(dict(obj), Dumper=_Dumper, allow_unicode=True, sort_keys=True, width=80)
    return text
