"""Manifests as plain data with the place of every key and value: several documents of YAML, or JSON.

Scalars mean what they mean to kubectl, whose YAML is that of sigs.k8s.io/yaml: `yes` and `on` are booleans, `0644` is octal, dates are
strings, `<<` merges. What cannot be read, or would hurt (depth, aliases that grow, size), is a fault with its place. Nothing recurses.
"""

from __future__ import annotations

import re

from codegen.core.source import Source
from codegen.validation.manifest_build import Document, Fault, Manifest, Stop
from codegen.validation.manifest_json import read_json
from codegen.validation.manifest_yaml import read_yaml

_FIRST_KEY = re.compile(r'[\s\[]*\{\s*(?:"|\}|\Z)')
_YAML_LINE = re.compile(r"^(?:---|[ \t]*#)", re.MULTILINE)


def read(source: Source) -> Manifest:
    """Read a file; what begins as JSON does and is none is read as YAML, of which JSON is nearly a part, as kubectl does."""
    made, as_json = Manifest(), None
    text = source.text
    if text.lstrip(" \t\r\n")[:1] in ("{", "["):
        as_json = Manifest()
        try:
            read_json(source, as_json)
        except Stop as stop:
            as_json.faults.append(stop.fault)
        if not as_json.unreadable or source.path.lower().endswith(".json"):
            return as_json
    try:
        read_yaml(source, made)
    except Stop as stop:
        made.faults.append(stop.fault)
        if as_json is not None and _is_json(text):
            return as_json
    return made


def _is_json(text: str) -> bool:
    """Whether the first key is in quotes, as those of JSON are, and no line begins as only one of YAML can."""
    return _FIRST_KEY.match(text) is not None and _YAML_LINE.search(text) is None


__all__ = ["Document", "Fault", "Manifest", "read"]
