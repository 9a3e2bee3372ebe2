"""The catalogue of all declared rules, by area.

The rules of servers are data: see `codegen.validation.rule_catalogue`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from msgspec.structs import replace

from codegen.core.diagnostics import Level
from codegen.findings.rules import change_rules, problem_rules
from codegen.findings.rules.explanations import load_prose
from codegen.findings.rules.rule import Area, ChangeRule, Rule


def _declare(name: str, rules: tuple[Rule, ...]) -> Area:
    """Make an area whose prose is loaded when it is first printed."""
    prose = partial(load_prose, name)
    return Area(name, tuple(replace(rule, prose=prose) for rule in rules), prose)


AREAS = (
    _declare("sources", problem_rules.SOURCES),
    _declare("pages", problem_rules.PAGES),
    _declare("list-pages", problem_rules.LIST_PAGES),
    _declare("table-pages", problem_rules.TABLE_PAGES),
    _declare("documents", problem_rules.DOCUMENTS),
    _declare("openapi", problem_rules.OPENAPI),
    _declare("custom-resources", problem_rules.CUSTOM_RESOURCES),
    _declare("configuration", problem_rules.CONFIGURATION),
    _declare("outputs", problem_rules.OUTPUTS),
    _declare("translation", problem_rules.TRANSLATION),
    _declare("lint", problem_rules.LINT),
    _declare("definition-changes", change_rules.DEFINITION_CHANGES),
    _declare("field-changes", change_rules.FIELD_CHANGES),
    _declare("keyword-changes", change_rules.KEYWORD_CHANGES),
    _declare("resource-changes", change_rules.RESOURCE_CHANGES),
    _declare("operation-changes", change_rules.OPERATION_CHANGES),
    _declare("page-changes", change_rules.PAGE_CHANGES),
    _declare("comparisons", problem_rules.COMPARISONS),
    _declare("checks", problem_rules.CHECKS),
    _declare("manifests", problem_rules.MANIFESTS),
    _declare("token-endpoint", problem_rules.TOKEN_ENDPOINT),
)
RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.id: rule for area in AREAS for rule in area.rules}
)
CHANGES: Mapping[str, ChangeRule] = MappingProxyType(
    {rule.id: rule for rule in RULES.values() if isinstance(rule, ChangeRule)}
)
CHECKS: Mapping[str, Rule] = MappingProxyType(
    {rule.id: RULES[rule.id] for rule in problem_rules.CHECKS}
)
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
