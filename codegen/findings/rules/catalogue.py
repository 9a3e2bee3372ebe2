"""The catalogue of all declared rules, by area.

The rules of servers are data: see `codegen.validation.rule_catalogue`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType

from codegen.core.diagnostics import Level
from codegen.findings.rules.rule import ChangeRule, Rule
from codegen.findings.rules.rule_files import load_areas

# The areas in the order of the printed catalogue.
_ORDER = (
    "sources",
    "pages",
    "list-pages",
    "table-pages",
    "documents",
    "openapi",
    "custom-resources",
    "configuration",
    "outputs",
    "translation",
    "lint",
    "definition-changes",
    "field-changes",
    "keyword-changes",
    "resource-changes",
    "operation-changes",
    "page-changes",
    "comparisons",
    "checks",
    "manifests",
    "token-endpoint",
)
_AREAS = load_areas()
AREAS = tuple(_AREAS[name] for name in _ORDER)


def rules_of(area: str) -> tuple[Rule, ...]:
    """Return the rules of an area by its name."""
    return _AREAS[area].rules


RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.id: rule for rule in chain(*(area.rules for area in AREAS))}
)
CHANGES: Mapping[str, ChangeRule] = MappingProxyType(
    {rule.id: rule for rule in RULES.values() if isinstance(rule, ChangeRule)}
)
CHECKS: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in rules_of("checks")})
FILE_RULES = frozenset(
    (
        "file-missing",
        "file-stale",
        "file-edited",
        "file-orphaned",
        "file-kept",
        "file-not-generated",
        "file-linked",
    )
)
# Findings that a baseline can accept: changes, results of checks, and warnings about the input.
ACCEPTABLE = frozenset(
    rule.id
    for rule in RULES.values()
    if rule.id in CHANGES or rule.id in CHECKS or Level.WARN in rule.levels
) - {"baseline-unused"}
