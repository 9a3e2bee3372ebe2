"""Former ids of rules that were merged with others; filters and baselines may still name them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FORMER_IDS: Mapping[str, str] = MappingProxyType(
    {
        "config-key-twice": "duplicate-key",
        "manifest-alias": "yaml-alias",
        "manifest-key": "yaml-key",
        "manifest-merge": "yaml-merge",
        "manifest-tag": "yaml-tag",
        "manifest-too-deep": "document-too-deep",
        "manifest-too-large": "yaml-too-large",
        "not-translated": "translation-english",
        "nothing-to-check": "nothing-checked",
        "parameter-type-widened": "field-type-widened",
        "release-not-shipped": "release-not-bundled",
    }
)


def current_id(rule: str) -> str:
    """Return the present id of a rule, or a pattern as it is."""
    return FORMER_IDS.get(rule, rule)
